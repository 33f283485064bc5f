/**
 * The conformance suite on the authenticator of this device (design decision 1). It is what it is, and not made for each case; so
 * getInfo tells which cases are about what it has.
 */
import { describe, expect, it } from 'vitest';
import { unlike } from './needs';
import { infoOfThisDevice, thisDevice } from './on-this-device';
import { suites } from './suites';

const info = await infoOfThisDevice();
const judged = suites.flatMap(([suite, cases]) =>
  cases.map((each) => ({ suite, each, reason: unlike(each, info) })),
);
const fitting = judged.filter(({ reason }) => reason === undefined);

describe('this device', () => {
  it.each(fitting.map(({ suite, each }) => [suite, each.section, each.name, each] as const))(
    '%s, %s: %s',
    async (_, __, ___, { recipe, run }) => run(await thisDevice(recipe)),
  );

  it.each([
    ['getInfo, reset, selection', 1],
    ['clientPIN', 3],
    ['makeCredential', 8],
    ['getAssertion', 9],
    ['algorithms and attestation', 17],
    ['extensions', 12],
    ['largeBlobs', 7],
    ['credentialManagement', 13],
    ['bioEnrollment', 1],
    ['built-in user verification', 7],
  ])('is tried with as many cases of %s as fitted it when this was written: %i', (suite, least) => {
    expect(fitting.filter((each) => each.suite === suite).length).toBeGreaterThanOrEqual(least);
  });
});
