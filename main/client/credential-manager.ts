/** Lists, deletes and renames the discoverable credentials of an authenticator (CTAP 2.1 §6.8, and its preview). */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { CborMap } from '../ctap/cbor';
import {
  credentialManagementAuthMessage,
  credentialManagementParams,
  CredentialManagementSubcommand as Subcommand,
  type CredentialManagementParams,
  type CredentialManagementResponse,
} from '../ctap/commands/credential-management';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { PUBLIC_KEY } from '../ctap/entities';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { enumerate, MAX_LISTED, type Enumeration } from './enumeration';
import { isFailure, isUnplugged, type Failure } from './failures';
import type { LargeBlobKeys } from './large-blob-keys';
import type { PinUvAuthToken } from './pin-uv-auth-token';
import { readCredential, readRp, type ListedRp, type StoredCredential } from './stored-credential';
import { compareNames, withoutEmpty, type UserNames, type UserUpdate } from './user-update';

export interface CredentialsMetadata {
  /** Discoverable credentials stored, as the key claims. */
  readonly existing: number;
  /** How many more are possible at most; an estimate. */
  readonly remaining: number;
}

export interface ListOptions {
  readonly signal?: AbortSignal;
  /** `total` is what the key claims, left out where that is unbelievable. */
  readonly onProgress?: (progress: { readonly done: number; readonly total?: number }) => void;
  /** Collects the large-blob keys; whoever gives it destroys it. */
  readonly largeBlobKeys?: LargeBlobKeys;
}

export interface CredentialList {
  readonly credentials: readonly StoredCredential[];
  readonly metadata: CredentialsMetadata;
  /** The key claimed more passkeys than is believable; reading ended at this many. */
  readonly cutAt?: number;
  /** What was odd about the list as a whole, each a sentence; oddities of one credential are with it. */
  readonly flaws: readonly string[];
}

/** Which credential is meant, and where it is listed. */
export type CredentialIdentity = Pick<StoredCredential, 'credentialId' | 'rpId' | 'rpIdHash'>;

export interface Deletion {
  /** What is true now, by listing the site's passkeys again. */
  readonly outcome: 'deleted' | 'kept';
  /** What the delete command itself failed with, whatever the outcome. */
  readonly refusal?: Failure;
}

/** True when the authenticator has credential management or its preview. */
export function canManageCredentials(info: AuthenticatorInfo): boolean {
  return info.options?.get('credMgmt') === true || info.options?.get('credentialMgmtPreview') === true;
}

/** True when the names of a credential can be changed: CTAP 2.1 has the subcommand, its preview does not. */
export function canUpdateUsers(info: AuthenticatorInfo): boolean {
  return (
    info.options?.get('credMgmt') === true && info.versions.some((version) => /^FIDO_2_[1-9]$/.test(version))
  );
}

/**
 * Methods reject with what {@link Ctap2Api} rejects with; `isTokenRefused` recognises a token that has ended meanwhile.
 * An enumeration must not be interrupted by other commands to the same key: run it in `SecurityKey.exclusive`.
 */
export class CredentialManager {
  readonly #api: Ctap2Api;
  readonly #info: AuthenticatorInfo;
  readonly #token: PinUvAuthToken;

  /** The token has permission `cm` without an RP ID, or is a legacy one; for reading, a persistent one will do. */
  constructor(api: Ctap2Api, info: AuthenticatorInfo, token: PinUvAuthToken) {
    this.#api = api;
    this.#info = info;
    this.#token = token;
  }

  /** One round trip. */
  async metadata(options?: CallOptions): Promise<CredentialsMetadata> {
    const answer = await this.#orNothing(this.#authenticated(Subcommand.GET_CREDS_METADATA, {}, options));
    return {
      existing: answer?.existingResidentCredentialsCount ?? 0,
      remaining: answer?.maxPossibleRemainingResidentCredentialsCount ?? 0,
    };
  }

  /** One round trip for the metadata, one per relying party, one per credential (one when there is none). */
  async list({ signal, onProgress, largeBlobKeys }: ListOptions = {}): Promise<CredentialList> {
    const options: CallOptions = signal ? { signal } : {};
    const metadata = await this.metadata(options);
    const total = metadata.existing <= MAX_LISTED ? { total: metadata.existing } : {};
    onProgress?.({ done: 0, ...total });
    const rps = await this.#relyingParties(options);
    const flaws = [...rps.flaws];
    const credentials = new Map<string, StoredCredential>();
    let { cut, unreadable } = rps;
    for (const rp of rps.items) {
      const room = MAX_LISTED - credentials.size;
      if (room === 0) {
        cut = true;
        break;
      }
      const found = await this.#credentialsOf(rp, options, room, {
        onItem: (done) => onProgress?.({ done: credentials.size + done, ...total }),
        ...(largeBlobKeys && { largeBlobKeys }),
      });
      flaws.push(...found.flaws);
      cut ||= found.cut;
      unreadable ??= found.unreadable;
      for (const credential of found.items) {
        const id = identity(credential);
        if (credentials.has(id)) flaws.push('The key listed the same passkey for two sites.');
        else credentials.set(id, credential);
      }
    }
    if (credentials.size === 0 && unreadable) throw unreadable;
    if (!cut && metadata.existing !== credentials.size)
      flaws.push(`The key says that it holds ${metadata.existing} passkeys, but listed ${credentials.size}.`);
    return {
      credentials: [...credentials.values()],
      metadata,
      ...(cut && { cutAt: credentials.size }),
      flaws: [...new Set(flaws)],
    };
  }

  /** Believes what the key says; see {@link deleteVerified}. One round trip. */
  async delete(credentialId: Uint8Array, options?: CallOptions): Promise<void> {
    await this.#authenticated(
      Subcommand.DELETE_CREDENTIAL,
      { credentialID: { id: credentialId, type: PUBLIC_KEY } },
      options,
    );
  }

  /**
   * Deletes, then lists the passkeys of that site again and says what is true, whatever the key answered to the deletion.
   * Rejects when the truth could not be found out: then nobody knows.
   */
  async deleteVerified(credential: CredentialIdentity, options: CallOptions = {}): Promise<Deletion> {
    let refusal: Failure | undefined;
    try {
      await this.delete(credential.credentialId, options);
    } catch (error) {
      // A key that is gone cannot be asked; and the token that asking needs may be gone with it.
      if (!isFailure(error) || isUnplugged(error)) throw error;
      refusal = error;
    }
    const left = await this.#find(credential, options);
    return { outcome: left ? 'kept' : 'deleted', ...(refusal && { refusal }) };
  }

  /**
   * Changes the names of a credential (§6.8.6), then lists the passkeys of that site again and says what is true, whatever
   * the key answered. The user ID stays. NO_CREDENTIALS when the credential is no longer there, INVALID_COMMAND without
   * asking where {@link canUpdateUsers} is false; rejects also when the truth could not be found out.
   */
  async updateUser(
    credential: StoredCredential,
    names: UserNames,
    options: CallOptions = {},
  ): Promise<UserUpdate> {
    if (!canUpdateUsers(this.#info))
      throw new CtapStatusError(
        Status.INVALID_COMMAND,
        'this security key cannot change the names of passkeys',
      );
    const user = { id: credential.user.id, ...withoutEmpty(names) };
    const credentialID = { id: credential.credentialId, type: PUBLIC_KEY };
    let refusal: Failure | undefined;
    try {
      await this.#authenticated(Subcommand.UPDATE_USER_INFORMATION, { credentialID, user }, options);
    } catch (error) {
      if (!isFailure(error) || isUnplugged(error)) throw error;
      refusal = error;
    }
    const now = await this.#find(credential, options);
    if (!now) throw refusal ?? new CtapStatusError(Status.NO_CREDENTIALS, 'no longer listed');
    return {
      outcome: compareNames(names, now.user, credential.user),
      credential: now,
      ...(refusal && { refusal }),
    };
  }

  /** The large-blob key of one credential goes to `keys`, when it has one. As many round trips as its site has passkeys. */
  async readLargeBlobKey(
    credential: CredentialIdentity,
    largeBlobKeys: LargeBlobKeys,
    options: CallOptions = {},
  ): Promise<void> {
    await this.#find(credential, options, largeBlobKeys);
  }

  /** The credential as it is listed now, or undefined when it certainly is not. */
  async #find(
    { credentialId, rpId, rpIdHash }: CredentialIdentity,
    options: CallOptions,
    largeBlobKeys?: LargeBlobKeys,
  ): Promise<StoredCredential | undefined> {
    const rp = { rpId, rpIdHash, flaws: [] };
    const listed = await this.#credentialsOf(rp, options, MAX_LISTED, {
      ...(largeBlobKeys && { largeBlobKeys }),
    });
    const found = listed.items.find((item) => equalBytes(item.credentialId, credentialId));
    if (found) return found;
    if (listed.unreadable) throw listed.unreadable;
    if (listed.cut)
      throw new ProtocolError('The security key does not come to an end in listing its passkeys.');
    return undefined;
  }

  #relyingParties(options: CallOptions): Promise<Enumeration<ListedRp>> {
    return enumerate<CredentialManagementResponse, ListedRp>({
      begin: async () => {
        const answer = await this.#orNothing(
          this.#authenticated(Subcommand.ENUMERATE_RPS_BEGIN, {}, options),
        );
        const empty = !answer?.rp && !answer?.rpIDHash && !answer?.totalRPs;
        return empty ? undefined : answer;
      },
      next: () =>
        this.#api.credentialManagement({ subCommand: Subcommand.ENUMERATE_RPS_GET_NEXT_RP }, options),
      total: (first) => first.totalRPs,
      read: readRp,
      identity: (rp) => Buffer.from(rp.rpIdHash).toString('hex'),
      what: 'sites',
      limit: MAX_LISTED,
    });
  }

  #credentialsOf(
    rp: ListedRp,
    options: CallOptions,
    limit: number,
    { onItem, largeBlobKeys }: CredentialSinks = {},
  ): Promise<Enumeration<StoredCredential>> {
    let done = 0;
    return enumerate<CredentialManagementResponse, StoredCredential>({
      begin: async () => {
        done = 0;
        const answer = await this.#orNothing(
          this.#authenticated(Subcommand.ENUMERATE_CREDENTIALS_BEGIN, { rpIDHash: rp.rpIdHash }, options),
        );
        const empty = !answer?.credentialID && !answer?.user && !answer?.totalCredentials;
        return empty ? undefined : answer;
      },
      next: () =>
        this.#api.credentialManagement(
          { subCommand: Subcommand.ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL },
          options,
        ),
      total: (first) => first.totalCredentials,
      read: (answer) => readCredential(rp, answer, largeBlobKeys),
      identity,
      onItem: () => onItem?.(++done),
      what: `passkeys for ${rp.rpId}`,
      limit,
    });
  }

  /** An empty store is NO_CREDENTIALS to some keys, an empty answer to others. */
  async #orNothing(
    answer: Promise<CredentialManagementResponse>,
  ): Promise<CredentialManagementResponse | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof CtapStatusError && error.status === Status.NO_CREDENTIALS) return undefined;
      throw error;
    }
  }

  async #authenticated(
    subCommand: number,
    params: CredentialManagementParams,
    options: CallOptions | undefined,
  ): Promise<CredentialManagementResponse> {
    if (!canManageCredentials(this.#info))
      throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key cannot list its passkeys');
    const encoded = credentialManagementParams.encode(params) as CborMap;
    const subCommandParams = encoded.size > 0 ? encoded : undefined;
    return this.#api.credentialManagement(
      {
        subCommand,
        ...(subCommandParams && { subCommandParams }),
        pinUvAuthProtocol: this.#token.protocolVersion,
        pinUvAuthParam: this.#token.authenticate(
          credentialManagementAuthMessage(subCommand, subCommandParams),
        ),
      },
      options,
    );
  }
}

/** Who hears of the credentials of a site while they are read. */
interface CredentialSinks {
  readonly onItem?: (done: number) => void;
  readonly largeBlobKeys?: LargeBlobKeys;
}

function identity(credential: StoredCredential): string {
  return Buffer.from(credential.credentialId).toString('hex');
}
