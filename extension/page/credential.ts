/** What `create` and `get` resolve to (WebAuthn Level 3 §5.1, §5.2), made from its JSON form. */
import { decodeBase64Url } from './base64url';
import { arrayBufferOf } from './buffer-source';
import { createObject, defineProperty, isArray, own, parseJson, typeError } from './intrinsics';

// Absent where a page is not secure.
const credentialPrototype = window.PublicKeyCredential?.prototype;
const attestationPrototype = window.AuthenticatorAttestationResponse?.prototype;
const assertionPrototype = window.AuthenticatorAssertionResponse?.prototype;

/**
 * An object that passes for the browser's own. Its members are its own, for those of the prototypes look for what only the browser can
 * put there. Throws when the answer is not what it has to be.
 * @param answer JSON of a message with the member `response`. Whatever may be changed by the page is read from it anew each time.
 */
export function credentialOf(answer: string): PublicKeyCredential {
  const json = (): unknown => own(parseJson(answer), 'response');
  const extensionResults = (): object => outputs(own(json(), 'clientExtensionResults'));
  const response = json();
  const id = own(response, 'id');
  const attachment = own(response, 'authenticatorAttachment');
  if (typeof id !== 'string') throw typeError('no credential');
  extensionResults();

  const credential = createObject(credentialPrototype) as PublicKeyCredential;
  member(credential, 'id', id);
  member(credential, 'rawId', buffer(own(response, 'rawId')));
  member(credential, 'type', 'public-key');
  member(credential, 'authenticatorAttachment', attachment === undefined ? null : attachment);
  const inner = (): unknown => own(json(), 'response');
  const isNew = own(inner(), 'attestationObject') !== undefined;
  member(credential, 'response', isNew ? attestation(inner) : assertion(inner()));
  member(credential, 'getClientExtensionResults', extensionResults);
  member(credential, 'toJSON', json);
  return credential;
}

function attestation(json: () => unknown): object {
  const response: object = createObject(attestationPrototype) as object;
  const from = json();
  const publicKey = own(from, 'publicKey');
  const authenticatorData = own(from, 'authenticatorData');
  const algorithm = own(from, 'publicKeyAlgorithm');
  buffer(authenticatorData);
  if (publicKey !== undefined) buffer(publicKey);
  if (!isArray(own(from, 'transports'))) throw typeError('no transports');
  member(response, 'clientDataJSON', buffer(own(from, 'clientDataJSON')));
  member(response, 'attestationObject', buffer(own(from, 'attestationObject')));
  member(response, 'getAuthenticatorData', () => buffer(authenticatorData));
  member(response, 'getPublicKey', () => (publicKey === undefined ? null : buffer(publicKey)));
  member(response, 'getPublicKeyAlgorithm', () => algorithm);
  member(response, 'getTransports', () => own(json(), 'transports'));
  return response;
}

function assertion(from: unknown): object {
  const response: object = createObject(assertionPrototype) as object;
  const userHandle = own(from, 'userHandle');
  member(response, 'clientDataJSON', buffer(own(from, 'clientDataJSON')));
  member(response, 'authenticatorData', buffer(own(from, 'authenticatorData')));
  member(response, 'signature', buffer(own(from, 'signature')));
  member(response, 'userHandle', userHandle === undefined ? null : buffer(userHandle));
  return response;
}

/** AuthenticationExtensionsClientOutputs: as in JSON, but for bytes (§10.1.4, §10.1.5; CTAP 2.1 §12.2). */
function outputs(json: unknown): object {
  if (typeof json !== 'object' || json === null) throw typeError('no extension results');
  const values = own(own(json, 'prf'), 'results');
  decode(values, 'first');
  decode(values, 'second');
  decode(own(json, 'largeBlob'), 'blob');
  decode(json, 'getCredBlob');
  return json;
}

function decode(holder: unknown, name: string): void {
  const value = own(holder, name);
  if (value !== undefined) (holder as Record<string, unknown>)[name] = buffer(value);
}

function buffer(text: unknown): ArrayBuffer {
  return arrayBufferOf(decodeBase64Url(text));
}

/** As a page sees those of the browser's objects: there, listed, not to be written. */
function member(on: object, name: string, value: unknown): void {
  const as = { __proto__: null, value, configurable: true, enumerable: true, writable: false };
  defineProperty(on, name, as as PropertyDescriptor);
}
