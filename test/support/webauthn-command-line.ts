/** `latchkey webauthn create` and `get`, without an app: by a program, and by somebody at a terminal. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlError } from '../../main/control/control-error';
import { CommandLineBench, deviceHome, type Outcome, type Sitting } from './command-line';
import { settled } from './manual-clock';
import { memoryVault, PIN as DEVICE_PIN, type MemoryVault } from './memory-vault';
import { SeededRandom } from './seeded-random';
import { creationJson, PAGE, registered, requestJson, type Registered } from './site';

export const PASSPHRASE = 'correct horse battery staple';

export type Kind = 'create' | 'get';
type Dialogue = NonNullable<Sitting['dialogue']>;

/** base64url. */
export const handleOf = (name: string): string => Buffer.from(name).toString('base64url');

export const notRunning = (): Promise<never> => Promise.reject(new ControlError('not-running'));

const usual = { create: creationJson, get: requestJson };

export class WebAuthnBench extends CommandLineBench {
  /** A program: the options in a file, lines for what is asked. Simulated keys are asked for, unless `argv` says otherwise. */
  async byProgram(
    kind: Kind,
    input: readonly string[] = [],
    argv: readonly string[] = ['--soft-key', 'demo'],
    options = usual[kind](),
  ): Promise<Outcome> {
    return withFile(options, (path) =>
      this.run(['webauthn', kind, '--origin', PAGE, '--options', path, ...argv], { input }),
    );
  }

  /** Somebody at a terminal, and the options on standard input. */
  atTerminal(
    kind: Kind,
    dialogue: Dialogue,
    argv: readonly string[] = ['--soft-key', 'demo'],
    options = usual[kind](),
  ): Promise<Outcome> {
    return this.run(['webauthn', kind, '--origin', PAGE, ...argv], { stdin: options, dialogue });
  }

  /** A vault that is set up and locked; every command opens it anew. */
  async withDevice(passphrase?: string): Promise<MemoryVault> {
    const made = memoryVault();
    const { vault, clock } = made;
    await vault.open();
    await vault.setUp({ pin: DEVICE_PIN, ...(passphrase !== undefined && { passphrase }) });
    await vault.close();
    this.device = deviceHome({ vault, clock, random: new SeededRandom('device'), connect: notRunning });
    return made;
  }

  /** Plugs in one that is called `Simulated ${name}`. */
  plugNamed(name: string): ReturnType<CommandLineBench['plug']> {
    return this.plug({ changes: { productName: `Simulated ${name}`, serial: name } });
  }

  /** Turns, until it is so: stretching a PIN takes its time. */
  async until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; turn < 50_000; turn++) {
      if (isSo()) return;
      await settled();
    }
    throw new Error(`it never came to that: ${this.told}`);
  }
}

/** Of a command that must succeed. */
export async function made(outcome: Promise<Outcome>): Promise<Registered> {
  const { code, out, err } = await outcome;
  if (code !== 0) throw new Error(`it ended with ${code}: ${err}`);
  return registered(out);
}

/** A file with this content, as long as `use` takes. */
export async function withFile<T>(content: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-webauthn-'));
  try {
    const path = join(folder, 'options.json');
    writeFileSync(path, content);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
