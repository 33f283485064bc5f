/**
 * `navigator.credentials.get` on one authenticator, from options to the credential (WebAuthn Level 3 §5.1.4 from step 18 on; CTAP
 * 2.1 §6.2, §6.3). Which site may ask, and which authenticator is meant, is decided before.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CallOptions } from '../ctap/api';
import { getAssertionRequest, type GetAssertionRequest } from '../ctap/commands/get-assertion';
import type { CredentialDescriptor } from '../ctap/entities';
import { Permission } from '../ctap/pin-protocol';
import { chosenAssertion, discoveredAssertions, listedAssertion, type AccountChooser } from './accounts';
import {
  credentialsFor,
  findListed,
  fitsCount,
  fitsMessage,
  isNoCredentials,
  isTooLong,
} from './credential-lists';
import { checkGetExtensions } from './extension-rules';
import { CeremonyFailure, failureOf } from './failure';
import { getInputs, getOutputs, keepsLargeBlobs } from './get-extensions';
import {
  PUBLIC_KEY,
  type AuthenticationCredential,
  type PrfValues,
  type PublicKeyCredentialRequestOptions,
} from './model';
import { isU2fOnly, type CeremonyAuthenticator, type SharedSecret } from './ports';
import { HMAC_SECRET, prfValuesFor } from './prf';
import { askForTouch } from './touch';
import {
  authMembers,
  isProtected,
  planVerification,
  verificationObstacle,
  withAuthorization,
  type Authorization,
} from './user-verification';

export interface GetRequest {
  readonly options: PublicKeyCredentialRequestOptions;
  /** The RP ID that the caller turned out to have a right to. */
  readonly rpId: string;
  /** Client data of type webauthn.get, in the bytes that the site will get. */
  readonly clientDataJSON: Uint8Array;
  /** The passkey that the user has chosen already, of those that the site takes: it is asked for alone. */
  readonly chosen?: Uint8Array;
  /** Asked when the authenticator has several accounts and has not let the user choose itself. */
  readonly chooseAccount: AccountChooser;
}

/** Several plugged-in keys race: each waits for its touch. This device is asked alone, and has words of its own. */
function hasButton({ attachment }: CeremonyAuthenticator): boolean {
  return attachment === 'cross-platform';
}

/**
 * Uses a passkey. Rejects with {@link CeremonyFailure}, and with WebAuthnError for a request that no authenticator could serve.
 * `no-credentials` of a security key comes after a touch, like everything else that the site may learn from it.
 */
export async function get(
  authenticator: CeremonyAuthenticator,
  request: GetRequest,
  options: CallOptions = {},
): Promise<AuthenticationCredential> {
  const { allowCredentials = [], extensions: asked = {}, userVerification = 'preferred' } = request.options;
  checkGetExtensions(asked, allowCredentials);
  const { info } = authenticator;
  try {
    const evaluates = evaluatesPrf(authenticator, request);
    const writes = asked.largeBlob?.write !== undefined && keepsLargeBlobs(authenticator);
    const plan = planVerification(info, {
      requirement: userVerification,
      forced: evaluates || (writes && isProtected(info)),
    });
    return await withAuthorization({
      authenticator,
      plan,
      permissions: Permission.GA | (writes ? Permission.LBW : 0),
      rpId: request.rpId,
      options,
      run: (authorization) => new Assertion(authenticator, request, evaluates, authorization, options).run(),
    });
  } catch (error) {
    throw failureOf(error, options.signal);
  }
}

/** An authenticator that can verify nobody has no PRF, for that is the one for verified users (§10.1.4). */
function evaluatesPrf(
  { info, secrets }: CeremonyAuthenticator,
  { options: { extensions } }: GetRequest,
): boolean {
  const { eval: always, evalByCredential } = extensions?.prf ?? {};
  const asked = always !== undefined || (evalByCredential?.size ?? 0) > 0;
  return (
    asked &&
    secrets !== undefined &&
    info.extensions?.includes(HMAC_SECRET) === true &&
    verificationObstacle(info) !== 'uv-impossible'
  );
}

/** One try of it, authorized. */
class Assertion {
  readonly #authenticator: CeremonyAuthenticator;
  readonly #request: GetRequest;
  readonly #evaluatesPrf: boolean;
  readonly #authorization: Authorization;
  readonly #options: CallOptions;

  constructor(
    authenticator: CeremonyAuthenticator,
    request: GetRequest,
    evaluates: boolean,
    authorization: Authorization,
    options: CallOptions,
  ) {
    this.#authenticator = authenticator;
    this.#request = request;
    this.#evaluatesPrf = evaluates;
    this.#authorization = authorization;
    this.#options = options;
  }

  async run(): Promise<AuthenticationCredential> {
    const { chosen, options } = this.#request;
    const wanted = chosen ? [{ type: PUBLIC_KEY, id: chosen }] : (options.allowCredentials ?? []);
    const list = credentialsFor(this.#authenticator.info, wanted);
    // A list of which nothing is left is not the same as no list: that would find what the site did not ask for.
    if (wanted.length > 0 && list.length === 0) return this.#nothingFound();
    try {
      return await this.#use(list);
    } catch (error) {
      if (!isNoCredentials(error)) throw error;
      return this.#nothingFound();
    }
  }

  async #nothingFound(): Promise<never> {
    if (hasButton(this.#authenticator)) await askForTouch(this.#authenticator, this.#options);
    throw new CeremonyFailure('no-credentials', 'it has no passkey that the site would take');
  }

  async #use(list: readonly CredentialDescriptor[]): Promise<AuthenticationCredential> {
    const { info } = this.#authenticator;
    if (list.length === 0) return this.#evaluating(list);
    const { evalByCredential } = this.#request.options.extensions?.prf ?? {};
    // Its PRF inputs are sent along, so it must be known which one it will be.
    const mustKnow = this.#evaluatesPrf && (evalByCredential?.size ?? 0) > 0;
    const asOne = fitsCount(info, list) && fitsMessage(info, getAssertionRequest, this.#message(list));
    if (isU2fOnly(info) || list.length === 1 || (asOne && !mustKnow)) {
      try {
        return await this.#evaluating(list);
      } catch (error) {
        if (!isTooLong(error) || list.length === 1) throw error;
      }
    }
    const { auth } = this.#authorization;
    const question = { rpId: this.#request.rpId, list, ...(auth && { auth }) };
    const own = await findListed(this.#authenticator, question, this.#options);
    if (!own) return this.#nothingFound();
    return this.#evaluating([own]);
  }

  #evaluating(list: readonly CredentialDescriptor[]): Promise<AuthenticationCredential> {
    const { secrets } = this.#authenticator;
    const inputs = this.#request.options.extensions?.prf;
    const only = list.length === 1 ? list[0]?.id : undefined;
    const values = this.#evaluatesPrf && inputs ? prfValuesFor(inputs, only) : undefined;
    return values && secrets
      ? secrets.withSharedSecret((shared) => this.#assert(list, values, shared), this.#options)
      : this.#assert(list, undefined, undefined);
  }

  async #assert(
    list: readonly CredentialDescriptor[],
    prf: PrfValues | undefined,
    shared: SharedSecret | undefined,
  ): Promise<AuthenticationCredential> {
    const { api } = this.#authenticator;
    const first = await api.getAssertion(this.#message(list, prf, shared), this.#options);
    const expected = { rpId: this.#request.rpId, verified: this.#authorization.verified };
    const found =
      list.length > 0
        ? [listedAssertion(list, first, expected)]
        : await discoveredAssertions(api, first, expected, this.#options);
    const chosen = await chosenAssertion(found, this.#request.chooseAccount, this.#options.signal);
    const { answer, outputs } = chosen;
    const { clientDataJSON, options } = this.#request;
    const { auth } = this.#authorization;
    const { largeBlobKey } = answer;
    const clientExtensionResults = await getOutputs(
      options.extensions ?? {},
      this.#authenticator,
      { outputs, largeBlobKey, prf, shared, auth },
      this.#options,
    );
    return {
      rawId: chosen.id,
      response: {
        clientDataJSON,
        authenticatorData: answer.authData,
        signature: answer.signature,
        ...(chosen.user && { userHandle: chosen.user.id }),
      },
      authenticatorAttachment: this.#authenticator.attachment,
      clientExtensionResults,
    };
  }

  #message(
    allowList: readonly CredentialDescriptor[],
    prf?: PrfValues,
    shared?: SharedSecret,
  ): GetAssertionRequest {
    const { rpId, clientDataJSON, options } = this.#request;
    const { auth, uvOption } = this.#authorization;
    const clientDataHash = sha256(clientDataJSON);
    const inputs = getInputs(options.extensions ?? {}, this.#authenticator, prf, shared);
    return {
      rpId,
      clientDataHash,
      ...(allowList.length > 0 && { allowList }),
      ...(inputs && { extensions: inputs }),
      ...(uvOption && { options: { uv: true } }),
      ...authMembers(auth, clientDataHash),
    };
  }
}
