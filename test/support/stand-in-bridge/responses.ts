/** What an app answers, with bytes that show whether each came through. */
import type { Answer } from '../../../main/bridge/messages';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

export const registration = {
  id: base64url('the new credential'),
  rawId: base64url('the new credential'),
  type: 'public-key',
  authenticatorAttachment: 'platform',
  clientExtensionResults: {
    credProps: { rk: true },
    prf: { enabled: true, results: { first: base64url('first of thirty-two'), second: base64url('second') } },
    largeBlob: { supported: true },
  },
  response: {
    clientDataJSON: base64url('{"type":"webauthn.create"}'),
    authenticatorData: base64url('data of the authenticator'),
    transports: ['hybrid', 'internal'],
    publicKey: base64url('its public key'),
    publicKeyAlgorithm: -7,
    attestationObject: base64url('an attestation object'),
  },
};

export const assertion = {
  id: base64url('a credential'),
  rawId: base64url('a credential'),
  type: 'public-key',
  authenticatorAttachment: 'cross-platform',
  clientExtensionResults: { largeBlob: { blob: base64url('large') }, getCredBlob: base64url('small') },
  response: {
    clientDataJSON: base64url('{"type":"webauthn.get"}'),
    authenticatorData: base64url('data of the authenticator'),
    signature: base64url('a signature'),
    userHandle: base64url('ada'),
  },
};

export const SAVED: Answer = { is: 'response', response: registration };
export const USED: Answer = { is: 'response', response: assertion };
export const FALLS_THROUGH: Answer = { is: 'fall-through' };
export const REFUSED: Answer = {
  is: 'error',
  error: { name: 'NotAllowedError', message: 'The operation was not allowed, or it timed out.' },
};
