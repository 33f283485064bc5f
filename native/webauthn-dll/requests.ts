/** What webauthn.dll is asked, laid out in memory as webauthn.h says. Every member of another API version is left at zero. */
import type {
  SystemCredential,
  SystemGetAssertion,
  SystemMakeCredential,
  SystemPrfValues,
} from '../ports.js';
import { WebAuthnDllError } from './failures.js';
import type { Address, CallMemory, Members } from './memory.js';
import type { Structures } from './structures.js';

/** What both calls are laid out by. */
export interface RequestParts {
  readonly memory: CallMemory;
  readonly structures: Structures;
  /** WebAuthNGetApiVersionNumber. */
  readonly apiVersion: number;
  /** A GUID that the operation can be cancelled by; 0n for none. */
  readonly cancellation: Address;
}

/** The arguments of WebAuthNAuthenticatorMakeCredential between the window and the answer. */
export interface MakeCredentialArguments {
  readonly rp: Address;
  readonly user: Address;
  readonly algorithms: Address;
  readonly clientData: Address;
  readonly options: Address;
}

/** The arguments of WebAuthNAuthenticatorGetAssertion between the window and the answer. */
export interface GetAssertionArguments {
  readonly rpId: Address;
  readonly clientData: Address;
  readonly options: Address;
}

/** Versions of the API with which things came (webauthn.h, "API Version Information"). */
const CRED_PROTECT_API = 2;
const OPTIONS_4_API = 3;
const PRF_GET_API = 4;
const LARGE_BLOB_API = 5;
const PRF_CREATE_API = 6;
const HINTS_API = 8;

const TRUE = 1;
/** Security keys and phones, and not this computer. */
const ATTACHMENT_CROSS_PLATFORM = 2;
const USER_VERIFICATION = { required: 1, preferred: 2, discouraged: 3 } as const;
const ATTESTATION = { none: 1, indirect: 2, direct: 3 } as const;
const LARGE_BLOB_SUPPORT = { required: 1, preferred: 2 } as const;
const LARGE_BLOB_GET = 1;
const LARGE_BLOB_SET = 2;
const TRANSPORTS = new Map([
  ['usb', 1],
  ['nfc', 2],
  ['ble', 4],
  ['internal', 16],
  ['hybrid', 32],
]);
const PUBLIC_KEY = 'public-key';

/** The version of WEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS that each API version knows. */
function makeCredentialOptionsVersion(apiVersion: number): number {
  if (apiVersion >= 6) return Math.min(apiVersion, 8);
  return [3, 3, 4, 5, 5][apiVersion - 1] ?? 3;
}

/** The version of WEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS that each API version knows. */
function getAssertionOptionsVersion(apiVersion: number): number {
  if (apiVersion >= 7) return Math.min(apiVersion, 8);
  return [4, 4, 5, 6, 6, 6][apiVersion - 1] ?? 4;
}

/** Throws {@link WebAuthnDllError} `not-supported` for what is demanded and this Windows cannot do. */
export function makeCredentialArguments(
  parts: RequestParts,
  request: SystemMakeCredential,
): MakeCredentialArguments {
  const { memory, structures, apiVersion, cancellation } = parts;
  const { rp, user, algorithms, residentKey, enterpriseAttestation, prf } = request;
  const knowsPreferred = apiVersion >= OPTIONS_4_API;
  return {
    rp: memory.structure(structures.RP_ENTITY_INFORMATION, {
      dwVersion: 1,
      pwszId: memory.text(rp.id),
      pwszName: memory.text(rp.name),
    }),
    user: memory.structure(structures.USER_ENTITY_INFORMATION, {
      dwVersion: 1,
      cbId: user.id.length,
      pbId: memory.bytes(user.id),
      pwszName: memory.text(user.name),
      pwszDisplayName: memory.text(user.displayName),
    }),
    algorithms: memory.structure(structures.COSE_CREDENTIAL_PARAMETERS, {
      cCredentialParameters: algorithms.length,
      pCredentialParameters: memory.structures(
        structures.COSE_CREDENTIAL_PARAMETER,
        algorithms.map((lAlg) => ({ dwVersion: 1, pwszCredentialType: memory.text(PUBLIC_KEY), lAlg })),
      ),
    }),
    clientData: clientData(parts, request.clientDataJSON),
    options: memory.structure(structures.AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS, {
      dwVersion: makeCredentialOptionsVersion(apiVersion),
      dwTimeoutMilliseconds: request.timeout,
      Extensions: extensions(parts, createExtensions(parts, request)),
      dwAuthenticatorAttachment: ATTACHMENT_CROSS_PLATFORM,
      ...(residentKey === 'required' && { bRequireResidentKey: TRUE }),
      dwUserVerificationRequirement: USER_VERIFICATION[request.userVerification],
      dwAttestationConveyancePreference: ATTESTATION[request.attestation],
      pCancellationId: cancellation,
      pExcludeCredentialList: credentialList(parts, request.excluded),
      ...(knowsPreferred && {
        ...(enterpriseAttestation && { dwEnterpriseAttestation: enterpriseAttestation }),
        ...(residentKey === 'preferred' && { bPreferResidentKey: TRUE }),
      }),
      ...largeBlobSupport(parts, request),
      ...(prf && apiVersion >= PRF_CREATE_API && { bEnablePrf: TRUE }),
      ...(prf?.first &&
        apiVersion >= HINTS_API && { pPRFGlobalEval: salt(parts, { ...prf, first: prf.first }) }),
      ...hints(parts),
    }),
  };
}

/** As {@link makeCredentialArguments}, but nothing that can be asked for here is demanded. */
export function getAssertionArguments(
  parts: RequestParts,
  request: SystemGetAssertion,
): GetAssertionArguments {
  const { memory, structures, apiVersion, cancellation } = parts;
  const asksBlob = request.credBlob === true && apiVersion >= OPTIONS_4_API;
  return {
    rpId: memory.text(request.rpId),
    clientData: clientData(parts, request.clientDataJSON),
    options: memory.structure(structures.AUTHENTICATOR_GET_ASSERTION_OPTIONS, {
      dwVersion: getAssertionOptionsVersion(apiVersion),
      dwTimeoutMilliseconds: request.timeout,
      Extensions: extensions(parts, asksBlob ? [booleanExtension(parts, 'credBlob')] : []),
      dwAuthenticatorAttachment: ATTACHMENT_CROSS_PLATFORM,
      dwUserVerificationRequirement: USER_VERIFICATION[request.userVerification],
      pCancellationId: cancellation,
      pAllowCredentialList: credentialList(parts, request.allowed ?? []),
      ...largeBlobOperation(parts, request),
      ...(request.prf &&
        apiVersion >= PRF_GET_API && { pHmacSecretSaltValues: saltValues(parts, request.prf) }),
      ...hints(parts),
    }),
  };
}

function clientData({ memory, structures }: RequestParts, json: Uint8Array): Address {
  return memory.structure(structures.CLIENT_DATA, {
    dwVersion: 1,
    cbClientDataJSON: json.length,
    pbClientDataJSON: memory.bytes(json),
    pwszHashAlgId: memory.text('SHA-256'),
  });
}

/** NULL for none: an empty one would be a list that nothing is on. */
function credentialList(
  { memory, structures }: RequestParts,
  credentials: readonly SystemCredential[],
): Address {
  if (credentials.length === 0) return 0n;
  const each = credentials.map(({ id, transports }) =>
    memory.structure(structures.CREDENTIAL_EX, {
      dwVersion: 1,
      cbId: id.length,
      pbId: memory.bytes(id),
      pwszCredentialType: memory.text(PUBLIC_KEY),
      dwTransports: transports.reduce((bits, name) => bits | (TRANSPORTS.get(name) ?? 0), 0),
    }),
  );
  return memory.structure(structures.CREDENTIAL_LIST, {
    cCredentials: each.length,
    ppCredentials: memory.pointers(each),
  });
}

/** The person has said already that it shall be a security key: Windows need not ask again. */
function hints({ memory, apiVersion }: RequestParts): Members {
  if (apiVersion < HINTS_API) return {};
  return { cCredentialHints: 1, ppwszCredentialHints: memory.pointers([memory.text('security-key')]) };
}

function extensions(
  { memory, structures }: RequestParts,
  list: readonly Members[],
): Readonly<Record<string, number | Address>> {
  return { cExtensions: list.length, pExtensions: memory.structures(structures.EXTENSION, list) };
}

function booleanExtension({ memory }: RequestParts, identifier: string): Members {
  return {
    pwszExtensionIdentifier: memory.text(identifier),
    cbExtension: 4,
    pvExtension: memory.bytes(Uint8Array.of(TRUE, 0, 0, 0)),
  };
}

function createExtensions(
  parts: RequestParts,
  { credProtect, credBlob, minPinLength, prf }: SystemMakeCredential,
): readonly Members[] {
  const { memory, structures, apiVersion } = parts;
  const list: Members[] = [];
  if (prf && apiVersion < PRF_CREATE_API) list.push(booleanExtension(parts, 'hmac-secret'));
  // Level 1 is what every credential has (CTAP 2.1 §12.1).
  if (credProtect?.enforced && credProtect.level > 1 && apiVersion < CRED_PROTECT_API)
    throw new WebAuthnDllError('not-supported', 'this Windows cannot protect a passkey as the site demands');
  if (credProtect && apiVersion >= CRED_PROTECT_API)
    list.push({
      pwszExtensionIdentifier: memory.text('credProtect'),
      cbExtension: structures.CRED_PROTECT_EXTENSION_IN.size,
      pvExtension: memory.structure(structures.CRED_PROTECT_EXTENSION_IN, {
        dwCredProtect: credProtect.level,
        bRequireCredProtect: credProtect.enforced ? TRUE : 0,
      }),
    });
  if (credBlob && apiVersion >= OPTIONS_4_API)
    list.push({
      pwszExtensionIdentifier: memory.text('credBlob'),
      cbExtension: structures.CRED_BLOB_EXTENSION.size,
      pvExtension: memory.structure(structures.CRED_BLOB_EXTENSION, {
        cbCredBlob: credBlob.length,
        pbCredBlob: memory.bytes(credBlob),
      }),
    });
  if (minPinLength === true && apiVersion >= OPTIONS_4_API)
    list.push(booleanExtension(parts, 'minPinLength'));
  return list;
}

/** Windows takes the wish for a large blob only together with the demand for a discoverable credential. */
function largeBlobSupport(
  { apiVersion }: RequestParts,
  { largeBlob, residentKey }: SystemMakeCredential,
): Members {
  if (!largeBlob) return {};
  if (apiVersion >= LARGE_BLOB_API && residentKey === 'required')
    return { dwLargeBlobSupport: LARGE_BLOB_SUPPORT[largeBlob] };
  if (largeBlob === 'required')
    throw new WebAuthnDllError('not-supported', 'this Windows cannot keep a large blob with this passkey');
  return {};
}

function largeBlobOperation(
  { memory, apiVersion }: RequestParts,
  { largeBlob }: SystemGetAssertion,
): Members {
  if (!largeBlob || apiVersion < LARGE_BLOB_API) return {};
  if (largeBlob === 'read') return { dwCredLargeBlobOperation: LARGE_BLOB_GET };
  return {
    dwCredLargeBlobOperation: LARGE_BLOB_SET,
    cbCredLargeBlob: largeBlob.write.length,
    pbCredLargeBlob: memory.bytes(largeBlob.write),
  };
}

function salt({ memory, structures }: RequestParts, { first, second }: SystemPrfValues): Address {
  return memory.structure(structures.HMAC_SECRET_SALT, {
    cbFirst: first.length,
    pbFirst: memory.bytes(first),
    ...(second && { cbSecond: second.length, pbSecond: memory.bytes(second) }),
  });
}

function saltValues(
  parts: RequestParts,
  { always, byCredential }: NonNullable<SystemGetAssertion['prf']>,
): Address {
  const { memory, structures } = parts;
  return memory.structure(structures.HMAC_SECRET_SALT_VALUES, {
    ...(always && { pGlobalHmacSalt: salt(parts, always) }),
    cCredWithHmacSecretSaltList: byCredential.length,
    pCredWithHmacSecretSaltList: memory.structures(
      structures.CRED_WITH_HMAC_SECRET_SALT,
      byCredential.map(({ id, values }) => ({
        cbCredID: id.length,
        pbCredID: memory.bytes(id),
        pHmacSecretSalt: salt(parts, values),
      })),
    ),
  });
}
