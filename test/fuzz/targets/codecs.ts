/** Every decoder of a command: requests fail with CtapStatusError, answers with ProtocolError, and nothing else happens. */
import { decodeAuthenticatorData, encodeAuthenticatorData } from '../../../main/ctap/authenticator-data';
import { encodeCbor, type CborKey, type CborMap, type CborValue } from '../../../main/ctap/cbor';
import {
  decodeRequest,
  decodeRequestMap,
  decodeResponse,
  encodeBody,
  type Codec,
} from '../../../main/ctap/codec';
import {
  authenticatorConfigRequest,
  setMinPinLengthParams,
  vendorPrototypeParams,
} from '../../../main/ctap/commands/authenticator-config';
import {
  bioEnrollmentParams,
  bioEnrollmentRequest,
  bioEnrollmentResponse,
} from '../../../main/ctap/commands/bio-enrollment';
import { clientPinRequest, clientPinResponse } from '../../../main/ctap/commands/client-pin';
import {
  credentialManagementParams,
  credentialManagementRequest,
  credentialManagementResponse,
} from '../../../main/ctap/commands/credential-management';
import { getAssertionRequest, getAssertionResponse } from '../../../main/ctap/commands/get-assertion';
import { getInfoResponse } from '../../../main/ctap/commands/get-info';
import {
  largeBlobArrayOf,
  largeBlobsRequest,
  largeBlobsResponse,
} from '../../../main/ctap/commands/large-blobs';
import { makeCredentialRequest, makeCredentialResponse } from '../../../main/ctap/commands/make-credential';
import { readCoseKey } from '../../../main/ctap/cose';
import {
  decodeAuthenticateRequest,
  decodeAuthenticateResponse,
  decodeCommandApdu,
  decodeRegisterRequest,
  decodeRegisterResponse,
  decodeResponseApdu,
  encodeAuthenticateRequest,
  encodeAuthenticateResponse,
  encodeCommandApdu,
  encodeRegisterRequest,
  encodeRegisterResponse,
  encodeResponseApdu,
} from '../../../main/ctap/ctap1';
import { CtapStatusError, ProtocolError } from '../../../main/ctap/errors';
import { readEntry } from '../../../main/client/large-blob-entry';
import ceremonies from '../../vectors/webauthn-l3-ceremonies.json';
import { fromHex } from '../../ctap/hex';
import { Choices } from '../choices';
import { expectThat, throwsOnly, type FuzzTarget } from '../target';
import { exampleMessages } from './examples';

type Decoder = (bytes: Uint8Array) => void;

const request =
  <T>(codec: Codec<T>): Decoder =>
  (bytes) => {
    throwsOnly(() => {
      const decoded = decodeRequest(codec, bytes);
      const again = encodeBody(codec, decoded);
      expectThat(
        Buffer.compare(encodeBody(codec, decodeRequest(codec, again)), again) === 0,
        'decodes as encoded',
      );
    }, CtapStatusError);
  };

const answer =
  <T>(codec: Codec<T>): Decoder =>
  (bytes) => {
    throwsOnly(() => {
      const decoded = decodeResponse(codec, bytes);
      const again = encodeBody(codec, decoded);
      expectThat(
        Buffer.compare(encodeBody(codec, decodeResponse(codec, again)), again) === 0,
        'decodes as encoded',
      );
    }, ProtocolError);
  };

/** Where the codec has nothing of its own to say, the map that it is for. */
const params =
  <T>(codec: Codec<T>): Decoder =>
  (bytes) => {
    let map: CborMap | undefined;
    if (
      !throwsOnly(
        () => (map = decodeRequest(credentialManagementRequest, bytes).subCommandParams),
        CtapStatusError,
      )
    )
      return;
    throwsOnly(() => decodeRequestMap(codec, map), CtapStatusError);
  };

/** None of these throws: what does not fit is undefined. */
function u2fRequest(bytes: Uint8Array): void {
  const apdu = decodeCommandApdu(bytes);
  if (!apdu) return;
  // CLA INS P1 P2, three bytes of Lc, two of Le.
  expectThat(bytes.length - apdu.data.length <= 9, 'nothing is left over');
  const same = decodeCommandApdu(encodeCommandApdu(apdu));
  expectThat(same !== undefined && Buffer.compare(same.data, apdu.data) === 0, 'an APDU keeps its data');
  const register = decodeRegisterRequest(apdu);
  if (register)
    expectThat(
      Buffer.compare(decodeCommandApdu(encodeRegisterRequest(register))!.data, apdu.data) === 0,
      'a registration is encoded as it came',
    );
  const authenticate = decodeAuthenticateRequest(apdu);
  if (authenticate)
    expectThat(
      Buffer.compare(decodeCommandApdu(encodeAuthenticateRequest(authenticate))!.data, apdu.data) === 0,
      'an authentication is encoded as it came',
    );
}

function u2fAnswer(bytes: Uint8Array): void {
  throwsOnly(() => {
    const { status, data } = decodeResponseApdu(bytes);
    expectThat(
      Buffer.compare(encodeResponseApdu({ status, data }), bytes) === 0,
      'an answer is encoded as it came',
    );
    throwsOnly(() => {
      const register = decodeRegisterResponse(data);
      expectThat(
        Buffer.compare(encodeRegisterResponse(register), data) === 0,
        'a registration is encoded as it came',
      );
    }, ProtocolError);
    throwsOnly(() => {
      const signed = decodeAuthenticateResponse(data);
      expectThat(
        Buffer.compare(encodeAuthenticateResponse(signed), data) === 0,
        'a signature is encoded as it came',
      );
    }, ProtocolError);
  }, ProtocolError);
}

function authenticatorData(bytes: Uint8Array): void {
  throwsOnly(() => {
    const data = decodeAuthenticatorData(bytes);
    throwsOnly(
      () => data.attestedCredential && readCoseKey(data.attestedCredential.publicKey),
      ProtocolError,
    );
    decodeAuthenticatorData(encodeAuthenticatorData(data));
  }, ProtocolError);
}

const decoders: readonly Decoder[] = [
  request(makeCredentialRequest),
  answer(makeCredentialResponse),
  request(getAssertionRequest),
  answer(getAssertionResponse),
  answer(getInfoResponse),
  request(clientPinRequest),
  answer(clientPinResponse),
  request(credentialManagementRequest),
  answer(credentialManagementResponse),
  request(bioEnrollmentRequest),
  answer(bioEnrollmentResponse),
  request(authenticatorConfigRequest),
  request(largeBlobsRequest),
  answer(largeBlobsResponse),
  params(credentialManagementParams),
  params(bioEnrollmentParams),
  params(setMinPinLengthParams),
  params(vendorPrototypeParams),
  u2fRequest,
  u2fAnswer,
  authenticatorData,
  (bytes) => void largeBlobArrayOf(bytes),
  (bytes) => void readEntry(bytes),
];

/** A map with the small numbers and names that messages have for keys, and anything for values. */
function message(choices: Choices): Uint8Array {
  const map = new Map<CborKey, CborValue>();
  for (let left = choices.below(8); left > 0; left--) map.set(choices.below(0x20), choices.cbor(3));
  return encodeCbor(map);
}

const registration = (): Uint8Array => {
  const bytes = new Uint8Array(120);
  bytes.set([0x05, 0x04]);
  bytes.set([8, 1, 2, 3, 4, 5, 6, 7, 8, 0x30, 0x03, 0x02, 0x01, 0x05, 0x30, 0x06], 66);
  bytes.set([0x90, 0x00], 118);
  return bytes;
};

export const codecs: FuzzTarget = {
  name: 'codecs',
  runs: 6000,
  seeds: () => [
    ...decoders.flatMap((_, index) => [
      Uint8Array.of(index, 0),
      ...exampleMessages.map((example) => Uint8Array.of(index, 0, ...example)),
      Uint8Array.from({ length: 60 }, (_, at) => (at < 2 ? [index, 1][at]! : (at * 41) % 256)),
    ]),
    ...ceremonies.vectors.map(({ registration: { authenticatorData: data } }) =>
      Uint8Array.of(decoders.indexOf(authenticatorData), 0, ...fromHex(data)),
    ),
    Uint8Array.of(decoders.indexOf(u2fAnswer), 0, ...registration()),
    Uint8Array.of(decoders.indexOf(u2fRequest), 0, 0, 1, 0, 0, 0, 0, 64, ...new Uint8Array(64), 0, 0),
    Uint8Array.of(
      decoders.indexOf(u2fRequest),
      0,
      0,
      2,
      3,
      0,
      0,
      0,
      67,
      ...new Uint8Array(64),
      2,
      1,
      1,
      0,
      0,
    ),
  ],
  run: (input) => {
    const choices = new Choices(input);
    const decode = choices.pick(decoders);
    decode(choices.flag() ? message(choices) : choices.rest());
  },
};
