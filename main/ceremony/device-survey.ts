/** This device as a place for one request. */
import type { Capability } from './capability';
import { capabilityOf } from './capability';
import { listedOnDevice, matchesOnDevice, type DeviceMatch } from './device-passkeys';
import type { Need, Obstacle, Place } from './dialog-view';
import type { CeremonyRequest } from './model';
import type { Rules } from './ports';
import type { ThisDevice } from './this-device';
import { VaultError } from '../vault/vault-error';

export class DeviceSurvey {
  readonly device: ThisDevice;
  readonly #request: CeremonyRequest;
  readonly #rpId: string;
  readonly #rules: Rules | undefined;
  #capability: Capability | undefined;
  #alreadyThere = false;
  #matches: readonly DeviceMatch[] = [];

  constructor(device: ThisDevice, request: CeremonyRequest, rpId: string, rules: Rules | undefined) {
    this.device = device;
    this.#request = request;
    this.#rpId = rpId;
    this.#rules = rules;
  }

  /** The last used first. As of the last {@link look}; none where the administrator does not let them be used. */
  get matches(): readonly DeviceMatch[] {
    return this.isForbidden ? [] : this.#matches;
  }

  /** By the administrator's rules. */
  get isForbidden(): boolean {
    return this.#rules?.allows('device', this.#request.kind, this.#rpId) === false;
  }

  /** Opens nothing that wants somebody, and rejects for nothing that the {@link place} tells. */
  async look(): Promise<void> {
    if (this.device.situation.is === 'closed') await this.device.open().catch(onlyInUse);
    if (this.device.situation.is !== 'open') return;
    try {
      await this.#look();
    } catch (error) {
      // It was closed meanwhile, and says so.
      if (this.device.situation.is === 'open') throw error;
    }
  }

  async #look(): Promise<void> {
    const request = this.#request;
    const { info } = await this.device.silently();
    this.#capability = capabilityOf(info, request, this.#rules?.enterpriseAttestation(this.#rpId));
    if (request.kind === 'get') this.#matches = await matchesOnDevice(this.device, request, this.#rpId);
    else {
      const excluded = request.options.excludeCredentials ?? [];
      this.#alreadyThere = (await listedOnDevice(this.device, excluded, this.#rpId)) !== undefined;
    }
  }

  get place(): Place {
    const request = this.#request;
    const obstacle = this.#obstacle;
    const need = this.#need;
    const asks = request.kind === 'create' ? (request.options.attestation ?? 'none') : 'none';
    return {
      is: 'device',
      id: 'device',
      ...(obstacle && { obstacle }),
      ...(need && { need }),
      ...(this.#alreadyThere && { alreadyThere: true }),
      ...((asks === 'direct' || asks === 'enterprise') && { unattested: true }),
    };
  }

  get #obstacle(): Obstacle | undefined {
    const { situation } = this.device;
    if (this.isForbidden) return 'policy';
    switch (situation.is) {
      case 'absent':
        return 'not-set-up';
      case 'unusable':
      case 'closed':
        return 'unusable';
      case 'passphrase-needed':
        return undefined;
      case 'open':
        if (this.#request.kind === 'get' && this.#matches.length === 0) return 'no-match';
        return situation.tries.left === 0 ? 'blocked' : this.#capability?.obstacle;
    }
  }

  get #need(): Need | undefined {
    const { situation } = this.device;
    if (situation.is === 'passphrase-needed') return 'passphrase';
    return situation.is === 'open' ? 'pin' : undefined;
  }
}

/** Another program owns it: that is in the situation then. */
function onlyInUse(error: unknown): void {
  if (!(error instanceof VaultError)) throw error;
}
