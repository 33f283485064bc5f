/** What the authenticator of this device is and can do; docs/this-device.md says it to people. */
import { Algorithm } from '../ctap/cose';
import { plain, type AuthenticatorConfiguration } from './configuration';

/** 61bcb0ef-46aa-4bdf-a5c4-d270313c9cbf: Latchkey on this device. It names the model, the same everywhere, and never changes. */
export const LATCHKEY_AAGUID: Uint8Array = Uint8Array.from(
  Buffer.from('61bcb0ef46aa4bdfa5c4d270313c9cbf', 'hex'),
);

export const platformConfiguration: AuthenticatorConfiguration = {
  ...plain,
  productName: 'This device',
  attachment: 'internal',
  aaguid: LATCHKEY_AAGUID,
  versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
  // The PIN is the vault's, not one of CTAP's: it is asked for as built-in user verification.
  clientPin: false,
  builtInUv: true,
  bioEnrollment: 'none',
  // Design decision 9.
  alwaysUv: true,
  keepsAlwaysUv: true,
  makeCredUvNotRqd: false,
  minPinLength: 6,
  extensions: ['credBlob', 'credProtect', 'hmac-secret', 'hmac-secret-mc', 'largeBlobKey', 'minPinLength'],
  algorithms: [
    Algorithm.ES256,
    Algorithm.EDDSA,
    Algorithm.ED25519,
    Algorithm.ES384,
    Algorithm.RS256,
    Algorithm.ML_DSA_44,
    Algorithm.ML_DSA_65,
  ],
  attestationFormats: ['packed', 'none'],
  ctap22Info: true,
  transportsForReset: [],
  maxLargeBlobArray: 65_536,
  maxCredBlobLength: 64,
  maxNameLength: 1024,
  capacity: 10_000,
  // The longest message of CTAPHID: nothing here travels by packets, but a platform that counts on them finds what it knows.
  maxMsgSize: 7609,
  maxCredentialCountInList: 64,
  firmwareVersion: 1,
  wink: false,
  // As long as WebAuthn recommends for ceremonies; typing a PIN takes longer than a touch.
  presenceTimeout: 300_000,
};
