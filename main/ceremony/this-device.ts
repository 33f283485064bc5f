/** This device as a place for ceremonies: its vault, its authenticator, and the person before it. */
import type { BiometricAnswer, Biometrics, Clock, RandomSource } from '../../native/ports';
import { PlatformAuthenticator } from '../authenticator/fronts/platform';
import { PinClient } from '../client/pin';
import { SerialQueue } from '../client/serial-queue';
import type { DevicePasskey, VaultSituation } from '../vault/model';
import type { Vault } from '../vault/vault';
import type { CeremonyAuthenticator } from '../webauthn/ports';
import { AuthenticatorBlobs } from './authenticator-blobs';
import { DeviceUser, type PinAnswer, type PinRequest } from './device-user';
import { DeviceVerifier } from './device-verifier';

/** How one ceremony asks its person. */
export interface DevicePrompts {
  askPin(request: PinRequest): Promise<PinAnswer>;
  /** @param verify asks the system. */
  biometrics(
    by: string,
    verify: (signal: AbortSignal) => Promise<BiometricAnswer>,
    signal: AbortSignal,
  ): Promise<BiometricAnswer>;
}

export interface ThisDeviceOptions {
  readonly vault: Pick<
    Vault,
    | 'storage'
    | 'situation'
    | 'passkeys'
    | 'onChange'
    | 'open'
    | 'verifyPin'
    | 'reopen'
    | 'endCeremony'
    | 'markUsed'
  >;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly biometrics?: Biometrics;
  /** New passkeys may be saved here. */
  readonly saves: () => boolean;
}

export class ThisDevice {
  readonly #options: ThisDeviceOptions;
  readonly #authenticator: PlatformAuthenticator;
  /** For questions that ask nobody: they neither wait for the person in another ceremony nor disturb it. */
  readonly #silent: PlatformAuthenticator;
  readonly #turns = new SerialQueue();
  /** Of the ceremony whose turn it is. */
  #prompts: DevicePrompts | undefined;

  constructor(options: ThisDeviceOptions) {
    this.#options = options;
    const { vault, clock, random, biometrics } = options;
    this.#silent = new PlatformAuthenticator({
      clock,
      random,
      storage: vault.storage,
      user: { verify: async () => 'refused', endCeremony: () => undefined },
    });
    this.#authenticator = new PlatformAuthenticator({
      clock,
      random,
      storage: vault.storage,
      user: new DeviceUser({
        vault,
        askPin: async (request) => this.#prompts?.askPin(request) ?? 'cancelled',
        ...(biometrics && {
          biometrics: {
            name: biometrics.name,
            available: () => biometrics.available(),
            verify: async (reason, signal) =>
              (await this.#prompts?.biometrics(
                biometrics.name,
                (until) => biometrics.verify(reason, until),
                signal,
              )) ?? 'cancelled',
          },
        }),
      }),
    });
  }

  get situation(): VaultSituation {
    return this.#options.vault.situation;
  }

  get saves(): boolean {
    return this.#options.saves();
  }

  /** Those of a site, the last used first, then the newest. */
  passkeysOf(rpId: string): readonly DevicePasskey[] {
    const time = ({ lastUsed, created }: DevicePasskey): number => lastUsed ?? created;
    return this.#options.vault.passkeys
      .filter(({ credential }) => credential.rp.id === rpId)
      .sort((a, b) => time(b) - time(a));
  }

  /** Calls back when the situation or the passkeys may have changed; returns what ends it. */
  onChange(callback: () => void): () => void {
    return this.#options.vault.onChange(callback);
  }

  /** Rejects with VaultError `passphrase-wrong` and `in-use`. */
  open(passphrase?: string): Promise<void> {
    return this.#options.vault.open(passphrase);
  }

  markUsed(id: Uint8Array): void {
    this.#options.vault.markUsed(id);
  }

  /** For silent questions; whatever would ask somebody is refused. Only while it is open. */
  async silently(): Promise<Pick<CeremonyAuthenticator, 'api' | 'info'>> {
    return { api: this.#silent, info: await this.#silent.getInfo() };
  }

  /** One ceremony at a time. What it opened is closed when it is over. Rejects with the signal's reason while it waits. */
  exclusive<T>(
    prompts: DevicePrompts,
    ceremony: (authenticator: CeremonyAuthenticator) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#turns.run(async () => {
      this.#prompts = prompts;
      try {
        const info = await this.#authenticator.getInfo();
        const pin = new PinClient(this.#authenticator, info, this.#options.random);
        return await ceremony({
          api: this.#authenticator,
          info,
          attachment: 'platform',
          transport: 'internal',
          verifier: new DeviceVerifier(pin),
          secrets: pin,
          largeBlobs: new AuthenticatorBlobs(this.#authenticator, info, this.#options.random),
        });
      } finally {
        this.#prompts = undefined;
        this.#authenticator.forget();
      }
    }, signal);
  }
}
