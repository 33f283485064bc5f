/** What `create` and `get` need of an authenticator, and of whoever opens it for them. */
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { CborMap } from '../ctap/cbor';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { PinProtocol } from '../ctap/pin-protocol';
import type { AuthenticatorAttachment, AuthenticatorTransport } from './model';

/** A pinUvAuthToken that the authenticator gave for a verified user (CTAP 2.1 §6.5.2.1). */
export interface PinUvAuth {
  readonly protocolVersion: 1 | 2;
  /** The pinUvAuthParam for `message`: 16 bytes for protocol one, 32 for two. */
  authenticate(message: Uint8Array): Uint8Array;
  /** Overwrites the token. Idempotent. */
  destroy(): void;
}

export interface AuthorizationRequest extends CallOptions {
  /** `Permission` bits of main/ctap/pin-protocol.ts: what the token is for. */
  readonly permissions: number;
  readonly rpId: string;
  /** Built-in user verification has just failed: only the PIN is left (CTAP 2.1 §6.1.2 step 11.2). */
  readonly builtInFailed: boolean;
}

/** Whoever asks the person for a PIN or a finger. */
export interface UserVerifier {
  /**
   * A token for one ceremony. Undefined when the authenticator shall verify within the command itself (option uv). Rejects
   * with CtapStatusError as clientPIN answers, TransportError, ProtocolError, or {@link CeremonyFailure} (the person said no).
   */
  authorize(request: AuthorizationRequest): Promise<PinUvAuth | undefined>;
}

/** For an authenticator that verifies by itself, like this device. */
export const builtInVerification: UserVerifier = { authorize: () => Promise.resolve(undefined) };

/** What hmac-secret encrypts salts and outputs with (CTAP 2.1 §12.5). */
export interface SharedSecret {
  readonly protocol: PinProtocol;
  /** 32 bytes for protocol one, 64 for two. */
  readonly secret: Uint8Array;
  /** Our half, COSE_Key. */
  readonly keyAgreement: CborMap;
}

export interface SharedSecretSource {
  /** Agrees on a secret with the authenticator; it is overwritten when `use` has ended. */
  withSharedSecret<T>(use: (secret: SharedSecret) => Promise<T>, options?: CallOptions): Promise<T>;
}

/** The large-blob array of the authenticator (CTAP 2.1 §6.10). Both reject as Ctap2Api does. */
export interface LargeBlobStore {
  /** What is kept under a largeBlobKey of 32 bytes; undefined when that is nothing, or nothing that can be read. */
  read(key: Uint8Array, options?: CallOptions): Promise<Uint8Array | undefined>;
  /** Replaces it. `auth` has permission lbw; undefined where nothing protects the authenticator. */
  write(key: Uint8Array, data: Uint8Array, auth: PinUvAuth | undefined, options?: CallOptions): Promise<void>;
}

/**
 * One authenticator in one ceremony. Nobody else may talk to it meanwhile: see `SecurityKey.exclusive`.
 */
export interface CeremonyAuthenticator {
  readonly api: Pick<Ctap2Api, 'makeCredential' | 'getAssertion' | 'selection'> &
    Partial<Pick<Ctap2Api, 'getNextAssertion'>>;
  /** As fresh as it can be; {@link u2fInfo} for a key that speaks only U2F. */
  readonly info: AuthenticatorInfo;
  readonly attachment: AuthenticatorAttachment;
  /** The way it is reached now. */
  readonly transport: AuthenticatorTransport;
  readonly verifier: UserVerifier;
  /** Absent: the prf extension gives no results. */
  readonly secrets?: SharedSecretSource;
  /** Absent: the largeBlob extension finds and keeps nothing. */
  readonly largeBlobs?: LargeBlobStore;
}

/** What getInfo would say of a key that speaks only U2F (CTAP 2.1 §10). */
export const u2fInfo: AuthenticatorInfo = {
  versions: ['U2F_V2'],
  aaguid: new Uint8Array(16),
  options: new Map([['up', true]]),
  algorithms: [{ type: 'public-key', alg: -7 }],
  maxCredentialIdLength: 255,
};

/** Speaks no CTAP2: it looks through lists by itself, without a touch. */
export function isU2fOnly({ versions }: AuthenticatorInfo): boolean {
  return !versions.some((version) => version.startsWith('FIDO_2'));
}
