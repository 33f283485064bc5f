/** What the keychain keeps: `latchkey-vault-key.1.VAULT-ID.VAULT-KEY`, both in base64url. */
import { KEY_LENGTH, VAULT_ID_LENGTH } from './vault-keys';

/** The account of the item, within the service of the folder (native/files/data-places.ts). */
export const KEYCHAIN_ACCOUNT = 'vault-key';

const NAME = 'latchkey-vault-key';
const VERSION = 1;
/** Behind the key until the vault's file was there once: a set-up that was cut off may begin again. */
const UNFINISHED = 'unfinished';

export interface KeychainItem {
  readonly id: Uint8Array;
  /** 32 bytes, the caller's to overwrite. */
  readonly key: Uint8Array;
  readonly unfinished: boolean;
}

export function formatKeychainItem({ id, key, unfinished }: KeychainItem): string {
  const parts = [NAME, VERSION, base64url(id), base64url(key)];
  return [...parts, ...(unfinished ? [UNFINISHED] : [])].join('.');
}

/** `newer`: of a newer version; `strange`: something that no Latchkey wrote. */
export function parseKeychainItem(text: string): KeychainItem | 'newer' | 'strange' {
  const [name, version, id = '', key = '', mark, ...rest] = text.trim().split('.');
  if (name !== NAME || version === undefined || !/^[1-9]\d{0,5}$/.test(version)) return 'strange';
  if (Number(version) > VERSION) return 'newer';
  const item = { id: bytesOf(id), key: bytesOf(key), unfinished: mark === UNFINISHED };
  const isWhole = item.id.length === VAULT_ID_LENGTH && item.key.length === KEY_LENGTH && rest.length === 0;
  return isWhole && (mark === undefined || item.unfinished) ? item : 'strange';
}

/** Whose key it is; the key itself is overwritten. */
export function ownerOfKeychainItem(text: string): Omit<KeychainItem, 'key'> | 'newer' | 'strange' {
  const item = parseKeychainItem(text);
  if (typeof item === 'string') return item;
  const { id, key, unfinished } = item;
  key.fill(0);
  return { id, unfinished };
}

function base64url({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64url'); // no copy of the key
}

function bytesOf(text: string): Uint8Array {
  const decoded = Buffer.from(text, 'base64url');
  try {
    return Uint8Array.from(decoded);
  } finally {
    decoded.fill(0);
  }
}
