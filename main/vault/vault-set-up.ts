/** Makes a vault where there is none. */
import type { Calendar, Clock, Keychain, PrivateFolder, RandomSource } from '../../native/ports';
import { newAccountRecord } from './account-record';
import { SALT_LENGTH, type Slot } from './header';
import { formatKeychainItem, KEYCHAIN_ACCOUNT, ownerOfKeychainItem } from './keychain-item';
import { OpenVault } from './open-vault';
import { checkNewPassphrase } from './passphrase-rules';
import { saving, wrapByPin, wrapByRecovery } from './pin-gate';
import { TRIES_FILE, TriesRecord } from './pin-tries';
import { stretch, type ScryptCost } from './scrypt';
import { VaultError } from './vault-error';
import { FILE, PREVIOUS } from './file-names';
import { KEY_LENGTH, VAULT_ID_LENGTH, VaultKeys, wrapVaultKey } from './vault-keys';
import { fileMissing, keychainProblem, newerVersion, strangeItem } from './vault-words';

/** What a vault is made of and lives in. */
export interface Surroundings {
  readonly folder: PrivateFolder;
  readonly keychain: Keychain;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly random: RandomSource;
  readonly cost: ScryptCost;
  /** Milliseconds to wait after so many wrong PINs. */
  readonly waits: readonly number[];
}

export interface NewVault {
  readonly vault: OpenVault;
  readonly tries: TriesRecord;
  /** The caller's to overwrite. */
  readonly signingKey: Uint8Array;
  readonly recoveryKey: string;
}

/**
 * Without a passphrase the keychain gets the key first, marked as unfinished, then the folder its files: wherever this
 * is cut off, it can begin again. Rejects with VaultError; the vault's file is not there then.
 */
export async function setUpVault(
  around: Surroundings,
  pin: string,
  passphrase: string | undefined,
): Promise<NewVault> {
  const { folder, keychain, calendar, random, cost } = around;
  if (passphrase !== undefined) refuseObviousPassphrase(passphrase);
  const id = random.bytes(VAULT_ID_LENGTH);
  const keys = new VaultKeys(id, random.bytes(KEY_LENGTH));
  const signingKey = random.bytes(KEY_LENGTH);
  try {
    if (passphrase === undefined) await refuseOtherKey(keychain, folder.file(FILE).path);
    const slot =
      passphrase === undefined ? undefined : await wrapByPassphrase(keys, passphrase, cost, random);
    const { recoveryKey, recovery } = wrapByRecovery(keys, signingKey, random);
    const header = {
      id,
      check: keys.check,
      generation: 0,
      written: 0,
      passkeys: 0,
      pin: await wrapByPin(keys, signingKey, pin, cost, random),
      recovery,
      ...(slot && { passphrase: slot }),
      moving: false,
    };
    const content = { header, record: newAccountRecord(random), entries: [] };
    const vault = new OpenVault({ folder, calendar, random, keys }, content);
    if (!slot) await putIntoKeychain(keychain, keys, true);
    const tries = await saving(() => TriesRecord.create({ ...around, file: folder.file(TRIES_FILE), keys }));
    await vault.commit({});
    return { vault, tries, signingKey, recoveryKey };
  } catch (error) {
    keys.forget();
    signingKey.fill(0);
    throw error;
  }
}

/** Rejects with VaultError `keychain-…`. */
export async function putIntoKeychain(
  keychain: Keychain,
  keys: VaultKeys,
  unfinished: boolean,
): Promise<void> {
  const key = keys.root();
  try {
    await keychain.set(KEYCHAIN_ACCOUNT, formatKeychainItem({ id: keys.id, key, unfinished }));
  } catch (error) {
    throw keychainProblem(error);
  } finally {
    key.fill(0);
  }
}

/** Throws VaultError `passphrase-refused`. */
export function refuseObviousPassphrase(passphrase: string): void {
  const why = checkNewPassphrase(passphrase);
  if (why !== undefined) throw new VaultError('passphrase-refused', why);
}

export async function wrapByPassphrase(
  keys: VaultKeys,
  passphrase: string,
  cost: ScryptCost,
  random: RandomSource,
): Promise<Slot> {
  const salt = random.bytes(SALT_LENGTH);
  const stretched = await stretch(passphrase, salt, cost);
  const root = keys.root();
  try {
    return { ...cost, salt, box: wrapVaultKey(keys.id, stretched, root, random) };
  } finally {
    stretched.fill(0);
    root.fill(0);
  }
}

/** A copy may have been put there since the folder was looked at. Rejects with VaultError `file`. */
export async function hasVaultFiles(folder: PrivateFolder): Promise<boolean> {
  const found = await saving(() => Promise.all([FILE, PREVIOUS].map((name) => folder.file(name).read())));
  return found.some((content) => content !== undefined);
}

/** The keychain may have gained a key since it was looked at: it is not overwritten. */
async function refuseOtherKey(keychain: Keychain, path: string): Promise<void> {
  const item = await keyOf(keychain);
  if (item === undefined || (typeof item === 'object' && item.unfinished)) return;
  if (item === 'newer') throw newerVersion('The key in the keychain');
  throw item === 'strange' ? strangeItem() : fileMissing(path);
}

async function keyOf(keychain: Keychain): Promise<ReturnType<typeof ownerOfKeychainItem> | undefined> {
  try {
    const text = await keychain.get(KEYCHAIN_ACCOUNT);
    return text === undefined ? undefined : ownerOfKeychainItem(text);
  } catch (error) {
    throw keychainProblem(error);
  }
}
