/** For kernel tests: other people's programs, and what they say. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Verdict {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

export interface RunOptions {
  /** Lines for the standard input. */
  readonly input?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Runs a program without a terminal, so that it reads PINs from its standard input. Rejects when there is no such program. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Verdict> {
  const { input = [], env, folder } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: 'pipe',
      ...(folder !== undefined && { cwd: folder }),
      env: { ...process.env, ...env },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    // A program that ends before it has read everything is judged by its code.
    child.stdin.once('error', () => undefined);
    child.once('close', (code) =>
      resolve({ code: code ?? -1, lines: output.split('\n').filter((line) => line !== ''), errors }),
    );
    child.stdin.end(input.map((line) => `${line}\n`).join(''));
  });
}

/** A folder that is there until the test ends. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-kernel-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
