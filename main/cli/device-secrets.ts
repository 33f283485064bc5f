/** PINs and passphrases of this device, as a person or a program gives them. */
import type { Context } from './context';
import { secretLine } from './device';
import { failureOf } from './failure';
import { inWords } from './output';

/** A PIN; again where it was wrong and somebody sits there. */
export async function askedAgain<T>(
  context: Context,
  question: string,
  use: (pin: string) => Promise<T>,
): Promise<T> {
  for (;;) {
    const pin = await secretLine(context, question, 'PIN');
    try {
      return await use(pin);
    } catch (error) {
      const failure = failureOf(error);
      context.signal.throwIfAborted();
      if (failure.code !== 'pin-wrong' || !context.terminal.interactive) throw error;
      context.output.question(inWords(failure));
    }
  }
}

/** A person types it twice; a program gives one line. */
export async function newSecret(
  context: Context,
  question: string,
  what: 'PIN' | 'passphrase',
): Promise<string> {
  for (;;) {
    const secret = await secretLine(context, question, what);
    if (!context.terminal.interactive) return secret;
    if ((await secretLine(context, `The new ${what} again: `, what)) === secret) return secret;
    context.output.question('The two are not the same. Type it anew.');
  }
}

export interface Chosen {
  readonly pin: string;
  readonly passphrase?: string | undefined;
}

/** Again with another one where the rules of the vault refuse it, and somebody sits there. */
export async function withNew<T>(
  context: Context,
  pin: string,
  passphrase: string | undefined,
  use: (chosen: Chosen) => Promise<T>,
): Promise<T> {
  let chosen: Chosen = { pin, passphrase };
  for (;;) {
    try {
      return await use(chosen);
    } catch (error) {
      const failure = failureOf(error);
      context.signal.throwIfAborted();
      const isRefused = failure.code === 'pin-refused' || failure.code === 'passphrase-refused';
      if (!isRefused || !context.terminal.interactive) throw error;
      context.output.question(inWords(failure));
      chosen =
        failure.code === 'pin-refused'
          ? { ...chosen, pin: await newSecret(context, 'New PIN for this device: ', 'PIN') }
          : {
              ...chosen,
              passphrase: await newSecret(context, 'New passphrase for this device: ', 'passphrase'),
            };
    }
  }
}
