/**
 * What screen readers are told of cards that change by themselves: a browser that connects, asks, or goes. What somebody did here is
 * said elsewhere, and what does not last is not said at all.
 */
import type { BrowsersView } from '../../preload/browsers-contract';
import { words } from '../messages/en';
import { browserCard } from './card-state';
import { stateText } from './card-words';

/** Milliseconds that a state has to last. A browser that comes and goes all the time is quiet. */
export const LASTS = 1500;

/** By name of the browser. */
type States = ReadonlyMap<string, string>;

export class CardNews {
  readonly #say: (text: string) => void;
  readonly #after: (milliseconds: number, callback: () => void) => () => void;
  #browsers: BrowsersView['browsers'] | undefined;
  /** What was drawn when somebody looked, or was said since. */
  #known: States = new Map();
  #coming: States = new Map();
  #callOff: () => void = () => undefined;

  constructor(
    say: (text: string) => void,
    after: (milliseconds: number, callback: () => void) => () => void,
  ) {
    this.#say = say;
    this.#after = after;
  }

  /** What the page draws now. */
  follow(view: BrowsersView): void {
    const states = statesOf(view);
    if (view.browsers !== this.#browsers) {
      // Looked at anew: the person has just come, or has done something that is said with its button.
      this.#browsers = view.browsers;
      this.#callOff();
      this.#known = this.#coming = states;
      return;
    }
    if (isSame(states, this.#coming)) return;
    this.#coming = states;
    this.#callOff();
    this.#callOff = this.#after(LASTS, () => this.#tell());
  }

  /** The page is closed. */
  stop(): void {
    this.#callOff();
  }

  #tell(): void {
    const news = [...this.#coming].filter(([name, state]) => this.#known.get(name) !== state);
    this.#known = this.#coming;
    if (news.length > 0) this.#say(news.map(([name, state]) => words.browsers.news(name, state)).join(' '));
  }
}

/** Without versions and profiles, which nobody waits for. */
function statesOf({ browsers, links }: BrowsersView): States {
  return new Map(
    browsers.map((browser) => {
      const { state } = browserCard(browser, links.connections);
      return [browser.name, stateText(browser, { state, links: [] })];
    }),
  );
}

function isSame(one: States, other: States): boolean {
  return one.size === other.size && [...one].every(([name, state]) => other.get(name) === state);
}
