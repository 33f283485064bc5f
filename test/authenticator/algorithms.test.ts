/** Private keys of every algorithm: their form, their length, and what becomes of those that are none. */
import { describe, expect, it } from 'vitest';
import { signatureAlgorithm } from '../../main/authenticator/algorithms';
import { configure } from '../../main/authenticator/configuration';
import { newKeyState } from '../../main/authenticator/key-state';
import { withPasskeys } from '../../main/authenticator/provision';
import { parseState, serializeState, StateError } from '../../main/authenticator/state';
import { unwrapCredential, wrapCredential, type WrapKeys } from '../../main/authenticator/wrapped-credential';
import { sha256, signatureIsValid } from '../support/platform';
import { SeededRandom } from '../support/seeded-random';

const lengths = [
  ['ES256', -7, 32],
  ['ESP256', -9, 32],
  ['ES384', -35, 48],
  ['EdDSA', -8, 32],
  ['Ed25519', -19, 32],
  ['RS256', -257, 256],
  ['ML-DSA-44', -48, 32],
  ['ML-DSA-65', -49, 32],
] as const;
const random = new SeededRandom('algorithms');
const empty = newKeyState(configure('2.1', { algorithms: lengths.map(([, number]) => number) }), random);
const MESSAGE = Uint8Array.from(Buffer.from('message'));
const NOTHING = new Uint8Array();

/** An outer key of zeros and an inner one of `inner`. */
const keys = (inner = 1): WrapKeys => ({
  wrapKey: async () => new Uint8Array(32),
  secretWrapKey: async () => new Uint8Array(32).fill(inner),
});

describe.each(lengths)('%s', (_, number, length) => {
  const algorithm = signatureAlgorithm(number)!;

  it('signs what verifies, with both ways to make a key', async () => {
    for (const privateKey of [algorithm.newPrivateKeySync(random), await algorithm.newPrivateKey(random)]) {
      expect(privateKey).toHaveLength(length);
      expect(algorithm.privateKeyLength).toBe(length);
      const publicKey = algorithm.publicKeyOf(privateKey);
      const signature = algorithm.sign(privateKey, MESSAGE);
      expect(signatureIsValid(publicKey, MESSAGE, signature, NOTHING)).toBe(true);
      expect(signatureIsValid(publicKey, Uint8Array.of(...MESSAGE, 0), signature, NOTHING)).toBe(false);
    }
  });

  it('survives the state file, with and without the public key', () => {
    const state = withPasskeys(empty, [{ rpId: 'a.org', algorithm: number }], random);
    const json = JSON.parse(Buffer.from(serializeState(state)).toString()) as {
      credentials: { publicKey?: string }[];
    };
    delete json.credentials[0]!.publicKey;
    for (const content of [serializeState(state), Buffer.from(JSON.stringify(json))]) {
      const [stored] = parseState(content, 'x').credentials;
      expect(stored!.credential.publicKey).toEqual(state.credentials[0]!.credential.publicKey);
      expect(stored!.secrets.privateKey).toEqual(state.credentials[0]!.secrets.privateKey);
    }
  });

  it('a private key of another length is refused in the state file', () => {
    const state = withPasskeys(empty, [{ rpId: 'a.org', algorithm: number }], random);
    const json = JSON.parse(Buffer.from(serializeState(state)).toString()) as {
      credentials: { privateKey: string }[];
    };
    json.credentials[0]!.privateKey = Buffer.alloc(length - 1, 1).toString('base64url');
    expect(() => parseState(Buffer.from(JSON.stringify(json)), 'x')).toThrow(StateError);
  });

  it('a private key of another length is refused in a credential ID', async () => {
    const hash = sha256('a.org');
    const wrap = (privateKey: Uint8Array): Promise<Uint8Array> =>
      wrapCredential({ algorithm: number, credProtect: 1 }, privateKey, hash, keys(), random);
    expect(
      unwrapCredential(await wrap(new Uint8Array(length - 1)), hash, new Uint8Array(32)),
    ).toBeUndefined();
    const id = await wrap(new Uint8Array(length).fill(7));
    const { privateKey } = await unwrapCredential(id, hash, new Uint8Array(32))!.open(keys());
    expect(privateKey).toEqual(new Uint8Array(length).fill(7));
  });
});

describe('RS256', () => {
  it('a state file whose primes are none is damaged', () => {
    const state = withPasskeys(empty, [{ rpId: 'a.org', algorithm: -257 }], random);
    const json = JSON.parse(Buffer.from(serializeState(state)).toString()) as {
      credentials: { privateKey: string; publicKey?: string }[];
    };
    delete json.credentials[0]!.publicKey;
    json.credentials[0]!.privateKey = Buffer.alloc(256, 0).toString('base64url');
    expect(() => parseState(Buffer.from(JSON.stringify(json)), 'x')).toThrow('privateKey');
  });

  it('an algorithm that does not exist has no name here', () => {
    expect(signatureAlgorithm(-37)).toBeUndefined();
  });
});
