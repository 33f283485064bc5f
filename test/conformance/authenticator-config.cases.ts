/** authenticatorConfig, CTAP 2.1 §6.11, with what CTAP 2.2 and 2.3 add to it. */
import { expect } from 'vitest';
import { PinClient } from '../../main/client/pin';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import type { CborKey, CborMap, CborValue } from '../../main/ctap/cbor';
import {
  configAuthMessage,
  ConfigSubcommand as Sub,
  setMinPinLengthParams,
  type AuthenticatorConfigRequest,
  type SetMinPinLengthParams,
} from '../../main/ctap/commands/authenticator-config';
import { Permission } from '../../main/ctap/pin-protocol';
import { make, makeRequest, PIN, RP, tokenFor } from './ceremony';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

const ALL = [0x01, 0x02, 0x03, 0x04, 0xff];
const VENDOR_COMMAND = 0x1234_5678_9abc;
const configuration = {
  configCommands: ALL,
  vendorConfigCommands: [VENDOR_COMMAND],
  enterpriseAttestation: true,
  extensions: ['credProtect', 'hmac-secret', 'minPinLength', 'pinComplexityPolicy'],
  ctap22Info: true,
};
const withPin = { pin: PIN, configuration };
const withoutPin = { configuration };
const LONGER = '12345678';

const acfg = (subject: Subject): Promise<PinUvAuthToken> => tokenFor(subject, Permission.ACFG);

function ask(
  { api }: Subject,
  token: PinUvAuthToken | undefined,
  subCommand: number,
  subCommandParams?: CborMap,
  change: Partial<AuthenticatorConfigRequest> = {},
): Promise<void> {
  return api.authenticatorConfig({
    subCommand,
    ...(subCommandParams && { subCommandParams }),
    ...(token && {
      pinUvAuthProtocol: token.protocolVersion,
      pinUvAuthParam: token.authenticate(configAuthMessage(subCommand, subCommandParams)),
    }),
    ...change,
  });
}

const setMinPinLength = (
  subject: Subject,
  token: PinUvAuthToken | undefined,
  params: SetMinPinLengthParams,
): Promise<void> =>
  ask(subject, token, Sub.SET_MIN_PIN_LENGTH, setMinPinLengthParams.encode(params) as CborMap);

const vendor = (id: number): CborMap => new Map<CborKey, CborValue>([[1, id]]);

async function option({ api }: Subject, name: string): Promise<boolean | undefined> {
  return (await api.getInfo()).options?.get(name);
}

async function changePin({ api, random }: Subject, from: string, to: string): Promise<void> {
  await new PinClient(api, await api.getInfo(), random).changePin(from, to);
}

/** The output of the extension `name` for the site `rpId`. */
async function told(subject: Subject, name: string, rpId: string, input: CborValue = true): Promise<unknown> {
  const { authData } = await make(subject, { rp: { id: rpId }, extensions: new Map([[name, input]]) });
  return decodeAuthenticatorData(authData).extensions?.get(name);
}

export const authenticatorConfigCases: readonly ConformanceCase[] = [
  {
    section: '§6.11',
    name: 'a key without configuration commands answers INVALID_COMMAND and has no option for any',
    recipe: { pin: PIN, configuration: { configCommands: [], enterpriseAttestation: false } },
    run: async (subject) => {
      await expectStatus(ask(subject, undefined, Sub.TOGGLE_ALWAYS_UV), 'INVALID_COMMAND');
      for (const name of ['authnrCfg', 'setMinPINLength', 'alwaysUv', 'ep'])
        expect(await option(subject, name)).toBeUndefined();
      await expectStatus(acfg(subject), 'UNAUTHORIZED_PERMISSION');
    },
  },
  {
    section: '§6.11 step 1',
    name: 'a subcommand that the key does not have is INVALID_SUBCOMMAND, before anything is authorized',
    recipe: { pin: PIN, configuration: { ...configuration, configCommands: [Sub.SET_MIN_PIN_LENGTH] } },
    run: async (subject) => {
      for (const subCommand of [0x00, Sub.TOGGLE_ALWAYS_UV, Sub.ENABLE_ENTERPRISE_ATTESTATION, 0x05, 0xff])
        await expectStatus(ask(subject, undefined, subCommand), 'INVALID_SUBCOMMAND');
      expect(await option(subject, 'authnrCfg')).toBe(true);
      expect(await option(subject, 'setMinPINLength')).toBe(true);
      expect(await option(subject, 'alwaysUv')).toBeUndefined();
    },
  },
  ...ALL.map((subCommand): ConformanceCase => ({
    section: '§6.11 steps 2–4',
    name: `with a PIN, subcommand ${subCommand}: PUAT_REQUIRED, MISSING_PARAMETER, INVALID_PARAMETER, PIN_AUTH_INVALID in this order`,
    recipe: withPin,
    run: async (subject) => {
      const before = await subject.api.getInfo();
      const params = subCommand === Sub.VENDOR_PROTOTYPE ? vendor(VENDOR_COMMAND) : new Map();
      await expectStatus(ask(subject, undefined, subCommand, params), 'PUAT_REQUIRED');
      const token = await acfg(subject);
      const absent = { pinUvAuthProtocol: undefined } as Partial<AuthenticatorConfigRequest>;
      await expectStatus(ask(subject, token, subCommand, params, absent), 'MISSING_PARAMETER');
      await expectStatus(
        ask(subject, token, subCommand, params, { pinUvAuthProtocol: 9 }),
        'INVALID_PARAMETER',
      );
      await expectStatus(
        ask(subject, token, subCommand, params, { pinUvAuthParam: new Uint8Array(32) }),
        'PIN_AUTH_INVALID',
      );
      // A parameter that was made for another subcommand.
      const other = token.authenticate(configAuthMessage(subCommand ^ 1, params));
      await expectStatus(
        ask(subject, token, subCommand, params, { pinUvAuthParam: other }),
        'PIN_AUTH_INVALID',
      );
      const wrongPermission = await tokenFor(subject, Permission.CM);
      await expectStatus(ask(subject, wrongPermission, subCommand, params), 'PIN_AUTH_INVALID');
      expect(await subject.api.getInfo()).toEqual(before);
    },
  })),
  {
    section: '§6.11 step 2',
    name: 'a key that is not protected takes the command without a token, and ignores one',
    recipe: withoutPin,
    run: async (subject) => {
      await setMinPinLength(subject, undefined, { newMinPINLength: 6 });
      await ask(subject, undefined, Sub.ENABLE_ENTERPRISE_ATTESTATION, undefined, {
        pinUvAuthParam: new Uint8Array(32),
        pinUvAuthProtocol: 9,
      });
      expect((await subject.api.getInfo()).minPINLength).toBe(6);
      expect(await option(subject, 'ep')).toBe(true);
    },
  },
  {
    section: '§6.11 step 2',
    name: 'with alwaysUv and no PIN only toggleAlwaysUv goes without a token',
    recipe: { configuration: { ...configuration, alwaysUv: true } },
    run: async (subject) => {
      await expectStatus(setMinPinLength(subject, undefined, { newMinPINLength: 6 }), 'PUAT_REQUIRED');
      await ask(subject, undefined, Sub.TOGGLE_ALWAYS_UV);
      expect(await option(subject, 'alwaysUv')).toBe(false);
      await setMinPinLength(subject, undefined, { newMinPINLength: 6 });
    },
  },
  {
    section: '§6.11',
    name: 'the token stays good after a command that succeeded',
    recipe: withPin,
    run: async (subject) => {
      const token = await acfg(subject);
      await ask(subject, token, Sub.ENABLE_ENTERPRISE_ATTESTATION);
      await ask(subject, token, Sub.ENABLE_ENTERPRISE_ATTESTATION);
      await ask(subject, token, Sub.TOGGLE_ALWAYS_UV);
      expect(await option(subject, 'ep')).toBe(true);
      expect(await option(subject, 'alwaysUv')).toBe(true);
    },
  },
  {
    section: '§6.11.2',
    name: 'toggleAlwaysUv turns it on and off, and makeCredUvNotRqd with it; getAssertion then wants the user verified',
    recipe: { ...withPin, passkeys: [{ rpId: RP }] },
    run: async (subject) => {
      const plain = makeRequest({ options: {} });
      expect(await option(subject, 'alwaysUv')).toBe(false);
      expect(await option(subject, 'makeCredUvNotRqd')).toBe(true);
      await subject.api.makeCredential(plain);
      await ask(subject, await acfg(subject), Sub.TOGGLE_ALWAYS_UV);
      expect(await option(subject, 'alwaysUv')).toBe(true);
      expect(await option(subject, 'makeCredUvNotRqd')).toBeUndefined();
      await expectStatus(subject.api.makeCredential(plain), 'PUAT_REQUIRED');
      const assertion = { rpId: RP, clientDataHash: new Uint8Array(32) };
      await expectStatus(subject.api.getAssertion(assertion), 'PUAT_REQUIRED');
      await subject.api.getAssertion({ ...assertion, options: { up: false } });
      await ask(subject, await acfg(subject), Sub.TOGGLE_ALWAYS_UV);
      expect(await option(subject, 'alwaysUv')).toBe(false);
      await subject.api.makeCredential(plain);
    },
  },
  {
    section: '§6.11.2',
    name: 'a key that keeps alwaysUv on refuses with OPERATION_DENIED',
    recipe: { ...withPin, configuration: { ...configuration, keepsAlwaysUv: true } },
    run: async (subject) => {
      const token = await acfg(subject);
      await ask(subject, token, Sub.TOGGLE_ALWAYS_UV);
      await expectStatus(ask(subject, token, Sub.TOGGLE_ALWAYS_UV), 'OPERATION_DENIED');
      expect(await option(subject, 'alwaysUv')).toBe(true);
    },
  },
  {
    section: '§6.11.4',
    name: 'setMinPINLength: grows, never shrinks, and stays a length that a PIN can have',
    recipe: withPin,
    run: async (subject) => {
      const token = await acfg(subject);
      for (const newMinPINLength of [3, 64, 255])
        await expectStatus(setMinPinLength(subject, token, { newMinPINLength }), 'PIN_POLICY_VIOLATION');
      await setMinPinLength(subject, token, { newMinPINLength: 4 });
      expect((await subject.api.getInfo()).forcePINChange).toBe(false);
      await setMinPinLength(subject, token, { newMinPINLength: 6 });
      expect((await subject.api.getInfo()).minPINLength).toBe(6);
    },
  },
  {
    section: '§6.11.4',
    name: 'setMinPINLength: a PIN that has become too short must be changed, and its tokens end',
    recipe: withPin,
    run: async (subject) => {
      const token = await acfg(subject);
      await setMinPinLength(subject, token, { newMinPINLength: 8 });
      expect(await subject.api.getInfo()).toMatchObject({ forcePINChange: true, minPINLength: 8 });
      await expectStatus(setMinPinLength(subject, token, { newMinPINLength: 9 }), 'PIN_AUTH_INVALID');
      await expectStatus(acfg(subject), 'PIN_POLICY_VIOLATION');
      await expectStatus(changePin(subject, PIN, '1234567'), 'PIN_POLICY_VIOLATION');
      await changePin(subject, PIN, LONGER);
      expect((await subject.api.getInfo()).forcePINChange).toBe(false);
    },
  },
  {
    section: '§6.11.4',
    name: 'setMinPINLength: forceChangePin ends tokens, and asks for another PIN than the old one',
    recipe: withPin,
    run: async (subject) => {
      const token = await acfg(subject);
      await setMinPinLength(subject, token, { forceChangePin: false });
      expect((await subject.api.getInfo()).forcePINChange).toBe(false);
      await setMinPinLength(subject, token, { forceChangePin: true });
      expect(await subject.api.getInfo()).toMatchObject({ forcePINChange: true, minPINLength: 4 });
      await expectStatus(setMinPinLength(subject, token, {}), 'PIN_AUTH_INVALID');
      await expectStatus(changePin(subject, PIN, PIN), 'PIN_POLICY_VIOLATION');
      await changePin(subject, PIN, LONGER);
    },
  },
  {
    section: '§6.11.4',
    name: 'setMinPINLength: forceChangePin without a PIN is PIN_NOT_SET; too short a length is found first',
    recipe: withoutPin,
    run: async (subject) => {
      await expectStatus(setMinPinLength(subject, undefined, { forceChangePin: true }), 'PIN_NOT_SET');
      await expectStatus(
        setMinPinLength(subject, undefined, { newMinPINLength: 3, forceChangePin: true }),
        'PIN_POLICY_VIOLATION',
      );
    },
  },
  {
    section: '§6.11.4',
    name: 'setMinPINLength: a refused command changes nothing',
    recipe: { ...withoutPin, configuration: { ...configuration, maxRpIdsForSetMinPinLength: 1 } },
    run: async (subject) => {
      await expectStatus(
        setMinPinLength(subject, undefined, { newMinPINLength: 8, minPinLengthRPIDs: ['a.org', 'b.org'] }),
        'KEY_STORE_FULL',
      );
      await expectStatus(
        setMinPinLength(subject, undefined, { newMinPINLength: 8, forceChangePin: true }),
        'PIN_NOT_SET',
      );
      expect(await subject.api.getInfo()).toMatchObject({
        minPINLength: 4,
        maxRPIDsForSetMinPINLength: 1,
        pinComplexityPolicy: false,
      });
    },
  },
  {
    section: '§12.4',
    name: 'minPinLength and pinComplexityPolicy answer the listed sites, and only them; a new list replaces the old, an empty one does not',
    recipe: withPin,
    run: async (subject) => {
      await setMinPinLength(subject, await acfg(subject), { minPinLengthRPIDs: ['a.org', 'b.org'] });
      expect(await told(subject, 'minPinLength', 'a.org')).toBe(4);
      expect(await told(subject, 'pinComplexityPolicy', 'b.org')).toBe(false);
      expect(await told(subject, 'minPinLength', 'c.org')).toBeUndefined();
      expect(await told(subject, 'pinComplexityPolicy', 'c.org')).toBeUndefined();
      expect(await told(subject, 'minPinLength', 'a.org', false)).toBeUndefined();
      await expectStatus(told(subject, 'minPinLength', 'a.org', 'yes'), 'CBOR_UNEXPECTED_TYPE');
      await setMinPinLength(subject, await acfg(subject), { minPinLengthRPIDs: [] });
      expect(await told(subject, 'minPinLength', 'a.org')).toBe(4);
      await setMinPinLength(subject, await acfg(subject), { minPinLengthRPIDs: ['c.org'] });
      expect(await told(subject, 'minPinLength', 'a.org')).toBeUndefined();
      expect(await told(subject, 'minPinLength', 'c.org')).toBe(4);
    },
  },
  {
    section: '§6.11.4',
    name: 'setMinPINLength: sites that no extension would tell are INVALID_PARAMETER, as is a policy that the key does not know',
    recipe: { configuration: { ...configuration, extensions: ['credProtect', 'hmac-secret'] } },
    run: async (subject) => {
      await expectStatus(
        setMinPinLength(subject, undefined, { minPinLengthRPIDs: ['a.org'] }),
        'INVALID_PARAMETER',
      );
      await expectStatus(
        setMinPinLength(subject, undefined, { pinComplexityPolicy: true }),
        'INVALID_PARAMETER',
      );
      expect((await subject.api.getInfo()).pinComplexityPolicy).toBeUndefined();
    },
  },
  {
    section: 'CTAP 2.2 §6.11.4',
    name: 'pinComplexityPolicy: simple PINs are PIN_POLICY_VIOLATION from then on, and listed sites are told',
    recipe: withPin,
    run: async (subject) => {
      await changePin(subject, PIN, '1111');
      await changePin(subject, '1111', PIN);
      await setMinPinLength(subject, await acfg(subject), {
        pinComplexityPolicy: true,
        minPinLengthRPIDs: ['a.org'],
      });
      expect((await subject.api.getInfo()).pinComplexityPolicy).toBe(true);
      for (const simple of ['1111', '5678', 'dcba', 'ääää'])
        await expectStatus(changePin(subject, PIN, simple), 'PIN_POLICY_VIOLATION');
      await setMinPinLength(subject, await acfg(subject), { pinComplexityPolicy: false });
      await expectStatus(changePin(subject, PIN, '1111'), 'PIN_POLICY_VIOLATION');
      expect(await told(subject, 'pinComplexityPolicy', 'a.org')).toBe(true);
      await changePin(subject, PIN, '1357');
    },
  },
  {
    section: 'CTAP 2.3 §6.11',
    name: 'enableLongTouchForReset: getInfo says so, and reset asks for a touch that lasts',
    recipe: withPin,
    run: async (subject) => {
      expect((await subject.api.getInfo()).longTouchForReset).toBe(false);
      await ask(subject, await acfg(subject), Sub.ENABLE_LONG_TOUCH_FOR_RESET);
      expect((await subject.api.getInfo()).longTouchForReset).toBe(true);
      await make(subject);
      expect(subject.presence.requests.at(-1)).not.toHaveProperty('long');
      await subject.powerCycle();
      await subject.api.reset();
      expect(subject.presence.requests.at(-1)).toMatchObject({ reason: 'reset', long: true });
      expect((await subject.api.getInfo()).longTouchForReset).toBe(false);
      await subject.powerCycle();
      await subject.api.reset();
      expect(subject.presence.requests.at(-1)).not.toHaveProperty('long');
    },
  },
  {
    section: '§6.11.3',
    name: 'vendorPrototype: the listed commands are taken, others INVALID_PARAMETER, none MISSING_PARAMETER',
    recipe: withPin,
    run: async (subject) => {
      const token = await acfg(subject);
      expect((await subject.api.getInfo()).vendorPrototypeConfigCommands).toEqual([VENDOR_COMMAND]);
      await ask(subject, token, Sub.VENDOR_PROTOTYPE, vendor(VENDOR_COMMAND));
      await expectStatus(ask(subject, token, Sub.VENDOR_PROTOTYPE, vendor(7)), 'INVALID_PARAMETER');
      await expectStatus(ask(subject, token, Sub.VENDOR_PROTOTYPE), 'MISSING_PARAMETER');
    },
  },
  {
    section: '§6.6',
    name: 'reset brings every policy back to how the key left the factory',
    recipe: { ...withPin, configuration: { ...configuration, minPinLength: 5 } },
    run: async (subject) => {
      const before = await subject.api.getInfo();
      const token = await acfg(subject);
      for (const subCommand of [0x01, 0x02, 0x04]) await ask(subject, token, subCommand);
      await setMinPinLength(subject, token, {
        newMinPINLength: 8,
        minPinLengthRPIDs: ['a.org'],
        pinComplexityPolicy: true,
      });
      expect(await subject.api.getInfo()).not.toEqual(before);
      await subject.powerCycle();
      await subject.api.reset();
      expect(await subject.api.getInfo()).toMatchObject({
        minPINLength: 5,
        forcePINChange: false,
        pinComplexityPolicy: false,
        longTouchForReset: false,
      });
      expect(await option(subject, 'ep')).toBe(false);
      expect(await option(subject, 'alwaysUv')).toBe(false);
      const { authData } = await subject.api.makeCredential(
        makeRequest({ rp: { id: 'a.org' }, extensions: new Map([['minPinLength', true]]) }),
      );
      expect(decodeAuthenticatorData(authData).extensions).toBeUndefined();
    },
  },
];
