/** What the relay of a browser says to the app over its real socket, without a browser: for what the app itself shows and remembers. */
import { CHROMIUM_ID } from '../../main/bridge/extension-ids';
import { BRIDGE_VERSION, type FromApp, type FromExtension } from '../../main/bridge/messages';
import { framed, FrameReader, MAX_FRAME } from '../../main/control/frames';
import { bridge, ClientHandshake } from '../../main/control/handshake';
import { LocalSocket } from '../../native/control/local-socket';
import { DiskFolder } from '../../native/files/private-folder';
import type { ControlLink } from '../../native/ports';
import { SystemRandom } from '../../native/random';
import { readSecret } from '../../main/control/secret';

export interface SocketBrowserOptions {
  /** The app's bridge folder. */
  readonly folder: string;
  readonly program?: string;
  /** As the extension calls it. */
  readonly name?: string;
  readonly version?: number;
}

export class SocketBrowser {
  readonly #link: ControlLink;
  readonly #frames: Frames;
  #lastId = 0;

  private constructor(link: ControlLink, frames: Frames) {
    this.#link = link;
    this.#frames = frames;
  }

  /** Resolves when its extension has said hello. Rejects while nobody serves. */
  static async connect({
    folder,
    program = '/opt/browser/browser',
    name = 'Chromium 156',
    version = BRIDGE_VERSION,
  }: SocketBrowserOptions): Promise<SocketBrowser> {
    const secret = await readSecret(new DiskFolder(folder), 'bridge-secret');
    const frames = new Frames();
    const link = await new LocalSocket(folder, { name: 'bridge' }).connect(frames);
    if (!secret || !link) throw new Error('nobody serves browsers');
    const handshake = new ClientHandshake(secret, new SystemRandom(), bridge);
    await link.write(framed(handshake.hello));
    await link.write(framed(handshake.answer(await frames.next()).proof));
    await frames.next();
    const browser = new SocketBrowser(link, frames);
    await browser.#say({
      type: 'relay',
      arguments: [`chrome-extension://${CHROMIUM_ID}/`],
      browser: program,
    });
    await browser.#say({ type: 'hello', version, extension: '0.1.0', browser: name });
    return browser;
  }

  /** A page asks for a new passkey. */
  async asksFrom(origin: string): Promise<void> {
    const options = {
      rp: { name: 'A site' },
      user: { id: 'AAAA', name: 'ada', displayName: 'Ada Lovelace' },
      challenge: 'AAAAAAAAAAAAAAAAAAAAAA',
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    };
    await this.#say({ type: 'request', id: ++this.#lastId, kind: 'create', origin, options });
  }

  /** The page of the last request gives up. */
  async givesUp(): Promise<void> {
    await this.#say({ type: 'cancel', id: this.#lastId });
  }

  /** The next thing of this type that the app says. */
  async hears<T extends FromApp['type']>(type: T): Promise<Extract<FromApp, { readonly type: T }>> {
    for (;;) {
      const message = JSON.parse(Buffer.from(await this.#frames.next()).toString()) as FromApp;
      if (message.type === type) return message as Extract<FromApp, { readonly type: T }>;
    }
  }

  /** Anything else. */
  says(message: FromExtension): Promise<void> {
    return this.#say(message);
  }

  close(): void {
    this.#link.close();
  }

  #say(message: FromExtension | Readonly<Record<string, unknown>>): Promise<void> {
    return this.#link.write(framed(Buffer.from(JSON.stringify(message))));
  }
}

class Frames {
  readonly #reader = new FrameReader(MAX_FRAME);
  #wake = (): void => undefined;
  #ended = false;

  readonly onBytes = (bytes: Uint8Array): void => {
    this.#reader.push(bytes);
    this.#wake();
  };

  readonly onEnd = (): void => {
    this.#ended = true;
    this.#wake();
  };

  /** Rejects when the connection ends before there is one. */
  async next(): Promise<Uint8Array> {
    for (;;) {
      const frame = this.#reader.next();
      if (frame) return frame;
      if (this.#ended) throw new Error('the app has ended the connection');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
