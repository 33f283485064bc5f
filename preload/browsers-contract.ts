/**
 * The part of the contract that is about web browsers: which there are, which are connected, who may ask, what was asked lately. Nothing
 * of it is in the snapshot: the Browsers page asks for it when it is opened and whenever its window gets the focus. See contract.ts.
 */
import * as v from 'valibot';
import type { BrowserFamily, BrowserId, BrowserStatus } from '../main/bridge/browser-status';
import type { BrowserDecision, BrowserLink, LoggedRequest } from '../main/bridge/links';
import type { Result } from './contract';

export type * from '../main/bridge/browser-status';
export type * from '../main/bridge/links';

export interface BrowserLinkView extends BrowserLink {
  /** Which of the known browsers that is; absent where it is none of them, or cannot be told. */
  readonly is?: BrowserId;
}

/** What changes by itself. */
export interface BrowserLinksView {
  /** Why no browser can reach this Latchkey at all: a sentence with a next step. */
  readonly problem?: string;
  readonly connections: readonly BrowserLinkView[];
  readonly decisions: readonly BrowserDecision[];
  /** Newest first. */
  readonly requests: readonly LoggedRequest[];
  readonly isLogging: boolean;
}

export interface BrowsersView {
  readonly browsers: readonly BrowserStatus[];
  readonly links: BrowserLinksView;
  /** The folders that people load the extension from, by hand. */
  readonly extensions: Readonly<Record<BrowserFamily, string>>;
}

const browser = v.picklist([
  'chrome',
  'chromium',
  'edge',
  'brave',
  'firefox',
]) satisfies v.GenericSchema<BrowserId>;
const family = v.picklist(['chromium', 'firefox']) satisfies v.GenericSchema<BrowserFamily>;
/** See {@link BrowserDecision.id}. */
const decision = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** Validators of the arguments, by call. */
export const browsersCallArguments = {
  /** Looks at all of it anew. `browserLinks` events follow from then on. */
  browsers: v.strictTuple([]),
  /** Whether a manifest that leads elsewhere is to be replaced; without that, `in-use` is the problem then. */
  connectBrowser: v.strictTuple([browser, v.boolean()]),
  disconnectBrowser: v.strictTuple([browser]),
  allowBrowser: v.strictTuple([decision]),
  denyBrowser: v.strictTuple([decision]),
  forgetBrowser: v.strictTuple([decision]),
  setRequestLog: v.strictTuple([v.boolean()]),
  emptyRequestLog: v.strictTuple([]),
  /** Opens the folder of the extension in the file manager. */
  showExtensionFolder: v.strictTuple([family]),
} as const;

export interface BrowsersCallResults {
  browsers: Result<BrowsersView>;
  connectBrowser: Result;
  disconnectBrowser: Result;
  allowBrowser: Result;
  denyBrowser: Result;
  forgetBrowser: Result;
  setRequestLog: Result;
  emptyRequestLog: Result;
  showExtensionFolder: Result;
}

export interface BrowsersEvents {
  browserLinks: BrowserLinksView;
}
