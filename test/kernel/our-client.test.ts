/** Our client and a simulated key, with node-hid, hidraw and uhid of a real kernel between them: what they say to each other. */
import { beforeEach, describe, expect, test } from 'vitest';
import { CredentialManager } from '../../main/client/credential-manager.js';
import { PinClient } from '../../main/client/pin.js';
import type { SecurityKey } from '../../main/client/security-key.js';
import type { MakeCredentialRequest } from '../../main/ctap/commands/make-credential.js';
import type { CborValue } from '../../main/ctap/cbor.js';
import { Flag } from '../../main/ctap/authenticator-data.js';
import { Algorithm } from '../../main/ctap/cose.js';
import { TransportError } from '../../main/ctap/errors.js';
import { Permission } from '../../main/ctap/pin-protocol.js';
import { Status } from '../../main/ctap/status.js';
import { CLIENT_DATA_HASH, createdCredential, sha256, signatureIsValid } from '../support/platform.js';
import { openedKey, passkeysOn, PIN, plugKey, system } from './support/key-on-uhid.js';
import { attached, eventually, systemBus } from './support/virtual-key.js';

const RP = 'login.example';

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

function pinOf(key: SecurityKey): PinClient {
  return new PinClient(key.api, key.info!, system.random);
}

async function managerOf(key: SecurityKey): Promise<CredentialManager> {
  return new CredentialManager(key.api, key.info!, await pinOf(key).token(PIN, Permission.CM));
}

/** What authorizes a request for {@link RP}. */
async function authorization(
  key: SecurityKey,
  permission: number,
): Promise<{ readonly pinUvAuthParam: Uint8Array; readonly pinUvAuthProtocol: number }> {
  const token = await pinOf(key).token(PIN, permission, RP);
  return {
    pinUvAuthParam: token.authenticate(CLIENT_DATA_HASH),
    pinUvAuthProtocol: token.protocolVersion,
  };
}

function newPasskey(name: string, alg: number): MakeCredentialRequest {
  return {
    clientDataHash: CLIENT_DATA_HASH,
    rp: { id: RP, name: 'Login' },
    user: { id: Buffer.from(name), name, displayName: name.toUpperCase() },
    pubKeyCredParams: [{ alg, type: 'public-key' }],
    options: { rk: true },
  };
}

test('getInfo: every member arrives as the key says it', async () => {
  const identifier = Uint8Array.from({ length: 32 }, (_, index) => index);
  const { simulated } = await plugKey({
    profile: '2.3',
    changes: {
      serial: 'LK42',
      extraInfo: new Map<number, CborValue>([
        [0x0b, 4096],
        [0x0f, 32],
        [0x10, 3],
        [0x11, 5],
        [0x12, 0x0802],
        [0x13, new Map([['FIDO', 6]])],
        [0x15, [0x1122334455667788n, 7]],
        [0x16, ['packed', 'none']],
        [0x17, 9],
        [0x18, true],
        [0x19, identifier],
        [0x1a, ['usb']],
        [0x1b, true],
        [0x1c, Uint8Array.from(Buffer.from('https://pin.example/rules'))],
        [0x1d, 48],
        [0x1e, identifier.toReversed()],
        [0x1f, [1, 2, 3]],
      ]),
    },
    passkeys: passkeysOn(1, 2),
  });
  const { key, device } = await openedKey();
  expect(device).toMatchObject({ product: 'Simulated CTAP 2.3 key', serial: 'LK42', simulated: true });
  // What the engine says in process: every member has come through whole.
  expect(key.info).toEqual(await simulated.authenticator.getInfo());
  // And what was told to it has come through as it was told.
  expect(key.info).toMatchObject({
    versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
    aaguid: Uint8Array.from(Buffer.from('LatchkeySimulate')),
    maxSerializedLargeBlobArray: 4096,
    maxRPIDsForSetMinPINLength: 3,
    preferredPlatformUvAttempts: 5,
    uvModality: 0x0802,
    certifications: new Map([['FIDO', 6]]),
    remainingDiscoverableCredentials: 98,
    vendorPrototypeConfigCommands: [0x1122334455667788n, 7],
    uvCountSinceLastPinEntry: 9,
    longTouchForReset: true,
    encIdentifier: identifier,
    pinComplexityPolicy: true,
    pinComplexityPolicyURL: Uint8Array.from(Buffer.from('https://pin.example/rules')),
    maxPINLength: 48,
    encCredStoreState: identifier.toReversed(),
    authenticatorConfigCommands: [1, 2, 3],
  });
  expect(key.deviceVersion).toEqual({ major: 1, minor: 0, build: 0 });
});

describe('the PIN', () => {
  test('is set, changed, and wrong ones cost tries until the key wants to be taken out', async () => {
    const { simulated } = await plugKey({ pin: null });
    const { key } = await openedKey();
    expect(key.info!.options!.get('clientPin')).toBe(false);
    await pinOf(key).setPin('köpenick-7');
    expect((await key.refreshInfo())!.options!.get('clientPin')).toBe(true);
    await pinOf(key).changePin('köpenick-7', '4711');
    expect(simulated.snapshot().pin).toMatchObject({ codePoints: 4, retries: 8 });

    await expect(pinOf(key).token('köpenick-7', Permission.CM)).rejects.toMatchObject({
      status: Status.PIN_INVALID,
    });
    await expect(pinOf(key).changePin('0000', '1111')).rejects.toMatchObject({ status: Status.PIN_INVALID });
    expect(await pinOf(key).retries()).toEqual({ retries: 6, powerCycleNeeded: false });
    await pinOf(key).token('4711', Permission.CM);
    expect(await pinOf(key).retries()).toEqual({ retries: 8, powerCycleNeeded: false });

    for (const expected of [Status.PIN_INVALID, Status.PIN_INVALID, Status.PIN_AUTH_BLOCKED])
      await expect(pinOf(key).token('0000', Permission.CM)).rejects.toMatchObject({ status: expected });
    // Also the right one, until the key has been without power.
    await expect(pinOf(key).token('4711', Permission.CM)).rejects.toMatchObject({
      status: Status.PIN_AUTH_BLOCKED,
    });
    expect(await pinOf(key).retries()).toEqual({ retries: 5, powerCycleNeeded: true });
  });

  test('works by protocol 1 and the legacy token too', async () => {
    await plugKey({ profile: '2.1-preview', passkeys: passkeysOn(2, 3) });
    const { key } = await openedKey();
    const { credentials, flaws } = await (await managerOf(key)).list();
    expect(credentials).toHaveLength(3);
    expect(flaws).toEqual([]);
  });
});

describe('a new passkey', () => {
  test.each([
    ['ES256', Algorithm.ES256],
    ['EdDSA', Algorithm.EDDSA],
  ])('%s: is made, signs so that OpenSSL agrees, and is listed', async (_, alg) => {
    const { presence } = await plugKey();
    const { key } = await openedKey();
    const made = await key.api.makeCredential({
      ...newPasskey('ada', alg),
      ...(await authorization(key, Permission.MC)),
    });
    const created = createdCredential(made.authData);
    expect(made.fmt).toBe('packed');
    expect(made.attStmt!.get('alg')).toBe(alg);
    const attested = made.attStmt!.get('sig') as Uint8Array;
    expect(signatureIsValid(created.publicKey, made.authData, attested)).toBe(true);
    expect(created.data.rpIdHash).toEqual(sha256(RP));
    expect(created.data.flags).toBe(Flag.UP | Flag.UV | Flag.AT);

    const used = await key.api.getAssertion({
      rpId: RP,
      clientDataHash: CLIENT_DATA_HASH,
      ...(await authorization(key, Permission.GA)),
    });
    expect(used.credential!.id).toEqual(created.id);
    expect(used.user!.id).toEqual(Uint8Array.from(Buffer.from('ada')));
    expect(used.authData[32]).toBe(Flag.UP | Flag.UV);
    expect(signatureIsValid(created.publicKey, used.authData, used.signature)).toBe(true);
    const tampered = used.signature.with(-1, used.signature.at(-1)! ^ 1);
    expect(signatureIsValid(created.publicKey, used.authData, tampered)).toBe(false);
    expect(presence.requests.map(({ reason }) => reason)).toEqual(['create', 'use']);

    const { credentials } = await (await managerOf(key)).list();
    expect(credentials).toHaveLength(1);
    expect(credentials[0]).toMatchObject({
      rpId: RP,
      rpName: 'Login',
      user: { name: 'ada', displayName: 'ADA' },
      algorithm: alg,
      credentialId: created.id,
      publicKey: created.publicKey,
    });
  });

  test('waits for the touch, says so, and a cancel leaves the key free and nothing made', async () => {
    const { simulated, presence } = await plugKey();
    const { key } = await openedKey();
    const cancel = new AbortController();
    const states: string[] = [];
    presence.next('wait');
    const making = key.api.makeCredential(
      { ...newPasskey('ada', Algorithm.ES256), ...(await authorization(key, Permission.MC)) },
      { signal: cancel.signal, onStatus: (status) => states.push(status) },
    );
    const outcome = making.catch((error: unknown) => error);
    await eventually('the key asks for the touch', () => states.includes('touch-needed'));
    cancel.abort(new Error('changed my mind'));
    expect(await outcome).toMatchObject({ message: 'changed my mind' });
    expect(presence.waiting).toBe(false);
    expect(simulated.snapshot().credentials).toEqual([]);
    expect((await key.refreshInfo())!.remainingDiscoverableCredentials).toBe(100);
  });

  test('with an exclude list of long IDs goes through in many packets; one that is too long is not sent', async () => {
    await plugKey();
    const { key } = await openedKey();
    const excludeList = Array.from({ length: 3 }, () => ({
      id: system.random.bytes(240),
      type: 'public-key',
    }));
    const request = { ...newPasskey('ada', Algorithm.ES256), excludeList };
    await key.api.makeCredential({ ...request, ...(await authorization(key, Permission.MC)) });
    await expect(
      key.api.makeCredential({ ...request, excludeList: [...excludeList, ...excludeList] }),
    ).rejects.toMatchObject({ status: Status.REQUEST_TOO_LARGE });
  });
});

describe('the list', () => {
  test('has every passkey of every site, with all that the key tells', async () => {
    const { simulated } = await plugKey({
      passkeys: [
        ...passkeysOn(5, 11),
        { rpId: 'bank.example', userName: 'b', credProtect: 3, largeBlob: true, thirdPartyPayment: true },
        { rpId: 'bank.example', displayName: '山田 花子 🔑', algorithm: Algorithm.EDDSA },
      ],
    });
    const { key } = await openedKey();
    const { credentials, metadata, flaws, cutAt } = await (await managerOf(key)).list();
    expect(metadata).toEqual({ existing: 13, remaining: 87 });
    expect(flaws).toEqual([]);
    expect(cutAt).toBeUndefined();
    const byId = (
      a: { readonly credentialId: Uint8Array },
      b: { readonly credentialId: Uint8Array },
    ): number => Buffer.compare(a.credentialId, b.credentialId);
    expect([...credentials].sort(byId)).toEqual(
      simulated
        .snapshot()
        .credentials.map(({ credential }) => ({
          rpId: credential.rp.id,
          rpIdHash: sha256(credential.rp.id),
          user: credential.user,
          credentialId: credential.id,
          publicKey: credential.publicKey,
          algorithm: credential.algorithm,
          credProtect: credential.credProtect,
          hasLargeBlobKey: credential.largeBlobKey !== undefined,
          ...(credential.thirdPartyPayment && { thirdPartyPayment: true }),
          flaws: [],
        }))
        .sort(byId),
    );
  });

  test('of an empty key is empty', async () => {
    await plugKey();
    const { key } = await openedKey();
    const manager = await managerOf(key);
    expect(await manager.list()).toMatchObject({ credentials: [], flaws: [] });
  });

  test('deleting takes one away, and says what is true when the key lies about it', async () => {
    const { simulated } = await plugKey({ passkeys: passkeysOn(2, 4) });
    const { key } = await openedKey();
    const manager = await managerOf(key);
    const { credentials } = await manager.list();
    const [first, second] = credentials;
    expect(await manager.deleteVerified(first!)).toEqual({ outcome: 'deleted' });
    expect(simulated.snapshot().credentials).toHaveLength(3);

    simulated.setQuirks([{ name: 'delete-pretends' }]);
    expect(await manager.deleteVerified(second!)).toEqual({ outcome: 'kept' });
    simulated.setQuirks([{ name: 'delete-denies' }]);
    expect(await manager.deleteVerified(second!)).toMatchObject({
      outcome: 'deleted',
      refusal: { status: Status.OTHER },
    });
    const left = (await manager.list()).credentials.map(({ credentialId }) => credentialId);
    expect(left).toEqual(credentials.slice(2).map(({ credentialId }) => credentialId));
  });
});

describe('unplugged in the middle of listing', () => {
  // Counted from the first report of the listing, in both directions: at a request, within an answer, between two.
  test.each([1, 2, 5, 8, 13, 30])('after report %i: "unplugged", at once', async (report) => {
    const plugged = await plugKey({ passkeys: passkeysOn(3, 9) });
    const { key } = await openedKey();
    const manager = await managerOf(key);
    plugged.simulated.setQuirks([{ name: 'unplug-at-report', report }]);
    const failure = await manager.list().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransportError);
    expect(failure).toMatchObject({ failure: 'unplugged' });
    await plugged.gone;
    await expect(key.api.getInfo()).rejects.toMatchObject({ failure: 'unplugged' });
  });
});
