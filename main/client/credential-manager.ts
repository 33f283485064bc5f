/** Lists and deletes the discoverable credentials of an authenticator (CTAP 2.1 §6.8, and its preview). */
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
import type { PinUvAuthToken } from './pin-uv-auth-token';
import { readCredential, readRp, type ListedRp, type StoredCredential } from './stored-credential';

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
}

export interface CredentialList {
  readonly credentials: readonly StoredCredential[];
  readonly metadata: CredentialsMetadata;
  /** The key claimed more passkeys than is believable; reading ended at this many. */
  readonly cutAt?: number;
  /** What was odd about the list as a whole, each a sentence; oddities of one credential are with it. */
  readonly flaws: readonly string[];
}

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

/**
 * Methods reject with what {@link Ctap2Api} rejects with; `isTokenRefused` recognises a token that has ended meanwhile.
 * An enumeration must not be interrupted by other commands to the same key: run it in `SecurityKey.exclusive`.
 */
export class CredentialManager {
  readonly #api: Ctap2Api;
  readonly #info: AuthenticatorInfo;
  readonly #token: PinUvAuthToken;

  /** The token has permission `cm` without an RP ID, or is a legacy one. */
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
  async list({ signal, onProgress }: ListOptions = {}): Promise<CredentialList> {
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
      const found = await this.#credentialsOf(rp, options, room, (done) =>
        onProgress?.({ done: credentials.size + done, ...total }),
      );
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
  async deleteVerified(
    credential: Pick<StoredCredential, 'credentialId' | 'rpId' | 'rpIdHash'>,
    options: CallOptions = {},
  ): Promise<Deletion> {
    let refusal: Failure | undefined;
    try {
      await this.delete(credential.credentialId, options);
    } catch (error) {
      // A key that is gone cannot be asked; and the token that asking needs may be gone with it.
      if (!isFailure(error) || isUnplugged(error)) throw error;
      refusal = error;
    }
    const rp = { rpId: credential.rpId, rpIdHash: credential.rpIdHash, flaws: [] };
    const left = await this.#credentialsOf(rp, options, MAX_LISTED);
    if (left.items.some((item) => equalBytes(item.credentialId, credential.credentialId)))
      return { outcome: 'kept', ...(refusal && { refusal }) };
    if (left.unreadable) throw left.unreadable;
    if (left.cut)
      throw new ProtocolError('The security key does not come to an end in listing its passkeys.');
    return { outcome: 'deleted', ...(refusal && { refusal }) };
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
    onProgress?: (done: number) => void,
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
      read: (answer) => readCredential(rp, answer),
      identity,
      onItem: () => onProgress?.(++done),
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

function identity(credential: StoredCredential): string {
  return Buffer.from(credential.credentialId).toString('hex');
}
