/** Misuse of extensions that fails a request before any authenticator is asked (WebAuthn Level 3 §10.1.4, §10.1.5). */
import { decodeBase64Url } from './base64url';
import { sameBytes } from './credential-lists';
import { WebAuthnError } from './errors';
import type {
  AuthenticationExtensionsClientInputs,
  LargeBlobInputs,
  PrfInputs,
  PublicKeyCredentialDescriptor,
} from './model';

/** Throws NotSupportedError. */
export function checkCreateExtensions({ prf, largeBlob }: AuthenticationExtensionsClientInputs = {}): void {
  if (prf?.evalByCredential)
    throw new WebAuthnError('NotSupportedError', 'prf.evalByCredential is for using passkeys.');
  if (largeBlob?.read !== undefined || largeBlob?.write !== undefined)
    throw new WebAuthnError('NotSupportedError', 'Large blobs are read and written when a passkey is used.');
}

/** Throws NotSupportedError and SyntaxError. */
export function checkGetExtensions(
  { prf, largeBlob }: AuthenticationExtensionsClientInputs = {},
  allowed: readonly PublicKeyCredentialDescriptor[] = [],
): void {
  if (prf) checkPrf(prf, allowed);
  if (largeBlob) checkLargeBlob(largeBlob, allowed);
}

function checkPrf(
  { evalByCredential = new Map() }: PrfInputs,
  allowed: readonly PublicKeyCredentialDescriptor[],
): void {
  if (evalByCredential.size > 0 && allowed.length === 0)
    throw new WebAuthnError('NotSupportedError', 'prf.evalByCredential needs allowCredentials.');
  for (const key of evalByCredential.keys()) {
    const id = key === '' ? undefined : decodeBase64Url(key);
    if (!id || !allowed.some((descriptor) => sameBytes(descriptor.id, id)))
      throw new WebAuthnError('SyntaxError', 'A key of prf.evalByCredential is no ID in allowCredentials.');
  }
}

function checkLargeBlob(
  { support, read, write }: LargeBlobInputs,
  allowed: readonly PublicKeyCredentialDescriptor[],
): void {
  if (support !== undefined)
    throw new WebAuthnError('NotSupportedError', 'largeBlob.support is for making passkeys.');
  if (read !== undefined && write !== undefined)
    throw new WebAuthnError('NotSupportedError', 'A large blob is read or written, not both.');
  if (write !== undefined && allowed.length !== 1)
    throw new WebAuthnError(
      'NotSupportedError',
      'A large blob is written for one passkey in allowCredentials.',
    );
}
