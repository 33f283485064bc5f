/** Whatever a key or a host sends, only the errors of its contract come out, and soon. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { CborError, decodeCbor, decodeCborLeniently, encodeCbor } from '../../main/ctap/cbor';
import { decodeRequest, decodeResponse, type Codec } from '../../main/ctap/codec';
import { clientPinRequest, clientPinResponse } from '../../main/ctap/commands/client-pin';
import {
  credentialManagementRequest,
  credentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import { getAssertionRequest, getAssertionResponse } from '../../main/ctap/commands/get-assertion';
import { getInfoResponse } from '../../main/ctap/commands/get-info';
import { makeCredentialRequest, makeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { CtapStatusError, ProtocolError } from '../../main/ctap/errors';
import fido2 from '../vectors/python-fido2-test-ctap2.json';
import ceremonies from '../vectors/webauthn-l3-ceremonies.json';
import { fromHex } from './hex';

/** Fixed and small; the first line of a failure prints both. A longer search is `LATCHKEY_FUZZ_RUNS=100000`. */
const SEED = 20261121;
const RUNS = Number(process.env['LATCHKEY_FUZZ_RUNS'] ?? 1500);
/** Far above what is needed on a busy machine, far below what a blow-up takes. */
const MILLISECONDS_PER_INPUT = 500;

const samples: readonly Uint8Array[] = [
  fido2.getInfo,
  fido2.makeCredential,
  fido2.getAssertion,
  'a201020304',
  'a1616101',
  ...ceremonies.vectors.map(({ registration }) => registration.authenticatorData),
].map(fromHex);

/** Heads of every kind, with lengths that lie. */
const heads = fc
  .tuple(fc.nat(7), fc.constantFrom(0, 1, 2, 3, 16, 23, 24, 25, 26, 27, 28, 31))
  .map(([major, size]) => (major << 5) | size);

/** Random bytes, bytes that look like CBOR, and real messages with some bytes changed, cut or doubled. */
const hostile: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fc.oneof(heads, fc.nat(255), fc.nat(3)), { maxLength: 200 }).map((list) => Uint8Array.from(list)),
  fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.oneof(heads, fc.nat(255))), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat()),
    )
    .map(([sample, changes, cut]) => {
      const bytes = Uint8Array.from(sample);
      for (const [position, value] of changes) bytes[position % bytes.length] = value;
      return cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
    }),
);

function throwsOnly(
  decode: (bytes: Uint8Array) => unknown,
  allowed: new (...parameters: never[]) => Error,
): void {
  fc.assert(
    fc.property(hostile, (bytes) => {
      const start = performance.now();
      try {
        decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(allowed);
      }
      expect(performance.now() - start).toBeLessThan(MILLISECONDS_PER_INPUT);
    }),
    { seed: SEED, numRuns: RUNS },
  );
}

const requests: readonly (readonly [string, Codec<unknown>])[] = [
  ['makeCredential', makeCredentialRequest],
  ['getAssertion', getAssertionRequest],
  ['clientPIN', clientPinRequest],
  ['credentialManagement', credentialManagementRequest],
];
const responses: readonly (readonly [string, Codec<unknown>])[] = [
  ['getInfo', getInfoResponse],
  ['makeCredential', makeCredentialResponse],
  ['getAssertion', getAssertionResponse],
  ['clientPIN', clientPinResponse],
  ['credentialManagement', credentialManagementResponse],
];

describe(`hostile bytes, seed ${SEED}, ${RUNS} inputs each`, () => {
  it('decodeCbor throws CborError, and what it accepts is canonical', () => {
    throwsOnly((bytes) => {
      expect(encodeCbor(decodeCbor(bytes))).toEqual(Uint8Array.from(bytes));
    }, CborError);
  });

  it('decodeCborLeniently throws CborError, and what it accepts can be encoded', () => {
    throwsOnly((bytes) => {
      const flaws: string[] = [];
      const value = decodeCborLeniently(bytes, flaws);
      const canonical = encodeCbor(value);
      expect(flaws.length === 0).toBe(Buffer.compare(canonical, bytes) === 0);
      expect(decodeCbor(canonical)).toEqual(value);
    }, CborError);
  });

  it.each(requests)('a %s request throws CtapStatusError', (_, codec) => {
    throwsOnly((bytes) => decodeRequest(codec, bytes), CtapStatusError);
  });

  it.each(responses)('a %s answer throws ProtocolError', (_, codec) => {
    throwsOnly((bytes) => decodeResponse(codec, bytes), ProtocolError);
  });

  it('authenticator data throws ProtocolError', () => {
    throwsOnly(decodeAuthenticatorData, ProtocolError);
  });
});
