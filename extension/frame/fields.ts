/**
 * Fields for passkeys (`autocomplete="username webauthn"`), while a page waits for one: what the person does there, not what scripts
 * of the page make of it.
 */
import type { ScreenArea } from '../../main/bridge/messages';
import { ScreenPlace } from './screen-area';

export type FieldEvent =
  { readonly field: 'entered' | 'wanted'; readonly area: ScreenArea } | { readonly field: 'left' };

export class Fields {
  readonly #tell: (event: FieldEvent) => void;
  readonly #place = new ScreenPlace();
  #current: Element | undefined;
  /** The list has the keyboard, so the page has not the focus. */
  #isWanted = false;
  #stop: (() => void) | undefined;

  constructor(tell: (event: FieldEvent) => void) {
    this.#tell = tell;
  }

  watch(): void {
    if (this.#stop) return;
    const listening = new AbortController();
    const options = { capture: true, passive: true, signal: listening.signal };
    const on = <Name extends keyof WindowEventMap>(
      name: Name,
      heard: (event: WindowEventMap[Name]) => void,
    ) => window.addEventListener(name, (event) => event.isTrusted && heard(event), options);
    on('pointerdown', (event) => this.#place.notice(event));
    // There are no focus events in a window that the system has not given the focus yet.
    on('click', (event) => {
      const [target] = event.composedPath();
      if (target !== this.#current) this.#came(target);
    });
    on('focusin', (event) => this.#came(event.composedPath()[0]));
    on('focusout', (event) => this.#went(event.composedPath()[0]));
    on('keydown', (event) => {
      if (event.key === 'ArrowDown') this.#want(event.composedPath()[0]);
    });
    this.#stop = () => listening.abort();
    if (document.hasFocus()) this.#came(focusedElement());
  }

  /** Nobody waits any more. */
  rest(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#current = undefined;
    this.#isWanted = false;
  }

  #came(target: EventTarget | null | undefined): void {
    if (!isField(target)) return;
    this.#current = target;
    this.#isWanted = false;
    this.#tell({ field: 'entered', area: this.#place.areaOf(target) });
  }

  #went(target: EventTarget | undefined): void {
    if (target !== this.#current || this.#current === undefined) return;
    if (this.#isWanted && !document.hasFocus()) return;
    this.#current = undefined;
    this.#isWanted = false;
    this.#tell({ field: 'left' });
  }

  #want(target: EventTarget | undefined): void {
    if (target !== this.#current || this.#current === undefined) return;
    this.#isWanted = true;
    this.#tell({ field: 'wanted', area: this.#place.areaOf(this.#current) });
  }
}

/** HTML, autofill detail tokens: ASCII, in any case. */
function isField(target: EventTarget | null | undefined): target is Element {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return false;
  const tokens = target.getAttribute('autocomplete')?.toLowerCase().split(/\s+/) ?? [];
  return tokens.includes('webauthn');
}

/** Down through open shadow trees. */
function focusedElement(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}
