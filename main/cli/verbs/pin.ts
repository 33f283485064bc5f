/** `pin status`, `pin set` and `pin change`. */
import type { KeyStatus } from '../../inventory/model';
import { ProblemError } from '../../inventory/problems';
import type { Context, Desk } from '../context';
import { CommandFailure, ExitCode, failureOf } from '../failure';
import { everyKey, oneKey, statusNow } from '../keys';
import { inWords, shown } from '../output';
import { keyReference, pinShape } from '../shapes';
import { table } from '../table';
import { askForPin, askPin } from '../verify';

export async function pinStatus(context: Context): Promise<ExitCode> {
  const { output } = context;
  const { keys } = await everyKey(context);
  const usable = keys.filter(({ problem }) => !problem);
  output.result(usable.map(shape), () =>
    usable.length === 0
      ? ''
      : table(
          [
            { title: 'NAME', cell: ({ name }) => name, flexible: true },
            { title: 'PIN', cell: stateWords },
            { title: 'TRIES LEFT', cell: ({ pin }) => `${pin.retriesLeft ?? '-'}` },
            { title: 'SHORTEST', cell: ({ pin }) => (pin.supported ? `${pin.minLength} characters` : '-') },
            { title: 'LONGEST', cell: ({ pin }) => (pin.supported ? `${pin.maxBytes} bytes` : '-') },
          ],
          usable,
          output.columns,
        ),
  );
  for (const { name, problem } of keys)
    if (problem) output.failure(failureOf(new ProblemError(problem), shown(name)));
  if (usable.length === keys.length) return ExitCode.DONE;
  return usable.length > 0 ? ExitCode.PARTLY : ExitCode.UNREACHABLE;
}

export async function setPin(context: Context): Promise<void> {
  const { desk, key } = await oneKey(context);
  requirePin(key);
  if (key.pin.set)
    throw new CommandFailure(
      'pin-policy',
      'This security key has a PIN already. Change it with `latchkey pin change`.',
      { key: shown(key.name) },
    );
  await withNewPin(context, key, (pin) => desk.inventory.setPin(key.id, pin));
  report(context, desk, key, `${shown(key.name)} has a PIN now.`);
}

export async function changePin(context: Context): Promise<void> {
  const { desk, key } = await oneKey(context);
  requirePin(key);
  if (!key.pin.set)
    throw new CommandFailure(
      'pin-not-set',
      'This security key has no PIN yet. Set one with `latchkey pin set`.',
      { key: shown(key.name) },
    );
  let current = await askPin(context, desk, key, 'change');
  await withNewPin(context, key, async (next) => {
    for (;;) {
      try {
        return await desk.inventory.changePin(key.id, current, next);
      } catch (error) {
        const failure = failureOf(error);
        if (failure.code !== 'pin-invalid' || !context.terminal.interactive) throw error;
        context.output.question(inWords(failure));
        current = await askPin(context, desk, key, 'change');
      }
    }
  });
  report(context, desk, key, `The PIN of ${shown(key.name)} is changed.`);
}

/** A person types it twice, and again where it breaks a rule of the key; a program gives one line. */
async function withNewPin(
  context: Context,
  key: KeyStatus,
  use: (pin: string) => Promise<void>,
): Promise<void> {
  const { terminal, output } = context;
  for (;;) {
    const pin = await askForPin(
      context,
      `New PIN for ${shown(key.name)}, at least ${key.pin.minLength} characters: `,
      key,
    );
    if (terminal.interactive && (await askForPin(context, 'The new PIN again: ', key)) !== pin) {
      output.question('The two are not the same. Type it anew.');
      continue;
    }
    try {
      return await use(pin);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== 'pin-policy' || !terminal.interactive) throw error;
      output.question(inWords(failure));
    }
  }
}

function requirePin({ pin, name }: KeyStatus): void {
  if (!pin.supported)
    throw new CommandFailure('unsupported', 'This security key cannot have a PIN. Use another key.', {
      key: shown(name),
    });
}

function report({ output }: Context, desk: Desk, key: KeyStatus, words: string): void {
  output.result(shape(statusNow(desk, key)), () => `${words}\n`);
}

function shape(key: KeyStatus) {
  return { key: keyReference(key), pin: pinShape(key) };
}

function stateWords({ pin }: KeyStatus): string {
  if (!pin.supported) return 'cannot have one';
  if (!pin.set) return 'not set';
  if (pin.blocked === 'for-good') return 'blocked; only a reset helps';
  if (pin.blocked) return 'blocked until taken out';
  return pin.changeRequired ? 'must be changed' : 'set';
}
