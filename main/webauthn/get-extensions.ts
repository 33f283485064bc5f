/** The extensions of `get`, to the authenticator and back (WebAuthn Level 3 §10.1; CTAP 2.1 §12). */
import type { CallOptions } from '../ctap/api';
import type { CborMap, CborValue } from '../ctap/cbor';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError, ProtocolError, TransportError } from '../ctap/errors';
import type {
  AuthenticationExtensionsClientInputs,
  AuthenticationExtensionsClientOutputs,
  LargeBlobInputs,
  PrfValues,
} from './model';
import type { CeremonyAuthenticator, LargeBlobStore, PinUvAuth, SharedSecret } from './ports';
import { HMAC_SECRET, hmacSecretInput, prfResults } from './prf';

/** Whether the authenticator has large blobs, and somebody who reads and writes them. */
export function keepsLargeBlobs({
  info: { extensions, options },
  largeBlobs,
}: Pick<CeremonyAuthenticator, 'info' | 'largeBlobs'>): boolean {
  return (
    largeBlobs !== undefined &&
    options?.get('largeBlobs') === true &&
    extensions?.includes('largeBlobKey') === true
  );
}

/** Inputs of getAssertion; undefined for none. `prf` and `shared` are there when the PRF is evaluated. */
export function getInputs(
  asked: AuthenticationExtensionsClientInputs,
  authenticator: Pick<CeremonyAuthenticator, 'info' | 'largeBlobs'>,
  prf: PrfValues | undefined,
  shared: SharedSecret | undefined,
): CborMap | undefined {
  const inputs = new Map<string, CborValue>();
  if (prf && shared) inputs.set(HMAC_SECRET, hmacSecretInput(prf, shared));
  if (asked.getCredBlob === true && has(authenticator.info, 'credBlob')) inputs.set('credBlob', true);
  const { read, write } = asked.largeBlob ?? {};
  if ((read === true || write) && keepsLargeBlobs(authenticator)) inputs.set('largeBlobKey', true);
  return inputs.size > 0 ? inputs : undefined;
}

function has({ extensions }: AuthenticatorInfo, identifier: string): boolean {
  return extensions?.includes(identifier) === true;
}

export interface GetAnswer {
  /** Outputs in the authenticator data. */
  readonly outputs: CborMap;
  readonly largeBlobKey: Uint8Array | undefined;
  readonly prf: PrfValues | undefined;
  readonly shared: SharedSecret | undefined;
  readonly auth: PinUvAuth | undefined;
}

/** Reads and writes the large blob, too. Throws {@link ProtocolError} for outputs that make no sense. */
export async function getOutputs(
  asked: AuthenticationExtensionsClientInputs,
  { largeBlobs }: Pick<CeremonyAuthenticator, 'largeBlobs'>,
  { outputs, largeBlobKey, prf, shared, auth }: GetAnswer,
  options: CallOptions,
): Promise<AuthenticationExtensionsClientOutputs> {
  const results = prf && shared ? prfResults(outputs.get(HMAC_SECRET), prf, shared) : undefined;
  const blob = asked.getCredBlob === true ? outputs.get('credBlob') : undefined;
  const store = largeBlobKey && largeBlobs && { key: largeBlobKey, largeBlobs };
  return {
    ...(asked.prf && { prf: { ...(results && { results }) } }),
    ...(blob instanceof Uint8Array && { getCredBlob: blob }),
    ...(asked.largeBlob && { largeBlob: await largeBlobOutput(asked.largeBlob, store, auth, options) }),
  };
}

/** The passkey has been used already: whatever goes wrong with the blob now only leaves it out. */
async function largeBlobOutput(
  { read, write }: LargeBlobInputs,
  store: { readonly key: Uint8Array; readonly largeBlobs: LargeBlobStore } | undefined,
  auth: PinUvAuth | undefined,
  options: CallOptions,
): Promise<{ readonly blob?: Uint8Array; readonly written?: boolean }> {
  try {
    if (write) {
      await store?.largeBlobs.write(store.key, write, auth, options);
      return { written: store !== undefined };
    }
    const blob = read === true ? await store?.largeBlobs.read(store.key, options) : undefined;
    return { ...(blob && { blob }) };
  } catch (error) {
    if (!isFromAuthenticator(error) && !options.signal?.aborted) throw error;
    return write ? { written: false } : {};
  }
}

function isFromAuthenticator(error: unknown): boolean {
  return (
    error instanceof CtapStatusError || error instanceof ProtocolError || error instanceof TransportError
  );
}
