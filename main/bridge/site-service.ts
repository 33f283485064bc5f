/** What the bridge wants of the rest of the app: ceremonies, passkey autofill, signals. */
import type { Answer, AppState, FromExtension, SignalName } from './messages';
import type { LoggedResult } from './links';

export type SiteRequest = Extract<FromExtension, { readonly type: 'request' }>;
export type AutofillRequest = Extract<FromExtension, { readonly type: 'autofill' }>;
export type FieldEvent = Pick<Extract<FromExtension, { readonly type: 'field' }>, 'is' | 'area'>;
export type SignalRequest = Extract<FromExtension, { readonly type: 'signal' }>;
export type { SignalName };

export interface SiteCaller {
  /** One profile of one browser: it gets one dialog at a time. */
  readonly caller: string;
  /** The page gave up. */
  readonly signal: AbortSignal;
}

export interface Autofill {
  /** Never rejects for what the request says. */
  readonly result: Promise<Answer>;
  field(event: FieldEvent): void;
}

export interface SiteService {
  /** Never rejects for what the request says. */
  request(request: SiteRequest, caller: SiteCaller): Promise<Answer>;
  autofill(request: AutofillRequest, caller: SiteCaller): Autofill;
  /** Answered before anything is looked up; `changed` comes later, and only for the user's own log. */
  signal(
    request: SignalRequest,
    caller: SiteCaller,
  ): Promise<{ readonly answer: Answer; readonly changed: Promise<LoggedResult> }>;
  /** Passkeys of this device can be saved and used. */
  readonly device: AppState['device'];
  /** Calls back when `device` may have changed. Returns what ends it. */
  onDeviceChange(listener: () => void): () => void;
}
