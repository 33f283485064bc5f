/** WebAuthn Level 3 §3: RFC 4648 §5 without padding. By operators and own members alone: pages may have changed everything else. */
import { bytesOf, createObject, typeError } from './intrinsics';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const values = createObject(null) as Record<string, number>;
for (let value = 0; value < 64; value++) values[digit(value)] = value;

function digit(value: number): string {
  return ALPHABET[value & 63] as string;
}

export function encodeBase64Url(bytes: Uint8Array): string {
  const { length } = bytes;
  let text = '';
  // Beyond its end, an array of bytes has undefined, whatever its prototype says.
  for (let at = 0; at < length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += digit(group >> 18) + digit(group >> 12);
    if (at + 1 < length) text += digit(group >> 6);
    if (at + 2 < length) text += digit(group);
  }
  return text;
}

/** Throws `TypeError` for anything but the base64url of some bytes. */
export function decodeBase64Url(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string' || text.length % 4 === 1) throw typeError('not base64url');
  const bytes = bytesOf((text.length * 3) >> 2);
  let bits = 0;
  let count = 0;
  let next = 0;
  for (let at = 0; at < text.length; at++) {
    const value = values[text[at] as string];
    if (value === undefined) throw typeError('not base64url');
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[next++] = bits >> count;
  }
  return bytes;
}
