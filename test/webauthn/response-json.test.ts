/** Answers in their JSON form (WebAuthn Level 3 §5.1 `toJSON()`). */
import { expect, test } from 'vitest';
import { authenticationToJSON, registrationToJSON } from '../../main/webauthn/response-json';

const rawId = Uint8Array.of(0xfb, 0xff);
const attestation = {
  clientDataJSON: Uint8Array.of(1),
  attestationObject: Uint8Array.of(2),
  authenticatorData: Uint8Array.of(3),
  transports: ['internal', 'x-new'],
  publicKeyAlgorithm: -7,
};
const assertion = {
  clientDataJSON: Uint8Array.of(1),
  authenticatorData: Uint8Array.of(3),
  signature: Uint8Array.of(4),
};

test('a passkey that was made', () => {
  expect(
    registrationToJSON({
      rawId,
      response: { ...attestation, publicKey: Uint8Array.of(5) },
      authenticatorAttachment: 'platform',
      clientExtensionResults: {
        credProps: { rk: true },
        prf: { enabled: true, results: { first: Uint8Array.of(6), second: Uint8Array.of(7) } },
        largeBlob: { supported: true },
        credBlob: false,
      },
    }),
  ).toStrictEqual({
    id: '-_8',
    rawId: '-_8',
    response: {
      clientDataJSON: 'AQ',
      authenticatorData: 'Aw',
      transports: ['internal', 'x-new'],
      publicKey: 'BQ',
      publicKeyAlgorithm: -7,
      attestationObject: 'Ag',
    },
    authenticatorAttachment: 'platform',
    clientExtensionResults: {
      credProps: { rk: true },
      prf: { enabled: true, results: { first: 'Bg', second: 'Bw' } },
      largeBlob: { supported: true },
      credBlob: false,
    },
    type: 'public-key',
  });
});

test('a passkey that was used', () => {
  expect(
    authenticationToJSON({
      rawId,
      response: { ...assertion, userHandle: Uint8Array.of(8) },
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: {
        prf: { results: { first: Uint8Array.of(6) } },
        largeBlob: { blob: Uint8Array.of(9), written: false },
        getCredBlob: new Uint8Array(),
      },
    }),
  ).toStrictEqual({
    id: '-_8',
    rawId: '-_8',
    response: { clientDataJSON: 'AQ', authenticatorData: 'Aw', signature: 'BA', userHandle: 'CA' },
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: {
      prf: { results: { first: 'Bg' } },
      largeBlob: { blob: 'CQ', written: false },
      getCredBlob: '',
    },
    type: 'public-key',
  });
});

test('what is absent is left out, and not null', () => {
  const bare = { id: '-_8', rawId: '-_8', clientExtensionResults: {}, type: 'public-key' };
  expect(registrationToJSON({ rawId, response: attestation, clientExtensionResults: {} })).toStrictEqual({
    ...bare,
    response: {
      clientDataJSON: 'AQ',
      authenticatorData: 'Aw',
      transports: ['internal', 'x-new'],
      publicKeyAlgorithm: -7,
      attestationObject: 'Ag',
    },
  });
  expect(authenticationToJSON({ rawId, response: assertion, clientExtensionResults: {} })).toStrictEqual({
    ...bare,
    response: { clientDataJSON: 'AQ', authenticatorData: 'Aw', signature: 'BA' },
  });
});
