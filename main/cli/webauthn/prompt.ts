/** What is said and asked at a terminal: sentences, lines, and numbered lists. */
import type { CeremonyAct } from '../../ceremony/dialog-view';
import type { Output } from '../output';
import type { Terminal } from '../terminal';

export interface Choice<T> {
  readonly words: string;
  readonly choice: T;
}

export const cancel: CeremonyAct = { act: 'cancel' };

export interface PromptOptions {
  readonly terminal: Pick<Terminal, 'ask' | 'err'>;
  /** To that terminal. */
  readonly output: Pick<Output, 'question'>;
}

export class Prompt {
  readonly #terminal: PromptOptions['terminal'];
  readonly #output: PromptOptions['output'];
  /** The last sentence, while nothing was asked since. */
  #said: string | undefined;

  constructor({ terminal, output }: PromptOptions) {
    this.#terminal = terminal;
    this.#output = output;
  }

  say(words: string): void {
    this.#said = words;
    this.#output.question(words);
  }

  /** Not again while it stands there: a key says many times that it waits. */
  sayOnce(words: string): void {
    if (this.#said !== words) this.say(words);
  }

  /** A line; undefined at the end of the input. Rejects with the signal's reason. */
  async ask(question: string, kind: 'secret' | 'plain', signal: AbortSignal): Promise<string | undefined> {
    if (kind === 'secret') this.#said = undefined;
    try {
      return await this.#terminal.ask(question, kind, signal);
    } catch (error) {
      // The question stays unanswered on its line.
      if (kind === 'plain') this.#terminal.err('\n');
      throw error;
    }
  }

  /** A number from whoever reads the list; nothing typed cancels. What has no choice is shown without a number. */
  async choice<T>(list: readonly Choice<T | undefined>[], signal: AbortSignal): Promise<T | CeremonyAct> {
    const choices = list.flatMap(({ choice }) => (choice === undefined ? [] : [choice]));
    let number = 0;
    for (const { words, choice } of list)
      this.#output.question(choice === undefined ? `  -  ${words}` : `  ${++number}  ${words}`);
    this.#said = undefined;
    for (;;) {
      const typed = await this.ask('Which one (number; Enter cancels)? ', 'plain', signal);
      if (!typed?.trim()) return cancel;
      const choice = choices[Number(typed) - 1];
      if (choice !== undefined) return choice;
      this.#output.question(
        choices.length === 0
          ? 'There is nothing to choose. Press Enter.'
          : `Type a number from 1 to ${choices.length}, or nothing to cancel.`,
      );
    }
  }
}
