/** How an operation on an authenticator can fail, for those who look after a failure at what is true. */
import { CtapStatusError, ProtocolError, TransportError } from '../ctap/errors';

/** What the methods of Ctap2Api reject with, cancellation aside. */
export type Failure = CtapStatusError | ProtocolError | TransportError;

export function isFailure(error: unknown): error is Failure {
  return (
    error instanceof CtapStatusError || error instanceof ProtocolError || error instanceof TransportError
  );
}

/** The key is gone: it cannot be asked, and the token that asking needs may be gone with it. */
export function isUnplugged(error: unknown): boolean {
  return error instanceof TransportError && error.failure === 'unplugged';
}
