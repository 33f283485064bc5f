/** What `toJSON()` of a credential returns (WebAuthn Level 3 §5.1): base64url for bytes, members that are absent left out. */
import { encodeBase64Url } from './base64url';
import type {
  AuthenticationCredential,
  AuthenticationExtensionsClientOutputs,
  AuthenticatorAttachment,
  PrfValues,
  RegistrationCredential,
} from './model';
import { PUBLIC_KEY } from './model';

interface PrfValuesJSON {
  readonly first: string;
  readonly second?: string;
}

export interface AuthenticationExtensionsClientOutputsJSON {
  readonly credProps?: { readonly rk?: boolean };
  readonly prf?: { readonly enabled?: boolean; readonly results?: PrfValuesJSON };
  readonly largeBlob?: { readonly supported?: boolean; readonly blob?: string; readonly written?: boolean };
  readonly credBlob?: boolean;
  readonly getCredBlob?: string;
}

interface CredentialJSON<Response> {
  readonly id: string;
  readonly rawId: string;
  readonly response: Response;
  readonly authenticatorAttachment?: AuthenticatorAttachment;
  readonly clientExtensionResults: AuthenticationExtensionsClientOutputsJSON;
  readonly type: typeof PUBLIC_KEY;
}

export type RegistrationResponseJSON = CredentialJSON<{
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly transports: readonly string[];
  readonly publicKey?: string;
  readonly publicKeyAlgorithm: number;
  readonly attestationObject: string;
}>;

export type AuthenticationResponseJSON = CredentialJSON<{
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle?: string;
}>;

export function registrationToJSON(credential: RegistrationCredential): RegistrationResponseJSON {
  const { response } = credential;
  return credentialJSON(credential, {
    clientDataJSON: encodeBase64Url(response.clientDataJSON),
    authenticatorData: encodeBase64Url(response.authenticatorData),
    transports: response.transports,
    ...(response.publicKey !== undefined && { publicKey: encodeBase64Url(response.publicKey) }),
    publicKeyAlgorithm: response.publicKeyAlgorithm,
    attestationObject: encodeBase64Url(response.attestationObject),
  });
}

export function authenticationToJSON(credential: AuthenticationCredential): AuthenticationResponseJSON {
  const { response } = credential;
  return credentialJSON(credential, {
    clientDataJSON: encodeBase64Url(response.clientDataJSON),
    authenticatorData: encodeBase64Url(response.authenticatorData),
    signature: encodeBase64Url(response.signature),
    ...(response.userHandle !== undefined && { userHandle: encodeBase64Url(response.userHandle) }),
  });
}

function credentialJSON<Response>(
  credential: Omit<RegistrationCredential | AuthenticationCredential, 'response'>,
  response: Response,
): CredentialJSON<Response> {
  const id = encodeBase64Url(credential.rawId);
  const { authenticatorAttachment } = credential;
  return {
    id,
    rawId: id,
    response,
    ...(authenticatorAttachment !== undefined && { authenticatorAttachment }),
    clientExtensionResults: outputsJSON(credential.clientExtensionResults),
    type: PUBLIC_KEY,
  };
}

function outputsJSON(
  outputs: AuthenticationExtensionsClientOutputs,
): AuthenticationExtensionsClientOutputsJSON {
  const { credProps, prf, largeBlob, credBlob, getCredBlob } = outputs;
  return {
    ...(credProps !== undefined && { credProps }),
    ...(prf !== undefined && {
      prf: {
        ...(prf.enabled !== undefined && { enabled: prf.enabled }),
        ...(prf.results !== undefined && { results: prfValuesJSON(prf.results) }),
      },
    }),
    ...(largeBlob !== undefined && {
      largeBlob: {
        ...(largeBlob.supported !== undefined && { supported: largeBlob.supported }),
        ...(largeBlob.blob !== undefined && { blob: encodeBase64Url(largeBlob.blob) }),
        ...(largeBlob.written !== undefined && { written: largeBlob.written }),
      },
    }),
    ...(credBlob !== undefined && { credBlob }),
    ...(getCredBlob !== undefined && { getCredBlob: encodeBase64Url(getCredBlob) }),
  };
}

function prfValuesJSON({ first, second }: PrfValues): PrfValuesJSON {
  return { first: encodeBase64Url(first), ...(second !== undefined && { second: encodeBase64Url(second) }) };
}
