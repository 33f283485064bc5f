/** The client data: what the site learns about who asked, and what the authenticator signs (WebAuthn Level 3 §5.8.1). */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeBase64Url } from './base64url';
import type { Caller } from './origin';

export type ClientDataType = 'webauthn.create' | 'webauthn.get';

/** CCDToString of §5.8.1.1, UTF-8. A lone surrogate, which UTF-8 does not have, becomes U+FFFD as in a USVString. */
export function ccdToString(text: string): Uint8Array<ArrayBuffer> {
  const escaped = text.replace(/["\\\0-\x1f]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new TextEncoder().encode(`"${escaped}"`);
}

/**
 * The JSON-compatible serialisation of client data (§5.8.1.1), UTF-8. A verifier may compare it by its beginning (§5.8.1.2), so order
 * and spacing are fixed, and exactly these bytes go into the response.
 */
export function serializeClientData(
  type: ClientDataType,
  challenge: Uint8Array,
  caller: Caller,
): Uint8Array<ArrayBuffer> {
  const fixed = (text: string): Uint8Array => new TextEncoder().encode(text);
  const parts = [
    fixed('{"type":'),
    ccdToString(type),
    fixed(',"challenge":'),
    ccdToString(encodeBase64Url(challenge)),
    fixed(',"origin":'),
    ccdToString(caller.origin.serialized),
    fixed(`,"crossOrigin":${caller.crossOrigin}`),
  ];
  if (caller.topOrigin !== undefined)
    parts.push(fixed(',"topOrigin":'), ccdToString(caller.topOrigin.serialized));
  return Uint8Array.from(Buffer.concat([...parts, fixed('}')]));
}

/** The hash of the serialised client data (§5.8.1): SHA-256, 32 bytes. */
export function clientDataHash(clientDataJSON: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sha256(clientDataJSON));
}
