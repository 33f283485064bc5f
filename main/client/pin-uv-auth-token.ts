/** A pinUvAuthToken in our hands (CTAP 2.1 §6.5.2.1). */
import { createDecipheriv, hkdfSync } from 'node:crypto';
import { CtapStatusError } from '../ctap/errors';
import { Permission, type PinProtocol } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';

export class PinUvAuthToken {
  /** The permissions asked for, {@link Permission} bits; a legacy token does not know them. */
  readonly permissions: number;
  /** From a key without permissions (CTAP 2.0, 2.1 preview). */
  readonly legacy: boolean;
  readonly #bytes: Uint8Array;
  readonly #protocol: PinProtocol;
  #destroyed = false;

  /** Takes `bytes` over: {@link destroy} overwrites them. */
  constructor(bytes: Uint8Array, protocol: PinProtocol, permissions: number, legacy: boolean) {
    this.#bytes = bytes;
    this.#protocol = protocol;
    this.permissions = permissions;
    this.legacy = legacy;
  }

  /** The pinUvAuthProtocol that goes with every pinUvAuthParam. */
  get protocolVersion(): 1 | 2 {
    return this.#protocol.version;
  }

  /**
   * The pinUvAuthParam for `message`: 16 bytes for protocol one, 32 for two. After {@link destroy} it throws
   * PIN_AUTH_INVALID, as the authenticator would answer to a token that has ended: see {@link isTokenRefused}.
   */
  authenticate(message: Uint8Array): Uint8Array {
    if (this.#destroyed) throw new CtapStatusError(Status.PIN_AUTH_INVALID, 'the token was given up');
    return this.#protocol.authenticate(this.#bytes, message);
  }

  /** True for a persistent token (CTAP 2.2, permission pcmr), which reads lists, outlives a power cycle, and does nothing else. */
  get persistent(): boolean {
    return !this.legacy && this.permissions === Permission.PCMR;
  }

  /**
   * The 16 bytes that getInfo conceals in a member for holders of a persistent token (CTAP 2.2 §6.4): another value where the
   * token is none or is no longer valid, which cannot be told from the outside.
   * @param sealed 16-byte IV ‖ 16-byte ciphertext
   */
  reveal(member: 'encIdentifier' | 'encCredStoreState', sealed: Uint8Array): Uint8Array {
    if (this.#destroyed) throw new CtapStatusError(Status.PIN_AUTH_INVALID, 'the token was given up');
    const key = new Uint8Array(hkdfSync('sha256', this.#bytes, new Uint8Array(32), member, 16));
    try {
      const decipher = createDecipheriv('aes-128-cbc', key, sealed.subarray(0, 16)).setAutoPadding(false);
      return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()]));
    } finally {
      key.fill(0);
    }
  }

  /** Overwrites the token. Idempotent. */
  destroy(): void {
    this.#destroyed = true;
    this.#bytes.fill(0);
  }
}

/** CTAP 2.0's PIN_TOKEN_EXPIRED; reserved since. */
const PIN_TOKEN_EXPIRED = 0x38;

/** The token has ended (time-out, another program took one, PIN changed) or was given up: the PIN is needed again. */
export function isTokenRefused(error: unknown): error is CtapStatusError {
  return (
    error instanceof CtapStatusError &&
    (error.status === Status.PIN_AUTH_INVALID || error.status === PIN_TOKEN_EXPIRED)
  );
}
