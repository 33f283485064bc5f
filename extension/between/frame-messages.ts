/** What frame.ts and worker.ts say to each other. Where the frame is, the worker knows from the browser; `topOrigin` is frame.ts's. */
import type { OptionsJson, ScreenArea, SignalName } from '../../main/bridge/messages';

/** The name of the frames' ports. */
export const FRAME = 'frame';

interface InFrame {
  readonly id: number;
  /** The frame is inside one of another origin: the origin of the top frame. */
  readonly topOrigin?: string;
}

export type FromFrame =
  | ({ readonly is: 'create' | 'get' | 'autofill'; readonly options: OptionsJson } & InFrame)
  | ({ readonly is: 'signal'; readonly signal: SignalName; readonly options: OptionsJson } & InFrame)
  | ({ readonly is: 'device' } & InFrame)
  | {
      readonly is: 'field';
      readonly id: number;
      readonly field: 'entered' | 'wanted' | 'left';
      readonly area?: ScreenArea;
    }
  | { readonly is: 'cancel'; readonly id: number }
  /** Firefox ends a worker that hears nothing for 30 seconds. */
  | { readonly is: 'alive' };
