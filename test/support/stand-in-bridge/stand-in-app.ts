/** In place of relay and app: says to a real browser with the real extension what a test wants. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { CHROMIUM_ID, FIREFOX_ID, HOST_NAME } from '../../../main/bridge/extension-ids';
import type {
  Answer,
  AppState,
  FromApp,
  FromExtension,
  FromRelay,
  RelayFailure,
  Unwelcome,
} from '../../../main/bridge/messages';
import { PATIENCE } from '../person';

/** What waits for an answer. */
export type Asked = Extract<FromExtension, { readonly type: 'request' | 'autofill' | 'signal' }>;

/** What the relay says first. */
type Relay = 'connected' | 'not-running' | { readonly failed: RelayFailure };

export class StandInApp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-bridge-'));
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  /** Everything that extensions have said, in order. */
  readonly heard: FromExtension[] = [];
  /** What browsers gave their hosts, one for each connection that there was. */
  readonly given: (readonly string[])[] = [];
  /** How often it was started. */
  starts = 0;
  relay: Relay = 'connected';
  /** In place of a welcome. */
  unwelcome: Unwelcome | undefined;
  state: AppState = { device: true, allowed: 'yes' };
  /** Undefined: it goes on waiting. */
  answer: (asked: Asked) => Answer | undefined = () => undefined;

  private constructor() {
    this.#server = createServer((socket) => {
      const connection = new Connection(socket, this);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
      socket.on('error', () => socket.destroy());
    });
  }

  static async listen(): Promise<StandInApp> {
    const app = new StandInApp();
    await new Promise<void>((resolve) => app.#server.listen(app.#socketPath, resolve));
    return app;
  }

  get connected(): number {
    return this.#connections.size;
  }

  /** Where Chromium looks for hosts of this profile. */
  connectChromium(profile: string): void {
    this.#writeManifest(join(profile, 'NativeMessagingHosts'), {
      allowed_origins: [`chrome-extension://${CHROMIUM_ID}/`],
    });
  }

  /** Where Firefox looks for them in this home. */
  connectFirefox(home: string): void {
    this.#writeManifest(join(home, '.mozilla', 'native-messaging-hosts'), {
      allowed_extensions: [FIREFOX_ID],
    });
  }

  /** As it was at first, with nobody connected. */
  async reset(): Promise<void> {
    this.drop();
    await vi.waitFor(() => {
      if (this.connected > 0) throw new Error('still connected');
    }, PATIENCE);
    this.heard.length = 0;
    this.given.length = 0;
    this.starts = 0;
    this.relay = 'connected';
    this.unwelcome = undefined;
    this.state = { device: true, allowed: 'yes' };
    this.answer = () => undefined;
  }

  /** To all that are connected. */
  say(message: FromApp | FromRelay): void {
    for (const connection of this.#connections) connection.say(message);
  }

  /** It ends, or its relays do. */
  drop(): void {
    for (const connection of this.#connections) connection.drop();
  }

  /** All of a type that were heard so far. */
  all<Type extends FromExtension['type']>(type: Type): Extract<FromExtension, { type: Type }>[] {
    return this.heard.filter(
      (message): message is Extract<FromExtension, { type: Type }> => message.type === type,
    );
  }

  /** The last of a type, as soon as there are this many of it. */
  async hears<Type extends FromExtension['type']>(
    type: Type,
    count = 1,
  ): Promise<Extract<FromExtension, { type: Type }>> {
    return vi.waitFor(() => {
      const message = this.all(type)[count - 1];
      if (!message) throw new Error(`heard ${JSON.stringify(this.heard)}, no ${count} ${type}`);
      return message;
    }, PATIENCE);
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #socketPath(): string {
    return join(this.#folder, 'socket');
  }

  #writeManifest(place: string, allowed: object): void {
    const launcher = join(this.#folder, 'host');
    const host = join(import.meta.dirname, 'host.mjs');
    writeFileSync(launcher, `#!/bin/sh\nexec '${process.execPath}' '${host}' '${this.#socketPath}' "$@"\n`);
    chmodSync(launcher, 0o700);
    mkdirSync(place, { recursive: true });
    const manifest = { name: HOST_NAME, description: 'Tests', path: launcher, type: 'stdio', ...allowed };
    writeFileSync(join(place, `${HOST_NAME}.json`), JSON.stringify(manifest));
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #app: StandInApp;
  #rest: Buffer = Buffer.alloc(0);
  #isFirst = true;

  constructor(socket: Socket, app: StandInApp) {
    this.#socket = socket;
    this.#app = app;
    socket.on('data', (data) => {
      this.#rest = Buffer.concat([this.#rest, data]);
      while (this.#rest.length >= 4) {
        const end = 4 + this.#rest.readUInt32LE();
        if (this.#rest.length < end) break;
        const text = this.#rest.subarray(4, end).toString();
        this.#rest = this.#rest.subarray(end);
        this.#hear(JSON.parse(text) as Record<string, unknown>);
      }
    });
  }

  say(message: FromApp | FromRelay): void {
    const text = Buffer.from(JSON.stringify(message));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    this.#socket.write(Buffer.concat([length, text]));
  }

  drop(): void {
    this.#socket.destroy();
  }

  #hear(message: Record<string, unknown>): void {
    const app = this.#app;
    if (this.#isFirst) {
      this.#isFirst = false;
      app.given.push(message.given as string[]);
      const { relay } = app;
      this.say(typeof relay === 'string' ? { relay } : { relay: 'failed', why: relay.failed });
      return;
    }
    if (message.relay === 'start') {
      app.starts++;
      this.say({ relay: 'connected' });
      return;
    }
    const said = message as unknown as FromExtension;
    app.heard.push(said);
    if (said.type === 'hello') {
      const about = { version: said.version, app: '0.1.0' };
      this.say(
        app.unwelcome
          ? { type: 'unwelcome', why: app.unwelcome, ...about }
          : { type: 'welcome', state: app.state, ...about },
      );
    } else if (said.type === 'request' || said.type === 'autofill' || said.type === 'signal') {
      const answer = app.answer(said);
      if (answer) this.say({ type: 'answer', id: said.id, ...answer });
    }
  }
}
