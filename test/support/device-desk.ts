/** This device on a desk for tests: a vault in memory, settings in memory, and the inventory above them. Time stands still. */
import type { Biometrics } from '../../native/ports';
import { KeyRegistry } from '../../main/client/key-registry';
import { DevicePlace, type DeviceChange } from '../../main/inventory/device-place';
import { Inventory } from '../../main/inventory/inventory';
import type { OwnNamesStore } from '../../main/inventory/own-names';
import { SettingsStore } from '../../main/inventory/settings';
import type { Vault } from '../../main/vault/vault';
import type { ManualClock } from './manual-clock';
import { settled } from './manual-clock';
import { MemoryFile } from './memory-file';
import type { ManualCalendar } from './memory-vault';
import { MemoryFolder, memoryVault, PIN, type MemoryKeychain } from './memory-vault';
import { ownNamesIn } from './own-names';
import { SeededRandom } from './seeded-random';

export const DEVICE_PIN = PIN;

export interface DeviceDeskOptions {
  /** There is a sensor, and somebody is enrolled or not. */
  readonly biometrics?: boolean;
}

export class DeviceDesk {
  readonly clock: ManualClock;
  readonly calendar: ManualCalendar;
  readonly folder: MemoryFolder;
  readonly keychain: MemoryKeychain;
  readonly vault: Vault;
  readonly settingsFile: MemoryFile;
  readonly namesFile: MemoryFile;
  readonly ownNames: OwnNamesStore;
  readonly place: DevicePlace;
  readonly inventory: Inventory;
  readonly changes: DeviceChange[] = [];
  /** In hex, of every passkey that was made. */
  readonly secrets: string[] = [];
  recoveryKey = '';
  readonly #options: DeviceDeskOptions;

  constructor(options: DeviceDeskOptions = {}, before?: DeviceDesk, folder?: MemoryFolder) {
    this.#options = options;
    const { clock, calendar, keychain, vault, ...made } = memoryVault({
      ...(before && { keychain: before.keychain, calendar: before.calendar }),
      ...(folder && { folder }),
    });
    this.clock = clock;
    this.calendar = calendar;
    this.keychain = keychain;
    this.folder = made.folder;
    this.vault = vault;
    this.settingsFile = before?.settingsFile ?? new MemoryFile('/config/settings.json');
    this.namesFile = before?.namesFile ?? new MemoryFile('/config/names.json');
    this.ownNames = ownNamesIn(this.namesFile);
    this.recoveryKey = before?.recoveryKey ?? '';
    const biometrics: Biometrics = {
      name: 'a test finger',
      available: async () => options.biometrics === true,
      verify: () => Promise.reject(new Error('not asked here')),
    };
    this.place = new DevicePlace({
      vault,
      path: this.folder.path,
      settings: new SettingsStore({
        file: this.settingsFile,
        aside: new MemoryFile('/config/settings.json.unreadable'),
      }),
      clock,
      ...(options.biometrics !== undefined && { biometrics }),
    });
    this.place.onChange((change) => this.changes.push(change));
    const random = new SeededRandom();
    const registry = new KeyRegistry([], { clock, random });
    this.inventory = new Inventory({
      registry,
      clock,
      random,
      autoLockMilliseconds: 300_000,
      device: this.place,
      ownNames: this.ownNames,
    });
  }

  /** Set up with {@link DEVICE_PIN}, one passkey for each site, not verified any more. */
  async withPasskeys(...sites: readonly string[]): Promise<void> {
    await this.place.start();
    this.recoveryKey = await this.place.setUp(DEVICE_PIN);
    for (const site of sites) await this.makePasskey(site);
    this.vault.lock();
  }

  async makePasskey(rpId: string): Promise<void> {
    const privateKey = new Uint8Array(32).fill(this.secrets.length + 1);
    this.secrets.push(Buffer.from(privateKey).toString('hex'));
    await this.vault.verifyPin(DEVICE_PIN);
    await this.vault.storage.credentials.save(
      {
        id: idOf(rpId),
        rp: { id: rpId },
        user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
        algorithm: -7,
        publicKey: new Map<number, number | Uint8Array>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, new Uint8Array(32)],
          [-3, new Uint8Array(32)],
        ]),
        credProtect: 1,
      },
      {
        privateKey,
        credRandomWithUv: new Uint8Array(32),
        credRandomWithoutUv: new Uint8Array(32),
      },
    );
    this.vault.endCeremony();
  }

  /** The PIN was right: biometrics suffice until it is forgotten. */
  async verify(): Promise<void> {
    await this.vault.verifyPin(DEVICE_PIN);
    this.vault.endCeremony();
    await this.settle();
  }

  id(rpId: string): string {
    return `device:${Buffer.from(idOf(rpId)).toString('hex')}`;
  }

  sites(): string[] {
    return this.place.passkeys.map(({ credential }) => credential.rpId);
  }

  /** The same folder and keychain after the program was ended and started again. */
  restarted(): DeviceDesk {
    const copy = new MemoryFolder();
    for (const [name, { content }] of this.folder.files) copy.put(name, content);
    return new DeviceDesk(this.#options, this, copy);
  }

  /** Another program at the same time. */
  besides(): DeviceDesk {
    return new DeviceDesk(this.#options, this, this.folder);
  }

  /** Waits until the next PIN is taken. */
  passDelay(): Promise<void> {
    return this.clock.advance(this.place.status.pin?.waitMilliseconds ?? 0);
  }

  settle(): Promise<void> {
    return settled();
  }
}

function idOf(rpId: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`passkey of ${rpId}`));
}
