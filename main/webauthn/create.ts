/**
 * `navigator.credentials.create` on one authenticator, from options to the credential (WebAuthn Level 3 §5.1.3 from step 22 on;
 * CTAP 2.1 §6.1). Which site may ask, and which authenticator is meant, is decided before.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CallOptions } from '../ctap/api';
import {
  makeCredentialRequest,
  type MakeCredentialRequest,
  type MakeCredentialResponse,
} from '../ctap/commands/make-credential';
import type { CredentialDescriptor } from '../ctap/entities';
import { Permission } from '../ctap/pin-protocol';
import { readCreated } from './answers';
import { attestationObject, type EnterpriseAttestation } from './attestation';
import { createInputs, createOutputs } from './create-extensions';
import { planCreation, type CreationPlan } from './creation-plan';
import { findListed, fitsCount, fitsMessage, isTooLong } from './credential-lists';
import { checkCreateExtensions } from './extension-rules';
import { failureOf } from './failure';
import type { PublicKeyCredentialCreationOptions, RegistrationCredential } from './model';
import { isU2fOnly, type CeremonyAuthenticator, type SharedSecret } from './ports';
import { truncatedEntities } from './truncated-entities';
import { authMembers, withAuthorization, type Authorization } from './user-verification';

export interface CreateRequest {
  readonly options: PublicKeyCredentialCreationOptions;
  /** The RP ID that the caller turned out to have a right to. */
  readonly rpId: string;
  /** Client data of type webauthn.create, in the bytes that the site will get. */
  readonly clientDataJSON: Uint8Array;
  /** What the administrator allows this site when it asks for enterprise attestation. */
  readonly enterpriseAttestation?: EnterpriseAttestation;
}

/**
 * Makes a passkey. Rejects with {@link CeremonyFailure}, among it `excluded` only after the user agreed to it, and with
 * WebAuthnError for a request that no authenticator could serve. Aborting `options.signal` cancels at the authenticator.
 */
export async function create(
  authenticator: CeremonyAuthenticator,
  request: CreateRequest,
  options: CallOptions = {},
): Promise<RegistrationCredential> {
  checkCreateExtensions(request.options.extensions);
  try {
    const plan = planCreation(authenticator.info, request.options, request.enterpriseAttestation);
    return await withAuthorization({
      authenticator,
      plan: plan.verification,
      // The silent questions about the exclude list want ga.
      permissions: Permission.MC | (plan.excluded.length > 0 ? Permission.GA : 0),
      rpId: request.rpId,
      options,
      run: (authorization) => new Creation(authenticator, request, plan, authorization, options).run(),
    });
  } catch (error) {
    throw failureOf(error, options.signal);
  }
}

/** One try of it, authorized. */
class Creation {
  readonly #authenticator: CeremonyAuthenticator;
  readonly #request: CreateRequest;
  readonly #plan: CreationPlan;
  readonly #authorization: Authorization;
  readonly #options: CallOptions;

  constructor(
    authenticator: CeremonyAuthenticator,
    request: CreateRequest,
    plan: CreationPlan,
    authorization: Authorization,
    options: CallOptions,
  ) {
    this.#authenticator = authenticator;
    this.#request = request;
    this.#plan = plan;
    this.#authorization = authorization;
    this.#options = options;
  }

  run(): Promise<RegistrationCredential> {
    const { secrets } = this.#authenticator;
    // What was planned without verification and came to it all the same evaluates nothing either.
    const evaluates = this.#plan.extensions.prf !== undefined && secrets !== undefined;
    return evaluates
      ? secrets.withSharedSecret((shared) => this.#make(shared), this.#options)
      : this.#make(undefined);
  }

  async #make(shared: SharedSecret | undefined): Promise<RegistrationCredential> {
    const { api, info } = this.#authenticator;
    const { excluded } = this.#plan;
    const whole = this.#message(excluded, shared);
    const asOne =
      isU2fOnly(info) || (fitsCount(info, excluded) && fitsMessage(info, makeCredentialRequest, whole));
    if (excluded.length === 0 || asOne) {
      try {
        return this.#credential(await api.makeCredential(whole, this.#options), shared);
      } catch (error) {
        if (!isTooLong(error) || excluded.length === 0) throw error;
      }
    }
    const { auth } = this.#authorization;
    const question = { rpId: this.#request.rpId, list: excluded, ...(auth && { auth }) };
    const own = await findListed(this.#authenticator, question, this.#options);
    // Its own one alone: so it asks for the touch after which the site may learn that there is one.
    const message = this.#message(own ? [own] : [], shared);
    return this.#credential(await api.makeCredential(message, this.#options), shared);
  }

  #message(
    excludeList: readonly CredentialDescriptor[],
    shared: SharedSecret | undefined,
  ): MakeCredentialRequest {
    const { info } = this.#authenticator;
    const { options, rpId, clientDataJSON } = this.#request;
    const { algorithms, rk, extensions, attestationMembers } = this.#plan;
    const { auth, uvOption } = this.#authorization;
    const clientDataHash = sha256(clientDataJSON);
    const inputs = createInputs(extensions, shared);
    const ctapOptions = { ...(rk && { rk }), ...(uvOption && { uv: true }) };
    const { id, name, displayName } = options.user;
    const message: MakeCredentialRequest = {
      clientDataHash,
      rp: { id: rpId, name: options.rp.name },
      user: { id, name, displayName },
      pubKeyCredParams: algorithms,
      ...(excludeList.length > 0 && { excludeList }),
      ...(inputs && { extensions: inputs }),
      ...((rk || uvOption) && { options: ctapOptions }),
      ...authMembers(auth, clientDataHash),
      ...attestationMembers,
    };
    return fitsMessage(info, makeCredentialRequest, { ...message, excludeList: [] })
      ? message
      : { ...message, ...truncatedEntities(message) };
  }

  #credential(answer: MakeCredentialResponse, shared: SharedSecret | undefined): RegistrationCredential {
    const { info, attachment, transport } = this.#authenticator;
    const { options, rpId, clientDataJSON } = this.#request;
    const { algorithms, rk, extensions, attestation } = this.#plan;
    const created = readCreated(answer.authData, {
      rpId,
      verified: this.#authorization.verified,
      offered: algorithms.map(({ alg }) => alg),
    });
    const clientExtensionResults = createOutputs(options.extensions ?? {}, extensions, {
      rk,
      outputs: created.extensions,
      hasLargeBlobKey: answer.largeBlobKey !== undefined,
      shared,
    });
    return {
      rawId: created.credentialId,
      response: {
        clientDataJSON,
        attestationObject: attestationObject(answer, created.aaguid, attestation),
        authenticatorData: answer.authData,
        transports: [...new Set([...(info.transports ?? []), transport])].sort(),
        ...(created.spki && { publicKey: created.spki }),
        publicKeyAlgorithm: created.algorithm,
      },
      authenticatorAttachment: attachment,
      clientExtensionResults,
    };
  }
}
