/** authenticatorClientPIN, CTAP 2.1 §6.5.5, for one PIN/UV auth protocol. */
import { expect } from 'vitest';
import { PinClient } from '../../main/client/pin';
import { ClientPinSubcommand as Sub, type ClientPinRequest } from '../../main/ctap/commands/client-pin';
import { p256CoseKey } from '../../main/ctap/cose';
import { padPin, Permission, pinBytes, pinHash } from '../../main/ctap/pin-protocol';
import { aPin } from './needs';
import { agree, expectStatus, type Agreement, type ConformanceCase, type Subject } from './subject';

const PIN = '1234';
const withPin = { pin: PIN };

function encryptedHash({ protocol, secret }: Agreement, pin: string): Uint8Array {
  return protocol.encrypt(secret, pinHash(pinBytes(pin)));
}

export function clientPinCases(version: 1 | 2): readonly ConformanceCase[] {
  const ask = async (subject: Subject, build: (agreement: Agreement) => ClientPinRequest): Promise<unknown> =>
    subject.api.clientPin(build(await agree(subject, version)));

  const setPin = (
    subject: Subject,
    padded: Uint8Array,
    change: Partial<ClientPinRequest> = {},
  ): Promise<unknown> =>
    ask(subject, ({ protocol, secret, common }) => {
      const newPinEnc = protocol.encrypt(secret, padded);
      return {
        ...common,
        subCommand: Sub.SET_PIN,
        newPinEnc,
        pinUvAuthParam: protocol.authenticate(secret, newPinEnc),
        ...change,
      };
    });

  const changePin = (
    subject: Subject,
    current: string,
    next: Uint8Array,
    change: Partial<ClientPinRequest> = {},
  ): Promise<unknown> =>
    ask(subject, (agreement) => {
      const { protocol, secret, common } = agreement;
      const newPinEnc = protocol.encrypt(secret, next);
      const pinHashEnc = encryptedHash(agreement, current);
      return {
        ...common,
        subCommand: Sub.CHANGE_PIN,
        newPinEnc,
        pinHashEnc,
        pinUvAuthParam: protocol.authenticate(secret, Uint8Array.of(...newPinEnc, ...pinHashEnc)),
        ...change,
      };
    });

  const token = (subject: Subject, pin: string, change: Partial<ClientPinRequest> = {}): Promise<unknown> =>
    ask(subject, (agreement) => ({
      ...agreement.common,
      subCommand: Sub.GET_TOKEN_USING_PIN,
      pinHashEnc: encryptedHash(agreement, pin),
      permissions: Permission.CM,
      ...change,
    }));

  const legacyToken = (
    subject: Subject,
    pin: string,
    change: Partial<ClientPinRequest> = {},
  ): Promise<unknown> =>
    ask(subject, (agreement) => ({
      ...agreement.common,
      subCommand: Sub.GET_PIN_TOKEN,
      pinHashEnc: encryptedHash(agreement, pin),
      ...change,
    }));

  const retries = async ({ api }: Subject): Promise<unknown> =>
    (await api.clientPin({ pinUvAuthProtocol: version, subCommand: Sub.GET_PIN_RETRIES })).pinRetries;

  const pad = (pin: string): Uint8Array => padPin(pinBytes(pin));
  const absent = (member: keyof ClientPinRequest): Partial<ClientPinRequest> => ({ [member]: undefined });

  return [
    {
      section: '§6.5.5.2',
      name: 'a new key has eight tries',
      needs: [aPin],
      run: async (subject) => expect(await retries(subject)).toBe(8),
    },
    {
      section: '§6.5.5.4',
      name: 'the key agreement key is {1: 2, 3: −25, −1: 1, −2: 32 bytes, −3: 32 bytes}',
      run: async ({ api }) => {
        const { keyAgreement } = await api.clientPin({
          pinUvAuthProtocol: version,
          subCommand: Sub.GET_KEY_AGREEMENT,
        });
        expect([...(keyAgreement?.keys() ?? [])].sort()).toEqual([-1, -2, -3, 1, 3]);
        expect([1, 3, -1].map((label) => keyAgreement?.get(label))).toEqual([2, -25, 1]);
        for (const label of [-2, -3]) expect(keyAgreement?.get(label)).toHaveLength(32);
      },
    },
    {
      section: '§6.5.5.4',
      name: 'key agreement without a protocol is MISSING_PARAMETER, with one that does not exist INVALID_PARAMETER',
      run: async ({ api }) => {
        await expectStatus(api.clientPin({ subCommand: Sub.GET_KEY_AGREEMENT }), 'MISSING_PARAMETER');
        await expectStatus(
          api.clientPin({ pinUvAuthProtocol: 9, subCommand: Sub.GET_KEY_AGREEMENT }),
          'INVALID_PARAMETER',
        );
      },
    },
    {
      section: '§6.5.5.1',
      name: 'a subcommand that does not exist is refused',
      run: async ({ api }) =>
        expectStatus(api.clientPin({ pinUvAuthProtocol: version, subCommand: 0x7e }), 'INVALID_SUBCOMMAND'),
    },
    {
      section: '§6.5.5.5',
      name: 'setPIN sets it: option clientPin turns true, and the PIN gives a token',
      needs: [aPin],
      run: async (subject) => {
        expect((await subject.api.getInfo()).options?.get('clientPin')).toBe(false);
        await setPin(subject, pad('ünï🔑'));
        expect((await subject.api.getInfo()).options?.get('clientPin')).toBe(true);
        await token(subject, 'ünï🔑');
      },
    },
    {
      section: '§6.5.5.5 step 1',
      name: 'setPIN without one of its members is MISSING_PARAMETER',
      needs: [aPin],
      run: async (subject) => {
        for (const member of ['keyAgreement', 'newPinEnc', 'pinUvAuthParam'] as const)
          await expectStatus(setPin(subject, pad(PIN), absent(member)), 'MISSING_PARAMETER');
      },
    },
    {
      section: '§6.5.5.5 step 3',
      name: 'setPIN where a PIN is set is PIN_AUTH_INVALID',
      needs: [aPin],
      recipe: withPin,
      run: (subject) => expectStatus(setPin(subject, pad('5678')), 'PIN_AUTH_INVALID'),
    },
    {
      section: '§6.5.5.5 step 4',
      name: 'setPIN with a point that is not on the curve is INVALID_PARAMETER',
      needs: [aPin],
      run: (subject) => {
        const keyAgreement = p256CoseKey({ x: new Uint8Array(32).fill(1), y: new Uint8Array(32) }, -25);
        return expectStatus(setPin(subject, pad(PIN), { keyAgreement }), 'INVALID_PARAMETER');
      },
    },
    {
      section: '§6.5.5.5 step 5',
      name: 'setPIN with a wrong pinUvAuthParam is PIN_AUTH_INVALID',
      needs: [aPin],
      run: async (subject) => {
        const length = version === 1 ? 16 : 32;
        for (const pinUvAuthParam of [new Uint8Array(length), new Uint8Array(length - 1), new Uint8Array(0)])
          await expectStatus(setPin(subject, pad(PIN), { pinUvAuthParam }), 'PIN_AUTH_INVALID');
      },
    },
    {
      section: '§6.5.5.5 step 7',
      name: 'setPIN with a PIN that does not decrypt to 64 bytes is INVALID_PARAMETER',
      needs: [aPin],
      run: async (subject) => {
        for (const length of [48, 80])
          await expectStatus(setPin(subject, new Uint8Array(length).fill(0x31)), 'INVALID_PARAMETER');
      },
    },
    {
      section: '§6.5.5.5 steps 8–9',
      name: 'setPIN with three code points, or with 64 bytes, is PIN_POLICY_VIOLATION',
      needs: [aPin],
      run: async (subject) => {
        for (const padded of [pad('123'), pad('🔑🔑🔑'), pad(''), new Uint8Array(64).fill(0x31)])
          await expectStatus(setPin(subject, padded), 'PIN_POLICY_VIOLATION');
        expect((await subject.api.getInfo()).options?.get('clientPin')).toBe(false);
      },
    },
    {
      section: '§6.5.5.6',
      name: 'changePIN changes it, ends tokens, and gives the tries back',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        await expectStatus(token(subject, '0000'), 'PIN_INVALID');
        const client = new PinClient(subject.api, await subject.api.getInfo(), subject.random);
        const before = await client.token(PIN, Permission.CM);
        await changePin(subject, PIN, pad('5678'));
        expect(await retries(subject)).toBe(8);
        await expectStatus(token(subject, PIN), 'PIN_INVALID');
        await token(subject, '5678');
        await expectStatus(
          subject.api.credentialManagement({
            subCommand: 1,
            pinUvAuthProtocol: before.protocolVersion,
            pinUvAuthParam: before.authenticate(Uint8Array.of(1)),
          }),
          'PIN_AUTH_INVALID',
        );
      },
    },
    {
      section: '§6.5.5.6 step 1',
      name: 'changePIN without one of its members is MISSING_PARAMETER',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        for (const member of ['keyAgreement', 'newPinEnc', 'pinHashEnc', 'pinUvAuthParam'] as const)
          await expectStatus(changePin(subject, PIN, pad('5678'), absent(member)), 'MISSING_PARAMETER');
        expect(await retries(subject)).toBe(8);
      },
    },
    {
      section: '§6.5.5.6 step 3',
      name: 'changePIN where no PIN is set is PIN_NOT_SET',
      needs: [aPin],
      run: (subject) => expectStatus(changePin(subject, PIN, pad('5678')), 'PIN_NOT_SET'),
    },
    {
      section: '§6.5.5.6 step 5',
      name: 'changePIN with a wrong pinUvAuthParam costs no try',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        const pinUvAuthParam = new Uint8Array(version === 1 ? 16 : 32);
        await expectStatus(changePin(subject, PIN, pad('5678'), { pinUvAuthParam }), 'PIN_AUTH_INVALID');
        expect(await retries(subject)).toBe(8);
      },
    },
    {
      section: '§6.5.5.6 steps 6–8',
      name: 'changePIN with a wrong PIN costs a try and makes a new key agreement key',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        const key = async (): Promise<unknown> =>
          (await subject.api.clientPin({ pinUvAuthProtocol: version, subCommand: Sub.GET_KEY_AGREEMENT }))
            .keyAgreement;
        const before = await key();
        expect(await key()).toEqual(before);
        await expectStatus(changePin(subject, '0000', pad('5678')), 'PIN_INVALID');
        expect(await key()).not.toEqual(before);
        expect(await retries(subject)).toBe(7);
      },
    },
    {
      section: '§6.5.5.6 step 12',
      name: 'changePIN to a PIN that is too short is PIN_POLICY_VIOLATION, and the old one stays',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        await expectStatus(changePin(subject, PIN, pad('123')), 'PIN_POLICY_VIOLATION');
        await token(subject, PIN);
      },
    },
    {
      section: '§6.5.5.7.1',
      name: 'a wrong PIN costs a try; three in a row block until the power goes; eight block for good',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        await expectStatus(token(subject, '0000'), 'PIN_INVALID');
        await expectStatus(token(subject, '0000'), 'PIN_INVALID');
        await expectStatus(token(subject, '0000'), 'PIN_AUTH_BLOCKED');
        expect(
          await subject.api.clientPin({ pinUvAuthProtocol: version, subCommand: Sub.GET_PIN_RETRIES }),
        ).toMatchObject({ pinRetries: 5, powerCycleState: true });
        await expectStatus(token(subject, PIN), 'PIN_AUTH_BLOCKED');
        await subject.powerCycle();
        await expectStatus(token(subject, '0000'), 'PIN_INVALID');
        await token(subject, PIN);
        expect(await retries(subject)).toBe(8);
      },
    },
    {
      section: '§6.5.5.7.1',
      name: 'the last try is the last: PIN_BLOCKED, also for the right PIN and after a power cycle',
      needs: [aPin],
      recipe: { ...withPin, pinRecord: { retries: 1 } },
      run: async (subject) => {
        await expectStatus(token(subject, '0000'), 'PIN_BLOCKED');
        await expectStatus(token(subject, PIN), 'PIN_BLOCKED');
        await subject.powerCycle();
        await expectStatus(token(subject, PIN), 'PIN_BLOCKED');
        await expectStatus(changePin(subject, PIN, pad('5678')), 'PIN_BLOCKED');
      },
    },
    {
      section: '§6.5.5.7.1',
      name: 'the legacy token: given for the PIN, refused with members of the other subcommand',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        expect(await legacyToken(subject, PIN)).toHaveProperty('pinUvAuthToken');
        await expectStatus(legacyToken(subject, PIN, { permissions: 4 }), 'INVALID_PARAMETER');
        await expectStatus(legacyToken(subject, PIN, { rpId: 'a.example' }), 'INVALID_PARAMETER');
        await expectStatus(legacyToken(subject, PIN, absent('pinHashEnc')), 'MISSING_PARAMETER');
        await expectStatus(legacyToken(subject, '0000'), 'PIN_INVALID');
      },
    },
    {
      section: '§6.5.5.7.2 steps 1–4',
      name: 'a token with permissions: none, zero, one that the key lacks, mc without RP ID',
      needs: [aPin],
      recipe: withPin,
      run: async (subject) => {
        await expectStatus(token(subject, PIN, absent('permissions')), 'MISSING_PARAMETER');
        await expectStatus(token(subject, PIN, { permissions: 0 }), 'INVALID_PARAMETER');
        await expectStatus(token(subject, PIN, { permissions: Permission.BE }), 'UNAUTHORIZED_PERMISSION');
        await expectStatus(token(subject, PIN, { permissions: Permission.PCMR }), 'UNAUTHORIZED_PERMISSION');
        expect(await retries(subject)).toBe(8);
      },
    },
    {
      section: '§6.5.5.7.2',
      name: 'a token where no PIN is set is PIN_NOT_SET',
      needs: [aPin],
      run: (subject) => expectStatus(token(subject, PIN), 'PIN_NOT_SET'),
    },
    {
      section: '§6.5.5.7',
      name: 'while the PIN must be changed there is no token',
      needs: [aPin],
      recipe: { ...withPin, pinRecord: { forceChange: true } },
      run: async (subject) => {
        expect((await subject.api.getInfo()).forcePINChange).toBe(true);
        await expectStatus(token(subject, PIN), 'PIN_POLICY_VIOLATION');
        await expectStatus(legacyToken(subject, PIN), 'PIN_INVALID');
        await expectStatus(changePin(subject, PIN, pad(PIN)), 'PIN_POLICY_VIOLATION');
        await changePin(subject, PIN, pad('5678'));
        await token(subject, '5678');
      },
    },
  ];
}
