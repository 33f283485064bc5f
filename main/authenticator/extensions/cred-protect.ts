/** credProtect (CTAP 2.1 §12.1): who may use a credential without user verification. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { Extension } from './extension';

const CRED_PROTECT = 'credProtect';

export const credProtect: Extension = {
  identifier: CRED_PROTECT,
  /** 0x11 for another type, 0x2C for a level that does not exist. */
  create(input) {
    if (typeof input !== 'number') throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, CRED_PROTECT);
    if (input !== 1 && input !== 2 && input !== 3)
      throw new CtapStatusError(Status.INVALID_OPTION, CRED_PROTECT);
    return { traits: { credProtect: input }, answer: () => ({ signed: input }) };
  },
};
