/** credProtect (CTAP 2.1 §12.1). */
import type { CborMap } from '../../ctap/cbor';
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { CredProtect } from '../env';

export const CRED_PROTECT = 'credProtect';

/** The level asked for; undefined when none is. 0x11 for another type, 0x2C for a level that does not exist. */
export function readCredProtect(extensions: CborMap | undefined): CredProtect | undefined {
  const value = extensions?.get(CRED_PROTECT);
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, CRED_PROTECT);
  if (value !== 1 && value !== 2 && value !== 3)
    throw new CtapStatusError(Status.INVALID_OPTION, CRED_PROTECT);
  return value;
}
