/** credBlob (CTAP 2.1 §12.2): a few bytes that a site keeps with a discoverable credential. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import { readBool, type Extension } from './extension';

export const CRED_BLOB = 'credBlob';

export const credBlob: Extension = {
  identifier: CRED_BLOB,
  /** What is too long, or for a credential that is not stored, is not kept, and the answer says so; 0x11 for other than bytes. */
  create(input, { context, rk }) {
    if (!(input instanceof Uint8Array)) throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, CRED_BLOB);
    const stored = rk && input.length <= context.env.configuration.maxCredBlobLength;
    return { ...(stored && { traits: { credBlob: input } }), answer: () => ({ signed: stored }) };
  },
  /** No bytes where nothing was kept. */
  use: (input) =>
    readBool(input, CRED_BLOB)
      ? ({ secrets }) => ({ signed: secrets.credBlob ?? new Uint8Array() })
      : undefined,
};
