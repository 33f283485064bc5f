/**
 * One suite for everything that implements {@link Ctap2Api} (design decision 1): callers must not be able to tell the
 * engine from a security key at the end of a cable.
 * The kernel tests run the same cases over `/dev/uhid`; `npm run conformance` on real hardware.
 */
import { describe, it } from 'vitest';
import { ctaphidCases } from './ctaphid.cases';
import { engine, remote } from './in-process';
import { rawSoftKey } from './raw-in-process';
import { suites } from './suites';

describe.each([
  ['the engine', engine],
  ['the client over CTAPHID', remote],
] as const)('%s', (_, subject) => {
  describe.each(suites)('%s', (__, cases) => {
    it.each(cases.map((each) => [each.section, each.name, each] as const))(
      '%s: %s',
      async (___, ____, { recipe, run }) => run(await subject(recipe ?? {})),
    );
  });
});

describe.each([
  ['a key with CTAP2 alone', {}],
  ['a key that speaks U2F, too', { configuration: { u2f: 'beside' } }],
] as const)('CTAPHID, raw: %s', (_, recipe) => {
  it.each(ctaphidCases.map((each) => [each.section, each.name, each] as const))(
    '%s: %s',
    async (__, ___, { run }) => run(await rawSoftKey(recipe)),
  );
});
