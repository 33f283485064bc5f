/** Changes the policies of an authenticator (CTAP 2.1 §6.11; later subcommands from 2.2 and 2.3). */
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { CborMap } from '../ctap/cbor';
import {
  configAuthMessage,
  ConfigSubcommand as Subcommand,
  setMinPinLengthParams,
  type SetMinPinLengthParams,
} from '../ctap/commands/authenticator-config';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError } from '../ctap/errors';
import { DEFAULT_MIN_PIN_CODE_POINTS, MAX_PIN_BYTES } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import type { PinUvAuthToken } from './pin-uv-auth-token';

/** A policy as getInfo tells it; undefined where the key does not have it. */
export interface Policies {
  /** Only listed companies learn the serial number. Can be turned on; only a reset turns it off. */
  readonly enterpriseAttestation: boolean | undefined;
  readonly alwaysUv: boolean | undefined;
  /** Code points. Can only be raised; only a reset lowers it. */
  readonly minPinLength: number | undefined;
  /** How many sites can be listed that may learn the minimum length; 0 where none can. */
  readonly maxMinPinLengthRpIds: number;
  /** The key wants a new PIN before it does anything else. */
  readonly forcePinChange: boolean | undefined;
  /** Simple PINs are refused. Can be turned on; only a reset turns it off. */
  readonly pinComplexity: boolean | undefined;
  /** A reset wants a touch of about five seconds. Can be turned on; only a reset turns it off. */
  readonly longTouchForReset: boolean | undefined;
}

/** What can be changed, and how it stands. */
export function policiesOf(info: AuthenticatorInfo): Policies {
  const { options, extensions, longTouchForReset, pinComplexityPolicy } = info;
  // From CTAP 2.3 on the key lists the subcommands; before, options tell, and longTouchForReset was in 2.2 without a list.
  const has = (subCommand: number, otherwise: boolean): boolean =>
    options?.get('authnrCfg') === true &&
    (info.authenticatorConfigCommands?.includes(subCommand) ?? otherwise);
  const pinPolicy = has(Subcommand.SET_MIN_PIN_LENGTH, true) && options?.get('setMinPINLength') === true;
  return {
    enterpriseAttestation: has(Subcommand.ENABLE_ENTERPRISE_ATTESTATION, true)
      ? options?.get('ep')
      : undefined,
    alwaysUv: has(Subcommand.TOGGLE_ALWAYS_UV, true) ? options?.get('alwaysUv') : undefined,
    minPinLength: pinPolicy ? (info.minPINLength ?? DEFAULT_MIN_PIN_CODE_POINTS) : undefined,
    maxMinPinLengthRpIds:
      pinPolicy && extensions?.includes('minPinLength') ? (info.maxRPIDsForSetMinPINLength ?? 0) : 0,
    forcePinChange: pinPolicy ? info.forcePINChange === true : undefined,
    pinComplexity: pinPolicy ? pinComplexityPolicy : undefined,
    longTouchForReset: has(Subcommand.ENABLE_LONG_TOUCH_FOR_RESET, longTouchForReset !== undefined)
      ? longTouchForReset === true
      : undefined,
  };
}

/** True when at least one of {@link Policies} can be changed. */
export function isConfigurable(info: AuthenticatorInfo): boolean {
  return info.options?.get('authnrCfg') === true;
}

export interface ConfigResult {
  /**
   * - `changed`: as wanted now, by asking getInfo again
   * - `unchanged`: was so before, nothing was sent
   * - `kept`: the key said yes, but says that it is as before
   */
  readonly outcome: 'changed' | 'unchanged' | 'kept';
  /** What getInfo says now. */
  readonly info: AuthenticatorInfo;
}

export interface MinPinLength {
  /** Code points. */
  readonly length: number;
  /** RP IDs that may learn the length; they replace those that are listed. What is listed cannot be asked for. */
  readonly rpIds?: readonly string[];
}

/**
 * Each method reads getInfo first, sends the command where something is to be changed, and reads getInfo again. They
 * reject with what {@link Ctap2Api} rejects with, among it PIN_AUTH_INVALID (see `isTokenRefused`), PUAT_REQUIRED (without a
 * token), OPERATION_DENIED (the key does not let go of alwaysUv), and INVALID_COMMAND without asking where the key does not have
 * the policy. Run them in `SecurityKey.exclusive`.
 */
export class AuthenticatorConfig {
  readonly #api: Ctap2Api;
  readonly #token: PinUvAuthToken | undefined;

  /** The token has permission `acfg`; undefined for a key that protects nothing yet (no PIN, nobody enrolled). */
  constructor(api: Ctap2Api, token: PinUvAuthToken | undefined) {
    this.#api = api;
    this.#token = token;
  }

  enableEnterpriseAttestation(options?: CallOptions): Promise<ConfigResult> {
    return this.#turnOn('enterpriseAttestation', Subcommand.ENABLE_ENTERPRISE_ATTESTATION, options);
  }

  enableLongTouchForReset(options?: CallOptions): Promise<ConfigResult> {
    return this.#turnOn('longTouchForReset', Subcommand.ENABLE_LONG_TOUCH_FOR_RESET, options);
  }

  /** The command only toggles (§6.11.2), so nothing is sent when it is as wanted. */
  setAlwaysUv(wanted: boolean, options?: CallOptions): Promise<ConfigResult> {
    return this.#apply(
      ({ alwaysUv }) => known(alwaysUv) === wanted,
      () => this.#send(Subcommand.TOGGLE_ALWAYS_UV, undefined, options),
      options,
    );
  }

  /**
   * Raises the minimum length of the PIN. A PIN that is shorter must be changed then (forcePINChange) and all tokens end. Without
   * asking the key: PIN_POLICY_VIOLATION for less than now or more than a PIN can have, KEY_STORE_FULL for more RP IDs than
   * the key takes.
   */
  setMinPinLength({ length, rpIds = [] }: MinPinLength, options?: CallOptions): Promise<ConfigResult> {
    return this.#apply(
      ({ minPinLength, maxMinPinLengthRpIds }, info) => {
        const current = known(minPinLength);
        if (length < current || length > Math.min(info.maxPINLength ?? MAX_PIN_BYTES, MAX_PIN_BYTES))
          throw new CtapStatusError(Status.PIN_POLICY_VIOLATION, `a minimum of ${length} after ${current}`);
        if (rpIds.length > maxMinPinLengthRpIds)
          throw new CtapStatusError(
            maxMinPinLengthRpIds === 0 ? Status.INVALID_COMMAND : Status.KEY_STORE_FULL,
            `${rpIds.length} sites, the security key takes at most ${maxMinPinLengthRpIds}`,
          );
        return current === length && rpIds.length === 0;
      },
      () =>
        this.#setMinPinLength(
          { newMinPINLength: length, ...(rpIds.length > 0 && { minPinLengthRPIDs: rpIds }) },
          options,
        ),
      options,
      ({ minPinLength }) => minPinLength === length,
    );
  }

  /** PIN_NOT_SET where there is none. All tokens end. */
  forcePinChange(options?: CallOptions): Promise<ConfigResult> {
    return this.#apply(
      ({ forcePinChange }) => known(forcePinChange),
      () => this.#setMinPinLength({ forceChangePin: true }, options),
      options,
    );
  }

  /** From CTAP 2.2 on. */
  enablePinComplexityPolicy(options?: CallOptions): Promise<ConfigResult> {
    return this.#apply(
      ({ pinComplexity }) => known(pinComplexity),
      () => this.#setMinPinLength({ pinComplexityPolicy: true }, options),
      options,
    );
  }

  #turnOn(
    policy: 'enterpriseAttestation' | 'longTouchForReset',
    subCommand: number,
    options: CallOptions | undefined,
  ): Promise<ConfigResult> {
    return this.#apply(
      (policies) => known(policies[policy]),
      () => this.#send(subCommand, undefined, options),
      options,
    );
  }

  async #apply(
    isSo: (policies: Policies, info: AuthenticatorInfo) => boolean,
    send: () => Promise<void>,
    options: CallOptions | undefined,
    isSoNow: (policies: Policies, info: AuthenticatorInfo) => boolean = isSo,
  ): Promise<ConfigResult> {
    const before = await this.#api.getInfo(options);
    if (isSo(policiesOf(before), before)) return { outcome: 'unchanged', info: before };
    await send();
    const info = await this.#api.getInfo(options);
    return { outcome: isSoNow(policiesOf(info), info) ? 'changed' : 'kept', info };
  }

  #setMinPinLength(params: SetMinPinLengthParams, options: CallOptions | undefined): Promise<void> {
    return this.#send(
      Subcommand.SET_MIN_PIN_LENGTH,
      setMinPinLengthParams.encode(params) as CborMap,
      options,
    );
  }

  async #send(
    subCommand: number,
    subCommandParams: CborMap | undefined,
    options: CallOptions | undefined,
  ): Promise<void> {
    await this.#api.authenticatorConfig(
      {
        subCommand,
        ...(subCommandParams && { subCommandParams }),
        ...(this.#token && {
          pinUvAuthProtocol: this.#token.protocolVersion,
          pinUvAuthParam: this.#token.authenticate(configAuthMessage(subCommand, subCommandParams)),
        }),
      },
      options,
    );
  }
}

/** How a policy stands; throws INVALID_COMMAND where the key does not have it. */
function known<T>(policy: T | undefined): T {
  if (policy === undefined)
    throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key does not have this policy');
  return policy;
}
