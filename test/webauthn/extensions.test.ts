/** The extensions of WebAuthn Level 3 §10 and of CTAP 2.1 §12, on this device and on keys. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CeremonyAuthenticator } from '../../main/webauthn/ports';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { CtapStatusError, ProtocolError, TransportError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';
import { deviceInCeremony, keyInCeremony } from '../support/ceremony-authenticators';
import { accepted, listed, registerAt, RP_ID, signedIn, signInAt, utf8 } from '../support/relying-party';
import { sha256 } from '../support/platform';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const resident = { authenticatorSelection: { residentKey: 'required' } } as const;

const evaluating: readonly (readonly [string, () => Promise<CeremonyAuthenticator>])[] = [
  ['this device', deviceInCeremony],
  ['a 2.0 key', () => keyInCeremony({ profile: '2.0' })],
  ['a 2.1 key', () => keyInCeremony()],
  ['a 2.3 key', () => keyInCeremony({ profile: '2.3' })],
];

describe('prf', () => {
  const first = utf8('first');
  const second = utf8('second');

  it.each(evaluating)('on %s: the same inputs give the same results, whatever the order', async (_, open) => {
    const authenticator = await open();
    const registration = await registerAt(authenticator, { ...resident, extensions: { prf: {} } });
    expect(registration.clientExtensionResults).toEqual({ prf: { enabled: true } });
    const results = async (evaluated: { first: Uint8Array; second?: Uint8Array }): Promise<unknown> => {
      const extensions = { prf: { eval: evaluated } };
      // Discouraged, and verified all the same: there is one PRF, that of the verified user.
      const assertion = await signInAt(authenticator, { extensions, userVerification: 'discouraged' });
      expect(await signedIn(registration, assertion)).toEqual({ userVerified: true });
      return assertion.clientExtensionResults.prf?.results;
    };
    const both = (await results({ first, second })) as { first: Uint8Array; second: Uint8Array };
    expect([both.first.length, both.second.length]).toEqual([32, 32]);
    expect(both.first).not.toEqual(both.second);
    expect(await results({ first: second, second: first })).toEqual({
      first: both.second,
      second: both.first,
    });
    expect(await results({ first })).toEqual({ first: both.first });
    expect(await results({ first, second: first })).toEqual({ first: both.first, second: both.first });
  });

  it('is HMAC-SHA-256 of SHA-256("WebAuthn PRF" 00 input) under the secret for verified users', async () => {
    const key = await keyInCeremony();
    await registerAt(key, { ...resident, extensions: { prf: {} } });
    const { clientExtensionResults } = await signInAt(key, { extensions: { prf: { eval: { first } } } });
    const [stored] = key.plugged.soft.simulated.snapshot().credentials;
    const salt = sha256(Buffer.concat([utf8('WebAuthn PRF\0'), first]));
    const expected = createHmac('sha256', stored!.secrets.credRandomWithUv).update(salt).digest();
    expect(clientExtensionResults.prf?.results?.first).toEqual(Uint8Array.from(expected));
  });

  it.each([evaluating[0]!, evaluating[3]!])('on %s: also when the passkey is made', async (_, open) => {
    const authenticator = await open();
    const extensions = { prf: { eval: { first, second } } };
    const registration = await registerAt(authenticator, {
      authenticatorSelection: { residentKey: 'required', userVerification: 'discouraged' },
      extensions,
    });
    const made = registration.clientExtensionResults.prf;
    expect(made?.enabled).toBe(true);
    const assertion = await signInAt(authenticator, { extensions });
    expect(made?.results).toEqual(assertion.clientExtensionResults.prf?.results);
    expect(made?.results?.second).toHaveLength(32);
  });

  it('verifies the user for it where nothing else wants that', async () => {
    const registration = await registerAt(await keyInCeremony({ profile: '2.3' }), {
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'discouraged' },
      extensions: { prf: { eval: { first } } },
    });
    expect(await accepted(registration)).toMatchObject({ userVerified: true });
    expect(registration.clientExtensionResults.prf?.results?.first).toHaveLength(32);
  });

  it('where the key cannot do it at creation, it is only enabled', async () => {
    const { clientExtensionResults } = await registerAt(await keyInCeremony(), {
      extensions: { prf: { eval: { first } } },
    });
    expect(clientExtensionResults).toEqual({ prf: { enabled: true } });
  });

  it.each([2, 8])('evaluates for the passkey that is used, of a list asked for by %i', async (most) => {
    const key = await keyInCeremony({ configuration: { maxCredentialCountInList: most } });
    const registration = await registerAt(key, { extensions: { prf: {} } });
    const own = base64url(registration.rawId);
    const stranger = new Uint8Array(32).fill(9);
    const allowCredentials = listed(stranger, new Uint8Array(16), registration.rawId);
    const prfOf = async (prf: object): Promise<unknown> =>
      (await signInAt(key, { allowCredentials, extensions: { prf } })).clientExtensionResults.prf;

    const direct = await prfOf({ eval: { first } });
    const other = await prfOf({ eval: { first: second } });
    expect(direct).not.toEqual(other);
    const byCredential = new Map([[own, { first }]]);
    expect(await prfOf({ evalByCredential: byCredential })).toEqual(direct);
    // Its own entry comes before eval, eval before nothing.
    expect(await prfOf({ eval: { first: second }, evalByCredential: byCredential })).toEqual(direct);
    const strangers = new Map([[base64url(stranger), { first }]]);
    expect(await prfOf({ eval: { first: second }, evalByCredential: strangers })).toEqual(other);
    expect(await prfOf({ evalByCredential: strangers })).toEqual({});
  });

  it('a key without a PIN needs one, and a key that can have none gives nothing', async () => {
    const extensions = { prf: { eval: { first } } };
    const without = await keyInCeremony({ pin: undefined, passkeys: [{ rpId: RP_ID }] });
    await expect(signInAt(without, { extensions })).rejects.toMatchObject({ reason: 'pin-not-set' });

    const never = await keyInCeremony({
      pin: undefined,
      passkeys: [{ rpId: RP_ID }],
      configuration: { clientPin: false },
    });
    expect((await signInAt(never, { extensions })).clientExtensionResults).toEqual({ prf: {} });
  });

  it('a key that does not know it says so', async () => {
    const key = await keyInCeremony({ configuration: { extensions: ['credProtect'] } });
    const extensions = { prf: { eval: { first } } };
    const registration = await registerAt(key, { ...resident, extensions });
    expect(registration.clientExtensionResults).toEqual({ prf: { enabled: false } });
    expect((await signInAt(key, { extensions })).clientExtensionResults).toEqual({ prf: {} });
  });
});

describe('largeBlob', () => {
  const blob = utf8('a certificate '.repeat(20));

  it.each([evaluating[0]!, evaluating[2]!])('on %s: is kept with the passkey', async (_, open) => {
    const authenticator = await open();
    const registration = await registerAt(authenticator, {
      ...resident,
      extensions: { largeBlob: { support: 'required' } },
    });
    expect(registration.clientExtensionResults).toEqual({ largeBlob: { supported: true } });
    const allowCredentials = listed(registration.rawId);
    const use = async (largeBlob: object): Promise<unknown> => {
      const assertion = await signInAt(authenticator, {
        allowCredentials,
        extensions: { largeBlob },
        userVerification: 'discouraged',
      });
      await signedIn(registration, assertion);
      return assertion.clientExtensionResults.largeBlob;
    };
    expect(await use({ read: true })).toEqual({});
    expect(await use({ write: blob })).toEqual({ written: true });
    expect(await use({ read: true })).toEqual({ blob });
    expect(await use({ write: utf8('another') })).toEqual({ written: true });
    expect(await use({ read: true })).toEqual({ blob: utf8('another') });
    expect(await use({ read: false })).toEqual({});
  });

  it('that the key cannot read or write is left out; a defect of ours is not taken for that', async () => {
    const key = await keyInCeremony();
    const { rawId } = await registerAt(key, { ...resident, extensions: { largeBlob: {} } });
    const use = async (largeBlob: object, error: Error): Promise<unknown> => {
      const fails = (): Promise<never> => Promise.reject(error);
      const { clientExtensionResults } = await signInAt(
        { ...key, largeBlobs: { read: fails, write: fails } },
        { allowCredentials: listed(rawId), extensions: { largeBlob } },
      );
      return clientExtensionResults.largeBlob;
    };
    for (const error of [
      new CtapStatusError(Status.OTHER),
      new ProtocolError('half a blob'),
      new TransportError('unplugged', 'gone'),
    ]) {
      expect(await use({ read: true }, error)).toEqual({});
      expect(await use({ write: blob }, error)).toEqual({ written: false });
    }
    const defect = new TypeError('undefined is not a function');
    await expect(use({ read: true }, defect)).rejects.toBe(defect);
    await expect(use({ write: blob }, defect)).rejects.toBe(defect);
  });

  it('that does not fit is not written, and the site is signed in', async () => {
    const key = await keyInCeremony();
    const { rawId } = await registerAt(key, { ...resident, extensions: { largeBlob: {} } });
    const { clientExtensionResults } = await signInAt(key, {
      allowCredentials: listed(rawId),
      extensions: { largeBlob: { write: key.plugged.soft.random.bytes(8192) } },
    });
    expect(clientExtensionResults).toEqual({ largeBlob: { written: false } });
  });

  it.each([
    ['the key has none', { profile: '2.0' }, 'required'],
    ['the passkey is not kept', {}, 'discouraged'],
  ] as const)(
    'where %s: not supported, and no passkey when it is required',
    async (_, recipe, residentKey) => {
      const key = await keyInCeremony(recipe);
      const authenticatorSelection = { residentKey };
      const made = await registerAt(key, { authenticatorSelection, extensions: { largeBlob: {} } });
      expect(made.clientExtensionResults).toEqual({ largeBlob: { supported: false } });
      await expect(
        registerAt(key, { authenticatorSelection, extensions: { largeBlob: { support: 'required' } } }),
      ).rejects.toMatchObject({ reason: 'extension-impossible' });
      const { clientExtensionResults } = await signInAt(key, {
        allowCredentials: listed(made.rawId),
        extensions: { largeBlob: { write: blob } },
      });
      expect(clientExtensionResults).toEqual({ largeBlob: { written: false } });
    },
  );
});

describe('credProtect', () => {
  const protectedBy = (
    credentialProtectionPolicy: 'userVerificationOptional' | 'userVerificationRequired',
  ) => ({
    credentialProtectionPolicy,
    enforceCredentialProtectionPolicy: true,
  });

  it('is what the site asks for', async () => {
    const key = await keyInCeremony();
    const registration = await registerAt(key, {
      ...resident,
      extensions: protectedBy('userVerificationRequired'),
    });
    const { extensions } = decodeAuthenticatorData(registration.response.authenticatorData);
    expect(extensions?.get('credProtect')).toBe(3);
    await accepted(registration);
    expect(registration.clientExtensionResults).toEqual({});
    const unverified = signInAt(key, { userVerification: 'discouraged' });
    await expect(unverified).rejects.toMatchObject({ reason: 'no-credentials' });
  });

  it('a key that cannot is not used where the site insists', async () => {
    const key = await keyInCeremony({ profile: '2.0' });
    await expect(
      registerAt(key, { extensions: protectedBy('userVerificationRequired') }),
    ).rejects.toMatchObject({ reason: 'extension-impossible' });
    await accepted(await registerAt(key, { extensions: protectedBy('userVerificationOptional') }));
    await accepted(
      await registerAt(key, { extensions: { credentialProtectionPolicy: 'userVerificationRequired' } }),
    );
  });

  it('a key that pretends is found out', async () => {
    const key = await keyInCeremony({}, (api) => ({
      makeCredential: ({ extensions: _, ...request }, options) => api.makeCredential(request, options),
    }));
    const made = registerAt(key, { extensions: protectedBy('userVerificationRequired') });
    await expect(made).rejects.toMatchObject({ reason: 'misbehaved' });
  });
});

describe('credBlob, credProps, minPinLength', () => {
  it.each([evaluating[0]!, evaluating[2]!])(
    'on %s: a few bytes are kept with the passkey',
    async (_, open) => {
      const authenticator = await open();
      const registration = await registerAt(authenticator, {
        ...resident,
        extensions: { credBlob: utf8('hello'), credProps: true },
      });
      expect(registration.clientExtensionResults).toEqual({ credBlob: true, credProps: { rk: true } });
      const { clientExtensionResults } = await signInAt(authenticator, { extensions: { getCredBlob: true } });
      expect(clientExtensionResults).toEqual({ getCredBlob: utf8('hello') });
    },
  );

  it('what is too long for the key, or the key does not know, is not kept', async () => {
    const tooLong = { extensions: { credBlob: new Uint8Array(33) } };
    const results = [];
    for (const profile of ['2.1', '2.0'] as const)
      results.push(
        (await registerAt(await keyInCeremony({ profile }), { ...resident, ...tooLong }))
          .clientExtensionResults,
      );
    expect(results).toEqual([{ credBlob: false }, { credBlob: false }]);
  });

  it('minPinLength is told to nobody whom the key does not list', async () => {
    const registration = await registerAt(await keyInCeremony(), { extensions: { minPinLength: true } });
    expect(decodeAuthenticatorData(registration.response.authenticatorData).extensions).toBeUndefined();
  });
});

describe('misuse', () => {
  const id = new Uint8Array(16).fill(1);
  const allowCredentials = listed(id);
  const first = utf8('x');

  it.each([
    ['prf.evalByCredential', { prf: { evalByCredential: new Map() } }],
    ['largeBlob.read', { largeBlob: { read: false } }],
    ['largeBlob.write', { largeBlob: { write: first } }],
  ])('%s when a passkey is made', async (_, extensions) => {
    const made = registerAt(await keyInCeremony(), { extensions });
    await expect(made).rejects.toMatchObject({ name: 'NotSupportedError' });
  });

  it.each([
    [
      'evalByCredential without a list',
      { prf: { evalByCredential: new Map([[base64url(id), { first }]]) } },
      [],
    ],
    ['largeBlob.support', { largeBlob: { support: 'preferred' } }, allowCredentials],
    ['read and write', { largeBlob: { read: true, write: first } }, allowCredentials],
    ['write without a list', { largeBlob: { write: first } }, []],
    ['write for two', { largeBlob: { write: first } }, listed(id, first)],
  ])('%s when one is used', async (_, extensions, allowed) => {
    const used = signInAt(await keyInCeremony(), { extensions, allowCredentials: allowed });
    await expect(used).rejects.toMatchObject({ name: 'NotSupportedError' });
  });

  it.each([
    ['an empty key', ''],
    ['padding', `${base64url(id)}==`],
    ['a key that is not on the list', base64url(new Uint8Array(16))],
  ])('prf.evalByCredential with %s', async (_, key) => {
    const extensions = { prf: { evalByCredential: new Map([[key, { first }]]) } };
    const used = signInAt(await keyInCeremony(), { extensions, allowCredentials });
    await expect(used).rejects.toMatchObject({ name: 'SyntaxError' });
  });
});
