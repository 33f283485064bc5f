import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from '../../main/ctap/cbor';
import { decodeRequest, decodeResponse, encodeBody, type Codec } from '../../main/ctap/codec';
import { CLIENT_PIN, clientPinRequest, clientPinResponse } from '../../main/ctap/commands/client-pin';
import {
  CREDENTIAL_MANAGEMENT,
  CREDENTIAL_MANAGEMENT_PREVIEW,
  credentialManagementAuthMessage,
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
import { GET_INFO, getInfoResponse } from '../../main/ctap/commands/get-info';
import {
  MAKE_CREDENTIAL,
  makeCredentialRequest,
  makeCredentialResponse,
} from '../../main/ctap/commands/make-credential';
import { RESET } from '../../main/ctap/commands/reset';
import { SELECTION } from '../../main/ctap/commands/selection';
import { p256CoseKey } from '../../main/ctap/cose';
import { ProtocolError } from '../../main/ctap/errors';
import fido2 from '../vectors/python-fido2-test-ctap2.json';
import { fromHex, toHex } from './hex';

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

describe('getInfo (CTAP 2.1 §6.4, with the members of 2.2 and 2.3)', () => {
  const aaguid = fromHex('000102030405060708090a0b0c0d0e0f');
  const url = Uint8Array.from(Buffer.from('https://pin.example/'));
  const members: readonly (readonly [string, number, CborValue, unknown?])[] = [
    ['versions', 0x01, ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1', 'FIDO_2_3']],
    ['extensions', 0x02, ['credProtect', 'hmac-secret']],
    ['aaguid', 0x03, aaguid],
    [
      'options',
      0x04,
      new Map([
        ['rk', true],
        ['clientPin', false],
      ]),
    ],
    ['maxMsgSize', 0x05, 1200],
    ['pinUvAuthProtocols', 0x06, [2, 1]],
    ['maxCredentialCountInList', 0x07, 8],
    ['maxCredentialIdLength', 0x08, 128],
    ['transports', 0x09, ['usb', 'nfc']],
    [
      'algorithms',
      0x0a,
      [
        new Map<string, CborValue>([
          ['alg', -7],
          ['type', 'public-key'],
        ]),
      ],
      [{ alg: -7, type: 'public-key' }],
    ],
    ['maxSerializedLargeBlobArray', 0x0b, 1024],
    ['forcePINChange', 0x0c, true],
    ['minPINLength', 0x0d, 6],
    ['firmwareVersion', 0x0e, 0x50403],
    ['maxCredBlobLength', 0x0f, 32],
    ['maxRPIDsForSetMinPINLength', 0x10, 1],
    ['preferredPlatformUvAttempts', 0x11, 3],
    ['uvModality', 0x12, 0x0802],
    ['certifications', 0x13, new Map([['FIDO', 2]])],
    ['remainingDiscoverableCredentials', 0x14, 25],
    ['vendorPrototypeConfigCommands', 0x15, [1, 0xdeadbeefn << 32n]],
    ['attestationFormats', 0x16, ['packed', 'none']],
    ['uvCountSinceLastPinEntry', 0x17, 4],
    ['longTouchForReset', 0x18, true],
    ['encIdentifier', 0x19, new Uint8Array(32).fill(1)],
    ['transportsForReset', 0x1a, ['usb']],
    ['pinComplexityPolicy', 0x1b, false],
    ['pinComplexityPolicyURL', 0x1c, url],
    ['maxPINLength', 0x1d, 63],
    ['encCredStoreState', 0x1e, new Uint8Array(32).fill(2)],
    ['authenticatorConfigCommands', 0x1f, [1, 2, 3]],
  ];
  const names = members.map(([name, key]) => [name, key] as const);
  const everything: CborMap = new Map(members.map(([, key, value]) => [key, value]));
  const changed = (...entries: readonly (readonly [CborKey, CborValue])[]): CborMap =>
    new Map([...everything, ...entries]);
  const expected = Object.fromEntries(members.map(([name, , value, decoded]) => [name, decoded ?? value]));

  it('every member from 0x01 to 0x1F is decoded under its name', () => {
    expect([...everything.keys()]).toEqual(Array.from({ length: 0x1f }, (_, index) => index + 1));
    const info = decodeResponse(getInfoResponse, encodeCbor(everything));
    expect(info).toEqual(expected);
    expect(encodeBody(getInfoResponse, info)).toEqual(encodeCbor(everything));
  });

  it.each(names)('%s (0x%s) of another type is a ProtocolError that names it', (name, key) => {
    const wrong: CborValue = everything.get(key) === true || everything.get(key) === false ? 1 : true;
    const bytes = encodeCbor(changed([key, wrong]));
    expect(() => decodeResponse(getInfoResponse, bytes)).toThrow(ProtocolError);
    expect(() => decodeResponse(getInfoResponse, bytes)).toThrow(`member ${name} `);
  });

  it.each(names)('%s may be absent, but for versions and aaguid', (name, key) => {
    const bytes = encodeCbor(new Map([...everything].filter(([other]) => other !== key)));
    if (name === 'versions' || name === 'aaguid')
      expect(() => decodeResponse(getInfoResponse, bytes)).toThrow(`member ${name} is missing`);
    else expect(decodeResponse(getInfoResponse, bytes)).not.toHaveProperty(name);
  });

  it.each(['aaguid', 'encIdentifier', 'encCredStoreState'])(
    '%s of another length is a ProtocolError',
    (name) => {
      const key = members.find(([member]) => member === name)?.[1] ?? 0;
      for (const length of [0, 15, 17, 31, 33])
        expect(() =>
          decodeResponse(getInfoResponse, encodeCbor(changed([key, new Uint8Array(length)]))),
        ).toThrow(`member ${name} has the wrong length`);
    },
  );

  it('members that are not known yet are ignored', () => {
    const bytes = encodeCbor(changed([0x20, ['new']], [0x1234, 1]));
    expect(decodeResponse(getInfoResponse, bytes)).toEqual(expected);
  });

  it('an empty answer is a ProtocolError, not a key without versions', () => {
    expect(() => decodeResponse(getInfoResponse, new Uint8Array())).toThrow(ProtocolError);
    expect(() => decodeResponse(getInfoResponse, fromHex('a0'))).toThrow(ProtocolError);
  });
});

describe('answers of a real key (python-fido2)', () => {
  const info = {
    versions: ['U2F_V2', 'FIDO_2_0'],
    extensions: ['uvm', 'hmac-secret'],
    aaguid: fromHex(fido2.aaguid),
    options: new Map([
      ['rk', true],
      ['up', true],
      ['plat', false],
      ['clientPin', false],
    ]),
    maxMsgSize: 1200,
    pinUvAuthProtocols: [1],
  };

  it('getInfo', () => {
    expect(decodeResponse(getInfoResponse, fromHex(fido2.getInfo))).toEqual(info);
    expect(toHex(encodeBody(getInfoResponse, info))).toBe(fido2.getInfo);
  });

  it('getInfo with a member that nobody knows', () => {
    expect(decodeResponse(getInfoResponse, fromHex(fido2.getInfoWithUnknownMember))).toEqual(info);
  });

  it('makeCredential', () => {
    const answer = decodeResponse(makeCredentialResponse, fromHex(fido2.makeCredential));
    expect(answer.fmt).toBe('packed');
    expect([...(answer.attStmt?.keys() ?? [])]).toEqual(['alg', 'sig', 'x5c']);
    const { attestedCredential } = decodeAuthenticatorData(answer.authData);
    expect(toHex(attestedCredential?.credentialId ?? new Uint8Array())).toBe(fido2.credentialId);
    expect(toHex(encodeBody(makeCredentialResponse, answer))).toBe(fido2.makeCredential);
  });

  it('getAssertion', () => {
    const answer = decodeResponse(getAssertionResponse, fromHex(fido2.getAssertion));
    expect(answer.credential).toEqual({ id: fromHex(fido2.credentialId), type: 'public-key' });
    expect(decodeAuthenticatorData(answer.authData)).toMatchObject({ flags: 1, signCount: 29 });
    expect(toHex(answer.signature)).toBe(fido2.signature);
    expect(answer.user).toBeUndefined();
    expect(toHex(encodeBody(getAssertionResponse, answer))).toBe(fido2.getAssertion);
  });
});

describe('credentialManagement (CTAP 2.1 §6.8)', () => {
  it('pinUvAuthParam authenticates subCommand ‖ the very bytes of subCommandParams', () => {
    expect(toHex(credentialManagementAuthMessage(0x02, undefined))).toBe('02');
    const params = credentialManagementParams.encode({ rpIDHash: new Uint8Array(32).fill(0xab) }) as CborMap;
    const message = credentialManagementAuthMessage(0x04, params);
    expect(toHex(message)).toBe('04a1015820' + 'ab'.repeat(32));
    const request = encodeBody(credentialManagementRequest, { subCommand: 4, subCommandParams: params });
    expect(toHex(request)).toContain(toHex(message.subarray(1)));
  });

  it('an answer without the ID of the relying party is read all the same', () => {
    expect(decodeResponse(credentialManagementResponse, fromHex('a103a0'))).toEqual({ rp: {} });
  });

  it('a claim of 4 billion credentials is a number like any other here', () => {
    const answer = decodeResponse(credentialManagementResponse, fromHex('a1091affffffff'));
    expect(answer.totalCredentials).toBe(4294967295);
  });
});
