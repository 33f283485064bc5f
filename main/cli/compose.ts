/** Builds the command line's object graph; its only file that knows the adapters. Each is loaded when it is needed. */
import type { Clock, HidBus, RandomSource } from '../../native/ports';
import type { Simulator } from '../authenticator/simulator';
import type { Composition, Desk, SoftKeySource, Workshop } from './context';
import { CommandFailure } from './failure';

/** Longer than any command takes. */
const AUTO_LOCK_MILLISECONDS = 24 * 60 * 60_000;

export const composition: Composition = { desk, workshop, udevRule };

/** Real keys, or simulated ones where they are asked for. */
async function desk(softKeys: readonly SoftKeySource[]): Promise<Desk> {
  const [{ SystemClock }, { SystemRandom }, { KeyRegistry }, { Inventory }] = await Promise.all([
    import('../../native/clock'),
    import('../../native/random'),
    import('../client/key-registry'),
    import('../inventory/inventory'),
  ]);
  const clock = new SystemClock();
  const random = new SystemRandom();
  const warnings: Error[] = [];
  const simulator = softKeys.length > 0 ? await simulated(clock, random, softKeys) : undefined;
  const bus = simulator?.bus ?? (await realBus(clock, (error) => warnings.push(error)));
  const registry = new KeyRegistry([bus], { clock, random });
  const inventory = new Inventory({
    registry,
    clock,
    random,
    autoLockMilliseconds: AUTO_LOCK_MILLISECONDS,
  });
  return { registry, inventory, clock, random, ...(simulator && { simulator }), warnings };
}

/** Simulated keys, plugged in. Throws where a file is no key. */
async function simulated(
  clock: Clock,
  random: RandomSource,
  sources: readonly SoftKeySource[],
): Promise<Simulator> {
  const [{ Simulator }, { AtomicFile, StateFileError }, { RecipeError }, { StateError }] = await Promise.all([
    import('../authenticator/simulator'),
    import('../../native/files/atomic-file'),
    import('../authenticator/key-recipe'),
    import('../authenticator/state'),
  ]);
  const made = new Simulator({ clock, random, openFile: (path) => new AtomicFile(path) });
  try {
    for (const source of sources) await made.add(source);
  } catch (error) {
    const isAboutTheFile =
      error instanceof StateFileError || error instanceof StateError || error instanceof RecipeError;
    throw isAboutTheFile ? new CommandFailure('file', error.message, {}, { cause: error }) : error;
  }
  return made;
}

async function realBus(clock: Clock, onWarning: (error: Error) => void): Promise<HidBus> {
  const { NodeHidBus } = await import('../../native/hid/node-hid-bus');
  return new NodeHidBus({ clock, onWarning });
}

async function workshop(): Promise<Workshop> {
  const [{ SystemClock }, { SystemRandom }, { AtomicFile }, { LinuxUhid }] = await Promise.all([
    import('../../native/clock'),
    import('../../native/random'),
    import('../../native/files/atomic-file'),
    import('../../native/uhid/linux-uhid'),
  ]);
  return {
    clock: new SystemClock(),
    random: new SystemRandom(),
    openFile: (path) => new AtomicFile(path),
    uhid: new LinuxUhid(),
  };
}

async function udevRule(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  return (await import('../../native/hid/udev-rule')).UDEV_RULE;
}
