/** Non-discoverable credentials in their own IDs: who can recognise one, and who can sign with it. */
import { gcm } from '@noble/ciphers/aes.js';
import { describe, expect, it } from 'vitest';
import { signatureAlgorithm } from '../../main/authenticator/algorithms';
import { configure } from '../../main/authenticator/configuration';
import { platformConfiguration } from '../../main/authenticator/platform-configuration';
import { unwrapCredential, wrapCredential, type WrapKeys } from '../../main/authenticator/wrapped-credential';
import { sha256 } from '../support/platform';
import { SeededRandom } from '../support/seeded-random';

const random = new SeededRandom('wrapped');
const SITE = sha256('a.org');
const OUTER = 5;
const INNER = 6;
const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const keys: WrapKeys = { wrapKey: async () => key(OUTER), secretWrapKey: async () => key(INNER) };
const privateKey = key(7);

const wrap = (site = SITE): Promise<Uint8Array> =>
  wrapCredential({ algorithm: -7, credProtect: 2, thirdPartyPayment: true }, privateKey, site, keys, random);

describe('a credential ID', () => {
  it('tells by the outer key alone whose it is; the private key needs the inner one', async () => {
    const found = unwrapCredential(await wrap(), SITE, key(OUTER))!;
    expect(found).toMatchObject({ algorithm: -7, credProtect: 2, thirdPartyPayment: true });
    const locked = { secretWrapKey: () => Promise.reject(new Error('not verified')) };
    await expect(found.open(locked)).rejects.toThrow('not verified');
    await expect(found.open({ secretWrapKey: async () => key(OUTER) })).rejects.toThrow();
    expect((await found.open(keys)).privateKey).toEqual(privateKey);
  });

  it('does not open the private key to who has the outer key: not its bytes, and nothing derived from them', async () => {
    const id = await wrap();
    const outer = gcm(key(OUTER), id.slice(1, 13), Uint8Array.of(3, ...SITE)).decrypt(id.subarray(13));
    expect(Buffer.from(outer).includes(Buffer.from(privateKey))).toBe(false);
    expect(Buffer.from(id).includes(Buffer.from(privateKey))).toBe(false);
  });

  it('moved to another site, or given other traits, by who has the outer key: the private key does not open', async () => {
    const id = await wrap();
    const nonce = id.slice(1, 13);
    const outer = gcm(key(OUTER), nonce, Uint8Array.of(3, ...SITE)).decrypt(id.subarray(13));
    const sealed = (content: Uint8Array, site: Uint8Array): Uint8Array =>
      Uint8Array.of(3, ...nonce, ...gcm(key(OUTER), nonce, Uint8Array.of(3, ...site)).encrypt(content));
    const other = sha256('b.org');
    await expect(unwrapCredential(sealed(outer, other), other, key(OUTER))!.open(keys)).rejects.toThrow();
    // {…, 3: credProtect, 4: true}: level 2 becomes 1.
    const weaker = outer.slice();
    expect(weaker.at(-3)).toBe(2);
    weaker[weaker.length - 3] = 1;
    const found = unwrapCredential(sealed(weaker, SITE), SITE, key(OUTER))!;
    expect(found.credProtect).toBe(1);
    await expect(found.open(keys)).rejects.toThrow();
  });

  it('of another site, of another key, cut, or with any bit flipped is nobody’s', async () => {
    const id = await wrap();
    expect(unwrapCredential(id, sha256('b.org'), key(OUTER))).toBeUndefined();
    expect(unwrapCredential(id, SITE, key(INNER))).toBeUndefined();
    for (let length = 0; length < id.length; length++)
      expect(unwrapCredential(id.slice(0, length), SITE, key(OUTER))).toBeUndefined();
    for (let bit = 0; bit < 8 * id.length; bit++) {
      const flipped = id.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(unwrapCredential(flipped, SITE, key(OUTER))).toBeUndefined();
    }
  });

  it('made by an earlier release (0x02, one box) still works', async () => {
    const id = Uint8Array.from(
      Buffer.from(
        '020202020202020202020202027d5adfbe8eac3ce7e3a3860e9426df1e47387152d25354b3c56a94' +
          '09b30a6958d5e98ffa9f54e072d66066cb0545b32377784625ecbd7245',
        'hex',
      ),
    );
    const found = unwrapCredential(id, SITE, key(OUTER))!;
    expect(found).toMatchObject({ algorithm: -7, credProtect: 2 });
    expect((await found.open(keys)).privateKey).toEqual(privateKey);
  });

  it('is short: 85 bytes with ES256 and ML-DSA, 312 with RS256, and never longer than announced', async () => {
    const length = async (algorithm: number): Promise<number> => {
      const made = signatureAlgorithm(algorithm)!.newPrivateKeySync(random);
      return (await wrapCredential({ algorithm, credProtect: 1 }, made, SITE, keys, random)).length;
    };
    expect(await length(-7)).toBe(85);
    expect(await length(-49)).toBe(86);
    expect(await length(-257)).toBe(312);
    for (const { maxCredentialIdLength } of [configure(), platformConfiguration])
      expect(maxCredentialIdLength).toBeGreaterThanOrEqual(314);
  });
});
