/** `touch`: which of the keys is which. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import { ProblemError } from '../../inventory/problems';
import type { KeyStatus } from '../../inventory/model';
import type { Context, Desk } from '../context';
import { CommandFailure, failureOf } from '../failure';
import { everyKey, securityKey } from '../keys';
import { shown } from '../output';
import { keyReference } from '../shapes';

export interface TouchOptions {
  /** Only blinks, and waits for nobody. */
  readonly wink?: boolean;
}

/** Lets the keys blink and tells which one was touched; the others are cancelled. */
export async function touch(context: Context, { wink }: TouchOptions): Promise<void> {
  const { output, signal } = context;
  const { desk, keys } = await everyKey(context);
  const usable = keys.filter(({ problem }) => !problem);
  for (const { name, problem } of keys)
    if (problem) {
      const failure = failureOf(new ProblemError(problem), shown(name));
      if (usable.length === 0) throw failure;
      output.note(`${shown(name)}: ${failure.message}`);
    }
  const winked = await blink(desk, usable);
  if (wink) {
    if (winked.length === 0)
      throw new CommandFailure('unsupported', 'No key here can blink when it is asked to. Leave out --wink.');
    output.result(winked.map(keyReference), () =>
      winked.map((key) => `${described(key)} blinks.\n`).join(''),
    );
    return;
  }
  const able = usable.filter(({ info }) => info !== undefined);
  if (able.length === 0)
    throw new CommandFailure(
      'unsupported',
      'A key that knows only U2F cannot tell that it was touched. `latchkey touch --wink` lets it blink, if it can.',
    );
  output.note(
    able.length === 1 && able[0]
      ? `Touch ${shown(able[0].name)} …`
      : `Touch one of the ${able.length} security keys …`,
  );
  const touched = await firstTouched(desk, able, signal);
  output.result(keyReference(touched), () => `${described(touched)} was touched.\n`);
}

/** Those that can. */
async function blink(desk: Desk, keys: readonly KeyStatus[]): Promise<readonly KeyStatus[]> {
  const able = keys.filter((key) => securityKey(desk, key).canWink);
  await Promise.all(
    able.map((key) => {
      const opened = securityKey(desk, key);
      return opened.exclusive(() => opened.wink());
    }),
  );
  return able;
}

/** Rejects when no key was touched in time, or with the signal's reason. */
async function firstTouched(desk: Desk, keys: readonly KeyStatus[], signal: AbortSignal): Promise<KeyStatus> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const waiting = keys.map(async (key) => {
    await selected(desk, key, either);
    return key;
  });
  try {
    return await Promise.any(waiting);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AggregateError ? (error.errors[0] as Error) : error;
  } finally {
    over.abort();
    await Promise.allSettled(waiting);
  }
}

/** authenticatorSelection (CTAP 2.1 §6.9), where the key knows it. */
async function selected(desk: Desk, key: KeyStatus, signal: AbortSignal): Promise<void> {
  const opened = securityKey(desk, key);
  await opened.exclusive(async () => {
    try {
      await opened.api.selection({ signal });
    } catch (error) {
      if (!(error instanceof CtapStatusError) || error.status !== Status.INVALID_COMMAND) throw error;
      await touchedByOldWay(opened.api, signal);
    }
  }, signal);
}

/**
 * CTAP 2.0 keys have no selection; a makeCredential with an empty pinUvAuthParam makes them wait for a touch, and then make
 * nothing (CTAP 2.0 §5.5.8, 2.1 §6.1.2 step 1).
 */
async function touchedByOldWay(
  api: ReturnType<typeof securityKey>['api'],
  signal: AbortSignal,
): Promise<void> {
  try {
    await api.makeCredential(
      {
        clientDataHash: new Uint8Array(32),
        rp: { id: 'touch.invalid', name: 'Touch' },
        user: { id: Uint8Array.of(0), name: 'touch', displayName: 'Touch' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        pinUvAuthParam: new Uint8Array(),
        pinUvAuthProtocol: 1,
      },
      { signal },
    );
  } catch (error) {
    const touchedStatuses: readonly number[] = [
      Status.PIN_INVALID,
      Status.PIN_NOT_SET,
      Status.PIN_AUTH_INVALID,
    ];
    if (!(error instanceof CtapStatusError) || !touchedStatuses.includes(error.status)) throw error;
  }
}

function described({ name, device }: KeyStatus): string {
  return `${shown(name)} (${shown(device.path)})`;
}
