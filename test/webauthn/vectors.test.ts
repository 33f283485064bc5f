/** The test vectors of WebAuthn Level 3 §16: an authenticator that answers with their bytes, and the credential that the site gets. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { decodeCborLeniently, type CborMap } from '../../main/ctap/cbor';
import type { GetAssertionRequest } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest } from '../../main/ctap/commands/make-credential';
import { p256CoseKey } from '../../main/ctap/cose';
import { newKeyAgreementKey, pinProtocol } from '../../main/ctap/pin-protocol';
import { create } from '../../main/webauthn/create';
import { get } from '../../main/webauthn/get';
import { builtInVerification, type CeremonyAuthenticator } from '../../main/webauthn/ports';
import { hmacSecretInput, prfResults, prfSalt } from '../../main/webauthn/prf';
import { creationOptions, listed, verifiedByItself } from '../support/relying-party';
import ceremonies from '../vectors/webauthn-l3-ceremonies.json';
import prf from '../vectors/webauthn-l3-prf.json';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const RP_ID = 'example.org';

function answering(answers: Partial<CeremonyAuthenticator['api']>): CeremonyAuthenticator {
  const unexpected = (): Promise<never> => Promise.reject(new Error('not asked for'));
  return {
    api: { makeCredential: unexpected, getAssertion: unexpected, selection: unexpected, ...answers },
    info: { versions: ['FIDO_2_1'], aaguid: new Uint8Array(16), options: new Map([['rk', true]]) },
    attachment: 'cross-platform',
    transport: 'usb',
    verifier: builtInVerification,
  };
}

describe.each(ceremonies.vectors)('$name', ({ registration, authentication, credentialId, aaguid }) => {
  const authData = fromHex(registration.authenticatorData);
  const object =
    'attestationObject' in registration && registration.attestationObject
      ? (decodeCborLeniently(fromHex(registration.attestationObject), []) as CborMap)
      : undefined;
  const alg = decodeAuthenticatorData(authData).attestedCredential?.publicKey.get(3) as number;

  const register = async (
    attestation: 'none' | 'direct',
  ): Promise<{ request: MakeCredentialRequest; made: Awaited<ReturnType<typeof create>> }> => {
    const requests: MakeCredentialRequest[] = [];
    const made = await create(
      answering({
        makeCredential: async (request) => {
          requests.push(request);
          return {
            fmt: (object?.get('fmt') as string | undefined) ?? 'packed',
            attStmt: (object?.get('attStmt') as CborMap | undefined) ?? new Map([['sig', authData]]),
            authData,
          };
        },
      }),
      {
        options: creationOptions({ pubKeyCredParams: [{ type: 'public-key', alg }], attestation }),
        rpId: RP_ID,
        clientDataJSON: fromHex(registration.clientDataJSON),
      },
    );
    return { request: requests[0]!, made };
  };

  it('registration: the hash that the authenticator gets, and what the site gets', async () => {
    const { request, made } = await register('direct');
    const hash = createHash('sha256').update(fromHex(registration.clientDataJSON)).digest('hex');
    expect(toHex(request.clientDataHash)).toBe(hash);
    expect(toHex(made.rawId)).toBe(credentialId);
    expect(toHex(made.response.authenticatorData)).toBe(registration.authenticatorData);
    expect(toHex(made.response.clientDataJSON)).toBe(registration.clientDataJSON);
    if (object) expect(toHex(made.response.attestationObject)).toBe(registration.attestationObject);
  });

  it('registration without attestation: the statement goes, the AAGUID stays (§5.1.3)', async () => {
    const { made } = await register('none');
    const conveyed = decodeCborLeniently(made.response.attestationObject, []) as CborMap;
    const isAnonymous = /^0+$/.test(aaguid) && object?.get('fmt') === 'packed';
    expect(conveyed.get('fmt')).toBe(isAnonymous ? 'packed' : 'none');
    if (!isAnonymous) expect(conveyed.get('attStmt')).toEqual(new Map());
    expect(toHex(conveyed.get('authData') as Uint8Array)).toBe(registration.authenticatorData);
  });

  it('authentication', async () => {
    const requests: GetAssertionRequest[] = [];
    const used = await get(
      answering({
        getAssertion: async (request) => {
          requests.push(request);
          return {
            authData: fromHex(authentication.authenticatorData),
            signature: fromHex(authentication.signature),
          };
        },
      }),
      {
        options: { challenge: new Uint8Array(32), allowCredentials: listed(fromHex(credentialId)) },
        rpId: RP_ID,
        clientDataJSON: fromHex(authentication.clientDataJSON),
        chooseAccount: () => Promise.reject(new Error('nobody chooses')),
      },
    );
    const hash = createHash('sha256').update(fromHex(authentication.clientDataJSON)).digest('hex');
    expect(toHex(requests[0]?.clientDataHash)).toBe(hash);
    expect(toHex(used.rawId)).toBe(credentialId);
    expect(toHex(used.response.authenticatorData)).toBe(authentication.authenticatorData);
    expect(toHex(used.response.signature)).toBe(authentication.signature);
    if (![-7, -8, -35, -257].includes(alg)) return;
    const { made } = await register('direct');
    const { authenticatorData, clientDataJSON, signature } = used.response;
    verifiedByItself(made, authenticatorData, clientDataJSON, signature);
  });
});

describe('prf', () => {
  // "WebAuthn PRF test vectors" followed by 02 and 03.
  const inputs = [2, 3].map((last) => Uint8Array.of(...Buffer.from('WebAuthn PRF test vectors'), last));

  it('inputs are hashed to the salts', () => {
    expect(inputs.map((input) => toHex(prfSalt(input)))).toEqual(prf.salts);
  });

  it.each(prf.cases)('$name: the message to the authenticator, and its answer', (vector) => {
    // The random bytes of the vectors are the initialisation vector of their own messages.
    const iv = vector.pinProtocol === 2 ? fromHex(vector.saltEnc).slice(0, 16) : new Uint8Array(16);
    const random = { bytes: () => Uint8Array.from(iv) };
    const protocol = pinProtocol(vector.pinProtocol, random)!;
    const seeded = { bytes: () => fromHex(prf.platformPrivateKey) as Uint8Array<ArrayBuffer> };
    const own = newKeyAgreementKey(seeded);
    const { x, y } = prf.authenticatorPublicKey;
    const secret = protocol.sharedSecret(own, p256CoseKey({ x: fromHex(x), y: fromHex(y) }, -25))!;
    expect(toHex(secret)).toBe(vector.sharedSecret);

    const [first, second] = inputs as [Uint8Array, Uint8Array];
    const values = vector.inputs === 2 ? { first, second } : { first };
    const shared = { protocol, secret, keyAgreement: own.publicKey };
    const message = hmacSecretInput(values, shared);
    expect(message.get(1)).toBe(own.publicKey);
    expect(toHex(message.get(2) as Uint8Array)).toBe(vector.saltEnc);
    const saltEnc = message.get(2) as Uint8Array;
    expect(protocol.verify(secret, saltEnc, message.get(3) as Uint8Array)).toBe(true);
    expect(message.get(4)).toBe(vector.pinProtocol === 2 ? 2 : undefined);

    const results = prfResults(fromHex(vector.outputEnc), values, shared);
    expect(toHex(results?.first)).toBe(prf.outputs[0]);
    expect(toHex(results?.second)).toBe(vector.inputs === 2 ? prf.outputs[1] : '');
  });

  it('an answer of another length is none', () => {
    const protocol = pinProtocol(1, { bytes: () => new Uint8Array(16) })!;
    const shared = { protocol, secret: new Uint8Array(32), keyAgreement: new Map() };
    for (const output of [new Uint8Array(64), new Uint8Array(16), new Uint8Array(33), true])
      expect(() => prfResults(output, { first: new Uint8Array() }, shared)).toThrow('wrong length');
    expect(prfResults(undefined, { first: new Uint8Array() }, shared)).toBeUndefined();
  });
});
