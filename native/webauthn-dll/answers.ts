/**
 * What webauthn.dll has answered, as data. Nothing is checked but that it can be read: whether it answers the question is for whoever
 * asked. Members behind those of the structure's version are not there, and are not touched.
 */
import type { TypeObject } from 'koffi';
import type { SystemAssertion, SystemAttestation, SystemKeyTransport, SystemPrfValues } from '../ports.js';
import { WebAuthnDllError } from './failures.js';
import type { Address, AnswerMemory } from './memory.js';
import type { Structures } from './structures.js';

const LARGE_BLOB_SUCCESS = 1;
const TRANSPORTS = new Map<number, SystemKeyTransport>([
  [1, 'usb'],
  [2, 'nfc'],
  [4, 'ble'],
  [16, 'internal'],
  [32, 'hybrid'],
]);

/** @param address of a WEBAUTHN_CREDENTIAL_ATTESTATION */
export function readAttestation(
  memory: AnswerMemory,
  structures: Structures,
  address: Address,
): SystemAttestation {
  const type = structures.CREDENTIAL_ATTESTATION;
  const version = memory.number(address, type, 'dwVersion');
  const is = (name: string): boolean => memory.number(address, type, name) !== 0;
  const format = memory.text(memory.pointer(address, type, 'pwszFormatType'));
  if (format === undefined)
    throw new WebAuthnDllError('misbehaved', 'an attestation does not say its format');
  const prf = version >= 7 ? readPrf(memory, structures, address, type) : undefined;
  return {
    format,
    statement: memory.bytes(address, type, 'cbAttestation', 'pbAttestation'),
    authenticatorData: memory.bytes(address, type, 'cbAuthenticatorData', 'pbAuthenticatorData'),
    ...(version >= 3 && readTransport(memory, address, type)),
    ...(version >= 4 && { residentKey: is('bResidentKey'), largeBlob: is('bLargeBlobSupported') }),
    ...(version >= 5 && { prfEnabled: is('bPrfEnabled') }),
    ...(prf && { prf }),
  };
}

/** @param address of a WEBAUTHN_ASSERTION */
export function readAssertion(
  memory: AnswerMemory,
  structures: Structures,
  address: Address,
): SystemAssertion {
  const type = structures.ASSERTION;
  const version = memory.number(address, type, 'dwVersion');
  const credential = address + BigInt(type.members?.['Credential']?.offset ?? 0);
  const userHandle = memory.bytes(address, type, 'cbUserId', 'pbUserId');
  const largeBlob =
    version >= 2 ? memory.bytes(address, type, 'cbCredLargeBlob', 'pbCredLargeBlob') : new Uint8Array(0);
  const prf = version >= 3 ? readPrf(memory, structures, address, type) : undefined;
  return {
    credentialId: memory.bytes(credential, structures.CREDENTIAL, 'cbId', 'pbId'),
    authenticatorData: memory.bytes(address, type, 'cbAuthenticatorData', 'pbAuthenticatorData'),
    signature: memory.bytes(address, type, 'cbSignature', 'pbSignature'),
    ...(userHandle.length > 0 && { userHandle }),
    ...(version >= 4 && readTransport(memory, address, type)),
    ...(prf && { prf }),
    ...(largeBlob.length > 0 && { largeBlob }),
    largeBlobWritten:
      version >= 2 && memory.number(address, type, 'dwCredLargeBlobStatus') === LARGE_BLOB_SUCCESS,
  };
}

function readTransport(
  memory: AnswerMemory,
  address: Address,
  type: TypeObject,
): { readonly transport?: SystemKeyTransport } {
  const transport = TRANSPORTS.get(memory.number(address, type, 'dwUsedTransport'));
  return transport ? { transport } : {};
}

/** They are secrets: those of webauthn.dll are overwritten once they are copied. */
function readPrf(
  memory: AnswerMemory,
  { HMAC_SECRET_SALT: type }: Structures,
  answer: Address,
  answerType: TypeObject,
): SystemPrfValues | undefined {
  const address = memory.pointer(answer, answerType, 'pHmacSecret');
  if (address === 0n) return undefined;
  const first = memory.bytes(address, type, 'cbFirst', 'pbFirst');
  const second = memory.bytes(address, type, 'cbSecond', 'pbSecond');
  memory.wipe(address, type, 'cbFirst', 'pbFirst');
  memory.wipe(address, type, 'cbSecond', 'pbSecond');
  return first.length === 0 ? undefined : { first, ...(second.length > 0 && { second }) };
}
