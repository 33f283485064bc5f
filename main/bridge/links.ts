/**
 * What the Browsers page shows of the bridge: who is connected, who may ask, what was asked lately. Text that browsers
 * and sites gave (names, versions, hosts) is as it came, cut to the lengths below: whoever shows it makes it safe.
 */

/** The most entries of the log that are kept. */
export const MOST_REQUESTS = 200;

export type LinkState =
  /** Allowed, or asks for the first time with its first request. */
  | 'connected'
  /** The user was asked and has not answered yet. */
  | 'waiting-for-confirmation'
  /** The user does not let it ask: everything goes on to the browser's own dialog. */
  | 'not-allowed'
  /** The extension speaks an older, or a newer version than Latchkey. Listed until the browser connects again or ends. */
  | 'older-extension'
  | 'newer-extension';

/** One browser profile that is connected now: each has its own extension, relay and connection. */
export interface BrowserLink {
  /** Unique while Latchkey runs. */
  readonly id: string;
  /** What the extension calls its browser: "Chromium 156". At most 100 characters; empty while it has not said. */
  readonly browser: string;
  /** The program that started the relay, absolute; empty where the system does not say. */
  readonly program: string;
  /** Version of the extension: "0.1.0". At most 40 characters; empty while it has not said. */
  readonly extension: string;
  /** Milliseconds since 1970, UTC. */
  readonly since: number;
  readonly state: LinkState;
}

/** What the user decided about a browser: its program together with the extension in it. */
export interface BrowserDecision {
  /** The same after a restart. At most 200 characters. */
  readonly id: string;
  readonly program: string;
  /** As the extension called it when it was decided. */
  readonly name: string;
  readonly decision: 'allowed' | 'denied';
  /** Milliseconds since 1970, UTC. */
  readonly when: number;
}

export type LoggedKind = 'create' | 'get' | 'autofill' | 'signal';

export type LoggedResult =
  /** A passkey was saved; one was used. */
  | 'saved'
  | 'used'
  /** Of a signal: names changed, passkeys moved to Recently deleted. */
  | 'changed'
  /** Of a signal: there was nothing to change. */
  | 'nothing-to-do'
  /** The person said no. */
  | 'cancelled'
  /** The page gave up, went elsewhere, or its time was over. */
  | 'given-up'
  /** The browser's own dialog went on: by the person's choice, or because Latchkey had nothing to offer. */
  | 'handed-over'
  /** Against the rules (a domain that is not the site's, …), or too many at once. */
  | 'refused'
  /** Something went wrong here. */
  | 'failed';

export interface LoggedRequest {
  /** Unique in the log. */
  readonly id: string;
  /** Milliseconds since 1970, UTC. */
  readonly when: number;
  /** RP ID where that was checked, otherwise the page's host. At most 253 characters. */
  readonly site: string;
  readonly kind: LoggedKind;
  readonly result: LoggedResult;
  /** As {@link BrowserLink.browser}. */
  readonly browser: string;
}

export interface BrowserLinks {
  /** Why no browser can reach this Latchkey at all: a sentence with a next step. Undefined while they can. */
  readonly problem: string | undefined;
  /** Oldest first. */
  readonly connections: readonly BrowserLink[];
  /** Newest decision first. */
  readonly decisions: readonly BrowserDecision[];
  /** Newest first, at most {@link MOST_REQUESTS}. */
  readonly requests: readonly LoggedRequest[];
  readonly isLogging: boolean;
  /**
   * Changes what was decided about the browser with this {@link BrowserDecision.id}; connections of it follow at once. An ID that is
   * not there (any more) changes nothing. These, and those below, reject when it cannot be saved, with a sentence for people.
   */
  allow(id: string): Promise<void>;
  deny(id: string): Promise<void>;
  /** It is asked about again with its next request. */
  forget(id: string): Promise<void>;
  /** Switching it off keeps what is there: see {@link emptyLog}. */
  setLogging(on: boolean): Promise<void>;
  emptyLog(): Promise<void>;
  /** Called after every change of the above; returns the function that stops it. */
  onChange(listener: () => void): () => void;
}
