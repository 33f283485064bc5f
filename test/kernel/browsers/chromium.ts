/**
 * Debian's Chromium in a window of its own, spoken to by the DevTools protocol over a pipe: JSON with a zero byte behind it
 * (chromium --help: --remote-debugging-pipe). Playwright takes longer to load in the VM than all of this takes to run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { startVirtualDisplay } from '../../../scripts/virtual-display.mjs';
import { run } from '../support/program.js';
import { OpenQuestions, type Browser } from './browser.js';

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const SWITCHES = [
  '--remote-debugging-pipe',
  // Where the processor is emulated, the process that draws crashes now and then. It is started again; not thrice only.
  ...['--use-gl=disabled', '--disable-gpu-process-crash-limit'],
  ...['--no-sandbox', '--disable-quic', '--no-first-run', '--no-default-browser-check'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--disable-extensions', '--password-store=basic'],
];

export class Chromium implements Browser {
  readonly asksTriesBeforePin = true;
  readonly #process: ChildProcess;
  readonly #questions = new OpenQuestions<Answer>();
  readonly #cleanUp: () => Promise<void>;
  readonly #pin: string;
  readonly #display: Readonly<Record<string, string>>;
  #session = '';
  #loaded: () => void = () => undefined;

  private constructor(
    process: ChildProcess,
    display: Readonly<Record<string, string>>,
    pin: string,
    cleanUp: () => Promise<void>,
  ) {
    this.#pin = pin;
    this.#process = process;
    this.#display = display;
    this.#cleanUp = cleanUp;
    let rest = '';
    (process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message) as Answer);
    });
    process.once('error', (error) => this.#questions.end(error));
    process.once('close', (code, signal) =>
      this.#questions.end(new Error(`Chromium has ended with ${code ?? signal}`)),
    );
  }

  /** Chromium has no dialog for the PIN without a window, and types into none without a window manager. */
  static async launch(pin: string): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'latchkey-chromium-'));
    const display = await startVirtualDisplay();
    const env = { ...process.env, ...display.env };
    const windowManager = spawn('openbox', [], { env, stdio: 'ignore' });
    const browser = spawn('chromium', [...SWITCHES, `--user-data-dir=${profile}`, 'about:blank'], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const chromium = new Chromium(browser, display.env, pin, async () => {
      windowManager.kill();
      display.stop();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    });
    await chromium.#attach();
    return chromium;
  }

  async #attach(): Promise<void> {
    const targets = (await this.#send('Target.getTargets'))['targetInfos'] as readonly {
      readonly type: string;
      readonly targetId: string;
    }[];
    const page = targets.find(({ type }) => type === 'page');
    const { targetId } = page ?? (await this.#send('Target.createTarget', { url: 'about:blank' }));
    this.#session = String(
      (await this.#send('Target.attachToTarget', { targetId, flatten: true }))['sessionId'],
    );
    await this.#send('Page.enable');
  }

  async open(address: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => (this.#loaded = resolve));
    const { errorText } = await this.#send('Page.navigate', { url: address });
    if (errorText !== undefined) throw new Error(`${address}: ${JSON.stringify(errorText)}`);
    await loaded;
    await this.#send('Page.bringToFront');
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value?: unknown }).value;
  }

  /** The dialog is drawn by Chromium inside its window, so nobody sees it from outside. */
  async answerPinDialog(): Promise<void> {
    // What an earlier attempt has left in the field is replaced.
    await run('xdotool', ['key', 'ctrl+a', 'type', this.#pin], { env: this.#display });
    await run('xdotool', ['key', 'Return'], { env: this.#display });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    if (this.#process.exitCode === null && this.#process.kill('SIGKILL')) await ended;
    await this.#cleanUp();
  }

  async #send(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.#questions.ask((id) => {
      const session = this.#session === '' ? {} : { sessionId: this.#session };
      (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result ?? {};
  }

  #hear(answer: Answer): void {
    if (answer.id !== undefined) this.#questions.answer(answer.id, answer);
    else if (answer.method === 'Page.loadEventFired') this.#loaded();
  }
}
