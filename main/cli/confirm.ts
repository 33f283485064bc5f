/** Asks before something is done that cannot be undone. */
import type { Context } from './context';
import { CommandFailure } from './failure';

/**
 * `what` are sentences that say what will be lost, `question` ends in a question mark. Returns when it was answered with yes, or
 * `--yes` was given; throws otherwise, also where nobody can be asked.
 */
export async function confirm(
  { terminal, output, signal }: Context,
  what: string,
  question: string,
  yes: boolean | undefined,
): Promise<void> {
  if (yes) return;
  requireSomebody({ terminal });
  output.question(what);
  const answer = await terminal.ask(`${question} [y/N] `, 'plain', signal);
  if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) throw new CommandFailure('declined', 'Nothing was done.');
}

/** For the beginning of a command, before a PIN is read: throws where {@link confirm} would have nobody to ask. */
export function requireSomebody({ terminal }: Pick<Context, 'terminal'>, yes?: boolean): void {
  if (yes || terminal.interactive) return;
  throw new CommandFailure(
    'confirmation-needed',
    'This cannot be undone, and nobody is at the terminal to be asked. Give --yes to do it without asking.',
  );
}
