/** The bridge in memory: scripted ceremonies behind it, and browsers that connect to it as their relays do. */
import { expect } from 'vitest';
import { Bridge, type BridgeOptions } from '../../main/bridge/bridge';
import type { Confirmation, Newcomer } from '../../main/bridge/browser-session';
import { CHROMIUM_ID } from '../../main/bridge/extension-ids';
import type { LoggedResult } from '../../main/bridge/links';
import {
  BRIDGE_VERSION,
  type Answer,
  type FromApp,
  type FromExtension,
  type RelayHello,
} from '../../main/bridge/messages';
import type {
  AutofillRequest,
  FieldEvent,
  SignalRequest,
  SiteCaller,
  SiteRequest,
  SiteService,
} from '../../main/bridge/site-service';
import { framed } from '../../main/control/frames';
import { bridge as protocol, ClientHandshake } from '../../main/control/handshake';
import { ManualClock, settled } from '../support/manual-clock';
import { MemoryControl, type TestEnd } from '../support/memory-control';
import { ManualCalendar, MemoryFolder } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

export const CHROMIUM = '/usr/bin/chromium';

/** What whoever changes something is told where the disk is full. */
export const notSaved = {
  problem: {
    code: 'file',
    message: expect.stringMatching(/not saved\. .*no room left.*try again\.$/) as string,
  },
};

export interface Asked<R> extends SiteCaller {
  readonly request: R;
  readonly answer: (answer: Answer) => void;
  readonly fail: (error: Error) => void;
}

class ScriptedSites implements SiteService {
  device = true;
  readonly requests: Asked<SiteRequest>[] = [];
  readonly autofills: (Asked<AutofillRequest> & { readonly fields: FieldEvent[] })[] = [];
  readonly signals: SignalRequest[] = [];
  /** What a signal is answered, and what came of it. */
  signalled: { readonly answer: Answer; readonly changed: Promise<LoggedResult> } = {
    answer: { is: 'done' },
    changed: Promise.resolve('changed'),
  };
  #onDeviceChange: (() => void) | undefined;

  request(request: SiteRequest, caller: SiteCaller): Promise<Answer> {
    const { promise, asked } = this.#ask(request, caller);
    this.requests.push(asked);
    return promise;
  }

  autofill(request: AutofillRequest, caller: SiteCaller) {
    const { promise, asked } = this.#ask(request, caller);
    const fields: FieldEvent[] = [];
    this.autofills.push({ ...asked, fields });
    return {
      result: promise,
      field: ({ is, area }: FieldEvent) => void fields.push({ is, ...(area && { area }) }),
    };
  }

  async signal(request: SignalRequest) {
    this.signals.push(request);
    return this.signalled;
  }

  onDeviceChange(listener: () => void): () => void {
    this.#onDeviceChange = listener;
    return () => (this.#onDeviceChange = undefined);
  }

  get isFollowed(): boolean {
    return this.#onDeviceChange !== undefined;
  }

  setDevice(device: boolean): void {
    this.device = device;
    this.#onDeviceChange?.();
  }

  #ask<R>(request: R, caller: SiteCaller) {
    let answer!: (answer: Answer) => void;
    let fail!: (error: Error) => void;
    const promise = new Promise<Answer>((resolve, reject) => {
      answer = resolve;
      fail = reject;
    });
    return { promise, asked: { request, answer, fail, ...caller } satisfies Asked<R> };
  }
}

export interface Question extends Newcomer {
  readonly answer: (confirmation: Confirmation) => void;
  readonly signal: AbortSignal;
}

export class BridgeRig {
  readonly clock = new ManualClock();
  readonly calendar = new ManualCalendar();
  readonly random = new SeededRandom();
  readonly socket = new MemoryControl();
  readonly folder: MemoryFolder;
  readonly sites = new ScriptedSites();
  /** What the user was asked. */
  readonly questions: Question[] = [];
  readonly warnings: string[] = [];
  /** Whether the app was told that browsers are there, each time. */
  readonly serving: boolean[] = [];
  readonly bridge: Bridge;

  constructor(folder = new MemoryFolder(), changes: Partial<BridgeOptions> = {}) {
    this.folder = folder;
    this.bridge = new Bridge({
      folder,
      socket: this.socket,
      clock: this.clock,
      calendar: this.calendar,
      random: this.random,
      sites: this.sites,
      app: '1.2.3',
      start: ['/opt/Latchkey/latchkey', '--background'],
      confirm: (newcomer, signal) =>
        new Promise((answer) => {
          this.questions.push({ ...newcomer, answer, signal });
          signal.addEventListener('abort', () => answer('later'));
        }),
      onServing: (isServing) => this.serving.push(isServing),
      onWarning: ({ message }) => this.warnings.push(message),
      ...changes,
    });
  }

  /** A browser whose relay has shown that it knows the secret; nothing is said yet. */
  async knocks(secret = this.folder.content('bridge-secret')): Promise<Browser> {
    const end = await this.socket.end();
    const handshake = new ClientHandshake(secret ?? new Uint8Array(32), this.random, protocol);
    end.send(framed(handshake.hello));
    const [challenge] = await end.frames(1);
    end.send(framed(handshake.answer(challenge ?? new Uint8Array()).proof));
    return new Browser(end);
  }

  /** One whose extension has said hello. */
  async connects(changes: { readonly program?: string; readonly version?: number } = {}): Promise<Browser> {
    const browser = await this.knocks();
    browser.relay({ browser: changes.program ?? CHROMIUM });
    browser.hello(changes.version);
    await settled();
    return browser;
  }

  /** One that the user has allowed before. */
  async allowed(): Promise<Browser> {
    const browser = await this.connects();
    const id = browser.create();
    await settled();
    this.questions.at(-1)?.answer('allowed');
    await settled();
    this.sites.requests.at(-1)?.answer({ is: 'fall-through' });
    await browser.answerTo(id);
    return browser;
  }
}

/** The extension's side of a connection, with the relay that says who it is. */
export class Browser {
  readonly end: TestEnd;
  #lastId = 0;

  constructor(end: TestEnd) {
    this.end = end;
  }

  relay({
    browser = CHROMIUM,
    args = [`chrome-extension://${CHROMIUM_ID}/`],
  }: { readonly browser?: string; readonly args?: readonly string[] } = {}): void {
    const hello: RelayHello = { type: 'relay', arguments: args, browser };
    this.say(hello);
  }

  hello(version = BRIDGE_VERSION): void {
    this.say({ type: 'hello', version, extension: '0.1.0', browser: 'Chromium 156' });
  }

  say(message: FromExtension | RelayHello | Readonly<Record<string, unknown>>): void {
    this.end.send(framed(Buffer.from(JSON.stringify(message))));
  }

  create(origin = 'https://example.org', changes: Readonly<Record<string, unknown>> = {}): number {
    const id = ++this.#lastId;
    this.say({
      type: 'request',
      id,
      kind: 'create',
      origin,
      options: { rp: { name: 'Example' } },
      ...changes,
    });
    return id;
  }

  autofill(origin = 'https://example.org', changes: Readonly<Record<string, unknown>> = {}): number {
    const id = ++this.#lastId;
    this.say({ type: 'autofill', id, origin, options: {}, ...changes });
    return id;
  }

  signal(origin = 'https://example.org', changes: Readonly<Record<string, unknown>> = {}): number {
    const id = ++this.#lastId;
    const options = { rpId: 'example.org', credentialId: 'AQID' };
    this.say({ type: 'signal', id, signal: 'unknownCredential', origin, options, ...changes });
    return id;
  }

  /** Everything the app has said. */
  get heard(): readonly FromApp[] {
    const all = Buffer.from(this.end.bytes);
    const messages: FromApp[] = [];
    for (let at = 0, frame = 0; at + 4 <= all.length; frame++) {
      const length = all.readUInt32LE(at);
      // The challenge and the welcome of the relay are no JSON.
      if (frame > 1) messages.push(JSON.parse(all.subarray(at + 4, at + 4 + length).toString()) as FromApp);
      at += 4 + length;
    }
    return messages;
  }

  get answers(): readonly Extract<FromApp, { readonly type: 'answer' }>[] {
    return this.heard.flatMap((message) => (message.type === 'answer' ? [message] : []));
  }

  async answerTo(id: number): Promise<Answer> {
    await settled();
    const found = this.answers.filter((answer) => answer.id === id);
    if (found.length !== 1) throw new Error(`${found.length} answers to ${id}`);
    const { type: _, id: __, ...answer } = found[0] as Extract<FromApp, { readonly type: 'answer' }>;
    return answer;
  }
}
