/** The signature algorithms (CTAP 2.1 §6.1.2 steps 3 and 16, WebAuthn Level 3 §5.8.5, §6.5.5) and attestation (§8.2, §8.7). */
import { expect } from 'vitest';
import { Algorithm } from '../../main/ctap/cose';
import type { CborMap } from '../../main/ctap/cbor';
import { signatureIsValid } from '../support/platform';
import { CLIENT_DATA_HASH, getRequest, makeRequest, read, RP } from './ceremony';
import { withoutAlgorithm } from './needs';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

/** Key type, algorithm, curve, and the lengths of the byte strings of each COSE key, in canonical order. */
const keys = [
  ['ES256', Algorithm.ES256, { 1: 2, 3: -7, '-1': 1, '-2': 32, '-3': 32 }],
  ['ESP256', Algorithm.ESP256, { 1: 2, 3: -9, '-1': 1, '-2': 32, '-3': 32 }],
  ['ES384', Algorithm.ES384, { 1: 2, 3: -35, '-1': 2, '-2': 48, '-3': 48 }],
  ['EdDSA', Algorithm.EDDSA, { 1: 1, 3: -8, '-1': 6, '-2': 32 }],
  ['Ed25519', Algorithm.ED25519, { 1: 1, 3: -19, '-1': 6, '-2': 32 }],
  ['RS256', Algorithm.RS256, { 1: 3, 3: -257, '-1': 256, '-2': 3 }],
  ['ML-DSA-44', Algorithm.ML_DSA_44, { 1: 7, 3: -48, '-1': 1312 }],
  ['ML-DSA-65', Algorithm.ML_DSA_65, { 1: 7, 3: -49, '-1': 1952 }],
] as const;

function shape(publicKey: CborMap): object {
  return Object.fromEntries(
    [...publicKey].map(([label, value]) => [label, value instanceof Uint8Array ? value.length : value]),
  );
}

const attesting = (attestationFormatsPreference: readonly string[]) => ({
  made: async ({ api }: Subject) => api.makeCredential(makeRequest({ attestationFormatsPreference })),
});

export const algorithmCases: readonly ConformanceCase[] = [
  ...keys.flatMap(([name, alg, expected]) =>
    [true, false].map((rk): ConformanceCase => ({
      section: '§6.1.2 step 16, §6.2.2 step 13',
      name: `${name}, ${rk ? 'discoverable' : 'in its own ID'}: the key, its attestation and an assertion`,
      recipe: { configuration: { algorithms: [alg] } },
      run: async ({ api }) => {
        const info = await api.getInfo();
        expect(info.algorithms).toContainEqual({ alg, type: 'public-key' });
        const pubKeyCredParams = [{ alg, type: 'public-key' }];
        const made = await api.makeCredential(makeRequest({ pubKeyCredParams, options: { rk } }));
        const { publicKey, credentialId } = read(made);
        expect(shape(publicKey)).toEqual(expected);
        expect(credentialId.length).toBeLessThanOrEqual(info.maxCredentialIdLength!);
        expect(made.attStmt?.get('alg')).toBe(alg);
        const attested = made.attStmt?.get('sig') as Uint8Array;
        expect(signatureIsValid(publicKey, made.authData, attested, CLIENT_DATA_HASH)).toBe(true);
        const allowList = [{ id: credentialId, type: 'public-key' }];
        const { authData, signature } = await api.getAssertion(getRequest({ allowList }));
        expect(signatureIsValid(publicKey, authData, signature, CLIENT_DATA_HASH)).toBe(true);
      },
    })),
  ),
  {
    section: '§6.1.2 step 3',
    name: 'an algorithm that is not announced is not used',
    needs: [withoutAlgorithm(Algorithm.RS256)],
    recipe: { configuration: { algorithms: [Algorithm.ES256] } },
    run: ({ api }) =>
      expectStatus(
        api.makeCredential(makeRequest({ pubKeyCredParams: [{ alg: -257, type: 'public-key' }] })),
        'UNSUPPORTED_ALGORITHM',
      ),
  },
  {
    section: 'CTAP 2.2 §6.1.2 step 19',
    name: 'attestation: none where the platform prefers it, with an empty statement',
    run: async (subject) => {
      const made = await attesting(['none']).made(subject);
      expect(made.fmt).toBe('none');
      expect(made.attStmt ?? new Map()).toEqual(new Map());
    },
  },
  {
    section: 'CTAP 2.2 §6.1.2 step 19',
    name: 'attestation: the first preferred format that the key has, its own choice when it has none of them',
    run: async (subject) => {
      expect((await attesting(['tpm', 'packed', 'none']).made(subject)).fmt).toBe('packed');
      expect((await attesting(['tpm']).made(subject)).fmt).toBe('packed');
      expect((await attesting([]).made(subject)).fmt).toBe('packed');
    },
  },
  {
    section: 'CTAP 2.2 §6.1.2 step 19',
    name: 'attestation: a key that attests nothing does so whatever is preferred',
    recipe: { configuration: { attestationFormats: ['none'] } },
    run: async (subject) => expect((await attesting(['packed']).made(subject)).fmt).toBe('none'),
  },
  {
    section: 'WebAuthn §6.1',
    name: 'an attestation carries the AAGUID that getInfo names',
    run: async ({ api }) => {
      const { data } = read(await api.makeCredential(makeRequest({ rp: { id: RP } })));
      expect(data.attestedCredential?.aaguid).toEqual((await api.getInfo()).aaguid);
    },
  },
];
