/**
 * `make-vault.mts FOLDER COUNT` makes a vault with COUNT passkeys where the app with `--data-folder FOLDER` looks for it, sealed by the
 * keychain to which the environment leads: that is why it is a program of its own.
 */
import { DiskFolder } from '../../native/files/private-folder';
import { diskVault } from '../../test/support/disk-vault';
import { fillVault } from '../../test/support/filled-vault';
import { PIN } from '../../test/support/memory-vault';
import { placeOfData } from '../../test/support/vault-of-data';

const [data = '', count = ''] = process.argv.slice(2);
const { path, keychain } = placeOfData(data);
const vault = diskVault({ path, keychain });
await vault.open();
await vault.setUp({ pin: PIN });
await vault.close();
await fillVault({ folder: new DiskFolder(path), keychain }, PIN, Number(count));
keychain.close();
