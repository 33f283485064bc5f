/** Looks at what is there, file and key, and finds out what can be made of it. It writes nothing. */
import type { Keychain, PrivateFolder } from '../../native/ports';
import { CborError } from '../ctap/cbor';
import { decodeAccountRecord } from './account-record';
import { CardError, decodeCard } from './card';
import type { Header, Slot } from './header';
import { KEYCHAIN_ACCOUNT, ownerOfKeychainItem, parseKeychainItem } from './keychain-item';
import type { VaultProblemCode } from './model';
import type { VaultContent } from './open-vault';
import type { Entry } from './passkey-index';
import { stretch } from './scrypt';
import { VaultError } from './vault-error';
import { FILE, PREVIOUS } from './file-names';
import { decodeEntry, isAuthentic, readFrame, type Frame } from './vault-file';
import { sameBytes, unwrapVaultKey, VaultKeys } from './vault-keys';
import {
  damaged,
  fileMissing,
  fileProblem,
  keychainProblem,
  keyMissing,
  newerVersion,
  passphraseWrong,
  strangeItem,
  twoVaults,
  wrongKey,
} from './vault-words';

/** The generation before this one, where it opens. */
export interface PreviousGeneration {
  readonly header: Header;
  readonly content: Uint8Array;
}

export type Finding =
  | { readonly is: 'absent'; readonly keychain?: VaultProblemCode }
  | { readonly is: 'passphrase-needed' }
  | {
      readonly is: 'unusable';
      readonly problem: VaultError;
      /** There is no file at all: a set-up overwrites nothing. */
      readonly isEmpty?: true;
      readonly previous?: PreviousGeneration;
    }
  | {
      readonly is: 'open';
      readonly keys: VaultKeys;
      readonly content: VaultContent;
      /** The keychain's item still bears the mark of a set-up that is not over. */
      readonly unfinished: boolean;
    };

/** A file as it was found: readable or not, or none. */
type Found = { readonly frame: Frame } | { readonly problem: VaultError } | undefined;

/** About ten milliseconds of them; between two, others get their turn: a window that is being loaded. */
const CARDS_AT_ONCE = 250;

export interface Places {
  readonly folder: PrivateFolder;
  readonly keychain: Keychain;
}

/** Rejects with VaultError `passphrase-wrong` alone. @param held keys of this vault that the caller has already */
export async function examine(
  places: Places,
  passphrase: string | undefined,
  held: VaultKeys | undefined,
): Promise<Finding> {
  const path = places.folder.file(FILE).path;
  const current = await look(places.folder, FILE);
  if (current && 'problem' in current && ['newer-version', 'file'].includes(current.problem.code))
    return { is: 'unusable', problem: current.problem };
  const header = (frameOf(current) ?? frameOf(await look(places.folder, PREVIOUS)))?.header;
  if (!header) {
    if (current && 'problem' in current) return { is: 'unusable', problem: current.problem };
    return withoutFiles(places.keychain, path);
  }
  const gained = await (held
    ? { keys: held, unfinished: false }
    : header.passphrase
      ? keysByPassphrase(header, header.passphrase, passphrase)
      : keysByKeychain(places.keychain, path));
  if ('is' in gained) return gained;
  const { keys, unfinished } = gained;
  let problem = problemOf(current, keys, path);
  if (!problem && current && 'frame' in current) {
    const content = await readContent(current.frame, keys, path);
    if (!(content instanceof VaultError)) return { is: 'open', keys, content, unfinished };
    problem = content;
  }
  const before = await findPrevious(places.folder, keys);
  keys.forget();
  return { is: 'unusable', problem: problem ?? fileMissing(path), ...(before && { previous: before }) };
}

/** The generation before, when it is of this vault and whole. */
export async function findPrevious(
  folder: PrivateFolder,
  keys: VaultKeys,
): Promise<PreviousGeneration | undefined> {
  const frame = frameOf(await look(folder, PREVIOUS));
  return frame && generation(frame, keys);
}

async function look(folder: PrivateFolder, name: string): Promise<Found> {
  const file = folder.file(name);
  try {
    const content = await file.read();
    return content && { frame: readFrame(content, file.path) };
  } catch (error) {
    return { problem: error instanceof VaultError ? error : fileProblem(error) };
  }
}

function frameOf(found: Found): Frame | undefined {
  return found && 'frame' in found ? found.frame : undefined;
}

function generation(frame: Frame, keys: VaultKeys): PreviousGeneration | undefined {
  const isOurs = sameBytes(frame.header.id, keys.id) && isAuthentic(frame, keys);
  return isOurs ? { header: frame.header, content: frame.content } : undefined;
}

/** No file, and no generation before it. */
async function withoutFiles(keychain: Keychain, path: string): Promise<Finding> {
  let text: string | undefined;
  try {
    text = await keychain.get(KEYCHAIN_ACCOUNT);
  } catch (error) {
    const problem = keychainProblem(error);
    // Where there is no keychain there is no key: it can be set up, with a passphrase.
    return problem.code === 'keychain-unavailable'
      ? { is: 'absent', keychain: problem.code }
      : { is: 'unusable', problem, isEmpty: true };
  }
  const item = text === undefined ? undefined : ownerOfKeychainItem(text);
  if (item === undefined || (typeof item === 'object' && item.unfinished)) return { is: 'absent' };
  if (item === 'newer') return { is: 'unusable', problem: newerVersion(KEY_NAME) };
  return { is: 'unusable', problem: item === 'strange' ? strangeItem() : fileMissing(path) };
}

interface Gained {
  readonly keys: VaultKeys;
  readonly unfinished: boolean;
}

async function keysByKeychain(keychain: Keychain, path: string): Promise<Gained | Finding> {
  let text: string | undefined;
  try {
    text = await keychain.get(KEYCHAIN_ACCOUNT);
  } catch (error) {
    return { is: 'unusable', problem: keychainProblem(error) };
  }
  if (text === undefined) return { is: 'unusable', problem: keyMissing(path, keychain.service) };
  const item = parseKeychainItem(text);
  if (item === 'newer') return { is: 'unusable', problem: newerVersion(KEY_NAME) };
  if (item === 'strange') return { is: 'unusable', problem: strangeItem() };
  return { keys: new VaultKeys(item.id, item.key), unfinished: item.unfinished };
}

const KEY_NAME = 'The key in the keychain';

/** Rejects with VaultError `passphrase-wrong`. */
async function keysByPassphrase(
  { id }: Header,
  slot: Slot,
  passphrase: string | undefined,
): Promise<Gained | Finding> {
  if (passphrase === undefined) return { is: 'passphrase-needed' };
  const secret = await stretch(passphrase, slot.salt, slot);
  const root = unwrapVaultKey(id, secret, slot.box);
  secret.fill(0);
  if (!root) throw passphraseWrong();
  return { keys: new VaultKeys(id, root), unfinished: false };
}

/** Why this key does not open this file; undefined when it does, or when there is none. */
function problemOf(found: Found, keys: VaultKeys, path: string): VaultError | undefined {
  if (!found) return undefined;
  if ('problem' in found) return found.problem;
  const { frame } = found;
  if (!sameBytes(frame.header.id, keys.id)) return twoVaults(path);
  if (!sameBytes(frame.header.check, keys.check)) return wrongKey(path);
  return isAuthentic(frame, keys) ? undefined : damaged(path, 'a part of it is not what was written');
}

/** An error where what is authentic cannot be read all the same. */
async function readContent(frame: Frame, keys: VaultKeys, path: string): Promise<VaultContent | VaultError> {
  try {
    const record = keys.openRecord(frame.record);
    if (!record) throw new CardError('its record does not open');
    const entries: Entry[] = [];
    for (const encoded of frame.entries) {
      if (entries.length % CARDS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      const { id, card, secrets } = decodeEntry(encoded);
      const plain = keys.openCard(id, card);
      if (!plain) throw new CardError('a card does not open');
      entries.push({ passkey: decodeCard(id, plain), secrets, place: entries.length, encoded });
    }
    return { header: frame.header, record: decodeAccountRecord(record), entries };
  } catch (error) {
    if (error instanceof CardError || error instanceof CborError || error instanceof RangeError)
      return damaged(path, error.message, error);
    throw error;
  }
}
