/** One connection of this browser to the app, through the relay that the browser starts for it. */
import {
  BRIDGE_VERSION,
  START,
  type AppState,
  type FromApp,
  type FromExtension,
  type RelayFailure,
  type Unwelcome,
} from '../../main/bridge/messages';
import type { RuntimePort } from '../browser-api';

/** Milliseconds. */
const FIRST_WORD = 15_000;
/** The relay waits 20 seconds for the app, then for the proofs of both. */
const STARTED = 45_000;
const WELCOME = 10_000;

export type Ended =
  /** The browser has no such host: Latchkey is not there, or not connected with this browser. */
  | { readonly is: 'no-host' }
  | { readonly is: 'relay-failed'; readonly why: RelayFailure }
  | { readonly is: 'unwelcome'; readonly why: Unwelcome; readonly app: string }
  /** Nobody wanted the app to be started. */
  | { readonly is: 'not-running' }
  /** It said nothing for too long, or what makes no sense, or its process ended. */
  | { readonly is: 'broken' };

export interface LinkWorld {
  readonly connect: () => RuntimePort;
  /** The browser's words for why a port ended. */
  readonly whyEnded: (port: RuntimePort) => string;
  readonly extension: string;
  readonly browser: string;
  /** @returns stops it */
  readonly after: (work: () => void, milliseconds: number) => () => void;
}

export interface LinkEvents {
  /** Says whether somebody wants it enough to start it; otherwise the connection ends. */
  notRunning(): boolean;
  ready(app: string, state: AppState): void;
  state(state: AppState): void;
  answer(answer: Extract<FromApp, { type: 'answer' }>): void;
  ended(how: Ended): void;
}

export class AppLink {
  readonly #world: LinkWorld;
  readonly #events: LinkEvents;
  readonly #port: RuntimePort;
  #phase: 'relay' | 'started' | 'greeting' | 'ready' | 'ended' = 'relay';
  #stopTimer: () => void;

  /** Throws when the browser cannot even try. */
  constructor(world: LinkWorld, events: LinkEvents) {
    this.#world = world;
    this.#events = events;
    this.#port = world.connect();
    this.#stopTimer = world.after(() => this.#end({ is: 'broken' }), FIRST_WORD);
    this.#port.onMessage.addListener((message) => this.#hear(message));
    this.#port.onDisconnect.addListener(() => {
      const why = world.whyEnded(this.#port);
      this.#end({ is: this.#phase === 'relay' && NO_HOST.test(why) ? 'no-host' : 'broken' });
    });
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  send(message: FromExtension): void {
    this.#port.postMessage(message);
  }

  #hear(message: unknown): void {
    const { relay, why, type } = (message ?? {}) as { relay?: unknown; why?: RelayFailure; type?: unknown };
    if (relay === 'failed') this.#end({ is: 'relay-failed', why: why ?? 'protocol' });
    else if (relay === 'not-running' && this.#phase === 'relay') this.#notRunning();
    else if (relay === 'connected' && (this.#phase === 'relay' || this.#phase === 'started')) this.#greet();
    else if (typeof type === 'string') this.#hearApp(message as FromApp);
    else this.#end({ is: 'broken' });
  }

  #notRunning(): void {
    if (!this.#events.notRunning()) {
      this.#end({ is: 'not-running' });
      return;
    }
    this.#enter('started', STARTED);
    this.#port.postMessage(JSON.parse(START) as object);
  }

  #greet(): void {
    this.#enter('greeting', WELCOME);
    const { extension, browser } = this.#world;
    this.send({ type: 'hello', version: BRIDGE_VERSION, extension, browser });
  }

  #hearApp(message: FromApp): void {
    if (this.#phase === 'greeting') {
      if (message.type === 'welcome') {
        this.#stopTimer();
        this.#phase = 'ready';
        this.#events.ready(message.app, message.state);
      } else if (message.type === 'unwelcome') {
        this.#end({ is: 'unwelcome', why: message.why, app: message.app });
      } else this.#end({ is: 'broken' });
      return;
    }
    if (this.#phase !== 'ready') this.#end({ is: 'broken' });
    else if (message.type === 'state') this.#events.state(message.state);
    else if (message.type === 'answer') this.#events.answer(message);
  }

  #enter(phase: 'started' | 'greeting', patience: number): void {
    this.#stopTimer();
    this.#phase = phase;
    this.#stopTimer = this.#world.after(() => this.#end({ is: 'broken' }), patience);
  }

  #end(how: Ended): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#stopTimer();
    this.#port.disconnect();
    this.#events.ended(how);
  }
}

/** Chromium: "Specified native messaging host not found.", "Access to the specified native messaging host is forbidden."; Firefox: "No such native application …". */
const NO_HOST = /not found|forbidden|no such native application/i;
