/** All that a simulated key keeps when it is unplugged, as one immutable value. */
import { inspect } from 'node:util';
import type { RandomSource } from '../../native/ports';
import type { AuthenticatorConfiguration } from './configuration';
import { MAX_PIN_RETRIES, type Credential, type CredentialSecrets, type PinRecord } from './env';

export interface StoredCredential {
  readonly credential: Credential;
  readonly secrets: CredentialSecrets;
}

export interface KeyState {
  readonly configuration: AuthenticatorConfiguration;
  readonly pin: PinRecord;
  /** 32 bytes. */
  readonly wrapKey: Uint8Array;
  /** Oldest first. */
  readonly credentials: readonly StoredCredential[];
}

const WRAP_KEY_LENGTH = 32;

export const noPin: PinRecord = { codePoints: 0, retries: MAX_PIN_RETRIES, forceChange: false };

/** A key as it leaves the factory. */
export function newKeyState(configuration: AuthenticatorConfiguration, random: RandomSource): KeyState {
  return { configuration, pin: noPin, wrapKey: random.bytes(WRAP_KEY_LENGTH), credentials: [] };
}

/** Secrets that debug output does not show (design decision 7). */
export class HiddenSecrets implements CredentialSecrets {
  readonly #privateKey: Uint8Array;
  readonly #credRandomWithUv: Uint8Array;
  readonly #credRandomWithoutUv: Uint8Array;

  constructor(secrets: CredentialSecrets) {
    this.#privateKey = secrets.privateKey;
    this.#credRandomWithUv = secrets.credRandomWithUv;
    this.#credRandomWithoutUv = secrets.credRandomWithoutUv;
  }

  get privateKey(): Uint8Array {
    return this.#privateKey;
  }
  get credRandomWithUv(): Uint8Array {
    return this.#credRandomWithUv;
  }
  get credRandomWithoutUv(): Uint8Array {
    return this.#credRandomWithoutUv;
  }

  [inspect.custom](): string {
    return 'HiddenSecrets';
  }
}

/** New hmac-secret secrets around a private key. */
export function newSecrets(privateKey: Uint8Array, random: RandomSource): CredentialSecrets {
  return new HiddenSecrets({
    privateKey,
    credRandomWithUv: random.bytes(32),
    credRandomWithoutUv: random.bytes(32),
  });
}
