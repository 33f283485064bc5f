/** What keeps two programs of this user from working together. */

/**
 * - `not-running`: nobody listens, though the folder is taken
 * - `not-trusted`: the other side does not know the secret of this installation
 * - `older`, `newer`: what the *other* side is, and so speaks another version
 * - `busy`: it serves as many as it can
 * - `timed-out`: no answer
 * - `closed`: the connection ended
 * - `protocol`: what came is not what the protocol says
 */
export type ControlFailure =
  'not-running' | 'not-trusted' | 'older' | 'newer' | 'busy' | 'timed-out' | 'closed' | 'protocol';

const sentences: Readonly<Record<ControlFailure, string>> = {
  'not-running':
    'Another Latchkey holds the passkeys of this device, but does not answer. Quit it, or wait until its command is done, then try again.',
  'not-trusted':
    'What answers in the place of Latchkey does not know the secret of this installation, so it was told nothing. Quit every Latchkey and start it again.',
  older:
    'The Latchkey that is running is older than this program. Quit it, start the newer one, then try again.',
  newer: 'The Latchkey that is running is newer than this program. Use the program that came with it.',
  busy: 'The Latchkey that is running serves too many programs at once. End some of them, then try again.',
  'timed-out': 'The Latchkey that is running did not answer in time. Try again; if it stays silent, quit it.',
  closed: 'The Latchkey that was running ended in the middle of this. Try again.',
  protocol:
    'The Latchkey that is running said something that makes no sense. Quit it, start it again, then try again.',
};

export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly failure: ControlFailure;
  /** For the report, never for the other side: which rule was broken. */
  readonly detail: string | undefined;

  constructor(failure: ControlFailure, detail?: string) {
    super(detail === undefined ? sentences[failure] : `${sentences[failure]} (${detail})`);
    this.failure = failure;
    this.detail = detail;
  }
}
