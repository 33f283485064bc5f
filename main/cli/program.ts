/** The verbs and their options, as commander understands them and as `--help` shows them. */
import { Argument, Command, Option } from 'commander';
import { touchModes, type Context } from './context';
import { exitCodeMeanings, type ExitCode } from './failure';
import type { AddOptions } from './verbs/fingerprints';
import type { ConfigOptions } from './verbs/config';
import type { DeleteOptions } from './verbs/delete';
import type { EditOptions } from './verbs/edit';
import type { ListOptions } from './verbs/list';
import type { ResetOptions } from './verbs/reset';
import type { SoftKeyOptions } from './verbs/soft-key';
import type { TouchOptions } from './verbs/touch';
import { addDevice } from './device-program';
import { addWebauthn } from './webauthn-program';

/** `--key` and the others that every verb takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly key?: string;
  readonly softKey?: readonly string[];
  readonly touch: Context['touch'];
  readonly pin?: boolean;
  readonly dataFolder?: string;
}

/** `answered`: what was asked for is out, and Ctrl-C no longer takes it back. */
export type Verb = (context: Context) => Promise<ExitCode | 'answered' | void>;

/** Runs one verb with what the options make of the world. */
export type Run = (options: GlobalOptions, verb: Verb) => Promise<void>;

interface Yes {
  readonly yes?: boolean;
}

export function newProgram(version: string, run: Run): Command {
  const program = new Command('latchkey')
    .description('Manages the passkeys on this device and on security keys, and the keys themselves.')
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => title })
    .version(version, '-V, --version', 'print the version; with --json, that of the JSON too')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .option('--json', 'print JSON, for programs')
    .option('--key <text>', 'the security key, by its name, serial number or path; or "This device"')
    .addOption(
      new Option(
        '--soft-key <file>',
        'a simulated key instead of real ones: the file that keeps it, or "demo" (its PIN is 123456); may be given several times',
      ).argParser((file: string, before: readonly string[] | undefined) => [...(before ?? []), file]),
    )
    .addOption(
      new Option('--touch <who>', 'who touches simulated keys; with "ask", Enter does')
        .choices(touchModes)
        .default('always'),
    )
    .option('--pin', 'ask for the PIN also where a fingerprint would do')
    .option('--data-folder <folder>', 'where the passkeys of this device are kept, if not in the usual place')
    .addHelpText('after', epilogue);
  /** Options of the verb and those of all verbs; commander hands the former to the action, the latter to its command. */
  const perform: Perform = (command, verb) => run(command.optsWithGlobals<GlobalOptions>(), verb);
  addKeys(program, perform);
  addPasskeys(program, perform);
  addPin(program, perform);
  addFingerprints(program, perform);
  addConfig(program, perform);
  addBlobs(program, perform);
  addDevice(program, perform);
  addWebauthn(program, perform);
  addRest(program, perform);
  return program;
}

export type Perform = (command: Command, verb: Verb) => Promise<void>;

const yesOption = ['-y, --yes', 'do it without asking'] as const;

function addKeys(program: Command, perform: Perform): void {
  const keys = program
    .command('keys')
    .description('list the security keys that are plugged in')
    .option('--udev-rule', 'print the rule that lets you use security keys on Linux, and how to install it')
    .action(({ udevRule }: { readonly udevRule?: boolean }, command: Command) =>
      perform(command, async (context) => {
        const verbs = await import('./verbs/keys');
        return udevRule ? verbs.printUdevRule(context) : verbs.listKeys(context);
      }),
    );
  keys
    .command('info')
    .description('tell everything that the keys say about themselves (getInfo)')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/keys')).keyInfo(context)),
    );
  program
    .command('touch')
    .description('find out which key is which: they blink, and the one that you touch is named')
    .option('--wink', 'only let them blink')
    .action((options: TouchOptions, command: Command) =>
      perform(command, async (context) => (await import('./verbs/touch')).touch(context, options)),
    );
}

function addPasskeys(program: Command, perform: Perform): void {
  program
    .command('list')
    .description('list the passkeys on this device and on all keys')
    .option('--filter <text>', 'only those with every one of these words in site, user, display or own name')
    .action((options: ListOptions, command: Command) =>
      perform(command, async (context) => (await import('./verbs/list')).list(context, options)),
    );
  program
    .command('show')
    .description('tell everything about one passkey')
    .argument('<id>', 'its ID, or as much of the beginning as no other ID has')
    .action((id: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/list')).show(context, id)),
    );
  program
    .command('delete')
    .description('delete passkeys, and look whether they are gone')
    .argument('[id...]', 'their IDs, or as much of the beginning as no other ID has')
    .option('--filter <text>', 'all with every one of these words in site, user, display or own name')
    .option(...yesOption)
    .action((ids: readonly string[], options: DeleteOptions, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/delete')).deletePasskeys(context, ids, options),
      ),
    );
  program
    .command('edit')
    .description('change the names of a passkey')
    .argument('<id>', 'its ID, or as much of the beginning as no other ID has')
    .option('--name <text>', 'the user name; an empty one removes it')
    .option('--display-name <text>', 'the display name; an empty one removes it')
    .option('--own-name <text>', 'a name of your own, which only Latchkey knows; an empty one removes it')
    .action((id: string, options: EditOptions, command: Command) =>
      perform(command, async (context) => (await import('./verbs/edit')).edit(context, id, options)),
    );
}

function addPin(program: Command, perform: Perform): void {
  const pin = program.command('pin').description('look at the PIN of a key, set it or change it');
  pin
    .command('status')
    .description('tell whether a PIN is set, its rules, and how many tries are left')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/pin')).pinStatus(context)),
    );
  pin
    .command('set')
    .description('give a PIN to a key that has none (from standard input: the new PIN)')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/pin')).setPin(context)),
    );
  pin
    .command('change')
    .description('change the PIN (from standard input: the present PIN, then the new one)')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/pin')).changePin(context)),
    );
  program
    .command('reset')
    .description('erase everything on a key; you take it out, put it back in and touch it')
    .option(...yesOption)
    .action((options: ResetOptions, command: Command) =>
      perform(command, async (context) => (await import('./verbs/reset')).reset(context, options)),
    );
}

function addFingerprints(program: Command, perform: Perform): void {
  const fingerprints = program
    .command('fingerprints')
    .description('manage the fingerprints on a key with a sensor');
  fingerprints
    .command('list')
    .description('list them')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/fingerprints')).listFingerprints(context)),
    );
  fingerprints
    .command('add')
    .description('store a finger; you touch the sensor several times')
    .option('--name <text>', 'what to call it')
    .action((options: AddOptions, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/fingerprints')).addFingerprint(context, options),
      ),
    );
  fingerprints
    .command('rename')
    .description('call a finger something else')
    .argument('<finger>', 'its name, its ID, or the beginning of its ID')
    .argument('<name>', 'its new name')
    .action((finger: string, name: string, _options: unknown, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/fingerprints')).renameFingerprint(context, finger, name),
      ),
    );
  fingerprints
    .command('remove')
    .description('remove a finger, and look whether it is gone')
    .argument('<finger>', 'its name, its ID, or the beginning of its ID')
    .option(...yesOption)
    .action((finger: string, options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/fingerprints')).removeFingerprint(context, finger, options),
      ),
    );
}

function addConfig(program: Command, perform: Perform): void {
  const config = program
    .command('config')
    .description('show the policies of a key, or change one')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/config')).showConfig(context)),
    );
  config
    .command('always-uv')
    .description('whether every sign-in wants the PIN or a fingerprint')
    .addArgument(new Argument('<on|off>').choices(['on', 'off']))
    .action((on: string, _options: unknown, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/config')).changeConfig(context, { policy: 'always-uv', on: on === 'on' }, {}),
      ),
    );
  config
    .command('min-pin-length')
    .description('raise the least number of characters of a PIN; only a reset lowers it')
    .argument('<characters>')
    .option('--site <domain...>', 'sites that may learn it; they replace those that may now')
    .option(...yesOption)
    .action(
      (
        characters: string,
        options: ConfigOptions & { readonly site?: readonly string[] },
        command: Command,
      ) =>
        perform(command, async (context) => {
          const { changeConfig, lengthOf } = await import('./verbs/config');
          const length = lengthOf(characters);
          const { site: rpIds } = options;
          return changeConfig(
            context,
            { policy: 'min-pin-length', length, ...(rpIds && { rpIds }) },
            options,
          );
        }),
    );
  const lasting = [
    ['force-pin-change', 'make the key want a new PIN before anything else'],
    ['pin-complexity', 'refuse PINs that are too simple; only a reset takes it back'],
    ['enterprise-attestation', 'tell listed companies the serial number; only a reset takes it back'],
    ['long-touch-reset', 'let a reset want a long touch; only a reset takes it back'],
  ] as const;
  for (const [policy, description] of lasting)
    config
      .command(policy)
      .description(description)
      .option(...yesOption)
      .action((options: ConfigOptions, command: Command) =>
        perform(command, async (context) =>
          (await import('./verbs/config')).changeConfig(context, { policy }, options),
        ),
      );
}

function addBlobs(program: Command, perform: Perform): void {
  const id = ['<id>', 'the ID of the passkey, or as much of the beginning as no other ID has'] as const;
  const blobs = program.command('blobs').description('manage what sites keep with passkeys (large blobs)');
  blobs
    .command('list')
    .description('list them')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/blobs')).listBlobs(context)),
    );
  blobs
    .command('get')
    .description('print what is kept with a passkey')
    .argument(...id)
    .option('--output <file>', 'save it there instead')
    .action((wanted: string, options: { readonly output?: string }, command: Command) =>
      perform(command, async (context) => (await import('./verbs/blobs')).getBlob(context, wanted, options)),
    );
  blobs
    .command('set')
    .description('replace what is kept with a passkey')
    .argument(...id)
    .argument('<file>', 'what to store')
    .option(...yesOption)
    .action((wanted: string, file: string, options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/blobs')).setBlob(context, wanted, file, options),
      ),
    );
  blobs
    .command('delete')
    .description('delete what is kept with a passkey; the passkey stays')
    .argument(...id)
    .option(...yesOption)
    .action((wanted: string, options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/blobs')).deleteBlob(context, wanted, options),
      ),
    );
}

function addRest(program: Command, perform: Perform): void {
  program
    .command('soft-key')
    .description('make a simulated key: one that every program on this computer sees, or a file')
    .option('--uhid', 'plug it into this computer until Ctrl-C (Linux)')
    .option('--state <file>', 'keep it in this file; a key that is there already is used')
    .option('--profile <name>', 'what kind of key, see --list-profiles')
    .option('--name <text>', 'what it calls itself; begins with "Simulated"')
    .option('--pin-from-stdin', 'give it a PIN, the first line of standard input')
    .option('--passkeys <number>', 'put so many made-up passkeys on it')
    .option('--list-profiles', 'show the kinds of keys')
    .action((options: SoftKeyOptions, command: Command) =>
      perform(command, async (context) => (await import('./verbs/soft-key')).softKey(context, options)),
    );
  program
    .command('completion')
    .description('print what a shell needs to complete what you type')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Put this into the file that your shell reads at its start:
  bash:  source <(latchkey completion bash)
  zsh:   source <(latchkey completion zsh)
  fish:  latchkey completion fish | source`,
    )
    .action((shell: string, _options: unknown, command: Command) =>
      perform(command, async (context) => {
        const { completionFor } = await import('./completion');
        const script = completionFor(shell, program);
        context.output.result({ shell, script }, () => script);
      }),
    );
}

const epilogue = `
A PIN (passphrase, recovery key) is asked for without showing it; a program gives it as a line of
standard input. What is erased for good is asked about first, unless --yes is given. Results go to
standard output, everything else to standard error.

Exit codes:
${Object.entries(exitCodeMeanings)
  .map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`)
  .join('\n')}

Examples:
  latchkey list --filter github
  latchkey delete x7Kp2mQa
  latchkey --soft-key demo list --json
  latchkey pin change --key "YubiKey 5"
  latchkey device set-up
  latchkey webauthn get --origin https://example.org < options.json > response.json`;
