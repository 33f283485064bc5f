/** All that a simulated key keeps when it is unplugged, as one immutable value. */
import { inspect } from 'node:util';
import type { RandomSource } from '../../native/ports';
import type { AuthenticatorConfiguration } from './configuration';
import { INITIAL_LARGE_BLOB_ARRAY } from '../ctap/commands/large-blobs';
import {
  MAX_PIN_RETRIES,
  type AuthenticatorPolicy,
  type AuthenticatorRecord,
  type Credential,
  type CredentialSecrets,
  type PinRecord,
} from './env';

export interface StoredCredential {
  readonly credential: Credential;
  readonly secrets: CredentialSecrets;
}

export interface KeyState extends AuthenticatorRecord {
  readonly configuration: AuthenticatorConfiguration;
  /** 32 bytes. */
  readonly wrapKey: Uint8Array;
  /** Oldest first. */
  readonly credentials: readonly StoredCredential[];
  /** 16 bytes, see {@link CredentialStore.storeState}. */
  readonly storeState: Uint8Array;
}

const WRAP_KEY_LENGTH = 32;

export const noPin: PinRecord = { codePoints: 0, retries: MAX_PIN_RETRIES, forceChange: false };

/** The policy that a key of this configuration leaves the factory with. */
export function factoryPolicy(configuration: AuthenticatorConfiguration): AuthenticatorPolicy {
  return {
    alwaysUv: configuration.alwaysUv,
    enterpriseAttestation: false,
    minPinLength: configuration.minPinLength,
    minPinLengthRpIds: [],
    pinComplexityPolicy: configuration.pinComplexityPolicy,
    longTouchForReset: configuration.longTouchForReset,
  };
}

/** A key as it leaves the factory. */
export function newKeyState(configuration: AuthenticatorConfiguration, random: RandomSource): KeyState {
  return {
    configuration,
    pin: noPin,
    policy: factoryPolicy(configuration),
    uvRetries: configuration.maxUvRetries,
    templates: [],
    persistentToken: random.bytes(32),
    identifier: random.bytes(16),
    largeBlobArray: INITIAL_LARGE_BLOB_ARRAY,
    wrapKey: random.bytes(WRAP_KEY_LENGTH),
    credentials: [],
    storeState: random.bytes(16),
  };
}

/** Secrets that debug output does not show (design decision 7). */
export class HiddenSecrets implements CredentialSecrets {
  readonly #privateKey: Uint8Array;
  readonly #credRandomWithUv: Uint8Array;
  readonly #credRandomWithoutUv: Uint8Array;
  readonly #credBlob: Uint8Array | undefined;

  constructor(secrets: CredentialSecrets) {
    this.#privateKey = secrets.privateKey;
    this.#credRandomWithUv = secrets.credRandomWithUv;
    this.#credRandomWithoutUv = secrets.credRandomWithoutUv;
    this.#credBlob = secrets.credBlob;
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
  get credBlob(): Uint8Array {
    return this.#credBlob ?? new Uint8Array();
  }

  [inspect.custom](): string {
    return 'HiddenSecrets';
  }
}

export function copiedSecrets(secrets: CredentialSecrets): CredentialSecrets {
  const { privateKey, credRandomWithUv, credRandomWithoutUv, credBlob } = secrets;
  return new HiddenSecrets({
    privateKey: privateKey.slice(),
    credRandomWithUv: credRandomWithUv.slice(),
    credRandomWithoutUv: credRandomWithoutUv.slice(),
    ...(credBlob && { credBlob: credBlob.slice() }),
  });
}

/** After use; not for what is still in somebody's store. */
export function overwriteSecrets({
  privateKey,
  credRandomWithUv,
  credRandomWithoutUv,
}: CredentialSecrets): void {
  for (const secret of [privateKey, credRandomWithUv, credRandomWithoutUv]) secret.fill(0);
}

/** New hmac-secret secrets around a private key. */
export function newSecrets(
  privateKey: Uint8Array,
  random: RandomSource,
  credBlob?: Uint8Array,
): CredentialSecrets {
  return new HiddenSecrets({
    privateKey,
    ...(credBlob && { credBlob }),
    credRandomWithUv: random.bytes(32),
    credRandomWithoutUv: random.bytes(32),
  });
}
