/** The verbs of `latchkey device` and their options. */
import { Argument, type Command } from 'commander';
import type { Perform } from './program';
import type { AddTestOptions } from './verbs/device-add-test';
import type { SetUpOptions } from './verbs/device';

interface Yes {
  readonly yes?: boolean;
}

const yesOption = ['-y, --yes', 'do it without asking'] as const;
const ids = ['<id...>', 'their IDs, or as much of the beginning as no other ID has'] as const;

export function addDevice(program: Command, perform: Perform): void {
  const device = program.command('device').description('manage the passkeys that are kept on this device');
  device
    .command('status')
    .description('tell how they are kept, and how many there are')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device')).deviceStatus(context)),
    );
  device
    .command('set-up')
    .description('prepare this device (from standard input: the new PIN; with --passphrase, that too)')
    .option('--passphrase', 'keep them under a passphrase instead of the keychain of the system')
    .action((options: SetUpOptions, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device')).setUpDevice(context, options)),
    );
  device
    .command('pin')
    .description('the PIN of this device')
    .command('change')
    .description('change it (from standard input: the present PIN, then the new one)')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device')).changeDevicePin(context)),
    );
  device
    .command('recovery-key')
    .description('make a new recovery key (from standard input: the PIN); the one before no longer works')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device')).newRecoveryKey(context)),
    );
  device
    .command('recover')
    .description(
      'set a new PIN by the recovery key (from standard input: the recovery key, then the new PIN)',
    )
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device')).recoverDevice(context)),
    );
  device
    .command('lock')
    .description('let Latchkey forget what the PIN opened: biometrics no longer suffice')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device')).lockDevice(context)),
    );
  addDeleted(device, perform);
  for (const [name, on, description] of [
    ['protect', true, 'mark passkeys so that they cannot be deleted'],
    ['unprotect', false, 'take such a mark away'],
  ] as const)
    device
      .command(name)
      .description(description)
      .argument(...ids)
      .action((wanted: readonly string[], _options: unknown, command: Command) =>
        perform(command, async (context) =>
          (await import('./verbs/device-deleted')).protectPasskeys(context, wanted, on),
        ),
      );
  device
    .command('sealing')
    .description(
      'let the keychain, or a passphrase, keep them (from standard input: the PIN, then the passphrase)',
    )
    .addArgument(new Argument('<by>').choices(['keychain', 'passphrase']))
    .action((by: string, _options: unknown, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device')).switchSealing(
          context,
          by === 'keychain' ? 'keychain' : 'passphrase',
        ),
      ),
    );
  device
    .command('previous')
    .description('tell what the generation before this one holds')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-generations')).previousGeneration(context),
      ),
    );
  device
    .command('restore-previous')
    .description('bring the generation before this one back; what is there now is kept beside it')
    .option(...yesOption)
    .action((options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-generations')).restorePrevious(context, options),
      ),
    );
  device
    .command('start-anew')
    .description('put aside what does not open, without deleting it, so that this device can be set up again')
    .option(...yesOption)
    .action((options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-generations')).startAnew(context, options),
      ),
    );
  device
    .command('add-test')
    .description(
      'make passkeys on this device, as a site would (builds for testers; from standard input: the PIN)',
    )
    .argument('<site>', 'the RP ID, such as example.org')
    .option('--user <name>', 'the user name', 'test')
    .option('--count <number>', 'so many; the users are then test-1, test-2 …')
    .action((site: string, options: AddTestOptions, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-add-test')).addTestPasskeys(context, site, options),
      ),
    );
}

function addDeleted(device: Command, perform: Perform): void {
  const deleted = device
    .command('deleted')
    .description('passkeys that were deleted from this device in the last 30 days');
  deleted
    .command('list')
    .description('list them')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('./verbs/device-deleted')).listDeleted(context)),
    );
  deleted
    .command('restore')
    .description('take them back')
    .argument(...ids)
    .action((wanted: readonly string[], _options: unknown, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-deleted')).restoreDeleted(context, wanted),
      ),
    );
  deleted
    .command('purge')
    .description('delete them for good')
    .argument(...ids)
    .option(...yesOption)
    .action((wanted: readonly string[], options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-deleted')).purgeDeleted(context, wanted, options),
      ),
    );
  deleted
    .command('empty')
    .description('delete all of them for good')
    .option(...yesOption)
    .action((options: Yes, command: Command) =>
      perform(command, async (context) =>
        (await import('./verbs/device-deleted')).emptyDeleted(context, options),
      ),
    );
}
