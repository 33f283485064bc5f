/** `reset`. */
import type { KeyStatus, ResetStatus } from '../../inventory/model';
import { ProblemError } from '../../inventory/problems';
import { confirm, requireSomebody } from '../confirm';
import type { Context, Desk } from '../context';
import { failureOf } from '../failure';
import { oneKey } from '../keys';
import { shown } from '../output';
import { keyReference } from '../shapes';
import { obey } from '../simulated-person';

export interface ResetOptions {
  readonly yes?: boolean;
}

/** Leads through taking the key out, putting it back in and touching it. Until the touch nothing is erased. */
export async function reset(context: Context, { yes }: ResetOptions): Promise<void> {
  const { output } = context;
  requireSomebody(context, yes);
  const { desk, key } = await oneKey(context);
  const name = shown(key.name);
  await confirm(context, losses(key), `Erase everything on ${name}?`, yes);
  await guided(context, desk, key);
  output.result(
    { key: keyReference(key), outcome: 'reset' },
    () => `${name} is as new: it has no PIN and nothing on it.\n`,
  );
}

function losses(key: KeyStatus): string {
  const { info, pin, slots, builtInUv } = key;
  const options = info?.options;
  const lost = [
    slots.used === undefined ? 'all its passkeys' : `its ${slots.used} passkeys`,
    'its use as a second step at every site where it is registered',
    ...(pin.set ? ['its PIN'] : []),
    ...(builtInUv !== 'none' || options?.get('bioEnroll') === true ? ['its fingerprints'] : []),
    ...(options?.get('largeBlobs') === true ? ['the blobs that sites keep on it'] : []),
    ...(options?.get('authnrCfg') === true ? ['its policies'] : []),
  ];
  return `A reset of ${shown(key.name)} (${shown(key.device.path)}) erases for good:\n${lost.map((each) => `  - ${each}\n`).join('')}Make sure that you can sign in another way first.`;
}

function guided(context: Context, desk: Desk, key: KeyStatus): Promise<void> {
  const { output, signal } = context;
  const { inventory } = desk;
  return new Promise((resolve, reject) => {
    let told: ResetStatus['step'] | undefined;
    const end = (settle: () => void): void => {
      stop();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void => {
      inventory.cancelReset();
      end(() => reject(signal.reason as Error));
    };
    const look = (): void => {
      const { reset: status } = inventory;
      if (!status || status.step === told) return;
      told = status.step;
      switch (status.step) {
        case 'remove':
          output.note(`Take ${shown(key.name)} out …`);
          return void obey(desk, key, false, context);
        case 'insert':
          output.note('Put it back in …');
          return void obey(desk, key, true, context);
        case 'touch':
          output.note(
            status.longTouch
              ? 'Hold your finger on it now, for at least five seconds …'
              : 'Touch it now, within ten seconds …',
          );
          return;
        case 'done':
          return end(resolve);
        case 'failed':
          return end(() =>
            reject(
              status.problem ? failureOf(new ProblemError(status.problem)) : new Error('the reset failed'),
            ),
          );
      }
    };
    const stop = inventory.onChange(look);
    signal.addEventListener('abort', onAbort);
    try {
      signal.throwIfAborted();
      inventory.startReset(key.id);
      look();
    } catch (error) {
      end(() => reject(failureOf(error)));
    }
  });
}
