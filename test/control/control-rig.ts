/** Both ends of the control socket in memory; what is asked of the device is only remembered. */
import type { PrivateFolder } from '../../native/ports';
import { ControlClient } from '../../main/control/control-client';
import { serveControl } from '../../main/control/control-server';
import { SECRET_LENGTH } from '../../main/control/handshake';
import type { DeviceService, DeviceStatus } from '../../main/control/operations';
import { ManualClock } from '../support/manual-clock';
import { MemoryControl } from '../support/memory-control';
import { MemoryFile } from '../support/memory-file';
import { SeededRandom } from '../support/seeded-random';

export const status: DeviceStatus = {
  state: 'absent',
  canRestorePrevious: false,
  passkeys: 0,
  deleted: 0,
  path: '/home/ada/.local/share/latchkey',
};

type Handlers = { -readonly [N in keyof DeviceService]?: DeviceService[N] };

export class ControlRig {
  readonly clock = new ManualClock();
  readonly random = new SeededRandom();
  readonly socket = new MemoryControl();
  readonly secret = new MemoryFile('control-secret', this.random.bytes(SECRET_LENGTH));
  /** What the server is asked; set by tests. */
  handlers: Handlers = { status: async () => status };
  /** How often something reached the device. */
  asked = 0;
  /** Requests without their answer. */
  open = 0;

  readonly folder = folderWith(this.secret);

  /** Resolves to what ends it. */
  serve(): Promise<() => Promise<void>> {
    const { folder, socket, clock, random } = this;
    const service = new Proxy({} as DeviceService, {
      get: (_, name: keyof DeviceService) => (args: never, signal?: AbortSignal) => {
        this.asked++;
        const handler = this.handlers[name];
        if (!handler) throw new Error(`nobody answers ${name}`);
        return handler(args, signal);
      },
    });
    const onRequest = () => {
      this.open++;
      return () => void this.open--;
    };
    return serveControl({ folder, socket, service, onRequest, clock, random, program: '1.2.3' });
  }

  /** As a program does; with another secret, as one that does not belong here. */
  connect(secret?: Uint8Array): Promise<ControlClient> {
    const { socket, clock, random } = this;
    const folder = secret ? folderWith(new MemoryFile('control-secret', secret)) : this.folder;
    return ControlClient.connect({ folder, socket, clock, random });
  }
}

export function folderWith(secret: MemoryFile): PrivateFolder {
  return {
    path: '/home/ada/.local/share/latchkey',
    file: () => secret,
    replace: () => Promise.reject(new Error('nothing here is replaced')),
    remove: async () => false,
    lock: async () => async () => undefined,
  };
}
