/** One line as it is typed at a terminal in raw mode, where the program has to understand the keys itself. */

export type TypedLineEnd = 'entered' | 'ended' | 'interrupted';

const BACKSPACE = /[\u007f\b]/;
/** Arrow keys, and the marks around what is pasted: nothing of it belongs to a PIN. */
const ESCAPE_SEQUENCE = /^\u001b(\[[0-?]*[ -/]*[@-~]|O.|.)?/s;

export class TypedLine {
  #characters: string[] = [];

  get text(): string {
    return this.#characters.join('');
  }

  /**
   * Takes keys until the line ends. `rest` is what was typed beyond it.
   * Enter ends it, Ctrl-D an empty one; Ctrl-C interrupts; Ctrl-U begins anew; Backspace takes one character back.
   */
  type(input: string): { readonly end?: TypedLineEnd; readonly rest: string } {
    let rest = input;
    while (rest !== '') {
      if (rest.startsWith('\u001b')) {
        rest = rest.slice(ESCAPE_SEQUENCE.exec(rest)?.[0].length ?? 1);
        continue;
      }
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(character.length);
      if (character === '\r' || character === '\n') {
        // A pasted line may end in both.
        if (character === '\r' && rest.startsWith('\n')) rest = rest.slice(1);
        return { end: 'entered', rest };
      }
      if (character === '\u0003') return { end: 'interrupted', rest };
      if (character === '\u0004') {
        if (this.#characters.length === 0) return { end: 'ended', rest };
      } else if (BACKSPACE.test(character)) this.#characters.pop();
      else if (character === '\u0015') this.#characters = [];
      else if (character >= ' ') this.#characters.push(character);
    }
    return { rest };
  }
}
