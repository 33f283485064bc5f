/** Where a ceremony goes next. */
import type { PlaceName, Trouble } from './dialog-view';
import type { CeremonyResult } from './model';
import type { SavedPasskey } from './ports';

export type Step =
  | { readonly to: 'start' }
  | { readonly to: 'places'; readonly all: boolean }
  | { readonly to: 'accounts' }
  /** Whichever key there is: one, several in a race, or one that is to be plugged in. */
  | { readonly to: 'any-key' }
  | { readonly to: 'key'; readonly id: string }
  | { readonly to: 'device'; readonly account?: string }
  | { readonly to: 'trouble'; readonly trouble: Trouble; readonly retry: Step };

/** It has come to an end for the caller. */
export interface Ending {
  readonly to: 'end';
  readonly result: CeremonyResult;
  /** A passkey that was made, to be named. */
  readonly saved?: {
    readonly passkey: SavedPasskey;
    readonly place: PlaceName;
    readonly backup: 'device-bound' | 'synced';
  };
}

export function inTrouble(trouble: Trouble, retry: Step): Step {
  return { to: 'trouble', trouble, retry };
}
