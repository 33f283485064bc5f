/**
 * The real Secret Service, of nobody's session: gnome-keyring on a message bus of its own, with keyrings in a folder of its own. No
 * prompter can be started on that bus, so nobody is asked for a password.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type MessageBus } from 'dbus-native';
import { hasCommand } from '../../scripts/program.mjs';
import { PrivateBus } from './private-bus';

const SECRETS = 'org.freedesktop.secrets';
const PROMPTER = 'org.gnome.keyring.SystemPrompter';
const LOGIN_KEYRING = '/org/freedesktop/secrets/collection/login';

/** Why there is none to test with; undefined when there is. Debian's packages `dbus` and `gnome-keyring`, which `npm test` installs. */
export function missingSecretService(): string | undefined {
  const missing = ['dbus-daemon', 'gnome-keyring-daemon'].filter((name) => !hasCommand(name));
  return missing.length > 0 ? `there is no ${missing.join(' and no ')}` : undefined;
}

export class PrivateSecretService {
  /** What a program needs to find this one. Empty values hide what the surroundings have. */
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #bus: PrivateBus;
  readonly #client: MessageBus;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string, bus: PrivateBus) {
    this.#folder = folder;
    this.#bus = bus;
    this.env = {
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus.socket}`,
      XDG_RUNTIME_DIR: folder,
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      GNOME_KEYRING_CONTROL: '',
    };
    this.#client = createClient({ socket: bus.socket, authMethods: ['EXTERNAL'], plainValues: true });
    this.#client.connection.on('error', () => undefined); // ends with the bus
  }

  /** A bus without any Secret Service. */
  static async withoutKeyring(): Promise<PrivateSecretService> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-secrets-'));
    for (const name of ['data/keyrings', 'config', 'cache'])
      await mkdir(join(folder, name), { recursive: true });
    return new PrivateSecretService(folder, await PrivateBus.start());
  }

  /** The keyring of somebody who logged in. */
  static async start(password = 'correct horse'): Promise<PrivateSecretService> {
    const service = await PrivateSecretService.withoutKeyring();
    await service.startKeyring(password);
    return service;
  }

  /**
   * Starts the daemon.
   * @param password opens the login keyring, or makes it when there is none; without one nothing is opened or made.
   */
  async startKeyring(password?: string): Promise<void> {
    const owned = (await this.#watch(SECRETS)).taken;
    const daemon = spawn(
      'gnome-keyring-daemon',
      [password === undefined ? '--start' : '--unlock', '--foreground', '--components=secrets'],
      { stdio: ['pipe', 'ignore', 'pipe'], env: { ...withoutDisplay(), ...this.env } },
    );
    this.#daemon = daemon;
    let said = '';
    daemon.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    daemon.stdin.end(password === undefined ? '' : `${password}\n`);
    await Promise.race([
      owned,
      once(daemon, 'exit').then(() => {
        throw new Error(`gnome-keyring-daemon does not start: ${said}`);
      }),
    ]);
  }

  async stopKeyring(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
  }

  /** As when a person comes back after a restart, and gives this password, or none. */
  async restartKeyring(password?: string): Promise<void> {
    await this.stopKeyring();
    await this.startKeyring(password);
  }

  /** The daemon stands still: it takes requests and never answers. */
  hang(): void {
    this.#daemon?.kill('SIGSTOP');
  }

  wakeUp(): void {
    this.#daemon?.kill('SIGCONT');
  }

  /** Locks the login keyring of the running daemon, as *Lock* in a password manager does. */
  async lock(): Promise<void> {
    await this.#client.invoke({
      destination: SECRETS,
      path: '/org/freedesktop/secrets',
      interface: 'org.freedesktop.Secret.Service',
      member: 'Lock',
      signature: 'ao',
      body: [[LOGIN_KEYRING]],
    });
  }

  /** Whom the keyring has to ask people is there, and nobody is at the screen: no prompt is ever answered. */
  async nobodyAtTheScreen(): Promise<void> {
    await this.#call('RequestName', 'su', PROMPTER, 0);
    this.#client.setMethodCallHandler(
      '/org/gnome/keyring/Prompter',
      'org.gnome.keyring.internal.Prompter',
      'BeginPrompting',
      [() => new Promise(() => undefined), ''],
    );
  }

  async stop(): Promise<void> {
    await this.stopKeyring();
    this.#client.connection.stream.destroy();
    await this.#bus.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #call(member: string, signature: string, ...body: readonly unknown[]): Promise<unknown> {
    return this.#client
      .invoke<unknown>({
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member,
        signature,
        body: [...body],
      })
      .then((value) => value);
  }

  /**
   * Once it watches, to what resolves when somebody takes the name from now on; a daemon that was killed just now may
   * still seem to have it. Who starts the next one earlier may miss it.
   */
  async #watch(name: string): Promise<{ readonly taken: Promise<void> }> {
    const taken = new Promise<void>((resolve) => {
      this.#client.connection.on('message', ({ member, body }) => {
        if (member === 'NameOwnerChanged' && body?.[0] === name && body[2] !== '') resolve();
      });
    });
    await this.#call('AddMatch', 's', `type='signal',member='NameOwnerChanged',arg0='${name}'`);
    return { taken };
  }
}

/** No window of a prompt, whatever is installed. */
function withoutDisplay(): NodeJS.ProcessEnv {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  return rest;
}
