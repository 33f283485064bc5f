/**
 * The persistent pinUvAuthToken (CTAP 2.2 §6.5, permission pcmr): it outlives power cycles, lists and does nothing else. Whoever
 * holds it recognises the key by encIdentifier, and by encCredStoreState that nothing on it has changed (§6.4).
 */
import { cbc } from '@noble/ciphers/aes.js';
import { concatBytes } from '@noble/ciphers/utils.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { AuthenticatorRecord, Env } from './env';

const TOKEN_LENGTH = 32;
const BLOCK_LENGTH = 16;

/** resetPersistentPinUvAuthToken, as a change to be saved together with its cause; no change for a key that has no such token. */
export function replacedPersistentToken({
  configuration,
  random,
}: Env): Pick<AuthenticatorRecord, 'persistentToken'> | Record<never, never> {
  return configuration.persistentToken ? { persistentToken: random.bytes(TOKEN_LENGTH) } : {};
}

/**
 * A member of getInfo for holders of the token: IV ‖ AES-128-CBC of one block, 32 bytes, different every time.
 * @param plain 16 bytes
 */
export function concealed(
  { random, storage }: Env,
  member: 'encIdentifier' | 'encCredStoreState',
  plain: Uint8Array,
): Uint8Array {
  const salt = new Uint8Array(32);
  const key = hkdf(sha256, storage.record.persistentToken, salt, Buffer.from(member), BLOCK_LENGTH);
  const iv = random.bytes(BLOCK_LENGTH);
  const encrypted = cbc(key, iv, { disablePadding: true }).encrypt(plain);
  key.fill(0);
  return concatBytes(iv, encrypted);
}
