/** Simulated keys as testers describe them. */
import { describe, expect, it } from 'vitest';
import { profiles } from '../../main/authenticator/configuration';
import {
  profileNames,
  quirksOfDescribed,
  RecipeError,
  stateOfDescribed,
  type DescribedKey,
} from '../../main/authenticator/key-recipe';
import { serializeState } from '../../main/authenticator/state';
import { pinBytes, pinHash } from '../../main/ctap/pin-protocol';
import { SeededRandom } from '../support/seeded-random';

const made = (described: DescribedKey) => stateOfDescribed(described, new SeededRandom());

it('nothing said is a new 2.1 key without PIN and passkeys', () => {
  const state = made({});
  expect(state.configuration).toEqual(profiles['2.1']);
  expect(state.pin.hash).toBeUndefined();
  expect(state.credentials).toEqual([]);
});

it('takes profile, name, PIN, passkeys, quirks and single members of the configuration', () => {
  const state = made({
    profile: '2.0',
    name: 'Simulated old key',
    serial: 'S1',
    pin: '1234',
    passkeys: [{ rpId: 'a.example', userName: 'ada', userId: 'AQI', credProtect: 3 }],
    quirks: [{ name: 'delete-pretends', times: 2 }],
    configuration: { capacity: 3 },
  });
  expect(state.configuration).toEqual({
    ...profiles['2.0'],
    productName: 'Simulated old key',
    serial: 'S1',
    quirks: [{ name: 'delete-pretends', times: 2 }],
    capacity: 3,
  });
  expect(state.pin.hash).toEqual(pinHash(pinBytes('1234')));
  expect(state.credentials.map(({ credential }) => credential)).toMatchObject([
    { rp: { id: 'a.example' }, user: { id: Uint8Array.of(1, 2), name: 'ada' }, credProtect: 3 },
  ]);
});

it('says that the key is simulated, whatever it is called', () => {
  expect(made({ name: 'YubiKey' }).configuration.productName).toBe('Simulated YubiKey');
});

it('makes up as many passkeys as are wanted, three to a site', () => {
  const { credentials } = made({ samplePasskeys: 4 });
  expect(credentials.map(({ credential }) => `${credential.rp.id} ${credential.user.name}`)).toEqual([
    'sample-1.example ada@sample-1.example',
    'sample-1.example grace@sample-1.example',
    'sample-1.example alan@sample-1.example',
    'sample-2.example hedy@sample-2.example',
  ]);
});

it('comes with what its profile comes with', () => {
  const { credentials, configuration } = made({ profile: 'nearly-full', configuration: { capacity: 5 } });
  expect([credentials.length, configuration.capacity]).toEqual([4, 5]);
  expect(() => made({ profile: 'nearly-full', samplePasskeys: 2 })).toThrow(/room for 1 passkey/);
});

it('enrols fingers where there is a sensor', () => {
  const { templates } = made({ profile: 'fingerprint', fingers: ['left thumb', 'right thumb'] });
  expect(templates.map(({ friendlyName }) => friendlyName)).toEqual(['left thumb', 'right thumb']);
});

it('takes a whole state, as a state file has it', () => {
  const before = made({ profile: '2.1', pin: '123456', samplePasskeys: 2 });
  const json = JSON.parse(Buffer.from(serializeState(before)).toString()) as NonNullable<
    DescribedKey['state']
  >;
  const { configuration, credentials, pin } = made({ state: json });
  expect({ configuration, pin }).toEqual({ configuration: before.configuration, pin: before.pin });
  expect(credentials.map(({ credential }) => credential)).toEqual(
    before.credentials.map(({ credential }) => credential),
  );
});

describe('says what is wrong with', () => {
  const cases: readonly (readonly [string, DescribedKey, RegExp])[] = [
    ['a profile that there is not', { profile: '1.9' }, /no profile "1\.9"\. The profiles are .*"2\.0"/],
    [
      'a quirk that there is not',
      { quirks: [{ name: 'explodes' }] },
      /no quirk "explodes"\. .*"delete-pretends"/,
    ],
    ['a quirk that misses something', { quirks: [{ name: 'status' }] }, /quirks\[0\]\.status" is wrong/],
    [
      'a member that there is not',
      { configuration: { capacitee: 3 } },
      /"configuration\.capacitee" is not known/,
    ],
    ['a PIN that is too short for the key', { pin: '123' }, /at least 4 characters/],
    ['a PIN that is too long', { pin: '1'.repeat(64) }, /at most 63 bytes/],
    ['a PIN for a key without one', { configuration: { clientPin: false }, pin: '1234' }, /has no PIN/],
    ['more passkeys than fit', { configuration: { capacity: 2 }, samplePasskeys: 3 }, /room for 2 passkeys/],
    [
      'passkeys for a key that holds none',
      { configuration: { discoverable: false }, samplePasskeys: 1 },
      /no room/,
    ],
    [
      'an algorithm that is not simulated',
      { passkeys: [{ rpId: 'a.example', algorithm: -1 }] },
      /algorithm -1/,
    ],
    ['fingers for a key without a sensor', { fingers: ['thumb'] }, /no fingerprint sensor/],
    ['more fingers than fit', { profile: 'fingerprint', fingers: [...'123456'] }, /room for 5 fingers/],
    ['a userId that is not base64url', { passkeys: [{ rpId: 'a.example', userId: '+' }] }, /base64url/],
    ['a profile in two places', { configuration: { profile: '2.0' } }, /beside the configuration/],
    ['a profile beside a whole state', { state: { configuration: {} }, profile: '2.1' }, /whole state/],
  ];
  it.each(cases)('%s', (_what, described, words) => {
    expect(() => made(described)).toThrow(RecipeError);
    expect(() => made(described)).toThrow(words);
  });
});

it('reads quirks alone', () => {
  expect(quirksOfDescribed([{ name: 'four-billion', goesOn: true }])).toEqual([
    { name: 'four-billion', goesOn: true },
  ]);
  expect(() => quirksOfDescribed([{ name: 'four-billion', forEver: true }])).toThrow(/is not known/);
});

it('offers every profile, and every one can be made', () => {
  expect(profileNames().map(({ profile }) => profile)).toEqual(Object.keys(profiles));
  for (const { profile, name } of profileNames())
    expect(made({ profile }).configuration.productName, profile).toBe(name);
});
