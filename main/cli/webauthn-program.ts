/** The verbs of `latchkey webauthn` and their options. */
import { Option, type Command } from 'commander';
import type { Perform } from './program';
import type { WebauthnOptions } from './verbs/webauthn';

export function addWebauthn(program: Command, perform: Perform): void {
  const group = program
    .command('webauthn')
    .description('save or use a passkey as for a web site: its options in, the response out, both JSON');
  for (const [kind, description] of [
    ['create', 'save a passkey (from standard input: PublicKeyCredentialCreationOptions)'],
    ['get', 'sign in with a passkey (from standard input: PublicKeyCredentialRequestOptions)'],
  ] as const)
    group
      .command(kind)
      .description(description)
      .requiredOption('--origin <origin>', 'the page that asks, such as https://example.org')
      .option('--top-origin <origin>', 'the page that it is embedded in, if it is')
      .addOption(
        new Option('--on <place>', 'where: on this device, or on a security key').choices(['device', 'key']),
      )
      .option('--account <name>', 'the user name, where several passkeys could sign in')
      .option(
        '--options <file>',
        'the options from there; lines of standard input are then PINs, where nobody is at a terminal',
      )
      .action((options: WebauthnOptions, command: Command) =>
        perform(command, async (context) =>
          (await import('./verbs/webauthn')).webauthn(context, kind, options),
        ),
      );
}
