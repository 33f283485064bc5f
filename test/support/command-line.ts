/** The command line without a process: simulated keys on a bus, a terminal that remembers, and a person or a program at it. */
import { SoftHidKey } from '../../main/authenticator/fronts/soft-hid-key';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { runCommandLine } from '../../main/cli/command-line';
import { ThisDevice } from '../../main/ceremony/this-device';
import type { DeviceHome } from '../../main/cli/device-home';
import type { Composition, Workshop } from '../../main/cli/context';
import type { Terminal } from '../../main/cli/terminal';
import { ControlError } from '../../main/control/control-error';
import { testersAuthenticator } from '../../main/control/testers-authenticator';
import { vaultService } from '../../main/control/vault-service';
import { KeyRegistry } from '../../main/client/key-registry';
import { Inventory } from '../../main/inventory/inventory';
import { stateOf, type KeyRecipe } from './desk';
import type { Vault } from '../../main/vault/vault';
import type { Clock, RandomSource } from '../../native/ports';
import { ManualClock } from './manual-clock';
import { MemoryFile } from './memory-file';
import { memoryVault } from './memory-vault';
import { ownNamesIn } from './own-names';
import { SeededRandom } from './seeded-random';
import { ObservedBus } from './soft-key';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Sitting {
  /** All of standard input, where it is no lines of a person: what they type comes from a terminal beside it. */
  readonly stdin?: string;
  /**
   * What a person types, each at the first question that holds its text and comes after those before; other questions wait. Done
   * when it is a function.
   */
  readonly dialogue?: readonly (readonly [question: string, answer: string | (() => string)])[];
  /** Lines of standard input, or what a person types when asked. */
  readonly input?: readonly (string | Promise<string>)[];
  /** Somebody sits there, and sees what goes to standard error. */
  readonly interactive?: boolean;
  readonly signal?: AbortSignal;
  /** Columns of standard output, where it is a terminal. */
  readonly columns?: number;
}

/** What was asked of the person, beside what was told. */
class FakeTerminal implements Terminal {
  readonly interactive: boolean;
  readonly columns: number | undefined;
  questions: { readonly question: string; readonly kind: string }[] = [];
  output = '';
  errors = '';
  readonly #lines: (string | Promise<string>)[];
  readonly #dialogue: (readonly [question: string, answer: string | (() => string)])[] | undefined;
  readonly #sitting: Sitting;

  constructor(sitting: Sitting) {
    const { input = [], dialogue, columns } = sitting;
    this.interactive = isInteractive(sitting) && sitting.stdin === undefined;
    this.columns = columns;
    this.#lines = [...input];
    this.#dialogue = dialogue && [...dialogue];
    this.#sitting = sitting;
  }

  get dataIsSeen(): boolean {
    return this.columns !== undefined;
  }

  get errorsAreSeen(): boolean {
    return this.interactive;
  }

  out(text: string): void {
    this.output += text;
  }

  outBytes(bytes: Uint8Array): void {
    this.output += Buffer.from(bytes).toString('latin1');
  }

  err(text: string): void {
    this.errors += text;
  }

  async ask(question: string, kind: 'secret' | 'plain', signal: AbortSignal): Promise<string | undefined> {
    this.questions.push({ question, kind });
    this.err(question);
    const dialogue = this.#dialogue;
    if (!dialogue) return this.readLine(signal);
    signal.throwIfAborted();
    const [next] = dialogue;
    if (!next || !question.includes(next[0])) return waitFor(signal);
    dialogue.shift();
    const answer = typeof next[1] === 'string' ? next[1] : next[1]();
    // What is typed without echo does not show.
    this.err(kind === 'secret' ? '\n' : `${answer}\n`);
    return answer;
  }

  async readAll(longest: number): Promise<string | undefined> {
    const { stdin = '' } = this.#sitting;
    return stdin.length > longest ? undefined : stdin;
  }

  withPerson(): Terminal | undefined {
    if (this.interactive) return this;
    if (!isInteractive(this.#sitting)) return undefined;
    const { stdin: _, ...sitting } = this.#sitting;
    const apart = new FakeTerminal({ ...sitting, interactive: true });
    apart.err = (text) => this.err(text);
    apart.questions = this.questions;
    return apart;
  }

  async readLine(signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    return this.#lines.shift();
  }
}

function isInteractive({ interactive = false, dialogue }: Sitting): boolean {
  return interactive || dialogue !== undefined;
}

/** Nobody answers. Rejects with the signal's reason. */
function waitFor(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
}

/** Nothing is kept on this device, and no keychain could. */
const noDevice: DeviceHome = (() => {
  const { vault, clock } = memoryVault();
  const random = new SeededRandom();
  return deviceHome({ vault, clock, random, exists: () => false });
})();

export interface DeviceParts {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly exists?: () => boolean;
  readonly connect?: DeviceHome['connect'];
  readonly forTesters?: boolean;
  /** Save passkeys to this device; on when absent. */
  readonly saves?: boolean;
}

/** This device, with a vault of memory or of disk. */
export function deviceHome(parts: DeviceParts): DeviceHome {
  const { vault, clock, random, forTesters = true, saves = true } = parts;
  const path = '/vault';
  return {
    path,
    clock,
    random,
    exists: async () => parts.exists?.() ?? true,
    vault,
    service: vaultService({
      vault,
      path,
      saves: async () => saves,
      ...(forTesters && { authenticator: testersAuthenticator(vault, { clock, random }) }),
    }),
    forCeremonies: async () => new ThisDevice({ vault, clock, random, saves: () => saves }),
    connect: parts.connect ?? (() => Promise.reject(new ControlError('not-running'))),
    forTesters,
  };
}

export class CommandLineBench {
  readonly clock = new ManualClock();
  readonly random = new SeededRandom();
  readonly observed = new ObservedBus();
  /** Where the passkeys of this device are; nowhere while undefined. */
  device: DeviceHome | undefined;
  /** The user's own names for passkeys. */
  readonly namesFile = new MemoryFile('/config/names.json');
  /** For `soft-key`. */
  workshop: Workshop | undefined;
  #terminal = new FakeTerminal({});
  /** Of the last command. */
  questions: readonly { readonly question: string; readonly kind: string }[] = [];

  /** Plugs in a new key. */
  async plug(recipe: KeyRecipe = {}): Promise<{
    readonly soft: SoftHidKey;
    readonly simulated: SimulatedKey;
    readonly presence: ScriptedPresence;
  }> {
    const presence = new ScriptedPresence();
    const simulated = await SimulatedKey.open({
      clock: this.clock,
      random: this.random,
      presence,
      state: stateOf(recipe, this.random),
    });
    const soft = new SoftHidKey(simulated);
    this.observed.bus.plug(soft);
    return { soft, simulated, presence };
  }

  async run(argv: readonly string[], sitting: Sitting = {}): Promise<Outcome> {
    const terminal = new FakeTerminal(sitting);
    this.#terminal = terminal;
    const code = await runCommandLine(argv, {
      terminal,
      composition: this.composition,
      signal: sitting.signal ?? new AbortController().signal,
      version: '1.2.3',
    });
    this.questions = terminal.questions;
    return { code, out: terminal.output, err: terminal.errors };
  }

  /** On standard error, until now. */
  get told(): string {
    return this.#terminal.errors;
  }

  /** What a command that must succeed printed. */
  async json<T>(argv: readonly string[], input: readonly string[] = []): Promise<T> {
    const { code, out, err } = await this.run([...argv, '--json'], { input });
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out) as T;
  }

  readonly composition: Composition = {
    desk: async (_softKeys, ownNames) => {
      const { clock, random } = this;
      const registry = new KeyRegistry([this.observed], { clock, random });
      const inventory = new Inventory({
        registry,
        clock,
        random,
        autoLockMilliseconds: 1e9,
        ...(ownNames && { ownNames }),
      });
      return { registry, inventory, clock, random, warnings: [] };
    },
    workshop: async () => {
      if (!this.workshop) throw new Error('there is no workshop here');
      return this.workshop;
    },
    deviceHome: async () => this.device ?? noDevice,
    ownNames: async () => ownNamesIn(this.namesFile),
    udevRule: async () => 'THE RULE\n',
    relatedOrigins: async () => ({ includes: async () => false }),
  };
}
