/**
 * The contract of the small window beside a field of a page, with the main process; `preload/autofill.ts` exposes it as
 * `window.autofill`.
 */
import * as v from 'valibot';
import type { Suggestion } from '../main/ceremony/suggestions';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** Validators of the arguments, by call. The channel of a call is `autofill:<name>`. */
export const autofillArguments = {
  /** What is to be shown now; null while there is nothing. */
  view: v.strictTuple([]),
  /** The suggestion with that id is drawn, and so many CSS pixels high. */
  drawn: v.strictTuple([id, v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(10_000))]),
  /** Signs in with an account of the suggestion with that id; answers whether it could be chosen. */
  choose: v.strictTuple([id, id]),
  dismiss: v.strictTuple([id]),
} as const;

/** The one event, on the channel `autofill:view`: as `view` answers. */
export type AutofillEvent = Omit<Suggestion, 'area'> | null;

/** `window.autofill`. A call that breaks the contract (arguments, sender) rejects. */
export interface AutofillApi {
  view(): Promise<AutofillEvent>;
  drawn(id: string, height: number): Promise<void>;
  choose(id: string, account: string): Promise<boolean>;
  dismiss(id: string): Promise<void>;
  /** Returns the function that stops it. */
  on(listener: (view: AutofillEvent) => void): () => void;
}
