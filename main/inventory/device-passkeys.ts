/** Passkeys of this device in the words of the one list. */
import { createHash } from 'node:crypto';
import type { StoredCredential } from '../client/stored-credential';
import type { Credential } from '../authenticator/env';
import { KEPT_AFTER_DELETION, type DeletedPasskey as VaultDeleted, type DevicePasskey } from '../vault/model';
import { whyProtected } from '../vault/passkey-changes';
import { DEVICE_ID, type DeletedPasskey } from './device-model';
import type { Passkey } from './model';
import { problem } from './problems';

/** The list is asked for often, and most of it does not change in between. */
const known = new WeakMap<DevicePasskey, Passkey>();

export function passkeyOf(passkey: DevicePasskey): Passkey & Pick<DeletedPasskey, 'device'> {
  const { credential, created, lastUsed, protected: isProtected } = passkey;
  let listed = known.get(passkey) as ReturnType<typeof passkeyOf> | undefined;
  if (listed) return listed;
  const notRemovable = whyProtected(passkey);
  listed = {
    id: deviceId(credential.id),
    keyId: DEVICE_ID,
    canEdit: true,
    credential: storedCredential(credential),
    device: {
      created,
      ...(lastUsed !== undefined && { lastUsed }),
      protected: isProtected,
      ...(notRemovable !== undefined && { notRemovable }),
    },
  };
  known.set(passkey, listed);
  return listed;
}

export function deletedPasskeyOf(passkey: VaultDeleted): DeletedPasskey {
  const { deleted } = passkey;
  return { ...passkeyOf(passkey), deleted, goes: deleted + KEPT_AFTER_DELETION };
}

/** A sentence; undefined when it can be deleted. */
export function whyNotRemovable(passkey: DevicePasskey): string | undefined {
  return whyProtected(passkey);
}

export function deviceId(credentialId: Uint8Array): string {
  return `${DEVICE_ID}:${Buffer.from(credentialId).toString('hex')}`;
}

/** Throws ProblemError when it cannot be the ID of a passkey of this device. */
export function credentialIdOf(passkeyId: string): Uint8Array {
  const hex = passkeyId.slice(DEVICE_ID.length + 1);
  if (!passkeyId.startsWith(`${DEVICE_ID}:`) || !/^(?:[0-9a-f]{2})+$/.test(hex)) throw notListed();
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export function notListed(): ReturnType<typeof problem> {
  return problem('not-found', 'This passkey is no longer on this device. Look at the list again.');
}

function storedCredential(credential: Credential): StoredCredential {
  const { id, rp, user, algorithm, credProtect, largeBlobKey, thirdPartyPayment } = credential;
  return {
    rpId: rp.id,
    ...(rp.name !== undefined && { rpName: rp.name }),
    // Both are for the details of one of them.
    get rpIdHash() {
      return createHash('sha256').update(rp.id).digest();
    },
    get publicKey() {
      return credential.publicKey;
    },
    user,
    credentialId: id,
    algorithm,
    credProtect,
    hasLargeBlobKey: largeBlobKey !== undefined,
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    flaws: [],
  };
}
