/** Verifies the person for a ceremony with a security key: by its own sensor where it has one, otherwise by its PIN. */
import type { PinClient } from '../client/pin';
import { canVerifyItself } from '../client/pin';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import { CeremonyFailure } from '../webauthn/failure';
import type { AuthorizationRequest, PinUvAuth, UserVerifier } from '../webauthn/ports';

export interface KeyPinRequest {
  readonly rpId: string;
  /** Set when the PIN before was wrong: tries left until the key is blocked for good. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

export interface KeyVerifierOptions {
  readonly pin: Pick<PinClient, 'token' | 'tokenByUv' | 'retries' | 'uvRetries'>;
  readonly info: AuthenticatorInfo;
  /** Asks the person; undefined when they would rather not. */
  readonly askPin: (request: KeyPinRequest) => Promise<string | undefined>;
  /** The finger was not recognised; the key asks again. `retries` are left until only the PIN helps. */
  readonly onNotRecognised?: (retries: number) => void;
}

/** No authenticator may allow more (CTAP 2.1 §6.5, maxUvRetries). */
const MAX_UV_RETRIES = 25;

export class KeyVerifier implements UserVerifier {
  readonly #options: KeyVerifierOptions;

  constructor(options: KeyVerifierOptions) {
    this.#options = options;
  }

  /** Also rejects with `pin-change-required`, before a PIN is asked for that the key would not take. */
  async authorize(request: AuthorizationRequest): Promise<PinUvAuth | undefined> {
    const { info } = this.#options;
    if (info.options?.get('uv') === true && !request.builtInFailed) {
      // A key with a sensor and without tokens for it verifies within the command (CTAP 2.0).
      if (!canVerifyItself(info)) return undefined;
      const token = await this.#bySensor(request);
      if (token) return token;
    }
    return this.#byPin(request);
  }

  /** Undefined where it is up to the PIN. */
  async #bySensor(request: AuthorizationRequest): Promise<PinUvAuth | undefined> {
    const { pin, onNotRecognised } = this.#options;
    // A key that always says the same is not asked without end.
    let most = MAX_UV_RETRIES;
    for (;;) {
      try {
        return await pin.tokenByUv(request.permissions, request.rpId, request);
      } catch (error) {
        if (isStatus(error, Status.UV_BLOCKED) && this.#pinServes) return undefined;
        if (!isStatus(error, Status.UV_INVALID)) throw error;
        const retries = Math.min(most, await pin.uvRetries(request));
        onNotRecognised?.(retries);
        if (retries === 0 && this.#pinServes) return undefined;
        if (retries === 0) throw error;
        most = retries - 1;
      }
    }
  }

  async #byPin(request: AuthorizationRequest): Promise<PinUvAuth> {
    const { pin, info, askPin } = this.#options;
    const { rpId, permissions, signal } = request;
    if (!this.#pinServes)
      throw new CeremonyFailure('uv-impossible', 'its PIN does not permit making or using passkeys');
    if (info.forcePINChange === true)
      throw new CeremonyFailure('pin-change-required', 'it demands a new PIN');
    let retries: number | undefined;
    for (;;) {
      const entered = await askPin({
        rpId,
        ...(retries !== undefined && { retries }),
        ...(signal && { signal }),
      });
      signal?.throwIfAborted();
      if (entered === undefined) throw new CeremonyFailure('cancelled', 'the PIN was not entered');
      try {
        return await pin.token(entered, permissions, rpId, request);
      } catch (error) {
        if (!isStatus(error, Status.PIN_INVALID)) throw error;
        ({ retries } = await pin.retries(request));
      }
    }
  }

  get #pinServes(): boolean {
    const { options } = this.#options.info;
    return options?.get('clientPin') === true && options.get('noMcGaPermissionsWithClientPin') !== true;
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof CtapStatusError && error.status === status;
}
