/** What the options page and worker.ts say to each other. */
import type { AppState } from '../../main/bridge/messages';
import type { Ended } from '../worker/app-link';

/** The name of the options page's port. */
export const OPTIONS = 'options';

/** How the worker stands with the app. */
export type Status =
  | { readonly is: 'connecting' }
  | { readonly is: 'ready'; readonly app: string; readonly state: AppState }
  | { readonly is: 'ended'; readonly how: Ended };

/** The person wants to know now: try to reach the app if it is not reached, but start nothing. */
export interface Look {
  readonly is: 'look';
}
