/** How a person shows a key who they are: by a finger where that does, by the PIN otherwise. */
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { KeyStatus, Passkey, Purpose, Verification } from '../inventory/model';
import type { Context, Desk } from './context';
import { CommandFailure, failureOf } from './failure';
import { cancellable, statusNow } from './keys';
import { inWords, shown } from './output';

/** What a PIN that was never wrong leaves (CTAP 2.1 §6.5.2.1). */
const FULL_RETRIES = 8;
/** Passkeys; real keys take some 10 ms for each, so that many make somebody wonder. */
const WORTH_TELLING = 50;

/**
 * Runs `operation` with what the person gives: a finger or the PIN, again after a wrong one where they sit at the terminal. The
 * verification is undefined for a key that has neither; what that means is up to the operation.
 */
export async function verified<T>(
  context: Context,
  desk: Desk,
  key: KeyStatus,
  purpose: Purpose,
  operation: (verification: Verification | undefined) => Promise<T>,
): Promise<T> {
  const { terminal, output, signal } = context;
  const run = (verification?: Verification): Promise<T> =>
    cancellable(context, desk, key, () => operation(verification));
  const ways = desk.inventory.waysToVerify(key.id, purpose);
  const finger = (): Promise<T> =>
    run({ by: 'built-in', onWaiting: () => output.note(`Touch the sensor of ${shown(key.name)} …`) });

  if (ways.length === 0) return run();
  if (!terminal.interactive) {
    const pin = ways.includes('pin') ? await pinFromInput(context, key) : undefined;
    if (pin !== undefined) return run({ by: 'pin', pin });
    if (ways.includes('built-in')) return finger();
    throw pinNeeded(key);
  }
  if (ways.includes('built-in') && !(context.preferPin && ways.includes('pin'))) {
    const answer = await withFinger(context, finger, ways.includes('pin'));
    if (answer) return answer.result;
  }
  for (;;) {
    const pin = await askPin(context, desk, key);
    try {
      return await run({ by: 'pin', pin });
    } catch (error) {
      const failure = failureOf(error);
      signal.throwIfAborted();
      if (failure.code !== 'pin-invalid') throw error;
      output.question(inWords(failure));
    }
  }
}

/** Unlocks a key and tells what is on it. */
export async function unlocked(context: Context, desk: Desk, key: KeyStatus): Promise<readonly Passkey[]> {
  const cannotList = key.list.state === 'nothing' ? key.list.cannotList : undefined;
  if (cannotList) throw cannotListFailure(key, cannotList);
  let told = false;
  const stop = desk.inventory.onChange(() => {
    const { list } = statusNow(desk, key);
    if (told || list.state !== 'listing' || (list.total ?? 0) < WORTH_TELLING) return;
    told = true;
    context.output.note(`Reading ${list.total} passkeys of ${shown(key.name)} …`);
  });
  try {
    return await verified(context, desk, key, 'list', (verification) =>
      unlockedBy(desk, key, needed(verification)),
    );
  } finally {
    stop();
  }
}

/** The same with a verification that was given already. */
export async function unlockedBy(
  { inventory }: Desk,
  { id }: KeyStatus,
  verification: Verification,
): Promise<readonly Passkey[]> {
  if (verification.by === 'built-in') await inventory.unlockWithUv(id, verification.onWaiting);
  else await inventory.unlock(id, verification.pin);
  return inventory.passkeysOn(id);
}

/** For what a key does only for somebody whom it knows. */
export function needed(verification: Verification | undefined): Verification {
  if (verification) return verification;
  throw new CommandFailure(
    'pin-not-set',
    'This security key has no PIN yet. Set one with `latchkey pin set`.',
  );
}

/** A line of standard input, or undefined at its end; throws before anything is read where no PIN would help. */
export async function pinFromInput(context: Context, key: KeyStatus): Promise<string | undefined> {
  checkPinHelps(key);
  return context.terminal.readLine(context.signal);
}

/** The PIN from whoever sits there, or the next line of standard input. Throws where none comes, or none would help. */
export async function askPin(
  context: Context,
  desk: Desk,
  key: KeyStatus,
  purpose: 'use' | 'change' = 'use',
): Promise<string> {
  const now = statusNow(desk, key);
  checkPinHelps(now, purpose);
  const left = now.pin.retriesLeft ?? FULL_RETRIES;
  const tries = left < FULL_RETRIES ? ` (${left === 1 ? 'one try' : `${left} tries`} left)` : '';
  const which = purpose === 'use' ? 'PIN' : 'Present PIN';
  return askForPin(context, `${which} of ${shown(key.name)}${tries}: `, key);
}

/** Any PIN: the present one, or a new one. */
export async function askForPin(context: Context, question: string, key: KeyStatus): Promise<string> {
  const { terminal, signal } = context;
  const pin = terminal.interactive
    ? await terminal.ask(question, 'secret', signal)
    : await terminal.readLine(signal);
  if (!pin) throw pinNeeded(key);
  return pin;
}

function pinNeeded({ name }: KeyStatus): CommandFailure {
  return new CommandFailure(
    'pin-needed',
    'No PIN was given. Type it when asked at a terminal, or give it as a line of standard input.',
    { key: shown(name) },
  );
}

/** Throws where the key would not take even the right PIN. */
function checkPinHelps({ pin, name }: KeyStatus, purpose: 'use' | 'change' = 'use'): void {
  const key = { key: shown(name) };
  if (pin.blocked) {
    const status = pin.blocked === 'for-good' ? Status.PIN_BLOCKED : Status.PIN_AUTH_BLOCKED;
    const failure = failureOf(new CtapStatusError(status));
    throw new CommandFailure(failure.code, failure.message, key);
  }
  if (pin.changeRequired && purpose === 'use')
    throw new CommandFailure(
      'pin-change-required',
      'This security key wants a new PIN first. Change it with `latchkey pin change`.',
      key,
    );
}

/** Undefined when the PIN is to be asked for instead. */
async function withFinger<T>(
  { output, signal }: Context,
  finger: () => Promise<T>,
  hasPin: boolean,
): Promise<{ readonly result: T } | undefined> {
  for (;;) {
    try {
      return { result: await finger() };
    } catch (error) {
      const failure = failureOf(error);
      signal.throwIfAborted();
      if (failure.code === 'uv-invalid' && failure.details.retriesLeft !== 0) {
        output.question(inWords(failure));
        continue;
      }
      const pinMayHelp = ['uv-invalid', 'uv-blocked', 'timed-out', 'touch-denied'].includes(failure.code);
      if (!hasPin || !pinMayHelp) throw error;
      output.question(inWords(failure));
      return undefined;
    }
  }
}

function cannotListFailure(
  { name }: KeyStatus,
  reason: 'no-pin' | 'no-credential-management' | 'no-discoverable-credentials',
): CommandFailure {
  const key = { key: shown(name) };
  switch (reason) {
    case 'no-pin':
      return new CommandFailure(
        'pin-not-set',
        'This security key has no PIN yet, and without one it shows no passkeys. Set one with `latchkey pin set`.',
        key,
      );
    case 'no-credential-management':
      return new CommandFailure(
        'unsupported',
        'This security key has no way to list its passkeys; sites can use them all the same. `latchkey keys info` shows what it can do.',
        key,
      );
    case 'no-discoverable-credentials':
      return new CommandFailure(
        'unsupported',
        'This security key keeps no passkeys that could be listed. `latchkey keys info` shows what it can do.',
        key,
      );
  }
}
