/** The authenticator of this device over a real vault: what it says of itself, what it answers without anybody, and its extensions. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_AAGUID } from '../../main/authenticator/configuration';
import { LATCHKEY_AAGUID } from '../../main/authenticator/platform-configuration';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import type { CborKey, CborMap, CborValue } from '../../main/ctap/cbor';
import type { MakeCredentialRequest } from '../../main/ctap/commands/make-credential';
import { newKeyAgreementKey, pinProtocol } from '../../main/ctap/pin-protocol';
import { expectConsistent } from '../conformance/info-rules';
import { PIN } from '../support/memory-vault';
import { createdCredential, signatureIsValid } from '../support/platform';
import { platformDevice } from '../support/platform-device';
import { RP, PUBLIC_KEY, make, get, gestures, flagsOf, idOf, listed, refused } from './platform-requests';

describe('what it says of itself', () => {
  it('a platform authenticator of CTAP 2.3 that always verifies, has no PIN of CTAP’s and no enterprise attestation', async () => {
    const { device } = await platformDevice();
    const info = await device.getInfo();
    expectConsistent(info);
    expect(info).toMatchObject({
      versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
      transports: ['internal'],
      attestationFormats: ['packed', 'none'],
      remainingDiscoverableCredentials: 10_000,
      minPINLength: 6,
    });
    expect(info.algorithms?.map(({ alg }) => alg)).toEqual([-7, -8, -19, -35, -257, -48, -49]);
    expect(Object.fromEntries(info.options ?? [])).toEqual({
      plat: true,
      up: true,
      rk: true,
      uv: true,
      pinUvAuthToken: true,
      credMgmt: true,
      alwaysUv: true,
      largeBlobs: true,
    });
  });

  it('its AAGUID is Latchkey’s own, as documented: a version 4 UUID, not that of simulated keys', async () => {
    const { device } = await platformDevice();
    const { aaguid } = await device.getInfo();
    expect(aaguid).toEqual(LATCHKEY_AAGUID);
    expect(aaguid).not.toEqual(TEST_AAGUID);
    expect([aaguid[6]! >> 4, aaguid[8]! >> 6]).toEqual([4, 2]);
    const page = readFileSync(join(import.meta.dirname, '../../docs/this-device.md'), 'utf8');
    expect(page).toContain(
      Buffer.from(aaguid)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    );
  });

  it('is never reset by a command, and enrols and configures nothing', async () => {
    const its = await platformDevice();
    await make(its);
    await refused(its.device.reset(), 'NOT_ALLOWED');
    await refused(its.device.authenticatorConfig({ subCommand: 2 }), 'INVALID_COMMAND');
    await refused(its.device.bioEnrollment({ getModality: true }), 'INVALID_COMMAND');
    await refused(its.device.clientPin({ subCommand: 1 }), 'INVALID_SUBCOMMAND');
    expect(its.vault.passkeys).toHaveLength(1);
    expect(gestures(its)).toBe(1);
  });
});

describe('a silent question', () => {
  it('needs nobody, signs nothing, and tells of no more than that there is a passkey', async () => {
    const its = await platformDevice();
    const id = idOf(
      await make(its, { extensions: new Map<CborKey, CborValue>([['credBlob', Uint8Array.of(1)]]) }),
    );
    const wrapped = idOf(await make(its, { options: { rk: false } }));
    const before = gestures(its);
    for (const credential of [id, wrapped]) {
      const answer = await get(its, {
        ...listed(credential),
        options: { up: false },
        extensions: new Map([['credBlob', true]]),
      });
      expect(answer.credential?.id).toEqual(credential);
      expect(flagsOf(answer)).toBe(0);
      expect(answer.signature).toHaveLength(0);
      expect(answer.user?.name).toBeUndefined();
    }
    await refused(get(its, { ...listed(new Uint8Array(32)), options: { up: false } }), 'NO_CREDENTIALS');
    await refused(get(its, { ...listed(id), rpId: 'b.example', options: { up: false } }), 'NO_CREDENTIALS');
    await refused(
      get(its, { ...listed(wrapped), rpId: 'b.example', options: { up: false } }),
      'NO_CREDENTIALS',
    );
    expect(gestures(its)).toBe(before);
    expect(its.vault.secretsOpen).toBe(false);
  });

  it('does not find what credProtect hides from who is not verified', async () => {
    const its = await platformDevice();
    const protectedBy = (level: number): Partial<MakeCredentialRequest> => ({
      extensions: new Map([['credProtect', level]]),
      user: { id: Uint8Array.of(level) },
    });
    const three = idOf(await make(its, protectedBy(3)));
    const two = idOf(await make(its, protectedBy(2)));
    const silent = { options: { up: false } };
    await refused(get(its, silent), 'NO_CREDENTIALS');
    await refused(get(its, { ...listed(three), ...silent }), 'NO_CREDENTIALS');
    expect((await get(its, { ...listed(two), ...silent })).credential?.id).toEqual(two);
    expect((await get(its, listed(three))).credential?.id).toEqual(three);
  });
});

describe('extensions', () => {
  const salt = new Uint8Array(32).fill(0x11);

  it('hmac-secret: what a verified user gets comes from the secret for verified users, and not from the other', async () => {
    const its = await platformDevice();
    const { device, random, vault } = its;
    const id = idOf(await make(its, { extensions: new Map([['hmac-secret', true]]) }));
    const protocol = pinProtocol(2, random)!;
    const { keyAgreement } = await device.clientPin({ pinUvAuthProtocol: 2, subCommand: 2 });
    const own = newKeyAgreementKey(random);
    const shared = protocol.sharedSecret(own, keyAgreement!)!;
    const saltEnc = protocol.encrypt(shared, salt);
    const input = new Map<CborKey, CborValue>([
      [1, own.publicKey],
      [2, saltEnc],
      [3, protocol.authenticate(shared, saltEnc)],
      [4, 2],
    ]);
    const extensions: CborMap = new Map([['hmac-secret', input]]);
    await refused(get(its, { extensions, options: { up: false } }), 'UNSUPPORTED_OPTION');
    const answer = await get(its, { extensions });
    const output = decodeAuthenticatorData(answer.authData).extensions?.get('hmac-secret');
    const secret = protocol.decrypt(shared, output as Uint8Array)!;
    await vault.verifyPin(PIN);
    const { credRandomWithUv, credRandomWithoutUv } = (await vault.storage.credentials.secretsOf(id))!;
    expect(secret).toEqual(hmac(sha256, credRandomWithUv, salt));
    expect(secret).not.toEqual(hmac(sha256, credRandomWithoutUv, salt));
    vault.endCeremony();
  });

  it('minPinLength: told to the sites on the administrator’s list, and to no others', async () => {
    const its = await platformDevice();
    const { record } = its.vault.storage;
    await its.vault.storage.save({ policy: { ...record.policy, minPinLengthRpIds: ['b.example'] } });
    const extensions = new Map([['minPinLength', true]]);
    const told = async (id: string) =>
      decodeAuthenticatorData((await make(its, { rp: { id }, extensions })).authData).extensions;
    expect(await told(RP)).toBeUndefined();
    expect(await told('b.example')).toEqual(new Map([['minPinLength', 6]]));
  });

  it('ML-DSA-65: the longest answers there are, for both kinds of passkeys', async () => {
    const its = await platformDevice();
    for (const rk of [true, false]) {
      const made = await make(its, { pubKeyCredParams: [{ alg: -49, type: PUBLIC_KEY }], options: { rk } });
      const { id, publicKey } = createdCredential(made.authData);
      const attested = made.attStmt?.get('sig') as Uint8Array;
      expect(attested).toHaveLength(3309);
      expect(signatureIsValid(publicKey, made.authData, attested)).toBe(true);
      const answer = await get(its, listed(id));
      expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
    }
  });
});

it('nothing is stored for a passkey that is not discoverable', async () => {
  const its = await platformDevice();
  const before = its.folder.content('passkeys.vault');
  await make(its, { options: { rk: false } });
  expect(its.folder.content('passkeys.vault')).toEqual(before);
  expect(its.vault.passkeys).toHaveLength(0);
});
