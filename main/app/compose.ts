/** Builds the app's object graph; the only file of the app that knows the adapters. */
import { AtomicFile } from '../../native/files/atomic-file';
import { SystemClock } from '../../native/clock';
import { NodeHidBus } from '../../native/hid/node-hid-bus';
import { UDEV_RULE } from '../../native/hid/udev-rule';
import { SystemRandom } from '../../native/random';
import { Simulator } from '../authenticator/simulator';
import { KeyRegistry } from '../client/key-registry';
import { Inventory } from '../inventory/inventory';
import type { AppArguments } from './command-line';

export const AUTO_LOCK_MINUTES = 5;

export interface Latchkey {
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
  /** The rule that gives the logged-in user access to security keys; Linux only. */
  readonly udevRule: string | undefined;
  readonly simulator: Simulator;
}

/** Nothing is opened or watched before `registry.start()`. Rejects with StateError when a simulated key's file is unusable. */
export async function compose(
  { softKeys, onlySimulated }: Pick<AppArguments, 'softKeys' | 'onlySimulated'>,
  onWarning: (error: Error) => void,
): Promise<Latchkey> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const simulator = new Simulator({ clock, random, openFile: (path) => new AtomicFile(path) });
  for (const softKey of softKeys) await simulator.add(softKey);
  const buses = onlySimulated ? [simulator.bus] : [simulator.bus, new NodeHidBus({ clock, onWarning })];
  const registry = new KeyRegistry(buses, { clock, random });
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
    simulator,
  };
}
