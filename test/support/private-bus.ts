/** A message bus of our own: the real dbus-daemon, with a configuration that lets everybody own and call everything. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class PrivateBus {
  /** Path of its Unix socket. */
  readonly socket: string;
  readonly #folder: string;
  readonly #daemon: ChildProcess;

  private constructor(folder: string, socket: string, daemon: ChildProcess) {
    this.#folder = folder;
    this.socket = socket;
    this.#daemon = daemon;
  }

  /** Needs Debian's package `dbus`, which `npm test` installs. */
  static async start(): Promise<PrivateBus> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-bus-'));
    const socket = join(folder, 'bus');
    const config = join(folder, 'bus.conf');
    await writeFile(
      config,
      `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
`,
    );
    const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    daemon.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await Promise.race([
      once(daemon.stdout, 'data'),
      once(daemon, 'exit').then(() => {
        throw new Error(`dbus-daemon does not start: ${said}`);
      }),
    ]);
    return new PrivateBus(folder, socket, daemon);
  }

  async stop(): Promise<void> {
    if (this.#daemon.exitCode === null && this.#daemon.signalCode === null) {
      this.#daemon.kill();
      await once(this.#daemon, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
