/** Members and options of getInfo that some keys have, CTAP 2.1 §6.4 with 2.2 and 2.3, and what follows from them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import { PinClient } from '../../main/client/pin';
import type { CborMap } from '../../main/ctap/cbor';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import {
  credentialManagementAuthMessage,
  credentialManagementParams,
  CredentialManagementSubcommand,
} from '../../main/ctap/commands/credential-management';
import { Permission, pinBytes, pinHash } from '../../main/ctap/pin-protocol';
import { getRequest, makeRequest, PIN, RP, tokenFor } from './ceremony';
import { enrolledWithPin, tokenByFinger } from './fingers';
import { agree, expectStatus, type ConformanceCase, type Subject } from './subject';

const NEWER: readonly (keyof AuthenticatorInfo)[] = [
  'attestationFormats',
  'uvCountSinceLastPinEntry',
  'longTouchForReset',
  'transportsForReset',
  'pinComplexityPolicy',
  'pinComplexityPolicyURL',
  'maxPINLength',
];

/** 66 bytes: the last of its 33 characters does not fit into 65. */
const LONG_NAME = 'é'.repeat(33);

async function storedUser(subject: Subject): Promise<unknown> {
  const subCommand = CredentialManagementSubcommand.ENUMERATE_CREDENTIALS_BEGIN;
  const subCommandParams = credentialManagementParams.encode({
    rpIDHash: sha256(Buffer.from(RP)),
  }) as CborMap;
  const token = await tokenFor(subject, Permission.CM);
  const { user } = await subject.api.credentialManagement({
    subCommand,
    subCommandParams,
    pinUvAuthProtocol: token.protocolVersion,
    pinUvAuthParam: token.authenticate(credentialManagementAuthMessage(subCommand, subCommandParams)),
  });
  return user;
}

async function update(subject: Subject, name: string): Promise<void> {
  const subCommand = CredentialManagementSubcommand.UPDATE_USER_INFORMATION;
  const list = await subject.api.getAssertion(getRequest({ options: { up: false } }));
  const subCommandParams = credentialManagementParams.encode({
    credentialID: list.credential,
    user: { id: Uint8Array.of(1), name },
  }) as CborMap;
  const token = await tokenFor(subject, Permission.CM);
  await subject.api.credentialManagement({
    subCommand,
    subCommandParams,
    pinUvAuthProtocol: token.protocolVersion,
    pinUvAuthParam: token.authenticate(credentialManagementAuthMessage(subCommand, subCommandParams)),
  });
}

export const optionCases: readonly ConformanceCase[] = [
  {
    section: 'CTAP 2.2 §6.4',
    name: 'the members of CTAP 2.2, each as the key is',
    recipe: {
      configuration: {
        ctap22Info: true,
        extensions: ['credProtect', 'hmac-secret', 'pinComplexityPolicy'],
        attestationFormats: ['packed'],
        longTouchForReset: true,
        pinComplexityPolicy: true,
        pinComplexityPolicyUrl: 'https://example.com/pins',
        transportsForReset: ['usb'],
        maxPinLength: 20,
      },
    },
    run: async ({ api }) => {
      const info = await api.getInfo();
      expect(info).toMatchObject({
        attestationFormats: ['packed'],
        longTouchForReset: true,
        pinComplexityPolicy: true,
        transportsForReset: ['usb'],
        maxPINLength: 20,
      });
      expect(Buffer.from(info.pinComplexityPolicyURL ?? []).toString()).toBe('https://example.com/pins');
      expect(info.uvCountSinceLastPinEntry).toBeUndefined();
    },
  },
  {
    section: '§6.4',
    name: 'a key before CTAP 2.2 sends none of its members, whatever its policies are',
    recipe: {
      configuration: { longTouchForReset: true, pinComplexityPolicy: true, pinComplexityPolicyUrl: 'x' },
    },
    run: async ({ api }) => {
      const info = await api.getInfo();
      for (const member of NEWER) expect(info[member], member).toBeUndefined();
    },
  },
  {
    section: 'CTAP 2.2 §6.5.5.5',
    name: 'a PIN of more bytes than maxPINLength is PIN_POLICY_VIOLATION; one of as many is taken',
    recipe: { configuration: { ctap22Info: true, maxPinLength: 8 } },
    run: async ({ api, random }) => {
      const { maxPINLength: _, ...unlimited } = await api.getInfo();
      const pin = new PinClient(api, unlimited, random);
      await expectStatus(pin.setPin('123456789'), 'PIN_POLICY_VIOLATION');
      await expectStatus(pin.setPin('ééééé'), 'PIN_POLICY_VIOLATION');
      await pin.setPin('12345678');
    },
  },
  {
    section: 'CTAP 2.2 §6.4',
    name: 'uvCountSinceLastPinEntry: every comparison of a finger, until the PIN is entered',
    recipe: { ...enrolledWithPin, configuration: { ctap22Info: true } },
    run: async (subject) => {
      const count = async (): Promise<unknown> => (await subject.api.getInfo()).uvCountSinceLastPinEntry;
      expect(await count()).toBe(0);
      subject.presence.fingers.next('no-match');
      await expectStatus(tokenByFinger(subject, Permission.CM), 'UV_INVALID');
      expect(await count()).toBe(1);
      await tokenByFinger(subject, Permission.CM);
      expect(await count()).toBe(2);
      await tokenFor(subject, Permission.CM);
      expect(await count()).toBe(0);
    },
  },
  {
    section: '§6.4 noMcGaPermissionsWithClientPin',
    name: 'PIN tokens make and use nothing: UNAUTHORIZED_PERMISSION, and OPERATION_DENIED where they would be asked for',
    recipe: {
      pin: PIN,
      passkeys: [{ rpId: RP }],
      configuration: { noMcGaPermissionsWithClientPin: true, alwaysUv: true },
    },
    run: async (subject) => {
      expect((await subject.api.getInfo()).options?.get('noMcGaPermissionsWithClientPin')).toBe(true);
      for (const permission of [Permission.MC, Permission.GA, Permission.MC | Permission.CM])
        await expectStatus(tokenFor(subject, permission, RP), 'UNAUTHORIZED_PERMISSION');
      await expectStatus(subject.api.makeCredential(makeRequest()), 'OPERATION_DENIED');
      await expectStatus(subject.api.getAssertion(getRequest()), 'OPERATION_DENIED');
      await tokenFor(subject, Permission.CM);
      // The legacy token has no more permissions than the others.
      const { protocol, secret, common } = await agree(subject, 2);
      const { pinUvAuthToken } = await subject.api.clientPin({
        ...common,
        subCommand: ClientPinSubcommand.GET_PIN_TOKEN,
        pinHashEnc: protocol.encrypt(secret, pinHash(pinBytes(PIN))),
      });
      const token = pinUvAuthToken && protocol.decrypt(secret, pinUvAuthToken);
      if (!token) throw new Error('no token');
      const request = makeRequest();
      await expectStatus(
        subject.api.makeCredential({
          ...request,
          pinUvAuthProtocol: 2,
          pinUvAuthParam: protocol.authenticate(token, request.clientDataHash),
        }),
        'PIN_AUTH_INVALID',
      );
    },
  },
  {
    section: '§6.1.2 step 17, §6.8.6',
    name: 'a key that cuts names does it at a character, when they are made and when they are changed',
    recipe: { configuration: { maxNameLength: 65, makeCredUvNotRqd: true } },
    run: async (subject) => {
      const user = { id: Uint8Array.of(1), name: LONG_NAME, displayName: 'Ada' };
      await subject.api.makeCredential(makeRequest({ user }));
      await new PinClient(subject.api, await subject.api.getInfo(), subject.random).setPin(PIN);
      const cut = LONG_NAME.slice(0, 32);
      expect(await storedUser(subject)).toEqual({ id: user.id, name: cut, displayName: 'Ada' });
      await update(subject, 'x'.repeat(65));
      expect(await storedUser(subject)).toEqual({ id: user.id, name: 'x'.repeat(65) });
      await update(subject, `x${LONG_NAME}`);
      expect(await storedUser(subject)).toEqual({ id: user.id, name: `x${cut}` });
    },
  },
];
