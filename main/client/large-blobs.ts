/** The large-blob array of an authenticator (CTAP 2.1 §6.10): read, written, and what of it belongs to which passkey. */
import { concatBytes, equalBytes } from '@noble/ciphers/utils.js';
import type { RandomSource } from '../../native/ports';
import type { CallOptions, Ctap2Api } from '../ctap/api';
import { arrayItems, CborError } from '../ctap/cbor';
import {
  INITIAL_LARGE_BLOB_ARRAY,
  largeBlobArrayOf,
  largeBlobsAuthMessage,
  maxFragmentLength,
  serializeLargeBlobArray,
} from '../ctap/commands/large-blobs';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { MAX_MESSAGE_LENGTH } from '../ctap/ctaphid';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { openEntry, readEntry, sealEntry, type OpenedEntry } from './large-blob-entry';
import type { LargeBlobKeys } from './large-blob-keys';
import type { PinUvAuthToken } from './pin-uv-auth-token';

export interface LargeBlobArray {
  /** Each entry as it is stored, CBOR. */
  readonly items: readonly Uint8Array[];
  /** Bytes of the whole array with its checksum. */
  readonly used: number;
  /** Bytes that the key has room for; undefined when it does not say. */
  readonly capacity: number | undefined;
  /** What was odd about it, each a sentence. */
  readonly flaws: readonly string[];
}

export interface ListedBlob {
  /**
   * - `owned`: by the passkey in `credentialId`
   * - `foreign`: of a passkey that is not listed: deleted, or not discoverable
   * - `malformed`: nothing that the specification knows
   */
  readonly kind: 'owned' | 'foreign' | 'malformed';
  /** In hex. */
  readonly credentialId?: string;
  /** Bytes that it takes on the key. */
  readonly stored: number;
  /** Bytes that it unfolds to, as it says. */
  readonly size?: number;
  /** Why it cannot be read although its passkey is known, to follow "because". */
  readonly damage?: string;
}

export interface LargeBlobList extends Omit<LargeBlobArray, 'items'> {
  readonly blobs: readonly ListedBlob[];
}

/** What a write is authorized by. */
type LargeBlobToken = Pick<PinUvAuthToken, 'authenticate' | 'protocolVersion'>;

/** No key has more room; what goes on beyond it does not end (§6.10.2 knows no upper bound). */
const MAX_ARRAY_LENGTH = 256 * 1024;
/** The smallest maxMsgSize that there may be, and what it is when getInfo does not say (§6.4). */
const MIN_MESSAGE_SIZE = 1024;

/** True when the authenticator stores large blobs. */
export function hasLargeBlobs({ options }: AuthenticatorInfo): boolean {
  return options?.get('largeBlobs') === true;
}

/**
 * Methods reject with what {@link Ctap2Api} rejects with, among it LARGE_BLOB_STORAGE_FULL (also without asking the key),
 * PIN_AUTH_INVALID (see `isTokenRefused`) and PUAT_REQUIRED (a write without a token), with INVALID_COMMAND without asking a
 * key that stores none, and with ProtocolError for an array that cannot be read: then nothing is written either. Writing
 * must not be interrupted by other commands to the same key: run it in `SecurityKey.exclusive`.
 */
export class LargeBlobs {
  readonly #api: Ctap2Api;
  readonly #info: AuthenticatorInfo;
  readonly #random: RandomSource;
  readonly #token: LargeBlobToken | undefined;

  /** The token has permission `lbw`; reading, and writing to a key that protects nothing yet, need none. */
  constructor(api: Ctap2Api, info: AuthenticatorInfo, random: RandomSource, token?: LargeBlobToken) {
    this.#api = api;
    this.#info = info;
    this.#random = random;
    this.#token = token;
  }

  /** One round trip for each fragment. */
  async read(options?: CallOptions): Promise<LargeBlobArray> {
    const serialized = await this.#readSerialized(options);
    const array = largeBlobArrayOf(serialized);
    // §6.10.2: an array whose checksum is wrong counts as the empty one.
    const flaws = array
      ? []
      : ['The large blobs on this key are damaged (wrong checksum) and count as none.'];
    return {
      items: array ? itemsOf(array) : [],
      used: (array ? serialized : INITIAL_LARGE_BLOB_ARRAY).length,
      capacity: this.#info.maxSerializedLargeBlobArray,
      flaws,
    };
  }

  /** What is there, and to which passkey each entry belongs. */
  async list(keys: LargeBlobKeys, options?: CallOptions): Promise<LargeBlobList> {
    const { items, ...array } = await this.read(options);
    return { ...array, blobs: items.map((item) => describe(item, keys)) };
  }

  /** What the site keeps with the passkey whose largeBlobKey is `key`; undefined when it keeps nothing. */
  async get(key: Uint8Array, options?: CallOptions): Promise<OpenedEntry | undefined> {
    const { items } = await this.read(options);
    for (const item of items) {
      const opened = open(key, item);
      if (opened) return opened;
    }
    return undefined;
  }

  /** Replaces what is kept with the passkey whose largeBlobKey is `key`; all other entries stay as they are. */
  async set(key: Uint8Array, data: Uint8Array, options?: CallOptions): Promise<void> {
    await this.#rewrite((items) => {
      const sealed = sealEntry(key, data, this.#random);
      const place = items.findIndex((item) => open(key, item));
      const others = items.filter((item) => !open(key, item));
      // Where it was, so that nothing moves that need not.
      return place === -1 ? [...others, sealed] : others.toSpliced(place, 0, sealed);
    }, options);
  }

  /** False when there was nothing to delete; then nothing is written. */
  async delete(key: Uint8Array, options?: CallOptions): Promise<boolean> {
    let found = false;
    await this.#rewrite((items) => {
      const others = items.filter((item) => !open(key, item));
      found = others.length < items.length;
      return found ? others : undefined;
    }, options);
    return found;
  }

  /** Reads, changes, writes and reads again. Nothing is written when `change` gives nothing. */
  async #rewrite(
    change: (items: readonly Uint8Array[]) => readonly Uint8Array[] | undefined,
    options: CallOptions | undefined,
  ): Promise<void> {
    const changed = change((await this.read(options)).items);
    if (!changed) return;
    const serialized = serializeLargeBlobArray(concatBytes(arrayHead(changed.length), ...changed));
    const { maxSerializedLargeBlobArray: capacity } = this.#info;
    if (capacity !== undefined && serialized.length > capacity)
      throw new CtapStatusError(
        Status.LARGE_BLOB_STORAGE_FULL,
        `${serialized.length} bytes, the security key has room for ${capacity}`,
      );
    await this.#write(serialized, options);
    if (!equalBytes(await this.#readSerialized(options), serialized))
      throw new ProtocolError('it said that it stored the large blobs, but holds something else');
  }

  async #write(serialized: Uint8Array, options: CallOptions | undefined): Promise<void> {
    const token = this.#token;
    const length = this.#fragmentLength;
    for (let offset = 0; offset < serialized.length; offset += length) {
      const set = serialized.slice(offset, offset + length);
      await this.#api.largeBlobs(
        {
          set,
          offset,
          ...(offset === 0 && { length: serialized.length }),
          ...(token && {
            pinUvAuthParam: token.authenticate(largeBlobsAuthMessage(offset, set)),
            pinUvAuthProtocol: token.protocolVersion,
          }),
        },
        options,
      );
    }
  }

  async #readSerialized(options: CallOptions | undefined): Promise<Uint8Array> {
    if (!hasLargeBlobs(this.#info))
      throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key stores no large blobs');
    const get = this.#fragmentLength;
    const fragments: Uint8Array[] = [];
    for (let offset = 0; offset <= MAX_ARRAY_LENGTH; offset += get) {
      const { config } = await this.#api.largeBlobs({ get, offset }, options);
      if (!config) throw new ProtocolError('it sent no part of its large blobs');
      if (config.length > get) throw new ProtocolError('it sent more of its large blobs than was asked for');
      fragments.push(config);
      if (config.length < get) return concatBytes(...fragments);
    }
    throw new ProtocolError('it does not come to an end in sending its large blobs');
  }

  /** Bytes. An answer must fit into a CTAPHID message as well, status byte included. */
  get #fragmentLength(): number {
    const size = Math.max(this.#info.maxMsgSize ?? MIN_MESSAGE_SIZE, MIN_MESSAGE_SIZE);
    return maxFragmentLength(Math.min(size, MAX_MESSAGE_LENGTH));
  }
}

function itemsOf(array: Uint8Array): readonly Uint8Array[] {
  try {
    return arrayItems(array);
  } catch (error) {
    if (error instanceof CborError)
      throw new ProtocolError(`its large blobs are no list: ${error.message}`, { cause: error });
    throw error;
  }
}

function open(key: Uint8Array, item: Uint8Array): OpenedEntry | undefined {
  const entry = readEntry(item);
  return entry && openEntry(key, entry);
}

function describe(item: Uint8Array, keys: LargeBlobKeys): ListedBlob {
  const entry = readEntry(item);
  if (!entry) return { kind: 'malformed', stored: item.length };
  const shown = { stored: item.length, size: entry.origSize };
  for (const [credentialId, key] of keys) {
    const opened = openEntry(key, entry);
    if (!opened) continue;
    if ('damage' in opened) return { kind: 'owned', credentialId, ...shown, damage: opened.damage };
    opened.data.fill(0);
    return { kind: 'owned', credentialId, ...shown };
  }
  return { kind: 'foreign', ...shown };
}

/** The head of a CBOR array in its shortest form (RFC 8949 §3). */
function arrayHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x80 | length);
  if (length < 0x100) return Uint8Array.of(0x98, length);
  const head = new Uint8Array(length < 0x10000 ? 3 : 5);
  const view = new DataView(head.buffer);
  head[0] = length < 0x10000 ? 0x99 : 0x9a;
  if (length < 0x10000) view.setUint16(1, length);
  else view.setUint32(1, length);
  return head;
}
