/** `create`, and `get` with a dialog: Latchkey's, or else the browser's. */
import { credentialOf } from './credential';
import { whenFocused } from './hand-over';
import {
  domException,
  getterOf,
  hasFocus,
  listen,
  listenNoMore,
  newPromise,
  own,
  typeError,
} from './intrinsics';
import { kindOf, type PagePort } from './page-port';
import type { Request } from './request';

const reasonOf = getterOf<unknown>(AbortSignal.prototype, 'reason');

/** The native function with the page's own arguments. */
export type Native = () => Promise<unknown>;

export class Ceremonies {
  readonly #port: PagePort;
  #isOpen = false;

  constructor(port: PagePort) {
    this.#port = port;
  }

  answer(request: Request, native: Native): Promise<unknown> {
    // No browser shows a dialog for a page that nobody looks at. It says so in its own words.
    if (hasFocus() === false) return native();
    return newPromise((resolve, reject) => {
      if (this.#isOpen) {
        reject(domException('A request is already pending.', 'OperationError'));
        return;
      }
      this.#isOpen = true;
      let isOver = false;
      const end = (): void => {
        isOver = true;
        this.#isOpen = false;
        ignoreSignal();
      };
      const id = this.#port.ask(request.is, `,"options":${request.options}`, (answer, text) => {
        if (kindOf(answer) !== 'fall-through') {
          end();
          settle(answer, text, resolve, reject);
          return;
        }
        whenFocused(
          () => isOver,
          () => {
            end();
            resolve(native());
          },
        );
      });
      const ignoreSignal = onAbort(request.signal, (reason) => {
        end();
        this.#port.cancel(id);
        reject(reason);
      });
    });
  }
}

/** @returns stops listening */
export function onAbort(signal: AbortSignal | undefined, aborted: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => undefined;
  const listener = (): void => aborted(reasonOf(signal));
  listen(signal, 'abort', listener);
  return () => listenNoMore(signal, 'abort', listener);
}

/** An answer that is no `fall-through`. */
export function settle(
  answer: unknown,
  text: string,
  resolve: (credential: unknown) => void,
  reject: (reason: unknown) => void,
): void {
  try {
    if (kindOf(answer) === 'response') resolve(credentialOf(text));
    else reject(errorOf(own(answer, 'error')));
  } catch {
    reject(domException('The answer cannot be read.', 'UnknownError'));
  }
}

/** What the app tells the page. Throws `TypeError` when it is no error. */
export function errorOf(error: unknown): unknown {
  const name = own(error, 'name');
  const message = own(error, 'message');
  if (typeof name !== 'string' || typeof message !== 'string') throw typeError('no error');
  return name === 'TypeError' ? typeError(message) : domException(message, name);
}
