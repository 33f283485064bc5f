/** From arguments to an exit code. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command, CommanderError } from 'commander';
import type { OwnNamesStore } from '../inventory/own-names';
import type { Composition, Context, Desk, SoftKeySource } from './context';
import type { DeviceDesk } from './device';
import { CommandFailure, ExitCode, failureOf, usage } from './failure';
import { Output } from './output';
import type { GlobalOptions, Run } from './program';
import type { Terminal } from './terminal';

export interface Environment {
  readonly terminal: Terminal;
  readonly composition: Composition;
  /** Aborted by Ctrl-C, with what is to be told as its reason. */
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Never rejects. */
export async function runCommandLine(
  argv: readonly string[],
  { terminal, composition, signal, version }: Environment,
): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.DONE;
  const json = argv.includes('--json');
  const run: Run = async (options, verb) => {
    const output = new Output(terminal, options.json === true);
    const world = new World(options, { terminal, composition, signal, output });
    try {
      const ended = await verb(world.context);
      if (ended !== 'answered') signal.throwIfAborted();
      exitCode = ended === 'answered' ? ExitCode.DONE : (ended ?? ExitCode.DONE);
    } catch (error) {
      // A request of a site has a name of its own for Ctrl-C.
      const isTold = error instanceof CommandFailure && error.code === 'AbortError';
      const failure = failureOf(signal.aborted && !isTold ? signal.reason : error);
      output.failure(failure);
      exitCode = failure.exitCode;
    } finally {
      await world.close();
    }
  };

  const [{ newProgram }, { CommanderError: ParseError }] = await Promise.all([
    import('./program'),
    import('commander'),
  ]);
  const program = newProgram(version, run);
  quieten(program, terminal);
  try {
    await program.parseAsync(withIdsBehind(argv, program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof ParseError)) {
      const failure = failureOf(error);
      new Output(terminal, json).failure(failure);
      return failure.exitCode;
    }
    if (error.exitCode === 0) return ExitCode.DONE;
    // Help was shown, because a command has only others below it.
    if (error.code === 'commander.help') return ExitCode.USAGE;
    const failure = usage(usageWords(error));
    new Output(terminal, json).failure(failure);
    return failure.exitCode;
  }
  return exitCode;
}

/** commander writes through the terminal, and its errors are told by us. */
function quieten(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text),
    writeErr: (text) => terminal.err(text),
    outputError: () => undefined,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    ...(terminal.columns !== undefined && { getOutHelpWidth: () => terminal.columns ?? 80 }),
  });
  for (const below of command.commands) quieten(below, terminal);
}

function usageWords({ message }: CommanderError): string {
  const words = message.replace(/^error: /, '').trim();
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  return `${sentence}${/[.?)]$/.test(sentence) ? '' : '.'} \`latchkey --help\` shows what there is.`;
}

/**
 * An ID may begin with a minus and then looks like an option. No option of ours has one minus and several letters, so from such
 * an argument on everything that is no option is put behind `--`, in its order.
 */
export function withIdsBehind(argv: readonly string[], program: Command): readonly string[] {
  if (argv.includes('--')) return argv;
  const takesValue = new Set(
    everyCommand(program).flatMap(({ options }) =>
      options.filter(({ required, optional }) => required || optional).map(({ long }) => long),
    ),
  );
  const isValue = (index: number): boolean => takesValue.has(argv[index - 1]);
  const isId = (argument: string, index: number): boolean =>
    /^-[A-Za-z0-9_][A-Za-z0-9_-]{2,}$/.test(argument) && !isValue(index);
  const first = argv.findIndex(isId);
  if (first < 0) return argv;
  const isOperand = (argument: string, index: number): boolean =>
    isId(argument, index) || !(argument.startsWith('-') || isValue(index));
  return [
    ...argv.filter((argument, index) => index < first || !isOperand(argument, index)),
    '--',
    ...argv.filter((argument, index) => index >= first && isOperand(argument, index)),
  ];
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

async function openedDevice(composition: Composition, dataFolder: string | undefined): Promise<DeviceDesk> {
  const [{ DeviceDesk }, home] = await Promise.all([import('./device'), composition.deviceHome(dataFolder)]);
  return new DeviceDesk(home);
}

/** What one command works with; the desk is made when it is first asked for. */
class World {
  readonly context: Context;
  #desk: Promise<Desk> | undefined;
  #device: Promise<DeviceDesk> | undefined;
  #ownNames: Promise<OwnNamesStore> | undefined;

  constructor(
    { key, softKey = [], touch, pin, dataFolder }: GlobalOptions,
    base: Pick<Context, 'terminal' | 'composition' | 'signal' | 'output'>,
  ) {
    const sources = softKey.map((source): SoftKeySource =>
      source === 'demo' ? source : { file: resolve(source) },
    );
    const simulatedOnly = softKey.length > 0 && dataFolder === undefined;
    const folder = dataFolder === undefined ? undefined : resolve(dataFolder);
    this.context = {
      ...base,
      wantedKey: key,
      touch,
      preferPin: pin === true,
      keysAreSimulated: softKey.length > 0,
      simulatedOnly,
      desk: () => (this.#desk ??= this.#open(sources)),
      device: () => (this.#device ??= openedDevice(base.composition, folder)),
      ownNames: async () =>
        simulatedOnly ? undefined : (this.#ownNames ??= base.composition.ownNames(folder)),
    };
  }

  async close(): Promise<void> {
    const desk = await this.#desk?.catch(() => undefined);
    desk?.inventory.close();
    await desk?.registry.stop();
    const device = await this.#device?.catch(() => undefined);
    const overdue = device?.overdue ?? [];
    if (overdue.length > 0) await (await this.context.ownNames())?.forget(overdue);
    await device?.close();
  }

  async #open(sources: readonly SoftKeySource[]): Promise<Desk> {
    const { composition, output } = this.context;
    for (const source of sources)
      if (source !== 'demo' && !existsSync(source.file))
        output.note(`${source.file} is not there yet: it becomes a new simulated key.`);
    return composition.desk(sources, await this.context.ownNames());
  }
}
