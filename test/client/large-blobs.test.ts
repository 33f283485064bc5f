/** Large blobs: the array of simulated keys, its entries, and everything that is wrong with arrays of keys that lie. */
import { gcm } from '@noble/ciphers/aes.js';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CredentialManager } from '../../main/client/credential-manager';
import { MAX_BLOB_LENGTH, openEntry, readEntry, sealEntry } from '../../main/client/large-blob-entry';
import { LargeBlobKeys } from '../../main/client/large-blob-keys';
import { LargeBlobs } from '../../main/client/large-blobs';
import type { StoredCredential } from '../../main/client/stored-credential';
import type { Ctap2Api } from '../../main/ctap/api';
import { encodeCbor, type CborKey, type CborValue } from '../../main/ctap/cbor';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import {
  INITIAL_LARGE_BLOB_ARRAY,
  serializeLargeBlobArray,
  type LargeBlobsRequest,
} from '../../main/ctap/commands/large-blobs';
import { ProtocolError } from '../../main/ctap/errors';
import { Permission } from '../../main/ctap/pin-protocol';
import type { StatusName } from '../../main/ctap/status';
import { pluggedKey, withAnswers, type PluggedKey } from '../support/plugged-key';
import { SeededRandom } from '../support/seeded-random';
import type { SoftKeyRecipe } from '../support/soft-key';

const status = (name: StatusName): object => ({ name: 'CtapStatusError', statusName: name });
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value));
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

/** An entry with any content, sealed as it should be. */
function entry(key: Uint8Array, plain: Uint8Array, origSize: number): Uint8Array {
  const nonce = counting(12);
  const associated = new Uint8Array(12);
  associated.set(Buffer.from('blob'));
  new DataView(associated.buffer).setBigUint64(4, BigInt(origSize), true);
  return map([
    [1, gcm(key, nonce, associated).encrypt(plain)],
    [2, nonce],
    [3, origSize],
  ]);
}

function map(members: readonly (readonly [CborKey, CborValue])[]): Uint8Array {
  return encodeCbor(new Map(members));
}

describe('an entry', () => {
  const key = counting(32);

  it('is what the vector says', () => {
    const item = map([
      [1, hex('8c4bfa520b2d8cb68941ac08f08e3bfeeedd057d1ab47cb96dc7')],
      [2, counting(12)],
      [3, 8],
    ]);
    expect(entry(key, hex('cb492c49cec84ead0400'), 8)).toEqual(item);
    const read = readEntry(item);
    expect(read && openEntry(key, read)).toEqual({ data: text('latchkey') });
    // And what we seal ourselves with that nonce.
    expect(sealEntry(key, text('latchkey'), { bytes: () => Uint8Array.from(counting(12)) })).toEqual(item);
  });

  it.each([0, 1, 1000, MAX_BLOB_LENGTH])('of %i bytes opens as it was sealed', (length) => {
    const data = new Uint8Array(length).fill(7);
    const read = readEntry(sealEntry(key, data, new SeededRandom()));
    const opened = read && openEntry(key, read);
    expect(opened && 'data' in opened && Buffer.compare(opened.data, data)).toBe(0);
  });

  it('of more than a key could ever hold is not made', () => {
    const data = new Uint8Array(MAX_BLOB_LENGTH + 1);
    expect(() => sealEntry(key, data, new SeededRandom())).toThrow(RangeError);
  });

  it('does not open for another passkey, nor when anything of it was changed', () => {
    const item = sealEntry(key, text('secret'), new SeededRandom());
    const read = readEntry(item);
    if (!read) throw new Error('an entry');
    expect(openEntry(counting(32).reverse(), read)).toBeUndefined();
    expect(openEntry(key, { ...read, origSize: 7 })).toBeUndefined();
    expect(openEntry(key, { ...read, nonce: counting(12) })).toBeUndefined();
    expect(openEntry(key, { ...read, ciphertext: read.ciphertext.slice(1) })).toBeUndefined();
    expect(openEntry(key, { ...read, ciphertext: new Uint8Array(3) })).toBeUndefined();
  });

  it.each<[string, Uint8Array, number, RegExp]>([
    [
      'unfolds to more than it says',
      deflateRawSync(new Uint8Array(100_000)),
      10,
      /more than the announced 10/,
    ],
    ['unfolds to less than it says', deflateRawSync(text('ab')), 10, /another length/],
    ['claims to unfold to gigabytes', deflateRawSync(text('ab')), 2 ** 40, /claims to unfold/],
    ['is not compressed', hex('ffffffff'), 4, /not compressed/],
    ['ends in the middle', deflateRawSync(counting(200)).subarray(0, 50), 200, /not compressed/],
  ])('that %s is damaged, and is not unfolded further than it says', (_, plain, origSize, damage) => {
    const read = readEntry(entry(key, Uint8Array.from(plain), origSize));
    if (!read) throw new Error('an entry');
    expect(openEntry(key, read)).toEqual({ damage: expect.stringMatching(damage) as unknown });
  });

  it.each<[string, CborValue]>([
    ['a number', 5],
    ['text', 'blob'],
    ['an empty map', new Map()],
    [
      'a map without nonce',
      new Map<CborKey, CborValue>([
        [1, counting(20)],
        [3, 4],
      ]),
    ],
    [
      'a nonce of 11 bytes',
      new Map<CborKey, CborValue>([
        [1, counting(20)],
        [2, counting(11)],
        [3, 4],
      ]),
    ],
    [
      'a negative size',
      new Map<CborKey, CborValue>([
        [1, counting(20)],
        [2, counting(12)],
        [3, -4],
      ]),
    ],
    [
      'a size of 2^63',
      new Map<CborKey, CborValue>([
        [1, counting(20)],
        [2, counting(12)],
        [3, 2n ** 63n],
      ]),
    ],
  ])('is nothing like %s', (_, value) => {
    expect(readEntry(encodeCbor(value))).toBeUndefined();
  });
});

const passkeys = [
  { rpId: 'a.example', userName: 'ada', largeBlob: true },
  { rpId: 'a.example', userName: 'bob', largeBlob: true },
  { rpId: 'b.example', userName: 'cleo' },
] as const;

interface Opened extends PluggedKey {
  readonly blobs: LargeBlobs;
  readonly manager: CredentialManager;
  readonly keys: LargeBlobKeys;
  readonly credentials: readonly StoredCredential[];
  readonly keyOf: (userName: string) => Uint8Array;
}

async function opened(recipe: SoftKeyRecipe = {}): Promise<Opened> {
  const plugged = await pluggedKey({ passkeys, ...recipe });
  const token = await plugged.token(Permission.CM | Permission.LBW);
  const manager = new CredentialManager(plugged.api, plugged.info(), token);
  const keys = new LargeBlobKeys();
  const { credentials } = await manager.list({ largeBlobKeys: keys });
  return {
    ...plugged,
    manager,
    keys,
    credentials,
    blobs: new LargeBlobs(plugged.api, plugged.info(), plugged.soft.random, token),
    keyOf: (userName) => {
      const found = credentials.find(({ user }) => user.name === userName);
      const key = found && keys.of(found.credentialId);
      if (!key) throw new Error(`no key of ${userName}`);
      return key;
    },
  };
}

const stored = ({ soft }: PluggedKey): Uint8Array => soft.simulated.snapshot().largeBlobArray;

describe('the keys of entries', () => {
  it('come with the list, for those who ask, and are gone afterwards', async () => {
    const { keys, credentials, keyOf, soft } = await opened();
    const ada = keyOf('ada');
    const secret = soft.simulated
      .snapshot()
      .credentials.find(({ credential }) => credential.user.name === 'ada')?.credential.largeBlobKey;
    expect(ada).toEqual(secret);
    expect([...keys]).toHaveLength(2);
    expect(credentials.map(({ hasLargeBlobKey }) => hasLargeBlobKey)).toEqual([true, true, false]);
    keys.destroy();
    expect(ada.every((byte) => byte === 0)).toBe(true);
    expect([...keys]).toEqual([]);
  });

  it('come alone, too', async () => {
    const { manager, credentials, keyOf } = await opened();
    const [ada] = credentials;
    if (!ada) throw new Error('a passkey');
    const keys = new LargeBlobKeys();
    await manager.readLargeBlobKey(ada, keys);
    expect(keys.of(ada.credentialId)).toEqual(keyOf('ada'));
  });
});

describe('a key', () => {
  it('in its factory state has an empty array', async () => {
    const { blobs } = await opened();
    expect(await blobs.read()).toEqual({ items: [], used: 17, capacity: 4096, flaws: [] });
  });

  it('keeps what is set, beside what others keep, and forgets what is deleted', async () => {
    const { blobs, keys, keyOf, credentials } = await opened();
    await blobs.set(keyOf('ada'), text('certificate of ada'));
    await blobs.set(keyOf('bob'), text('certificate of bob'));
    await blobs.set(keyOf('ada'), text('new certificate'));
    expect(await blobs.get(keyOf('ada'))).toEqual({ data: text('new certificate') });
    expect(await blobs.get(keyOf('bob'))).toEqual({ data: text('certificate of bob') });
    const { blobs: listed } = await blobs.list(keys);
    const ids = credentials.map(({ credentialId }) => Buffer.from(credentialId).toString('hex'));
    expect(listed).toMatchObject([
      { kind: 'owned', credentialId: ids[0], size: 15 },
      { kind: 'owned', credentialId: ids[1], size: 18 },
    ]);
    expect(await blobs.delete(keyOf('ada'))).toBe(true);
    expect(await blobs.get(keyOf('ada'))).toBeUndefined();
    expect(await blobs.get(keyOf('bob'))).toEqual({ data: text('certificate of bob') });
    expect(await blobs.delete(keyOf('ada'))).toBe(false);
  });

  it('is read and written in fragments that fit its messages', async () => {
    const plugged = await opened({ configuration: { maxMsgSize: 1024 } });
    const { blobs, bus, soft, keyOf } = plugged;
    const data = soft.random.bytes(3000);
    bus.log.length = 0;
    await blobs.set(keyOf('ada'), data);
    // 3,0xx bytes: one answer for the empty array, four fragments of at most 960 bytes to write, four to read again.
    expect(bus.log).toEqual(new Array(9).fill('10 0c'));
    expect(stored(plugged).length).toBeGreaterThan(3000);
    expect(await blobs.get(keyOf('ada'))).toEqual({ data });
  });

  it('of an array that ends exactly with a fragment is read to its end', async () => {
    const plugged = await opened();
    const { api, info, soft, keyOf } = plugged;
    const fragment = (info().maxMsgSize ?? 0) - 64;
    const item = encodeCbor(new Uint8Array(fragment - 1 - 16 - 3));
    const array = serializeLargeBlobArray(Uint8Array.of(0x81, ...item));
    expect(array).toHaveLength(fragment);
    const holding = withAnswers(api, {
      largeBlobs: async ({ get = 0, offset = 0 }) => ({ config: array.slice(offset, offset + get) }),
    });
    const { items } = await new LargeBlobs(holding, info(), soft.random).read();
    expect(items).toEqual([item]);
    expect(await new LargeBlobs(holding, info(), soft.random).get(keyOf('ada'))).toBeUndefined();
  });

  it('that is full says so before anything is sent, and keeps what it has', async () => {
    const plugged = await opened();
    const { blobs, bus, keyOf, soft } = plugged;
    await blobs.set(keyOf('ada'), text('small'));
    const before = stored(plugged);
    bus.log.length = 0;
    await expect(blobs.set(keyOf('bob'), soft.random.bytes(5000))).rejects.toMatchObject(
      status('LARGE_BLOB_STORAGE_FULL'),
    );
    expect(bus.log).toHaveLength(1);
    expect(stored(plugged)).toEqual(before);
  });

  it('without a PIN is written to without a token', async () => {
    const { api, info, soft } = await pluggedKey({ pin: undefined });
    const blobs = new LargeBlobs(api, info(), soft.random);
    await blobs.set(counting(32), text('x'));
    expect(await blobs.get(counting(32))).toEqual({ data: text('x') });
  });

  it('with a PIN is read by everybody, and written to with a token only', async () => {
    const { api, info, soft, token } = await pluggedKey();
    const without = new LargeBlobs(api, info(), soft.random);
    expect(await without.get(counting(32))).toBeUndefined();
    await expect(without.set(counting(32), text('x'))).rejects.toMatchObject(status('PUAT_REQUIRED'));
    const wrong = new LargeBlobs(api, info(), soft.random, await token(Permission.CM));
    await expect(wrong.set(counting(32), text('x'))).rejects.toMatchObject(status('PIN_AUTH_INVALID'));
  });

  it('that stores none is not asked', async () => {
    const { api, info, soft, bus } = await pluggedKey({ profile: '2.0' });
    const before = bus.log.length;
    await expect(new LargeBlobs(api, info(), soft.random).read()).rejects.toMatchObject(
      status('INVALID_COMMAND'),
    );
    expect(bus.log).toHaveLength(before);
  });
});

/** A key whose memory a test fills. */
class Memory {
  serialized: Uint8Array;
  readonly requests: LargeBlobsRequest[] = [];
  /** What becomes of an array that was written. */
  keep: (written: Uint8Array) => Uint8Array = (written) => written;
  #written = new Uint8Array();

  constructor(serialized: Uint8Array) {
    this.serialized = serialized;
  }

  readonly largeBlobs: Ctap2Api['largeBlobs'] = async (request) => {
    this.requests.push(request);
    const { get, set, offset = 0, length } = request;
    if (get !== undefined) return { config: this.serialized.slice(offset, offset + get) };
    if (length !== undefined) this.#written = new Uint8Array(length);
    this.#written.set(set ?? [], offset);
    if (offset + (set?.length ?? 0) === this.#written.length) this.serialized = this.keep(this.#written);
    return {};
  };

  client(change: Partial<AuthenticatorInfo> = {}): LargeBlobs {
    const info: AuthenticatorInfo = {
      versions: ['FIDO_2_1'],
      aaguid: new Uint8Array(16),
      options: new Map([['largeBlobs', true]]),
      ...change,
    };
    return new LargeBlobs({ largeBlobs: this.largeBlobs } as Ctap2Api, info, new SeededRandom());
  }
}

const arrayOf = (...items: readonly Uint8Array[]): Uint8Array =>
  serializeLargeBlobArray(Uint8Array.of(0x80 | items.length, ...items.flatMap((item) => [...item])));

describe('what others left in the array', () => {
  const mine = counting(32);
  const foreign = sealEntry(counting(32).reverse(), text('of another'), new SeededRandom('other'));
  const malformed = encodeCbor(['what', 'is this', new Map([[1, 2]])]);
  /** Misordered keys and half a character: would not survive being decoded and encoded again. */
  const sloppy = hex('a2616201616100');
  const cut = hex('63c3a4c3');

  it('is as it was, byte for byte, after ours was set, replaced and deleted', async () => {
    const memory = new Memory(arrayOf(foreign, malformed, sloppy, cut));
    const before = memory.serialized;
    const blobs = memory.client();
    await blobs.set(mine, text('first'));
    await blobs.set(mine, text('second'));
    const { items } = await blobs.read();
    expect(items.slice(0, 4)).toEqual([foreign, malformed, sloppy, cut]);
    expect(items).toHaveLength(5);
    await blobs.delete(mine);
    expect(memory.serialized).toEqual(before);
  });

  it('is listed as what it is', async () => {
    const keys = new LargeBlobKeys();
    keys.add(Uint8Array.of(0xab), mine);
    const bomb = entry(mine, Uint8Array.from(deflateRawSync(new Uint8Array(1 << 20))), 3);
    const memory = new Memory(arrayOf(malformed, bomb, foreign));
    expect((await memory.client().list(keys)).blobs).toEqual([
      { kind: 'malformed', stored: malformed.length },
      {
        kind: 'owned',
        credentialId: 'ab',
        stored: bomb.length,
        size: 3,
        damage: expect.stringContaining('unfolds to more') as unknown,
      },
      { kind: 'foreign', stored: foreign.length, size: 10 },
    ]);
  });

  it('of more than 23, and of more than 255 entries is written in the right form', async () => {
    for (const [count, head] of [
      [23, '97'],
      [24, '9818'],
      [256, '990100'],
    ] as const) {
      const items = Array.from({ length: count - 1 }, (_, index) => encodeCbor(index % 20));
      const array = encodeCbor(items.map((_, index) => index % 20));
      const memory = new Memory(serializeLargeBlobArray(array));
      await memory.client().set(mine, text('x'));
      expect(Buffer.from(memory.serialized).toString('hex').startsWith(head)).toBe(true);
      expect((await memory.client().read()).items.slice(0, count - 1)).toEqual(items);
    }
  });

  it('with a key of ours twice is one entry after the next change', async () => {
    const memory = new Memory(
      arrayOf(
        sealEntry(mine, text('a'), new SeededRandom()),
        foreign,
        sealEntry(mine, text('b'), new SeededRandom()),
      ),
    );
    await memory.client().set(mine, text('c'));
    const { items } = await memory.client().read();
    expect(items).toHaveLength(2);
    expect(items[1]).toEqual(foreign);
  });
});

describe('an array', () => {
  it.each<[string, Uint8Array]>([
    ['with a wrong checksum', INITIAL_LARGE_BLOB_ARRAY.with(5, 0)],
    ['that is empty', new Uint8Array()],
    ['of 16 bytes', new Uint8Array(16)],
  ])('%s counts as none, with a flaw, and can be written anew', async (_, serialized) => {
    const memory = new Memory(serialized);
    expect(await memory.client().read()).toMatchObject({
      items: [],
      used: 17,
      flaws: [expect.stringContaining('checksum')],
    });
    await memory.client().set(counting(32), text('x'));
    expect(await memory.client().read()).toMatchObject({ flaws: [] });
  });

  it.each<[string, Uint8Array]>([
    ['that is no array', encodeCbor(new Map([[1, 2]]))],
    ['with bytes behind it', Uint8Array.of(0x80, 0x00)],
    ['with a null in it', Uint8Array.of(0x81, 0xf6)],
    ['that announces four billion entries', hex('9affffffff00')],
  ])('%s is a ProtocolError, and nobody writes over it', async (_, array) => {
    const memory = new Memory(serializeLargeBlobArray(array));
    const before = memory.serialized;
    await expect(memory.client().read()).rejects.toBeInstanceOf(ProtocolError);
    await expect(memory.client().set(counting(32), text('x'))).rejects.toBeInstanceOf(ProtocolError);
    expect(memory.serialized).toEqual(before);
  });

  it('whose fragments never end is not read for ever', async () => {
    let fragments = 0;
    const api = withAnswers({} as Ctap2Api, {
      largeBlobs: async ({ get = 0 }) => {
        fragments++;
        return { config: new Uint8Array(get) };
      },
    });
    const { info, soft } = await pluggedKey();
    await expect(new LargeBlobs(api, info(), soft.random).read()).rejects.toThrow(/does not come to an end/);
    expect(fragments).toBeLessThan(500);
  });

  it.each<[string, { config?: Uint8Array }]>([
    ['is not there', {}],
    ['is longer than was asked for', { config: new Uint8Array(5000) }],
  ])('of which a fragment %s is a ProtocolError', async (_, answer) => {
    const { api, info, soft } = await pluggedKey();
    const lying = withAnswers(api, { largeBlobs: () => Promise.resolve(answer) });
    await expect(new LargeBlobs(lying, info(), soft.random).read()).rejects.toBeInstanceOf(ProtocolError);
  });

  it('that the key did not keep as it was written is found out', async () => {
    const memory = new Memory(INITIAL_LARGE_BLOB_ARRAY);
    memory.keep = () => INITIAL_LARGE_BLOB_ARRAY;
    await expect(memory.client().set(counting(32), text('x'))).rejects.toThrow(/holds something else/);
  });

  it('of a key with large messages is asked for in what one CTAPHID message carries', async () => {
    const memory = new Memory(INITIAL_LARGE_BLOB_ARRAY);
    await memory.client({ maxMsgSize: 1_000_000 }).read();
    await memory.client({ maxMsgSize: 10 }).read();
    expect(memory.requests).toEqual([
      { get: 7609 - 64, offset: 0 },
      { get: 1024 - 64, offset: 0 },
    ]);
  });

  it('that nothing is to be deleted from is not written', async () => {
    const memory = new Memory(INITIAL_LARGE_BLOB_ARRAY);
    expect(await memory.client().delete(counting(32))).toBe(false);
    expect(memory.requests).toHaveLength(1);
  });
});
