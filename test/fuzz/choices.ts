/** Reads the bytes of an input as decisions, so that the same bytes always build the same thing; zeros when they are used up. */
import type { CborKey, CborValue } from '../../main/ctap/cbor';

const integers = [
  0,
  1,
  2,
  7,
  23,
  24,
  255,
  256,
  65535,
  65536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  -1,
  -7,
];
const texts = [
  '',
  'a',
  'id',
  'name',
  'type',
  'public-key',
  'example.org',
  '__proto__',
  '\u202e',
  'e\u0301',
  '👩‍👩‍👧',
  '\ufffd',
  '\0',
];

export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** 0..count − 1 */
  below(count: number): number {
    return (count <= 256 ? this.byte() : (this.byte() << 8) | this.byte()) % count;
  }

  flag(): boolean {
    return this.byte() % 2 === 1;
  }

  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** At most `most` bytes, as many as the next byte says. */
  bytes(most: number): Uint8Array {
    const length = this.below(most + 1);
    const bytes = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  /** Everything that is left. */
  rest(): Uint8Array {
    const bytes = this.#bytes.slice(this.#at);
    this.#at = this.#bytes.length;
    return bytes;
  }

  integer(): number {
    const kind = this.below(integers.length + 2);
    return integers[kind] ?? (kind === integers.length ? this.byte() : (this.byte() << 8) | this.byte());
  }

  text(): string {
    const kind = this.below(texts.length + 2);
    const text = texts[kind];
    if (text !== undefined) return text;
    const made = Buffer.from(this.bytes(40)).toString('latin1');
    return kind === texts.length ? made : made.repeat(20);
  }

  /** Anything that CTAP's CBOR carries, at most four levels deep. */
  cbor(levels = 4): CborValue {
    switch (this.below(levels > 0 ? 8 : 6)) {
      case 0:
        return this.integer();
      case 1:
        return this.text();
      case 2:
        return this.bytes(40);
      case 3:
        return this.flag();
      case 4:
        // More than a number holds exactly.
        return (BigInt(this.byte() | 1) << 56n) | 0xffn;
      case 5:
        return new Uint8Array(this.pick([16, 32, 64, 65, 300])).fill(this.byte());
      case 6:
        return Array.from({ length: this.below(5) }, () => this.cbor(levels - 1));
      default: {
        const map = new Map<CborKey, CborValue>();
        for (let left = this.below(6); left > 0; left--)
          map.set(this.flag() ? this.text() : this.integer(), this.cbor(levels - 1));
        return map;
      }
    }
  }

  /** Anything that the structured clone of an IPC message carries. */
  cloneable(levels = 4): unknown {
    switch (this.below(levels > 0 ? 17 : 13)) {
      case 0:
        return this.text();
      case 1:
        return this.integer();
      case 2:
        return undefined;
      case 3:
        return null;
      case 4:
        return this.flag();
      case 5:
        return this.pick([NaN, Infinity, -0, 0.5, 1e308]);
      case 6:
        return 1n << BigInt(this.byte());
      case 7:
        return this.bytes(40);
      case 8:
        return new Date(this.pick([0, NaN]));
      case 9:
        return /a/;
      case 10:
        return new Error(this.text());
      case 11:
        return this.text().padEnd(this.pick([64, 65, 256, 257, 1024, 1025, 4097, 100_001]), 'x');
      case 12:
        return new ArrayBuffer(this.byte());
      case 13:
        return new Map([[this.cloneable(levels - 1), this.cloneable(levels - 1)]]);
      case 14:
        return new Set([this.cloneable(levels - 1)]);
      case 15:
        return Array.from({ length: this.below(5) }, () => this.cloneable(levels - 1));
      default:
        return Object.fromEntries(
          Array.from({ length: this.below(5) }, () => [this.text(), this.cloneable(levels - 1)]),
        );
    }
  }
}
