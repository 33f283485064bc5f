/** The terminal, or what stands in its place: three streams and a person, or a program. */

export interface Terminal {
  /** Somebody sits at standard input. */
  readonly interactive: boolean;
  /** Standard output is a terminal. */
  readonly dataIsSeen: boolean;
  /** Its width in characters, where it is one and knows. */
  readonly columns: number | undefined;
  /** Somebody sees standard error, so it is worth telling what goes on. */
  readonly errorsAreSeen: boolean;
  /** Data, to standard output. */
  out(text: string): void;
  /** Data that is no text. */
  outBytes(bytes: Uint8Array): void;
  /** Everything else, to standard error. */
  err(text: string): void;
  /**
   * One line from a person, who sees `question` on standard error; `secret` without echo. Undefined when they end the input
   * (Ctrl-D). Rejects with the signal's reason.
   */
  ask(question: string, kind: 'secret' | 'plain', signal: AbortSignal): Promise<string | undefined>;
  /** The next line of standard input without asking anybody; undefined at its end. Rejects with the signal's reason. */
  readLine(signal: AbortSignal): Promise<string | undefined>;
  /**
   * All that is left of standard input; undefined where it is longer than `longest`, in UTF-16 units. Rejects with the signal's
   * reason.
   */
  readAll(longest: number, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Where somebody can be asked: this one where it is interactive, else the terminal that this program was started at, whatever
   * standard input is. Undefined where there is none.
   */
  withPerson(): Terminal | undefined;
}
