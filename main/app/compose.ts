/** Builds the app's object graph. Of the app, only the files named compose… know the adapters. */
import { BrowserWindow, systemPreferences } from 'electron';
import { SystemCalendar } from '../../native/calendar';
import { SystemClock } from '../../native/clock';
import { TouchId } from '../../native/electron/touch-id';
import { AtomicFile } from '../../native/files/atomic-file';
import { DiskFolder } from '../../native/files/private-folder';
import { UDEV_RULE } from '../../native/hid/udev-rule';
import type { Biometrics, Clock, StateFile } from '../../native/ports';
import { SystemRandom } from '../../native/random';
import { chooseBiometrics, TRY_UNPROVEN } from '../../native/verify/biometrics-choice';
import { Fprintd } from '../../native/verify/fprintd';
import { launchProgram } from '../../native/verify/program-launcher';
import { WindowsHello } from '../../native/verify/windows-hello';
import type { Simulator } from '../authenticator/simulator';
import type { Bridge } from '../bridge/bridge';
import type { BrowserLinks } from '../bridge/links';
import type { CeremonyDesk } from '../ceremony/ceremony-desk';
import type { SignalNotice, Signals } from '../ceremony/signals';
import type { KeyRegistry } from '../client/key-registry';
import type { CeremonyService } from '../control/vault-service';
import type { DevicePlace } from '../inventory/device-place';
import type { Inventory } from '../inventory/inventory';
import { keptFiles } from '../inventory/kept-file';
import { OwnNamesStore } from '../inventory/own-names';
import { SettingsStore } from '../inventory/settings';
import type { BrowsersDesk } from '../ipc/serve-browsers';
import type { AppArguments } from './command-line';
import type { composeBridge } from './compose-bridge';
import type { KeychainAtStart } from './compose-keychain';
import { inTurn } from './in-turn';

export const AUTO_LOCK_MINUTES = 5;

export interface Latchkey {
  readonly clock: Clock;
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
  readonly device: DevicePlace;
  /** Ends the keychain's process: what waits for it rejects. */
  readonly closeKeychain: () => void;
  /**
   * Lets the command line work with the passkeys of this device, which this program owns, and ask for ceremonies; resolves to what
   * ends it. What `onRequest` returns is called when the request has its answer.
   */
  readonly serveControl: (
    webauthn: CeremonyService,
    onRequest: () => () => void,
  ) => Promise<() => Promise<void>>;
  /** What saves and uses passkeys, made anew; its code is loaded with the first request. */
  readonly ceremonies: () => Promise<CeremonyDesk>;
  /** What follows the signals of sites, made anew; its code is loaded when first asked for. */
  readonly signals: (tell: (notice: SignalNotice) => void) => Promise<Signals>;
  /** What is behind the Browsers page, made anew; its code is loaded when first asked for. */
  readonly browsers: (links: BrowserLinks) => Promise<BrowsersDesk>;
  /** What browsers connect to, made anew; its code is loaded when first asked for. */
  readonly bridge: (around: Parameters<typeof composeBridge>[1]) => Promise<Bridge>;
  /** A file that is written as a whole, and that only this user can read. */
  readonly openFile: (path: string) => StateFile;
  /** The rule that gives the logged-in user access to security keys; Linux only. */
  readonly udevRule: string | undefined;
  /** Made, and its code loaded, when first asked for: hardly anybody simulates keys. */
  readonly simulator: () => Promise<Simulator>;
}

export type ComposeArguments = Pick<
  AppArguments,
  'softKeys' | 'onlySimulated' | 'serveSimulated' | 'systemBus' | 'forTesters'
>;

/**
 * Nothing is opened or watched before `registry.start()` and `device.start()`. Rejects with StateError when a simulated key's
 * file is unusable.
 */
export async function compose(
  { softKeys, onlySimulated, serveSimulated, systemBus, forTesters }: ComposeArguments,
  { keychain, places }: KeychainAtStart,
  onWarning: (error: Error) => void,
): Promise<Latchkey> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const openFile = (path: string): StateFile => new AtomicFile(path);
  const { NodeHidBus } = await inTurn(() => import('../../native/hid/node-hid-bus'));
  const { KeyRegistry } = await inTurn(() => import('../client/key-registry'));
  const buses = onlySimulated ? [] : [new NodeHidBus({ clock, onWarning })];
  const registry = new KeyRegistry(buses, { clock, random });
  let simulating: Promise<Simulator> | undefined;
  const simulator = (): Promise<Simulator> =>
    (simulating ??= import('../authenticator/simulator').then((loaded) => {
      const made = new loaded.Simulator({ clock, random, openFile });
      registry.add(made.bus);
      return made;
    }));
  for (const softKey of softKeys) await (await simulator()).add(softKey);

  const folder = new DiskFolder(places.vault);
  const { Vault } = await inTurn(() => import('../vault/vault'));
  const { DevicePlace } = await inTurn(() => import('../inventory/device-place'));
  const vault = new Vault({ folder, keychain, clock, calendar: new SystemCalendar(), random });
  const biometrics = biometricsHere(clock, systemBus);
  const device = new DevicePlace({
    vault,
    path: places.vault,
    settings: new SettingsStore(keptFiles(openFile, places.settings)),
    clock,
    ...(biometrics && { biometrics }),
  });
  const ownNames = new OwnNamesStore(keptFiles(openFile, places.names));
  const { Inventory } = await inTurn(() => import('../inventory/inventory'));
  const inventory = new Inventory({
    registry,
    clock,
    random,
    autoLockMilliseconds: AUTO_LOCK_MINUTES * 60_000,
    device,
    ownNames,
  });
  return {
    clock,
    registry,
    inventory,
    device,
    closeKeychain: () => keychain.close(),
    ceremonies: () =>
      import('./compose-ceremonies').then(({ composeCeremonies }) =>
        composeCeremonies({
          clock,
          random,
          registry,
          inventory,
          vault,
          ownNames,
          ...(biometrics && { biometrics }),
          saves: () => device.status.enabled,
          serveSimulated,
        }),
      ),
    serveControl: (webauthn, onRequest) =>
      import('./compose-control').then(({ composeControl }) =>
        composeControl(
          { folder, path: places.vault, vault, device, clock, random, forTesters },
          webauthn,
          onRequest,
        ),
      ),
    signals: (tell) =>
      import('./compose-ceremonies').then(({ composeSignals }) =>
        composeSignals({ clock, vault, moved: keptFiles(openFile, places.movedBySites), tell }),
      ),
    browsers: (links) =>
      import('./compose-browsers').then(({ composeBrowsers }) => composeBrowsers(places, links)),
    bridge: (around) => import('./compose-bridge').then((loaded) => loaded.composeBridge(places, around)),
    openFile,
    udevRule: process.platform === 'linux' ? UDEV_RULE : undefined,
    simulator,
  };
}

function biometricsHere(clock: Clock, systemBus: string | undefined): Biometrics | undefined {
  return chooseBiometrics(process.platform, process.env[TRY_UNPROVEN], {
    fprintd: () => new Fprintd({ clock, ...(systemBus !== undefined && { socket: systemBus }) }),
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
