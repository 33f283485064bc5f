/**
 * A {@link RelayInstaller} on the local disk: copies the compiled relay into the bridge folder, so that browsers find it where an
 * AppImage is not mounted, or an update has moved the app. Where it was never compiled (development), a launcher of the relay in
 * plain Node takes its place.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AtomicFile } from '../files/atomic-file.js';
import type { RelayInstaller } from '../ports.js';

/** Where a relay comes from. All paths are absolute. */
export interface RelaySources {
  /** The compiled relay: `bridge/latchkey-bridge` of the resources of a package, `out/relay/latchkey-bridge` in development. */
  readonly compiled: string;
  /** native/bridge/relay.mjs, in development: for when it was never compiled. */
  readonly script?: string;
}

/** The name of the compiled relay, in packages and in the bridge folder. */
export function relayName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'latchkey-bridge.exe' : 'latchkey-bridge';
}

/** What runs cannot be replaced on Windows, but it can have another name. */
const REPLACED = /^latchkey-bridge\.\d+\.\d+\.old$/;

export class DiskRelayInstaller implements RelayInstaller {
  readonly #sources: RelaySources;
  readonly #platform: NodeJS.Platform;
  readonly #program: string;

  /** @param program the Node, or the Electron that can be one, that runs the script. */
  constructor(sources: RelaySources, platform = process.platform, program = process.execPath) {
    this.#sources = sources;
    this.#platform = platform;
    this.#program = program;
  }

  async install(folder: string): Promise<string> {
    const { name, content } = await this.#relay(folder);
    const path = join(folder, name);
    if (this.#platform === 'win32') await removeReplaced(folder);
    if (await this.#isThere(path, content)) return path;
    const moveBack = this.#platform === 'win32' ? await moveAway(folder, path) : undefined;
    try {
      await new AtomicFile(path, undefined, 0o700).write(content);
    } catch (error) {
      await moveBack?.();
      throw error;
    }
    return path;
  }

  async #relay(folder: string): Promise<{ readonly name: string; readonly content: Uint8Array }> {
    const { compiled, script } = this.#sources;
    if (existsSync(compiled) || script === undefined) {
      const content = await readFile(compiled).catch((error: unknown) => {
        throw new Error(`This Latchkey has no program for browsers: ${compiled} cannot be read.`, {
          cause: error,
        });
      });
      return { name: relayName(this.#platform), content };
    }
    return this.#platform === 'win32'
      ? { name: 'latchkey-bridge.bat', content: batchFile([this.#program, script, folder]) }
      : { name: relayName(this.#platform), content: shellScript([this.#program, script, folder]) };
  }

  async #isThere(path: string, content: Uint8Array): Promise<boolean> {
    try {
      if (this.#platform !== 'win32' && ((await stat(path)).mode & 0o777) !== 0o700) return false;
      return (
        content.length === (await stat(path)).size && Buffer.compare(await readFile(path), content) === 0
      );
    } catch {
      // Not there, or not to be read: it is written again, and what is wrong then is told.
      return false;
    }
  }
}

/** `exec`: the relay's parent stays the browser, whose program it tells the app. An Electron is a Node when it is told so. */
function shellScript(command: readonly string[]): Uint8Array {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return Buffer.from(`#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${words.join(' ')} "$@"\n`);
}

function batchFile(command: readonly string[]): Uint8Array {
  // A percent sign begins a variable, also inside quotes.
  const words = command.map((word) => `"${word.replaceAll('%', '%%')}"`);
  // 65001: the file is UTF-8.
  return Buffer.from(
    `@echo off\r\nchcp 65001 >nul\r\nset ELECTRON_RUN_AS_NODE=1\r\n${words.join(' ')} %*\r\n`,
  );
}

async function moveAway(folder: string, path: string): Promise<(() => Promise<void>) | undefined> {
  if (!existsSync(path)) return undefined;
  const away = join(folder, `latchkey-bridge.${process.pid}.${Date.now()}.old`);
  await rename(path, away);
  return () => rename(away, path);
}

/** Those that still run stay until the next time. */
async function removeReplaced(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) if (REPLACED.test(name)) await unlink(join(folder, name)).catch(() => undefined);
}
