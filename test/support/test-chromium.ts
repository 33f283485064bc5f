/** A running Chromium in a test's hands, and the authenticator of its own. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, CDPSession, Page } from 'playwright';
import { vi } from 'vitest';
import { extensionFolders } from '../../scripts/build-extension.mjs';
import { launchChromium, type ChromiumOptions } from './launch-chromium';
import { PATIENCE } from './person';

/** As the build leaves it. */
export const EXTENSION = extensionFolders.chromium;

export class TestChromium {
  readonly context: BrowserContext;
  readonly profile: string;
  /** Of its first process. */
  readonly pid: number;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.profile = profile;
    // A symbolic link to `host-pid`, which is how Chromium finds out that the profile is in use.
    this.pid = Number(/-(\d+)$/.exec(readlinkSync(join(profile, 'SingletonLock')))?.[1]);
  }

  /** With Latchkey's extension, unless others are named. */
  static async launch({
    extensions = [EXTENSION],
    ...options
  }: Omit<ChromiumOptions, 'extensions'> & Partial<ChromiumOptions>): Promise<TestChromium> {
    const context = await launchChromium({ ...options, extensions });
    context.setDefaultTimeout(PATIENCE);
    return new TestChromium(context, options.profile);
  }

  /** In a tab of its own, in front. */
  async open(address: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(address);
    return page;
  }

  /** Processes that it has started from this folder; native messaging hosts are. */
  started(folder: string): readonly number[] {
    return processes().flatMap(({ pid, command, parent }) =>
      command.includes(folder) && parent === this.pid ? [pid] : [],
    );
  }

  /** As the system does that has no memory left. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.context.close().catch(() => undefined);
    await vi.waitFor(() => {
      if (processes().some(({ pid }) => pid === this.pid)) throw new Error('Chromium is still there');
    });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** The browser's own authenticator, of the tab that it was made for: what arrives there did not stay with Latchkey. */
export class OwnAuthenticator {
  readonly #session: CDPSession;
  readonly #id: string;

  private constructor(session: CDPSession, id: string) {
    this.#session = session;
    this.#id = id;
  }

  /** Its user agrees to everything at once. */
  static async of(page: Page): Promise<OwnAuthenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new OwnAuthenticator(session, authenticatorId);
  }

  /** A passkey that its user has made before. Resolves to its ID, base64url. */
  async has(rpId: string, userName: string): Promise<string> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    await this.#session.send('WebAuthn.addCredential', {
      authenticatorId: this.#id,
      credential: {
        credentialId: id.toString('base64'),
        isResidentCredential: true,
        rpId,
        privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
        userHandle: Buffer.from(userName).toString('base64'),
        signCount: 0,
        userName,
      },
    });
    return id.toString('base64url');
  }

  /** `site user` of every passkey that it has. */
  async passkeys(): Promise<readonly string[]> {
    const { credentials } = await this.#session.send('WebAuthn.getCredentials', {
      authenticatorId: this.#id,
    });
    return credentials.map(({ rpId, userName }) => `${rpId ?? ''} ${userName ?? ''}`.trim());
  }
}

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Those of this system, without the dead that nobody has asked for yet (proc(5)). */
export function processes(): readonly RunningProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid, parent: Number(parent), command }];
    } catch {
      // It has ended since.
      return [];
    }
  });
}
