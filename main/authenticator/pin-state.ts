/** The PIN (CTAP 2.1 §6.5): its stored hash and retries, and what the power-up holds: key agreement and wrong tries in a row. */
import { equalBytes } from '@noble/ciphers/utils.js';
import type { RandomSource } from '../../native/ports';
import type { CborMap } from '../ctap/cbor';
import { CtapStatusError } from '../ctap/errors';
import {
  newKeyAgreementKey,
  pinHash,
  unpadPin,
  type KeyAgreementKey,
  type PinProtocol,
} from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import { MAX_PIN_RETRIES, type AuthenticatorRecord, type Env } from './env';
import { isSimplePin } from './pin-complexity';

/** Wrong PINs in a row after which only a power cycle brings more tries. */
export const MAX_CONSECUTIVE_MISMATCHES = 3;
const PADDED_PIN_LENGTH = 64;

/** A PIN that fits the rules of the key. */
export interface AcceptedPin {
  /** LEFT(SHA-256(PIN), 16) */
  readonly hash: Uint8Array;
  readonly codePoints: number;
}

export class PinState {
  readonly #env: Env;
  readonly #random: RandomSource;
  readonly #keys = new Map<number, KeyAgreementKey>();
  #consecutiveMismatches = 0;
  #uvCount = 0;

  constructor(env: Env) {
    this.#env = env;
    this.#random = env.random;
  }

  get isSet(): boolean {
    return this.#env.storage.record.pin.hash !== undefined;
  }

  get retries(): number {
    return this.#env.storage.record.pin.retries;
  }

  get forceChange(): boolean {
    return this.#env.storage.record.pin.forceChange;
  }

  /** Three wrong PINs in a row: nothing more is tried until the power has been off. */
  get needsPowerCycle(): boolean {
    return this.#consecutiveMismatches >= MAX_CONSECUTIVE_MISMATCHES;
  }

  /** uvCountSinceLastPinEntry (CTAP 2.2 §6.4): tries of built-in user verification since the PIN or the power came. */
  get uvCount(): number {
    return this.#uvCount;
  }

  countUv(): void {
    this.#uvCount++;
  }

  /** The public key of this power-up, or since the last wrong PIN. */
  keyAgreement(protocol: PinProtocol): CborMap {
    return this.#key(protocol).publicKey;
  }

  /** decapsulate; undefined when `peer` is no point on P-256. The caller overwrites the result. */
  decapsulate(protocol: PinProtocol, peer: CborMap): Uint8Array | undefined {
    return protocol.sharedSecret(this.#key(protocol), peer);
  }

  /**
   * Steps of changePIN and of the token requests before a PIN is even looked at: 0x35 none set, 0x32 no tries left,
   * 0x34 three wrong in a row.
   */
  requireUsable(): void {
    if (!this.isSet) throw new CtapStatusError(Status.PIN_NOT_SET);
    if (this.retries === 0) throw new CtapStatusError(Status.PIN_BLOCKED);
    if (this.needsPowerCycle) throw new CtapStatusError(Status.PIN_AUTH_BLOCKED);
  }

  /**
   * Compares, after the try has been taken away durably: whoever cuts the power at the right moment has still lost it.
   * The right PIN brings all tries back, those of the finger too.
   * Throws 0x31 for a wrong PIN, 0x34 for the third in a row, 0x32 for the last of all.
   */
  async check(protocol: PinProtocol, sharedSecret: Uint8Array, pinHashEnc: Uint8Array): Promise<void> {
    const { storage } = this.#env;
    await storage.save({ pin: { ...storage.record.pin, retries: storage.record.pin.retries - 1 } });
    const hash = protocol.decrypt(sharedSecret, pinHashEnc);
    const matches =
      hash !== undefined &&
      storage.record.pin.hash !== undefined &&
      equalBytes(hash, storage.record.pin.hash);
    hash?.fill(0);
    if (!matches) {
      this.#keys.delete(protocol.version);
      this.#consecutiveMismatches++;
      if (storage.record.pin.retries === 0) throw new CtapStatusError(Status.PIN_BLOCKED);
      throw new CtapStatusError(this.needsPowerCycle ? Status.PIN_AUTH_BLOCKED : Status.PIN_INVALID);
    }
    this.#consecutiveMismatches = 0;
    this.#uvCount = 0;
    await storage.save({
      pin: { ...storage.record.pin, retries: MAX_PIN_RETRIES },
      uvRetries: this.#env.configuration.maxUvRetries,
    });
  }

  /** Decrypts and checks newPinEnc: 0x33 undecryptable, 0x02 not 64 bytes, 0x37 against the rules. */
  accept(protocol: PinProtocol, sharedSecret: Uint8Array, newPinEnc: Uint8Array): AcceptedPin {
    const { maxPinLength } = this.#env.configuration;
    const { minPinLength, pinComplexityPolicy } = this.#env.storage.record.policy;
    const padded = protocol.decrypt(sharedSecret, newPinEnc);
    if (!padded) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
    if (padded.length !== PADDED_PIN_LENGTH) throw new CtapStatusError(Status.INVALID_PARAMETER);
    const pin = unpadPin(padded);
    padded.fill(0);
    if (!pin) throw new CtapStatusError(Status.PIN_POLICY_VIOLATION);
    const text = Buffer.from(pin).toString('utf8');
    const accepted = { hash: pinHash(pin), codePoints: [...text].length };
    const fits =
      pin.length <= maxPinLength &&
      accepted.codePoints >= minPinLength &&
      !(pinComplexityPolicy && isSimplePin(text));
    pin.fill(0);
    if (!fits) throw new CtapStatusError(Status.PIN_POLICY_VIOLATION);
    return accepted;
  }

  /** True when it is the PIN that is set now. */
  equals(pin: AcceptedPin): boolean {
    const { hash } = this.#env.storage.record.pin;
    return hash !== undefined && equalBytes(hash, pin.hash);
  }

  /** Durably, with what else changes at the same moment; all tries are back, a demanded change is done. */
  async store({ hash, codePoints }: AcceptedPin, also: Partial<AuthenticatorRecord> = {}): Promise<void> {
    await this.#env.storage.save({
      ...also,
      pin: { hash, codePoints, retries: MAX_PIN_RETRIES, forceChange: false },
    });
  }

  #key(protocol: PinProtocol): KeyAgreementKey {
    const known = this.#keys.get(protocol.version);
    if (known) return known;
    const key = newKeyAgreementKey(this.#random);
    this.#keys.set(protocol.version, key);
    return key;
  }
}
