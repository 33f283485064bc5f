/** A vault on the disk, sealed by a real keyring that is nobody's: gnome-keyring on a message bus of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PrivateSecretService } from '../../test/support/secret-service';

export interface VaultOnDisk {
  /** For `--data-folder`. */
  readonly folder: string;
  /** What a program needs to find the keyring, and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Only where `missingSecretService()` misses nothing. */
export async function makeVaultOnDisk(passkeys: number): Promise<VaultOnDisk> {
  const keyring = await PrivateSecretService.start();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-vault-'));
  const remove = async (): Promise<void> => {
    await keyring.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const program = join(import.meta.dirname, 'make-vault.mts');
    await promisify(execFile)(process.execPath, ['--import', 'tsx', program, folder, String(passkeys)], {
      env: { ...process.env, ...keyring.env },
    });
  } catch (error) {
    await remove();
    throw error;
  }
  const { DBUS_SESSION_BUS_ADDRESS = '' } = keyring.env;
  return { folder, env: { DBUS_SESSION_BUS_ADDRESS }, remove };
}
