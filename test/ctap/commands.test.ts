/** Commands and answers as bytes: each is read as it was written, under the keys of the specification (CTAP 2.1 §6). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from '../../main/ctap/cbor';
import { decodeRequest, decodeResponse, encodeBody, type Codec } from '../../main/ctap/codec';
import { CLIENT_PIN, clientPinRequest, clientPinResponse } from '../../main/ctap/commands/client-pin';
import {
  CREDENTIAL_MANAGEMENT,
  CREDENTIAL_MANAGEMENT_PREVIEW,
  credentialManagementParams,
  credentialManagementRequest,
  credentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import {
  GET_ASSERTION,
  GET_NEXT_ASSERTION,
  getAssertionRequest,
  getAssertionResponse,
} from '../../main/ctap/commands/get-assertion';
import { GET_INFO } from '../../main/ctap/commands/get-info';
import {
  MAKE_CREDENTIAL,
  makeCredentialRequest,
  makeCredentialResponse,
} from '../../main/ctap/commands/make-credential';
import { RESET } from '../../main/ctap/commands/reset';
import { SELECTION } from '../../main/ctap/commands/selection';
import { p256CoseKey } from '../../main/ctap/cose';

/** Fixed, so that every run tests the same; fast-check prints it with a counterexample. */
const SEED = 21;

/** Values of the members of one message, each present or not unless it is in `required`. */
function message<T extends Record<string, fc.Arbitrary<unknown>>>(
  members: T,
  required: readonly (keyof T & string)[],
): fc.Arbitrary<unknown> {
  return fc.record(members, { requiredKeys: [...required] });
}

const uint = fc.maxSafeInteger().map(Math.abs);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 100 });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const rawMap = fc.constantFrom<CborMap>(
  new Map(),
  new Map<CborKey, CborValue>([
    ['credProtect', 2],
    ['hmac-secret', true],
  ]),
  p256CoseKey({ x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(2) }, -25),
);
const options = message({ rk: fc.boolean(), up: fc.boolean(), uv: fc.boolean() }, []);
const rp = message({ id: text, name: text }, ['id']);
const user = message({ id: bytes, name: text, displayName: text }, ['id']);
const descriptor = message({ id: bytes, type: text, transports: fc.array(text, { maxLength: 3 }) }, [
  'id',
  'type',
]);
const parameters = message({ alg: fc.integer(), type: text }, ['alg', 'type']);
const list = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.array(item, { maxLength: 4 });

const messages: readonly (readonly [string, Codec<never>, fc.Arbitrary<unknown>])[] = [
  [
    'makeCredential request (§6.1)',
    makeCredentialRequest as Codec<never>,
    message(
      {
        clientDataHash: bytes32,
        rp,
        user,
        pubKeyCredParams: list(parameters),
        excludeList: list(descriptor),
        extensions: rawMap,
        options,
        pinUvAuthParam: bytes,
        pinUvAuthProtocol: uint,
        enterpriseAttestation: uint,
        attestationFormatsPreference: list(text),
      },
      ['clientDataHash', 'rp', 'user', 'pubKeyCredParams'],
    ),
  ],
  [
    'makeCredential answer (§6.1)',
    makeCredentialResponse as Codec<never>,
    message(
      {
        fmt: text,
        authData: bytes,
        attStmt: rawMap,
        epAtt: fc.boolean(),
        largeBlobKey: bytes32,
        unsignedExtensionOutputs: rawMap,
      },
      ['fmt', 'authData'],
    ),
  ],
  [
    'getAssertion request (§6.2)',
    getAssertionRequest as Codec<never>,
    message(
      {
        rpId: text,
        clientDataHash: bytes32,
        allowList: list(descriptor),
        extensions: rawMap,
        options,
        pinUvAuthParam: bytes,
        pinUvAuthProtocol: uint,
      },
      ['rpId', 'clientDataHash'],
    ),
  ],
  [
    'getAssertion answer (§6.2)',
    getAssertionResponse as Codec<never>,
    message(
      {
        credential: descriptor,
        authData: bytes,
        signature: bytes,
        user,
        numberOfCredentials: uint,
        userSelected: fc.boolean(),
        largeBlobKey: bytes32,
        unsignedExtensionOutputs: rawMap,
      },
      ['authData', 'signature'],
    ),
  ],
  [
    'clientPIN request (§6.5)',
    clientPinRequest as Codec<never>,
    message(
      {
        pinUvAuthProtocol: uint,
        subCommand: uint,
        keyAgreement: rawMap,
        pinUvAuthParam: bytes,
        newPinEnc: bytes,
        pinHashEnc: bytes,
        permissions: uint,
        rpId: text,
      },
      ['subCommand'],
    ),
  ],
  [
    'clientPIN answer (§6.5)',
    clientPinResponse as Codec<never>,
    message(
      {
        keyAgreement: rawMap,
        pinUvAuthToken: bytes,
        pinRetries: uint,
        powerCycleState: fc.boolean(),
        uvRetries: uint,
      },
      [],
    ),
  ],
  [
    'credentialManagement request (§6.8)',
    credentialManagementRequest as Codec<never>,
    message({ subCommand: uint, subCommandParams: rawMap, pinUvAuthProtocol: uint, pinUvAuthParam: bytes }, [
      'subCommand',
    ]),
  ],
  [
    'credentialManagement parameters (§6.8)',
    credentialManagementParams as Codec<never>,
    message({ rpIDHash: bytes32, credentialID: descriptor, user }, []),
  ],
  [
    'credentialManagement answer (§6.8)',
    credentialManagementResponse as Codec<never>,
    message(
      {
        existingResidentCredentialsCount: uint,
        maxPossibleRemainingResidentCredentialsCount: uint,
        rp: message({ id: text, name: text }, []),
        rpIDHash: bytes32,
        totalRPs: uint,
        user,
        credentialID: descriptor,
        publicKey: rawMap,
        totalCredentials: uint,
        credProtect: uint,
        largeBlobKey: bytes32,
        thirdPartyPayment: fc.boolean(),
      },
      [],
    ),
  ],
];

describe.each(messages)('%s', (_, codec, values) => {
  it('is read by either side as the other wrote it', () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = encodeBody(codec, value as never);
        expect(decodeRequest(codec, written)).toEqual(value);
        expect(decodeResponse(codec, written)).toEqual(value);
        if (written.length > 0) expect(encodeCbor(decodeCbor(written))).toEqual(written);
      }),
      { seed: SEED, numRuns: 80 },
    );
  });
});

describe('command bytes (CTAP 2.1 §6, §8.1)', () => {
  it('are the specification’s', () => {
    expect([
      MAKE_CREDENTIAL,
      GET_ASSERTION,
      GET_INFO,
      CLIENT_PIN,
      RESET,
      GET_NEXT_ASSERTION,
      CREDENTIAL_MANAGEMENT,
      SELECTION,
      CREDENTIAL_MANAGEMENT_PREVIEW,
    ]).toEqual([0x01, 0x02, 0x04, 0x06, 0x07, 0x08, 0x0a, 0x0b, 0x41]);
  });
});

/** Member → key as in the specification, all of them in one message, so that a wrong or swapped key shows. */
const keyTables: readonly (readonly [string, Codec<never>, Record<string, CborKey>])[] = [
  [
    'makeCredential request',
    makeCredentialRequest as Codec<never>,
    {
      clientDataHash: 0x01,
      rp: 0x02,
      user: 0x03,
      pubKeyCredParams: 0x04,
      excludeList: 0x05,
      extensions: 0x06,
      options: 0x07,
      pinUvAuthParam: 0x08,
      pinUvAuthProtocol: 0x09,
      enterpriseAttestation: 0x0a,
      attestationFormatsPreference: 0x0b,
    },
  ],
  [
    'makeCredential answer',
    makeCredentialResponse as Codec<never>,
    {
      fmt: 0x01,
      authData: 0x02,
      attStmt: 0x03,
      epAtt: 0x04,
      largeBlobKey: 0x05,
      unsignedExtensionOutputs: 0x06,
    },
  ],
  [
    'getAssertion request',
    getAssertionRequest as Codec<never>,
    {
      rpId: 0x01,
      clientDataHash: 0x02,
      allowList: 0x03,
      extensions: 0x04,
      options: 0x05,
      pinUvAuthParam: 0x06,
      pinUvAuthProtocol: 0x07,
    },
  ],
  [
    'getAssertion answer',
    getAssertionResponse as Codec<never>,
    {
      credential: 0x01,
      authData: 0x02,
      signature: 0x03,
      user: 0x04,
      numberOfCredentials: 0x05,
      userSelected: 0x06,
      largeBlobKey: 0x07,
      unsignedExtensionOutputs: 0x08,
    },
  ],
  [
    'clientPIN request',
    clientPinRequest as Codec<never>,
    {
      pinUvAuthProtocol: 0x01,
      subCommand: 0x02,
      keyAgreement: 0x03,
      pinUvAuthParam: 0x04,
      newPinEnc: 0x05,
      pinHashEnc: 0x06,
      permissions: 0x09,
      rpId: 0x0a,
    },
  ],
  [
    'clientPIN answer',
    clientPinResponse as Codec<never>,
    { keyAgreement: 0x01, pinUvAuthToken: 0x02, pinRetries: 0x03, powerCycleState: 0x04, uvRetries: 0x05 },
  ],
  [
    'credentialManagement request',
    credentialManagementRequest as Codec<never>,
    { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 },
  ],
  [
    'credentialManagement parameters',
    credentialManagementParams as Codec<never>,
    { rpIDHash: 0x01, credentialID: 0x02, user: 0x03 },
  ],
  [
    'credentialManagement answer',
    credentialManagementResponse as Codec<never>,
    {
      existingResidentCredentialsCount: 0x01,
      maxPossibleRemainingResidentCredentialsCount: 0x02,
      rp: 0x03,
      rpIDHash: 0x04,
      totalRPs: 0x05,
      user: 0x06,
      credentialID: 0x07,
      publicKey: 0x08,
      totalCredentials: 0x09,
      credProtect: 0x0a,
      largeBlobKey: 0x0b,
      thirdPartyPayment: 0x0c,
    },
  ],
];

describe.each(keyTables)('keys of the %s', (name, codec, keys) => {
  it('are the specification’s, and no member is missing here', () => {
    const values = messages.find(([title]) => title.startsWith(name))?.[2] ?? fc.constant({});
    const seen = new Set<string>();
    for (const value of fc.sample(values, { seed: SEED, numRuns: 100 }) as Record<string, unknown>[]) {
      const map = codec.encode(value as never) as CborMap;
      const expected = Object.keys(value).map((member) => keys[member]);
      expect(new Set(map.keys())).toEqual(new Set(expected));
      for (const member of Object.keys(value)) seen.add(member);
    }
    expect(seen).toEqual(new Set(Object.keys(keys)));
    // Each member alone lands under its own key: swapped keys show.
    for (const [member, key] of Object.entries(keys)) {
      const sample = fc.sample(values, { seed: SEED, numRuns: 100 }) as Record<string, unknown>[];
      const value = sample.find((one) => one[member] !== undefined) ?? {};
      expect((codec.encode({ [member]: value[member] } as never) as CborMap).has(key)).toBe(true);
    }
  });
});
