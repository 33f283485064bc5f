/**
 * `get` with conditional mediation: no dialog, but a list at the fields of the page. The browser's and Latchkey's are there at the
 * same time; what the person chooses first ends the other.
 */
import { onAbort, settle, type Native } from './ceremonies';
import { getterOf, newAbortable, newPromise, own, whenSettled } from './intrinsics';
import { kindOf, type PagePort } from './page-port';
import type { Request } from './request';

/** The browser has no such list, or must not show it: ours goes on alone. */
function isNoList(reason: unknown): boolean {
  const name = nameOf(reason);
  return name === 'NotSupportedError' || name === 'NotAllowedError';
}

const domExceptionName = getterOf<string>(DOMException.prototype, 'name');

/**
 * @param isNative whether the browser has such lists
 * @param native the browser's own, with another signal than the page's
 */
export function autofill(
  port: PagePort,
  request: Request,
  isNative: () => Promise<unknown>,
  native: (signal: AbortSignal) => ReturnType<Native>,
): Promise<unknown> {
  return newPromise((resolve, reject) => {
    const loser = newAbortable();
    let isOver = false;
    let isOursOpen = true;
    let theirs: 'unknown' | 'absent' | 'open' | { readonly failed: unknown } = 'unknown';

    const end = (): void => {
      isOver = true;
      ignoreSignal();
      port.cancel(id);
      loser.abort();
    };
    const fail = (reason: unknown): void => {
      end();
      reject(reason);
    };
    const startTheirs = (): void => {
      theirs = 'open';
      whenSettled(
        native(loser.signal),
        (credential) => {
          if (isOver) return;
          end();
          resolve(credential);
        },
        (reason) => {
          if (isOver) return;
          theirs = { failed: reason };
          if (!isOursOpen || !isNoList(reason)) fail(reason);
        },
      );
    };
    const id = port.ask('autofill', `,"options":${request.options}`, (answer, text) => {
      if (isOver) return;
      const kind = kindOf(answer);
      // It never fails for a person who chose nothing (WebAuthn Level 3 §5.1.4).
      const isNothing = kind === 'error' && own(own(answer, 'error'), 'name') === 'NotAllowedError';
      if (!isNothing && kind !== 'fall-through') {
        end();
        settle(answer, text, resolve, reject);
        return;
      }
      isOursOpen = false;
      if (typeof theirs === 'object') fail(theirs.failed);
      // The browser has no list, and says so in its own words.
      else if (theirs === 'absent') startTheirs();
    });
    const ignoreSignal = onAbort(request.signal, fail);
    whenSettled(
      isNative(),
      (has) => {
        if (isOver) return;
        if (has === true || !isOursOpen) startTheirs();
        else theirs = 'absent';
      },
      () => {
        if (!isOver) startTheirs();
      },
    );
  });
}

function nameOf(reason: unknown): string | undefined {
  try {
    return domExceptionName(reason);
  } catch {
    return undefined;
  }
}
