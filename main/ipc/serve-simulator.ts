/** Answers the simulator window and Advanced options > For testers. Knows nothing of Electron. */
import { isAbsolute } from 'node:path';
import type { TouchAct } from '../authenticator/directed-presence';
import { profileNames, quirksOfDescribed, RecipeError, type JsonObject } from '../authenticator/key-recipe';
import type { Seat, Simulator } from '../authenticator/simulator';
import { serializeState, StateError } from '../authenticator/state';
import type { Problem, Result } from '../../preload/contract';
import type {
  NewKey,
  SimulatedKeyView,
  SimulatorApi,
  TestersApi,
  TestersKey,
} from '../../preload/simulator-contract';

type Handlers<Api> = { readonly [N in Exclude<keyof Api, 'on'>]: Api[N] };

export type SimulatorHandlers = Omit<Handlers<SimulatorApi>, 'add' | 'setQuirks' | 'direct'> & {
  readonly add: (key: NewKey) => Promise<string>;
  readonly setQuirks: (id: string, quirks: readonly JsonObject[]) => Promise<void>;
  readonly direct: (id: string, script: readonly TouchAct[], usual: TouchAct) => Promise<void>;
};

export type TestersHandlers = Omit<Handlers<TestersApi>, 'add'> & {
  readonly add: (key: TestersKey) => Promise<Result>;
};

export function simulatorHandlers(simulator: Simulator): SimulatorHandlers {
  return {
    snapshot: async () => simulatedKeyViews(simulator),
    touch: async (id, finger) => simulator.seat(id).presence.touch(finger),
    refuse: async (id) => simulator.seat(id).presence.refuse(),
    direct: async (id, script, usual) => simulator.direct(id, script, usual),
    setPlugged: async (id, plugged) => simulator.setPlugged(id, plugged),
    setQuirks: async (id, quirks) => simulator.setQuirks(id, quirksOfDescribed(quirks)),
    add: async ({ stateFile, ...described }) => {
      if (stateFile !== undefined && !isAbsolute(stateFile))
        throw new RecipeError(`The path of a state file has to be absolute; ${stateFile} is not.`);
      const seat = await simulator.add({ file: stateFile, described });
      return seat.id;
    },
    remove: async (id) => simulator.remove(id),
    state: async (id) => Buffer.from(serializeState(simulator.seat(id).key.key.snapshot())).toString('utf8'),
  };
}

/** `showSimulator` opens the simulator window, or brings it to the front. */
export function testersHandlers(simulator: Simulator, showSimulator: () => Promise<void>): TestersHandlers {
  return {
    snapshot: async () => ({ keys: simulatedKeyViews(simulator), profiles: profileNames() }),
    add: (described) => outcome(() => simulator.add({ described })),
    remove: (id) => outcome(() => simulator.remove(id)),
    setPlugged: (id, plugged) => outcome(() => simulator.setPlugged(id, plugged)),
    showSimulator: () => outcome(showSimulator),
  };
}

export function simulatedKeyViews({ seats }: Pick<Simulator, 'seats'>): readonly SimulatedKeyView[] {
  return seats.map((seat) => {
    const { id, key, presence, file, demoPin } = seat;
    return {
      id,
      name: key.key.configuration.productName,
      plugged: key.plugged,
      waitsFor: waitsFor(seat),
      scripted: presence.scripted,
      quirks: key.key.quirkBook.quirks.map(({ name }) => name),
      ...(file !== undefined && { stateFile: file }),
      ...(demoPin !== undefined && { demoPin }),
    };
  });
}

function waitsFor({ key, presence: { awaited } }: Seat): SimulatedKeyView['waitsFor'] {
  if (awaited === undefined) return 'none';
  if (awaited.gesture !== 'touch') return awaited.gesture;
  const { policy, configuration } = key.key.snapshot();
  const long = policy.longTouchForReset || configuration.extraInfo.get(LONG_TOUCH_FOR_RESET) === true;
  return awaited.reason === 'reset' && long ? 'long-touch' : 'touch';
}

/** getInfo member (CTAP 2.2 §6.4). */
const LONG_TOUCH_FOR_RESET = 0x18;

/** What cannot be is said; anything else is a defect and rejects. */
async function outcome(operation: () => unknown): Promise<Result> {
  try {
    await operation();
    return { ok: true, value: null };
  } catch (error) {
    if (!(error instanceof RecipeError || error instanceof StateError)) throw error;
    const problem: Problem = { code: 'invalid-argument', message: error.message };
    return { ok: false, problem };
  }
}
