/** The places that one request could be served at, and which of them is taken without asking. */
import type { DeviceSurvey } from './device-survey';
import type { KeySurvey, SurveyedKey } from './key-survey';
import type { AccountChoice, Place } from './dialog-view';
import type { CeremonyRequest } from './model';

export const ANY_KEY = 'any-key';
export const PHONE = 'phone';

export class Places {
  readonly keys: KeySurvey;
  readonly #device: DeviceSurvey | undefined;
  readonly #request: CeremonyRequest;

  /** @param device absent where it is left alone. */
  constructor(request: CeremonyRequest, keys: KeySurvey, device: DeviceSurvey | undefined) {
    this.keys = keys;
    this.#request = request;
    this.#device = device;
  }

  /** Absent where it may not serve this request. */
  get device(): DeviceSurvey | undefined {
    const request = this.#request;
    const isOut =
      request.only === 'key' ||
      (request.kind === 'create' &&
        (attachmentOf(request) === 'cross-platform' || this.#device?.device.saves === false));
    return isOut ? undefined : this.#device;
  }

  /** All of them; what fits best comes first. */
  get all(): readonly Place[] {
    const device = this.device ? [this.device.place] : [];
    if (!this.takesKeys) return device;
    const keys: readonly Place[] = [
      ...this.keys.keys.map((key) => this.keys.place(key)),
      { is: 'any-key', id: ANY_KEY },
    ];
    const phone: readonly Place[] = this.#request.only ? [] : [this.#phone];
    const first = this.prefersKeys ? [...keys, ...device] : [...device, ...keys];
    return [...first, ...phone];
  }

  get takesKeys(): boolean {
    return (
      this.#request.only !== 'device' &&
      (this.#request.kind === 'get' || attachmentOf(this.#request) !== 'platform')
    );
  }

  /** "Security key" is the system's own dialog. */
  get keysAreBySystem(): boolean {
    return this.takesKeys && this.keys.areBySystem;
  }

  /** A key has not said yet what it can do for this request. */
  get isLooking(): boolean {
    return this.takesKeys && this.keys.keys.some(({ opening }) => opening);
  }

  /** The site said so (WebAuthn Level 3 §5.8.8). */
  get prefersKeys(): boolean {
    return this.#request.options.hints?.[0] === 'security-key';
  }

  /** Passkeys that are known without asking anybody; this device's first. */
  get accounts(): readonly AccountChoice[] {
    const own = this.device?.matches.map(({ choice }) => choice) ?? [];
    return [...own, ...this.#keysThatHave.map(accountOnKey)];
  }

  /** The keys that are to be touched: those that have it, or might. */
  get contestants(): readonly SurveyedKey[] {
    if (!this.takesKeys) return [];
    const have = this.#keysThatHave;
    return have.length > 0 ? have : this.keys.candidates;
  }

  get #keysThatHave(): readonly SurveyedKey[] {
    if (this.#request.kind === 'create' || !this.takesKeys) return [];
    return this.keys.candidates.filter(({ knowledge }) => knowledge === 'has');
  }

  get #phone(): Place {
    return { is: 'phone', id: PHONE, ...(!this.#request.hasOwnDialog && { obstacle: 'not-yet' }) };
  }
}

export function accountOnKey({ id, name }: Pick<SurveyedKey, 'id' | 'name'>): AccountChoice {
  return { id: `key:${id}`, place: { is: 'key', id, name } };
}

/** What the site insists on. Its first hint takes precedence over an attachment that contradicts it (WebAuthn Level 3 §5.8.8). */
function attachmentOf({
  options: { hints = [], authenticatorSelection },
}: Extract<CeremonyRequest, { readonly kind: 'create' }>): 'platform' | 'cross-platform' | undefined {
  const attachment = authenticatorSelection?.authenticatorAttachment;
  const [hint] = hints;
  const hinted = hint && (hint === 'client-device' ? 'platform' : 'cross-platform');
  return hinted === undefined || hinted === attachment ? attachment : undefined;
}
