/** What keys answer: members of every kind, answers of a real key, and odd ones (CTAP 2.1 §6). */
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { encodeCbor, type CborKey, type CborMap, type CborValue } from '../../main/ctap/cbor';
import { decodeResponse, encodeBody } from '../../main/ctap/codec';
import {
  credentialManagementAuthMessage,
  credentialManagementParams,
  credentialManagementRequest,
  credentialManagementResponse,
} from '../../main/ctap/commands/credential-management';
import { getAssertionResponse } from '../../main/ctap/commands/get-assertion';
import { getInfoResponse } from '../../main/ctap/commands/get-info';
import { makeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { ProtocolError } from '../../main/ctap/errors';
import fido2 from '../vectors/python-fido2-test-ctap2.json';
import { fromHex, toHex } from './hex';

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
