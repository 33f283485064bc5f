/**
 * The contract of the small window that asks whether a browser may ask for passkeys, with the main process; `preload/connect.ts` exposes
 * it as `window.connect`.
 */
import * as v from 'valibot';

/** Ready to be shown. */
export interface ConnectView {
  /** What its extension calls it: "Chromium 156"; may be empty. */
  readonly browser: string;
  /** The program that is running, absolute; empty where the system does not say. */
  readonly program: string;
  /** Version of the extension. */
  readonly extension: string;
  /** Origin of the page that asked first. */
  readonly site: string;
  /** Nothing can be decided yet: a page made the window appear, and what was meant for the page must not land in it. */
  readonly deaf: boolean;
}

export const decisions = ['allowed', 'denied', 'later'] as const;
export type ConnectDecision = (typeof decisions)[number];

/** Validators of the arguments, by call. The channel of a call is `connect:<name>`. */
export const connectArguments = {
  /** What is to be decided in this window. */
  view: v.strictTuple([]),
  /** There is something to be seen in the window. */
  drawn: v.strictTuple([]),
  /** Closes the window; answers false, and does nothing, while it is deaf. */
  decide: v.strictTuple([v.picklist(decisions)]),
} as const;

/** `window.connect`. A call that breaks the contract (arguments, sender) rejects. The one event, `connect:view`, is as `view` answers. */
export interface ConnectApi {
  view(): Promise<ConnectView>;
  drawn(): Promise<void>;
  decide(decision: ConnectDecision): Promise<boolean>;
  /** Returns the function that stops it. */
  on(listener: (view: ConnectView) => void): () => void;
}
