/** The security keys that are plugged in, as places for one request: what each can do, and what it tells of a list silently. */
import { safeText } from '../inventory/safe-text';
import type { AttachedKey } from '../client/key-registry';
import type { SecurityKey } from '../client/security-key';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { TransportError } from '../ctap/errors';
import { credentialsFor, findListed } from '../webauthn/credential-lists';
import { failureOf } from '../webauthn/failure';
import { isU2fOnly, u2fInfo, type CeremonyAuthenticator } from '../webauthn/ports';
import { isProtected } from '../webauthn/user-verification';
import { capabilityOf, type Capability } from './capability';
import type { KeyName, Place } from './dialog-view';
import type { CeremonyRequest } from './model';
import type { CeremonyPorts } from './ports';

/** The dialog is shown after that, whatever a key is still busy with; milliseconds. */
const PATIENCE = 250;

/** `has`: one of the list. `none`: surely not. `perhaps`: nobody knows before a PIN or a touch. */
export type Knowledge = 'has' | 'none' | 'perhaps';

export interface SurveyedKey extends KeyName {
  readonly attached: AttachedKey;
  /** It is not known yet what it can do. */
  readonly opening: boolean;
  readonly capability: Capability;
  readonly knowledge: Knowledge;
}

export class KeySurvey {
  readonly #ports: CeremonyPorts;
  readonly #request: CeremonyRequest;
  readonly #rpId: string;
  readonly #changed: () => void;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Knowledge>();
  readonly #asked = new Map<string, Promise<void>>();
  readonly #answering = new Set<string>();
  readonly #blocked = new Set<string>();
  readonly #names = new Map<string, KeyName>();
  #systemHasDialog = false;
  readonly #systemLooked: Promise<void>;

  /** @param signal ends it. @param changed called when a key was plugged in or out, or has told something. */
  constructor(
    ports: CeremonyPorts,
    request: CeremonyRequest,
    rpId: string,
    changed: () => void,
    signal: AbortSignal,
  ) {
    this.#ports = ports;
    this.#request = request;
    this.#rpId = rpId;
    this.#changed = changed;
    this.#signal = signal;
    const stop = ports.keys.onChange(() => {
      this.#question();
      changed();
    });
    signal.addEventListener('abort', stop, { once: true });
    this.#systemLooked = this.#lookForDialog();
  }

  /** Resolves when what can be known at once is known, and soon in any case. */
  async first(): Promise<void> {
    let callOff = (): void => undefined;
    const late = new Promise<void>((resolve) => (callOff = this.#ports.clock.after(PATIENCE, resolve)));
    await Promise.all([this.#systemLooked, Promise.race([this.#all(), late])]);
    callOff();
  }

  /** In the order in which they were plugged in. */
  get keys(): readonly SurveyedKey[] {
    return this.#serving.map((key) => this.#view(key));
  }

  /** They are reached by the system's own dialog: there is one, and no key lets Latchkey in. */
  get areBySystem(): boolean {
    return (
      this.#systemHasDialog && !this.#isForbidden && this.#serving.every(({ state }) => state !== 'ready')
    );
  }

  /** Without those that the system's dialog shows. */
  get #serving(): readonly AttachedKey[] {
    const { keys } = this.#ports;
    return keys.keys.filter((key) => keys.serves(key) && !(this.#systemHasDialog && isClosedToUs(key)));
  }

  async #lookForDialog(): Promise<void> {
    this.#systemHasDialog = (await this.#ports.systemKeys?.available()) ?? false;
    if (this.#systemHasDialog && !this.#signal.aborted) this.#changed();
  }

  get #isForbidden(): boolean {
    return this.#ports.rules?.allows('key', this.#request.kind, this.#rpId) === false;
  }

  /** Those that could serve, as far as anybody knows. */
  get candidates(): readonly SurveyedKey[] {
    return this.keys.filter(
      ({ opening, capability, knowledge }) => !opening && !capability.obstacle && !this.#rulesOut(knowledge),
    );
  }

  find(id: string): SurveyedKey | undefined {
    return this.keys.find((key) => key.id === id);
  }

  /** Also of one that was taken out. */
  nameOf(id: string): KeyName {
    return this.#names.get(id) ?? { id, name: '' };
  }

  /** It turned out in the ceremony itself that it has none. */
  hasNone(id: string): void {
    this.#known.set(id, 'none');
  }

  /** It takes no PIN until it was taken out, or ever. */
  isBlocked(id: string): void {
    this.#blocked.add(id);
  }

  place({ id, name, opening, capability: { obstacle, need }, knowledge }: SurveyedKey): Place {
    const missing = this.#rulesOut(knowledge) ? 'no-match' : undefined;
    const why = obstacle ?? missing;
    return {
      is: 'key',
      id,
      name,
      ...(opening && { opening }),
      ...(why && { obstacle: why }),
      ...(need && { need }),
      ...(this.#request.kind === 'create' && knowledge === 'has' && { alreadyThere: true }),
    };
  }

  #rulesOut(knowledge: Knowledge): boolean {
    return this.#request.kind === 'get' && knowledge === 'none';
  }

  #view(attached: AttachedKey): SurveyedKey {
    const { id, state, key } = attached;
    const name = safeText(this.#ports.keys.nameOf(attached)).text;
    this.#names.set(id, { id, name });
    return {
      id,
      name,
      attached,
      opening: state === 'opening' || this.#answering.has(id),
      capability: this.#blocked.has(id)
        ? { obstacle: 'blocked', asksNothing: false }
        : this.#capability(state, key),
      knowledge: this.#known.get(id) ?? 'perhaps',
    };
  }

  #capability(state: AttachedKey['state'], key: SecurityKey | undefined): Capability {
    const { rules } = this.#ports;
    if (this.#isForbidden) return { obstacle: 'policy', asksNothing: false };
    if (!key) return { ...(state === 'failed' && { obstacle: 'failed' }), asksNothing: false };
    const info = infoOf(key);
    return info
      ? capabilityOf(info, this.#request, rules?.enterpriseAttestation(this.#rpId))
      : { obstacle: 'failed', asksNothing: false };
  }

  /** Asks every key once, as it comes. */
  #question(): void {
    for (const { id, key } of this.#serving)
      if (key && !this.#asked.has(id)) this.#asked.set(id, this.#ask(id, key));
  }

  async #ask(id: string, key: SecurityKey): Promise<void> {
    const { kind, options } = this.#request;
    const listed = (kind === 'create' ? options.excludeCredentials : options.allowCredentials) ?? [];
    const authenticator = silently(key);
    if (listed.length === 0 || !authenticator) return;
    const { info } = authenticator;
    const list = credentialsFor(info, listed);
    this.#answering.add(id);
    try {
      const question = { rpId: this.#rpId, list };
      const found = await key.exclusive(
        () => findListed(authenticator, question, { signal: this.#signal }),
        this.#signal,
      );
      // Without a token, some are not seen (credProtect level 3); where it can have none of them, there is nothing to be seen.
      const isSure = list.length === 0 || !isProtected(info);
      this.#known.set(id, found ? 'has' : isSure ? 'none' : 'perhaps');
    } catch (error) {
      if (failureOf(error, this.#signal) === error) throw error;
      // It says so itself when it is asked for more than that.
      this.#known.set(id, 'perhaps');
    } finally {
      this.#answering.delete(id);
    }
    if (!this.#signal.aborted) this.#changed();
  }

  async #all(): Promise<void> {
    const { keys } = this.#ports;
    await keys.looked;
    // Over by now, it would listen for good.
    if (this.#signal.aborted) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#serving.every(({ state }) => state !== 'opening')) resolve();
      };
      const stop = keys.onChange(look);
      this.#signal.addEventListener('abort', stop, { once: true });
      look();
    });
    this.#question();
    await Promise.all(this.#asked.values());
  }
}

function isClosedToUs({ error }: AttachedKey): boolean {
  return error instanceof TransportError && error.failure === 'access-denied';
}

/** What the key says of itself; undefined when it speaks nothing that is known here. */
export function infoOf({ info, u2f }: SecurityKey): AuthenticatorInfo | undefined {
  return info ?? (u2f ? u2fInfo : undefined);
}

function silently(key: SecurityKey): Pick<CeremonyAuthenticator, 'api' | 'info'> | undefined {
  const info = infoOf(key);
  if (!info) return undefined;
  return isU2fOnly(info) && key.u2f ? { api: key.u2f, info } : { api: key.api, info };
}
