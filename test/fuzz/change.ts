/** Changes to the bytes of an input, of the kinds that decoders trip over. */

/** What is changed, where, and to what; every number means something for every input. */
export type Change = readonly [kind: number, at: number, value: number];

/** Bytes that mean something: bounds, CBOR heads of every major type with lengths that lie, CTAPHID commands. */
const telling = [
  0x00, 0x01, 0x7f, 0x80, 0xff, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x20, 0x38, 0x3b, 0x40, 0x58, 0x5b, 0x5f,
  0x60, 0x78, 0x81, 0x9b, 0x9f, 0xa0, 0xa1, 0xb8, 0xbf, 0xc0, 0xdf, 0xf4, 0xf5, 0xf6, 0xf7, 0xf9, 0xfb, 0x86,
  0x90, 0x91, 0xbb, 0xbf,
];

/** Longer inputs say nothing new. */
export const MAX_INPUT = 8192;

/** @param other another input, of which a piece may be taken over. */
export function changed(input: Uint8Array, changes: readonly Change[], other: Uint8Array): Uint8Array {
  let bytes: readonly number[] = [...input];
  for (const [kind, where, value] of changes) {
    const at = where % (bytes.length + 1);
    const length = (value % 16) + 1;
    const piece = bytes.slice(at, at + length);
    const before = bytes.slice(0, at);
    switch (kind % 10) {
      case 0:
        bytes = [...before, value % 256, ...bytes.slice(at + 1)];
        break;
      case 1:
        bytes = [...before, telling[value % telling.length]!, ...bytes.slice(at + 1)];
        break;
      case 2:
        bytes = [...before, (bytes[at] ?? 0) ^ (1 << (value % 8)), ...bytes.slice(at + 1)];
        break;
      case 3:
        bytes = [...before, ...bytes.slice(at + length)];
        break;
      case 4:
        bytes = [...before, ...piece, ...bytes.slice(at)];
        break;
      case 5:
        bytes = [...before, value % 256, ...bytes.slice(at)];
        break;
      case 6:
        bytes = before;
        break;
      case 7: {
        const from = value % (other.length + 1);
        bytes = [...before, ...other.subarray(from, from + length * 4), ...bytes.slice(at)];
        break;
      }
      case 8:
        bytes = [...before, ((bytes[at] ?? 0) + (value % 2 ? 1 : 255)) % 256, ...bytes.slice(at + 1)];
        break;
      default:
        bytes = [
          ...before,
          ...Array<number>(length).fill(telling[value % telling.length]!),
          ...bytes.slice(at),
        ];
    }
  }
  return Uint8Array.from(bytes.slice(0, MAX_INPUT));
}
