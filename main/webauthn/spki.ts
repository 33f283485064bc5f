/** SubjectPublicKeyInfo of COSE keys, what getPublicKey() gives a site (WebAuthn Level 3 §5.2.1.1; RFC 5280, 5480, 8410, 8017, 9881). */
import type { CborMap } from '../ctap/cbor';
import { ProtocolError } from '../ctap/errors';

const oid = {
  ecPublicKey: '2a8648ce3d0201',
  rsaEncryption: '2a864886f70d010101',
} as const;

interface Curve {
  readonly oid: string;
  /** Bytes of a coordinate. */
  readonly length: number;
}

/** By COSE curve number. */
const ec2Curves = new Map<number, Curve>([
  [1, { oid: '2a8648ce3d030107', length: 32 }],
  [2, { oid: '2b81040022', length: 48 }],
  [3, { oid: '2b81040023', length: 66 }],
  [8, { oid: '2b8104000a', length: 32 }],
]);
const okpCurves = new Map<number, Curve>([
  [6, { oid: '2b6570', length: 32 }],
  [7, { oid: '2b6571', length: 57 }],
]);
/** By COSE algorithm: ML-DSA-44, -65, -87. */
const akpAlgorithms = new Map<number, Curve>([
  [-48, { oid: '608648016503040311', length: 1312 }],
  [-49, { oid: '608648016503040312', length: 1952 }],
  [-50, { oid: '608648016503040313', length: 2592 }],
]);

/** The one curve of an EC2 or OKP algorithm in WebAuthn (Level 3 §5.8.5). */
const curveOf = new Map<number, number>([
  [-7, 1],
  [-9, 1],
  [-35, 2],
  [-51, 2],
  [-36, 3],
  [-52, 3],
  [-47, 8],
  [-8, 6],
  [-19, 6],
  [-53, 7],
]);
const rsaAlgorithms: ReadonlySet<number> = new Set([-257, -258, -259, -37, -38, -39, -65535]);

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

/**
 * DER, or undefined for an algorithm that is not known here. Throws {@link ProtocolError} for a key that is none of its own
 * algorithm. Whether a point lies on its curve is left to whoever verifies with it.
 */
export function spkiOf(key: CborMap): Uint8Array | undefined {
  const algorithm = key.get(3);
  if (typeof algorithm !== 'number') throw new ProtocolError('the new public key has no algorithm');
  if (rsaAlgorithms.has(algorithm)) {
    requireLabel(key, 1, 3);
    const rsa = sequence(integer(bytesOf(key, -1)), integer(bytesOf(key, -2)));
    return info(sequence(object(oid.rsaEncryption), hex('0500')), rsa);
  }
  const akp = akpAlgorithms.get(algorithm);
  if (akp) {
    requireLabel(key, 1, 7);
    return info(sequence(object(akp.oid)), bytesOf(key, -1, akp.length));
  }
  const curve = curveOf.get(algorithm);
  if (curve === undefined) return undefined;
  requireLabel(key, -1, curve);
  const okp = okpCurves.get(curve);
  if (okp) {
    requireLabel(key, 1, 1);
    return info(sequence(object(okp.oid)), bytesOf(key, -2, okp.length));
  }
  const ec2 = ec2Curves.get(curve);
  if (!ec2) return undefined;
  requireLabel(key, 1, 2);
  const point = Buffer.concat([hex('04'), bytesOf(key, -2, ec2.length), bytesOf(key, -3, ec2.length)]);
  return info(sequence(object(oid.ecPublicKey), object(ec2.oid)), point);
}

function requireLabel(key: CborMap, label: number, value: number): void {
  if (key.get(label) !== value)
    throw new ProtocolError(`the new public key is not of its algorithm (label ${label})`);
}

function bytesOf(key: CborMap, label: number, length?: number): Uint8Array {
  const value = key.get(label);
  if (
    !(value instanceof Uint8Array) ||
    value.length === 0 ||
    (length !== undefined && value.length !== length)
  )
    throw new ProtocolError(`the new public key has no member ${label} of the right length`);
  return value;
}

function info(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return Uint8Array.from(sequence(algorithm, element(0x03, Buffer.concat([hex('00'), key]))));
}

function sequence(...items: readonly Uint8Array[]): Uint8Array {
  return element(0x30, Buffer.concat(items));
}

function object(identifier: string): Uint8Array {
  return element(0x06, hex(identifier));
}

/** Unsigned and big-endian; a leading zero keeps it from being negative. */
function integer(value: Uint8Array): Uint8Array {
  const start = value.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Uint8Array.of(0) : value.subarray(start);
  return element(0x02, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([hex('00'), digits]) : digits);
}

function element(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from(head), content]);
}
