/** Builds the command line's object graph; its only file that knows the adapters. Each is loaded when it is needed. */
import type { Composition, Desk, SoftKeySource, Workshop } from './context';

/** Longer than any command takes. */
const AUTO_LOCK_MILLISECONDS = 24 * 60 * 60_000;

export const composition: Composition = { desk, workshop, udevRule };

/** Rejects with StateError when a simulated key's file is unusable, and with the file's own errors. */
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
  const simulator = softKeys.length > 0 ? await simulated(softKeys) : undefined;
  const bus = simulator?.bus ?? (await realBus());
  const registry = new KeyRegistry([bus], { clock, random });
  const inventory = new Inventory({
    registry,
    clock,
    random,
    autoLockMilliseconds: AUTO_LOCK_MILLISECONDS,
  });
  return { registry, inventory, clock, random, ...(simulator && { simulator }), warnings };

  async function simulated(sources: readonly SoftKeySource[]) {
    const [{ Simulator }, { AtomicFile }] = await Promise.all([
      import('../authenticator/simulator'),
      import('../../native/files/atomic-file'),
    ]);
    const made = new Simulator({ clock, random, openFile: (path) => new AtomicFile(path) });
    for (const source of sources) await made.add(source);
    return made;
  }

  async function realBus() {
    const { NodeHidBus } = await import('../../native/hid/node-hid-bus');
    return new NodeHidBus({ clock, onWarning: (error) => warnings.push(error) });
  }
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
