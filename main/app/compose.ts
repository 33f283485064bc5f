/** Builds the app's object graph; the only file of the app that knows the adapters. */
import { AtomicFile } from '../../native/files/atomic-file';
import { SystemClock } from '../../native/clock';
import { NodeHidBus } from '../../native/hid/node-hid-bus';
import { UDEV_RULE } from '../../native/hid/udev-rule';
import { SystemRandom } from '../../native/random';
import { DEMO_PIN, demoState } from '../authenticator/demo';
import { SoftHidBus } from '../authenticator/fronts/soft-hid-bus';
import { SoftHidKey } from '../authenticator/fronts/soft-hid-key';
import { ManualPresence } from '../authenticator/manual-presence';
import { SimulatedKey } from '../authenticator/simulated-key';
import { KeyRegistry } from '../client/key-registry';
import { Inventory } from '../inventory/inventory';
import type { SimulatedSeat } from '../ipc/serve-simulator';
import type { AppArguments } from './command-line';

export const AUTO_LOCK_MINUTES = 5;

export interface Latchkey {
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
  /** The rule that gives the logged-in user access to security keys; Linux only. */
  readonly udevRule: string | undefined;
  readonly simulator: { readonly bus: SoftHidBus; readonly seats: readonly SimulatedSeat[] };
}

/** Nothing is opened or watched before `registry.start()`. Rejects with StateError when a simulated key's file is unusable. */
export async function compose(
  { softKeys }: AppArguments,
  onWarning: (error: Error) => void,
): Promise<Latchkey> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const bus = new SoftHidBus();
  const seats = await Promise.all(
    softKeys.map(async (softKey, index): Promise<SimulatedSeat> => {
      const presence = new ManualPresence();
      const key = await SimulatedKey.open({
        clock,
        random,
        presence,
        ...(softKey === 'demo' ? { state: demoState(random) } : { file: new AtomicFile(softKey.file) }),
      });
      return {
        id: `simulated-${index + 1}`,
        key: new SoftHidKey(key),
        presence,
        ...(softKey === 'demo' && { demoPin: DEMO_PIN }),
      };
    }),
  );
  for (const { key } of seats) bus.plug(key);
  const registry = new KeyRegistry([bus, new NodeHidBus({ clock, onWarning })], { clock, random });
  const inventory = new Inventory({
    registry,
    clock,
    random,
    autoLockMilliseconds: AUTO_LOCK_MINUTES * 60_000,
  });
  return {
    registry,
    inventory,
    udevRule: process.platform === 'linux' ? UDEV_RULE : undefined,
    simulator: { bus, seats },
  };
}
