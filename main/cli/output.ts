/** What a command says: data to standard output, everything else to standard error. */
import { safeText } from '../inventory/safe-text';
import { errorShape, isForSite, type CommandFailure } from './failure';
import type { Terminal } from './terminal';

export class Output {
  readonly json: boolean;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal;
    this.json = json;
  }

  get columns(): number | undefined {
    return this.#terminal.columns;
  }

  /** The result, in the form that was asked for. `text` ends in a line break, unless it is empty. */
  result(value: unknown, text: () => string): void {
    this.#terminal.out(this.json ? `${harmlessJson(value, 2)}\n` : harmless(text()));
  }

  /** What goes on, for people. A program that asked for JSON is told nothing but results and failures. */
  note(text: string): void {
    if (!this.json || this.#terminal.errorsAreSeen) this.#terminal.err(`${harmless(text)}\n`);
  }

  /** What a person has to read before they are asked; there is one. */
  question(text: string): void {
    this.#terminal.err(`${harmless(text)}\n`);
  }

  /** One line of JSON, or words. */
  failure(failure: CommandFailure): void {
    if (this.json) {
      this.#terminal.err(`${harmlessJson({ error: errorShape(failure) })}\n`);
    } else this.#terminal.err(`${harmless(inWords(failure))}\n`);
  }
}

/** The message, with the key in front where it matters which, WebAuthn's name for it, and the tries left behind. */
export function inWords(failure: CommandFailure): string {
  const { code, message, details } = failure;
  const { key, retriesLeft: told } = details;
  // What the vault says of the PIN of this device tells the tries itself.
  const retriesLeft = ['pin-wrong', 'pin-delayed', 'pin-locked'].includes(code) ? undefined : told;
  const front = key ?? (isForSite(failure) ? code : undefined);
  return `${front === undefined ? '' : `${front}: `}${message}${retriesLeft === undefined ? '' : ` ${triesLeft(retriesLeft)}`}`;
}

export function triesLeft(count: number): string {
  if (count === 0) return 'No try is left.';
  return count === 1 ? 'One try is left.' : `${count} tries are left.`;
}

/** A name from a key or a site within a sentence or a cell: one line, nothing invisible, and not endless. */
export function shown(name: string, length?: number): string {
  return safeText(name, length).text;
}

/** The last door: whatever got into `text`, the terminal obeys nothing of it but line breaks. */
export function harmless(text: string): string {
  return text
    .split('\n')
    .map((line) => safeText(line, Infinity).text)
    .join('\n');
}

/** JSON that says the same and that a terminal does not obey either: what does not show is escaped. */
function harmlessJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) =>
      Array.from({ length: character.length }, (_, index) => {
        const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
        return `\\u${unit}`;
      }).join(''),
  );
}
