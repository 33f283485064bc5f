/** Finding the credentials that a site may use (CTAP 2.1 §6.1.2 step 12, §6.2.2 step 7). */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CredentialDescriptor, UserEntity } from '../ctap/entities';
import { PUBLIC_KEY } from '../ctap/entities';
import type { AuthenticatorStorage, Credential, CredentialSecrets, CredProtect, Env } from './env';
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
  if (list.length === 0) return [];
  const wrapKey = await storage.wrapKey();
  const rpIdHash = sha256(Buffer.from(rpId));
  const located: LocatedCredential[] = [];
  for (const { id, type } of list) {
    if (type !== PUBLIC_KEY || id.length > configuration.maxCredentialIdLength) continue;
    const stored = await storage.credentials.find(id);
    const wrapped = stored ? undefined : unwrapCredential(id, rpIdHash, wrapKey);
    if (stored?.rp.id === rpId) located.push(discoverable(storage, stored));
    else if (wrapped) located.push({ ...wrapped, id, secrets: async () => wrapped.secrets });
  }
  return located;
}

/** The discoverable credentials of `rpId`, newest first. */
export async function locateDiscoverable(
  { storage }: Pick<Env, 'storage'>,
  rpId: string,
): Promise<readonly LocatedCredential[]> {
  const credentials = await storage.credentials.ofRp(rpId);
  return credentials.toReversed().map((credential) => discoverable(storage, credential));
}

function discoverable({ credentials }: AuthenticatorStorage, credential: Credential): LocatedCredential {
  const { id, algorithm, credProtect, user, largeBlobKey, thirdPartyPayment } = credential;
  return {
    id,
    algorithm,
    credProtect,
    user,
    ...(largeBlobKey && { largeBlobKey }),
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    secrets: async () => {
      const secrets = await credentials.secretsOf(id);
      if (!secrets) throw new Error('a listed credential has no secrets');
      return secrets;
    },
  };
}
