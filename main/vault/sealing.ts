/** AES-256-GCM boxes: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). Every sealing takes a nonce of its own. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { RandomSource } from '../../native/ports';

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** How much longer a box is than what is in it, in bytes. */
export const BOX_OVERHEAD = NONCE_LENGTH + TAG_LENGTH;

/** @param key 32 bytes. @param bound what the box belongs to; {@link unseal} has to give the same. */
export function seal(
  key: Uint8Array,
  plain: Uint8Array,
  bound: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const nonce = random.bytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(bound);
  return Uint8Array.from(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}

/** What is in the box; undefined when the key is another, the box belongs to something else, or a bit of it was changed. */
export function unseal(key: Uint8Array, box: Uint8Array, bound: Uint8Array): Uint8Array | undefined {
  if (box.length < BOX_OVERHEAD) return undefined;
  const tag = box.length - TAG_LENGTH;
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_LENGTH), {
    authTagLength: TAG_LENGTH,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(box.subarray(tag));
  // All of it comes out of `update`: GCM has no block to fill up.
  const { buffer, byteOffset, length } = decipher.update(box.subarray(NONCE_LENGTH, tag));
  // No Buffer: its `slice` shares the memory, which the caller overwrites.
  const plain = new Uint8Array(buffer, byteOffset, length);
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return undefined; // the one thing that `final` throws for: the tag does not fit
  }
}
