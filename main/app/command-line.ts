/** What the app understands on its command line; Chromium's own switches pass by. */
import { resolve } from 'node:path';

export interface AppArguments {
  /** Simulated keys to attach: `demo`, or the file that keeps the key's state. */
  readonly softKeys: readonly ('demo' | { readonly file: string })[];
  /** Save a picture of the settled window here and exit. */
  readonly screenshot?: string;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * `--soft-key FILE|demo` (any number of times), `--screenshot FILE.png`; also with `=`. Files are relative to `cwd`.
 * Throws {@link UsageError}.
 */
export function parseArguments(argv: readonly string[], cwd: string): AppArguments {
  const softKeys: AppArguments['softKeys'][number][] = [];
  let screenshot: string | undefined;
  for (let index = 0; index < argv.length; index++) {
    const [name, inline] = splitOnce(argv[index] ?? '');
    if (name !== '--soft-key' && name !== '--screenshot') continue;
    const value = inline ?? argv[++index];
    if (!value || value.startsWith('--'))
      throw new UsageError(`${name} wants a file behind it, for example: ${name} ${examples[name]}`);
    if (name === '--soft-key') softKeys.push(value === 'demo' ? 'demo' : { file: resolve(cwd, value) });
    else screenshot = resolve(cwd, value);
  }
  if (screenshot !== undefined && !screenshot.toLowerCase().endsWith('.png'))
    throw new UsageError('--screenshot saves PNG pictures: give it a file name that ends in .png');
  return { softKeys, ...(screenshot !== undefined && { screenshot }) };
}

const examples = { '--soft-key': 'my-key.json', '--screenshot': 'latchkey.png' } as const;

function splitOnce(argument: string): readonly [string, string | undefined] {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
