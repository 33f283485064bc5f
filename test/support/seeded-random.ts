/** A {@link RandomSource} that gives the same bytes in every run: the ChaCha20 key stream of a seed. */
import { createCipheriv, createHash, type Cipher } from 'node:crypto';
import type { RandomSource } from '../../native/ports';

export class SeededRandom implements RandomSource {
  readonly #stream: Cipher;

  constructor(seed = 'latchkey') {
    this.#stream = createCipheriv('chacha20', createHash('sha256').update(seed).digest(), Buffer.alloc(16));
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#stream.update(Buffer.alloc(length)));
  }
}
