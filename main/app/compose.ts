/** Builds the app's object graph; the only file of the app that knows the adapters. */
import { app, BrowserWindow, systemPreferences } from 'electron';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { LocalSocket } from '../../native/control/local-socket';
import { electronKeychainLauncher } from '../../native/electron/keychain-child';
import { TouchId } from '../../native/electron/touch-id';
import { AtomicFile } from '../../native/files/atomic-file';
import { dataPlaces } from '../../native/files/data-places';
import { DiskFolder } from '../../native/files/private-folder';
import { NodeHidBus } from '../../native/hid/node-hid-bus';
import { UDEV_RULE } from '../../native/hid/udev-rule';
import { ChildKeychain } from '../../native/keychain/child-keychain';
import type { Biometrics, Clock, StateFile } from '../../native/ports';
import { SystemRandom } from '../../native/random';
import { chooseBiometrics, TRY_UNPROVEN } from '../../native/verify/biometrics-choice';
import { Fprintd } from '../../native/verify/fprintd';
import { launchProgram } from '../../native/verify/program-launcher';
import { WindowsHello } from '../../native/verify/windows-hello';
import { Simulator } from '../authenticator/simulator';
import { KeyRegistry } from '../client/key-registry';
import { serveControl } from '../control/control-server';
import { testersAuthenticator } from '../control/testers-authenticator';
import { vaultService } from '../control/vault-service';
import { DevicePlace } from '../inventory/device-place';
import { Inventory } from '../inventory/inventory';
import { SettingsStore } from '../inventory/settings';
import { Vault } from '../vault/vault';
import type { AppArguments } from './command-line';

export const AUTO_LOCK_MINUTES = 5;

export interface Latchkey {
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
  readonly device: DevicePlace;
  /** Ends the keychain's process: what waits for it rejects. */
  readonly closeKeychain: () => void;
  /** Lets the command line work with the passkeys of this device, which this program owns; resolves to what ends it. */
  readonly serveControl: () => Promise<() => Promise<void>>;
  /** A file that is written as a whole, and that only this user can read. */
  readonly openFile: (path: string) => StateFile;
  /** The rule that gives the logged-in user access to security keys; Linux only. */
  readonly udevRule: string | undefined;
  readonly simulator: Simulator;
}

export type ComposeArguments = Pick<AppArguments, 'softKeys' | 'onlySimulated' | 'dataFolder' | 'forTesters'>;

/**
 * Nothing is opened or watched before `registry.start()` and `device.start()`. Rejects with StateError when a simulated key's
 * file is unusable.
 */
export async function compose(
  { softKeys, onlySimulated, dataFolder, forTesters }: ComposeArguments,
  onWarning: (error: Error) => void,
): Promise<Latchkey> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const openFile = (path: string): StateFile => new AtomicFile(path);
  const simulator = new Simulator({ clock, random, openFile });
  for (const softKey of softKeys) await simulator.add(softKey);
  const buses = onlySimulated ? [simulator.bus] : [simulator.bus, new NodeHidBus({ clock, onWarning })];
  const registry = new KeyRegistry(buses, { clock, random });

  const { platform, env } = process;
  const places = dataPlaces({ platform, env, home: homedir() }, dataFolder);
  const folder = new DiskFolder(places.vault);
  const keychain = new ChildKeychain({
    launch: electronKeychainLauncher(join(app.getAppPath(), 'out/main/keychain-process.js')),
    clock,
    service: places.keychainService,
  });
  const vault = new Vault({ folder, keychain, clock, calendar: new SystemCalendar(), random });
  const biometrics = biometricsHere(clock);
  const device = new DevicePlace({
    vault,
    path: places.vault,
    settings: new SettingsStore({
      file: openFile(places.settings),
      aside: openFile(`${places.settings}.unreadable`),
    }),
    clock,
    ...(biometrics && { biometrics }),
  });
  const inventory = new Inventory({
    registry,
    clock,
    random,
    autoLockMilliseconds: AUTO_LOCK_MINUTES * 60_000,
    device,
  });
  return {
    registry,
    inventory,
    device,
    closeKeychain: () => keychain.close(),
    serveControl: () =>
      serveControl({
        folder,
        socket: new LocalSocket(places.vault),
        service: vaultService({
          vault,
          path: places.vault,
          ...(forTesters && { authenticator: testersAuthenticator(vault, { clock, random }) }),
        }),
        clock,
        random,
        program: app.getVersion(),
      }),
    openFile,
    udevRule: platform === 'linux' ? UDEV_RULE : undefined,
    simulator,
  };
}

function biometricsHere(clock: Clock): Biometrics | undefined {
  return chooseBiometrics(process.platform, process.env[TRY_UNPROVEN], {
    fprintd: () => new Fprintd({ clock }),
    windowsHello: () =>
      new WindowsHello({
        clock,
        launch: launchProgram,
        environment: process.env,
        window: () => BrowserWindow.getFocusedWindow()?.getNativeWindowHandle().readBigUInt64LE(),
      }),
    touchId: () => new TouchId(systemPreferences, clock),
  });
}
