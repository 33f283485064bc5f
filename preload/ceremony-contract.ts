/**
 * The contract of the small window that saves and uses passkeys, with the main process; `preload/ceremony.ts` exposes it as
 * `window.ceremony`. What is shown, and what can be done, are the ceremony's own types: this window only draws them.
 */
import * as v from 'valibot';
import type { CeremonyAct, CeremonyView } from '../main/ceremony/dialog-view';

export type * from '../main/ceremony/dialog-view';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
/** Bounds absurd ones only; the key and the vault have rules of their own. */
const secret = v.pipe(v.string(), v.maxLength(1024));

const act = v.variant('act', [
  v.strictObject({ act: v.literal('choose-place'), place: id }),
  v.strictObject({ act: v.literal('choose-account'), account: id }),
  v.strictObject({ act: v.literal('enter-pin'), pin: secret }),
  v.strictObject({ act: v.literal('create-pin'), pin: secret }),
  v.strictObject({ act: v.literal('change-pin'), current: secret, next: secret }),
  v.strictObject({ act: v.literal('enter-passphrase'), passphrase: secret }),
  v.strictObject({ act: v.literal('rename'), ownName: v.pipe(v.string(), v.maxLength(1024)) }),
  v.strictObject({
    act: v.picklist([
      'use-another-device',
      'use-browsers-dialog',
      'use-pin',
      'retry',
      'go-on',
      'back',
      'done',
      'cancel',
    ]),
  }),
]) satisfies v.GenericSchema<CeremonyAct>;

/** Validators of the arguments, by call. The channel of a call is `ceremony:<name>`. */
export const ceremonyArguments = {
  /** What is to be shown now; null while there is nothing. */
  view: v.strictTuple([]),
  /** The ceremony with that id can be seen in the window, if that is on the screen. */
  drawn: v.strictTuple([id]),
  /** Does something in the ceremony with that id; answers whether it could be done. */
  act: v.strictTuple([id, act]),
  /** Brings Latchkey's own window to the front, where this device is set up, unlocked and repaired. */
  showLatchkey: v.strictTuple([]),
} as const;

/** The one event, on the channel `ceremony:view`: as `view` answers. */
export type CeremonyEvent = CeremonyView | null;

/** `window.ceremony`. A call that breaks the contract (arguments, sender) rejects. */
export interface CeremonyApi {
  view(): Promise<CeremonyEvent>;
  drawn(id: string): Promise<void>;
  act(id: string, act: CeremonyAct): Promise<boolean>;
  showLatchkey(): Promise<void>;
  /** Returns the function that stops it. */
  on(listener: (view: CeremonyEvent) => void): () => void;
}
