/** The command line with a vault of this device in memory. */
import { CommandLineBench, deviceHome } from './command-line';
import { memoryVault, PIN, type MemoryVault } from './memory-vault';
import { SeededRandom } from './seeded-random';

export const PASSPHRASE = 'correct horse battery staple';

/** A passkey as `--json` prints it. */
export interface Listed {
  readonly where: string;
  readonly rpId: string;
  readonly userName: string | null;
  readonly userDisplayName: string | null;
  readonly credentialId: string;
  readonly key: unknown;
  readonly device: { readonly protected: boolean; readonly notRemovable: string | null } | null;
}

/** Every command opens the vault anew, as a process does. */
export class DeviceBench extends CommandLineBench {
  readonly made: MemoryVault = memoryVault();
  readonly deviceRandom = new SeededRandom('device');

  constructor() {
    super();
    this.has(() => this.made.folder.content('passkeys.vault') !== undefined);
  }

  /** @param exists whether the command line takes it that there is a vault */
  has(exists: () => boolean): void {
    const { vault, clock } = this.made;
    this.device = deviceHome({ vault, clock, random: this.deviceRandom, exists });
  }

  setUp(): Promise<unknown> {
    return this.json(['device', 'set-up'], [PIN]);
  }

  /** Resolves to the ID of the new passkey. */
  async add(site: string, user = 'ada'): Promise<string> {
    const argv = ['device', 'add-test', site, '--user', user];
    const [added] = await this.json<readonly Listed[]>(argv, [PIN]);
    return added?.credentialId ?? '';
  }

  listed(): Promise<readonly Listed[]> {
    return this.json(['list']);
  }

  deleted(): Promise<readonly Listed[]> {
    return this.json(['device', 'deleted', 'list']);
  }
}
