/** Authenticator data (WebAuthn Level 3 §6.1). */
import { decodeCborSequenceLeniently, encodeCbor, CborError, type CborMap } from './cbor';
import { ProtocolError } from './errors';

export const Flag = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40, ED: 0x80 } as const;

export interface AttestedCredentialData {
  /** 16 bytes. */
  readonly aaguid: Uint8Array;
  /** At most 1023 bytes. */
  readonly credentialId: Uint8Array;
  /** COSE_Key. */
  readonly publicKey: CborMap;
}

export interface AuthenticatorData {
  /** SHA-256 of the RP ID, 32 bytes. */
  readonly rpIdHash: Uint8Array;
  /** {@link Flag} bits; AT and ED follow from the members below when encoding. */
  readonly flags: number;
  readonly signCount: number;
  readonly attestedCredential?: AttestedCredentialData;
  readonly extensions?: CborMap;
}

const FIXED_LENGTH = 37;

export function encodeAuthenticatorData(data: AuthenticatorData): Uint8Array {
  const { attestedCredential, extensions } = data;
  const hasExtensions = extensions !== undefined && extensions.size > 0;
  const head = new Uint8Array(FIXED_LENGTH);
  head.set(data.rpIdHash);
  head[32] =
    (data.flags & ~(Flag.AT | Flag.ED)) | (attestedCredential ? Flag.AT : 0) | (hasExtensions ? Flag.ED : 0);
  new DataView(head.buffer).setUint32(33, data.signCount);
  const parts: Uint8Array[] = [head];
  if (attestedCredential) {
    const { aaguid, credentialId, publicKey } = attestedCredential;
    parts.push(aaguid, Uint8Array.of(credentialId.length >> 8, credentialId.length & 0xff), credentialId);
    parts.push(encodeCbor(publicKey));
  }
  if (hasExtensions) parts.push(encodeCbor(extensions));
  return Uint8Array.from(Buffer.concat(parts));
}

/**
 * The whole of `bytes` must be used up. Throws {@link ProtocolError}.
 * Where the public key ends is told by the AT and ED flags: with both set, the key is followed by the extension map.
 */
export function decodeAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < FIXED_LENGTH) throw new ProtocolError('authenticator data is shorter than 37 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(32);
  let rest = bytes.subarray(FIXED_LENGTH);
  let attested: Omit<AttestedCredentialData, 'publicKey'> | undefined;
  if (flags & Flag.AT) {
    const length = rest.length >= 18 ? ((rest[16] ?? 0) << 8) | (rest[17] ?? 0) : Infinity;
    if (length > 1023 || rest.length < 18 + length)
      throw new ProtocolError('credential ID is cut or longer than 1023 bytes');
    attested = { aaguid: rest.slice(0, 16), credentialId: rest.slice(18, 18 + length) };
    rest = rest.subarray(18 + length);
  }
  const maps = decodeMaps(rest, (attested ? 1 : 0) + (flags & Flag.ED ? 1 : 0));
  const publicKey = attested ? maps.shift() : undefined;
  const extensions = maps.shift();
  return {
    rpIdHash: bytes.slice(0, 32),
    flags,
    signCount: view.getUint32(33),
    ...(attested && publicKey && { attestedCredential: { ...attested, publicKey } }),
    ...(extensions && { extensions }),
  };
}

/** Exactly `count` maps, one behind the other. */
function decodeMaps(bytes: Uint8Array, count: number): CborMap[] {
  try {
    const items = decodeCborSequenceLeniently(bytes, count, []);
    if (!items.every((item): item is CborMap => item instanceof Map))
      throw new ProtocolError('authenticator data holds something other than maps behind its fixed part');
    return items;
  } catch (error) {
    if (error instanceof CborError)
      throw new ProtocolError(`authenticator data: ${error.message}`, { cause: error });
    throw error;
  }
}
