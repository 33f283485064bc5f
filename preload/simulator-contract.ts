/**
 * The contract between the simulator window (a small window that stands in for the finger on a simulated key and the
 * hand that plugs it in) and the main process. `preload/simulator.ts` exposes it as `window.simulator`. Only shown when
 * a simulated key is attached; the main window knows nothing of it.
 */
import * as v from 'valibot';

export interface SimulatedKeyView {
  readonly id: string;
  readonly name: string;
  readonly plugged: boolean;
  /** What the key waits for; `none` when it is idle. `long-touch` is held for about five seconds on a real key. */
  readonly waitsFor: 'none' | 'touch' | 'long-touch';
  /** The PIN that the demo key comes with, for a newcomer to type; other keys keep theirs to themselves. */
  readonly demoPin?: string;
}

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** Validators of the arguments, by call. The channel of a call is `simulator:<name>`. */
export const simulatorArguments = {
  /** Every simulated key, plugged in or not. */
  snapshot: v.strictTuple([]),
  /** Answers the touch that the key waits for; nothing happens when it waits for none. */
  touch: v.strictTuple([id]),
  /** Refuses it: the key answers OPERATION_DENIED. */
  refuse: v.strictTuple([id]),
  /** Plugs the key in (true) or takes it out (false), also in the middle of a command. */
  setPlugged: v.strictTuple([id, v.boolean()]),
} as const;

export type SimulatorCallName = keyof typeof simulatorArguments;

/** The one event, on the channel `simulator:keys`: every simulated key, as `snapshot` gives them. */
export type SimulatorEvent = readonly SimulatedKeyView[];

/** `window.simulator`. A call that breaks the contract (arguments, sender, an unknown key) rejects. */
export interface SimulatorApi {
  snapshot(): Promise<readonly SimulatedKeyView[]>;
  touch(id: string): Promise<void>;
  refuse(id: string): Promise<void>;
  setPlugged(id: string, plugged: boolean): Promise<void>;
  /** Returns the function that stops it. */
  on(listener: (keys: SimulatorEvent) => void): () => void;
}
