/** CBOR as bad keys write it: what the strict encoder refuses to. */
import type { CborKey, CborMap, CborValue } from '../../ctap/cbor';

export interface RawStyle {
  /** Map keys from last to first. */
  readonly reverseKeys?: boolean;
  /** Longer texts (values, not keys) are cut after so many bytes, also inside a character. */
  readonly cutTextAt?: number;
}

export function encodeRaw(value: CborValue, style: RawStyle): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts(value, style)));
}

function parts(value: CborValue, style: RawStyle): Uint8Array[] {
  if (typeof value === 'boolean') return [Uint8Array.of(value ? 0xf5 : 0xf4)];
  if (typeof value === 'number') return [value < 0 ? head(1, -1 - value) : head(0, value)];
  if (typeof value === 'bigint') throw new RangeError('integers of 2^53 and more do not occur here');
  if (typeof value === 'string') {
    const bytes = Buffer.from(value).subarray(0, style.cutTextAt);
    return [head(3, bytes.length), bytes];
  }
  if (value instanceof Uint8Array) return [head(2, value.length), value];
  if (value instanceof Map) {
    const entries = [...(value as CborMap)];
    if (style.reverseKeys) entries.reverse();
    const flat = entries.flatMap(([key, item]) => [...keyParts(key), ...parts(item, style)]);
    return [head(5, entries.length), ...flat];
  }
  const items = value as readonly CborValue[];
  return [head(4, items.length), ...items.flatMap((item) => parts(item, style))];
}

function keyParts(key: CborKey): Uint8Array[] {
  return parts(key, {});
}

function head(major: number, argument: number): Uint8Array {
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  if (argument < 0x100) return Uint8Array.of(first | 24, argument);
  if (argument < 0x10000) return Uint8Array.of(first | 25, argument >> 8, argument & 0xff);
  const long = Buffer.alloc(argument < 2 ** 32 ? 5 : 9);
  long[0] = first | (argument < 2 ** 32 ? 26 : 27);
  if (argument < 2 ** 32) long.writeUInt32BE(argument, 1);
  else long.writeBigUInt64BE(BigInt(argument), 1);
  return long;
}
