/** Structures that several commands share (WebAuthn Level 3 §5.4, §5.8; CTAP 2.1 §6.1). */
import { arrayOf, byteString, int, optional, record, required, text, type TypeOf } from './codec';

/** Relying party. */
export const rpEntity = record({ id: required('id', text), name: optional('name', text) });
export type RpEntity = TypeOf<typeof rpEntity>;

/** `id` is the user handle, 1..64 bytes. */
export const userEntity = record({
  id: required('id', byteString),
  name: optional('name', text),
  displayName: optional('displayName', text),
});
export type UserEntity = TypeOf<typeof userEntity>;

export const credentialDescriptor = record({
  id: required('id', byteString),
  type: required('type', text),
  transports: optional('transports', arrayOf(text)),
});
export type CredentialDescriptor = TypeOf<typeof credentialDescriptor>;

export const credentialParameters = record({ alg: required('alg', int), type: required('type', text) });
export type CredentialParameters = TypeOf<typeof credentialParameters>;

/** The only credential type there is. */
export const PUBLIC_KEY = 'public-key';
