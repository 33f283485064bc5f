/** The bytes entry, getInfo, selection, reset, and what is common to all commands. */
import { describe, expect, it } from 'vitest';
import { decodeCbor, type CborMap } from '../../main/ctap/cbor';
import { Permission } from '../../main/ctap/pin-protocol';
import { configure, profiles, type ProfileName } from '../../main/authenticator/configuration';
import { expectConsistent } from '../conformance/info-rules';
import { settled } from '../support/manual-clock';
import { CLIENT_DATA_HASH } from '../support/platform';
import { nameOf, PIN, rig, statusOf } from '../support/simulated-rig';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('requests as bytes', () => {
  it.each([
    ['nothing at all', '', 'INVALID_COMMAND'],
    ['an unknown command', '7f', 'INVALID_COMMAND'],
    ['a command that this key does not have', '09 a1 06 f5', 'INVALID_COMMAND'],
    ['parameters that are no CBOR', '06 ff', 'INVALID_CBOR'],
    ['cut CBOR', '06 a2 01 02', 'INVALID_CBOR'],
    ['bytes after the map', '06 a1 02 01 00', 'INVALID_CBOR'],
    ['an indefinite length', '06 bf 02 01 ff', 'INVALID_CBOR'],
    ['misordered keys', '06 a2 02 01 01 02', 'INVALID_CBOR'],
    ['a key twice', '06 a2 02 01 02 01', 'INVALID_CBOR'],
    ['an integer that is longer than it must be', '06 a1 02 18 01', 'INVALID_CBOR'],
    ['five levels', '06 a2 02 01 03 a1 01 81 81 81 00', 'INVALID_CBOR'],
    ['something that is no map', '06 81 01', 'CBOR_UNEXPECTED_TYPE'],
    ['no parameters where some are needed', '06', 'MISSING_PARAMETER'],
    ['a member of the wrong type', '06 a1 02 61 61', 'CBOR_UNEXPECTED_TYPE'],
    ['a negative number', '06 a1 02 20', 'CBOR_UNEXPECTED_TYPE'],
    ['an unknown subcommand', '06 a1 02 18 63', 'INVALID_SUBCOMMAND'],
    ['unknown members', '06 a2 02 01 18 63 01', 'OK'],
    ['getInfo with parameters', '04 a0', 'OK'],
    ['a clientDataHash of the wrong length', '02 a2 01 61 61 02 41 00', 'INVALID_PARAMETER'],
  ])('%s', async (_name, request, expected) => {
    const bench = await rig();
    expect(nameOf((await bench.key.handle(hex(request)))[0])).toBe(expected);
  });

  it('longer than announced', async () => {
    const bench = await rig({ configuration: { maxMsgSize: 1024 } });
    const request = new Uint8Array(1025);
    request[0] = 0x04;
    expect(nameOf((await bench.key.handle(request))[0])).toBe('REQUEST_TOO_LARGE');
    expect(nameOf((await bench.key.handle(request.subarray(1)))[0])).toBe('INVALID_COMMAND');
  });

  it('a descriptor without an ID is of the wrong type, not missing', async () => {
    const bench = await rig();
    const request = `02 a3 01 61 61 02 58 20 ${'00'.repeat(32)} 03 81 a1 64 74797065 61 61`;
    expect(nameOf((await bench.key.handle(hex(request)))[0])).toBe('CBOR_UNEXPECTED_TYPE');
  });

  it('an unexpected failure is OTHER, and the next command works', async () => {
    const bench = await rig();
    bench.file.failure = 'full';
    expect(await bench.key.handle(Uint8Array.of(0x07))).toEqual(Uint8Array.of(0x7f));
    expect((await bench.key.handle(Uint8Array.of(0x04)))[0]).toBe(0);
  });

  it('empty answers have no body', async () => {
    expect(await (await rig()).key.handle(Uint8Array.of(0x0b))).toEqual(Uint8Array.of(0));
  });

  it('a cancelled command answers KEEPALIVE_CANCEL', async () => {
    const bench = await rig();
    bench.presence.next('wait');
    const cancel = new AbortController();
    const statuses: string[] = [];
    const options = { signal: cancel.signal, onStatus: (status: string) => statuses.push(status) };
    const answer = bench.key.handle(Uint8Array.of(0x0b), options);
    await settled();
    expect(statuses).toEqual(['touch-needed']);
    cancel.abort();
    expect(await answer).toEqual(Uint8Array.of(0x2d));
    expect(statuses).toEqual(['touch-needed', 'processing']);
  });

  it('a command that is cancelled the moment it asks for the touch answers KEEPALIVE_CANCEL', async () => {
    const bench = await rig();
    bench.presence.next('wait');
    const cancel = new AbortController();
    const options = { signal: cancel.signal, onStatus: () => cancel.abort() };
    expect(await bench.key.handle(Uint8Array.of(0x0b), options)).toEqual(Uint8Array.of(0x2d));
  });

  it('commands wait for each other', async () => {
    const bench = await rig();
    bench.presence.next('wait');
    const order: string[] = [];
    const first = bench.key.handle(Uint8Array.of(0x0b)).then(() => order.push('selection'));
    const second = bench.key.handle(Uint8Array.of(0x04)).then(() => order.push('getInfo'));
    await settled();
    expect(order).toEqual([]);
    bench.presence.answer('granted');
    await Promise.all([first, second]);
    expect(order).toEqual(['selection', 'getInfo']);
  });
});

describe('getInfo', () => {
  const infoOf = async (profile: ProfileName): Promise<CborMap> =>
    decodeCbor((await (await rig({ profile })).key.handle(Uint8Array.of(0x04))).subarray(1)) as CborMap;

  it.each(Object.keys(profiles) as ProfileName[])('%s: says Simulated and is consistent', async (profile) => {
    expect(profiles[profile].productName).toMatch(/^Simulated /);
    const info = await (await rig({ profile })).api.getInfo();
    expect(Buffer.from(info.aaguid).toString()).toBe('LatchkeySimulate');
    expectConsistent(info);
  });

  it('2.0 sends only what CTAP 2.0 knows', async () => {
    expect([...(await infoOf('2.0')).keys()]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...((await infoOf('2.0')).get(4) as CborMap).keys()]).not.toContain('pinUvAuthToken');
  });

  it('members and options can be added and overruled, with any content', async () => {
    const bench = await rig({
      configuration: {
        extraOptions: new Map([
          ['ep', false],
          ['rk', false],
        ]),
        extraInfo: new Map<number, number | Uint8Array | CborMap>([
          [0x0e, 5],
          [0x19, new Uint8Array(32)],
          [0x13, new Map([['FIDO', 3]])],
          [0x77, 1],
        ]),
      },
    });
    const info = await bench.api.getInfo();
    expect(info.options!.get('ep')).toBe(false);
    expect(info.options!.get('rk')).toBe(false);
    expect(info.firmwareVersion).toBe(5);
    expect(info.encIdentifier).toEqual(new Uint8Array(32));
    expect(info.certifications).toEqual(new Map([['FIDO', 3]]));
    const raw = decodeCbor((await bench.key.handle(Uint8Array.of(0x04))).subarray(1)) as CborMap;
    expect(raw.get(0x77)).toBe(1);
  });

  it('a simulated key cannot be called anything else', () => {
    expect(() => configure('2.1', { productName: 'YubiKey 5' })).toThrow('Simulated');
  });
});

describe('selection', () => {
  it('ends with the touch', async () => {
    const bench = await rig();
    bench.presence.next('granted', 'refused', 'timed-out');
    expect(await statusOf(bench.api.selection())).toBe('OK');
    expect(await statusOf(bench.api.selection())).toBe('OPERATION_DENIED');
    expect(await statusOf(bench.api.selection())).toBe('USER_ACTION_TIMEOUT');
  });

  it('is unknown to older keys', async () => {
    for (const profile of ['2.0', '2.1-preview'] as const)
      expect(await statusOf((await rig({ profile })).api.selection())).toBe('INVALID_COMMAND');
  });
});

describe('reset', () => {
  it('works within ten seconds of power-up only', async () => {
    const bench = await rig();
    await bench.clock.advance(10_000);
    expect(await statusOf(bench.api.reset())).toBe('OK');
    await bench.clock.advance(1);
    expect(await statusOf(bench.api.reset())).toBe('NOT_ALLOWED');
    expect(bench.presence.requests).toHaveLength(1);
    bench.key.powerCycle();
    expect(await statusOf(bench.api.reset())).toBe('OK');
  });

  it('at any time where the configuration says so', async () => {
    const bench = await rig({ configuration: { resetWindow: 0 } });
    await bench.clock.advance(60_000);
    expect(await statusOf(bench.api.reset())).toBe('OK');
  });

  it('needs a touch, and wipes nothing without one', async () => {
    const bench = await rig({ pin: PIN, passkeys: [{ rpId: 'a.org' }] });
    const before = bench.key.snapshot();
    bench.presence.next('refused', 'timed-out');
    expect(await statusOf(bench.api.reset())).toBe('OPERATION_DENIED');
    expect(await statusOf(bench.api.reset())).toBe('USER_ACTION_TIMEOUT');
    expect(bench.key.snapshot()).toBe(before);
    expect(bench.presence.requests[0]!.reason).toBe('reset');
  });

  it('wipes passkeys, PIN, tries, wrap key and tokens, durably', async () => {
    const bench = await rig({ pin: PIN, passkeys: [{ rpId: 'a.org' }] });
    const token = await bench.platform.token(PIN, Permission.CM);
    for (let attempt = 0; attempt < 3; attempt++) await statusOf(bench.platform.token('000000'));
    const { wrapKey } = bench.key.snapshot();
    await bench.api.reset();
    expect(await statusOf(bench.platform.manage(token, 1))).toBe('PIN_AUTH_INVALID');
    for (const state of [bench.key.snapshot(), (await bench.restart()).key.snapshot()]) {
      expect(state.credentials).toEqual([]);
      expect(state.pin).toEqual({ codePoints: 0, retries: 8, forceChange: false });
      expect(state.wrapKey).not.toEqual(wrapKey);
    }
    await bench.platform.setPin('another');
    expect(await statusOf(bench.platform.token('another', Permission.CM))).toBe('OK');
  });
});

describe('a power cycle', () => {
  it('makes a waiting command give up, and the next one need not wait', async () => {
    const bench = await rig();
    bench.presence.next('wait');
    const waiting = bench.key.handle(
      // makeCredential by the typed entry would do as well; bytes show the status.
      Uint8Array.of(0x0b),
    );
    await settled();
    bench.key.powerCycle();
    expect(await waiting).toEqual(Uint8Array.of(0x2d));
    expect(bench.presence.waiting).toBe(false);
    expect(bench.clock.pending).toBe(0);
    const made = bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: 'a.org' },
      user: { id: Uint8Array.of(1) },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    });
    expect(await statusOf(made)).toBe('OK');
  });
});
