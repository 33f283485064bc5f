/**
 * Debian's Firefox ESR without a window, spoken to by Marionette: JSON with its length in front, over TCP
 * (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/virtual-key.js';
import { OpenQuestions, type Browser } from './browser.js';

type Answer = readonly [
  kind: 1,
  id: number,
  error: { readonly error: string; readonly message: string } | null,
  result: { readonly value?: unknown } | null,
];

const PREFERENCES = {
  // Any; Firefox writes into a file which.
  'marionette.port': 0,
  'browser.startup.page': 0,
  'browser.newtabpage.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'app.normandy.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.cosmeticAnimations.enabled': false,
};

/** Milliseconds; half a minute where nothing else runs, four minutes seen on a very busy machine. */
const LAUNCH_LIMIT = 400_000;

/**
 * For the browser's own window: writes the PIN, `arguments[0]`, into every dialog that asks for one as soon as that is
 * there. Later is too late: no script runs behind an open dialog, and Marionette does not type into this kind.
 */
const TYPE_PINS = `
  const [pin] = arguments;
  Services.obs.addObserver((dialog) => {
    const field = dialog.document.getElementById('password1Textbox');
    if (field) field.value = pin;
  }, 'common-dialog-loaded');`;

export class Firefox implements Browser {
  readonly asksTriesBeforePin = false;
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  readonly #questions = new OpenQuestions<Answer>();
  readonly #folder: string;
  #received = Buffer.alloc(0);

  private constructor(process: ChildProcess, socket: Socket, folder: string) {
    this.#process = process;
    this.#socket = socket;
    this.#folder = folder;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      while (this.#hear());
    });
    socket.once('error', (error) => this.#questions.end(error));
    socket.once('close', () => this.#questions.end(new Error('Firefox has ended')));
  }

  static async launch(pin: string): Promise<Firefox> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-firefox-'));
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    await writeFile(join(folder, 'user.js'), lines.join(''));
    const browser = spawn(
      'firefox-esr',
      [
        '--headless',
        '--marionette',
        '-remote-allow-system-access',
        '--no-remote',
        '--profile',
        folder,
        'about:blank',
      ],
      { env: { ...process.env, HOME: folder }, stdio: 'ignore' },
    );
    const port = await eventually(
      'Firefox listens',
      async () =>
        Number(await readFile(join(folder, 'MarionetteActivePort'), 'utf8').catch(() => '')) || false,
      LAUNCH_LIMIT,
    );
    const firefox = new Firefox(browser, connect(port, '127.0.0.1'), folder);
    // The dialog for the PIN is ours to answer.
    await firefox.#send('WebDriver:NewSession', { unhandledPromptBehavior: 'ignore' });
    await firefox.#send('Marionette:SetContext', { value: 'chrome' });
    await firefox.#send('WebDriver:ExecuteScript', { script: TYPE_PINS, args: [pin] });
    await firefox.#send('Marionette:SetContext', { value: 'content' });
    return firefox;
  }

  async open(address: string): Promise<void> {
    await this.#send('WebDriver:Navigate', { url: address });
  }

  async evaluate(expression: string): Promise<unknown> {
    const [, , error, result] = await this.#ask('WebDriver:ExecuteScript', {
      script: `return (${expression});`,
      args: [],
      // In the page's own scope.
      sandbox: null,
    });
    // Nothing runs in a page behind an open dialog.
    if (error?.error === 'unexpected alert open') return undefined;
    if (error) throw new Error(`${error.error}: ${error.message}`);
    return result?.value ?? undefined;
  }

  async answerPinDialog(): Promise<void> {
    const [, , closed] = await this.#ask('WebDriver:GetAlertText', {});
    if (closed) return;
    await this.#send('WebDriver:AcceptAlert', {});
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    if (this.#process.exitCode === null && this.#process.kill('SIGKILL')) await ended;
    this.#socket.destroy();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #send(command: string, parameters: unknown): Promise<void> {
    const [, , error] = await this.#ask(command, parameters);
    if (error) throw new Error(`${command}: ${error.error}: ${error.message}`);
  }

  #ask(command: string, parameters: unknown): Promise<Answer> {
    return this.#questions.ask((id) => {
      const text = JSON.stringify([0, id, command, parameters]);
      this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  }

  /** Takes one message out of what was received; false when there is no whole one. */
  #hear(): boolean {
    const colon = this.#received.indexOf(':');
    if (colon < 0) return false;
    const end = colon + 1 + Number(this.#received.toString('latin1', 0, colon));
    if (this.#received.length < end) return false;
    const message = JSON.parse(this.#received.toString('utf8', colon + 1, end)) as unknown;
    this.#received = this.#received.subarray(end);
    // The first message is a greeting.
    if (Array.isArray(message)) {
      const answer = message as unknown as Answer;
      this.#questions.answer(answer[1], answer);
    }
    return true;
  }
}
