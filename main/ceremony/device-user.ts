/**
 * The person at this device, as the authenticator sees them: biometrics where the PIN was right since the start (design
 * decision 8), otherwise the PIN. Every ceremony asks anew.
 */
import type { Biometrics } from '../../native/ports';
import type { PlatformUser } from '../authenticator/fronts/platform';
import type {
  UserVerificationAnswer,
  UserVerificationReason,
  UserVerificationRequest,
} from '../authenticator/env';
import type { Vault } from '../vault/vault';
import { VaultError } from '../vault/vault-error';

export interface PinRequest {
  readonly reason: UserVerificationReason;
  readonly rpId?: string;
  /** Why it is asked for again: the PIN before was wrong or came too early, or there are no tries left. */
  readonly problem?: VaultError;
  /** Aborted when the answer no longer matters. */
  readonly signal: AbortSignal;
}

/** `cancelled`: the person decided; `timed-out`: nobody did. */
export type PinAnswer = { readonly pin: string } | 'cancelled' | 'timed-out';

export interface DeviceUserOptions {
  readonly vault: Pick<Vault, 'situation' | 'verifyPin' | 'reopen' | 'endCeremony'>;
  readonly biometrics?: Biometrics;
  readonly askPin: (request: PinRequest) => Promise<PinAnswer>;
}

export class DeviceUser implements PlatformUser {
  readonly #options: DeviceUserOptions;

  constructor(options: DeviceUserOptions) {
    this.#options = options;
  }

  /** Never `no-match`: a finger that is not recognised leaves the PIN, and a wrong PIN is asked for again here. */
  async verify(request: UserVerificationRequest): Promise<UserVerificationAnswer> {
    return (await this.#byBiometrics(request)) ?? this.#byPin(request);
  }

  endCeremony(): void {
    this.#options.vault.endCeremony();
  }

  /** Undefined where it is up to the PIN. */
  async #byBiometrics({
    reason,
    rpId,
    signal,
  }: UserVerificationRequest): Promise<UserVerificationAnswer | undefined> {
    const { biometrics, vault } = this.#options;
    if (!biometrics || !this.#wasVerified || !(await biometrics.available())) return undefined;
    const answer = await biometrics.verify(sentence(reason, rpId), signal);
    if (signal.aborted || answer === 'cancelled') return 'refused';
    if (answer === 'timed-out') return 'timed-out';
    // It may have been locked meanwhile.
    if (answer !== 'verified' || !this.#wasVerified) return undefined;
    vault.reopen();
    return 'verified';
  }

  async #byPin({ reason, rpId, signal }: UserVerificationRequest): Promise<UserVerificationAnswer> {
    let problem: VaultError | undefined;
    for (;;) {
      if (signal.aborted) return 'refused';
      const answer = await this.#options.askPin({
        reason,
        ...(rpId !== undefined && { rpId }),
        ...(problem && { problem }),
        signal,
      });
      if (answer === 'timed-out') return 'timed-out';
      if (answer === 'cancelled' || signal.aborted) return 'refused';
      try {
        await this.#options.vault.verifyPin(answer.pin);
        return 'verified';
      } catch (error) {
        if (!(error instanceof VaultError) || error.tries === undefined) throw error;
        problem = error;
      }
    }
  }

  get #wasVerified(): boolean {
    const { situation } = this.#options.vault;
    return situation.is === 'open' && situation.verified;
  }
}

function sentence(reason: UserVerificationReason, rpId: string | undefined): string {
  const site = rpId === undefined ? '' : ` for ${rpId}`;
  if (reason === 'create') return `save a passkey${site}`;
  return reason === 'use' ? `use a passkey${site}` : `unlock the passkeys of this device${site}`;
}
