/**
 * ML-DSA-44 and ML-DSA-65 (FIPS 204; COSE: RFC 9964): pure, with an empty context. A private key is kept as the seed of
 * 32 bytes that FIPS 204 makes it from, so a credential ID has room for it. Signatures are hedged (§3.4): no two are alike.
 */
import { ml_dsa44, ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import type { RandomSource } from '../../native/ports';
import { akpCoseKey, Algorithm } from '../ctap/cose';
import type { SignatureAlgorithm } from './algorithms';

const SEED_LENGTH = 32;

/** Public key of 1312 bytes, signature of 2420. */
export const mlDsa44 = mlDsa(Algorithm.ML_DSA_44, ml_dsa44);
/** Public key of 1952 bytes, signature of 3309. */
export const mlDsa65 = mlDsa(Algorithm.ML_DSA_65, ml_dsa65);

function mlDsa(number: number, parameterSet: typeof ml_dsa44): SignatureAlgorithm {
  const newPrivateKeySync = (random: RandomSource): Uint8Array => random.bytes(SEED_LENGTH);
  return {
    number,
    privateKeyLength: SEED_LENGTH,
    newPrivateKey: async (random) => newPrivateKeySync(random),
    newPrivateKeySync,
    publicKeyOf(seed) {
      const { publicKey, secretKey } = parameterSet.keygen(seed);
      secretKey.fill(0);
      return akpCoseKey(publicKey, number);
    },
    sign(seed, message) {
      const { secretKey } = parameterSet.keygen(seed);
      try {
        return parameterSet.sign(message, secretKey);
      } finally {
        secretKey.fill(0);
      }
    },
  };
}
