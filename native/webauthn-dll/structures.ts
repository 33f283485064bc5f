/**
 * The structures of webauthn.dll, member by member as in https://github.com/microsoft/webauthn (webauthn.h, API version 8), by their
 * names there without `WEBAUTHN_`. DWORD and BOOL have 32 bits, LONG too; all pointers are addresses, filled and read by memory.ts.
 * Members at the end that an older Windows does not know are told by `dwVersion`.
 */
import type { TypeObject } from 'koffi';
import type { Koffi } from './memory.js';

const DWORD = 'uint32';
const BOOL = 'int32';
const LONG = 'int32';
const POINTER = 'void *';

export type Structures = ReturnType<typeof defineStructures>;

export function defineStructures(koffi: Pick<Koffi, 'struct'>) {
  const struct = (members: Record<string, string | TypeObject>): TypeObject => koffi.struct(members);

  const CREDENTIAL = struct({
    dwVersion: DWORD,
    cbId: DWORD,
    pbId: POINTER,
    pwszCredentialType: POINTER,
  });
  const CREDENTIALS = struct({ cCredentials: DWORD, pCredentials: POINTER });
  const EXTENSIONS = struct({ cExtensions: DWORD, pExtensions: POINTER });

  return {
    RP_ENTITY_INFORMATION: struct({
      dwVersion: DWORD,
      pwszId: POINTER,
      pwszName: POINTER,
      pwszIcon: POINTER,
    }),
    USER_ENTITY_INFORMATION: struct({
      dwVersion: DWORD,
      cbId: DWORD,
      pbId: POINTER,
      pwszName: POINTER,
      pwszIcon: POINTER,
      pwszDisplayName: POINTER,
    }),
    CLIENT_DATA: struct({
      dwVersion: DWORD,
      cbClientDataJSON: DWORD,
      pbClientDataJSON: POINTER,
      pwszHashAlgId: POINTER,
    }),
    COSE_CREDENTIAL_PARAMETER: struct({ dwVersion: DWORD, pwszCredentialType: POINTER, lAlg: LONG }),
    COSE_CREDENTIAL_PARAMETERS: struct({ cCredentialParameters: DWORD, pCredentialParameters: POINTER }),
    CREDENTIAL,
    CREDENTIALS,
    CREDENTIAL_EX: struct({
      dwVersion: DWORD,
      cbId: DWORD,
      pbId: POINTER,
      pwszCredentialType: POINTER,
      dwTransports: DWORD,
    }),
    /** Its array holds pointers, not structures. */
    CREDENTIAL_LIST: struct({ cCredentials: DWORD, ppCredentials: POINTER }),
    HMAC_SECRET_SALT: struct({ cbFirst: DWORD, pbFirst: POINTER, cbSecond: DWORD, pbSecond: POINTER }),
    CRED_WITH_HMAC_SECRET_SALT: struct({ cbCredID: DWORD, pbCredID: POINTER, pHmacSecretSalt: POINTER }),
    HMAC_SECRET_SALT_VALUES: struct({
      pGlobalHmacSalt: POINTER,
      cCredWithHmacSecretSaltList: DWORD,
      pCredWithHmacSecretSaltList: POINTER,
    }),
    CRED_PROTECT_EXTENSION_IN: struct({ dwCredProtect: DWORD, bRequireCredProtect: BOOL }),
    CRED_BLOB_EXTENSION: struct({ cbCredBlob: DWORD, pbCredBlob: POINTER }),
    EXTENSION: struct({ pwszExtensionIdentifier: POINTER, cbExtension: DWORD, pvExtension: POINTER }),
    EXTENSIONS,
    AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS: struct({
      dwVersion: DWORD,
      dwTimeoutMilliseconds: DWORD,
      CredentialList: CREDENTIALS,
      Extensions: EXTENSIONS,
      dwAuthenticatorAttachment: DWORD,
      bRequireResidentKey: BOOL,
      dwUserVerificationRequirement: DWORD,
      dwAttestationConveyancePreference: DWORD,
      dwFlags: DWORD,
      // 2
      pCancellationId: POINTER,
      // 3
      pExcludeCredentialList: POINTER,
      // 4
      dwEnterpriseAttestation: DWORD,
      dwLargeBlobSupport: DWORD,
      bPreferResidentKey: BOOL,
      // 5
      bBrowserInPrivateMode: BOOL,
      // 6
      bEnablePrf: BOOL,
      // 7
      pLinkedDevice: POINTER,
      cbJsonExt: DWORD,
      pbJsonExt: POINTER,
      // 8
      pPRFGlobalEval: POINTER,
      cCredentialHints: DWORD,
      ppwszCredentialHints: POINTER,
      bThirdPartyPayment: BOOL,
    }),
    AUTHENTICATOR_GET_ASSERTION_OPTIONS: struct({
      dwVersion: DWORD,
      dwTimeoutMilliseconds: DWORD,
      CredentialList: CREDENTIALS,
      Extensions: EXTENSIONS,
      dwAuthenticatorAttachment: DWORD,
      dwUserVerificationRequirement: DWORD,
      dwFlags: DWORD,
      // 2
      pwszU2fAppId: POINTER,
      pbU2fAppId: POINTER,
      // 3
      pCancellationId: POINTER,
      // 4
      pAllowCredentialList: POINTER,
      // 5
      dwCredLargeBlobOperation: DWORD,
      cbCredLargeBlob: DWORD,
      pbCredLargeBlob: POINTER,
      // 6
      pHmacSecretSaltValues: POINTER,
      bBrowserInPrivateMode: BOOL,
      // 7
      pLinkedDevice: POINTER,
      bAutoFill: BOOL,
      cbJsonExt: DWORD,
      pbJsonExt: POINTER,
      // 8
      cCredentialHints: DWORD,
      ppwszCredentialHints: POINTER,
    }),
    CREDENTIAL_ATTESTATION: struct({
      dwVersion: DWORD,
      pwszFormatType: POINTER,
      cbAuthenticatorData: DWORD,
      pbAuthenticatorData: POINTER,
      cbAttestation: DWORD,
      pbAttestation: POINTER,
      dwAttestationDecodeType: DWORD,
      pvAttestationDecode: POINTER,
      cbAttestationObject: DWORD,
      pbAttestationObject: POINTER,
      cbCredentialId: DWORD,
      pbCredentialId: POINTER,
      // 2
      Extensions: EXTENSIONS,
      // 3
      dwUsedTransport: DWORD,
      // 4
      bEpAtt: BOOL,
      bLargeBlobSupported: BOOL,
      bResidentKey: BOOL,
      // 5
      bPrfEnabled: BOOL,
      // 6
      cbUnsignedExtensionOutputs: DWORD,
      pbUnsignedExtensionOutputs: POINTER,
      // 7
      pHmacSecret: POINTER,
      bThirdPartyPayment: BOOL,
    }),
    ASSERTION: struct({
      dwVersion: DWORD,
      cbAuthenticatorData: DWORD,
      pbAuthenticatorData: POINTER,
      cbSignature: DWORD,
      pbSignature: POINTER,
      Credential: CREDENTIAL,
      cbUserId: DWORD,
      pbUserId: POINTER,
      // 2
      Extensions: EXTENSIONS,
      cbCredLargeBlob: DWORD,
      pbCredLargeBlob: POINTER,
      dwCredLargeBlobStatus: DWORD,
      // 3
      pHmacSecret: POINTER,
      // 4
      dwUsedTransport: DWORD,
      // 5
      cbUnsignedExtensionOutputs: DWORD,
      pbUnsignedExtensionOutputs: POINTER,
    }),
  } as const;
}
