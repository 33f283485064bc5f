/** Debian's Firefox ESR in a window on the tests' display, with the extension, and with all the web of a test behind it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Frame as PlaywrightFrame } from 'playwright';
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';
import { vi } from 'vitest';
import { extensionFolders } from '../../scripts/build-extension.mjs';
import { PATIENCE } from './person';

/** Milliseconds after which Firefox ends a script of an extension that has nothing to do; usually 30,000. */
export const IDLE = 2000;

export interface FirefoxOptions {
  /** The home of its user: in there it looks for native messaging hosts, and there its profile is. */
  readonly home: string;
  /** Added to the environment, also of what it starts. */
  readonly env: Readonly<Record<string, string>>;
}

export class TestFirefox {
  readonly #browser: Browser;
  readonly #marionette: Marionette;

  private constructor(browser: Browser, marionette: Marionette) {
    this.#browser = browser;
    this.#marionette = marionette;
  }

  static async launch({ home, env }: FirefoxOptions): Promise<TestFirefox> {
    const profile = join(home, 'profile');
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: '/usr/bin/firefox-esr',
      headless: false,
      defaultViewport: null,
      acceptInsecureCerts: true,
      userDataDir: profile,
      args: ['--marionette'],
      env: { ...process.env, ...env, HOME: home },
      extraPrefsFirefox: {
        'network.dns.forceResolve': '127.0.0.1',
        'marionette.port': 0,
        // As for a person: a page has not the focus while another window has it.
        'focusmanager.testmode': false,
        'extensions.background.idle.timeout': IDLE,
        // Authenticators of its own in place of keys.
        'security.webauth.webauthn_enable_softtoken': true,
        'security.webauth.webauthn_enable_usbtoken': false,
      },
    });
    await browser.installExtension(extensionFolders.firefox);
    return new TestFirefox(browser, await Marionette.of(profile));
  }

  async close(): Promise<void> {
    const firefox = this.#browser.process();
    if (firefox?.exitCode !== null || firefox.signalCode !== null) return;
    const ended = once(firefox, 'exit');
    this.#marionette.close();
    await this.#browser.close();
    // It may still wait for what its extension has started.
    firefox.kill();
    await ended;
  }

  /** In a tab of its own, in front. */
  async open(address: string): Promise<Page> {
    const page = await this.#browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address);
    await lookAt(page);
    return page;
  }

  /** What arrives there did not stay with Latchkey. Its user agrees to everything at once. */
  async ownAuthenticator(): Promise<OwnAuthenticator> {
    const { value: id } = (await this.#marionette.call('WebAuthn:AddVirtualAuthenticator', {
      protocol: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserConsenting: true,
      isUserVerified: true,
    })) as { readonly value: string };
    return new OwnAuthenticator(this.#marionette, id);
  }
}

/** No page without the focus is served. It comes back to the browser a while after a window of somebody else has gone. */
export async function lookAt(page: Page): Promise<void> {
  await page.bringToFront();
  await page.waitForFunction(() => document.hasFocus());
}

/** Of the whole browser, while it is there. */
export class OwnAuthenticator {
  readonly #marionette: Marionette;
  readonly #id: string;

  constructor(marionette: Marionette, id: string) {
    this.#marionette = marionette;
    this.#id = id;
  }

  /** The site of every passkey that it has. */
  async passkeys(): Promise<readonly string[]> {
    const { value } = (await this.#marionette.call('WebAuthn:GetCredentials', {
      authenticatorId: this.#id,
    })) as { readonly value: readonly { readonly rpId: string }[] };
    return value.map(({ rpId }) => rpId);
  }

  async unplug(): Promise<void> {
    await this.#marionette.call('WebAuthn:RemoveVirtualAuthenticator', { authenticatorId: this.#id });
  }
}

/** Both `evaluate` alike, and what pages ask for (page-passkeys.ts) needs no more. */
export function as(frame: Page | Frame): PlaywrightFrame {
  return frame as unknown as PlaywrightFrame;
}

/** Firefox's older way to be driven, which has authenticators. One call at a time: `length:[0,id,command,parameters]`, and back. */
class Marionette {
  readonly #socket: Socket;
  #heard = '';
  #last = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => (this.#heard += text));
  }

  /** Of the Firefox with this profile. */
  static async of(profile: string): Promise<Marionette> {
    const port = await vi.waitFor(() => Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8')), {
      timeout: PATIENCE,
    });
    const socket = connect(port, '127.0.0.1');
    const marionette = new Marionette(socket);
    await once(socket, 'connect');
    // It says who it is.
    await marionette.#packet();
    return marionette;
  }

  async call(command: string, parameters: object): Promise<unknown> {
    const text = JSON.stringify([0, ++this.#last, command, parameters]);
    this.#socket.write(`${text.length}:${text}`);
    const [, , error, result] = (await this.#packet()) as [1, number, { message: string } | null, unknown];
    if (error) throw new Error(`${command}: ${error.message}`);
    return result;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #packet(): Promise<unknown> {
    for (;;) {
      const [, length, rest = ''] = /^(\d+):(.*)$/s.exec(this.#heard) ?? [];
      if (length !== undefined && rest.length >= Number(length)) {
        this.#heard = rest.slice(Number(length));
        return JSON.parse(rest.slice(0, Number(length)));
      }
      await once(this.#socket, 'data');
    }
  }
}
