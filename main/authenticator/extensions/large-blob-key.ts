/** largeBlobKey (CTAP 2.1 §12.3): the key to a discoverable credential's entries in the large-blob array. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { CborValue } from '../../ctap/cbor';
import { readBool, type Extension } from './extension';

const LARGE_BLOB_KEY = 'largeBlobKey';
/** Bytes. */
const KEY_LENGTH = 32;

export const largeBlobKey: Extension = {
  identifier: LARGE_BLOB_KEY,
  /** 0x2C also for a credential that will not be discoverable. */
  create(input, { context, rk }) {
    requireTrue(input);
    if (!rk) throw new CtapStatusError(Status.INVALID_OPTION, LARGE_BLOB_KEY);
    const key = context.env.random.bytes(KEY_LENGTH);
    return { traits: { largeBlobKey: key }, answer: () => ({ largeBlobKey: key }) };
  },
  use(input) {
    requireTrue(input);
    return ({ largeBlobKey: key }) => key && { largeBlobKey: key };
  },
};

/** 0x11 for another type, 0x2C for false. */
function requireTrue(input: CborValue): void {
  if (!readBool(input, LARGE_BLOB_KEY)) throw new CtapStatusError(Status.INVALID_OPTION, LARGE_BLOB_KEY);
}
