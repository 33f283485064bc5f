/** The PIN of an authenticator and the tokens it gives for it (CTAP 2.1 §6.5.5). */
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { CborMap } from '../ctap/cbor';
import { ClientPinSubcommand, type ClientPinResponse } from '../ctap/commands/client-pin';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import {
  DEFAULT_MIN_PIN_CODE_POINTS,
  MAX_PIN_BYTES,
  newKeyAgreementKey,
  padPin,
  Permission,
  pinBytes,
  pinCodePoints,
  pinHash,
  pinProtocol,
  type PinProtocol,
} from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import type { RandomSource } from '../../native/ports';
import { PinUvAuthToken } from './pin-uv-auth-token';

/** Lengths are in code points (minimum) and bytes (maximum) after NFC normalisation. */
export type NewPinProblem =
  | { readonly problem: 'too-short'; readonly codePoints: number; readonly minimum: number }
  | { readonly problem: 'too-long'; readonly bytes: number; readonly maximum: number }
  /** The padding would swallow the last character. */
  | { readonly problem: 'ends-with-nul' }
  /** Half of a surrogate pair: no text, and different systems would make different bytes of it. */
  | { readonly problem: 'not-text' };

/** Whether a key with this `info` can take `pin` as its new PIN; the key's own rules about simplicity are not known here. */
export function checkNewPin(pin: string, info: AuthenticatorInfo): 'ok' | NewPinProblem {
  if (/\p{Surrogate}/u.test(pin)) return { problem: 'not-text' };
  const minimum = Math.max(DEFAULT_MIN_PIN_CODE_POINTS, info.minPINLength ?? 0);
  const maximum = Math.min(MAX_PIN_BYTES, info.maxPINLength ?? MAX_PIN_BYTES);
  const codePoints = pinCodePoints(pin);
  if (codePoints < minimum) return { problem: 'too-short', codePoints, minimum };
  const encoded = pinBytes(pin);
  const bytes = encoded.length;
  const last = encoded.at(-1);
  encoded.fill(0);
  if (bytes > maximum) return { problem: 'too-long', bytes, maximum };
  return last === 0 ? { problem: 'ends-with-nul' } : 'ok';
}

/** Somebody is enrolled at the authenticator's own sensor or keypad, and it gives tokens for that. */
export function canVerifyItself({ options }: AuthenticatorInfo): boolean {
  return options?.get('uv') === true && options.get('pinUvAuthToken') === true;
}

/** The persistent token of CTAP 2.2. */
export function hasPersistentToken({ options }: AuthenticatorInfo): boolean {
  return options?.get('perCredMgmtRO') === true && options.get('pinUvAuthToken') === true;
}

/** "Protected by some form of user verification" (CTAP 2.1 §6.1.2): commands that change something want a token. */
export function isProtected({ options }: AuthenticatorInfo): boolean {
  return options?.get('clientPin') === true || options?.get('uv') === true;
}

/** A shared secret with the authenticator for one clientPIN request. */
interface Session {
  readonly secret: Uint8Array;
  readonly request: { readonly pinUvAuthProtocol: number; readonly keyAgreement: CborMap };
}

/**
 * All methods reject with CtapStatusError as the authenticator answers: PIN_INVALID, PIN_AUTH_BLOCKED (re-insert the
 * key), PIN_BLOCKED (reset it), PIN_NOT_SET, PIN_POLICY_VIOLATION; and with TransportError or ProtocolError.
 */
export class PinClient {
  readonly #api: Ctap2Api;
  readonly #info: AuthenticatorInfo;
  readonly #random: RandomSource;

  constructor(api: Ctap2Api, info: AuthenticatorInfo, random: RandomSource) {
    this.#api = api;
    this.#info = info;
    this.#random = random;
  }

  /** Tries left until the PIN is blocked for good. One round trip. */
  async retries(
    options?: CallOptions,
  ): Promise<{ readonly retries: number; readonly powerCycleNeeded: boolean }> {
    const answer = await this.#api.clientPin(
      {
        // CTAP 2.0 wants the protocol here too.
        pinUvAuthProtocol: this.#info.pinUvAuthProtocols?.[0] ?? 1,
        subCommand: ClientPinSubcommand.GET_PIN_RETRIES,
      },
      options,
    );
    if (answer.pinRetries === undefined)
      throw new ProtocolError('The security key did not say how many PIN tries are left.');
    return { retries: answer.pinRetries, powerCycleNeeded: answer.powerCycleState === true };
  }

  /** For a key without a PIN; PIN_POLICY_VIOLATION without asking it when {@link checkNewPin} objects. Two round trips. */
  async setPin(newPin: string, options?: CallOptions): Promise<void> {
    await this.#withNewPin(newPin, options, (protocol, session, newPinEnc) =>
      this.#api.clientPin(
        {
          ...session.request,
          subCommand: ClientPinSubcommand.SET_PIN,
          newPinEnc,
          pinUvAuthParam: protocol.authenticate(session.secret, newPinEnc),
        },
        options,
      ),
    );
  }

  /** As {@link setPin}, for a key with a PIN. All tokens die. Two round trips. */
  async changePin(currentPin: string, newPin: string, options?: CallOptions): Promise<void> {
    await this.#withNewPin(newPin, options, (protocol, session, newPinEnc) => {
      const pinHashEnc = encryptedPinHash(protocol, session, currentPin);
      return this.#api.clientPin(
        {
          ...session.request,
          subCommand: ClientPinSubcommand.CHANGE_PIN,
          newPinEnc,
          pinHashEnc,
          pinUvAuthParam: protocol.authenticate(session.secret, Uint8Array.of(...newPinEnc, ...pinHashEnc)),
        },
        options,
      );
    });
  }

  /**
   * A token for `permissions` ({@link Permission} bits), bound to `rpId` when given, where the authenticator has
   * permissions (option pinUvAuthToken); otherwise the legacy token, which is good for everything the PIN is.
   * While the key demands a new PIN (info.forcePINChange) it answers PIN_POLICY_VIOLATION or PIN_INVALID; ask info first.
   * Every new token ends the one before, also that of other programs. Two round trips.
   */
  async token(
    pin: string,
    permissions: number,
    rpId?: string,
    options?: CallOptions,
  ): Promise<PinUvAuthToken> {
    const withPermissions = this.#info.options?.get('pinUvAuthToken') === true;
    return this.#withSession(options, async (protocol, session) => {
      const answer = await this.#api.clientPin(
        {
          ...session.request,
          pinHashEnc: encryptedPinHash(protocol, session, pin),
          ...(withPermissions
            ? { subCommand: ClientPinSubcommand.GET_TOKEN_USING_PIN, permissions, ...(rpId && { rpId }) }
            : { subCommand: ClientPinSubcommand.GET_PIN_TOKEN }),
        },
        options,
      );
      return new PinUvAuthToken(
        decryptToken(protocol, session, answer),
        protocol,
        permissions,
        !withPermissions,
      );
    });
  }

  /**
   * As {@link token}, by the sensor or keypad of the authenticator itself (option uv) in place of the PIN: it waits for the
   * person, see `onStatus`. UV_INVALID (not recognised, see {@link uvRetries}), UV_BLOCKED (the PIN unblocks it), NOT_ALLOWED
   * (nobody is enrolled), USER_ACTION_TIMEOUT, OPERATION_DENIED; INVALID_COMMAND without asking a key that cannot.
   */
  async tokenByUv(permissions: number, rpId?: string, options?: CallOptions): Promise<PinUvAuthToken> {
    if (!canVerifyItself(this.#info))
      throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key gives no token for a finger');
    return this.#withSession(options, async (protocol, session) => {
      const answer = await this.#api.clientPin(
        {
          ...session.request,
          subCommand: ClientPinSubcommand.GET_TOKEN_USING_UV,
          permissions,
          ...(rpId && { rpId }),
        },
        options,
      );
      return new PinUvAuthToken(decryptToken(protocol, session, answer), protocol, permissions, false);
    });
  }

  /**
   * The token that reads lists and survives power cycles (CTAP 2.2, permission pcmr), always the same until the PIN changes.
   * `pin` is undefined where built-in user verification shall do. INVALID_COMMAND without asking a key that has none.
   */
  async persistentToken(pin: string | undefined, options?: CallOptions): Promise<PinUvAuthToken> {
    if (!hasPersistentToken(this.#info))
      throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key has no persistent token');
    return pin === undefined
      ? this.tokenByUv(Permission.PCMR, undefined, options)
      : this.token(pin, Permission.PCMR, undefined, options);
  }

  /** Tries left for built-in user verification until only the PIN helps. One round trip. */
  async uvRetries(options?: CallOptions): Promise<number> {
    const { uvRetries } = await this.#api.clientPin(
      { subCommand: ClientPinSubcommand.GET_UV_RETRIES },
      options,
    );
    if (uvRetries === undefined)
      throw new ProtocolError(
        'The security key did not say how many tries of its own verification are left.',
      );
    return uvRetries;
  }

  /** A secret shared with the key, for the salts of hmac-secret (§12.5); overwritten when `use` has ended. One round trip. */
  async withSharedSecret<T>(
    use: (shared: {
      readonly protocol: PinProtocol;
      readonly secret: Uint8Array;
      readonly keyAgreement: CborMap;
    }) => Promise<T>,
    options?: CallOptions,
  ): Promise<T> {
    return this.#withSession(options, (protocol, { secret, request: { keyAgreement } }) =>
      use({ protocol, secret, keyAgreement }),
    );
  }

  async #withNewPin(
    newPin: string,
    options: CallOptions | undefined,
    send: (protocol: PinProtocol, session: Session, newPinEnc: Uint8Array) => Promise<unknown>,
  ): Promise<void> {
    const verdict = checkNewPin(newPin, this.#info);
    if (verdict !== 'ok') throw new CtapStatusError(Status.PIN_POLICY_VIOLATION, verdict.problem);
    await this.#withSession(options, async (protocol, session) => {
      const encoded = pinBytes(newPin);
      const padded = padPin(encoded);
      try {
        await send(protocol, session, protocol.encrypt(session.secret, padded));
      } finally {
        encoded.fill(0);
        padded.fill(0);
      }
    });
  }

  /** Key agreement (one round trip); the secrets are overwritten when `use` has ended. */
  async #withSession<T>(
    options: CallOptions | undefined,
    use: (protocol: PinProtocol, session: Session) => Promise<T>,
  ): Promise<T> {
    const protocol = this.#protocol();
    const pinUvAuthProtocol = protocol.version;
    const { keyAgreement: peer } = await this.#api.clientPin(
      { pinUvAuthProtocol, subCommand: ClientPinSubcommand.GET_KEY_AGREEMENT },
      options,
    );
    if (!peer) throw new ProtocolError('The security key sent no key for key agreement.');
    const own = newKeyAgreementKey(this.#random);
    const secret = protocol.sharedSecret(own, peer);
    own.privateKey.fill(0);
    if (!secret)
      throw new ProtocolError('The key agreement key of the security key is not a point on P-256.');
    try {
      return await use(protocol, { secret, request: { pinUvAuthProtocol, keyAgreement: own.publicKey } });
    } finally {
      secret.fill(0);
    }
  }

  /** The first one that the authenticator prefers and we know. */
  #protocol(): PinProtocol {
    for (const version of this.#info.pinUvAuthProtocols ?? [1]) {
      const protocol = pinProtocol(version, this.#random);
      if (protocol) return protocol;
    }
    throw new ProtocolError('The security key offers no PIN/UV auth protocol that is known here.');
  }
}

function encryptedPinHash(protocol: PinProtocol, { secret }: Session, pin: string): Uint8Array {
  const encoded = pinBytes(pin);
  const hash = pinHash(encoded);
  const encrypted = protocol.encrypt(secret, hash);
  encoded.fill(0);
  hash.fill(0);
  return encrypted;
}

/** 16 or 32 bytes for protocol one, 32 for two (§6.5.6, §6.5.7). */
function decryptToken(protocol: PinProtocol, { secret }: Session, answer: ClientPinResponse): Uint8Array {
  if (!answer.pinUvAuthToken) throw new ProtocolError('The security key sent no token.');
  const token = protocol.decrypt(secret, answer.pinUvAuthToken);
  if (token?.length === 32 || (token?.length === 16 && protocol.version === 1)) return token;
  token?.fill(0);
  throw new ProtocolError('The security key sent a token of the wrong length.');
}
