import { createECDH, createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CborMap } from '../../main/ctap/cbor';
import { Algorithm, ed25519CoseKey, p256CoseKey, p256PointOf, readCoseKey } from '../../main/ctap/cose';
import {
  newKeyAgreementKey,
  padPin,
  pinBytes,
  pinCodePoints,
  pinHash,
  pinProtocol,
  pinProtocolOne,
  pinProtocolTwo,
  unpadPin,
  type KeyAgreementKey,
  type PinProtocol,
} from '../../main/ctap/pin-protocol';
import type { RandomSource } from '../../native/ports';
import anchors from '../vectors/latchkey-anchors.json';
import fido2 from '../vectors/python-fido2-pin-protocol-one.json';
import primitives from '../vectors/rfc5903-rfc4231-sp800-38a.json';
import prf from '../vectors/webauthn-l3-prf.json';
import { fromHex, toHex } from './hex';

/** Gives out `bytes` again and again from their start, so an IV can be chosen. */
function scripted(hex: string): RandomSource {
  return { bytes: (length) => Uint8Array.from({ length }, (_, index) => fromHex(hex)[index] ?? 0) };
}

/** Different bytes on every call: a hash of a counter. */
function counting(): RandomSource {
  let calls = 0;
  return {
    bytes(length) {
      const result = new Uint8Array(length);
      for (let offset = 0; offset < length; offset += 32)
        result.set(
          createHash('sha256')
            .update(`${++calls}`)
            .digest()
            .subarray(0, Math.min(32, length - offset)),
          offset,
        );
      return result;
    },
  };
}

function keyPair(privateKey: string): KeyAgreementKey {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(privateKey, 'hex'));
  const point = ecdh.getPublicKey();
  return {
    privateKey: fromHex(privateKey),
    publicKey: coseKey(point.toString('hex', 1, 33), point.toString('hex', 33)),
  };
}

function coseKey(x: string, y: string): CborMap {
  return p256CoseKey({ x: fromHex(x), y: fromHex(y) }, Algorithm.ECDH_ES_HKDF_256);
}

function protocol(version: number, random: RandomSource = counting()): PinProtocol {
  const found = pinProtocol(version, random);
  if (!found) throw new Error('no such protocol');
  return found;
}

describe.each(prf.cases)('WebAuthn Level 3 prf test vector: $name', (vector) => {
  const platform = keyPair(prf.platformPrivateKey);
  const authenticator = keyPair(createHash('sha256').update(prf.authenticatorPrivateKeySeed).digest('hex'));
  const salts = prf.salts.slice(0, vector.inputs).join('');
  const outputs = prf.outputs.slice(0, vector.inputs).join('');
  const iv = vector.pinProtocol === 2 ? vector.saltEnc.slice(0, 32) : '';

  it('both sides reach the shared secret', () => {
    const { x, y } = prf.authenticatorPublicKey;
    expect(authenticator.publicKey).toEqual(coseKey(x, y));
    const secrets = [
      protocol(vector.pinProtocol).sharedSecret(platform, coseKey(x, y)),
      protocol(vector.pinProtocol).sharedSecret(authenticator, platform.publicKey),
    ];
    expect(secrets.map((secret) => secret && toHex(secret))).toEqual([
      vector.sharedSecret,
      vector.sharedSecret,
    ]);
  });

  it('saltEnc and outputEnc decrypt, and saltEnc is what encrypt makes', () => {
    const pin = protocol(vector.pinProtocol, scripted(iv));
    const secret = fromHex(vector.sharedSecret);
    expect(pin.decrypt(secret, fromHex(vector.saltEnc))).toEqual(fromHex(salts));
    expect(pin.decrypt(secret, fromHex(vector.outputEnc))).toEqual(fromHex(outputs));
    expect(toHex(pin.encrypt(secret, fromHex(salts)))).toBe(vector.saltEnc);
  });
});

describe('python-fido2: PIN protocol one', () => {
  const platform = keyPair(fido2.platformPrivateKey);
  const secret = fromHex(fido2.sharedSecret);

  it('shared secret, token and pinHashEnc of PIN 1234', () => {
    const { x, y } = fido2.authenticatorPublicKey;
    expect(platform.publicKey).toEqual(coseKey(fido2.platformPublicKey.x, fido2.platformPublicKey.y));
    expect(pinProtocolOne.sharedSecret(platform, coseKey(x, y))).toEqual(secret);
    expect(pinProtocolOne.decrypt(secret, fromHex(fido2.tokenEnc))).toEqual(fromHex(fido2.token));
    expect(toHex(pinProtocolOne.encrypt(secret, pinHash(pinBytes(fido2.pin))))).toBe(fido2.pinHashEnc);
  });
});

describe('primitives under both protocols (CTAP 2.1 §6.5.6, §6.5.7)', () => {
  const { i, r, gix, giy, grx, gry, girx } = primitives.ecdh;

  it('RFC 5903 §8.1: ECDH gives the x-coordinate; protocol one hashes it', () => {
    const expected = createHash('sha256').update(fromHex(girx)).digest('hex');
    expect(toHex(pinProtocolOne.sharedSecret(keyPair(i), coseKey(grx, gry)) ?? new Uint8Array())).toBe(
      expected,
    );
    expect(toHex(pinProtocolOne.sharedSecret(keyPair(r), coseKey(gix, giy)) ?? new Uint8Array())).toBe(
      expected,
    );
  });

  it.each(primitives.hmac)(
    'RFC 4231: HMAC-SHA-256 of $message, 16 bytes of it in protocol one',
    ({ key, message, mac }) => {
      expect(toHex(protocol(2).authenticate(fromHex(key), fromHex(message)))).toBe(mac);
      expect(toHex(pinProtocolOne.authenticate(fromHex(key), fromHex(message)))).toBe(mac.slice(0, 32));
    },
  );

  it('protocol two authenticates with the first 32 bytes of the shared secret, protocol one with all', () => {
    const secret = fromHex('00'.repeat(32) + 'ff'.repeat(32));
    const message = fromHex('0102');
    const mac = (key: Uint8Array): string => createHmac('sha256', key).update(message).digest('hex');
    expect(toHex(protocol(2).authenticate(secret, message))).toBe(mac(secret.subarray(0, 32)));
    expect(toHex(pinProtocolOne.authenticate(secret.subarray(32), message))).toBe(
      mac(secret.subarray(32)).slice(0, 32),
    );
  });

  it('SP 800-38A F.2.5: protocol two is AES-256-CBC with the IV in front and the second half of the secret', () => {
    const { key, iv, plaintext, ciphertext } = primitives.aesCbc;
    const two = protocol(2, scripted(iv));
    const secret = fromHex('ee'.repeat(32) + key);
    expect(toHex(two.encrypt(secret, fromHex(plaintext)))).toBe(iv + ciphertext);
    expect(toHex(two.decrypt(secret, fromHex(iv + ciphertext)) ?? new Uint8Array())).toBe(plaintext);
  });

  it('our anchor: toggleAlwaysUv authenticated with a token of zeros under protocol two', () => {
    const { token, message, mac } = anchors.toggleAlwaysUv;
    expect(toHex(protocol(2).authenticate(fromHex(token), fromHex(message)))).toBe(mac);
  });
});

describe.each([1, 2])('PIN protocol %i', (version) => {
  it('two fresh key pairs agree, and the secret has its length', () => {
    const random = counting();
    const pin = protocol(version);
    const [ours, theirs] = [newKeyAgreementKey(random), newKeyAgreementKey(random)];
    const secret = pin.sharedSecret(ours, theirs.publicKey);
    expect(secret).toEqual(pin.sharedSecret(theirs, ours.publicKey));
    expect(secret).toHaveLength(version === 1 ? 32 : 64);
    expect(ours.privateKey).not.toEqual(theirs.privateKey);
  });

  it('a fresh public key is a COSE_Key with algorithm −25 on P-256', () => {
    const { publicKey, privateKey } = newKeyAgreementKey(counting());
    expect(readCoseKey(publicKey)).toMatchObject({ kty: 2, alg: -25 });
    expect([...publicKey.keys()]).toEqual([1, 3, -1, -2, -3]);
    expect(keyPair(toHex(privateKey)).publicKey).toEqual(publicKey);
  });

  it('a peer that is no point on P-256 has no shared secret', () => {
    const pin = protocol(version);
    const ours = newKeyAgreementKey(counting());
    const good = p256PointOf(ours.publicKey);
    if (!good) throw new Error('no point');
    const off = { x: good.x, y: Uint8Array.from(good.y, (byte, index) => (index === 31 ? byte ^ 1 : byte)) };
    for (const peer of [
      p256CoseKey(off, -25),
      p256CoseKey({ x: new Uint8Array(32), y: new Uint8Array(32) }, -25),
      p256CoseKey({ x: new Uint8Array(32).fill(0xff), y: good.y }, -25),
      p256CoseKey({ x: good.x.subarray(1), y: good.y }, -25),
      ed25519CoseKey(good.x, -8),
      new Map(),
    ])
      expect(pin.sharedSecret(ours, peer)).toBeUndefined();
  });

  it('what is encrypted decrypts to the same, one IV longer under protocol two', () => {
    const pin = protocol(version);
    const secret = new Uint8Array(version === 1 ? 32 : 64).fill(5);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(255), (blocks, fill) => {
        const plaintext = new Uint8Array(16 * blocks).fill(fill);
        const ciphertext = pin.encrypt(secret, plaintext);
        expect(ciphertext).toHaveLength(plaintext.length + (version === 2 ? 16 : 0));
        expect(pin.decrypt(secret, ciphertext)).toEqual(plaintext);
      }),
      { seed: 65, numRuns: 50 },
    );
  });

  it.each([0, 1, 15, 17, 31, 33, 79])('a ciphertext of %i bytes does not decrypt', (length) => {
    const secret = new Uint8Array(version === 1 ? 32 : 64);
    expect(protocol(version).decrypt(secret, new Uint8Array(length))).toBeUndefined();
  });

  it('verify accepts the MAC, and nothing shorter, longer or different', () => {
    const pin = protocol(version);
    const key = new Uint8Array(32).fill(9);
    const message = fromHex('0a0b');
    const mac = pin.authenticate(key, message);
    expect(mac).toHaveLength(version === 1 ? 16 : 32);
    expect(pin.verify(key, message, mac)).toBe(true);
    for (let index = 0; index < mac.length; index++) {
      const changed = Uint8Array.from(mac);
      changed[index] = (changed[index] ?? 0) ^ 0x80;
      expect(pin.verify(key, message, changed)).toBe(false);
    }
    for (const wrong of [mac.subarray(1), Uint8Array.of(...mac, 0), new Uint8Array(), new Uint8Array(64)])
      expect(pin.verify(key, message, wrong)).toBe(false);
    expect(pin.verify(new Uint8Array(32), message, mac)).toBe(false);
    expect(pin.verify(key, fromHex('0a0c'), mac)).toBe(false);
  });

  it('has its number', () => {
    expect(protocol(version).version).toBe(version);
  });
});

describe('PIN protocol two draws an IV for every encryption (CTAP 2.1 §6.5.7)', () => {
  it('so equal plaintexts look different', () => {
    const two = pinProtocolTwo(counting());
    const secret = new Uint8Array(64);
    expect(two.encrypt(secret, new Uint8Array(16))).not.toEqual(two.encrypt(secret, new Uint8Array(16)));
  });

  it('and a protocol that is neither one nor two does not exist', () => {
    for (const version of [0, 3, -1, 1.5]) expect(pinProtocol(version, counting())).toBeUndefined();
  });
});

describe('the format of a PIN (CTAP 2.1 §6.5.1)', () => {
  it('is normalised to NFC: a composed and a decomposed letter are the same PIN', () => {
    expect(toHex(pinBytes('e\u0301te'))).toBe('c3a97465');
    expect(pinBytes('\u00e9te')).toEqual(pinBytes('e\u0301te'));
    expect(pinBytes('\u212b')).toEqual(pinBytes('\u00c5')); // Ångström sign and the letter
  });

  it.each([
    ['1234', 4],
    ['e\u0301te1', 4],
    ['\u{1f511}\u{1f511}\u{1f511}\u{1f511}', 4],
    ['\u{1f468}\u200d\u{1f469}', 3],
    ['', 0],
  ])('%j has %i code points', (pin, count) => {
    expect(pinCodePoints(pin)).toBe(count);
  });

  it('63 bytes fit, 64 do not; code points do not count here', () => {
    expect(padPin(pinBytes('1'.repeat(63)))).toHaveLength(64);
    expect(() => padPin(pinBytes('1'.repeat(64)))).toThrow(RangeError);
    expect(() => padPin(pinBytes('\u{1f511}'.repeat(16)))).toThrow(RangeError);
    expect(padPin(pinBytes('\u{1f511}'.repeat(15)))).toHaveLength(64);
  });

  it('is padded with zeros to 64 bytes, and comes back out', () => {
    expect(toHex(padPin(pinBytes('1234')))).toBe('31323334' + '00'.repeat(60));
    for (const pin of ['', '1', '1234', '1'.repeat(63), 'a\0b'])
      expect(unpadPin(padPin(pinBytes(pin)))).toEqual(pinBytes(pin));
  });

  it('may not end in a zero byte, which the other side would strip', () => {
    expect(() => padPin(pinBytes('1234\0'))).toThrow(RangeError);
  });

  it('64 bytes without a zero at the end, and any other length, are no padded PIN', () => {
    expect(unpadPin(new Uint8Array(64).fill(0x31))).toBeUndefined();
    for (const length of [0, 16, 63, 65, 80]) expect(unpadPin(new Uint8Array(length))).toBeUndefined();
  });

  it('is hashed to the first 16 bytes of SHA-256', () => {
    expect(toHex(pinHash(pinBytes('1234')))).toBe('03ac674216f3e15c761ee1a5e255f067');
  });
});
