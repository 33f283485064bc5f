/**
 * What a page may send over IPC: anything that structured clone carries. What is not in the contract is refused before a
 * handler sees it; what is, the handlers answer without a defect.
 */
import * as v from 'valibot';
import { Simulator } from '../../../main/authenticator/simulator';
import { RecipeError } from '../../../main/authenticator/key-recipe';
import { StateError } from '../../../main/authenticator/state';
import { checkedCalls } from '../../../main/ipc/checked-calls';
import { simulatorHandlers, testersHandlers } from '../../../main/ipc/serve-simulator';
import { windowHandlers } from '../../../main/ipc/serve-window';
import { autofillArguments } from '../../../preload/autofill-contract';
import { ceremonyArguments } from '../../../preload/ceremony-contract';
import { connectArguments } from '../../../preload/connect-contract';
import { callArguments, type Result } from '../../../preload/contract';
import { deviceCallArguments } from '../../../preload/device-contract';
import { simulatorArguments, testersArguments } from '../../../preload/simulator-contract';
import { DEVICE_PIN, DeviceDesk } from '../../support/device-desk';
import { ManualClock } from '../../support/manual-clock';
import { MemoryFile } from '../../support/memory-file';
import { browserCallsNowhere } from '../../support/memory-browsers';
import { SeededRandom } from '../../support/seeded-random';
import { watched } from '../../support/outcome';
import { windowServices } from '../../support/window-services';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const contracts = {
  latchkey: callArguments,
  simulator: simulatorArguments,
  testers: testersArguments,
  ceremony: ceremonyArguments,
  autofill: autofillArguments,
  connect: connectArguments,
} as const;
const prefixes = ['latchkey', 'simulator', 'testers', 'ceremony', 'autofill', 'connect'] as const;
/** Longest text that any call but these takes, in characters. */
const LONGEST = 4096;
const copies: ReadonlySet<string> = new Set(['copy', 'add', 'setQuirks']);

const words = {
  profile: ['2.0', '2.1', '2.3', 'fingerprint', 'nearly-full', 'u2f', '__proto__', 'toString'],
  pin: ['1234', '1', '\ud800abc', 'x'.repeat(64), '12345\0'],
  stateFile: ['/keys/a.json', 'a.json', '/', '\0'],
  userId: ['YQ', 'a', '='],
} as const;
/** What some text of the window's calls stands for: keys, passkeys of this device, its PIN. */
const known = [
  'simulated-1',
  'simulated-2',
  DEVICE_PIN,
  'correct donkey',
  'seven sunny sparrows',
  `device:${Buffer.from('passkey of a.example').toString('hex')}`,
];
const members = [
  'capacity',
  'aaguid',
  'versions',
  'extraInfo',
  'algorithms',
  'profile',
  'credentials',
  'pin',
  'status',
  'serial',
];
const quirkNames = ['status', 'truncated-cbor', 'cut-text', 'garbage-info', '__proto__'];

/** What valibot's schemas say of themselves. */
interface Described {
  readonly type: string;
  readonly items?: readonly Described[];
  readonly item?: Described;
  readonly entries?: Readonly<Record<string, Described>>;
  readonly wrapped?: Described;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
}

/** A value of the shape that a validator wants, within its bounds or not. */
function shaped(choices: Choices, schema: Described, name = ''): unknown {
  if (choices.below(24) === 23) return choices.cloneable();
  switch (schema.type) {
    case 'strict_tuple':
      return (schema.items ?? []).map((item) => shaped(choices, item));
    case 'array':
      return Array.from({ length: choices.below(4) }, () => shaped(choices, schema.item!, name));
    case 'strict_object': {
      const chosen = Object.entries(schema.entries ?? {}).filter(
        ([, entry]) => entry.type !== 'optional' || choices.flag(),
      );
      if (choices.below(16) === 15) chosen.push([choices.text(), { type: 'any' }]);
      return Object.fromEntries(chosen.map(([member, entry]) => [member, shaped(choices, entry, member)]));
    }
    case 'optional':
      return choices.below(6) === 5 ? undefined : shaped(choices, schema.wrapped!, name);
    case 'nullable':
      return choices.below(3) === 2 ? null : shaped(choices, schema.wrapped!, name);
    case 'union':
    case 'variant':
      return shaped(choices, choices.pick(schema.options as readonly Described[]), name);
    case 'literal':
      return schema.literal;
    case 'picklist':
      return choices.pick(schema.options!);
    case 'boolean':
      return choices.flag();
    case 'number':
      return choices.flag() ? choices.below(4) : choices.integer();
    case 'string': {
      const long = choices.pick([64, 65, 256, 257, 1024, 1025, 4097, 100_001]);
      const likely: readonly string[] = words[name as keyof typeof words] ?? known;
      return choices.pick([...likely, ...likely, 'x'.repeat(long), 'x'.repeat(long), choices.text()]);
    }
    case 'record':
      return {
        ...(name === 'quirks' || name === '' ? { name: choices.pick(quirkNames) } : {}),
        [choices.pick([...members, choices.text()])]: choices.cloneable(3),
      };
    default:
      return choices.cloneable();
  }
}

/** What all validators promise of what they let through. */
function checkPassed(call: string, args: readonly unknown[]): void {
  const visit = (value: unknown, depth: number): void => {
    expectThat(depth < 12 || copies.has(call), 'arguments are flat');
    if (typeof value === 'string')
      expectThat(value.length <= LONGEST || copies.has(call), 'texts have a bound');
    else if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else if (typeof value === 'object' && value !== null && !copies.has(call)) {
      expectThat(Object.getPrototypeOf(value) === Object.prototype, 'objects are plain');
      for (const item of Object.values(value)) visit(item, depth + 1);
    } else
      expectThat(
        copies.has(call) || value === null || ['boolean', 'number', 'undefined'].includes(typeof value),
        'no other values',
      );
  };
  visit(args, 0);
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const desk = new DeviceDesk();
  if (choices.flag()) await desk.withPasskeys('a.example', 'pam://workstation');
  else await desk.place.start();
  const openFile = (path: string): MemoryFile => new MemoryFile(path);
  const simulator = new Simulator({ clock: new ManualClock(), random: new SeededRandom(), openFile });
  await simulator.add({ described: { profile: '2.1', pin: '123456' } });
  const said: string[] = [];
  const handlers = {
    latchkey: windowHandlers(
      windowServices(desk, {
        saveText: async (name, text) => {
          said.push(text);
          return name;
        },
        showFolder: async (path) => void said.push(path),
        browserCalls: browserCallsNowhere((path) => said.push(path)),
        copy: async (text) => void said.push(text),
        openHelp: async (topic) => void said.push(topic),
      }),
    ),
    simulator: simulatorHandlers(simulator),
    testers: testersHandlers(simulator, async () => undefined),
    ceremony: {
      view: async () => null,
      drawn: async () => undefined,
      act: async () => false,
      showLatchkey: async () => undefined,
    },
    autofill: {
      view: async () => null,
      drawn: async () => undefined,
      choose: async () => false,
      dismiss: async () => undefined,
    },
    connect: {
      view: async () => null,
      drawn: async () => undefined,
      decide: async () => false,
    },
  };
  for (let calls = 0; calls < 6 && (calls === 0 || !choices.done); calls++) {
    const prefix = choices.pick(prefixes);
    const names = Object.keys(contracts[prefix]);
    const name = choices.pick(names);
    const schema = contracts[prefix][name as never] as Described;
    const made = choices.below(8) === 7 ? [choices.cloneable()] : shaped(choices, schema);
    const args = structuredClone(Array.isArray(made) ? (made as unknown[]) : [made]);
    await checkRefusal(prefix, name, args);
    const all = new Map([
      ...checkedCalls('latchkey', callArguments, handlers.latchkey),
      ...checkedCalls('simulator', simulatorArguments, handlers.simulator),
      ...checkedCalls('testers', testersArguments, handlers.testers),
      ...checkedCalls('ceremony', ceremonyArguments, handlers.ceremony),
      ...checkedCalls('autofill', autofillArguments, handlers.autofill),
      ...checkedCalls('connect', connectArguments, handlers.connect),
    ]);
    let answer: Promise<unknown>;
    try {
      answer = all.get(`${prefix}:${name}`)!(args);
    } catch (error) {
      expectThat(
        error instanceof Error && error.message.startsWith(`${prefix}:${name} refused: `),
        `a refusal, not ${String(error)}`,
      );
      continue;
    }
    const outcome = watched(answer);
    // scrypt runs in a thread of its own, whatever the clock of the test says.
    if (name in deviceCallArguments) await answer.catch(() => undefined);
    const end = await outcome();
    expectThat(end.state !== 'pending', `${name} is answered`);
    if (end.state === 'rejected') {
      // The simulator window is told what cannot be by a rejection.
      const known = end.error instanceof RecipeError || end.error instanceof StateError;
      if (!known || prefix !== 'simulator') throw end.error;
    } else if (prefix === 'latchkey' && name !== 'snapshot') {
      const result = end.value as Result<unknown>;
      if (!result.ok)
        expectThat(result.problem.code !== 'internal', `a problem with words, not ${result.problem.message}`);
    }
    structuredClone(end.state === 'resolved' ? end.value : undefined);
  }
  await desk.place.close();
}

/** With handlers that only note that they were called. */
async function checkRefusal(
  prefix: (typeof prefixes)[number],
  name: string,
  args: readonly unknown[],
): Promise<void> {
  let got: readonly unknown[] | undefined;
  const note = Object.fromEntries(
    Object.keys(contracts[prefix]).map((call) => [call, async (...given: unknown[]) => void (got = given)]),
  );
  const call = checkedCalls<Record<string, v.GenericSchema<unknown, readonly unknown[]>>>(
    prefix,
    contracts[prefix],
    note,
  ).get(`${prefix}:${name}`)!;
  const isValid = v.safeParse(contracts[prefix][name as never], args).success;
  let refused = false;
  try {
    await call(args);
  } catch {
    refused = true;
  }
  expectThat(refused === !isValid, 'exactly what does not fit is refused');
  expectThat(refused === (got === undefined), 'a handler sees what was not refused, and nothing else');
  if (got) checkPassed(name, got);
}

export const ipcArguments: FuzzTarget = {
  name: 'ipc-arguments',
  runs: 2000,
  seeds: () => {
    const calls = prefixes.flatMap((prefix, p) =>
      Object.keys(contracts[prefix]).map((_, n) => [p, n] as const),
    );
    const random = new SeededRandom();
    return calls.flatMap(([p, n]) => [
      Uint8Array.of(p, n),
      Uint8Array.of(p, n, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
      // Some of everything that a call can be given.
      ...Array.from({ length: 16 }, () => Uint8Array.of(p, n, 0, ...random.bytes(60))),
    ]);
  },
  run,
};
