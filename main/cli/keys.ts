/** Which keys a command is about, opened and ready. */
import type { SecurityKey } from '../client/security-key';
import type { KeyStatus } from '../inventory/model';
import { ProblemError } from '../inventory/problems';
import { fold } from '../inventory/search-text';
import type { Context, Desk } from './context';
import { CommandFailure, failureOf } from './failure';
import { attend } from './simulated-person';
import { shown } from './output';

export interface OpenKeys {
  readonly desk: Desk;
  /** In the order in which they were plugged in; each is `ready` or `unusable`. */
  readonly keys: readonly KeyStatus[];
}

/** The keys that `--key` names, or all. Throws where there is none. */
export async function everyKey(context: Context): Promise<OpenKeys> {
  const open = await pluggedInKeys(context);
  if (open.keys.length > 0) return open;
  throw new CommandFailure('no-key', 'No security key is plugged in. Plug one in and try again.');
}

/** As {@link everyKey}, but no key at all is an answer too, as long as none was named. */
export async function pluggedInKeys(context: Context): Promise<OpenKeys> {
  const desk = await context.desk();
  attend(desk, context);
  desk.registry.start();
  await unlessInterrupted(desk.registry.looked, context.signal);
  const all = desk.inventory.keys;
  const [warning] = desk.warnings;
  if (warning && all.length === 0)
    throw new CommandFailure('no-hid', warning.message, {}, { cause: warning });
  const wanted = context.wantedKey === undefined ? all : matchingKeys(all, context.wantedKey);
  if (context.wantedKey !== undefined && wanted.length === 0)
    throw new CommandFailure(
      'no-key',
      all.length === 0
        ? 'No security key is plugged in. Plug one in and try again.'
        : `No security key that is plugged in is called “${context.wantedKey}”. There ${all.length === 1 ? 'is' : 'are'} ${listOf(all)}.`,
    );
  const ids = new Set(wanted.map(({ id }) => id));
  await until(desk, context.signal, () =>
    desk.inventory.keys.every(({ id, state }) => !ids.has(id) || state !== 'opening'),
  );
  return { desk, keys: desk.inventory.keys.filter(({ id }) => ids.has(id)) };
}

/** The one key that the command is about; asks which where several are plugged in and somebody can be asked. */
export async function oneKey(context: Context): Promise<{ readonly desk: Desk; readonly key: KeyStatus }> {
  const { desk, keys } = await everyKey(context);
  const key = keys.length === 1 ? keys[0] : await chosenKey(context, keys);
  if (!key) throw new CommandFailure('declined', 'No key was chosen. Nothing was done.');
  if (key.problem) throw failureOf(new ProblemError(key.problem));
  return { desk, key };
}

/** The key itself, for what the inventory does not do. */
export function securityKey(desk: Desk, { id }: KeyStatus): SecurityKey {
  const key = desk.registry.keys.find((attached) => attached.id === id)?.key;
  if (!key)
    throw new CommandFailure(
      'unplugged',
      'The security key was unplugged. Plug it in again and repeat the command.',
    );
  return key;
}

/** How the inventory describes it now. */
export function statusNow(desk: Desk, key: KeyStatus): KeyStatus {
  return desk.inventory.keys.find(({ id }) => id === key.id) ?? key;
}

/**
 * By path or serial number, else by the whole name, else by a part of the name; as with the names of sites, case and accents
 * do not matter.
 */
export function matchingKeys(keys: readonly KeyStatus[], wanted: string): readonly KeyStatus[] {
  const name = fold(wanted);
  const ways: readonly ((key: KeyStatus) => boolean)[] = [
    ({ device }) => device.path === wanted || (device.serial !== '' && device.serial === wanted),
    (key) => fold(key.name) === name,
    (key) => name !== '' && fold(key.name).includes(name),
  ];
  for (const way of ways) {
    const found = keys.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}

/** Rejects with the signal's reason as soon as it is aborted. */
export async function unlessInterrupted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([waiting, interrupted]);
  } finally {
    stop();
  }
}

/** Runs an operation of the inventory that Ctrl-C cancels at the key. */
export async function cancellable<T>(
  { signal }: Context,
  desk: Desk,
  { id }: KeyStatus,
  operation: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const onAbort = (): void => desk.inventory.cancel(id);
  signal.addEventListener('abort', onAbort);
  try {
    return await operation();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for something that the inventory reports. */
async function until(desk: Desk, signal: AbortSignal, isSo: () => boolean): Promise<void> {
  if (isSo()) return;
  let stop = (): void => undefined;
  const reported = new Promise<void>((resolve) => {
    stop = desk.inventory.onChange(() => {
      if (isSo()) resolve();
    });
  });
  try {
    await unlessInterrupted(reported, signal);
  } finally {
    stop();
  }
}

async function chosenKey(context: Context, keys: readonly KeyStatus[]): Promise<KeyStatus | undefined> {
  const { terminal, output, signal } = context;
  if (!terminal.interactive)
    throw new CommandFailure(
      'key-needed',
      `Several security keys are plugged in: ${listOf(keys)}. Say which one with --key.`,
    );
  output.question('Several security keys are plugged in:');
  keys.forEach((key, index) =>
    output.question(`  ${index + 1}  ${shown(key.name)}  ${shown(key.device.path)}`),
  );
  for (;;) {
    const answer = await terminal.ask('Which one (number)? ', 'plain', signal);
    if (!answer?.trim()) return undefined;
    const key = keys[Number(answer) - 1];
    if (key) return key;
    output.question(`Type a number from 1 to ${keys.length}, or nothing to leave it.`);
  }
}

function listOf(keys: readonly KeyStatus[]): string {
  return keys.map(({ name, device }) => `“${shown(name)}” (${shown(device.path)})`).join(', ');
}
