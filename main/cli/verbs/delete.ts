/** `delete`. */
import type { DeleteOutcome } from '../../inventory/model';
import { ProblemError } from '../../inventory/problems';
import { confirm, requireSomebody } from '../confirm';
import type { Context } from '../context';
import { CommandFailure, errorShape, ExitCode, failureOf, usage } from '../failure';
import { cancellable, oneKey } from '../keys';
import { shown } from '../output';
import { byIds, filtered, inOrder, passkeyWords, shortIdLength, type ListedPasskey } from '../passkeys';
import { passkeyShape } from '../shapes';
import { table } from '../table';
import { unlocked } from '../verify';
import { passkeyColumns } from './list';

export interface DeleteOptions {
  readonly filter?: string;
  readonly yes?: boolean;
}

/** Nothing is deleted unless every ID is one of this key. */
export async function deletePasskeys(
  context: Context,
  ids: readonly string[],
  { filter, yes }: DeleteOptions,
): Promise<ExitCode> {
  const { output } = context;
  if (ids.length === 0 && filter === undefined)
    throw usage('Say which passkeys: their IDs, or --filter TEXT. `latchkey list` shows both.');
  if (ids.length > 0 && filter !== undefined) throw usage('Give either IDs or --filter, not both.');
  if (filter?.trim() === '')
    throw usage('--filter wants a text: without one, every passkey would be deleted.');
  requireSomebody(context, yes);
  const { desk, key } = await oneKey(context);
  const all = inOrder((await unlocked(context, desk, key)).map((passkey) => ({ passkey, key })));
  const wanted = filter === undefined ? byIds(all, ids) : filtered(all, filter);
  if (wanted.length === 0)
    throw new CommandFailure(
      'not-found',
      `No passkey on ${shown(key.name)} matches. \`latchkey list\` shows those that there are.`,
    );
  const count = wanted.length === 1 ? 'this passkey' : `these ${wanted.length} passkeys`;
  await confirm(
    context,
    table(passkeyColumns(shortIdLength(all)), wanted, undefined).trimEnd(),
    `Delete ${count}? You can no longer sign in with ${wanted.length === 1 ? 'it' : 'them'}.`,
    yes,
  );
  const outcomes = await cancellable(context, desk, key, () =>
    desk.inventory.deletePasskeys(wanted.map(({ passkey }) => passkey.id)),
  );
  const results = wanted.map((listed, index) => ({ listed, outcome: outcomes[index] }));
  output.result(
    results.map(({ listed, outcome }) => outcomeShape(listed, outcome)),
    () => results.map(({ listed, outcome }) => `${outcomeWords(listed, outcome)}\n`).join(''),
  );
  context.signal.throwIfAborted();
  const failed = results.flatMap(({ outcome }) => (outcome?.problem ? [outcome.problem] : []));
  const [first] = failed;
  if (!first) return ExitCode.DONE;
  return failed.length < results.length ? ExitCode.PARTLY : failureOf(new ProblemError(first)).exitCode;
}

function outcomeShape(listed: ListedPasskey, outcome: DeleteOutcome | undefined) {
  const { problem } = outcome ?? {};
  return {
    ...passkeyShape(listed),
    outcome: outcome?.outcome ?? 'unknown',
    error: problem ? errorShape(failureOf(new ProblemError(problem))) : null,
  };
}

function outcomeWords(listed: ListedPasskey, outcome: DeleteOutcome | undefined): string {
  const { problem } = outcome ?? {};
  const why = problem ? ` ${failureOf(new ProblemError(problem)).message}` : '';
  switch (outcome?.outcome) {
    case 'deleted':
      return `Deleted: ${passkeyWords(listed)}`;
    case 'kept':
      return `Not deleted: ${passkeyWords(listed)}.${why}`;
    default:
      return `Perhaps deleted, look with \`latchkey list\`: ${passkeyWords(listed)}.${why}`;
  }
}
