/** U2F raw messages (FIDO U2F Raw Message Formats v1.2) in both directions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
  encodeVersionRequest,
  authenticateMessage,
  registerMessage,
} from '../../main/ctap/ctap1';
import { ProtocolError } from '../../main/ctap/errors';
import { fromHex, toHex } from './hex';

const challenge = new Uint8Array(32).fill(0xc4);
const application = new Uint8Array(32).fill(0xa9);
const c = 'c4'.repeat(32);
const a = 'a9'.repeat(32);

describe('command APDUs', () => {
  it('are sent with extended lengths', () => {
    expect(toHex(encodeVersionRequest())).toBe('00030000000000');
    expect(toHex(encodeRegisterRequest({ challenge, application }))).toBe(`00010000000040${c}${a}0000`);
    const keyHandle = Uint8Array.of(1, 2, 3);
    expect(toHex(encodeAuthenticateRequest({ control: 3, challenge, application, keyHandle }))).toBe(
      `00020300000044${c}${a}030102030000`,
    );
  });

  it.each([
    ['no length at all', '00030000', ''],
    ['a short Le', '0003000000', ''],
    ['an extended Le', '00030000000000', ''],
    ['a short Lc of none and a Le', '000300000000000000', ''],
    ['short data', '0001000002aabb', 'aabb'],
    ['short data and Le', '0001000002aabb00', 'aabb'],
    ['extended data', '00010000000002aabb', 'aabb'],
    ['extended data and Le', '00010000000002aabb0000', 'aabb'],
  ])('are read with %s', (_, hex, data) => {
    const apdu = decodeCommandApdu(fromHex(hex));
    expect(toHex(apdu!.data)).toBe(data);
    expect(apdu).toMatchObject({ cla: 0, p1: 0, p2: 0 });
  });

  it.each([
    ['nothing', ''],
    ['a head that is cut', '000300'],
    ['two bytes of length', '000300000000'],
    ['fewer short data than announced', '0001000003aabb'],
    ['more short data than announced', '0001000001aabbcc'],
    ['fewer extended data than announced', '00010000000003aabb'],
    ['half an extended Le', '00010000000002aabb00'],
    ['more behind the Le', '00010000000002aabb000000'],
  ])('are refused with %s', (_, hex) => expect(decodeCommandApdu(fromHex(hex))).toBeUndefined());

  it('of any size survive the way there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(255), fc.nat(255), (data, ins, p1) => {
        const apdu = { cla: 0, ins, p1, p2: 0, data };
        expect(decodeCommandApdu(encodeCommandApdu(apdu))).toEqual(apdu);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('register takes 64 bytes, authenticate as many as its key handle says', () => {
    const apdu = (data: Uint8Array) => ({ cla: 0, ins: 1, p1: 7, p2: 0, data });
    expect(decodeRegisterRequest(apdu(fromHex(c + a)))).toEqual({ challenge, application });
    for (const length of [63, 65])
      expect(decodeRegisterRequest(apdu(new Uint8Array(length)))).toBeUndefined();
    expect(decodeAuthenticateRequest(apdu(fromHex(`${c}${a}020909`)))).toEqual({
      control: 7,
      challenge,
      application,
      keyHandle: Uint8Array.of(9, 9),
    });
    for (const wrong of [`${c}${a}`, `${c}${a}0309`, `${c}${a}010909`])
      expect(decodeAuthenticateRequest(apdu(fromHex(wrong)))).toBeUndefined();
  });
});

describe('response APDUs', () => {
  it('end with a status word', () => {
    expect(toHex(encodeResponseApdu({ status: 0x6985, data: Uint8Array.of(1) }))).toBe('016985');
    expect(decodeResponseApdu(fromHex('0102039000'))).toEqual({
      status: 0x9000,
      data: Uint8Array.of(1, 2, 3),
    });
    expect(decodeResponseApdu(fromHex('6a80'))).toEqual({ status: 0x6a80, data: new Uint8Array() });
    for (const hex of ['', '90']) expect(() => decodeResponseApdu(fromHex(hex))).toThrow(ProtocolError);
  });

  const publicKey = Uint8Array.of(4, ...new Uint8Array(64).fill(0x77));
  /** A certificate's outside: SEQUENCE of `length` bytes. */
  const certificate = (length: number): Uint8Array =>
    Uint8Array.of(
      0x30,
      ...(length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]),
      ...new Uint8Array(length).fill(0x5c),
    );

  it.each([5, 200, 300])('a registration with a certificate of %i bytes is taken apart', (length) => {
    const registration = {
      publicKey,
      keyHandle: Uint8Array.of(8, 8, 8),
      certificate: certificate(length),
      signature: Uint8Array.of(0x30, 1, 2),
    };
    const encoded = encodeRegisterResponse(registration);
    expect(toHex(encoded)).toMatch(/^0504(77){64}03080808(30)/);
    expect(decodeRegisterResponse(encoded)).toEqual(registration);
  });

  it('a registration that is cut anywhere, or is something else, is refused', () => {
    const whole = encodeRegisterResponse({
      publicKey,
      keyHandle: Uint8Array.of(8),
      certificate: certificate(300),
      signature: Uint8Array.of(0x30),
    });
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeRegisterResponse(whole.subarray(0, length))).toThrow(ProtocolError);
    for (const [index, byte] of [
      [0, 0x06], // reserved byte
      [1, 0x02], // compressed point
      [66, 0], // no key handle
      [68, 0x31], // no SEQUENCE
      [69, 0x80], // indefinite length
      [69, 0x83], // longer than any certificate
    ] as const)
      expect(() =>
        decodeRegisterResponse(Uint8Array.from(whole, (old, at) => (at === index ? byte : old))),
      ).toThrow(ProtocolError);
  });

  it('a registration without a key handle is refused', () => {
    const signature = Uint8Array.of(0x30);
    const without = { publicKey, keyHandle: new Uint8Array(), certificate: certificate(5), signature };
    expect(() => decodeRegisterResponse(encodeRegisterResponse(without))).toThrow(ProtocolError);
  });

  it('an authentication is presence, counter and signature', () => {
    const authentication = { presence: 1, counter: 0x01020304, signature: Uint8Array.of(0x30, 9) };
    expect(toHex(encodeAuthenticateResponse(authentication))).toBe('01010203043009');
    expect(decodeAuthenticateResponse(fromHex('01010203043009'))).toEqual(authentication);
    for (const hex of ['', '0101020304'])
      expect(() => decodeAuthenticateResponse(fromHex(hex))).toThrow(ProtocolError);
  });

  it('what is signed', () => {
    const request = { challenge, application };
    expect(toHex(registerMessage(request, Uint8Array.of(8), Uint8Array.of(4, 5)))).toBe(`00${a}${c}080405`);
    expect(toHex(authenticateMessage(request, { presence: 1, counter: 258 }))).toBe(`${a}0100000102${c}`);
  });
});
