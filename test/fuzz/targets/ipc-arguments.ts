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
import { callArguments, helpTopics, type Result } from '../../../preload/contract';
import { simulatorArguments, testersArguments, touchActNames } from '../../../preload/simulator-contract';
import { Desk } from '../../support/desk';
import { ManualClock } from '../../support/manual-clock';
import { MemoryFile } from '../../support/memory-file';
import { SeededRandom } from '../../support/seeded-random';
import { watched } from '../../support/outcome';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const contracts = {
  latchkey: callArguments,
  simulator: simulatorArguments,
  testers: testersArguments,
} as const;
const prefixes = ['latchkey', 'simulator', 'testers'] as const;
/** Longest text that any call but these takes, in characters. */
const LONGEST = 8192;
const copies: ReadonlySet<string> = new Set(['copy', 'add', 'setQuirks']);

/** Arguments of the shape that calls have. */
function shaped(choices: Choices): unknown[] {
  const keyIds = ['simulated-1', 'simulated-2', 'key-1', 'no such key', ''];
  const one = (): unknown => {
    switch (choices.below(12)) {
      case 0:
      case 1:
      case 2:
        return choices.pick(keyIds);
      case 3:
        return choices.pick(['123456', '1', 'x'.repeat(256), 'x'.repeat(257)]);
      case 4:
        return Array.from({ length: choices.below(4) }, () =>
          choices.pick<unknown>([...touchActNames, ...keyIds]),
        );
      case 5:
        return choices.pick([...touchActNames, ...helpTopics, 'right', 'other', 'badly']);
      case 6:
        return choices.flag();
      case 7:
        return { userName: choices.text(), ...(choices.flag() && { userDisplayName: choices.text() }) };
      case 8:
        return Array.from({ length: choices.below(3) }, quirk);
      case 9:
      case 10:
        return described();
      default:
        return choices.cloneable();
    }
  };
  const quirk = (): unknown => ({
    name: choices.pick(['status', 'truncated-cbor', 'cut-text', 'garbage-info', choices.text()]),
    status: choices.integer(),
    ...(choices.flag() && { [choices.text()]: choices.cloneable(2) }),
  });
  const described = (): unknown => {
    const key: Record<string, unknown> = {};
    const members: Readonly<Record<string, () => unknown>> = {
      profile: () =>
        choices.pick([
          '2.0',
          '2.1',
          '2.3',
          'fingerprint',
          'nearly-full',
          'u2f',
          '__proto__',
          'toString',
          choices.text(),
        ]),
      name: () => choices.text(),
      serial: () => choices.text(),
      pin: () => choices.pick(['1234', '', '1', '\ud800abc', 'x'.repeat(64), choices.text()]),
      passkeys: () => [
        {
          rpId: choices.text(),
          userId: choices.pick(['YQ', 'a', '', '=']),
          algorithm: choices.pick([-7, -8, -35, choices.integer()]),
          credProtect: choices.below(5),
        },
      ],
      samplePasskeys: () => choices.pick([0, 1, 3, -1, 0.5, 1001, choices.integer()]),
      fingers: () => [choices.text()],
      quirks: () => [quirk()],
      configuration: () => ({
        [choices.pick([
          'capacity',
          'aaguid',
          'versions',
          'extraInfo',
          'algorithms',
          'pinUvAuthProtocols',
          'maxMsgSize',
          choices.text(),
        ])]: choices.cloneable(3),
      }),
      state: () => ({
        configuration: { profile: '2.1' },
        [choices.pick(['credentials', 'pin', 'policy', choices.text()])]: choices.cloneable(3),
      }),
      stateFile: () => choices.pick(['/keys/a.json', 'a.json', '/', '\0']),
    };
    for (let left = choices.below(5); left > 0; left--) {
      const name = choices.pick(Object.keys(members));
      key[name] = choices.below(6) === 0 ? choices.cloneable(2) : members[name]!();
    }
    return key;
  };
  return Array.from({ length: choices.below(4) }, one);
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
        copies.has(call) || ['boolean', 'number', 'undefined'].includes(typeof value),
        'no other values',
      );
  };
  visit(args, 0);
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const desk = new Desk();
  const openFile = (path: string): MemoryFile => new MemoryFile(path);
  const simulator = new Simulator({ clock: new ManualClock(), random: new SeededRandom(), openFile });
  await simulator.add({ described: { profile: '2.1', pin: '123456' } });
  const said: string[] = [];
  const handlers = {
    latchkey: windowHandlers({
      inventory: desk.inventory,
      app: { version: '0', platform: 'linux', electron: '0', autoLockMinutes: 5 },
      copy: async (text) => void said.push(text),
      openHelp: async (topic) => void said.push(topic),
    }),
    simulator: simulatorHandlers(simulator),
    testers: testersHandlers(simulator, async () => undefined),
  };
  for (let calls = 0; calls < 6 && (calls === 0 || !choices.done); calls++) {
    const prefix = choices.pick(prefixes);
    const names = Object.keys(contracts[prefix]);
    const name = choices.pick(names);
    const args = structuredClone(
      choices.below(4) === 0
        ? [choices.cloneable(), choices.cloneable()].slice(choices.below(3))
        : shaped(choices),
    );
    await checkRefusal(prefix, name, args);
    const all = new Map([
      ...checkedCalls('latchkey', callArguments, handlers.latchkey),
      ...checkedCalls('simulator', simulatorArguments, handlers.simulator),
      ...checkedCalls('testers', testersArguments, handlers.testers),
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
  await desk.registry.stop();
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
  const isValid = v.safeParse(contracts[prefix][name as never] as v.GenericSchema, args).success;
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
  runs: 1000,
  seeds: () => {
    const calls = prefixes.flatMap((prefix, p) =>
      Object.keys(contracts[prefix]).map((_, n) => [p, n] as const),
    );
    return calls.flatMap(([p, n]) => [
      Uint8Array.of(p, n, 1, 1, 0, 0, 2),
      Uint8Array.of(p, n, 1, 2, 0, 0, 3, 0),
      Uint8Array.from({ length: 80 }, (_, at) => (at < 3 ? [p, n, 1][at]! : (at * 61 + n * 7 + p) % 256)),
    ]);
  },
  run,
};
