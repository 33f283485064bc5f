/** Nobody is at a terminal: what the options and the lines of standard input say is all that there is, and nothing waits for more. */
import type { CeremonyAct, CeremonyView } from '../../ceremony/dialog-view';
import { ANY_KEY } from '../../ceremony/places';
import { CommandFailure } from '../failure';
import type { Output } from '../output';
import type { Terminal } from '../terminal';
import { chosenAccount } from './account';
import type { Person } from './person';
import { choiceWords, fingerWords, placeWords, requestWords, touchWords, troubleWords } from './words';

export interface ByProgramOptions {
  /** Whose lines are PINs and the passphrase, in the order in which they are needed. */
  readonly terminal: Pick<Terminal, 'readLine'>;
  readonly output: Pick<Output, 'note'>;
  /** Standard input was the request itself: it has no lines any more. */
  readonly inputIsUsed: boolean;
  /** `--on` */
  readonly only: 'device' | 'key' | undefined;
  /** `--account` */
  readonly account: string | undefined;
}

type State<N extends CeremonyView['state']['name']> = Extract<CeremonyView['state'], { readonly name: N }>;

export class ByProgram implements Person {
  reason: string | undefined;
  readonly #options: ByProgramOptions;
  #isIntroduced = false;
  #noted: string | undefined;

  constructor(options: ByProgramOptions) {
    this.#options = options;
  }

  async answer(view: CeremonyView, signal: AbortSignal): Promise<CeremonyAct | undefined> {
    const { state } = view;
    switch (state.name) {
      case 'waiting':
      case 'preparing':
      case 'working':
      case 'closed':
        return undefined;
      case 'choose-place':
        return this.#place(view, state);
      case 'choose-account':
        return this.#account(state);
      case 'insert-key':
        throw new CommandFailure('no-key', 'No security key is plugged in. Plug one in and try again.');
      case 'touch-key':
        return this.#waits(view, touchWords(state.keys));
      case 'key-finger':
        return this.#waits(view, fingerWords(state.key, state.retries));
      case 'device-biometrics':
        return this.#waits(view, `The system asks for ${state.by} …`);
      case 'key-pin': {
        const key = state.key.name;
        // Nothing is tried again: a key has only eight tries.
        if (state.retries !== undefined)
          throw new CommandFailure('pin-invalid', 'That PIN is wrong. Check it and try again.', {
            key,
            retriesLeft: state.retries,
          });
        return { act: 'enter-pin', pin: await this.#line('PIN', signal, key) };
      }
      case 'create-key-pin':
        throw new CommandFailure(
          'pin-not-set',
          'This security key has no PIN yet. Set one with `latchkey pin set`.',
          { key: state.key.name },
        );
      case 'change-key-pin':
        throw new CommandFailure(
          'pin-change-required',
          'This security key wants a new PIN first. Change it with `latchkey pin change`.',
          { key: state.key.name },
        );
      case 'device-pin':
        return this.#devicePin(state, signal);
      case 'device-passphrase':
        if (state.wrong)
          throw new CommandFailure(
            'passphrase-wrong',
            'This is not the passphrase of the passkeys. Try again.',
          );
        return { act: 'enter-passphrase', passphrase: await this.#line('passphrase', signal) };
      case 'saved':
        return { act: 'done' };
      case 'trouble':
        this.reason = troubleWords(state.trouble, view);
        // To be told is what the request is for; everything else is a question, and there is nobody to be asked.
        return {
          act: state.trouble.is === 'excluded' || state.trouble.is === 'timed-out' ? 'done' : 'cancel',
        };
    }
  }

  /** There is something to choose: only `--on` says what. */
  #place({ kind }: CeremonyView, { places }: State<'choose-place'>): CeremonyAct | undefined {
    if (places.some((place) => place.is === 'key' && place.opening)) return undefined;
    const here = places.filter(({ is }) => is === 'device' || is === 'key');
    const named = `${here.map((place) => placeWords(place, places)).join('. ')}.`;
    if (here.length > 0 && here.every(({ obstacle }) => obstacle !== undefined)) {
      this.reason = named;
      return { act: 'cancel' };
    }
    // Whichever is touched.
    if (this.#options.only === 'key') return { act: 'choose-place', place: ANY_KEY };
    throw new CommandFailure(
      'place-needed',
      `It is not said where ${kind === 'create' ? 'to save this passkey' : 'to look for the passkey'}: give --on device or --on key.${here.length > 0 ? ` ${named}` : ''}`,
    );
  }

  #account({ accounts }: State<'choose-account'>): CeremonyAct {
    const { account } = this.#options;
    const chosen = account === undefined ? undefined : chosenAccount(accounts, account);
    if (chosen) return { act: 'choose-account', account: chosen.id };
    const there = `There are: ${accounts.map(choiceWords).join('; ')}.`;
    throw new CommandFailure(
      'account-needed',
      account === undefined
        ? `Several passkeys could sign in. Say which with --account, or where with --on. ${there}`
        : `Not exactly one passkey is of “${account}”. ${there}`,
    );
  }

  async #devicePin(
    { triesLeft, wait = 0, problem }: State<'device-pin'>,
    signal: AbortSignal,
  ): Promise<CeremonyAct> {
    const details = { retriesLeft: triesLeft, ...(wait > 0 && { waitMilliseconds: wait }) };
    if (problem === 'wrong')
      throw new CommandFailure(
        'pin-wrong',
        `That PIN of this device is wrong. ${triesLeft ?? 0} tries are left. Check it and try again.`,
        details,
      );
    if (wait > 0)
      throw new CommandFailure(
        'pin-delayed',
        `This device takes the next PIN in ${Math.ceil(wait / 1000)} seconds. Wait and try again.`,
        details,
      );
    return { act: 'enter-pin', pin: await this.#line('PIN', signal, 'This device') };
  }

  async #line(what: 'PIN' | 'passphrase', signal: AbortSignal, key?: string): Promise<string> {
    const { terminal, inputIsUsed } = this.#options;
    const line = inputIsUsed ? undefined : await terminal.readLine(signal);
    if (line) return line;
    throw new CommandFailure(
      what === 'PIN' ? 'pin-needed' : 'passphrase-needed',
      inputIsUsed
        ? `No ${what} was given, and there is no terminal to ask at. Give the options with --options FILE, and the ${what} as a line of standard input.`
        : `No ${what} was given. Give it as a line of standard input, or type it when asked at a terminal.`,
      { key },
    );
  }

  /** For somebody's hand; until the site waits no longer. */
  #waits(view: CeremonyView, words: string): undefined {
    const { output } = this.#options;
    if (!this.#isIntroduced) output.note(requestWords(view));
    this.#isIntroduced = true;
    if (this.#noted !== words) output.note(words);
    this.#noted = words;
    return undefined;
  }
}
