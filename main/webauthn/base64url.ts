/** The base64url encoding of WebAuthn Level 3 §3: RFC 4648 §5 without padding. */

/** Base64url without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * The bytes, or undefined for what is not base64url: padding, `+` and `/`, white space, a length that no bytes have, and unused bits
 * that are not zero (RFC 4648 §3.5). So every byte string has one spelling, and spellings can be compared.
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const bytes = Uint8Array.from(Buffer.from(text, 'base64url'));
  return encodeBase64Url(bytes) === text ? bytes : undefined;
}
