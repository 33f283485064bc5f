/** The state file: what survives a restart, and what is refused and left alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodeCbor, type CborValue } from '../../main/ctap/cbor';
import { decodeRequest, type Codec } from '../../main/ctap/codec';
import { configure, profiles, type ProfileName } from '../../main/authenticator/configuration';
import { demoState } from '../../main/authenticator/demo';
import { factoryPolicy, newKeyState, type KeyState } from '../../main/authenticator/key-state';
import { withPasskeys } from '../../main/authenticator/provision';
import { hostileTexts, quirkParameters, type Quirk, type QuirkName } from '../../main/authenticator/quirks';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { parseState, serializeState, StateError } from '../../main/authenticator/state';
import { ManualClock } from '../support/manual-clock';
import { MemoryFile } from '../support/memory-file';
import { CLIENT_DATA_HASH, createdCredential, signatureIsValid, TestPlatform } from '../support/platform';
import { PIN, rig, statusOf } from '../support/simulated-rig';
import { SeededRandom } from '../support/seeded-random';

const open = (file: MemoryFile): Promise<SimulatedKey> =>
  SimulatedKey.open({
    clock: new ManualClock(),
    random: new SeededRandom(),
    presence: new ScriptedPresence(),
    file,
  });

/** One quirk of each name, with all its parameters. */
const EVERY_QUIRK = (Object.keys(quirkParameters) as QuirkName[]).map((name) => {
  const members = { command: 10, subCommand: 6, times: 2, drop: 1, levels: 7, status: 0xf3, bytes: 5 };
  const others = { goesOn: true, kind: 'long', milliseconds: 400, report: 9 };
  const codec = quirkParameters[name] as Codec<object>;
  const all = new Map<string, CborValue>(Object.entries({ ...members, ...others }));
  return { name, ...decodeRequest(codec, encodeCbor(all)) } as Quirk;
});

/** Every member changed, as far as a file may hold it. */
function different<T extends object>(value: T): T {
  const special: Readonly<Record<string, unknown>> = {
    productName: 'Simulated other key',
    aaguid: new Uint8Array(16).fill(9),
    pinUvAuthProtocols: [1],
    credentialManagement: 'both',
    bioEnrollment: 'both',
    attachment: 'internal',
    u2f: 'beside',
    algorithms: [-8],
    vendorConfigCommands: [5],
    extraOptions: new Map([['x', true]]),
    extraInfo: new Map([[0x70, Uint8Array.of(1)]]),
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      if (name === 'quirks') return [name, member];
      if (name in special) return [name, special[name]];
      if (typeof member === 'boolean') return [name, !member];
      if (typeof member === 'number') return [name, member + 1];
      if (typeof member === 'string') return [name, `${member}x`];
      if (Array.isArray(member)) return [name, typeof member[0] === 'number' ? [1, 7] : ['x', 'y']];
      throw new Error(`this test does not know how to change ${name}`);
    }),
  ) as T;
}

describe('a round trip', () => {
  it('keeps everything of a varied key', () => {
    const random = new SeededRandom();
    const quirks: readonly Quirk[] = [
      { name: 'status', command: 10, subCommand: 6, status: 0xf3, times: 2 },
      { name: 'four-billion', goesOn: true },
      { name: 'garbage-info', kind: 'random' },
    ];
    const demo = demoState(random);
    const state = {
      ...demo,
      configuration: configure('2.3', {
        quirks,
        extraOptions: new Map([['ep', true]]),
        extraInfo: new Map([
          ...configure('2.3').extraInfo,
          [0x19, new Uint8Array(32).fill(7)],
          [0x13, new Map([['FIDO', 2]])],
        ]),
      }),
    };
    const again = parseState(serializeState(state), 'x');
    expect(again.configuration).toEqual(state.configuration);
    expect(again.pin).toEqual(state.pin);
    expect(again.wrapKey).toEqual(state.wrapKey);
    expect(again.credentials.map(({ credential }) => credential)).toEqual(
      state.credentials.map(({ credential }) => credential),
    );
    expect(
      again.credentials.map(({ secrets }) => [...secrets.privateKey, ...secrets.credRandomWithUv]),
    ).toEqual(state.credentials.map(({ secrets }) => [...secrets.privateKey, ...secrets.credRandomWithUv]));
    expect(Buffer.from(serializeState(again)).equals(serializeState(state))).toBe(true);
  });

  it('keeps every member of the configuration, the policy and the record, each unlike any profile', () => {
    const random = new SeededRandom();
    const changed = different(configure('2.3', { quirks: EVERY_QUIRK }));
    const state: KeyState = {
      ...newKeyState(changed, random),
      policy: different(factoryPolicy(changed)),
      uvRetries: 1,
      templates: [{ id: Uint8Array.of(1, 2), friendlyName: 'thumb' }, { id: Uint8Array.of(3) }],
      largeBlobArray: random.bytes(40),
    };
    const content = serializeState(state);
    const again = parseState(content, 'x');
    expect(again).toEqual(state);
    // Nothing comes from a profile: the same file is the same key, whatever profiles become.
    const { configuration } = JSON.parse(Buffer.from(content).toString()) as { configuration: object };
    expect(Object.keys(configuration).sort()).toEqual(Object.keys(changed).sort());
  });

  it.each(Object.keys(profiles) as ProfileName[])('a new %s key is itself again', (profile) => {
    const state = newKeyState(configure(profile), new SeededRandom());
    expect(parseState(serializeState(state), 'x')).toEqual(state);
  });

  it('keeps names as they are, however hostile', () => {
    const random = new SeededRandom();
    const recipes = Object.values(hostileTexts).map((text) => ({
      rpId: 'a.org',
      rpName: text,
      userName: text,
      displayName: text,
    }));
    const state = withPasskeys(newKeyState(configure(), random), recipes, random);
    const names = parseState(serializeState(state), 'x').credentials.map(
      ({ credential }) => credential.user.displayName,
    );
    expect(names).toEqual(Object.values(hostileTexts));
  });
});

describe('a restart', () => {
  it('a discoverable credential signs as before', async () => {
    const bench = await rig();
    const { authData } = await bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: 'a.org', name: 'A' },
      user: { id: Uint8Array.of(1), name: 'ada' },
      pubKeyCredParams: [{ alg: -8, type: 'public-key' }],
      options: { rk: true },
    });
    const { publicKey } = createdCredential(authData);
    const again = await bench.restart();
    const answer = await again.api.getAssertion({ rpId: 'a.org', clientDataHash: CLIENT_DATA_HASH });
    expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
  });

  it('the configuration comes from the file, not from the program', async () => {
    const bench = await rig({ profile: '2.0', pin: PIN });
    const key = await open(new MemoryFile('k', bench.file.content));
    expect(key.configuration.versions).toEqual(['FIDO_2_0']);
  });

  it('a new file is written at once', async () => {
    const file = new MemoryFile();
    const key = await open(file);
    expect(parseState(file.content!, 'x').wrapKey).toEqual(key.snapshot().wrapKey);
  });

  it('reading writes nothing', async () => {
    const bench = await rig({ pin: PIN });
    const file = new MemoryFile('k', bench.file.content);
    const key = await open(file);
    await key.authenticator.getInfo();
    expect(file.writes).toBe(0);
  });
});

describe('a file written by hand', () => {
  const minimal = { format: 'latchkey-simulated-key', version: 1, configuration: {} };

  it('needs no more than its format, version and profile', async () => {
    const file = new MemoryFile(
      'k',
      JSON.stringify({ ...minimal, configuration: { profile: '2.0', capacity: 3 } }),
    );
    const key = await open(file);
    expect(key.configuration).toEqual(configure('2.0', { capacity: 3 }));
  });

  it('means the same wrap key each time, so its non-discoverable credentials last', async () => {
    const file = new MemoryFile('k', JSON.stringify(minimal));
    expect((await open(file)).snapshot().wrapKey).toEqual((await open(file)).snapshot().wrapKey);
  });

  it('derives a public key that is left out', () => {
    const random = new SeededRandom();
    const text = Buffer.from(serializeState(demoState(random))).toString();
    const whole = parseState(Buffer.from(text), 'x');
    const without = JSON.parse(text) as { credentials: { publicKey?: string }[] };
    for (const credential of without.credentials) delete credential.publicKey;
    const derived = parseState(Buffer.from(JSON.stringify(without)), 'x');
    expect(derived.credentials.map(({ credential }) => credential)).toEqual(
      whole.credentials.map(({ credential }) => credential),
    );
  });

  it.each([
    [
      'a member that nobody knows',
      { ...minimal, configuration: { capcity: 3 } },
      '"configuration.capcity" is not known',
    ],
    ['a wrong type', { ...minimal, configuration: { capacity: '3' } }, '"configuration.capacity" is wrong'],
    [
      'a profile that nobody knows',
      { ...minimal, configuration: { profile: '3' } },
      '"configuration.profile" is wrong',
    ],
    ['a fraction', { ...minimal, configuration: { capacity: 1.5 } }, '"configuration.capacity" is wrong'],
    ['null', { ...minimal, pin: null }, '"pin" is wrong'],
    [
      'another name',
      { ...minimal, configuration: { productName: 'YubiKey' } },
      '"configuration.productName" is wrong',
    ],
    ['no configuration', { format: minimal.format, version: 1 }, '"configuration" is missing'],
    [
      'too many tries',
      { ...minimal, pin: { codePoints: 0, retries: 9, forceChange: false } },
      '"pin.retries" is wrong',
    ],
    ['bad base64url', { ...minimal, wrapKey: '=' }, '"wrapKey" is wrong'],
    ['a short wrap key', { ...minimal, wrapKey: 'AAAA' }, '"wrapKey" is wrong'],
    [
      'an unknown quirk',
      { ...minimal, configuration: { quirks: [{ name: 'x' }] } },
      '"configuration.quirks[0].name" is wrong',
    ],
    [
      'a quirk that lacks something',
      { ...minimal, configuration: { quirks: [{ name: 'status' }] } },
      '"configuration.quirks[0].status" is wrong',
    ],
  ])('says where %s is', (_name, json, expected) => {
    expect(() => parseState(Buffer.from(JSON.stringify(json)), '/k.json')).toThrow(expected);
  });
});

describe('a file of version 1', () => {
  const stored = (name: string): Uint8Array =>
    readFileSync(join(import.meta.dirname, `state-version-1-${name}.json`));

  it.each(['ctap20', 'ctap23'])('%s: opens, with its PIN, tries and passkeys', async (name) => {
    const key = await open(new MemoryFile('k', stored(name)));
    const { configuration, pin, credentials, policy } = key.snapshot();
    expect(configuration).toMatchObject({ capacity: 7, quirks: [{ name: 'status', status: 127 }] });
    expect(pin).toMatchObject({ codePoints: 6, retries: 5, forceChange: false });
    expect(policy).toEqual(factoryPolicy(configuration));
    expect(credentials.map(({ credential }) => credential)).toMatchObject([
      { rp: { id: 'a.example', name: 'A' }, credProtect: 2, thirdPartyPayment: true },
      { rp: { id: 'b.example' }, user: { name: 'боб' }, algorithm: -8 },
    ]);
    const platform = new TestPlatform(key.authenticator, name === 'ctap20' ? 1 : 2);
    await platform.token('123456');
    expect(await platform.retries()).toBe(8);
  });

  it('is the key that it was: it has nothing that came later', async () => {
    const old = (await open(new MemoryFile('k', stored('ctap20')))).authenticator;
    const info = await old.getInfo();
    expect(info.versions).toEqual(['FIDO_2_0']);
    expect([...(info.options?.keys() ?? [])].sort()).toEqual(['clientPin', 'plat', 'rk', 'up']);
    const newer = await (await open(new MemoryFile('k', stored('ctap23')))).authenticator.getInfo();
    expect(newer).toMatchObject({ attestationFormats: ['packed', 'none'], maxPINLength: 63 });
    for (const name of ['authnrCfg', 'largeBlobs', 'perCredMgmtRO', 'ep', 'alwaysUv'])
      expect(newer.options?.has(name)).toBe(false);
  });

  it('becomes one of version 2 with the first change, and stays the same key', async () => {
    const file = new MemoryFile('k', stored('ctap23'));
    const key = await open(file);
    await new TestPlatform(key.authenticator).token('123456');
    expect(JSON.parse(Buffer.from(file.content!).toString())).toMatchObject({ version: 2 });
    const again = await open(file);
    expect(again.snapshot()).toEqual(key.snapshot());
  });
});

describe('what is not understood is refused, named and left alone', () => {
  const refused = async (content: Uint8Array | string): Promise<StateError> => {
    const file = new MemoryFile('/keys/mine.json', content);
    const before = file.content!.slice();
    const error: unknown = await open(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StateError);
    expect(file.content).toEqual(before);
    expect(file.writes).toBe(0);
    expect((error as StateError).message).toMatch(/^\/keys\/mine\.json .*It has not been changed\. .+\.$/s);
    return error as StateError;
  };

  it('a file cut anywhere', async () => {
    const bench = await rig({ pin: PIN });
    const content = bench.file.content!;
    // Only the line feed at its end may be missing.
    for (let length = 0; length < content.length - 1; length += 7) await refused(content.subarray(0, length));
    expect((await refused(content.subarray(0, content.length - 2))).message).toContain('cut off or damaged');
    expect((await refused('')).message).toContain('is empty');
  });

  it('a newer version', async () => {
    const newer = { format: 'latchkey-simulated-key', version: 3, whatever: true };
    const { message } = await refused(JSON.stringify(newer));
    expect(message).toContain('newer Latchkey');
    expect(message).toContain('Update Latchkey');
  });

  it('something else', async () => {
    for (const content of ['[]', 'null', '7', '{}', '{"format":"other","version":1}', '\u0000\u0001'])
      await refused(content);
    await refused('{"format":"latchkey-simulated-key","version":0,"configuration":{}}');
    await refused(Uint8Array.of(0x7b, 0xff, 0x7d));
  });
});

describe('secrets', () => {
  it('do not show in debug output', () => {
    const state = demoState(new SeededRandom());
    const shown = inspect(state.credentials, { depth: 10, showHidden: true });
    const [first] = state.credentials;
    expect(shown).toContain('github.com');
    expect(shown).not.toContain(inspect(first!.secrets.privateKey).slice(20, 60));
    expect(JSON.stringify(first)).not.toContain(Buffer.from(first!.secrets.privateKey).toString('base64url'));
    expect(JSON.stringify(first!.secrets)).toBe('{}');
  });
});

describe('a key that is fuller than it can be', () => {
  it('has no room, and says 0', async () => {
    const bench = await rig({
      configuration: { capacity: 1 },
      passkeys: [{ rpId: 'a.org' }, { rpId: 'b.org' }],
    });
    expect((await bench.api.getInfo()).remainingDiscoverableCredentials).toBe(0);
    const made = bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: 'c.org' },
      user: { id: Uint8Array.of(1) },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      options: { rk: true },
    });
    expect(await statusOf(made)).toBe('KEY_STORE_FULL');
  });
});
