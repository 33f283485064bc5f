/** A certificate for servers of tests, made anew each time (RFC 5280 §4): nobody has signed it but itself. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SelfMadeCertificate {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  /** SHA-256 of the SubjectPublicKeyInfo, base64: how Chromium is told to take it. */
  readonly spkiHash: string;
}

const DAY = 86_400_000;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
/** dNSName of GeneralName. */
const DNS_NAME = 0x82;

const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');

/** @param names that it is for; `*.example.org` is for all that are one step below */
export function selfMadeCertificate(names: readonly string[]): SelfMadeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const commonName = der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from('Sites of tests')));
  const name = der(SEQUENCE, der(SET, commonName));
  const now = Date.now();
  const alternatives = der(SEQUENCE, ...names.map((host) => der(DNS_NAME, Buffer.from(host))));
  const extension = der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, alternatives));
  const signed = der(
    SEQUENCE,
    // Version 3 is written as 2.
    der(0xa0, der(INTEGER, Buffer.of(2))),
    // Positive, so its first bit is 0.
    der(INTEGER, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    der(SEQUENCE, utcTime(now - DAY), utcTime(now + 30 * DAY)),
    name,
    spki,
    der(0xa3, der(SEQUENCE, extension)),
  );
  const signature = der(BIT_STRING, Buffer.of(0), sign('sha256', signed, privateKey));
  const certificate = der(SEQUENCE, signed, algorithm, signature);
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    spkiHash: createHash('sha256').update(spki).digest('base64'),
  };
}

/** Tag, length, contents (ITU-T X.690 §8.1). */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...(length < 0x80 ? [length] : long)), content]);
}

/** YYMMDDhhmmssZ */
function utcTime(when: number): Buffer {
  const digits = new Date(when).toISOString().replace(/[-:T]|\..*/g, '');
  return der(UTC_TIME, Buffer.from(`${digits.slice(2)}Z`));
}
