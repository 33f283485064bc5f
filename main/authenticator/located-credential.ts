/** Finding the credentials that a site may use (CTAP 2.1 §6.1.2 step 12, §6.2.2 step 7). */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CredentialDescriptor, UserEntity } from '../ctap/entities';
import { PUBLIC_KEY } from '../ctap/entities';
import type { AuthenticatorStorage, Credential, CredentialSecrets, CredProtect, Env } from './env';
import { overwriteSecrets } from './key-state';
import { unwrapCredential, type WrappedCredential } from './wrapped-credential';

/** A credential of either kind. */
export interface LocatedCredential {
  readonly id: Uint8Array;
  readonly algorithm: number;
  readonly credProtect: CredProtect;
  /** Of discoverable credentials only. */
  readonly user?: UserEntity;
  readonly largeBlobKey?: Uint8Array;
  readonly thirdPartyPayment?: boolean;
  /**
   * Works with the secrets, only when the credential is really used: getting them may need the user's verification. Nothing of
   * them may be kept.
   */
  use<T>(work: (secrets: CredentialSecrets) => T): Promise<T>;
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
    else if (wrapped) located.push(nonDiscoverable(storage, id, wrapped));
  }
  wrapKey.fill(0);
  return located;
}

function nonDiscoverable(
  storage: AuthenticatorStorage,
  id: Uint8Array,
  wrapped: WrappedCredential,
): LocatedCredential {
  const { algorithm, credProtect, thirdPartyPayment } = wrapped;
  return {
    id,
    algorithm,
    credProtect,
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    use: async (work) => {
      const secrets = await wrapped.open(storage);
      try {
        return work(secrets);
      } finally {
        overwriteSecrets(secrets);
      }
    },
  };
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
    use: async (work) => {
      const secrets = await credentials.secretsOf(id);
      if (!secrets) throw new Error('a listed credential has no secrets');
      return work(secrets);
    },
  };
}
