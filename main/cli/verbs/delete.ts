/** `delete`. */
import type { DeleteOutcome } from '../../inventory/model';
import type { DeviceService } from '../../control/operations';
import { ProblemError, problemOf, type Problem } from '../../inventory/problems';
import { confirm, requireSomebody } from '../confirm';
import type { Context } from '../context';
import { CommandFailure, errorShape, ExitCode, failureOf, usage } from '../failure';
import { deviceIfAny, devicePasskeys, isThisDevice, openDevice, type DeviceDesk } from '../device';
import { cancellable, oneKey, pluggedInKeys } from '../keys';
import { shown } from '../output';
import {
  byIds,
  filtered,
  hasId,
  idOf,
  inOrder,
  passkeyWords,
  shortIdLength,
  THIS_DEVICE,
  type ListedPasskey,
} from '../passkeys';
import { passkeyShape } from '../shapes';
import { table } from '../table';
import { unlocked } from '../verify';
import { passkeyColumns, tellOfOwnNames } from './list';

export interface DeleteOptions {
  readonly filter?: string;
  readonly yes?: boolean;
}

/** Nothing is deleted unless every ID is one of this key, or of this device. */
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
  const place = await placeOf(context, ids, filter);
  const all = inOrder(place.passkeys);
  const wanted = filter === undefined ? byIds(all, ids) : filtered(all, filter);
  if (wanted.length === 0)
    throw new CommandFailure(
      'not-found',
      `No passkey on ${place.name} matches. \`latchkey list\` shows those that there are.`,
    );
  const count = wanted.length === 1 ? 'this passkey' : `these ${wanted.length} passkeys`;
  await confirm(
    context,
    table(passkeyColumns(shortIdLength(all), wanted), wanted, undefined).trimEnd(),
    `Delete ${count}? You can no longer sign in with ${wanted.length === 1 ? 'it' : 'them'}${place.afterwards}.`,
    yes,
  );
  const outcomes = await place.delete(wanted);
  await tellOfOwnNames(context);
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

/** Where the passkeys are that are to be deleted. */
interface Place {
  /** Within a sentence. */
  readonly name: string;
  readonly passkeys: readonly ListedPasskey[];
  /** What a person should know besides. */
  readonly afterwards: string;
  /** One outcome for each. */
  readonly delete: (wanted: readonly ListedPasskey[]) => Promise<readonly DeleteOutcome[]>;
}

/** This device where it has one of the IDs; the one key otherwise. With a filter somebody has to say which, if there are both. */
async function placeOf(context: Context, ids: readonly string[], filter: string | undefined): Promise<Place> {
  const device = await deviceIfAny(context);
  if (!device) return keyPlace(context);
  if (isThisDevice(context)) return devicePlace(context, device);
  if (filter !== undefined) {
    const { keys } = await pluggedInKeys(context).catch((error: unknown) => {
      // Without a way to look at keys there are none.
      if (failureOf(error).code === 'no-hid') return { keys: [] };
      throw error;
    });
    if (keys.length === 0) return devicePlace(context, device);
    throw new CommandFailure(
      'key-needed',
      `There are passkeys on this device and on security keys. Say which with --key "${THIS_DEVICE}" or the name of a key.`,
    );
  }
  const here = await devicePlace(context, device);
  return ids.some((id) => hasId(here.passkeys, id)) ? here : keyPlace(context);
}

async function keyPlace(context: Context): Promise<Place> {
  const { desk, key } = await oneKey(context);
  return {
    name: shown(key.name),
    passkeys: (await unlocked(context, desk, key)).map((passkey) => ({ passkey, key })),
    afterwards: '',
    delete: (wanted) =>
      cancellable(context, desk, key, () =>
        desk.inventory.deletePasskeys(wanted.map(({ passkey }) => passkey.id)),
      ),
  };
}

async function devicePlace(context: Context, device: DeviceDesk): Promise<Place> {
  const service = await openDevice(context, device);
  return {
    name: 'this device',
    passkeys: await devicePasskeys(context, service),
    afterwards: ', unless you restore it within 30 days',
    delete: (wanted) => deleteFromDevice(context, service, wanted),
  };
}

/** To Recently deleted; each that may not be deleted stays, with its reason, and the others go all the same. */
async function deleteFromDevice(
  context: Context,
  service: DeviceService,
  wanted: readonly ListedPasskey[],
): Promise<readonly DeleteOutcome[]> {
  const { signal } = context;
  const reasonOf = ({ passkey }: ListedPasskey): string | undefined => passkey.device?.notRemovable;
  const ids = wanted.flatMap((listed) =>
    reasonOf(listed) === undefined ? [listed.passkey.credential.credentialId] : [],
  );
  let refused: Problem | undefined;
  if (ids.length > 0)
    await service.remove({ ids }, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      refused = problemOf(error);
    });
  const left = new Set((await devicePasskeys(context, service)).map(idOf));
  return wanted.map((listed): DeleteOutcome => {
    const passkeyId = listed.passkey.id;
    if (!left.has(idOf(listed))) return { passkeyId, outcome: 'deleted' };
    const reason = reasonOf(listed);
    const problem = reason === undefined ? refused : { code: 'protected' as const, message: reason };
    return { passkeyId, outcome: 'kept', ...(problem && { problem }) };
  });
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
      return listed.key
        ? `Deleted: ${passkeyWords(listed)}`
        : `Deleted, to Recently deleted: ${passkeyWords(listed)}`;
    case 'kept':
      return `Not deleted: ${passkeyWords(listed)}.${why}`;
    default:
      return `Perhaps deleted, look with \`latchkey list\`: ${passkeyWords(listed)}.${why}`;
  }
}
