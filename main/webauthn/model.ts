/**
 * The dictionaries of WebAuthn Level 3 §5.1 to §5.8 and §10, as data: bytes are `Uint8Array`, enumerations have their known values
 * only. The specification passes enumerations as strings and has unknown values treated as if they were absent (§2.1.1); whoever
 * makes one of these dictionaries from what a site sent has done that (options-json.ts).
 *
 * A member that may be absent has the default of its section; the comments name it.
 */

/** §5.4.5. */
export type AuthenticatorAttachment = 'platform' | 'cross-platform';
/** §5.4.6. */
export type ResidentKeyRequirement = 'discouraged' | 'preferred' | 'required';
/** §5.8.6. */
export type UserVerificationRequirement = 'required' | 'preferred' | 'discouraged';
/** §5.4.7. */
export type AttestationConveyancePreference = 'none' | 'indirect' | 'direct' | 'enterprise';
/** §5.8.4. */
export type AuthenticatorTransport = 'usb' | 'nfc' | 'ble' | 'smart-card' | 'hybrid' | 'internal';
/** §5.8.8. */
export type PublicKeyCredentialHint = 'security-key' | 'client-device' | 'hybrid';

/** The only credential type there is (§5.8.2). */
export const PUBLIC_KEY = 'public-key';

/** §5.4.2. */
export interface PublicKeyCredentialRpEntity {
  /** The RP ID that the site claims. Absent: the effective domain of the caller. */
  readonly id?: string;
  readonly name: string;
}

/** §5.4.3. */
export interface PublicKeyCredentialUserEntity {
  /** The user handle. 1 to 64 bytes, which §5.1.3 checks, not whoever makes this dictionary. */
  readonly id: Uint8Array;
  readonly name: string;
  readonly displayName: string;
}

/** §5.3. */
export interface PublicKeyCredentialParameters {
  /** A string and not {@link PUBLIC_KEY}: entries of unknown types are skipped, but a list of them alone is an error. */
  readonly type: string;
  /** COSE algorithm. */
  readonly alg: number;
}

/** §5.8.3. */
export interface PublicKeyCredentialDescriptor {
  /** A string and not {@link PUBLIC_KEY}: entries of unknown types are skipped, but a list of them alone is an error. */
  readonly type: string;
  readonly id: Uint8Array;
  /** Absent or empty: nothing is known. */
  readonly transports?: readonly AuthenticatorTransport[];
}

/** §5.4.4. */
export interface AuthenticatorSelectionCriteria {
  /** Absent: any. */
  readonly authenticatorAttachment?: AuthenticatorAttachment;
  /** Absent: `required` when `requireResidentKey` is true, otherwise `discouraged`. */
  readonly residentKey?: ResidentKeyRequirement;
  /** Absent: false. */
  readonly requireResidentKey?: boolean;
  /** Absent: `preferred`. */
  readonly userVerification?: UserVerificationRequirement;
}

/** §5.4. */
export interface PublicKeyCredentialCreationOptions {
  readonly rp: PublicKeyCredentialRpEntity;
  readonly user: PublicKeyCredentialUserEntity;
  readonly challenge: Uint8Array;
  /** Most preferred first. Empty: ES256, then RS256 (§5.1.3). */
  readonly pubKeyCredParams: readonly PublicKeyCredentialParameters[];
  /** Milliseconds, as the site asks for; timeout.ts says what it gets. */
  readonly timeout?: number;
  /** Absent: empty. */
  readonly excludeCredentials?: readonly PublicKeyCredentialDescriptor[];
  readonly authenticatorSelection?: AuthenticatorSelectionCriteria;
  /** Most preferred first, none twice. Absent: empty. */
  readonly hints?: readonly PublicKeyCredentialHint[];
  /** Absent: `none`. */
  readonly attestation?: AttestationConveyancePreference;
  /** Most preferred first. Absent: empty. */
  readonly attestationFormats?: readonly string[];
  readonly extensions?: AuthenticationExtensionsClientInputs;
}

/** §5.5. */
export interface PublicKeyCredentialRequestOptions {
  readonly challenge: Uint8Array;
  /** Milliseconds, as the site asks for; timeout.ts says what it gets. */
  readonly timeout?: number;
  /** The RP ID that the site claims. Absent: the effective domain of the caller. */
  readonly rpId?: string;
  /** Most preferred first. Absent or empty: any discoverable credential. */
  readonly allowCredentials?: readonly PublicKeyCredentialDescriptor[];
  /** Absent: `preferred`. */
  readonly userVerification?: UserVerificationRequirement;
  /** Most preferred first, none twice. Absent: empty. */
  readonly hints?: readonly PublicKeyCredentialHint[];
  readonly extensions?: AuthenticationExtensionsClientInputs;
}

/** §10.1.4. Any lengths: the client hashes them before they go to an authenticator. */
export interface PrfValues {
  readonly first: Uint8Array;
  readonly second?: Uint8Array;
}

/** §10.1.4. */
export interface PrfInputs {
  readonly eval?: PrfValues;
  /** By credential ID in base64url, as the site wrote it. In `get` only. */
  readonly evalByCredential?: ReadonlyMap<string, PrfValues>;
}

/** §10.1.5. */
export interface LargeBlobInputs {
  /** In `create` only. All but `required` is `preferred`; a string, because any value of it is an error in `get`. */
  readonly support?: string;
  /** In `get` only. */
  readonly read?: boolean;
  /** In `get` only, and not together with `read`. */
  readonly write?: Uint8Array;
}

/** CTAP 2.1 §12.1. */
export type CredentialProtectionPolicy =
  'userVerificationOptional' | 'userVerificationOptionalWithCredentialIDList' | 'userVerificationRequired';

/** The extensions that Latchkey knows (§10; CTAP 2.1 §12). */
export interface AuthenticationExtensionsClientInputs {
  /** §10.1.3, in `create`. */
  readonly credProps?: boolean;
  /** §10.1.4. */
  readonly prf?: PrfInputs;
  /** §10.1.5. */
  readonly largeBlob?: LargeBlobInputs;
  /** credProtect: CTAP 2.1 §12.1, in `create`. */
  readonly credentialProtectionPolicy?: CredentialProtectionPolicy;
  /** credProtect: fail when the authenticator cannot do it. Absent: false. */
  readonly enforceCredentialProtectionPolicy?: boolean;
  /** CTAP 2.1 §12.2, in `create`: to be kept with the credential. */
  readonly credBlob?: Uint8Array;
  /** CTAP 2.1 §12.2, in `get`. */
  readonly getCredBlob?: boolean;
  /** CTAP 2.1 §12.4, in `create`. */
  readonly minPinLength?: boolean;
}

/** What the extensions answer. minPinLength and credProtect answer in the authenticator data alone. */
export interface AuthenticationExtensionsClientOutputs {
  /** §10.1.3: `rk` is absent where it is not known whether the credential is discoverable. */
  readonly credProps?: { readonly rk?: boolean };
  /** §10.1.4: `enabled` from `create` only. Results of 32 bytes each. */
  readonly prf?: { readonly enabled?: boolean; readonly results?: PrfValues };
  /** §10.1.5: `supported` from `create`, `blob` and `written` from `get`. */
  readonly largeBlob?: {
    readonly supported?: boolean;
    readonly blob?: Uint8Array;
    readonly written?: boolean;
  };
  /** CTAP 2.1 §12.2, from `create`: it was kept. */
  readonly credBlob?: boolean;
  /** CTAP 2.1 §12.2, from `get`. */
  readonly getCredBlob?: Uint8Array;
}

/** §5.2.1. */
export interface AuthenticatorAttestationResponse {
  /** Exactly the bytes whose hash the authenticator got. */
  readonly clientDataJSON: Uint8Array;
  /** CBOR. */
  readonly attestationObject: Uint8Array;
  /** The authenticator data inside `attestationObject`. */
  readonly authenticatorData: Uint8Array;
  /** Unique and sorted; strings, because an authenticator may name some that Latchkey does not know. */
  readonly transports: readonly string[];
  /** SubjectPublicKeyInfo, DER. Absent for an algorithm that Latchkey does not know. */
  readonly publicKey?: Uint8Array;
  /** COSE algorithm. */
  readonly publicKeyAlgorithm: number;
}

/** §5.2.2. */
export interface AuthenticatorAssertionResponse {
  /** Exactly the bytes whose hash the authenticator got. */
  readonly clientDataJSON: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly signature: Uint8Array;
  /** Absent when the authenticator returned none. */
  readonly userHandle?: Uint8Array;
}

/** §5.1: what `create` and `get` resolve to. Its type is always {@link PUBLIC_KEY}; its `id` is `rawId` in base64url. */
interface PublicKeyCredential<Response> {
  /** The credential ID, at most 1023 bytes. */
  readonly rawId: Uint8Array;
  readonly response: Response;
  /** How the authenticator that answered is attached. */
  readonly authenticatorAttachment?: AuthenticatorAttachment;
  readonly clientExtensionResults: AuthenticationExtensionsClientOutputs;
}
export type RegistrationCredential = PublicKeyCredential<AuthenticatorAttestationResponse>;
export type AuthenticationCredential = PublicKeyCredential<AuthenticatorAssertionResponse>;
