/**
 * CTAP1, that is U2F: APDUs in both directions (FIDO U2F Raw Message Formats v1.2; CTAP 2.1 §10, §11.2.9.1.1). Over USB they
 * travel in CTAPHID_MSG.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { ProtocolError } from './errors';

export const U2fInstruction = { REGISTER: 0x01, AUTHENTICATE: 0x02, VERSION: 0x03 } as const;

/** P1 of authenticate. */
export const U2fControl = {
  /** Sign, after a touch. */
  ENFORCE_TOUCH: 0x03,
  /** Do not sign; say whether the key handle is known. */
  CHECK_ONLY: 0x07,
  /** Sign without a touch. */
  WITHOUT_TOUCH: 0x08,
} as const;

/** ISO 7816-4 status words, as U2F uses them. */
export const StatusWord = {
  OK: 0x9000,
  WRONG_LENGTH: 0x6700,
  /** A touch is needed; to a check, that the key handle is known. */
  CONDITIONS_NOT_SATISFIED: 0x6985,
  /** U2F is turned off (CTAP 2.1 §7.2.4). */
  COMMAND_NOT_ALLOWED: 0x6986,
  /** Somebody else's key handle. */
  WRONG_DATA: 0x6a80,
  INSTRUCTION_NOT_SUPPORTED: 0x6d00,
  CLASS_NOT_SUPPORTED: 0x6e00,
  OTHER: 0x6f00,
} as const;

export const U2F_VERSION = 'U2F_V2';

/** Bytes of a challenge and of an application parameter. */
export const U2F_HASH_LENGTH = 32;
/** Its length travels in one byte. */
export const MAX_KEY_HANDLE_LENGTH = 255;
/** 04 ‖ x ‖ y */
const PUBLIC_KEY_LENGTH = 65;
const REGISTER_TAG = 0x05;

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
}

/** Extended length, as U2F wants it over HID: Lc is 00 hi lo where there are data, Le is 0000 (as much as there is). */
export function encodeCommandApdu({ cla, ins, p1, p2, data }: CommandApdu): Uint8Array {
  const length = [data.length >> 8, data.length & 0xff];
  return data.length === 0
    ? Uint8Array.of(cla, ins, p1, p2, 0, 0, 0)
    : concatBytes(Uint8Array.of(cla, ins, p1, p2, 0, ...length), data, Uint8Array.of(0, 0));
}

/** Undefined when the lengths do not fit. Extended and short lengths; Le may be there or not, its value does not matter. */
export function decodeCommandApdu(apdu: Uint8Array): CommandApdu | undefined {
  const [cla, ins, p1, p2] = apdu;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const data = dataOf(apdu.subarray(4));
  return data && { cla, ins, p1, p2, data };
}

/** What stands between Lc and Le; undefined when the lengths do not fit. */
function dataOf(body: Uint8Array): Uint8Array | undefined {
  const [first, high, low] = body;
  // No Lc: nothing at all, a short Le, or an extended one.
  if (first === undefined || body.length === 1) return new Uint8Array();
  if (first === 0 && body.length === 3) return new Uint8Array();
  if (first === 0 && (high === undefined || low === undefined)) return undefined;
  const extended = first === 0;
  const length = extended ? ((high ?? 0) << 8) | (low ?? 0) : first;
  const rest = body.subarray(extended ? 3 : 1);
  // Le is as long as Lc without its leading zero.
  const le = rest.length - length;
  return le === 0 || le === (extended ? 2 : 1) ? rest.slice(0, length) : undefined;
}

export interface ResponseApdu {
  /** {@link StatusWord} */
  readonly status: number;
  readonly data: Uint8Array;
}

export function encodeResponseApdu({ status, data }: ResponseApdu): Uint8Array {
  return concatBytes(data, Uint8Array.of(status >> 8, status & 0xff));
}

/** Throws {@link ProtocolError} for an answer without a status word. */
export function decodeResponseApdu(apdu: Uint8Array): ResponseApdu {
  const [high, low] = apdu.subarray(-2);
  if (high === undefined || low === undefined)
    throw new ProtocolError('The security key sent a U2F answer without a status word.');
  return { status: (high << 8) | low, data: apdu.slice(0, -2) };
}

/** Both are 32 bytes. */
export interface RegisterRequest {
  readonly challenge: Uint8Array;
  /** SHA-256 of the RP ID or AppID. */
  readonly application: Uint8Array;
}

export function encodeRegisterRequest({ challenge, application }: RegisterRequest): Uint8Array {
  const data = concatBytes(challenge, application);
  return encodeCommandApdu({ cla: 0, ins: U2fInstruction.REGISTER, p1: 0, p2: 0, data });
}

/** Undefined for data of another length than 64 bytes. */
export function decodeRegisterRequest({ data }: CommandApdu): RegisterRequest | undefined {
  if (data.length !== 2 * U2F_HASH_LENGTH) return undefined;
  return { challenge: data.slice(0, U2F_HASH_LENGTH), application: data.slice(U2F_HASH_LENGTH) };
}

export interface RegisterResponse {
  /** 04 ‖ x ‖ y, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** At most 255 bytes. */
  readonly keyHandle: Uint8Array;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** DER, by the certificate's key over {@link registerMessage}. */
  readonly signature: Uint8Array;
}

export function encodeRegisterResponse(response: RegisterResponse): Uint8Array {
  const { publicKey, keyHandle, certificate, signature } = response;
  return concatBytes(
    Uint8Array.of(REGISTER_TAG),
    publicKey,
    Uint8Array.of(keyHandle.length),
    keyHandle,
    certificate,
    signature,
  );
}

/** Throws {@link ProtocolError}. Whether the point lies on the curve is not checked here. */
export function decodeRegisterResponse(data: Uint8Array): RegisterResponse {
  const handleAt = 1 + PUBLIC_KEY_LENGTH + 1;
  const handleLength = data[handleAt - 1];
  if (data[0] !== REGISTER_TAG || data[1] !== 0x04 || handleLength === undefined)
    throw new ProtocolError('The security key sent something else than a U2F registration.');
  const certificateAt = handleAt + handleLength;
  const signatureAt = certificateAt + derLength(data.subarray(certificateAt));
  if (handleLength === 0 || signatureAt >= data.length)
    throw new ProtocolError('The security key sent a U2F registration that is cut short.');
  return {
    publicKey: data.slice(1, 1 + PUBLIC_KEY_LENGTH),
    keyHandle: data.slice(handleAt, certificateAt),
    certificate: data.slice(certificateAt, signatureAt),
    signature: data.slice(signatureAt),
  };
}

/** Bytes of the DER SEQUENCE at the beginning, its head included; no certificate is longer than two length bytes can say. */
function derLength(bytes: Uint8Array): number {
  const [tag, first = 0, ...more] = bytes.subarray(0, 4);
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (tag !== 0x30 || more.length < lengthBytes || first === 0x80)
    throw new ProtocolError('The security key sent a U2F registration without a certificate.');
  const content = more.slice(0, lengthBytes).reduce((length, byte) => length * 256 + byte, 0);
  return 2 + lengthBytes + (lengthBytes === 0 ? first : content);
}

/** What a registration signs: 00 ‖ application ‖ challenge ‖ key handle ‖ public key. */
export function registerMessage(
  { challenge, application }: RegisterRequest,
  keyHandle: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  return concatBytes(Uint8Array.of(0), application, challenge, keyHandle, publicKey);
}

export interface AuthenticateRequest extends RegisterRequest {
  /** {@link U2fControl} */
  readonly control: number;
  /** At most 255 bytes. */
  readonly keyHandle: Uint8Array;
}

export function encodeAuthenticateRequest(request: AuthenticateRequest): Uint8Array {
  const { control, challenge, application, keyHandle } = request;
  const data = concatBytes(challenge, application, Uint8Array.of(keyHandle.length), keyHandle);
  return encodeCommandApdu({ cla: 0, ins: U2fInstruction.AUTHENTICATE, p1: control, p2: 0, data });
}

/** Undefined for data of the wrong length. */
export function decodeAuthenticateRequest({ p1, data }: CommandApdu): AuthenticateRequest | undefined {
  const handleAt = 2 * U2F_HASH_LENGTH + 1;
  const handleLength = data[handleAt - 1];
  if (handleLength === undefined || data.length !== handleAt + handleLength) return undefined;
  return {
    control: p1,
    challenge: data.slice(0, U2F_HASH_LENGTH),
    application: data.slice(U2F_HASH_LENGTH, 2 * U2F_HASH_LENGTH),
    keyHandle: data.slice(handleAt),
  };
}

export interface AuthenticateResponse {
  /** Bit 0: the user was present. */
  readonly presence: number;
  /** 32 bits. */
  readonly counter: number;
  /** DER, by the key of the handle over {@link authenticateMessage}. */
  readonly signature: Uint8Array;
}

const AUTHENTICATE_HEAD = 5;

export function encodeAuthenticateResponse({ signature, ...head }: AuthenticateResponse): Uint8Array {
  return concatBytes(authenticateHead(head), signature);
}

/** Throws {@link ProtocolError}. */
export function decodeAuthenticateResponse(data: Uint8Array): AuthenticateResponse {
  if (data.length <= AUTHENTICATE_HEAD)
    throw new ProtocolError('The security key sent a U2F signature that is cut short.');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    presence: view.getUint8(0),
    counter: view.getUint32(1),
    signature: data.slice(AUTHENTICATE_HEAD),
  };
}

/** What an authentication signs: application ‖ presence ‖ counter ‖ challenge. */
export function authenticateMessage(
  { challenge, application }: RegisterRequest,
  head: Pick<AuthenticateResponse, 'presence' | 'counter'>,
): Uint8Array {
  return concatBytes(application, authenticateHead(head), challenge);
}

function authenticateHead({
  presence,
  counter,
}: Pick<AuthenticateResponse, 'presence' | 'counter'>): Uint8Array {
  const head = new Uint8Array(AUTHENTICATE_HEAD);
  head[0] = presence;
  new DataView(head.buffer).setUint32(1, counter);
  return head;
}

export function encodeVersionRequest(): Uint8Array {
  return encodeCommandApdu({ cla: 0, ins: U2fInstruction.VERSION, p1: 0, p2: 0, data: new Uint8Array() });
}
