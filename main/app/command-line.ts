/** What the app understands on its command line; Chromium's own switches pass by. */
import { join, resolve } from 'node:path';

export interface AppArguments {
  /** Simulated keys to attach: `demo`, or the file that keeps the key's state. */
  readonly softKeys: readonly ('demo' | { readonly file: string })[];
  /** Save a picture of the settled window here and exit. */
  readonly screenshot?: string;
  /** Passkeys of this device and settings are kept here, and not where everybody's are. */
  readonly dataFolder?: string;
  /** Starts without its window, for a browser that wants a passkey. */
  readonly background: boolean;
  /** What was asked for belongs to this very start: it does not give way to a Latchkey that runs already. */
  readonly besideOthers: boolean;
  /** What only testers may do: this build is for them, and was not told to behave like a released one. */
  readonly forTesters: boolean;
  /** Open the simulator window at once, also without a simulated key. */
  readonly simulator: boolean;
  /** Do not look at the keys of this computer. */
  readonly onlySimulated: boolean;
  /** Simulated keys save and use passkeys for sites, too. */
  readonly serveSimulated: boolean;
  /** The socket of another system bus than that of this computer, where a stand-in for fprintd may answer. */
  readonly systemBus?: string;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * `--soft-key FILE|demo` (any number of times), `--screenshot FILE.png`, `--data-folder DIR`, `--system-bus SOCKET`; also with
 * `=`. Files are relative to `cwd`. `--background`, `--simulator`, `--only-simulated`, `--serve-simulated`, `--as-released`. A Chromium with a
 * `--user-data-dir=DIR` of its own gets its own data folder, too, in there. Throws {@link UsageError}, also for what a released
 * Latchkey does not do.
 */
export function parseArguments(argv: readonly string[], cwd: string, buildForTesters: boolean): AppArguments {
  const softKeys: AppArguments['softKeys'][number][] = [];
  let screenshot: string | undefined;
  let dataFolder: string | undefined;
  let systemBus: string | undefined;
  const forTesters = buildForTesters && !argv.includes('--as-released');
  for (const argument of argv)
    if (
      !forTesters &&
      /^--(soft-key(=.*)?|simulator|only-simulated|serve-simulated|(data-folder|system-bus)(=.*)?)$/s.test(
        argument,
      )
    )
      throw new UsageError(
        `This is a released Latchkey: it knows no simulated keys and no other data folder or system bus, so it does not take ${splitOnce(argument)[0]}. ` +
          'Use a build for testers, or a checkout of the source: npm start -- --soft-key demo',
      );
  for (let index = 0; index < argv.length; index++) {
    const [name, inline] = splitOnce(argv[index] ?? '');
    if (!takesValue(name)) continue;
    const value = inline ?? argv[++index];
    if (!value || value.startsWith('--')) {
      const wanted = name === '--data-folder' ? 'folder' : 'file';
      throw new UsageError(`${name} wants a ${wanted} behind it, for example: ${name} ${examples[name]}`);
    }
    if (name === '--soft-key') softKeys.push(value === 'demo' ? 'demo' : { file: resolve(cwd, value) });
    else if (name === '--screenshot') screenshot = resolve(cwd, value);
    else if (name === '--system-bus') systemBus = resolve(cwd, value);
    else dataFolder = resolve(cwd, value);
  }
  if (screenshot !== undefined && !screenshot.toLowerCase().endsWith('.png'))
    throw new UsageError('--screenshot saves PNG pictures: give it a file name that ends in .png');
  const background = argv.includes('--background');
  if (background && screenshot !== undefined)
    throw new UsageError(
      '--screenshot takes a picture of the window, and with --background there is none: leave one of them out',
    );
  const simulator = argv.includes('--simulator');
  const besideOthers =
    softKeys.length > 0 || simulator || screenshot !== undefined || dataFolder !== undefined;
  dataFolder ??= ofChromium(argv, cwd);
  return {
    softKeys,
    ...(screenshot !== undefined && { screenshot }),
    ...(dataFolder !== undefined && { dataFolder }),
    ...(systemBus !== undefined && { systemBus }),
    background,
    besideOthers,
    forTesters,
    simulator,
    onlySimulated: argv.includes('--only-simulated'),
    serveSimulated: argv.includes('--serve-simulated'),
  };
}

/** Chromium's switches for who debugs this very start, and what only this start was for. */
const OF_THIS_START =
  /^--(inspect(-brk|-port|-publish-uid)?|remote-debugging-(port|pipe|address)|background|screenshot|simulator)(=|$)/;

/** What starts this program anew in the background, with the same data and keys, from whatever folder. */
export function argumentsOfBackground(args: AppArguments, argv: readonly string[]): readonly string[] {
  const { softKeys, dataFolder, systemBus, onlySimulated, serveSimulated, forTesters } = args;
  const own = /^--(soft-key|data-folder|system-bus|only-simulated|serve-simulated|as-released)(=|$)/;
  const switches = argv.filter(
    (each) => each.startsWith('--') && each !== '--' && !own.test(each) && !OF_THIS_START.test(each),
  );
  return [
    ...switches,
    ...softKeys.flatMap((key) => ['--soft-key', key === 'demo' ? 'demo' : key.file]),
    // Not where a profile of Chromium's own says so already.
    ...(dataFolder !== undefined && argv.some((each) => /^--data-folder(=|$)/.test(each))
      ? ['--data-folder', dataFolder]
      : []),
    ...(systemBus === undefined ? [] : ['--system-bus', systemBus]),
    ...(onlySimulated ? ['--only-simulated'] : []),
    ...(serveSimulated ? ['--serve-simulated'] : []),
    ...(forTesters || !argv.includes('--as-released') ? [] : ['--as-released']),
    '--background',
  ];
}

const examples = {
  '--soft-key': 'my-key.json',
  '--screenshot': 'latchkey.png',
  '--data-folder': 'latchkey-data',
  '--system-bus': '/run/my-bus',
} as const;

function takesValue(name: string): name is keyof typeof examples {
  return Object.hasOwn(examples, name);
}

/** Where a start with a profile of its own, as that of a test, keeps what it saves. */
function ofChromium(argv: readonly string[], cwd: string): string | undefined {
  const profile = argv.map(splitOnce).findLast(([name]) => name === '--user-data-dir')?.[1];
  return profile ? join(resolve(cwd, profile), 'Latchkey data') : undefined;
}

function splitOnce(argument: string): readonly [string, string | undefined] {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
