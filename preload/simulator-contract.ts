/**
 * The contracts about simulated keys, with the main process:
 *
 * - of the simulator window, a small window that stands in for the finger on a simulated key and the hand that plugs it
 *   in; `preload/simulator.ts` exposes it as `window.simulator`. Test programs work on it too (test/kit).
 * - of Advanced options > For testers; `preload/testers.ts` exposes it as `window.testers`, to the main window of a build
 *   for testers. A released Latchkey has neither.
 */
import * as v from 'valibot';
import type { Result } from './contract';

export interface SimulatedKeyView {
  readonly id: string;
  readonly name: string;
  readonly plugged: boolean;
  /**
   * What the key waits for; `none` when it is idle. `long-touch` is held for about five seconds on a real key. A sensor
   * waits for an enrolled `finger`, or for a `sample` of the one that is being enrolled.
   */
  readonly waitsFor: 'none' | 'touch' | 'long-touch' | 'finger' | 'sample';
  /** Touches that the script still has. */
  readonly scripted: number;
  /** The misbehaviours in force, by name. */
  readonly quirks: readonly string[];
  /** Where its state is kept; without it, it is forgotten when the key is removed or Latchkey ends. */
  readonly stateFile?: string;
  /** The PIN that the demo key comes with, for a newcomer to type; other keys keep theirs to themselves. */
  readonly demoPin?: string;
}

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));
const pin = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const sampleCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000));

/** JSON of bounded size; what is in it is checked by whoever understands it. */
function json(maxCharacters: number) {
  return v.pipe(
    v.record(v.string(), v.any()),
    v.check((value) => jsonLength(value) <= maxCharacters, `more than ${maxCharacters} characters of JSON`),
  );
}

function jsonLength(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Infinity; // it goes round in circles, or holds a BigInt
  }
}

const quirks = v.pipe(v.array(json(4096)), v.maxLength(100));

/** Members that are absent are as the profile has them; see `main/authenticator/key-recipe.ts`. */
const describedKey = v.strictObject({
  profile: v.optional(word),
  name: v.optional(name),
  serial: v.optional(v.pipe(v.string(), v.maxLength(126))),
  pin: v.optional(pin),
  passkeys: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          rpId: v.pipe(v.string(), v.minLength(1), v.maxLength(253)),
          rpName: v.optional(v.pipe(v.string(), v.maxLength(8192))),
          userName: v.optional(v.pipe(v.string(), v.maxLength(8192))),
          displayName: v.optional(v.pipe(v.string(), v.maxLength(8192))),
          userId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(86))),
          algorithm: v.optional(v.pipe(v.number(), v.integer())),
          credProtect: v.optional(v.picklist([1, 2, 3])),
          largeBlob: v.optional(v.boolean()),
          thirdPartyPayment: v.optional(v.boolean()),
        }),
      ),
      v.maxLength(1000),
    ),
  ),
  samplePasskeys: v.optional(sampleCount),
  fingers: v.optional(v.pipe(v.array(word), v.maxLength(100))),
  quirks: v.optional(quirks),
  configuration: v.optional(json(65_536)),
  state: v.optional(json(64 * 1024 * 1024)),
  /** Absolute path: the state is kept there, and read from there when there is one. */
  stateFile: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
});
export type NewKey = v.InferOutput<typeof describedKey>;

/** See `main/authenticator/directed-presence.ts`. */
export const touchActNames = ['granted', 'wrong-finger', 'badly', 'refused', 'timed-out', 'wait'] as const;
export type TouchActName = (typeof touchActNames)[number];
const act = v.picklist(touchActNames);

/** The finger that the key waits for, another one, or the right one laid on carelessly. Only a sensor tells them apart. */
const finger = v.picklist(['right', 'other', 'badly']);
export type FingerName = v.InferOutput<typeof finger>;

/** Validators of the arguments, by call. The channel of a call is `simulator:<name>`. */
export const simulatorArguments = {
  /** Every simulated key, plugged in or not. */
  snapshot: v.strictTuple([]),
  /** Answers the touch that the key waits for; nothing happens when it waits for none. */
  touch: v.strictTuple([id, v.optional(finger)]),
  /** Refuses it: the key answers OPERATION_DENIED. */
  refuse: v.strictTuple([id]),
  /** What becomes of the next touches, in order, and of those after them; replaces what was directed before. */
  direct: v.strictTuple([id, v.pipe(v.array(act), v.maxLength(10_000)), act]),
  /** Plugs the key in (true) or takes it out (false), also in the middle of a command. */
  setPlugged: v.strictTuple([id, v.boolean()]),
  /** The key misbehaves like this from now on; not saved. */
  setQuirks: v.strictTuple([id, quirks]),
  /** Makes a key, plugs it in and answers with its id. */
  add: v.strictTuple([describedKey]),
  /** Takes a key out and forgets it. A file with its state stays. */
  remove: v.strictTuple([id]),
  /** All that the key holds, as the text of a state file. */
  state: v.strictTuple([id]),
} as const;

export type SimulatorCallName = keyof typeof simulatorArguments;

/** The one event, on the channel `simulator:keys`: every simulated key, as `snapshot` gives them. */
export type SimulatorEvent = readonly SimulatedKeyView[];

/** `window.simulator`. A call that breaks the contract (arguments, sender) or asks for what cannot be (an unknown key) rejects. */
export interface SimulatorApi {
  snapshot(): Promise<readonly SimulatedKeyView[]>;
  touch(id: string, finger?: FingerName): Promise<void>;
  refuse(id: string): Promise<void>;
  direct(id: string, script: readonly TouchActName[], usual: TouchActName): Promise<void>;
  setPlugged(id: string, plugged: boolean): Promise<void>;
  setQuirks(id: string, quirks: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  add(key: NewKey): Promise<string>;
  remove(id: string): Promise<void>;
  state(id: string): Promise<string>;
  /** Returns the function that stops it. */
  on(listener: (keys: SimulatorEvent) => void): () => void;
}

// ---------------------------------------------------------------------------------------------------------------
// Advanced options > For testers

/** A kind of key that can be simulated, and the name that such a key has where none is given. */
export interface ProfileView {
  readonly profile: string;
  readonly name: string;
}

export interface TestersSnapshot {
  readonly keys: readonly SimulatedKeyView[];
  readonly profiles: readonly ProfileView[];
}

/** Validators of the arguments, by call. The channel of a call is `testers:<name>`. */
export const testersArguments = {
  snapshot: v.strictTuple([]),
  add: v.strictTuple([
    v.strictObject({
      profile: word,
      name: v.optional(name),
      pin: v.optional(pin),
      samplePasskeys: sampleCount,
    }),
  ]),
  remove: v.strictTuple([id]),
  setPlugged: v.strictTuple([id, v.boolean()]),
  /** Opens the simulator window, or brings it to the front. */
  showSimulator: v.strictTuple([]),
} as const;

export type TestersKey = v.InferOutput<(typeof testersArguments)['add']>[0];

/** `window.testers`: there in builds for testers only. A call that breaks the contract rejects; what cannot be is a problem. */
export interface TestersApi {
  snapshot(): Promise<TestersSnapshot>;
  add(key: TestersKey): Promise<Result>;
  remove(id: string): Promise<Result>;
  setPlugged(id: string, plugged: boolean): Promise<Result>;
  showSimulator(): Promise<Result>;
  /** Returns the function that stops it. */
  on(listener: (keys: SimulatorEvent) => void): () => void;
}
