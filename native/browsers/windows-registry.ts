/**
 * {@link RegistryDefaults} by Windows' own reg.exe. What `reg query` prints is in the console's code page, which loses letters of
 * other languages in paths; so a value is read out of what `reg export` writes, which is UTF-16.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryDefaults } from '../ports.js';
import type { ProgramLauncher } from '../verify/windows-hello.js';

/** Milliseconds; it takes some ten. */
const PATIENCE = 10_000;

export interface WindowsRegistryOptions {
  readonly launch: ProgramLauncher;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export class WindowsRegistry implements RegistryDefaults {
  readonly #launch: ProgramLauncher;
  readonly #environment: WindowsRegistryOptions['environment'];

  constructor({ launch, environment }: WindowsRegistryOptions) {
    this.#launch = launch;
    this.#environment = environment;
  }

  async read(key: string): Promise<string | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    const file = join(folder, 'key.reg');
    try {
      // It says no more than 1 when there is no such key; whatever else is wrong shows when the key is to be written.
      const exported = await this.#reg(['export', key, file, '/y']).then(
        () => true,
        () => false,
      );
      return exported ? defaultIn(await readFile(file, 'utf16le'), key) : undefined;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async write(key: string, value: string): Promise<void> {
    await this.#reg(['add', key, '/ve', '/t', 'REG_SZ', '/d', value, '/f']).catch((error: unknown) => {
      throw failed('write', key, error);
    });
    if ((await this.read(key)) !== value)
      throw new Error(`Windows did not keep what was written to its registry at ${key}.`);
  }

  async remove(key: string): Promise<boolean> {
    if ((await this.read(key)) === undefined) return false;
    await this.#reg(['delete', key, '/f']).catch((error: unknown) => {
      throw failed('remove', key, error);
    });
    return true;
  }

  async #reg(args: readonly string[]): Promise<void> {
    const program = `${this.#environment['SystemRoot'] ?? 'C:\\Windows'}\\System32\\reg.exe`;
    await this.#launch(program, args, this.#environment, AbortSignal.timeout(PATIENCE));
  }
}

function failed(what: string, key: string, cause: unknown): Error {
  return new Error(
    `Windows refused to ${what} ${key} in its registry; a policy of the administrator may forbid it.`,
    { cause },
  );
}

/** The value `@` of the key itself: those below it are in the same file. Backslashes and quotes have a backslash in front. */
function defaultIn(exported: string, key: string): string | undefined {
  let inKey = false;
  for (const line of exported.split(/\r?\n/)) {
    if (line.startsWith('[')) inKey = line.toLowerCase() === `[${key.toLowerCase()}]`;
    const value = inKey ? /^@="((?:[^"\\]|\\.)*)"$/.exec(line)?.[1] : undefined;
    if (value !== undefined) return value.replaceAll(/\\(.)/g, '$1');
  }
  return undefined;
}
