/** What the demo site does not do, and why: a status of HTTP, a word for programs, a sentence for people. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}
