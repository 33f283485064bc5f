/**
 * `create` and `get` where the system's own dialog talks to the security key (WebAuthn Level 3 §5.1.3 and §5.1.4). Its answers are
 * checked as those of a key are: nobody knows what has answered it.
 */
import type {
  SystemAssertion,
  SystemAttestation,
  SystemCredential,
  SystemKeysFailureCode,
  SystemPrfValues,
  SystemSecurityKeys,
} from '../../native/ports';
import { decodeAuthenticatorData, Flag } from '../ctap/authenticator-data';
import { CborError, decodeCborLeniently, type CborMap } from '../ctap/cbor';
import type { MakeCredentialResponse } from '../ctap/commands/make-credential';
import { ProtocolError } from '../ctap/errors';
import { discoveredAssertions, listedAssertion, type CheckedAssertion } from './accounts';
import { readCreated } from './answers';
import { attestationObject } from './attestation';
import { decodeBase64Url } from './base64url';
import type { CreateRequest } from './create';
import { protectionLevels } from './create-extensions';
import { algorithmsOf } from './creation-plan';
import { checkCreateExtensions, checkGetExtensions } from './extension-rules';
import { CeremonyFailure, failureOf, type FailureReason } from './failure';
import type { GetRequest } from './get';
import {
  PUBLIC_KEY,
  type AuthenticationCredential,
  type AuthenticationExtensionsClientOutputs,
  type PrfValues,
  type PublicKeyCredentialDescriptor,
  type RegistrationCredential,
  type UserVerificationRequirement,
} from './model';
import { HMAC_SECRET, prfValuesFor } from './prf';
import { ceremonyTimeout } from './timeout';

/** Bytes of a result of the prf extension. */
const RESULT_LENGTH = 32;

/** Makes a passkey. Rejects as `create` of create.ts does. */
export async function createBySystem(
  keys: SystemSecurityKeys,
  request: CreateRequest,
  signal: AbortSignal,
): Promise<RegistrationCredential> {
  const { options, rpId, clientDataJSON } = request;
  const { authenticatorSelection: selection = {}, extensions: asked = {}, attestation = 'none' } = options;
  checkCreateExtensions(asked);
  const algorithms = algorithmsOf(options.pubKeyCredParams).map(({ alg }) => alg);
  const requirement = selection.userVerification ?? 'preferred';
  const enterprise = attestation === 'enterprise' ? request.enterpriseAttestation : undefined;
  const level = asked.credentialProtectionPolicy && protectionLevels[asked.credentialProtectionPolicy];
  const enforced = asked.enforceCredentialProtectionPolicy === true;
  const { id, name, displayName } = options.user;
  try {
    const answer = await keys.makeCredential(
      {
        clientDataJSON,
        rp: { id: rpId, name: options.rp.name },
        user: { id, name, displayName },
        algorithms,
        excluded: systemCredentials(options.excludeCredentials),
        residentKey:
          selection.residentKey ?? (selection.requireResidentKey === true ? 'required' : 'discouraged'),
        userVerification: verificationFor(requirement, asked.prf !== undefined),
        timeout: ceremonyTimeout(options.timeout),
        attestation: attestation === 'enterprise' ? 'direct' : attestation,
        ...(enterprise && { enterpriseAttestation: enterprise }),
        ...(level && { credProtect: { level, enforced } }),
        ...(asked.largeBlob && {
          largeBlob: asked.largeBlob.support === 'required' ? 'required' : 'preferred',
        }),
        ...(asked.prf && { prf: { ...asked.prf.eval } }),
        ...(asked.credBlob && { credBlob: asked.credBlob }),
        ...(asked.minPinLength === true && { minPinLength: true }),
      },
      signal,
    );
    const { authenticatorData } = answer;
    const verified = requirement === 'required';
    const created = readCreated(authenticatorData, { rpId, verified, offered: algorithms });
    if (enforced && level && level > 1 && created.extensions.get('credProtect') !== level)
      throw new ProtocolError('the authenticator did not protect the passkey as it was told');
    return {
      rawId: created.credentialId,
      response: {
        clientDataJSON,
        attestationObject: attestationObject(statementOf(answer), created.aaguid, attestation),
        authenticatorData,
        transports: answer.transport ? [answer.transport] : [],
        ...(created.spki && { publicKey: created.spki }),
        publicKeyAlgorithm: created.algorithm,
      },
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: createResults(request, answer, created.extensions),
    };
  } catch (error) {
    throw failureOfSystem(error, signal);
  }
}

/** Uses a passkey; the system's dialog lets the person choose among several. Rejects as `get` of get.ts does. */
export async function getBySystem(
  keys: SystemSecurityKeys,
  { options, rpId, clientDataJSON }: Omit<GetRequest, 'chooseAccount'>,
  signal: AbortSignal,
): Promise<AuthenticationCredential> {
  const { allowCredentials = [], extensions: asked = {}, userVerification = 'preferred' } = options;
  checkGetExtensions(asked, allowCredentials);
  const [first, ...others] = systemCredentials(allowCredentials);
  // A list of which nothing is left is not the same as no list: that would find what the site did not ask for.
  if (allowCredentials.length > 0 && !first)
    throw new CeremonyFailure('no-credentials', 'the site takes no passkey that there could be');
  const allowed = first && ([first, ...others] as const);
  const { prf, largeBlob } = asked;
  const byCredential = [...(prf?.evalByCredential ?? [])].flatMap(([text, values]) => {
    const id = decodeBase64Url(text);
    return id ? [{ id, values }] : [];
  });
  const evaluates = prf?.eval !== undefined || byCredential.length > 0;
  try {
    const answer = await keys.getAssertion(
      {
        clientDataJSON,
        rpId,
        ...(allowed && { allowed }),
        userVerification: verificationFor(userVerification, evaluates),
        timeout: ceremonyTimeout(options.timeout),
        ...(evaluates && { prf: { ...(prf?.eval && { always: prf.eval }), byCredential } }),
        ...(largeBlob?.read === true && { largeBlob: 'read' }),
        ...(largeBlob?.write && { largeBlob: { write: largeBlob.write } }),
        ...(asked.getCredBlob === true && { credBlob: true }),
      },
      signal,
    );
    const { authenticatorData, signature } = answer;
    const used = await usedCredential(allowed, answer, { rpId, verified: userVerification === 'required' });
    return {
      rawId: used.id,
      response: {
        clientDataJSON,
        authenticatorData,
        signature,
        ...(used.user && { userHandle: used.user.id }),
      },
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: getResults({ options, answer, used }),
    };
  } catch (error) {
    throw failureOfSystem(error, signal);
  }
}

/** Of the two secrets of hmac-secret, only the one for verified users is the PRF (§10.1.4). */
function verificationFor(
  requirement: UserVerificationRequirement,
  prf: boolean,
): UserVerificationRequirement {
  return prf && requirement === 'discouraged' ? 'preferred' : requirement;
}

function systemCredentials(list: readonly PublicKeyCredentialDescriptor[] = []): readonly SystemCredential[] {
  return list
    .filter(({ type, id }) => type === PUBLIC_KEY && id.length > 0)
    .map(({ id, transports = [] }) => ({ id, transports }));
}

function statementOf({ format, statement, authenticatorData }: SystemAttestation): MakeCredentialResponse {
  const response = { fmt: format, authData: authenticatorData, flaws: [] };
  if (statement.length === 0) return response;
  const attStmt = decoded(statement);
  if (!(attStmt instanceof Map)) throw new ProtocolError('the attestation statement is no map');
  return { ...response, attStmt: attStmt as CborMap };
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decodeCborLeniently(bytes, []);
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    throw new ProtocolError('the attestation statement is not CBOR', { cause });
  }
}

function createResults(
  { options: { extensions: asked = {} } }: CreateRequest,
  answer: SystemAttestation,
  outputs: CborMap,
): AuthenticationExtensionsClientOutputs {
  const { residentKey, largeBlob = false, prfEnabled = false } = answer;
  if (asked.largeBlob?.support === 'required' && !largeBlob)
    throw new ProtocolError('a passkey was made without the large blob that was demanded');
  const results = prfResults(answer, asked.prf?.eval);
  return {
    ...(asked.credProps === true && {
      credProps: { ...(residentKey !== undefined && { rk: residentKey }) },
    }),
    ...(asked.prf && {
      prf: { enabled: prfEnabled || outputs.get(HMAC_SECRET) === true, ...(results && { results }) },
    }),
    ...(asked.largeBlob && { largeBlob: { supported: largeBlob } }),
    ...(asked.credBlob && { credBlob: outputs.get('credBlob') === true }),
  };
}

async function usedCredential(
  allowed: readonly SystemCredential[] | undefined,
  { credentialId, authenticatorData, signature, userHandle }: SystemAssertion,
  expected: { readonly rpId: string; readonly verified: boolean },
): Promise<CheckedAssertion> {
  const answer = {
    credential: { type: PUBLIC_KEY, id: credentialId },
    authData: authenticatorData,
    signature,
    ...(userHandle && { user: { id: userHandle } }),
    flaws: [],
  };
  if (allowed)
    return listedAssertion(
      allowed.map(({ id }) => ({ type: PUBLIC_KEY, id })),
      answer,
      expected,
    );
  const [only] = await discoveredAssertions({}, answer, expected, {});
  if (!only) throw new ProtocolError('the system answered without a passkey');
  return only;
}

function getResults({
  options: { extensions: asked = {} },
  answer,
  used,
}: {
  readonly options: GetRequest['options'];
  readonly answer: SystemAssertion;
  readonly used: CheckedAssertion;
}): AuthenticationExtensionsClientOutputs {
  const results = prfResults(answer, asked.prf && prfValuesFor(asked.prf, used.id));
  const blob = asked.getCredBlob === true ? used.outputs.get('credBlob') : undefined;
  const { largeBlob } = answer;
  return {
    ...(asked.prf && { prf: { ...(results && { results }) } }),
    ...(blob instanceof Uint8Array && { getCredBlob: blob }),
    ...(asked.largeBlob && {
      largeBlob: asked.largeBlob.write
        ? { written: answer.largeBlobWritten }
        : { ...(largeBlob && { blob: largeBlob }) },
    }),
  };
}

/** Undefined where there are none, or those of the other secret. Throws {@link ProtocolError} for what cannot be the answer to `values`. */
function prfResults(
  { prf, authenticatorData }: { readonly prf?: SystemPrfValues; readonly authenticatorData: Uint8Array },
  values: PrfValues | undefined,
): PrfValues | undefined {
  if (!prf || !values || !(decodeAuthenticatorData(authenticatorData).flags & Flag.UV)) return undefined;
  const lengths = [prf.first.length, prf.second?.length];
  if (lengths[0] !== RESULT_LENGTH || lengths[1] !== (values.second && RESULT_LENGTH))
    throw new ProtocolError('the results of the prf extension have the wrong length');
  return prf;
}

const reasons: Readonly<Record<SystemKeysFailureCode, FailureReason>> = {
  cancelled: 'cancelled',
  'timed-out': 'touch-timeout',
  'no-key': 'removed',
  'not-found': 'no-credentials',
  excluded: 'excluded',
  full: 'key-full',
  'not-supported': 'extension-impossible',
  misbehaved: 'misbehaved',
  failed: 'failed',
};

function failureOfSystem(error: unknown, signal: AbortSignal): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!signal.aborted && typeof code === 'string' && Object.hasOwn(reasons, code))
    return new CeremonyFailure(reasons[code as SystemKeysFailureCode], (error as Error).message, {
      cause: error,
    });
  return failureOf(error, signal);
}
