/** A discoverable credential as credential management tells it (CTAP 2.1 §6.8.2–§6.8.5). */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CborMap } from '../ctap/cbor';
import type { CredentialManagementResponse } from '../ctap/commands/credential-management';
import { readCoseKey } from '../ctap/cose';
import { PUBLIC_KEY, type UserEntity } from '../ctap/entities';
import { ProtocolError } from '../ctap/errors';
import type { LargeBlobKeys } from './large-blob-keys';

export interface StoredCredential {
  /** As the key gave it; the hash in hex when the key did not say. Unchecked text from outside. */
  readonly rpId: string;
  readonly rpName?: string;
  /** 32 bytes. */
  readonly rpIdHash: Uint8Array;
  /** `id` is empty when the key did not say. Unchecked text from outside. */
  readonly user: UserEntity;
  readonly credentialId: Uint8Array;
  /** COSE_Key. */
  readonly publicKey?: CborMap;
  /** COSE algorithm of the public key. */
  readonly algorithm?: number;
  /** 1 optional, 2 optional with credential ID list, 3 required. */
  readonly credProtect?: number;
  /** There is a key for large blobs; the key itself is overwritten at once, unless somebody collects it. */
  readonly hasLargeBlobKey: boolean;
  readonly thirdPartyPayment?: boolean;
  /** What was odd about the key's answers for this credential, each a sentence. */
  readonly flaws: readonly string[];
}

/** A relying party in the list of a key. */
export interface ListedRp {
  readonly rpId: string;
  readonly rpName?: string;
  /** 32 bytes. */
  readonly rpIdHash: Uint8Array;
  readonly flaws: readonly string[];
}

/** WebAuthn Level 3 §5.4.3: bytes of a user handle. */
const MAX_USER_HANDLE = 64;

/** The relying party of one answer to enumerateRPs. Throws {@link ProtocolError} when it cannot be told which it is. */
export function readRp(answer: CredentialManagementResponse): ListedRp {
  const flaws = answer.flaws?.map(sentence) ?? [];
  const id = answer.rp?.id;
  const name = answer.rp?.name;
  let rpIdHash = answer.rpIDHash;
  if (!rpIdHash) {
    if (id === undefined) throw new ProtocolError('The security key listed a site without ID and hash.');
    flaws.push('The key did not give the hash of the site.');
    rpIdHash = sha256(Buffer.from(id));
  } else if (!id) {
    flaws.push('The key did not give the name of the site, only its hash.');
  } else if (!equalBytes(sha256(Buffer.from(id)), rpIdHash)) {
    flaws.push("The site's name does not fit its hash: it was cut short by the key, or is not the real one.");
  }
  return {
    rpId: id || Buffer.from(rpIdHash).toString('hex'),
    ...(name !== undefined && { rpName: name }),
    rpIdHash,
    flaws,
  };
}

/**
 * The credential of one answer to enumerateCredentials; its large-blob key goes to `keys`. Throws {@link ProtocolError} when
 * it has no ID.
 */
export function readCredential(
  rp: ListedRp,
  answer: CredentialManagementResponse,
  keys?: LargeBlobKeys,
): StoredCredential {
  const flaws = [...rp.flaws, ...(answer.flaws?.map(sentence) ?? [])];
  const { credentialID, user, publicKey, credProtect, largeBlobKey, thirdPartyPayment } = answer;
  if (largeBlobKey && credentialID) keys?.add(credentialID.id, largeBlobKey);
  largeBlobKey?.fill(0);
  if (!credentialID || credentialID.id.length === 0)
    throw new ProtocolError('The security key listed a passkey without an ID.');
  if (credentialID.type !== PUBLIC_KEY) flaws.push('The key calls this something else than a public key.');
  if (!user) flaws.push('The key did not say to which account this passkey belongs.');
  else if (user.id.length === 0 || user.id.length > MAX_USER_HANDLE)
    flaws.push(`The user handle has ${user.id.length} bytes instead of 1 to ${MAX_USER_HANDLE}.`);
  if (credProtect !== undefined && (credProtect < 1 || credProtect > 3))
    flaws.push(`The key gave a protection level that does not exist (${credProtect}).`);
  const algorithm = publicKey && algorithmOf(publicKey, flaws);
  return {
    rpId: rp.rpId,
    ...(rp.rpName !== undefined && { rpName: rp.rpName }),
    rpIdHash: rp.rpIdHash,
    user: user ?? { id: new Uint8Array() },
    credentialId: credentialID.id,
    ...(publicKey && { publicKey }),
    ...(algorithm !== undefined && { algorithm }),
    ...(credProtect !== undefined && { credProtect }),
    hasLargeBlobKey: largeBlobKey !== undefined,
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    flaws,
  };
}

function algorithmOf(publicKey: CborMap, flaws: string[]): number | undefined {
  try {
    return readCoseKey(publicKey).alg;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    flaws.push(`The public key cannot be read: ${error.message}.`);
    return undefined;
  }
}

function sentence(flaw: string): string {
  return `In the key's answer ${flaw}.`;
}
