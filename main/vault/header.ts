/** The header of the vault file: what has to be known before the vault can be opened. All of it may be read by everybody. */
import { decodeCbor, encodeCbor } from '../ctap/cbor';
import { bool, bytes, optional, record, required, uint, type Reading, type TypeOf } from '../ctap/codec';
import { BOX_OVERHEAD } from './sealing';
import { isTolerable } from './scrypt';
import { KEY_LENGTH, VAULT_ID_LENGTH } from './vault-keys';

export const SALT_LENGTH = 16;

/** A key that is wrapped by something a person types. */
const slot = record({
  n: required('N', uint),
  r: required('r', uint),
  p: required('p', uint),
  salt: required('salt', bytes(SALT_LENGTH)),
  box: required('box', bytes(KEY_LENGTH + BOX_OVERHEAD)),
});
export type Slot = TypeOf<typeof slot>;

const header = record({
  /** 16 bytes, random, never changed. */
  id: required('vault', bytes(VAULT_ID_LENGTH)),
  /** Tells a wrong vault key from a damaged file. */
  check: required('check', bytes(16)),
  /** Goes up by one with every save. */
  generation: required('generation', uint),
  /** Milliseconds since 1970, UTC. */
  written: required('written', uint),
  /** How many passkeys there are, without *Recently deleted*. */
  passkeys: required('passkeys', uint),
  /** The signing key, by the PIN. */
  pin: required('pin', slot),
  /** The signing key, by the recovery key. */
  recovery: required('recovery', bytes(KEY_LENGTH + BOX_OVERHEAD)),
  /** The vault key, by the passphrase. The keychain has it where this is absent. */
  passphrase: optional('passphrase', slot),
  /** True while the vault moves between the two: the keychain may hold a key that does not belong there any more. */
  moving: required('moving', bool),
});
export type Header = TypeOf<typeof header>;

export function encodeHeader(value: Header): Uint8Array {
  return encodeCbor(header.encode(value));
}

/**
 * Throws CborError, or a RangeError that says what is wrong: not CBOR, a member missing, a cost of scrypt that
 * nobody should pay.
 */
export function decodeHeader(content: Uint8Array): Header {
  const reading: Reading = {
    flaws: [],
    fault: (_kind, where) => new RangeError(`its header has no proper "${where}"`),
  };
  const value = header.decode(decodeCbor(content), reading, '');
  for (const typed of [value.pin, value.passphrase])
    if (typed && !isTolerable(typed))
      throw new RangeError('its header asks for more computing than is reasonable');
  return value;
}
