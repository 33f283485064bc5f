/**
 * What every simulated key registers with in U2F: one certificate and its key for all of them, as the batch certificate of a
 * maker. The key is public by being here; it proves nothing but that a key is simulated.
 */

/** X.509 of CN "Simulated security key, for tests", signed by itself, valid from 2020 to 2049. */
export const U2F_ATTESTATION_CERTIFICATE: Uint8Array = Uint8Array.from(
  Buffer.from(
    'MIIB/zCCAaSgAwIBAgIBTDAKBggqhkjOPQQDAjBwMQswCQYDVQQGEwJBQTERMA8GA1UECgwITGF0Y2hrZXkxIjAgBgNVBAsM' +
      'GUF1dGhlbnRpY2F0b3IgQXR0ZXN0YXRpb24xKjAoBgNVBAMMIVNpbXVsYXRlZCBzZWN1cml0eSBrZXksIGZvciB0ZXN0czAe' +
      'Fw0yMDAxMDEwMDAwMDBaFw00OTEyMzEyMzU5NTlaMHAxCzAJBgNVBAYTAkFBMREwDwYDVQQKDAhMYXRjaGtleTEiMCAGA1UE' +
      'CwwZQXV0aGVudGljYXRvciBBdHRlc3RhdGlvbjEqMCgGA1UEAwwhU2ltdWxhdGVkIHNlY3VyaXR5IGtleSwgZm9yIHRlc3Rz' +
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBEGaRpvWY0xbgz2T4ro5Et9/qBe/XBIgaVDpmMowW1K8cd7p24hwPISWzVtK' +
      'bCnkXGma8JV8mU1MolR2/30RyKMvMC0wDAYDVR0TAQH/BAIwADAdBgNVHQ4EFgQUEnK8YzaYAQyM886ywgYhXCaPuUIwCgYI' +
      'KoZIzj0EAwIDSQAwRgIhAJPvW0NnAcICPIizKFBAUZhlrKkqNf/lK/Ncs4IcIfy1AiEA7TyQQF6ha6fAzpvehz5Bv67n6T2M' +
      'hiCM2br7ZBCvknA=',
    'base64',
  ),
);

/** P-256, 32 bytes. */
export const U2F_ATTESTATION_KEY: Uint8Array = Uint8Array.from(
  Buffer.from('e15b53450ec980ca1c061d78680bfc0316e00e1e7bdff7d0321354fc0aefea85', 'hex'),
);
