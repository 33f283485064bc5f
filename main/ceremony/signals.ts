/**
 * What sites tell about their passkeys (WebAuthn Level 3 §5.1.10): that one is gone, which there are, what somebody is called now. Only
 * passkeys of this device follow, only those of that site, and never silently: each change is told to the user, and none is for good. The
 * page learns only whether it may say such a thing at all.
 */
import { SerialQueue } from '../client/serial-queue';
import { VaultError } from '../vault/vault-error';
import type { DeletedPasskey, DevicePasskey } from '../vault/model';
import { whyProtected } from '../vault/passkey-changes';
import type { Vault } from '../vault/vault';
import { sameBytes } from '../webauthn/credential-lists';
import { WebAuthnError, type SiteError } from '../webauthn/errors';
import { parseCaller } from '../webauthn/origin';
import type { RelatedOrigins } from '../webauthn/related-origins';
import { determineRpId } from '../webauthn/rp-id';
import type { Clock } from '../../native/ports';
import type { AccountNames } from './dialog-view';
import type { MovedBySites } from './moved-by-sites';
import { parseSignal, type Signal, type SignalName } from './signal-options';
import { namesOf } from './views';

export interface SignalRequest {
  readonly signal: SignalName;
  readonly origin: string;
  readonly topOrigin?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** For the user. `moved`: to *Recently deleted*; `restored`: back from it; `renamed`: `accounts` as they are now. */
export interface SignalNotice {
  readonly is: 'moved' | 'restored' | 'renamed';
  readonly rpId: string;
  /** Ready to be shown. */
  readonly accounts: readonly AccountNames[];
}

/** For the user's own log. `refused`: the page may not say that, or has said too much. */
export type SignalResult = 'changed' | 'nothing-to-do' | 'refused' | 'failed';

export interface SignalOutcome {
  /** For the page, which gets nothing else. Absent where all is well. */
  readonly error?: SiteError;
  /** Comes after the page has been answered. Rejects with defects alone. */
  readonly changed: Promise<SignalResult>;
}

export interface SignalsOptions {
  readonly vault: Pick<Vault, 'situation' | 'passkeys' | 'deleted' | 'remove' | 'restore' | 'rename'>;
  readonly related: RelatedOrigins;
  readonly moved: MovedBySites;
  readonly clock: Clock;
  readonly tell: (notice: SignalNotice) => void;
}

/** Changes for one site within {@link PERIOD}, and for all of them: a page that alternates between two names writes no disk full. */
const MOST_CHANGES = 10;
const MOST_CHANGES_OF_ALL = 100;
/** Milliseconds: ten minutes. */
const PERIOD = 600_000;
/** That wait for their turn; more are let go. */
const MOST_WAITING = 64;

export class Signals {
  readonly #options: SignalsOptions;
  readonly #turns = new SerialQueue();
  #waiting = 0;
  #changes: readonly { readonly rpId: string; readonly when: number }[] = [];

  constructor(options: SignalsOptions) {
    this.#options = options;
  }

  /** Resolves before anything is looked up. Never rejects for what the request says. @param signal the page is gone */
  async signal(request: SignalRequest, signal: AbortSignal): Promise<SignalOutcome> {
    let told: Signal;
    try {
      const { origin, topOrigin } = request;
      const caller = parseCaller({ origin, ...(topOrigin !== undefined && { topOrigin }) });
      const asked = parseSignal(request.signal, request.options);
      told = { ...asked, rpId: await determineRpId(caller, asked.rpId, this.#options.related, signal) };
    } catch (error) {
      if (!(error instanceof WebAuthnError)) throw error;
      return { error: error.forSite(), changed: Promise.resolve('refused') };
    }
    return { changed: this.#later(told) };
  }

  async #later(told: Signal): Promise<SignalResult> {
    if (this.#waiting >= MOST_WAITING) return 'refused';
    this.#waiting++;
    try {
      // In a task of its own: the page is answered first.
      await new Promise((resolve) => setImmediate(resolve));
      return await this.#turns.run(() => this.#follow(told));
    } catch (error) {
      // A full disk, a vault that was closed in between: the site will say it again.
      if (error instanceof VaultError) return 'failed';
      throw error;
    } finally {
      this.#waiting--;
    }
  }

  async #follow(told: Signal): Promise<SignalResult> {
    const { vault } = this.#options;
    if (vault.situation.is !== 'open') return 'nothing-to-do';
    const ofSite = vault.passkeys.filter(({ credential }) => credential.rp.id === told.rpId);
    switch (told.is) {
      case 'unknownCredential':
        return this.#remove(
          told.rpId,
          ofSite.filter(({ credential }) => sameBytes(credential.id, told.credentialId)),
        );
      case 'allAcceptedCredentials':
        return this.#accept(
          told,
          ofSite.filter((passkey) => isOf(passkey, told.userId)),
        );
      case 'currentUserDetails':
        return this.#rename(
          told,
          ofSite.filter((passkey) => isOf(passkey, told.userId)),
        );
    }
  }

  /** To *Recently deleted*, but for those that are protected. */
  async #remove(rpId: string, unknown: readonly DevicePasskey[]): Promise<SignalResult> {
    const { vault, moved } = this.#options;
    const removed = unknown.filter((passkey) => whyProtected(passkey) === undefined);
    if (removed.length === 0) return 'nothing-to-do';
    if (!this.#mayChange(rpId)) return 'refused';
    await vault.remove(removed.map(({ credential }) => credential.id));
    this.#tell('moved', rpId, removed);
    const { deleted } = vault;
    const now = deleted.filter((each) => removed.some((other) => isSame(each, other)));
    // Where this cannot be kept, the user alone can restore them.
    await moved.note(now, deleted).catch(() => undefined);
    return 'changed';
  }

  async #accept(
    { rpId, userId, accepted }: Extract<Signal, { readonly is: 'allAcceptedCredentials' }>,
    inUse: readonly DevicePasskey[],
  ): Promise<SignalResult> {
    const { vault, moved } = this.#options;
    const isAccepted = ({ credential }: DevicePasskey): boolean =>
      accepted.some((id) => sameBytes(id, credential.id));
    const removed = await this.#remove(
      rpId,
      inUse.filter((passkey) => !isAccepted(passkey)),
    );
    // A site has one of each user: what is in use is not displaced.
    const isTaken = vault.passkeys.some(
      ({ credential }) => credential.rp.id === rpId && sameBytes(credential.user.id, userId),
    );
    const candidates = vault.deleted.filter(
      (passkey) => passkey.credential.rp.id === rpId && isOf(passkey, userId) && isAccepted(passkey),
    );
    if (isTaken || candidates.length === 0 || removed === 'refused') return removed;
    // The newest deletion first.
    const [back] = await moved.among(candidates).catch(() => []);
    if (!back) return removed;
    if (!this.#mayChange(rpId)) return 'refused';
    await vault.restore([back.credential.id]);
    this.#tell('restored', rpId, [back]);
    return 'changed';
  }

  async #rename(
    { rpId, name, displayName }: Extract<Signal, { readonly is: 'currentUserDetails' }>,
    ofUser: readonly DevicePasskey[],
  ): Promise<SignalResult> {
    const { vault } = this.#options;
    const other = ofUser.filter(
      ({ credential: { user } }) => (user.name ?? '') !== name || (user.displayName ?? '') !== displayName,
    );
    if (other.length === 0) return 'nothing-to-do';
    if (!this.#mayChange(rpId)) return 'refused';
    for (const { credential } of other) await vault.rename(credential.id, { name, displayName });
    this.#options.tell({ is: 'renamed', rpId, accounts: [namesOf({ name, displayName })] });
    return 'changed';
  }

  #tell(is: 'moved' | 'restored', rpId: string, passkeys: readonly (DevicePasskey | DeletedPasskey)[]): void {
    this.#options.tell({ is, rpId, accounts: passkeys.map(({ credential }) => namesOf(credential.user)) });
  }

  #mayChange(rpId: string): boolean {
    const now = this.#options.clock.now();
    const recent = this.#changes.filter(({ when }) => now - when < PERIOD);
    this.#changes = recent;
    const ofSite = recent.filter((change) => change.rpId === rpId);
    if (ofSite.length >= MOST_CHANGES || recent.length >= MOST_CHANGES_OF_ALL) return false;
    this.#changes = [...recent, { rpId, when: now }];
    return true;
  }
}

function isOf({ credential }: DevicePasskey, userId: Uint8Array): boolean {
  return sameBytes(credential.user.id, userId);
}

function isSame(a: DevicePasskey, b: DevicePasskey): boolean {
  return sameBytes(a.credential.id, b.credential.id);
}
