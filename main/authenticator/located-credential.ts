/** Finding the credentials that a site may use (CTAP 2.1 §6.1.2 step 12, §6.2.2 step 7). */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CredentialDescriptor, UserEntity } from '../ctap/entities';
import { PUBLIC_KEY } from '../ctap/entities';
import type { CredentialSecrets, CredProtect, Env } from './env';
import { unwrapCredential } from './wrapped-credential';

/** A credential of either kind. */
export interface LocatedCredential {
  readonly id: Uint8Array;
  readonly algorithm: number;
  readonly credProtect: CredProtect;
  /** Of discoverable credentials only. */
  readonly user?: UserEntity;
  readonly largeBlobKey?: Uint8Array;
  readonly thirdPartyPayment?: boolean;
  /** To be asked for only when the credential is really used. */
  secrets(): Promise<CredentialSecrets>;
}

/** The credentials of `rpId` that the list names, in the order of the list. */
export async function locateListed(
  { storage, configuration }: Env,
  rpId: string,
  list: readonly CredentialDescriptor[],
): Promise<readonly LocatedCredential[]> {
  const discoverable = await locateDiscoverable({ storage }, rpId);
  const wrapKey = await storage.wrapKey();
  const rpIdHash = sha256(Buffer.from(rpId));
  return list.flatMap(({ id, type }) => {
    if (type !== PUBLIC_KEY || id.length > configuration.maxCredentialIdLength) return [];
    const stored = discoverable.find((credential) => equalBytes(credential.id, id));
    if (stored) return [stored];
    const wrapped = unwrapCredential(id, rpIdHash, wrapKey);
    return wrapped ? [{ ...wrapped, id, secrets: async () => wrapped.secrets }] : [];
  });
}

/** The discoverable credentials of `rpId`, newest first. */
export async function locateDiscoverable(
  { storage }: Pick<Env, 'storage'>,
  rpId: string,
): Promise<readonly LocatedCredential[]> {
  const all = await storage.credentials.list();
  return all
    .filter(({ rp }) => rp.id === rpId)
    .toReversed()
    .map(({ id, algorithm, credProtect, user, largeBlobKey, thirdPartyPayment }) => ({
      id,
      algorithm,
      credProtect,
      user,
      ...(largeBlobKey && { largeBlobKey }),
      ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
      secrets: async () => {
        const secrets = await storage.credentials.secretsOf(id);
        if (!secrets) throw new Error('a listed credential has no secrets');
        return secrets;
      },
    }));
}
