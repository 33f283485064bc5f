/**
 * The state file of a simulated key. JSON with bytes in base64url, because testers read it, compare it and write such
 * files by hand; CTAP's CBOR could not even hold it (four levels). Private keys lie open in it: it is for testing.
 *
 * By hand, `{"format": "latchkey-simulated-key", "version": 2, "configuration": {"profile": "2.0"}}` is enough; what is
 * left out comes from the profile (2.1 when absent), and a new key has no PIN and no passkeys.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CborKey, CborMap, CborValue } from '../ctap/cbor';
import type { Reading } from '../ctap/codec';
import type { KeyState } from './key-state';
import { stateCodec } from './state-codec';
import { prepareTexts, stateText } from './state-text';

export const STATE_FORMAT = 'latchkey-simulated-key';
/** Version 1 knew only the PIN; what it does not have is as on a new key. */
export const STATE_VERSION = 2;

/** The file does not hold a state that this version understands. The message names the file and a next step. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly path: string;
  /** The end of a sentence: `is empty`. */
  readonly problem: string;

  constructor(path: string, problem: string, nextStep: string, options?: ErrorOptions) {
    super(`${path} ${problem}. It has not been changed. ${nextStep}`, options);
    this.path = path;
    this.problem = problem;
  }
}

export function serializeState(state: KeyState): Uint8Array {
  const { credentials, ...rest } = state;
  const body = stateCodec(state.wrapKey, STATE_VERSION).encode({ ...rest, credentials: [] }) as CborMap;
  const frame = new Map<CborKey, CborValue>([['format', STATE_FORMAT], ['version', STATE_VERSION], ...body]);
  return stateText(frame, credentials);
}

/** As {@link serializeState}, but others get their turn meanwhile, however many credentials there are. */
export async function serializeStateInTurns(state: KeyState): Promise<Uint8Array> {
  await prepareTexts(state.credentials);
  return serializeState(state);
}

/** Throws {@link StateError}; `path` is for its message. */
export function parseState(content: Uint8Array, path: string): KeyState {
  const other = 'Give another file, or move this one away to start with a new key.';
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    const problem = content.length === 0 ? 'is empty' : 'is cut off or damaged: it is not readable as JSON';
    throw new StateError(path, problem, `Restore it from a copy. ${other}`, { cause: error });
  }
  const notOurs = new StateError(path, 'is not the state of a simulated key', other);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw notOurs;
  const { format, version, ...body } = json as Record<string, unknown>;
  if (format !== STATE_FORMAT) throw notOurs;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new StateError(path, 'does not say its version', other);
  if (version > STATE_VERSION)
    throw new StateError(
      path,
      `is from a newer Latchkey (its version is ${version}, this one knows up to ${STATE_VERSION})`,
      'Update Latchkey, or give another file.',
    );
  const damaged = (where: string): StateError =>
    new StateError(path, `is damaged or was edited wrongly: ${where}`, `Correct it. ${other}`);
  const reading: Reading = {
    flaws: [],
    fault: (kind, where) =>
      damaged(`"${where}" ${{ missing: 'is missing', type: 'is wrong', length: 'is wrong' }[kind]}`),
  };
  const map = fromJson(body, '', damaged) as CborMap;
  // A file that leaves its secrets out means the same ones every time it is read, until it is first written.
  const codec = stateCodec(sha256(content), version);
  const state = codec.decode(map, reading, '');
  const unknown = unknownMember(withoutProfile(map), codec.encode(state), '');
  if (unknown !== undefined) throw damaged(`"${unknown}" is not known`);
  return state;
}

/** The name of the profile is used up by reading: what is saved is the whole configuration. */
function withoutProfile(map: CborMap): CborMap {
  const configuration = new Map(map.get('configuration') as CborMap);
  configuration.delete('profile');
  return new Map([...map, ['configuration', configuration]]);
}

function fromJson(value: unknown, where: string, damaged: (where: string) => Error): CborValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isSafeInteger(value)) return value;
      break;
    case 'object':
      if (Array.isArray(value))
        return value.map((item: unknown, index) => fromJson(item, `${where}[${index}]`, damaged));
      if (value !== null)
        return new Map<CborKey, CborValue>(
          Object.entries(value).map(([key, item]) => [
            key,
            fromJson(item, where ? `${where}.${key}` : key, damaged),
          ]),
        );
      break;
    default:
  }
  throw damaged(`"${where}" is wrong`);
}

/** A member of the file that was not taken over: mistyped, or from somewhere else. */
function unknownMember(read: CborValue, taken: CborValue, where: string): string | undefined {
  if (read instanceof Map) {
    for (const [key, item] of read as CborMap) {
      const path = where ? `${where}.${key}` : String(key);
      const other = taken instanceof Map ? (taken as CborMap).get(key) : undefined;
      const unknown = other === undefined ? path : unknownMember(item, other, path);
      if (unknown !== undefined) return unknown;
    }
  } else if (Array.isArray(read) && Array.isArray(taken)) {
    for (const [index, item] of (read as readonly CborValue[]).entries()) {
      const other = (taken as readonly CborValue[])[index];
      const unknown = other === undefined ? undefined : unknownMember(item, other, `${where}[${index}]`);
      if (unknown !== undefined) return unknown;
    }
  }
  return undefined;
}
