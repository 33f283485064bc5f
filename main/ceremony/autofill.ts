/**
 * Passkey autofill: one conditional get (WebAuthn Level 3 §5.1.4, conditional mediation) from its beginning to its answer. Nothing is
 * shown until the person is in a field for it, and then only where this device has a passkey of that site. It never fails because there is
 * none, or because nobody wants one: it ends by a choice, or when the caller gives up.
 */
import { WebAuthnError } from '../webauthn/errors';
import type { Ceremony } from './ceremony';
import { DeviceSurvey } from './device-survey';
import type { AccountChoice } from './dialog-view';
import { ceremonyRequestOf, outcomeOf, type JsonRequest, type OwnDialogOutcome } from './json-ceremony';
import type { CeremonyRequest } from './model';
import type { CeremonyPorts } from './ports';
import { checkedRpId } from './request-check';
import type { Offering, ScreenArea, Suggestions } from './suggestions';
import { siteView } from './views';

/** What a person does with a field that takes passkeys. */
export interface FieldEvent {
  /** `wanted`: asks for the list by keyboard. */
  readonly is: 'entered' | 'wanted' | 'left';
  readonly area?: ScreenArea;
}

/** `options`: PublicKeyCredentialRequestOptionsJSON. */
export type AutofillRequest = Pick<JsonRequest, 'origin' | 'topOrigin' | 'options'>;

export interface AutofillOptions {
  readonly request: AutofillRequest;
  readonly ports: CeremonyPorts;
  readonly suggestions: Suggestions;
  /** Opens the dialog for the account that was chosen. */
  readonly begin: (request: CeremonyRequest) => Pick<Ceremony, 'result'>;
  /** The caller gives up. */
  readonly signal?: AbortSignal;
}

/** Milliseconds: a page that loses the focus to the list may say so before the list knows. */
const GRACE = 250;
/** Milliseconds: when the list or the dialog goes away, the focus comes back to the field. That is not to enter it anew. */
const COMES_BACK = 1000;

type GetRequest = Extract<CeremonyRequest, { readonly kind: 'get' }>;

/** What is known when the page may ask. */
interface Checked {
  readonly request: GetRequest;
  readonly rpId: string;
  readonly survey: DeviceSurvey;
}

export class Autofill implements Offering {
  /** Never rejects. `fallThrough`: Latchkey ends and has no answer. */
  readonly result: Promise<OwnDialogOutcome>;
  readonly #options: AutofillOptions;
  readonly #over = new AbortController();
  #settle: ((outcome: OwnDialogOutcome) => void) | undefined;
  #checked: Checked | undefined;
  /** The person is in the field, or was last, and has not said that they want nothing. */
  #field: { readonly area?: ScreenArea; readonly wanted: boolean } | undefined;
  #isSigningIn = false;
  #deafUntil = -Infinity;
  #callOff: (() => void) | undefined;
  #look = 0;

  /** Checks at once whether the page may ask for this. */
  constructor(options: AutofillOptions) {
    this.#options = options;
    this.result = new Promise((resolve) => (this.#settle = resolve));
    const { signal } = options;
    const onAbort = (): void =>
      this.#end({ error: new WebAuthnError('AbortError', 'The caller gave up.').forSite() });
    if (signal?.aborted) onAbort();
    else {
      signal?.addEventListener('abort', onAbort, { once: true, signal: this.#over.signal });
      void this.#begin();
    }
  }

  field({ is, area }: FieldEvent): void {
    const { suggestions, ports } = this.#options;
    this.#callOff?.();
    if (this.#isSigningIn || this.#over.signal.aborted) return;
    if (is === 'left') {
      this.#callOff = ports.clock.after(GRACE, () => {
        // Where the list has the keyboard, its own window says when it is left.
        if (!suggestions.hasFocus(this)) this.#leave();
      });
      return;
    }
    const wanted = is === 'wanted';
    if (!wanted && ports.clock.now() < this.#deafUntil) return;
    const known = area ?? (wanted ? this.#field?.area : undefined);
    this.#field = { wanted, ...(known && { area: known }) };
    void this.#offer();
  }

  /** Latchkey ends. */
  close(): void {
    this.#end({ fallThrough: true });
  }

  /** Of the list. */
  chosen(account: string): void {
    if (!this.#checked || this.#isSigningIn) return;
    this.#isSigningIn = true;
    this.#field = undefined;
    const { request } = this.#checked;
    void this.#options.begin({ ...request, only: 'device', account }).result.then((result) => {
      if (result.is === 'used') return this.#end(outcomeOf(result));
      this.#isSigningIn = false;
      this.#comesBack();
    });
  }

  /** Of the list: until the field is entered anew. */
  dismissed(): void {
    this.#field = undefined;
    this.#comesBack();
  }

  async #begin(): Promise<void> {
    const { request: asked, ports, suggestions } = this.#options;
    const over = this.#over.signal;
    try {
      const request = ceremonyRequestOf({ ...asked, kind: 'get' }) as GetRequest;
      const rpId = await checkedRpId(request, ports.related, over);
      const { device } = ports;
      if (over.aborted || !device) return;
      this.#checked = { request, rpId, survey: new DeviceSurvey(device, request, rpId, ports.rules) };
      over.addEventListener(
        'abort',
        device.onChange(() => void this.#offer()),
        { once: true },
      );
      over.addEventListener('abort', () => suggestions.expect(this, false), { once: true });
      await this.#offer();
    } catch (error) {
      if (over.aborted) return;
      if (error instanceof WebAuthnError) return this.#end({ error: error.forSite() });
      this.close();
      throw error;
    }
  }

  /** Shows what there is now, if the person is in the field. */
  async #offer(): Promise<void> {
    if (!this.#checked || this.#isSigningIn) return;
    const { suggestions } = this.#options;
    const { request, rpId } = this.#checked;
    const look = ++this.#look;
    const accounts = await this.#accounts(this.#checked);
    if (look !== this.#look || this.#over.signal.aborted || this.#isSigningIn) return;
    suggestions.expect(this, accounts.length > 0);
    if (!this.#field || accounts.length === 0) return suggestions.hide(this);
    const { area, wanted } = this.#field;
    suggestions.show(this, {
      site: siteView(request.caller, rpId),
      accounts,
      ...(area && { area }),
      wanted: wanted || suggestions.isWanted(this),
    });
  }

  /** None where this device is locked, or cannot serve this request. It is not opened for it. */
  async #accounts({ survey }: Checked): Promise<readonly AccountChoice[]> {
    if (survey.device.situation.is !== 'open') return [];
    await survey.look();
    if (survey.place.obstacle) return [];
    return survey.matches.filter(({ discoverable }) => discoverable).map(({ choice }) => choice);
  }

  #leave(): void {
    this.#field = undefined;
    this.#options.suggestions.hide(this);
  }

  #comesBack(): void {
    this.#deafUntil = this.#options.ports.clock.now() + COMES_BACK;
  }

  #end(outcome: OwnDialogOutcome): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
    this.#callOff?.();
    this.#leave();
    this.#over.abort(new Error('the autofill is over'));
  }
}
