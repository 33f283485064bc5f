/** authenticatorClientPIN: rules of PINs and tries, and the order of the checks (CTAP 2.1 §6.5). */
import { describe, expect, it } from 'vitest';
import type { CborMap } from '../../main/ctap/cbor';
import { encodeBody } from '../../main/ctap/codec';
import {
  CLIENT_PIN,
  clientPinRequest,
  ClientPinSubcommand as Sub,
  type ClientPinRequest,
} from '../../main/ctap/commands/client-pin';
import { padPin, Permission, pinBytes, pinHash } from '../../main/ctap/pin-protocol';
import { PIN, rig, statusOf, type Rig } from '../support/simulated-rig';

const wrong = (bench: Rig): Promise<string> => statusOf(bench.platform.token('000000', Permission.CM));
const right = (bench: Rig): Promise<string> => statusOf(bench.platform.token(PIN, Permission.CM));

describe('setting a PIN', () => {
  it.each([1, 2] as const)('protocol %i: set, used, announced', async (version) => {
    const bench = await rig({ configuration: { pinUvAuthProtocols: [version] } });
    expect((await bench.api.getInfo()).options!.get('clientPin')).toBe(false);
    await bench.platform.setPin(PIN);
    expect((await bench.api.getInfo()).options!.get('clientPin')).toBe(true);
    expect(await right(bench)).toBe('OK');
    await bench.platform.changePin(PIN, 'another');
    expect(await right(bench)).toBe('PIN_INVALID');
    expect(await statusOf(bench.platform.token('another', Permission.CM))).toBe('OK');
  });

  it('is done once; after that it is changed', async () => {
    const bench = await rig({ pin: PIN });
    expect(await statusOf(bench.platform.setPin('654321'))).toBe('PIN_AUTH_INVALID');
    expect(await statusOf((await rig()).platform.changePin(PIN, '654321'))).toBe('PIN_NOT_SET');
  });

  it.each([
    ['123', 'PIN_POLICY_VIOLATION'],
    ['1234', 'OK'],
    // Four bytes each, so 12 bytes but 3 code points.
    ['🔑🔑🔑', 'PIN_POLICY_VIOLATION'],
    ['🔑🔑🔑🔑', 'OK'],
    ['x'.repeat(63), 'OK'],
  ])('length: %s %s', async (pin, expected) => {
    expect(await statusOf((await rig()).platform.setPin(pin))).toBe(expected);
  });

  it('obeys the limits of the configuration', async () => {
    const bench = await rig({ configuration: { minPinLength: 6, maxPinLength: 8 } });
    expect(await statusOf(bench.platform.setPin('12345'))).toBe('PIN_POLICY_VIOLATION');
    expect(await statusOf(bench.platform.setPin('123456789'))).toBe('PIN_POLICY_VIOLATION');
    expect(await statusOf(bench.platform.setPin('12345678'))).toBe('OK');
  });

  it('answers what is wrong with the message, in this order', async () => {
    const bench = await rig();
    const { protocol } = bench.platform;
    const attempt = async (padded: Uint8Array, changes: Partial<ClientPinRequest> = {}): Promise<string> => {
      const { shared, keyAgreement } = await bench.platform.agree();
      const newPinEnc = protocol.encrypt(shared, padded);
      const pinUvAuthParam = protocol.authenticate(shared, newPinEnc);
      const good = { pinUvAuthProtocol: 2, subCommand: Sub.SET_PIN, keyAgreement, newPinEnc, pinUvAuthParam };
      return statusOf(bench.api.clientPin({ ...good, ...changes }));
    };
    const padded = padPin(pinBytes(PIN));
    for (const missing of ['keyAgreement', 'newPinEnc', 'pinUvAuthParam', 'pinUvAuthProtocol'])
      expect(await attempt(padded, { [missing]: undefined })).toBe('MISSING_PARAMETER');
    expect(await attempt(padded, { pinUvAuthProtocol: 3 })).toBe('INVALID_PARAMETER');
    const offCurve: CborMap = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, new Uint8Array(32).fill(1)],
      [-3, new Uint8Array(32).fill(1)],
    ]);
    expect(await attempt(padded, { keyAgreement: offCurve })).toBe('INVALID_PARAMETER');
    expect(await attempt(padded, { pinUvAuthParam: new Uint8Array(32) })).toBe('PIN_AUTH_INVALID');
    expect(await attempt(new Uint8Array(128))).toBe('INVALID_PARAMETER');
    expect(await attempt(new Uint8Array(64).fill(0x31))).toBe('PIN_POLICY_VIOLATION');
    expect(await attempt(padded)).toBe('OK');
  });
});

describe('tries', () => {
  it('are eight; each wrong PIN costs one, the right one brings them back', async () => {
    const bench = await rig({ pin: PIN });
    expect(await bench.platform.retries()).toBe(8);
    expect(await wrong(bench)).toBe('PIN_INVALID');
    expect(await wrong(bench)).toBe('PIN_INVALID');
    expect(await bench.platform.retries()).toBe(6);
    expect(await right(bench)).toBe('OK');
    expect(await bench.platform.retries()).toBe(8);
    // And the three in a row count from the beginning.
    expect([await wrong(bench), await wrong(bench)]).toEqual(['PIN_INVALID', 'PIN_INVALID']);
  });

  it('three wrong in a row: nothing more until the power has been off, and no try is lost meanwhile', async () => {
    const bench = await rig({ pin: PIN });
    expect([await wrong(bench), await wrong(bench), await wrong(bench)]).toEqual([
      'PIN_INVALID',
      'PIN_INVALID',
      'PIN_AUTH_BLOCKED',
    ]);
    expect(await bench.api.clientPin({ subCommand: Sub.GET_PIN_RETRIES })).toEqual({
      pinRetries: 5,
      powerCycleState: true,
    });
    expect(await right(bench)).toBe('PIN_AUTH_BLOCKED');
    expect(await statusOf(bench.platform.changePin(PIN, '654321'))).toBe('PIN_AUTH_BLOCKED');
    expect(await bench.platform.retries()).toBe(5);
    bench.key.powerCycle();
    expect(await bench.api.clientPin({ subCommand: Sub.GET_PIN_RETRIES })).toEqual({ pinRetries: 5 });
    expect(await right(bench)).toBe('OK');
  });

  it('eight wrong: blocked for good, also for the right PIN and after a restart', async () => {
    const bench = await rig({ pin: PIN });
    const answers: string[] = [];
    for (let attempt = 1; attempt <= 8; attempt++) {
      answers.push(await wrong(bench));
      if (attempt % 3 === 0) bench.key.powerCycle();
    }
    expect(answers[6]).toBe('PIN_INVALID');
    expect(answers[7]).toBe('PIN_BLOCKED');
    expect(await right(bench)).toBe('PIN_BLOCKED');
    const again = await bench.restart();
    expect(await right(again)).toBe('PIN_BLOCKED');
    expect(await again.platform.retries()).toBe(0);
  });

  it('are taken away durably before the PIN is compared', async () => {
    const bench = await rig({ pin: PIN });
    const { shared, keyAgreement } = await bench.platform.agree();
    const retriesAtEachWrite: number[] = [];
    const write = bench.file.write.bind(bench.file);
    bench.file.write = async (content) => {
      await write(content);
      retriesAtEachWrite.push((JSON.parse(bench.file.text) as { pin: { retries: number } }).pin.retries);
    };
    await bench.api.clientPin({
      pinUvAuthProtocol: 2,
      subCommand: Sub.GET_TOKEN_USING_PIN,
      keyAgreement,
      pinHashEnc: bench.platform.protocol.encrypt(shared, pinHash(pinBytes(PIN))),
      permissions: Permission.CM,
    });
    // Down first, although the PIN is right: a power cut between the two leaves seven.
    expect(retriesAtEachWrite).toEqual([7, 8]);
  });

  it('cannot be had for nothing by filling the disk', async () => {
    const bench = await rig({ pin: PIN });
    bench.file.failure = 'full';
    const failing = await bench.key.handle(await tokenRequest(bench, '000000'));
    expect(failing).toEqual(Uint8Array.of(0x7f));
    const rightPin = await bench.key.handle(await tokenRequest(bench, PIN));
    expect(rightPin).toEqual(Uint8Array.of(0x7f));
    bench.file.failure = 'none';
    expect(await bench.platform.retries()).toBe(8);
  });

  it('survive a restart one by one', async () => {
    const bench = await rig({ pin: PIN });
    await wrong(bench);
    expect(await (await bench.restart()).platform.retries()).toBe(7);
  });

  it('a wrong PIN ends the key agreement, so it cannot be tried again by replaying', async () => {
    const bench = await rig({ pin: PIN });
    const { keyAgreement: before } = await bench.api.clientPin({ subCommand: 2, pinUvAuthProtocol: 2 });
    const { keyAgreement: same } = await bench.api.clientPin({ subCommand: 2, pinUvAuthProtocol: 2 });
    expect(same).toEqual(before);
    await wrong(bench);
    const { keyAgreement: after } = await bench.api.clientPin({ subCommand: 2, pinUvAuthProtocol: 2 });
    expect(after).not.toEqual(before);
    bench.key.powerCycle();
    const { keyAgreement: later } = await bench.api.clientPin({ subCommand: 2, pinUvAuthProtocol: 2 });
    expect(later).not.toEqual(after);
  });

  it('a wrong parameter of changePIN costs none', async () => {
    const bench = await rig({ pin: PIN });
    const { shared, keyAgreement } = await bench.platform.agree();
    const { protocol } = bench.platform;
    const call = bench.api.clientPin({
      pinUvAuthProtocol: 2,
      subCommand: Sub.CHANGE_PIN,
      keyAgreement,
      newPinEnc: protocol.encrypt(shared, padPin(pinBytes('654321'))),
      pinHashEnc: protocol.encrypt(shared, pinHash(pinBytes(PIN))),
      pinUvAuthParam: new Uint8Array(32),
    });
    expect(await statusOf(call)).toBe('PIN_AUTH_INVALID');
    expect(await bench.platform.retries()).toBe(8);
  });
});

describe('a PIN that must be changed', () => {
  const forced = (profile: '2.1' | '2.0' = '2.1'): Promise<Rig> =>
    rig({ profile, pin: PIN, state: (state) => ({ ...state, pin: { ...state.pin, forceChange: true } }) });

  it('gives no token of either kind, and says so in getInfo', async () => {
    const bench = await forced();
    expect((await bench.api.getInfo()).forcePINChange).toBe(true);
    expect(await right(bench)).toBe('PIN_POLICY_VIOLATION');
    expect(await statusOf(bench.platform.token(PIN))).toBe('PIN_INVALID');
    expect(await bench.platform.retries()).toBe(8);
  });

  it('cannot be changed into itself; after the change all is well', async () => {
    const bench = await forced();
    expect(await statusOf(bench.platform.changePin(PIN, PIN))).toBe('PIN_POLICY_VIOLATION');
    expect(await statusOf(bench.platform.changePin(PIN, '654321'))).toBe('OK');
    expect((await bench.api.getInfo()).forcePINChange).toBe(false);
    expect(await statusOf(bench.platform.token('654321', Permission.CM))).toBe('OK');
  });

  it('otherwise a PIN may be changed into itself', async () => {
    expect(await statusOf((await rig({ pin: PIN })).platform.changePin(PIN, PIN))).toBe('OK');
  });
});

describe('what tokens can be asked for', () => {
  it.each([
    ['nothing', 0, undefined, 'INVALID_PARAMETER'],
    ['mc without a site', Permission.MC, undefined, 'MISSING_PARAMETER'],
    ['ga without a site', Permission.GA, undefined, 'MISSING_PARAMETER'],
    ['mc', Permission.MC, 'a.org', 'OK'],
    ['cm', Permission.CM, undefined, 'OK'],
    ['be', Permission.BE, undefined, 'UNAUTHORIZED_PERMISSION'],
    ['lbw', Permission.LBW, undefined, 'OK'],
    ['acfg with cm', Permission.ACFG | Permission.CM, undefined, 'OK'],
    ['be with cm', Permission.BE | Permission.CM, undefined, 'UNAUTHORIZED_PERMISSION'],
    ['pcmr', Permission.PCMR, undefined, 'UNAUTHORIZED_PERMISSION'],
    ['cm with bits that nobody has defined', Permission.CM | 0x80, undefined, 'OK'],
  ])('%s', async (_name, permissions, rpId, expected) => {
    const bench = await rig({ pin: PIN });
    expect(await statusOf(bench.platform.token(PIN, permissions, rpId))).toBe(expected);
  });

  it.each([
    ['lbw', Permission.LBW, { maxLargeBlobArray: 0 }],
    ['acfg', Permission.ACFG, { configCommands: [] }],
  ])('%s only where there is what it permits', async (_name, permission, configuration) => {
    const bench = await rig({ pin: PIN, configuration });
    expect(await statusOf(bench.platform.token(PIN, permission))).toBe('UNAUTHORIZED_PERMISSION');
  });

  it('cm only where there is credential management', async () => {
    const bench = await rig({ pin: PIN, configuration: { credentialManagement: 'none' } });
    expect(await right(bench)).toBe('UNAUTHORIZED_PERMISSION');
  });

  it('says that before it says that no PIN is set, and costs no try', async () => {
    const bench = await rig();
    expect(await statusOf(bench.platform.token(PIN, Permission.BE))).toBe('UNAUTHORIZED_PERMISSION');
    expect(await right(bench)).toBe('PIN_NOT_SET');
    const set = await rig({ pin: PIN });
    await statusOf(set.platform.token('000000', Permission.BE));
    expect(await set.platform.retries()).toBe(8);
  });

  it('permissions have no place in the legacy request', async () => {
    const bench = await rig({ pin: PIN });
    const { shared, keyAgreement } = await bench.platform.agree();
    const pinHashEnc = bench.platform.protocol.encrypt(shared, pinHash(pinBytes(PIN)));
    const good = { pinUvAuthProtocol: 2, subCommand: Sub.GET_PIN_TOKEN, keyAgreement, pinHashEnc };
    expect(await statusOf(bench.api.clientPin({ ...good, permissions: 1 }))).toBe('INVALID_PARAMETER');
    expect(await statusOf(bench.api.clientPin({ ...good, rpId: 'a.org' }))).toBe('INVALID_PARAMETER');
    expect(await statusOf(bench.api.clientPin(good))).toBe('OK');
  });

  it('keys without tokens with permissions, without user verification and without PIN', async () => {
    const old = await rig({ profile: '2.0', pin: PIN });
    expect(await right(old)).toBe('INVALID_SUBCOMMAND');
    expect(await statusOf(old.platform.token(PIN))).toBe('OK');
    expect(await statusOf(old.api.clientPin({ subCommand: Sub.GET_UV_RETRIES }))).toBe('INVALID_SUBCOMMAND');
    const none = await rig({ configuration: { clientPin: false } });
    expect(await statusOf(none.platform.retries())).toBe('INVALID_COMMAND');
    expect((await none.api.getInfo()).options!.has('clientPin')).toBe(false);
  });
});

async function tokenRequest(bench: Rig, pin: string): Promise<Uint8Array> {
  const { shared, keyAgreement } = await bench.platform.agree();
  const body = encodeBody(clientPinRequest, {
    pinUvAuthProtocol: 2,
    subCommand: Sub.GET_TOKEN_USING_PIN,
    keyAgreement,
    pinHashEnc: bench.platform.protocol.encrypt(shared, pinHash(pinBytes(pin))),
    permissions: Permission.CM,
  });
  return Uint8Array.of(CLIENT_PIN, ...body);
}
