/** scrypt (RFC 7914) for what people type: it makes every guess cost memory and time. */
import { scrypt } from 'node:crypto';

/** `n`: a power of two; memory is 128 · n · r bytes. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second (design decision 8). */
export const DEFAULT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };

const MAX_N = 2 ** 20;
const MAX_MEMORY = 2 ** 30;
const MAX_P = 16;

/** Whether a file may ask for it: a forged one must not take all memory, or hours. */
export function isTolerable({ n, r, p }: ScryptCost): boolean {
  const isPowerOfTwo = n >= 2 && n <= MAX_N && Number.isInteger(Math.log2(n));
  return isPowerOfTwo && r >= 1 && 128 * r * n <= MAX_MEMORY && p >= 1 && p <= MAX_P;
}

/**
 * @returns 32 bytes, the caller's to overwrite. @param typed is normalised (NFC): two keyboards may compose a
 * letter differently.
 */
export function stretch(typed: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Uint8Array> {
  const secret = Buffer.from(typed.normalize('NFC'));
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, { N: n, r, p, maxmem: 128 * r * (n + p + 2) }, (error, key) => {
      secret.fill(0);
      if (error) reject(error);
      else resolve(key);
    });
  });
}
