/** Builds the command line's object graph; its only file that knows the adapters. Each is loaded when it is needed. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock, HidBus, RandomSource } from '../../native/ports';
import type { Simulator } from '../authenticator/simulator';
import type { RelatedOrigins } from '../webauthn/related-origins';
import type { OwnNamesStore } from '../inventory/own-names';
import type { Composition, Desk, SoftKeySource, Workshop } from './context';
import type { DeviceHome } from './device-home';
import { CommandFailure } from './failure';

/** Longer than any command takes. */
const AUTO_LOCK_MILLISECONDS = 24 * 60 * 60_000;

/** This file is built into `out/cli/parts`. */
const ROOT = join(import.meta.dirname, '..', '..', '..');
const KEYCHAIN_PROGRAM = join(import.meta.dirname, '..', 'keychain-process.mjs');

export const composition: Composition = { desk, workshop, deviceHome, ownNames, udevRule, relatedOrigins };

/** Real keys, or simulated ones where they are asked for. */
async function desk(softKeys: readonly SoftKeySource[], ownNames: OwnNamesStore | undefined): Promise<Desk> {
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
    ...(ownNames && { ownNames }),
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

async function deviceHome(dataFolder: string | undefined): Promise<DeviceHome> {
  const [
    { SystemClock },
    { SystemCalendar },
    { SystemRandom },
    { dataPlaces },
    { DiskFolder },
    { systemKeychain },
    { nodeKeychainLauncher },
    { LocalSocket },
    { Vault },
    { vaultService },
    { testersAuthenticator },
    { ControlClient },
    { FILE, PREVIOUS },
    { SettingsStore },
    { keptFiles },
    { AtomicFile },
  ] = await Promise.all([
    import('../../native/clock'),
    import('../../native/calendar'),
    import('../../native/random'),
    import('../../native/files/data-places'),
    import('../../native/files/private-folder'),
    import('../../native/keychain/system-keychain'),
    import('../../native/keychain/node-child'),
    import('../../native/control/local-socket'),
    import('../vault/vault'),
    import('../control/vault-service'),
    import('../control/testers-authenticator'),
    import('../control/control-client'),
    import('../vault/file-names'),
    import('../inventory/settings'),
    import('../inventory/kept-file'),
    import('../../native/files/atomic-file'),
  ]);
  const clock = new SystemClock();
  const random = new SystemRandom();
  const { platform, env } = process;
  const places = dataPlaces({ platform, env, home: homedir() }, dataFolder);
  const folder = new DiskFolder(places.vault);
  const keychain = systemKeychain(platform, {
    launch: nodeKeychainLauncher(KEYCHAIN_PROGRAM),
    clock,
    service: places.keychainService,
  });
  const vault = new Vault({ folder, keychain, clock, calendar: new SystemCalendar(), random });
  const settings = new SettingsStore(keptFiles((path) => new AtomicFile(path), places.settings));
  // A checkout. What is packed for people has no sources.
  const forTesters = existsSync(join(ROOT, 'cli.vite.config.mjs'));
  return {
    path: places.vault,
    clock,
    random,
    exists: async () => [FILE, PREVIOUS].some((name) => existsSync(join(places.vault, name))),
    vault,
    service: vaultService({
      vault,
      path: places.vault,
      saves: async () => {
        await settings.read();
        return settings.current.enabled;
      },
      ...(forTesters && { authenticator: testersAuthenticator(vault, { clock, random }) }),
    }),
    forCeremonies: async () => {
      const { ThisDevice } = await import('../ceremony/this-device');
      await settings.read();
      // No biometrics: they open again what the PIN has opened, and every command begins anew.
      return new ThisDevice({ vault, clock, random, saves: () => settings.current.enabled });
    },
    connect: () => ControlClient.connect({ folder, socket: new LocalSocket(places.vault), clock, random }),
    forTesters,
  };
}

async function ownNames(dataFolder: string | undefined): Promise<OwnNamesStore> {
  const [{ dataPlaces }, { AtomicFile }, { keptFiles }, { OwnNamesStore }] = await Promise.all([
    import('../../native/files/data-places'),
    import('../../native/files/atomic-file'),
    import('../inventory/kept-file'),
    import('../inventory/own-names'),
  ]);
  const { platform, env } = process;
  const { names } = dataPlaces({ platform, env, home: homedir() }, dataFolder);
  return new OwnNamesStore(keptFiles((path) => new AtomicFile(path), names));
}

async function udevRule(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  return (await import('../../native/hid/udev-rule')).UDEV_RULE;
}

async function relatedOrigins(): Promise<RelatedOrigins> {
  const [{ WebWellKnownFetch }, { WellKnownRelatedOrigins }] = await Promise.all([
    import('../../native/well-known-fetch'),
    import('../webauthn/related-origins'),
  ]);
  return new WellKnownRelatedOrigins(new WebWellKnownFetch());
}
