/** Somebody at the terminal: every state in words on standard error, with numbered choices. */
import type { ActName, CeremonyAct, CeremonyView } from '../../ceremony/dialog-view';
import type { Output } from '../output';
import type { Terminal } from '../terminal';
import { chosenAccount } from './account';
import type { Person } from './person';
import { cancel, Prompt, type Choice } from './prompt';
import {
  accountWords,
  choiceWords,
  devicePinWords,
  fingerWords,
  keyName,
  placeWords,
  refusalWords,
  requestWords,
  savedWords,
  touchWords,
  troubleWords,
  wrongPinWords,
} from './words';

export interface AtTerminalOptions {
  readonly terminal: Terminal;
  /** To that terminal. */
  readonly output: Pick<Output, 'question'>;
  /** Enter touches a simulated key: while it waits for that, no other line is read. */
  readonly enterTouches: boolean;
  /** `--account` */
  readonly account: string | undefined;
}

type State<N extends CeremonyView['state']['name']> = Extract<CeremonyView['state'], { readonly name: N }>;
type PlainAct = Extract<CeremonyAct, { readonly act: ActName }>;

/** That need nothing but to be chosen, in the order in which they are offered. */
const plainActs = [
  ['retry', 'Try again'],
  ['go-on', 'Save it without that'],
  ['done', 'Tell the site so'],
  ['use-pin', 'Use the PIN instead'],
  ['use-another-device', 'Use another device'],
  ['back', 'Back to the choice'],
] as const;

export class AtTerminal implements Person {
  reason: string | undefined;
  readonly #options: AtTerminalOptions;
  readonly #prompt: Prompt;
  #isIntroduced = false;
  #isAccountTaken = false;

  constructor(options: AtTerminalOptions) {
    this.#options = options;
    this.#prompt = new Prompt(options);
  }

  async answer(view: CeremonyView, signal: AbortSignal): Promise<CeremonyAct | undefined> {
    const { state } = view;
    this.reason = undefined;
    if (state.name !== 'waiting' && state.name !== 'preparing' && state.name !== 'closed')
      this.#introduce(view);
    switch (state.name) {
      case 'waiting':
      case 'preparing':
      case 'working':
      case 'closed':
        return undefined;
      case 'choose-place':
        this.#prompt.say(
          view.kind === 'create' ? 'Choose where to save this passkey:' : 'Choose where to look for it:',
        );
        return this.#prompt.choice([...this.#places(state), ...others(view, ['back'])], signal);
      case 'choose-account':
        return this.#account(view, state, signal);
      case 'insert-key':
        return this.#waiting('Plug in a security key …', view, signal);
      case 'touch-key':
        return this.#waiting(touchWords(state.keys), view, signal);
      case 'key-finger':
        return this.#waiting(fingerWords(state.key, state.retries), view, signal);
      case 'device-biometrics':
        return this.#waiting(`The system asks for ${state.by} …`, view, signal);
      case 'key-pin': {
        if (state.retries !== undefined) this.#prompt.say(wrongPinWords(state.retries));
        const pin = await this.#secret(`PIN of ${keyName(state.key)}`, view, signal);
        return typeof pin === 'string' ? { act: 'enter-pin', pin } : pin;
      }
      case 'create-key-pin':
        return this.#createPin(view, state, signal);
      case 'change-key-pin':
        return this.#changePin(view, state, signal);
      case 'device-pin': {
        if (state.triesLeft !== undefined)
          this.#prompt.say(devicePinWords(state.problem ?? 'too-early', state.triesLeft, state.wait ?? 0));
        const who =
          view.kind === 'get' && state.account ? `, to sign in as ${accountWords(state.account)}` : '';
        const pin = await this.#secret(`PIN of this device${who}`, view, signal);
        return typeof pin === 'string' ? { act: 'enter-pin', pin } : pin;
      }
      case 'device-passphrase': {
        if (state.wrong) this.#prompt.say('That passphrase is wrong.');
        const passphrase = await this.#secret('Passphrase of this device', view, signal);
        return typeof passphrase === 'string' ? { act: 'enter-passphrase', passphrase } : passphrase;
      }
      case 'saved':
        return this.#saved(view, state, signal);
      case 'trouble':
        return this.#trouble(view, state, signal);
    }
  }

  #introduce(view: CeremonyView): void {
    if (this.#isIntroduced) return;
    this.#isIntroduced = true;
    this.#prompt.say(requestWords(view));
  }

  async #account(
    view: CeremonyView,
    { accounts, places }: State<'choose-account'>,
    signal: AbortSignal,
  ): Promise<CeremonyAct> {
    const { account } = this.#options;
    const named =
      account === undefined || this.#isAccountTaken ? undefined : chosenAccount(accounts, account);
    // Whoever comes back wants another one.
    this.#isAccountTaken = true;
    if (named) return { act: 'choose-account', account: named.id };
    this.#prompt.say('Choose the passkey to sign in with:');
    const listed = new Set(accounts.map(({ place }) => (place.is === 'device' ? 'device' : place.id)));
    const elsewhere = places.filter(({ id }) => !listed.has(id));
    return this.#prompt.choice(
      [
        ...accounts.map((each) => ({
          words: choiceWords(each),
          choice: { act: 'choose-account', account: each.id } as const,
        })),
        ...this.#places({ places: elsewhere }),
        ...others(view, places.length === 0 ? ['use-another-device', 'back'] : ['back']),
      ],
      signal,
    );
  }

  #places({ places }: Pick<State<'choose-place'>, 'places'>): readonly Choice<CeremonyAct | undefined>[] {
    return places.map((place) => ({
      words: placeWords(place, places),
      choice: place.obstacle === undefined ? { act: 'choose-place', place: place.id } : undefined,
    }));
  }

  async #createPin(
    view: CeremonyView,
    { key, rules, refusal }: State<'create-key-pin'>,
    signal: AbortSignal,
  ): Promise<CeremonyAct> {
    this.#prompt.say(
      refusal
        ? refusalWords(refusal, rules)
        : `${keyName(key)} has no PIN yet, and the site needs to know that it is you. Choose one: it protects everything on the key.`,
    );
    const pin = await this.#newPin(`New PIN of ${keyName(key)}`, rules.minLength, view, signal);
    return typeof pin === 'string' ? { act: 'create-pin', pin } : pin;
  }

  async #changePin(
    view: CeremonyView,
    { key, rules, refusal, retries }: State<'change-key-pin'>,
    signal: AbortSignal,
  ): Promise<CeremonyAct> {
    if (retries !== undefined) this.#prompt.say(wrongPinWords(retries));
    else if (refusal) this.#prompt.say(refusalWords(refusal, rules));
    else this.#prompt.say(`${keyName(key)} wants a new PIN before anything else.`);
    const current = await this.#secret(`Present PIN of ${keyName(key)}`, view, signal);
    if (typeof current !== 'string') return current;
    const next = await this.#newPin(`New PIN of ${keyName(key)}`, rules.minLength, view, signal);
    return typeof next === 'string' ? { act: 'change-pin', current, next } : next;
  }

  async #newPin(
    question: string,
    minLength: number,
    view: CeremonyView,
    signal: AbortSignal,
  ): Promise<string | CeremonyAct> {
    for (;;) {
      const pin = await this.#secret(`${question}, at least ${minLength} characters`, view, signal);
      if (typeof pin !== 'string') return pin;
      const again = await this.#secret('The new PIN again', view, signal);
      if (again === pin || typeof again !== 'string') return again;
      this.#prompt.say('The two are not the same. Type it anew.');
    }
  }

  /** What was typed, without echo; with nothing typed, the other ways out, or cancel where there is none. */
  async #secret(question: string, view: CeremonyView, signal: AbortSignal): Promise<string | CeremonyAct> {
    const ways = others(view, ['use-another-device', 'back']);
    const hint = ways.length > 0 ? ' (Enter for other ways)' : '';
    for (;;) {
      const typed = await this.#prompt.ask(`${question}${hint}: `, 'secret', signal);
      if (typed) return typed;
      if (typed === undefined || ways.length === 0) return cancel;
      const choice = await this.#prompt.choice<CeremonyAct | 'type'>(
        [{ words: 'Type it after all', choice: 'type' }, ...ways],
        signal,
      );
      if (choice !== 'type') return choice;
    }
  }

  /** Nothing but the key, or the system, ends it; what else can be done is told beside. */
  async #waiting(words: string, view: CeremonyView, signal: AbortSignal): Promise<CeremonyAct | undefined> {
    this.#prompt.sayOnce(words);
    const ways = others(view, ['use-pin', 'use-another-device', 'back']);
    if (ways.length === 0 || this.#options.enterTouches) return undefined;
    const list = ways.map((way, index) => `${index + 1} ${uncapitalised(way.words)}`).join(', ');
    const question = `(or type a number: ${list}) `;
    for (;;) {
      const typed = await this.#prompt.ask(question, 'plain', signal);
      // The end of the input is no answer: the key can still be touched.
      if (typed === undefined) return undefined;
      const way = ways[Number(typed) - 1];
      if (way) return way.choice;
    }
  }

  async #saved(
    view: CeremonyView,
    { place, backup, ownName, notKept }: State<'saved'>,
    signal: AbortSignal,
  ): Promise<CeremonyAct> {
    if (ownName !== '') {
      this.#prompt.say(`It is called “${ownName}” in Latchkey.`);
      return { act: 'done' };
    }
    this.#prompt.say(notKept ? 'That name could not be kept.' : savedWords(place, backup));
    if (!view.acts.includes('rename')) return { act: 'done' };
    const typed = await this.#prompt.ask('A name of your own for it (Enter for none): ', 'plain', signal);
    return typed?.trim() ? { act: 'rename', ownName: typed.trim() } : { act: 'done' };
  }

  async #trouble(
    view: CeremonyView,
    { trouble }: State<'trouble'>,
    signal: AbortSignal,
  ): Promise<CeremonyAct> {
    const words = troubleWords(trouble, view);
    const ways = others(
      view,
      plainActs.map(([act]) => act),
    );
    this.reason = words;
    // Nothing is left but to end it, and the error says why.
    if (trouble.is === 'timed-out') return { act: 'done' };
    if (ways.length === 0) return cancel;
    this.#prompt.say(words);
    return this.#prompt.choice(ways, signal);
  }
}

/** Those that can be done now. */
function others(
  { acts }: CeremonyView,
  wanted: readonly (typeof plainActs)[number][0][],
): readonly Choice<PlainAct>[] {
  return plainActs
    .filter(([act]) => acts.includes(act) && wanted.includes(act))
    .map(([act, words]) => ({ words, choice: { act } }));
}

function uncapitalised(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
