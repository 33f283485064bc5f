/** Fingerprints, policies and large blobs of keys on the desk: each with a fresh proof, in words when it fails. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EnrollmentProgress } from '../../main/client/fingerprints';
import { LargeBlobKeys } from '../../main/client/large-blob-keys';
import { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { sampleWords } from '../../main/inventory/fingerprint-tasks';
import type { Purpose, Verification } from '../../main/inventory/model';
import type { PolicyChange } from '../../main/inventory/policy-tasks';
import { problemOf, type Problem } from '../../main/inventory/problems';
import { BioEnrollmentSubcommand, SampleStatus } from '../../main/ctap/commands/bio-enrollment';
import { Status } from '../../main/ctap/status';
import { Desk, PIN, somePasskeys, type KeyOnDesk, type KeyRecipe } from '../support/desk';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const pin: Verification = { by: 'pin', pin: PIN };
const finger: Verification = { by: 'built-in' };
const id = (): string => desk.status().id;
const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value));

async function problemFrom(operation: Promise<unknown>): Promise<Problem> {
  return operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );
}

describe('what will do to prove who one is', () => {
  it.each<[string, KeyRecipe, Partial<Record<Purpose, Verification['by'][]>>]>([
    ['2.1', {}, { list: ['pin'], policies: ['pin'], blobs: ['pin'] }],
    ['without a PIN', { pin: null }, { list: [], policies: [] }],
    ['U2F', { profile: 'u2f', pin: null }, { list: [], policies: [] }],
    [
      'fingerprint',
      { profile: 'fingerprint', fingers: [{}] },
      { list: ['built-in', 'pin'], blobs: ['built-in', 'pin'], fingerprints: ['pin'], policies: ['pin'] },
    ],
    [
      'fingerprint, where a finger may do everything',
      { profile: 'fingerprint', fingers: [{}], changes: { uvBioEnroll: true, uvAcfg: true } },
      { fingerprints: ['built-in', 'pin'], policies: ['built-in', 'pin'] },
    ],
  ])('to a key: %s', async (_, recipe, ways) => {
    await desk.plug(recipe);
    for (const [purpose, expected] of Object.entries(ways))
      expect(desk.inventory.waysToVerify(id(), purpose as Purpose)).toEqual(expected);
  });
});

describe.each(['fingerprint', '2.1-preview'] as const)('the fingerprints of a %s key', (profile) => {
  it('are listed, added with a name, renamed and removed', async () => {
    await desk.plug({ profile });
    expect(await desk.inventory.fingerprints(id(), pin)).toEqual({
      sensor: { kind: 'touch', maxSamples: 4, maxNameBytes: 64 },
      fingerprints: [],
      oddities: [],
    });
    const seen: EnrollmentProgress[] = [];
    const { fingerprint, nameProblem } = await desk.inventory.addFingerprint(id(), pin, {
      name: 'thumb',
      onProgress: (progress) => seen.push(progress),
    });
    expect(nameProblem).toBeUndefined();
    expect(fingerprint).toMatchObject({ name: 'thumb' });
    expect(seen).toHaveLength(5);
    expect(desk.status().info?.options?.get('uv')).toBe(true);
    expect(await desk.inventory.renameFingerprint(id(), pin, fingerprint.id, 'left thumb')).toEqual({
      id: fingerprint.id,
      name: 'left thumb',
    });
    expect((await desk.inventory.fingerprints(id(), pin)).fingerprints).toEqual([
      { id: fingerprint.id, name: 'left thumb' },
    ]);
    await desk.inventory.removeFingerprint(id(), pin, fingerprint.id);
    expect((await desk.inventory.fingerprints(id(), pin)).fingerprints).toEqual([]);
    expect(desk.status().info?.options?.get('uv')).toBe(false);
  });
});

describe('fingerprints', () => {
  const enrolled: KeyRecipe = { profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] };

  it('that are added make the key one that unlocks by finger, at once', async () => {
    await desk.plug({ profile: 'fingerprint' });
    expect(desk.status().builtInUv).toBe('none');
    await desk.inventory.addFingerprint(id(), pin);
    expect(desk.status()).toMatchObject({ builtInUv: 'ready', uvRetriesLeft: 3 });
  });

  it('of a key that is unlocked are managed without locking it', async () => {
    await desk.plug({ ...enrolled, passkeys: somePasskeys(2) });
    await desk.inventory.unlock(id(), PIN);
    await desk.inventory.addFingerprint(id(), pin);
    expect(desk.status().list).toEqual({ state: 'unlocked' });
    expect(desk.passkeyIds()).toHaveLength(2);
    // By the token of the enrolment: the one before has ended.
    const [passkey] = desk.passkeyIds();
    expect(await desk.inventory.deletePasskeys([passkey ?? ''])).toMatchObject([{ outcome: 'deleted' }]);
  });

  it('do not spoil what waits for its turn behind them', async () => {
    await desk.plug({ ...enrolled, passkeys: somePasskeys(2) });
    await desk.inventory.unlock(id(), PIN);
    const [first = '', second = ''] = desk.passkeyIds();
    const [, deleted, edited] = await Promise.all([
      desk.inventory.addFingerprint(id(), pin),
      desk.inventory.deletePasskeys([first]),
      desk.inventory.editPasskey(second, { name: 'other' }),
    ]);
    expect(deleted).toMatchObject([{ outcome: 'deleted' }]);
    expect(edited).toMatchObject({ outcome: 'saved' });
  });

  it('are managed by a finger only where the key allows that', async () => {
    const key = await desk.plug(enrolled);
    const told = await problemFrom(desk.inventory.fingerprints(id(), finger));
    expect(told).toMatchObject({ code: 'unsupported', message: expect.stringContaining('PIN') as unknown });
    expect(key.presence.fingers.requests).toHaveLength(0);
    desk = new Desk();
    await desk.plug({ ...enrolled, changes: { uvBioEnroll: true } });
    expect((await desk.inventory.fingerprints(id(), finger)).fingerprints).toHaveLength(1);
  });

  it('are cancelled in the middle: the key knows no more than before', async () => {
    const key = await desk.plug(enrolled);
    key.presence.samples.next('GOOD', 'wait');
    const failed = problemFrom(desk.inventory.addFingerprint(id(), pin));
    await desk.settle();
    expect(key.presence.waiting).toBe(true);
    desk.inventory.cancel(id());
    expect(await failed).toMatchObject({ code: 'cancelled' });
    await desk.settle();
    expect(key.simulated.snapshot().templates).toHaveLength(1);
    expect((await desk.inventory.fingerprints(id(), pin)).fingerprints).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>, Problem['code'], RegExp]>([
    [
      'a name that is too long',
      () => desk.inventory.addFingerprint(id(), pin, { name: 'x'.repeat(65) }),
      'invalid-argument',
      /65 bytes, this security key takes at most 64/,
    ],
    [
      'an empty name',
      () => desk.inventory.renameFingerprint(id(), pin, '00', ''),
      'invalid-argument',
      /at least one/,
    ],
    [
      'half a character',
      () => desk.inventory.renameFingerprint(id(), pin, '00', '\ud83d'),
      'invalid-argument',
      /half a/,
    ],
    [
      'another name for an unknown finger',
      () => desk.inventory.renameFingerprint(id(), pin, 'ffff', 'x'),
      'not-found',
      /List its fingerprints/,
    ],
    [
      'the removal of an unknown finger',
      () => desk.inventory.removeFingerprint(id(), pin, 'ffff'),
      'not-found',
      /List its fingerprints/,
    ],
    [
      'a wrong PIN',
      () => desk.inventory.fingerprints(id(), { by: 'pin', pin: '000000' }),
      'pin-invalid',
      /wrong/,
    ],
  ])('refuse %s, before anybody has touched anything', async (_, operation, code, words) => {
    const key = await desk.plug(enrolled);
    const told = await problemFrom(operation());
    expect(told.code).toBe(code);
    expect(told.message).toMatch(words);
    expect(key.presence.samples.requests).toHaveLength(0);
  });

  it('that find no room are told so', async () => {
    await desk.plug({ ...enrolled, changes: { maxTemplates: 1 } });
    expect(await problemFrom(desk.inventory.addFingerprint(id(), pin))).toMatchObject({ code: 'full' });
  });

  it('want a PIN to be set first', async () => {
    await desk.plug({ profile: 'fingerprint', pin: null });
    expect(await problemFrom(desk.inventory.fingerprints(id(), pin))).toMatchObject({ code: 'pin-not-set' });
  });

  it.each(['2.1', 'u2f'] as const)('of a %s key there are none', async (profile) => {
    await desk.plug({ profile, ...(profile === 'u2f' && { pin: null }) });
    expect(await problemFrom(desk.inventory.fingerprints(id(), pin))).toMatchObject({ code: 'unsupported' });
  });

  it('under another name than was wanted are told so; an enrolled one is enrolled all the same', async () => {
    const { simulated } = await desk.plug(enrolled);
    const naming = { command: 0x09, subCommand: BioEnrollmentSubcommand.SET_FRIENDLY_NAME };
    simulated.setQuirks([{ name: 'status', ...naming, status: Status.OK }]);
    const [thumb] = (await desk.inventory.fingerprints(id(), pin)).fingerprints;
    expect(
      await problemFrom(desk.inventory.renameFingerprint(id(), pin, thumb?.id ?? '', 'finger')),
    ).toMatchObject({ code: 'not-verified' });
    simulated.setQuirks([{ name: 'status', ...naming, status: Status.OTHER }]);
    const { fingerprint, nameProblem } = await desk.inventory.addFingerprint(id(), pin, { name: 'index' });
    expect(nameProblem).toMatchObject({ code: 'refused' });
    expect((await desk.inventory.fingerprints(id(), pin)).fingerprints).toEqual([thumb, fingerprint]);
  });

  it('that a key pretends to have removed are found out', async () => {
    const { simulated } = await desk.plug(enrolled);
    const removing = { command: 0x09, subCommand: BioEnrollmentSubcommand.REMOVE_ENROLLMENT };
    const remove = (): Promise<Problem> => problemFrom(desk.inventory.removeFingerprint(id(), pin, '00'));
    simulated.setQuirks([{ name: 'status', ...removing, status: Status.OK }]);
    expect(await remove()).toMatchObject({ code: 'not-verified' });
    simulated.setQuirks([{ name: 'status', ...removing, status: Status.OTHER }]);
    expect(await remove()).toMatchObject({ code: 'refused' });
  });

  it('have words for every touch', () => {
    for (const sample of [...Object.keys(SampleStatus), 'unknown'] as (keyof typeof SampleStatus)[])
      expect(sampleWords(sample)).toMatch(/^[A-Z].*\.$/);
  });
});

describe('policies', () => {
  it.each<[PolicyChange, object]>([
    [{ policy: 'always-uv', on: true }, { alwaysUv: true }],
    [{ policy: 'min-pin-length', length: 6, rpIds: ['a.example'] }, { minPinLength: 6 }],
    [{ policy: 'pin-complexity' }, { pinComplexity: true }],
    [{ policy: 'enterprise-attestation' }, { enterpriseAttestation: true }],
    [{ policy: 'long-touch-reset' }, { longTouchForReset: true }],
  ])('%j is set once, and shows', async (change, policies) => {
    await desk.plug({ profile: '2.3' });
    const infoBefore = desk.status().info;
    expect(await desk.inventory.changePolicy(id(), pin, change)).toMatchObject({
      outcome: 'changed',
      policies,
      pinChangeRequired: false,
    });
    expect(desk.status().info).not.toEqual(infoBefore);
    if (change.policy !== 'min-pin-length')
      expect(await desk.inventory.changePolicy(id(), pin, change)).toMatchObject({ outcome: 'unchanged' });
  });

  it('that want a new PIN lock the key until it has one', async () => {
    await desk.plug({ passkeys: somePasskeys(2) });
    await desk.inventory.unlock(id(), PIN);
    expect(await desk.inventory.changePolicy(id(), pin, { policy: 'force-pin-change' })).toMatchObject({
      pinChangeRequired: true,
    });
    expect(desk.status()).toMatchObject({ list: { state: 'locked' }, pin: { changeRequired: true } });
    expect(await problemFrom(desk.inventory.unlock(id(), PIN))).toMatchObject({
      code: 'pin-change-required',
    });
    await desk.inventory.changePin(id(), PIN, 'another pin');
    await desk.inventory.unlock(id(), 'another pin');
    expect(desk.passkeyIds()).toHaveLength(2);
  });

  it('leave an unlocked key unlocked', async () => {
    await desk.plug({ passkeys: somePasskeys(2) });
    await desk.inventory.unlock(id(), PIN);
    await desk.inventory.changePolicy(id(), pin, { policy: 'enterprise-attestation' });
    expect(desk.status().list).toEqual({ state: 'unlocked' });
    await desk.inventory.refresh(id());
    expect(desk.passkeyIds()).toHaveLength(2);
  });

  it('of a key without a PIN are anybody’s, whatever was typed', async () => {
    await desk.plug({ pin: null });
    const change = { policy: 'enterprise-attestation' } as const;
    expect(await desk.inventory.changePolicy(id(), undefined, change)).toMatchObject({ outcome: 'changed' });
    expect(
      await problemFrom(desk.inventory.changePolicy(id(), pin, { policy: 'force-pin-change' })),
    ).toMatchObject({ code: 'pin-not-set' });
  });

  it.each<[string, PolicyChange, KeyRecipe, Problem['code'], RegExp]>([
    [
      'a shorter minimum',
      { policy: 'min-pin-length', length: 4 },
      { changes: { minPinLength: 6 } },
      'pin-policy',
      /is 6 now and can only be raised/,
    ],
    [
      'too many sites',
      { policy: 'min-pin-length', length: 6, rpIds: ['a', 'b', 'c', 'd', 'e'] },
      {},
      'full',
      /at most 4 sites/,
    ],
    [
      'sites where none are told',
      { policy: 'min-pin-length', length: 6, rpIds: ['a'] },
      { changes: { extensions: ['credProtect', 'hmac-secret'] } },
      'unsupported',
      /Leave the sites out/,
    ],
    [
      'not verifying any more, where the key insists',
      { policy: 'always-uv', on: false },
      { changes: { alwaysUv: true, keepsAlwaysUv: true } },
      'refused',
      /does not allow/,
    ],
    ['a setting that it does not have', { policy: 'long-touch-reset' }, {}, 'unsupported', /does not have/],
    [
      'any setting, when it has none',
      { policy: 'always-uv', on: true },
      { profile: '2.0' },
      'unsupported',
      /have/,
    ],
  ])('refuse %s, and say why', async (_, change, recipe, code, words) => {
    await desk.plug(recipe);
    const told = await problemFrom(desk.inventory.changePolicy(id(), pin, change));
    expect(told.message).toMatch(words);
    expect(told.code).toBe(code);
  });

  it('that a key pretends to have changed are found out', async () => {
    const { simulated } = await desk.plug();
    simulated.setQuirks([{ name: 'status', command: 0x0d, status: Status.OK }]);
    const change = { policy: 'enterprise-attestation' } as const;
    expect(await problemFrom(desk.inventory.changePolicy(id(), pin, change))).toMatchObject({
      code: 'not-verified',
    });
  });

  it('want the PIN of a key that has one', async () => {
    await desk.plug();
    const change = { policy: 'enterprise-attestation' } as const;
    expect(await problemFrom(desk.inventory.changePolicy(id(), undefined, change))).toMatchObject({
      code: 'locked',
    });
  });
});

describe('large blobs', () => {
  const recipe: KeyRecipe = {
    passkeys: [
      { rpId: 'a.example', userName: 'ada', largeBlob: true },
      { rpId: 'a.example', userName: 'bob', largeBlob: true },
      { rpId: 'b.example', userName: 'cleo' },
    ],
  };

  async function plugged(
    change: KeyRecipe = {},
  ): Promise<KeyOnDesk & { credentialOf: (name: string) => string }> {
    const key = await desk.plug({ ...recipe, ...change });
    return {
      ...key,
      credentialOf: (name) => {
        const found = key.simulated
          .snapshot()
          .credentials.find(({ credential }) => credential.user.name === name);
        return Buffer.from(found?.credential.id ?? []).toString('hex');
      },
    };
  }

  it.each([false, true])('are stored, listed, read and deleted (key unlocked before: %s)', async (before) => {
    const { credentialOf } = await plugged();
    if (before) await desk.inventory.unlock(id(), PIN);
    const ada = credentialOf('ada');
    expect(await desk.inventory.readBlob(id(), pin, ada)).toBeUndefined();
    await desk.inventory.writeBlob(id(), pin, ada, text('a certificate'));
    expect(await desk.inventory.readBlob(id(), pin, ada)).toEqual(text('a certificate'));
    expect(await desk.inventory.blobs(id(), pin)).toMatchObject({
      blobs: [{ kind: 'owned', credentialId: ada, size: 13, credential: { user: { name: 'ada' } } }],
      without: [{ user: { name: 'bob' } }],
      capacity: 4096,
      oddities: [],
    });
    expect(await desk.inventory.deleteBlob(id(), pin, ada)).toBe(true);
    expect(await desk.inventory.deleteBlob(id(), pin, ada)).toBe(false);
    expect(await desk.inventory.readBlob(id(), pin, ada)).toBeUndefined();
    expect(desk.status().list).toEqual({ state: before ? 'unlocked' : 'locked' });
  });

  it('that nobody on the key can read are listed as foreign', async () => {
    const { credentialOf } = await plugged();
    await desk.inventory.unlock(id(), PIN);
    await desk.inventory.writeBlob(id(), pin, credentialOf('ada'), text('x'));
    await desk.inventory.deletePasskeys([`${id()}:${credentialOf('ada')}`]);
    const { blobs } = await desk.inventory.blobs(id(), pin);
    expect(blobs).toMatchObject([{ kind: 'foreign', size: 1 }]);
    expect(blobs[0]?.credential).toBeUndefined();
  });

  it('come for a finger, too', async () => {
    const { credentialOf } = await plugged({ profile: 'fingerprint', fingers: [{}] });
    await desk.inventory.writeBlob(id(), finger, credentialOf('bob'), text('x'));
    expect(await desk.inventory.readBlob(id(), finger, credentialOf('bob'))).toEqual(text('x'));
  });

  it.each<[string, (credentialOf: (name: string) => string) => Promise<unknown>, Problem['code'], RegExp]>([
    [
      'more than there is room for',
      (credentialOf) => desk.inventory.writeBlob(id(), pin, credentialOf('ada'), desk.random.bytes(5000)),
      'full',
      /no room for a blob/,
    ],
    [
      'more than any key has room for',
      (credentialOf) => desk.inventory.writeBlob(id(), pin, credentialOf('ada'), new Uint8Array(2 ** 21)),
      'full',
      /2097152 bytes/,
    ],
    [
      'a passkey that was made without one',
      (credentialOf) => desk.inventory.writeBlob(id(), pin, credentialOf('cleo'), text('x')),
      'unsupported',
      /only its site/,
    ],
    ['a passkey that is not there', () => desk.inventory.readBlob(id(), pin, 'ffff'), 'not-found', /List/],
  ])('refuse %s', async (_, operation, code, words) => {
    const { credentialOf } = await plugged();
    const told = await problemFrom(operation(credentialOf));
    expect(told.code).toBe(code);
    expect(told.message).toMatch(words);
  });

  it('of a key that keeps none are refused', async () => {
    await plugged({ profile: '2.1-preview' });
    expect(await problemFrom(desk.inventory.blobs(id(), pin))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('large blobs') as unknown,
    });
  });

  it('whose array is damaged count as none, and that is told', async () => {
    const { simulated } = await plugged();
    const handle = simulated.handle.bind(simulated);
    // {1: h'00…'} of 20 bytes with a wrong checksum.
    simulated.handle = async (request, options) =>
      request[0] === 0x0c
        ? Uint8Array.from([0x00, 0xa1, 0x01, 0x54, ...new Uint8Array(20)])
        : handle(request, options);
    const { blobs, oddities } = await desk.inventory.blobs(id(), pin);
    expect(blobs).toEqual([]);
    expect(oddities).toEqual([expect.stringContaining('checksum')]);
  });
});

describe('a key that leaves', () => {
  it('in the middle of an enrolment is told as such, and comes back without it', async () => {
    const key = await desk.plug({ profile: 'fingerprint' });
    key.presence.samples.next('GOOD', 'wait');
    const failed = problemFrom(desk.inventory.addFingerprint(id(), pin));
    await desk.settle();
    desk.bus.unplug(key.soft);
    expect(await failed).toMatchObject({ code: 'unplugged' });
    desk.bus.plug(key.soft);
    await desk.settle();
    expect((await desk.inventory.fingerprints(id(), pin)).fingerprints).toEqual([]);
  });
});

describe('secrets', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([false, true])(
    'are overwritten when the operation has ended (also when it failed: %s)',
    async (fails) => {
      const key = await desk.plug({ passkeys: [{ rpId: 'a.example', largeBlob: true }] });
      if (fails) key.simulated.setQuirks([{ name: 'status', command: 0x0c, status: Status.OTHER }]);
      const tokens = vi.spyOn(PinUvAuthToken.prototype, 'destroy');
      const keys = vi.spyOn(LargeBlobKeys.prototype, 'destroy');
      const reading = desk.inventory.blobs(id(), pin);
      if (fails) await expect(reading).rejects.toBeDefined();
      else await reading;
      expect(tokens).toHaveBeenCalledTimes(1);
      expect(keys).toHaveBeenCalledTimes(1);
    },
  );
});
