/** What the contract of the relay is tried with, for each program that keeps it: real processes, real pipes, a real socket. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { FromRelay, RelayFailure } from '../../../main/bridge/messages';
import { bridge } from '../../../main/control/handshake';
import { DiskRelayInstaller, relayName, type RelaySources } from '../../../native/bridge/install-relay';
import { SystemRandom } from '../../../native/random';
import { relayPrograms, type RelayProgram } from './relay-programs';
import { RunningRelay, type RelayEnd } from './running-relay';
import { listenAs, StandInApp, type KnownRelay } from './stand-in-app';

export const MEBIBYTE = 2 ** 20;
export const ORIGIN = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop/';
/** For tests that start many processes; milliseconds. */
export const PATIENCE = 120_000;

interface Start {
  /** The program with 300 ms for each of its times. */
  readonly hasty?: boolean;
  readonly args?: readonly string[];
  readonly reading?: boolean;
}

/** A bridge folder, the relays that run there, and who listens. Everything ends with the test. */
export class RelayBench {
  readonly program: RelayProgram;
  #folder = '';
  #secret: Uint8Array = new Uint8Array();
  #sources: RelaySources | undefined;
  #hasty: RelaySources | undefined;
  readonly #running: RunningRelay[] = [];
  readonly #stops: (() => Promise<void>)[] = [];

  constructor(program: RelayProgram) {
    this.program = program;
  }

  get folder(): string {
    return this.#folder;
  }

  /** Of this test alone; it lies in the folder. */
  get secret(): Uint8Array {
    return this.#secret;
  }

  /** Compiles what has changed. */
  open(): void {
    this.#sources = this.program.sources();
    this.#hasty = this.program.hasty();
    this.#folder = mkdtempSync(join(tmpdir(), 'latchkey-relay-'));
  }

  begin(): void {
    this.#secret = new SystemRandom().bytes(32);
    writeFileSync(join(this.#folder, 'bridge-secret'), this.#secret, { mode: 0o600 });
  }

  async end(): Promise<void> {
    for (const relay of this.#running.splice(0)) {
      relay.kill();
      await relay.ended;
    }
    for (const stop of this.#stops.splice(0)) await stop();
    // The relay stays: putting it there durably takes longer than most tests.
    for (const name of readdirSync(this.#folder))
      if (name !== relayName(process.platform)) rmSync(join(this.#folder, name), { recursive: true });
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Where the relay lies, put there. */
  async installed({ hasty = false }: { readonly hasty?: boolean } = {}): Promise<string> {
    return await new DiskRelayInstaller((hasty ? this.#hasty : this.#sources)!).install(this.#folder);
  }

  async start({ hasty = false, args = [ORIGIN], reading = true }: Start = {}): Promise<RunningRelay> {
    return this.run(await this.installed({ hasty }), args, reading);
  }

  run(path: string, args: readonly string[], reading = true): RunningRelay {
    const relay = new RunningRelay(path, args, { reading });
    this.#running.push(relay);
    return relay;
  }

  async standInApp(protocol = bridge, secret = this.#secret): Promise<StandInApp> {
    const app = new StandInApp(secret, protocol);
    await app.listen(this.#folder);
    this.#stops.push(() => app.stop());
    return app;
  }

  async listen(onConnection: (socket: Socket) => void): Promise<void> {
    this.#stops.push(await listenAs(this.#folder, onConnection));
  }

  /** A browser and an app that know each other; the relay's hello is taken. */
  async connected(): Promise<{
    readonly app: StandInApp;
    readonly browser: RunningRelay;
    readonly inside: KnownRelay;
  }> {
    const app = await this.standInApp();
    const browser = await this.start();
    const inside = await app.relay();
    await inside.next();
    await says(browser, { relay: 'connected' });
    return { app, browser, inside };
  }
}

/** The same tests for each of the programs. */
export function describeEachRelay(name: string, tests: (bench: RelayBench) => void): void {
  describe.runIf(process.platform !== 'win32').each(relayPrograms)('$name', (program) => {
    const bench = new RelayBench(program);
    beforeAll(() => bench.open(), PATIENCE);
    afterAll(() => bench.close());
    beforeEach(() => bench.begin());
    afterEach(() => bench.end());
    describe(name, () => tests(bench));
  });
}

export async function says(relay: RunningRelay, message: FromRelay): Promise<void> {
  expect(await relay.nextText()).toBe(JSON.stringify(message));
}

export async function endsQuietly(relay: RunningRelay): Promise<void> {
  expect(await relay.next()).toBeUndefined();
  expect(relay.unfinished).toBe(0);
  expect(await relay.ended).toEqual({ code: 0, signal: null, complaints: '' });
}

/** The last thing it says, and one sentence for who reads standard error. */
export async function fails(relay: RunningRelay, why: RelayFailure): Promise<RelayEnd> {
  await says(relay, { relay: 'failed', why });
  expect(await relay.next()).toBeUndefined();
  expect(relay.unfinished).toBe(0);
  const end = await relay.ended;
  expect(end).toMatchObject({ code: 1, signal: null });
  expect(end.complaints).toMatch(/^latchkey-bridge: [A-Z][^\n]+\.\n$/);
  return end;
}
