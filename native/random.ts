/** The system's {@link RandomSource}: OpenSSL's generator, seeded by the operating system. */
import { randomFillSync } from 'node:crypto';
import type { RandomSource } from './ports.js';

export class SystemRandom implements RandomSource {
  /** Fresh bytes in a buffer of their own (never a view into Node's shared pool, so overwriting them is safe). */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return randomFillSync(new Uint8Array(length));
  }
}
