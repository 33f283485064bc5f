/** Each misbehaviour in answers does what its name says, and nothing without it. */
import { describe, expect, it } from 'vitest';
import {
  CborError,
  decodeCbor,
  decodeCborLeniently,
  type CborMap,
  type CborValue,
} from '../../main/ctap/cbor';
import type { Ctap2Api } from '../../main/ctap/api';
import { decodeResponse, encodeBody } from '../../main/ctap/codec';
import { clientPinRequest, clientPinResponse } from '../../main/ctap/commands/client-pin';
import { CtapStatusError } from '../../main/ctap/errors';
import {
  credentialManagementAuthMessage,
  credentialManagementRequest,
} from '../../main/ctap/commands/credential-management';
import { Permission } from '../../main/ctap/pin-protocol';
import type { PasskeyRecipe } from '../../main/authenticator/provision';
import { hostileTexts, type Quirk } from '../../main/authenticator/quirks';
import { TestPlatform, type PlatformToken } from '../support/platform';
import { nameOf, PIN, rig, type Rig } from '../support/simulated-rig';

const PASSKEYS: readonly PasskeyRecipe[] = [
  { rpId: 'a.org', userName: 'x'.repeat(63) + 'é' },
  { rpId: 'b.org', userName: 'bob' },
];
const GET_INFO = Uint8Array.of(0x04);

async function misbehaving(quirks: readonly Quirk[], passkeys = PASSKEYS): Promise<Rig> {
  return rig({ pin: PIN, passkeys, configuration: { quirks } });
}

/** A credential management request by bytes, so that it goes through the quirks. */
function manage(bench: Rig, token: PlatformToken, subCommand: number, params?: CborMap): Promise<Uint8Array> {
  const body = encodeBody(credentialManagementRequest, {
    subCommand,
    ...(params && { subCommandParams: params }),
    pinUvAuthProtocol: token.protocol.version,
    pinUvAuthParam: token.protocol.authenticate(
      token.value,
      credentialManagementAuthMessage(subCommand, params),
    ),
  });
  return bench.key.handle(Uint8Array.of(0x0a, ...body));
}

const next = (bench: Rig, subCommand: number): Promise<Uint8Array> =>
  bench.key.handle(Uint8Array.of(0x0a, 0xa1, 0x01, subCommand));
const tokenOf = (bench: Rig): Promise<PlatformToken> => bench.platform.token(PIN, Permission.CM);
const bodyOf = (answer: Uint8Array): CborMap => decodeCbor(answer.subarray(1)) as CborMap;
const deletion = (bench: Rig): CborMap =>
  new Map([
    [
      2,
      new Map<string, string | Uint8Array>([
        ['id', bench.key.snapshot().credentials[0]!.credential.id],
        ['type', 'public-key'],
      ]),
    ],
  ]);

/** clientPIN through the bytes entry, and so through the quirks. */
function byBytes(bench: Rig): Ctap2Api {
  const clientPin: Ctap2Api['clientPin'] = async (request) => {
    const answer = await bench.key.handle(Uint8Array.of(0x06, ...encodeBody(clientPinRequest, request)));
    if (answer[0] !== 0) throw new CtapStatusError(answer[0] ?? 0);
    return decodeResponse(clientPinResponse, answer.subarray(1));
  };
  return { clientPin } as Ctap2Api;
}

describe('answers', () => {
  it('truncated-cbor', async () => {
    const whole = await (await misbehaving([])).key.handle(GET_INFO);
    const cut = await (await misbehaving([{ name: 'truncated-cbor', drop: 3 }])).key.handle(GET_INFO);
    expect(cut).toEqual(whole.subarray(0, whole.length - 3));
    expect(() => bodyOf(cut)).toThrow(CborError);
  });

  it('deep-cbor', async () => {
    for (const levels of [undefined, 100]) {
      const quirk: Quirk = { name: 'deep-cbor', ...(levels !== undefined && { levels }) };
      const answer = await (await misbehaving([quirk])).key.handle(GET_INFO);
      expect(answer.filter((byte) => byte === 0x81)).toHaveLength(levels ?? 6);
      expect(() => bodyOf(answer)).toThrow('nested deeper');
    }
  });

  it('wrong-types', async () => {
    const straight = bodyOf(await (await misbehaving([])).key.handle(GET_INFO));
    const bent = bodyOf(await (await misbehaving([{ name: 'wrong-types' }])).key.handle(GET_INFO));
    expect([...bent.keys()]).toEqual([...straight.keys()]);
    const kind = (value: unknown): string =>
      value instanceof Uint8Array
        ? 'bytes'
        : value instanceof Map
          ? 'map'
          : Array.isArray(value)
            ? 'array'
            : typeof value;
    for (const [key, value] of bent) expect(kind(value)).not.toBe(kind(straight.get(key)));
  });

  it('status: any byte, for the command and subcommand it names, as often as it says, with nothing done', async () => {
    const quirk: Quirk = { name: 'status', command: 0x0a, subCommand: 6, status: 0xf7, times: 1 };
    const bench = await misbehaving([quirk]);
    const token = await tokenOf(bench);
    expect(nameOf((await manage(bench, token, 1))[0])).toBe('OK');
    expect(await manage(bench, token, 6, deletion(bench))).toEqual(Uint8Array.of(0xf7));
    expect(bench.key.snapshot().credentials).toHaveLength(2);
    expect(await manage(bench, token, 6, deletion(bench))).toEqual(Uint8Array.of(0));
    expect(bench.key.snapshot().credentials).toHaveLength(1);
  });

  it.each([
    ['clientPIN', [0x06, 0xa1, 0x02, 0x07], 7],
    ['bioEnrollment', [0x09, 0xa2, 0x01, 0x01, 0x02, 0x07], 7],
    ['credentialManagement', [0x0a, 0xa1, 0x01, 0x05], 5],
    ['authenticatorConfig', [0x0d, 0xa1, 0x01, 0x03], 3],
  ])('the subcommand of %s is known', async (_name, request, subCommand) => {
    const command = request[0]!;
    const bench = await misbehaving([{ name: 'status', command, subCommand, status: 0xf1 }]);
    expect(await bench.key.handle(Uint8Array.from(request))).toEqual(Uint8Array.of(0xf1));
    bench.key.setQuirks([{ name: 'status', command, subCommand: subCommand + 1, status: 0xf1 }]);
    expect((await bench.key.handle(Uint8Array.from(request)))[0]).not.toBe(0xf1);
  });

  it('empty-body-for-nothing and no-credentials-for-metadata: for an empty store only', async () => {
    const quirks: readonly Quirk[] = [
      { name: 'empty-body-for-nothing' },
      { name: 'no-credentials-for-metadata' },
    ];
    const empty = await misbehaving(quirks, []);
    const token = await tokenOf(empty);
    expect(await manage(empty, token, 2)).toEqual(Uint8Array.of(0));
    expect(await manage(empty, token, 4, new Map([[1, new Uint8Array(32)]]))).toEqual(Uint8Array.of(0));
    expect(await manage(empty, token, 1)).toEqual(Uint8Array.of(0x2e));
    const full = await misbehaving(quirks);
    const other = await tokenOf(full);
    expect(bodyOf(await manage(full, other, 1)).get(1)).toBe(2);
    expect(bodyOf(await manage(full, other, 2)).get(5)).toBe(2);
  });

  it('delete-pretends', async () => {
    const bench = await misbehaving([{ name: 'delete-pretends' }]);
    expect(await manage(bench, await tokenOf(bench), 6, deletion(bench))).toEqual(Uint8Array.of(0));
    expect(bench.key.snapshot().credentials).toHaveLength(2);
  });

  it('delete-denies', async () => {
    const bench = await misbehaving([{ name: 'delete-denies', times: 1 }]);
    const token = await tokenOf(bench);
    expect(await manage(bench, token, 6, deletion(bench))).toEqual(Uint8Array.of(0x7f));
    expect(bench.key.snapshot().credentials).toHaveLength(1);
    expect(await manage(bench, token, 6, deletion(bench))).toEqual(Uint8Array.of(0));
  });

  it('four-billion: claims, and stops or goes on', async () => {
    for (const goesOn of [false, true]) {
      const bench = await misbehaving([{ name: 'four-billion', goesOn }]);
      const token = await tokenOf(bench);
      expect(bodyOf(await manage(bench, token, 1)).get(1)).toBe(0xffffffff);
      expect(bodyOf(await manage(bench, token, 2)).get(5)).toBe(0xffffffff);
      const second = await next(bench, 3);
      expect((bodyOf(second).get(3) as CborMap).get('id')).toBe('b.org');
      for (let count = 0; count < 5; count++)
        expect(await next(bench, 3)).toEqual(goesOn ? second : Uint8Array.of(0x30));
      const hash = bodyOf(second).get(4) as Uint8Array;
      expect(bodyOf(await manage(bench, token, 4, new Map([[1, hash]]))).get(9)).toBe(0xffffffff);
    }
  });

  it('misordered-keys', async () => {
    const answer = await (await misbehaving([{ name: 'misordered-keys', command: 4 }])).key.handle(GET_INFO);
    expect(() => bodyOf(answer)).toThrow('canonical');
    const flaws: string[] = [];
    const info = decodeCborLeniently(answer.subarray(1), flaws) as CborMap;
    expect([...info.keys()]).toEqual([...info.keys()].sort((a, b) => Number(b) - Number(a)));
    expect(flaws).toEqual(['map keys are not in canonical order']);
  });

  it('cut-text: in the middle of a character', async () => {
    const bench = await misbehaving([{ name: 'cut-text', bytes: 64 }]);
    const token = await tokenOf(bench);
    const hash = bodyOf(await manage(bench, token, 2)).get(4) as Uint8Array;
    const answer = await manage(bench, token, 4, new Map([[1, hash]]));
    const flaws: string[] = [];
    const user = (decodeCborLeniently(answer.subarray(1), flaws) as CborMap).get(6) as CborMap;
    expect(user.get('name')).toBe('x'.repeat(63) + '\uFFFD');
    expect(flaws).toEqual(['a text is cut in the middle of a character']);
  });

  it('garbage-info, as often as it says', async () => {
    const first = async (kind: string): Promise<Uint8Array> =>
      (await misbehaving([{ name: 'garbage-info', kind }])).key.handle(GET_INFO);
    expect(() => bodyOf(new Uint8Array())).toThrow();
    const random = await first('random');
    expect(random).toHaveLength(101);
    expect(() => bodyOf(random)).toThrow(CborError);
    expect(Array.isArray(bodyOf(await first('not-a-map')))).toBe(true);
    expect(await first('empty')).toEqual(Uint8Array.of(0));
    expect(bodyOf(await first('no-aaguid')).has(3)).toBe(false);
    await expect(first('nonsense')).rejects.toThrow('nonsense');
    const once = await misbehaving([{ name: 'garbage-info', kind: 'empty', times: 1 }]);
    await once.key.handle(GET_INFO);
    expect(bodyOf(await once.key.handle(GET_INFO)).has(3)).toBe(true);
  });

  it('hostile-text: every text that the answer has, no key of a map, and no more than a message carries', async () => {
    const kind = 'rightToLeftOverride';
    const answer = await (await misbehaving([{ name: 'hostile-text', kind }])).key.handle(GET_INFO);
    const straight = bodyOf(await (await misbehaving([])).key.handle(GET_INFO));
    const info = bodyOf(answer);
    expect([...info.keys()]).toEqual([...straight.keys()]);
    expect(info.get(1)).toEqual([hostileTexts[kind], hostileTexts[kind]]);
    expect([...(info.get(4) as CborMap).keys()]).toEqual([...(straight.get(4) as CborMap).keys()]);
    const long = await (await misbehaving([{ name: 'hostile-text', kind: 'long' }])).key.handle(GET_INFO);
    expect(long.length).toBeGreaterThan(6000);
    expect(long.length).toBeLessThan(7609);
    const unknown = (await misbehaving([{ name: 'hostile-text', kind: 'toString' }])).key.handle(GET_INFO);
    await expect(unknown).rejects.toThrow('toString');
  });

  it('retries-go-up: tells of more with every wrong PIN, while the true number goes down', async () => {
    const bench = await misbehaving([{ name: 'retries-go-up' }]);
    const retries = async (): Promise<unknown> =>
      bodyOf(await bench.key.handle(Uint8Array.of(0x06, 0xa1, 0x02, 0x01))).get(3);
    expect(await retries()).toBe(8);
    for (const [told, left] of [
      [9, 7],
      [10, 6],
    ]) {
      await bench.platform.token('000000', Permission.CM).catch(() => undefined);
      expect(await retries()).toBe(told);
      expect(bench.key.snapshot().pin.retries).toBe(left);
    }
  });

  it('user-name-as-rp-name: of sites that are listed, whether they have a name or not', async () => {
    const bench = await misbehaving([{ name: 'user-name-as-rp-name' }]);
    const token = await tokenOf(bench);
    const nameIn = (answer: Uint8Array): unknown => (bodyOf(answer).get(3) as CborMap).get('name');
    expect(nameIn(await manage(bench, token, 2))).toBe(PASSKEYS[0]!.userName);
    expect(nameIn(await next(bench, 3))).toBe('bob');
    expect(bench.key.snapshot().credentials.map(({ credential }) => credential.rp.name)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('update-unknown: INVALID_COMMAND, and the names stay', async () => {
    const bench = await misbehaving([{ name: 'update-unknown' }]);
    const token = await tokenOf(bench);
    const { id, user } = bench.key.snapshot().credentials[1]!.credential;
    const params: CborMap = new Map([
      [
        2,
        new Map<string, CborValue>([
          ['id', id],
          ['type', 'public-key'],
        ]),
      ],
      [
        3,
        new Map<string, CborValue>([
          ['id', user.id],
          ['name', 'eve'],
        ]),
      ],
    ]);
    expect(nameOf((await manage(bench, token, 7, params))[0])).toBe('INVALID_COMMAND');
    expect(nameOf((await manage(bench, token, 1))[0])).toBe('OK');
    expect(bench.key.snapshot().credentials[1]!.credential.user.name).toBe('bob');
    bench.key.setQuirks([]);
    expect(nameOf((await manage(bench, token, 7, params))[0])).toBe('OK');
    expect(bench.key.snapshot().credentials[1]!.credential.user.name).toBe('eve');
  });

  it('always-uv-after-pin: on when a PIN is set, not when setting one failed', async () => {
    const bench = await rig({ configuration: { quirks: [{ name: 'always-uv-after-pin' }] } });
    const platform = new TestPlatform(byBytes(bench));
    await expect(platform.setPin('123')).rejects.toThrow();
    expect(bench.key.snapshot().policy.alwaysUv).toBe(false);
    await platform.setPin('1234');
    expect(bench.key.snapshot().policy.alwaysUv).toBe(true);
  });

  it('can be changed while the key is in use', async () => {
    const bench = await misbehaving([]);
    bench.key.setQuirks([{ name: 'status', status: 0x3d }]);
    expect(await bench.key.handle(GET_INFO)).toEqual(Uint8Array.of(0x3d));
    bench.key.setQuirks([]);
    expect((await bench.key.handle(GET_INFO))[0]).toBe(0);
  });
});
