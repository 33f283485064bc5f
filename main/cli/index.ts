/** The program `latchkey`: this process, its streams and its signals. */
import { version } from '../../package.json';
import { CommandFailure, ExitCode } from './failure';
import { NodeTerminal } from './node-terminal';
import { JSON_VERSION } from './json-version';

/** The reader went away, as with `latchkey list | head -1`: 128 + SIGPIPE. */
const READER_GONE = 141;

async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  // Without loading anything more: it is asked for by scripts, often.
  if ((first === '--version' || first === '-V') && rest.every((argument) => argument === '--json')) {
    process.stdout.write(
      rest.length > 0 ? `${JSON.stringify({ version, jsonVersion: JSON_VERSION })}\n` : `${version}\n`,
    );
    return ExitCode.DONE;
  }
  const interruption = new AbortController();
  const interrupt = (): void => {
    // Twice: whoever waits for us has had enough.
    if (interruption.signal.aborted) process.exit(ExitCode.INTERRUPTED);
    interruption.abort(new CommandFailure('interrupted', 'Cancelled.'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(READER_GONE);
    throw error;
  });
  const [{ runCommandLine }, { composition }] = await Promise.all([
    import('./command-line'),
    import('./compose'),
  ]);
  const terminal = new NodeTerminal({ onInterrupt: interrupt });
  return runCommandLine(argv, { terminal, composition, signal: interruption.signal, version });
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  // Whatever a driver still holds open must not keep a finished command alive; but what was written has to get out first.
  process.stdout.write('', (error) =>
    process.stderr.write('', () => process.exit(error ? READER_GONE : code)),
  );
});
