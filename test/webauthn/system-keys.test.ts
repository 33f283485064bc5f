/** Passkeys on a key that only the system's own dialog reaches: what it is asked, and what of its answers a site may see. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Flag } from '../../main/ctap/authenticator-data';
import { decodeCbor, encodeCbor, type CborMap } from '../../main/ctap/cbor';
import { WebAuthnError } from '../../main/webauthn/errors';
import { serializeClientData } from '../../main/webauthn/client-data';
import type {
  AuthenticationCredential,
  PublicKeyCredentialCreationOptions,
  PublicKeyCredentialRequestOptions,
  RegistrationCredential,
} from '../../main/webauthn/model';
import { parseCaller } from '../../main/webauthn/origin';
import { createBySystem, getBySystem } from '../../main/webauthn/system-keys';
import type { SystemAssertion, SystemAttestation } from '../../native/ports';
import { FLAGS, flagsOf, KeyBehindSystem, withByte } from '../support/key-behind-system';
import { accepted, creationOptions, listed, ORIGIN, RP_ID, signedIn, utf8 } from '../support/relying-party';

const caller = parseCaller({ origin: ORIGIN });
const discoverable = { authenticatorSelection: { residentKey: 'required' } } as const;
const filled = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value);

let keys: KeyBehindSystem;
let never: AbortSignal;

beforeEach(() => {
  keys = new KeyBehindSystem();
  never = new AbortController().signal;
});

function register(
  changes: Partial<PublicKeyCredentialCreationOptions> = {},
  { enterprise, signal = never }: { enterprise?: 1 | 2; signal?: AbortSignal } = {},
): Promise<RegistrationCredential> {
  const options = creationOptions(changes);
  const clientDataJSON = serializeClientData('webauthn.create', options.challenge, caller);
  return createBySystem(
    keys,
    { options, rpId: RP_ID, clientDataJSON, ...(enterprise && { enterpriseAttestation: enterprise }) },
    signal,
  );
}

function signIn(
  changes: Partial<PublicKeyCredentialRequestOptions> = {},
  signal = never,
): Promise<AuthenticationCredential> {
  const options = { challenge: utf8('a challenge of the site'), ...changes };
  const clientDataJSON = serializeClientData('webauthn.get', options.challenge, caller);
  return getBySystem(keys, { options, rpId: RP_ID, clientDataJSON }, signal);
}

describe('a site', () => {
  it('takes the passkey and the sign-in, from a list and without one', async () => {
    const passkey = await register(discoverable);
    expect(await accepted(passkey)).toMatchObject({ fmt: 'none', userVerified: true });
    expect(passkey).toMatchObject({
      authenticatorAttachment: 'cross-platform',
      response: { transports: ['usb'], publicKeyAlgorithm: -7 },
    });
    const byList = await signIn({ allowCredentials: listed(passkey.rawId) });
    expect(await signedIn(passkey, byList)).toEqual({ userVerified: true });
    const found = await signIn();
    expect(await signedIn(passkey, found)).toEqual({ userVerified: true });
    expect(found.response.userHandle).toEqual(utf8('ada'));
    expect(found.authenticatorAttachment).toBe('cross-platform');
  });

  it('gets attestation where it asks for it', async () => {
    expect((await accepted(await register({ attestation: 'direct' }))).fmt).toBe('packed');
  });
});

describe('the dialog is asked', () => {
  it('for what the site wants of a new passkey', async () => {
    await register({
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'something-else', alg: -8 },
      ],
      excludeCredentials: [
        { type: 'public-key', id: Uint8Array.of(1), transports: ['usb', 'nfc'] },
        { type: 'something-else', id: Uint8Array.of(2) },
        { type: 'public-key', id: Uint8Array.of(3) },
      ],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      timeout: 1,
      attestation: 'indirect',
      extensions: {
        credentialProtectionPolicy: 'userVerificationRequired',
        enforceCredentialProtectionPolicy: true,
        largeBlob: { support: 'preferred' },
        prf: { eval: { first: utf8('a salt') } },
        credBlob: utf8('blob'),
        minPinLength: true,
      },
    });
    expect(keys.made).toEqual([
      {
        clientDataJSON: keys.made[0]!.clientDataJSON,
        rp: { id: RP_ID, name: 'Example' },
        user: { id: utf8('ada'), name: 'ada@example.org', displayName: 'Ada Lovelace' },
        algorithms: [-7],
        excluded: [
          { id: Uint8Array.of(1), transports: ['usb', 'nfc'] },
          { id: Uint8Array.of(3), transports: [] },
        ],
        residentKey: 'required',
        userVerification: 'required',
        // The shortest that people are given.
        timeout: 300_000,
        attestation: 'indirect',
        credProtect: { level: 3, enforced: true },
        largeBlob: 'preferred',
        prf: { first: utf8('a salt') },
        credBlob: utf8('blob'),
        minPinLength: true,
      },
    ]);
  });

  it('for no more than that', async () => {
    await register();
    expect(keys.made).toEqual([
      {
        clientDataJSON: keys.made[0]!.clientDataJSON,
        rp: { id: RP_ID, name: 'Example' },
        user: { id: utf8('ada'), name: 'ada@example.org', displayName: 'Ada Lovelace' },
        algorithms: [-7, -257],
        excluded: [],
        residentKey: 'discouraged',
        userVerification: 'preferred',
        timeout: 300_000,
        attestation: 'none',
      },
    ]);
  });

  it.each([
    [undefined, { attestation: 'direct' }],
    [2, { attestation: 'direct', enterpriseAttestation: 2 }],
  ] as const)(
    'for enterprise attestation only where the administrator allows it: %s',
    async (enterprise, asked) => {
      await register({ attestation: 'enterprise' }, enterprise ? { enterprise } : {});
      expect(keys.made[0]).toMatchObject(asked);
      expect('enterpriseAttestation' in keys.made[0]!).toBe(enterprise !== undefined);
    },
  );

  it('for verification where the PRF wants it, even if the site does not', async () => {
    await register({
      authenticatorSelection: { userVerification: 'discouraged' },
      extensions: { prf: {} },
    });
    expect(keys.made[0]).toMatchObject({ userVerification: 'preferred', prf: {} });
    await signIn({ userVerification: 'discouraged', extensions: { prf: {} } }).catch(() => undefined);
    expect(keys.used[0]).toMatchObject({ userVerification: 'discouraged' });
    expect('prf' in keys.used[0]!).toBe(false);
  });

  it('for what the site wants of a sign-in', async () => {
    const { rawId } = await register(discoverable);
    const id = Buffer.from(rawId).toString('base64url');
    await signIn({
      allowCredentials: [...listed(rawId), { type: 'something-else', id: Uint8Array.of(2) }],
      userVerification: 'required',
      extensions: {
        prf: {
          eval: { first: utf8('one') },
          evalByCredential: new Map([[id, { first: utf8('two'), second: utf8('three') }]]),
        },
        largeBlob: { read: true },
        getCredBlob: true,
      },
    });
    expect(keys.used).toEqual([
      {
        clientDataJSON: keys.used[0]!.clientDataJSON,
        rpId: RP_ID,
        allowed: [{ id: rawId, transports: [] }],
        userVerification: 'required',
        timeout: 300_000,
        prf: {
          always: { first: utf8('one') },
          byCredential: [{ id: rawId, values: { first: utf8('two'), second: utf8('three') } }],
        },
        largeBlob: 'read',
        credBlob: true,
      },
    ]);
  });

  it('nothing where the list of the site has only what does not exist', async () => {
    await expect(
      signIn({ allowCredentials: [{ type: 'something-else', id: Uint8Array.of(2) }] }),
    ).rejects.toMatchObject({ reason: 'no-credentials' });
    expect(keys.used).toEqual([]);
  });

  it.each([
    ['create', () => register({ extensions: { largeBlob: { read: true } } })],
    ['create of unknown types', () => register({ pubKeyCredParams: [{ type: 'x', alg: -7 }] })],
    ['get', () => signIn({ extensions: { largeBlob: { support: 'required' } } })],
  ])('nothing for what no authenticator may be asked: %s', async (_, ask) => {
    await expect(ask()).rejects.toThrow(WebAuthnError);
    expect([keys.made, keys.used]).toEqual([[], []]);
  });
});

describe('a site does not see', () => {
  const forged = (change: (honest: SystemAttestation) => Partial<SystemAttestation>): void => {
    keys.attestation = (honest) => ({ ...honest, ...change(honest) });
  };
  const data =
    (at: number, change: (byte: number) => number) =>
    ({ authenticatorData }: { readonly authenticatorData: Uint8Array }) => ({
      authenticatorData: withByte(authenticatorData, at, change),
    });

  it.each<[string, (honest: SystemAttestation) => Partial<SystemAttestation>]>([
    ['of another site', data(0, (byte) => byte ^ 1)],
    ['that nobody was there for', data(FLAGS, (byte) => byte & ~Flag.UP)],
    ['without the verification that it asked for', data(FLAGS, (byte) => byte & ~Flag.UV)],
    [
      'without a credential',
      ({ authenticatorData }) => ({ authenticatorData: authenticatorData.slice(0, 37) }),
    ],
    ['that is cut', ({ authenticatorData }) => ({ authenticatorData: authenticatorData.slice(0, -1) })],
    ['of no bytes', () => ({ authenticatorData: new Uint8Array(0) })],
    ['with a statement that is not CBOR', () => ({ statement: Uint8Array.of(0xff) })],
    ['with a statement that is no map', () => ({ statement: Uint8Array.of(0x01) })],
    ['with a format and no statement', () => ({ statement: new Uint8Array(0) })],
  ])('a new passkey %s', async (_, change) => {
    forged(change);
    await expect(
      register({ authenticatorSelection: { userVerification: 'required' } }),
    ).rejects.toMatchObject({ reason: 'misbehaved' });
  });

  it('a new passkey of an algorithm that it did not offer', async () => {
    const { response } = await register();
    forged(() => ({ authenticatorData: response.authenticatorData }));
    await expect(register({ pubKeyCredParams: [{ type: 'public-key', alg: -8 }] })).rejects.toMatchObject({
      reason: 'misbehaved',
    });
  });

  it('a new passkey with less protection than it insists on', async () => {
    const insisting = {
      credentialProtectionPolicy: 'userVerificationRequired',
      enforceCredentialProtectionPolicy: true,
    } as const;
    await register({ extensions: insisting });
    const { response } = await register();
    forged(() => ({ authenticatorData: response.authenticatorData }));
    await expect(register({ extensions: insisting })).rejects.toMatchObject({ reason: 'misbehaved' });
    await register({ extensions: { ...insisting, enforceCredentialProtectionPolicy: false } });
  });

  it('a new passkey without the large blob that it demands', async () => {
    const extensions = { largeBlob: { support: 'required' } };
    await expect(register({ ...discoverable, extensions })).rejects.toMatchObject({
      reason: 'misbehaved',
    });
    forged(() => ({ largeBlob: true }));
    const { clientExtensionResults } = await register({ ...discoverable, extensions });
    expect(clientExtensionResults).toEqual({ largeBlob: { supported: true } });
  });

  it.each<[string, (honest: SystemAssertion) => Partial<SystemAssertion>]>([
    ['of another site', data(0, (byte) => byte ^ 1)],
    ['that nobody was there for', data(FLAGS, (byte) => byte & ~Flag.UP)],
    ['without the verification that it asked for', data(FLAGS, (byte) => byte & ~Flag.UV)],
    ['without a signature', () => ({ signature: new Uint8Array(0) })],
    ['with a passkey that is not on its list', () => ({ credentialId: filled(9) })],
    ['with a user handle that is too long', () => ({ userHandle: filled(9, 65) })],
  ])('a sign-in %s', async (_, change) => {
    const { rawId } = await register(discoverable);
    keys.assertion = (honest) => ({ ...honest, ...change(honest) });
    await expect(
      signIn({ userVerification: 'required', allowCredentials: listed(rawId) }),
    ).rejects.toMatchObject({ reason: 'misbehaved' });
  });

  it.each<[string, Partial<SystemAssertion>]>([
    ['a passkey without an ID', { credentialId: new Uint8Array(0) }],
    ['nobody', { userHandle: undefined }],
  ])('a sign-in without a list with %s', async (_, change) => {
    await register(discoverable);
    keys.assertion = (honest) => ({ ...honest, ...change });
    await expect(signIn()).rejects.toMatchObject({ reason: 'misbehaved' });
  });
});

describe('extensions answer', () => {
  it('what the dialog says of a new passkey', async () => {
    const results = { first: filled(1), second: filled(2) };
    keys.attestation = (honest) => ({ ...honest, largeBlob: true, prfEnabled: true, prf: results });
    const { clientExtensionResults } = await register({
      ...discoverable,
      extensions: {
        credProps: true,
        largeBlob: {},
        credBlob: utf8('blob'),
        prf: { eval: { first: utf8('a'), second: utf8('b') } },
      },
    });
    expect(clientExtensionResults).toEqual({
      credProps: { rk: true },
      largeBlob: { supported: true },
      credBlob: false,
      prf: { enabled: true, results },
    });
  });

  it('no more than it knows', async () => {
    keys.attestation = ({ format, statement, authenticatorData }) => ({
      format,
      statement,
      authenticatorData,
    });
    const { clientExtensionResults, response } = await register({
      extensions: { credProps: true, prf: {}, largeBlob: {} },
    });
    expect(clientExtensionResults).toEqual({
      credProps: {},
      prf: { enabled: false },
      largeBlob: { supported: false },
    });
    expect(response.transports).toEqual([]);
  });

  it('what the authenticator data says', async () => {
    keys.attestation = (honest) => {
      const authenticatorData = Uint8Array.from([
        ...withByte(honest.authenticatorData, FLAGS, (byte) => byte | Flag.ED),
        ...encodeCbor(
          new Map([
            ['credBlob', true],
            ['hmac-secret', true],
          ]),
        ),
      ]);
      return { ...honest, authenticatorData };
    };
    const { clientExtensionResults } = await register({
      extensions: { credBlob: utf8('blob'), prf: {} },
    });
    expect(clientExtensionResults).toEqual({ credBlob: true, prf: { enabled: true } });
  });

  it('results of the prf at a sign-in, for the passkey that was used', async () => {
    const { rawId } = await register(discoverable);
    const id = Buffer.from(rawId).toString('base64url');
    const both = { first: filled(1), second: filled(2) };
    keys.assertion = (honest) => ({ ...honest, prf: both });
    const evalByCredential = new Map([[id, { first: utf8('two'), second: utf8('three') }]]);
    const prf = { eval: { first: utf8('one') }, evalByCredential };
    const { clientExtensionResults } = await signIn({
      allowCredentials: listed(rawId),
      extensions: { prf },
    });
    expect(clientExtensionResults).toEqual({ prf: { results: both } });
  });

  it.each([
    ['one of 31 bytes', { first: filled(1, 31) }],
    ['two where one was asked for', { first: filled(1), second: filled(2) }],
  ])('nothing where the results of the prf are %s', async (_, prf) => {
    await register(discoverable);
    keys.assertion = (honest) => ({ ...honest, prf });
    await expect(signIn({ extensions: { prf: { eval: { first: utf8('one') } } } })).rejects.toMatchObject({
      reason: 'misbehaved',
    });
  });

  it('no results of the prf to a site that has not verified anybody, or has not asked', async () => {
    await register(discoverable);
    keys.assertion = (honest) => ({
      ...honest,
      prf: { first: filled(1) },
      authenticatorData: withByte(honest.authenticatorData, FLAGS, (byte) => byte & ~Flag.UV),
    });
    const asked = await signIn({ extensions: { prf: { eval: { first: utf8('one') } } } });
    expect(flagsOf(asked.response.authenticatorData) & Flag.UV).toBe(0);
    expect(asked.clientExtensionResults).toEqual({ prf: {} });
    expect((await signIn()).clientExtensionResults).toEqual({});
  });

  it('blobs at a sign-in', async () => {
    const { rawId } = await register(discoverable);
    keys.assertion = (honest) => ({ ...honest, largeBlob: utf8('large'), largeBlobWritten: true });
    expect((await signIn({ extensions: { largeBlob: { read: true } } })).clientExtensionResults).toEqual({
      largeBlob: { blob: utf8('large') },
    });
    const written = await signIn({
      allowCredentials: listed(rawId),
      extensions: { largeBlob: { write: utf8('new') } },
    });
    expect(keys.used.at(-1)?.largeBlob).toEqual({ write: utf8('new') });
    expect(written.clientExtensionResults).toEqual({ largeBlob: { written: true } });
    keys.assertion = (honest) => {
      const authenticatorData = Uint8Array.from([
        ...withByte(honest.authenticatorData, FLAGS, (byte) => byte | Flag.ED),
        ...encodeCbor(new Map([['credBlob', utf8('small')]])),
      ]);
      return { ...honest, authenticatorData };
    };
    expect((await signIn({ extensions: { getCredBlob: true } })).clientExtensionResults).toEqual({
      getCredBlob: utf8('small'),
    });
  });
});

describe('failures', () => {
  it.each([
    ['cancelled', 'cancelled'],
    ['timed-out', 'touch-timeout'],
    ['no-key', 'removed'],
    ['not-found', 'no-credentials'],
    ['excluded', 'excluded'],
    ['full', 'key-full'],
    ['not-supported', 'extension-impossible'],
    ['misbehaved', 'misbehaved'],
    ['failed', 'failed'],
  ] as const)('%s is %s', async (code, reason) => {
    keys.failures = [code, code];
    await expect(register()).rejects.toMatchObject({ name: 'CeremonyFailure', reason });
    await expect(signIn()).rejects.toMatchObject({ name: 'CeremonyFailure', reason });
  });

  it('whoever called it off is told that', async () => {
    keys.staysOpen = true;
    const controller = new AbortController();
    const why = new Error('the site waits no longer');
    const making = register({}, { signal: controller.signal });
    controller.abort(why);
    await expect(making).rejects.toMatchObject({ reason: 'cancelled', cause: why });
    expect(keys.calledOff).toBe(1);
  });

  it('a defect stays one', async () => {
    keys.attestation = () => {
      throw new RangeError('out of memory');
    };
    await expect(register()).rejects.toThrow(RangeError);
  });
});

it('the attestation object holds the very authenticator data, and a statement only where it may', async () => {
  const passkey = await register({ attestation: 'direct' });
  const object = decodeCbor(passkey.response.attestationObject) as CborMap;
  expect(object.get('authData')).toEqual(passkey.response.authenticatorData);
  expect([...(object.get('attStmt') as CborMap).keys()]).toContain('sig');
  const none = decodeCbor((await register()).response.attestationObject) as CborMap;
  expect([none.get('fmt'), none.get('attStmt')]).toEqual(['none', new Map()]);
});
