/** The persistent pinUvAuthToken, CTAP 2.2 §6.5.5.7 (permission pcmr), §6.4 (encIdentifier, encCredStoreState) and §6.8. */
import { createDecipheriv, hkdfSync } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import { PinClient } from '../../main/client/pin';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import type { CborMap } from '../../main/ctap/cbor';
import { ConfigSubcommand, configAuthMessage } from '../../main/ctap/commands/authenticator-config';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import {
  credentialManagementAuthMessage,
  credentialManagementParams,
  CredentialManagementSubcommand as Sub,
  type CredentialManagementParams,
  type CredentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import { Permission, pinBytes, pinHash } from '../../main/ctap/pin-protocol';
import { authorized, getRequest, makeRequest, PIN, RP, tokenFor } from './ceremony';
import { agree, expectStatus, type ConformanceCase, type Subject } from './subject';

const configuration = {
  versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
  persistentToken: true,
  configCommands: [ConfigSubcommand.SET_MIN_PIN_LENGTH],
  extensions: ['credProtect', 'hmac-secret', 'minPinLength'],
};
const recipe = {
  pin: PIN,
  configuration,
  passkeys: [
    { rpId: RP, userName: 'ada' },
    { rpId: 'b.example', userName: 'bob' },
  ],
};

/** The bytes of a token: what the platform keeps of a persistent one. */
async function rawToken(subject: Subject, permissions: number): Promise<Uint8Array> {
  const { protocol, secret, common } = await agree(subject, 2);
  const { pinUvAuthToken } = await subject.api.clientPin({
    ...common,
    subCommand: ClientPinSubcommand.GET_TOKEN_USING_PIN,
    pinHashEnc: protocol.encrypt(secret, pinHash(pinBytes(PIN))),
    permissions,
  });
  const token = pinUvAuthToken && protocol.decrypt(secret, pinUvAuthToken);
  if (!token) throw new Error('no token');
  return token;
}

const pcmr = (subject: Subject): Promise<PinUvAuthToken> => tokenFor(subject, Permission.PCMR);

function ask(
  { api }: Subject,
  token: PinUvAuthToken,
  subCommand: number,
  params: CredentialManagementParams = {},
): Promise<CredentialManagementResponse> {
  const encoded = credentialManagementParams.encode(params) as CborMap;
  const subCommandParams = encoded.size > 0 ? encoded : undefined;
  return api.credentialManagement({
    subCommand,
    ...(subCommandParams && { subCommandParams }),
    pinUvAuthProtocol: token.protocolVersion,
    pinUvAuthParam: token.authenticate(credentialManagementAuthMessage(subCommand, subCommandParams)),
  });
}

const rpIDHash = sha256(Buffer.from(RP));

/** What the holder of the token makes of an enc… member of getInfo, by another implementation than ours. */
function revealed(
  token: Uint8Array,
  member: 'encIdentifier' | 'encCredStoreState',
  value: Uint8Array | undefined,
): string {
  if (!value) throw new Error(`no ${member}`);
  const key = hkdfSync('sha256', token, new Uint8Array(32), member, 16);
  const decipher = createDecipheriv('aes-128-cbc', new Uint8Array(key), value.subarray(0, 16));
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(value.subarray(16)), decipher.final()]).toString('hex');
}

async function changePin({ api, random }: Subject, from: string, to: string): Promise<void> {
  await new PinClient(api, await api.getInfo(), random).changePin(from, to);
}

export const persistentTokenCases: readonly ConformanceCase[] = [
  {
    section: 'CTAP 2.2 §6.5.5.7.2',
    name: 'without perCredMgmtRO permission pcmr is UNAUTHORIZED_PERMISSION, and getInfo conceals nothing',
    recipe: { ...recipe, configuration: { ...configuration, persistentToken: false } },
    run: async (subject) => {
      const info = await subject.api.getInfo();
      expect(info.options?.get('perCredMgmtRO')).toBeUndefined();
      expect(info.encIdentifier).toBeUndefined();
      expect(info.encCredStoreState).toBeUndefined();
      await expectStatus(pcmr(subject), 'UNAUTHORIZED_PERMISSION');
    },
  },
  {
    section: 'CTAP 2.2 §6.5.5.7.2',
    name: 'pcmr beside another permission is UNAUTHORIZED_PERMISSION; bits that nobody has defined do not count',
    recipe,
    run: async (subject) => {
      expect((await subject.api.getInfo()).options?.get('perCredMgmtRO')).toBe(true);
      for (const other of [Permission.CM, Permission.ACFG])
        await expectStatus(rawToken(subject, Permission.PCMR | other), 'UNAUTHORIZED_PERMISSION');
      const token = await rawToken(subject, Permission.PCMR);
      expect(await rawToken(subject, Permission.PCMR | 0x80)).toEqual(token);
    },
  },
  {
    section: 'CTAP 2.2 §6.8',
    name: 'the persistent token reads: metadata, sites, passkeys',
    recipe,
    run: async (subject) => {
      const token = await pcmr(subject);
      expect(await ask(subject, token, Sub.GET_CREDS_METADATA)).toMatchObject({
        existingResidentCredentialsCount: 2,
      });
      expect(await ask(subject, token, Sub.ENUMERATE_RPS_BEGIN)).toMatchObject({ totalRPs: 2 });
      await subject.api.credentialManagement({ subCommand: Sub.ENUMERATE_RPS_GET_NEXT_RP });
      const first = await ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash });
      expect(first).toMatchObject({ totalCredentials: 1, user: { name: 'ada' } });
    },
  },
  {
    section: 'CTAP 2.2 §6.8',
    name: 'the persistent token deletes and renames nothing: PIN_AUTH_INVALID; nor does it serve other commands',
    recipe,
    run: async (subject) => {
      const token = await pcmr(subject);
      const { credentialID, user } = await ask(subject, token, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash });
      if (!credentialID || !user) throw new Error('no credential');
      await expectStatus(ask(subject, token, Sub.DELETE_CREDENTIAL, { credentialID }), 'PIN_AUTH_INVALID');
      await expectStatus(
        ask(subject, token, Sub.UPDATE_USER_INFORMATION, { credentialID, user: { ...user, name: 'eve' } }),
        'PIN_AUTH_INVALID',
      );
      await expectStatus(subject.api.makeCredential(makeRequest(authorized(token))), 'PIN_AUTH_INVALID');
      await expectStatus(subject.api.getAssertion(getRequest(authorized(token))), 'PIN_AUTH_INVALID');
      const message = configAuthMessage(ConfigSubcommand.SET_MIN_PIN_LENGTH, undefined);
      await expectStatus(
        subject.api.authenticatorConfig({
          subCommand: ConfigSubcommand.SET_MIN_PIN_LENGTH,
          pinUvAuthProtocol: token.protocolVersion,
          pinUvAuthParam: token.authenticate(message),
        }),
        'PIN_AUTH_INVALID',
      );
    },
  },
  {
    section: 'CTAP 2.2 §6.5.5.7.2',
    name: 'the same token every time, beside other tokens and over power cycles',
    recipe,
    run: async (subject) => {
      const value = await rawToken(subject, Permission.PCMR);
      expect(value).toHaveLength(32);
      const cm = await tokenFor(subject, Permission.CM);
      const persistent = await pcmr(subject);
      await ask(subject, cm, Sub.GET_CREDS_METADATA);
      await ask(subject, persistent, Sub.GET_CREDS_METADATA);
      await subject.powerCycle();
      await expectStatus(ask(subject, cm, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      await ask(subject, persistent, Sub.GET_CREDS_METADATA);
      expect(await rawToken(subject, Permission.PCMR)).toEqual(value);
    },
  },
  {
    section: 'CTAP 2.2 §6.8',
    name: 'a token for one site shows no others while a persistent one does',
    recipe,
    run: async (subject) => {
      const persistent = await pcmr(subject);
      const bound = await tokenFor(subject, Permission.CM, RP);
      await expectStatus(ask(subject, bound, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      await ask(subject, persistent, Sub.GET_CREDS_METADATA);
      const other = { rpIDHash: sha256(Buffer.from('b.example')) };
      await expectStatus(ask(subject, bound, Sub.ENUMERATE_CREDENTIALS_BEGIN, other), 'PIN_AUTH_INVALID');
      await ask(subject, persistent, Sub.ENUMERATE_CREDENTIALS_BEGIN, other);
    },
  },
  {
    section: 'CTAP 2.2 §6.5.5.6',
    name: 'changePIN ends the persistent token; setPIN after a reset gives another',
    recipe,
    run: async (subject) => {
      const old = await pcmr(subject);
      const value = await rawToken(subject, Permission.PCMR);
      await changePin(subject, PIN, '2468');
      await expectStatus(ask(subject, old, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      await changePin(subject, '2468', PIN);
      const next = await rawToken(subject, Permission.PCMR);
      expect(next).not.toEqual(value);
      await subject.powerCycle();
      await subject.api.reset();
      await new PinClient(subject.api, await subject.api.getInfo(), subject.random).setPin(PIN);
      expect(await rawToken(subject, Permission.PCMR)).not.toEqual(next);
    },
  },
  {
    section: 'CTAP 2.2 §6.11.4',
    name: 'a forced PIN change ends the persistent token at once',
    recipe,
    run: async (subject) => {
      const old = await pcmr(subject);
      const acfg = await tokenFor(subject, Permission.ACFG);
      const subCommand = ConfigSubcommand.SET_MIN_PIN_LENGTH;
      const subCommandParams: CborMap = new Map([[3, true]]);
      await subject.api.authenticatorConfig({
        subCommand,
        subCommandParams,
        pinUvAuthProtocol: acfg.protocolVersion,
        pinUvAuthParam: acfg.authenticate(configAuthMessage(subCommand, subCommandParams)),
      });
      await expectStatus(ask(subject, old, Sub.GET_CREDS_METADATA), 'PIN_AUTH_INVALID');
      await expectStatus(pcmr(subject), 'PIN_POLICY_VIOLATION');
    },
  },
  {
    section: 'CTAP 2.2 §6.4',
    name: 'encIdentifier: never the same twice, the same key for the holder of the token, another after a reset',
    recipe,
    run: async (subject) => {
      const token = await rawToken(subject, Permission.PCMR);
      const first = (await subject.api.getInfo()).encIdentifier;
      await subject.powerCycle();
      const second = (await subject.api.getInfo()).encIdentifier;
      expect(second).not.toEqual(first);
      const identifier = revealed(token, 'encIdentifier', first);
      expect(revealed(token, 'encIdentifier', second)).toBe(identifier);
      await changePin(subject, PIN, '2468');
      await changePin(subject, '2468', PIN);
      const next = await rawToken(subject, Permission.PCMR);
      expect(revealed(next, 'encIdentifier', (await subject.api.getInfo()).encIdentifier)).toBe(identifier);
      await subject.powerCycle();
      await subject.api.reset();
      await new PinClient(subject.api, await subject.api.getInfo(), subject.random).setPin(PIN);
      const last = await rawToken(subject, Permission.PCMR);
      const after = revealed(last, 'encIdentifier', (await subject.api.getInfo()).encIdentifier);
      expect(after).not.toBe(identifier);
    },
  },
  {
    section: 'CTAP 2.3 §6.4',
    name: 'encCredStoreState: as long as nothing changes the same state, another after every creation, renaming and deletion',
    recipe,
    run: async (subject) => {
      const token = await rawToken(subject, Permission.PCMR);
      const state = async (): Promise<string> =>
        revealed(token, 'encCredStoreState', (await subject.api.getInfo()).encCredStoreState);
      const first = (await subject.api.getInfo()).encCredStoreState;
      const seen = new Set([await state()]);
      expect((await subject.api.getInfo()).encCredStoreState).not.toEqual(first);
      await ask(subject, await pcmr(subject), Sub.GET_CREDS_METADATA);
      await subject.powerCycle();
      expect(seen).toContain(await state());
      const mc = await tokenFor(subject, Permission.MC, RP);
      await subject.api.makeCredential(makeRequest({ ...authorized(mc), options: { rk: false } }));
      expect(seen).toContain(await state());
      const again = await tokenFor(subject, Permission.MC, RP);
      await subject.api.makeCredential(makeRequest(authorized(again)));
      expect(seen).not.toContain(await state());
      seen.add(await state());
      const cm = await tokenFor(subject, Permission.CM);
      const { credentialID, user } = await ask(subject, cm, Sub.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash });
      if (!credentialID || !user) throw new Error('no credential');
      await ask(subject, cm, Sub.UPDATE_USER_INFORMATION, { credentialID, user: { ...user, name: 'eve' } });
      expect(seen).not.toContain(await state());
      seen.add(await state());
      await ask(subject, cm, Sub.DELETE_CREDENTIAL, { credentialID });
      expect(seen).not.toContain(await state());
    },
  },
  {
    section: 'CTAP 2.2 §6.4',
    name: 'a key before CTAP 2.3 has encIdentifier and no encCredStoreState',
    recipe: { ...recipe, configuration: { ...configuration, versions: ['FIDO_2_0', 'FIDO_2_1'] } },
    run: async ({ api }) => {
      const info = await api.getInfo();
      expect(info.encIdentifier).toHaveLength(32);
      expect(info.encCredStoreState).toBeUndefined();
      expect(info.authenticatorConfigCommands).toBeUndefined();
    },
  },
];
