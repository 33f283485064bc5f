/**
 * The accounts that are offered beside a field of a page, before anything is asked: what the app's one small window for that shows. It is
 * told where the field is by a browser, which a page may have misled: it is drawn by the app, so that the page sees none of it, and
 * takes nothing at first (deaf-time.ts).
 */
import type { Clock } from '../../native/ports';
import { DeafTime } from './deaf-time';
import type { AccountChoice, SiteView } from './dialog-view';

/** CSS pixels on the screen, as a browser tells them. Not to be trusted. */
export interface ScreenArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Offered {
  readonly site: SiteView;
  /** On this device, the last used first. */
  readonly accounts: readonly AccountChoice[];
  /** Of the field; absent where nobody knows. */
  readonly area?: ScreenArea;
  /** It has the keyboard, or is to get it. */
  readonly wanted: boolean;
}

export interface Suggestion extends Offered {
  /** Another one whenever it shows something else. */
  readonly id: string;
  /** Nothing can be chosen yet. */
  readonly deaf: boolean;
}

/** Whoever offers something. */
export interface Offering {
  chosen(account: string): void;
  /** The person wants none of it. */
  dismissed(): void;
}

/** Within {@link PERIOD}. A page that moves the focus around in a loop is not followed. */
const MOST_APPEARANCES = 20;
/** Milliseconds. */
const PERIOD = 10_000;

interface Shown extends Offered {
  readonly id: string;
  /** The window has the keyboard, and says when it has not any more. */
  readonly hasFocus: boolean;
  readonly by: Offering;
  readonly deafTime: DeafTime;
}

export class Suggestions {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  readonly #expecting = new Set<Offering>();
  #shown: Shown | undefined;
  #lastId = 0;
  #appearances: readonly number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: there is nothing to be shown. */
  get current(): Suggestion | undefined {
    if (!this.#shown) return undefined;
    const { id, site, accounts, area, wanted, deafTime } = this.#shown;
    return { id, site, accounts, ...(area && { area }), wanted, deaf: deafTime.isDeaf };
  }

  /** There may be something to be shown soon: worth having a window ready. */
  get isExpected(): boolean {
    return this.#expecting.size > 0;
  }

  /** Calls back when one of the two above may have changed. Returns what ends it. */
  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Of the window: this one is on the screen now, drawn. */
  appeared(id: string): void {
    if (this.#shown?.id !== id) return;
    this.#shown.deafTime.drawn();
    this.#shown.deafTime.shown();
  }

  /** Of the window: it has got the keyboard, as it was to, or by a click into it. */
  focused(id: string): void {
    if (this.#shown?.id === id) this.#change({ ...this.#shown, wanted: true, hasFocus: true });
  }

  /** False for what cannot be chosen now; then nothing has happened. */
  choose(id: string, account: string): boolean {
    const shown = this.#shown;
    if (shown?.id !== id || shown.deafTime.isDeaf) return false;
    if (!shown.accounts.some((each) => each.id === account)) return false;
    this.hide(shown.by);
    shown.by.chosen(account);
    return true;
  }

  dismiss(id: string): void {
    const shown = this.#shown;
    if (shown?.id !== id) return;
    this.hide(shown.by);
    shown.by.dismissed();
  }

  expect(by: Offering, isExpected: boolean): void {
    if (this.#expecting.has(by) === isExpected) return;
    if (isExpected) this.#expecting.add(by);
    else this.#expecting.delete(by);
    this.#changed();
  }

  /** In place of whatever is shown. The same again changes nothing. */
  show(by: Offering, offered: Offered): void {
    const shown = this.#shown;
    if (shown?.by === by && isSame(shown, offered)) {
      if (offered.wanted && !shown.wanted) this.#change({ ...shown, wanted: true });
      return;
    }
    if (shown?.by !== by && !this.#mayAppear()) return;
    shown?.deafTime.stop();
    if (shown && shown.by !== by) shown.by.dismissed();
    const deafTime = new DeafTime(this.#clock, () => this.#changed());
    const hasFocus = shown?.by === by && shown.hasFocus;
    this.#change({ ...offered, id: `suggestion-${++this.#lastId}`, by, deafTime, hasFocus });
  }

  hide(by: Offering): void {
    if (this.#shown?.by !== by) return;
    this.#shown.deafTime.stop();
    this.#change(undefined);
  }

  isWanted(by: Offering): boolean {
    return this.#shown?.by === by && this.#shown.wanted;
  }

  hasFocus(by: Offering): boolean {
    return this.#shown?.by === by && this.#shown.hasFocus;
  }

  #mayAppear(): boolean {
    const now = this.#clock.now();
    const before = this.#appearances.filter((time) => now - time < PERIOD);
    if (before.length >= MOST_APPEARANCES) return false;
    this.#appearances = [...before, now];
    return true;
  }

  #change(shown: Shown | undefined): void {
    this.#shown = shown;
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function isSame(shown: Offered, offered: Offered): boolean {
  return JSON.stringify([shown.accounts, shown.area]) === JSON.stringify([offered.accounts, offered.area]);
}
