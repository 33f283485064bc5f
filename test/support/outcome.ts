/** How a promise ended, to be looked at while the test's clock stands still. */
import { settled } from './manual-clock';

export type Outcome<T> =
  | { readonly state: 'pending' }
  | { readonly state: 'resolved'; readonly value: T }
  | { readonly state: 'rejected'; readonly error: unknown };

/** Watches `promise`; the returned function waits until nothing moves any more and tells how it stands then. */
export function watched<T>(promise: Promise<T>): () => Promise<Outcome<T>> {
  let outcome: Outcome<T> = { state: 'pending' };
  promise.then(
    (value) => (outcome = { state: 'resolved', value }),
    (error: unknown) => (outcome = { state: 'rejected', error }),
  );
  return async () => {
    await settled();
    return outcome;
  };
}
