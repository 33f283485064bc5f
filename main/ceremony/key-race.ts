/** Several keys wait for a touch, as in a browser: the first one touched wins, and the others are cancelled. */
import type { CallOptions } from '../ctap/api';
import { CeremonyFailure, failureOf } from '../webauthn/failure';
import { askForTouch } from '../webauthn/touch';
import { builtInVerification } from '../webauthn/ports';
import { authenticatorOf, type OnAuthenticator } from './key-ceremony';
import type { SurveyedKey } from './key-survey';
import type { CeremonyPorts } from './ports';

/** `done`: a touch was all that it took, and it is settled with it. */
export type RaceResult<T> =
  | { readonly is: 'touched'; readonly key: SurveyedKey }
  | { readonly is: 'done'; readonly key: SurveyedKey; readonly value: T }
  | { readonly is: 'failed'; readonly key: SurveyedKey; readonly failure: CeremonyFailure };

type Ports = Pick<CeremonyPorts, 'clock' | 'random'>;

/** Milliseconds. A key that says sooner that nobody touched it has not waited; asked again, it would say so again without end. */
const SHORTEST_WAIT = 1000;

/** Nobody has touched it, so it has not answered. */
const withoutTouch: ReadonlySet<CeremonyFailure['reason']> = new Set([
  'touch-timeout',
  'removed',
  'unreachable',
  'cancelled',
  'refused',
  'misbehaved',
]);

/** Rejects when all have failed without being touched, with how the first did, and with the signal's reason. */
export async function race<T>(
  keys: readonly SurveyedKey[],
  ports: Ports,
  run: OnAuthenticator<T>,
  signal: AbortSignal,
): Promise<RaceResult<T>> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.any(keys.map((key) => contestant(key, ports, run, either)));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    over.abort(new Error('another key was touched'));
  }
}

async function contestant<T>(
  key: SurveyedKey,
  { clock, random }: Ports,
  run: OnAuthenticator<T>,
  signal: AbortSignal,
): Promise<RaceResult<T>> {
  const { attached, capability } = key;
  const opened = attached.key;
  if (!opened) throw new CeremonyFailure('removed', 'it was taken out');
  return opened.exclusive(async () => {
    const authenticator = authenticatorOf(opened, random, () => builtInVerification);
    const options: CallOptions = { signal };
    for (;;) {
      const asked = clock.now();
      try {
        if (capability.asksNothing) return { is: 'done', key, value: await run(authenticator, options) };
        await askForTouch(authenticator, options);
        return { is: 'touched', key };
      } catch (error) {
        const failure = failureOf(error, signal);
        const waited = clock.now() - asked >= SHORTEST_WAIT;
        // A key waits half a minute, a site some minutes.
        if (waited && failure instanceof CeremonyFailure && failure.reason === 'touch-timeout') continue;
        // It turns out to want more than a touch after all, and is asked properly.
        if (failure instanceof CeremonyFailure && failure.reason === 'pin-required')
          return { is: 'touched', key };
        if (failure instanceof CeremonyFailure && !withoutTouch.has(failure.reason))
          return { is: 'failed', key, failure };
        throw failure;
      }
    }
  }, signal);
}
