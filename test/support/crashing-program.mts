/**
 * Dies of a defect in the middle of a ceremony: the vault is open, the PIN was right, a private key is in memory, and the error
 * that nobody catches has hold of the vault. Its parent is told first what must not be found anywhere.
 */
import { parseKeychainItem } from '../../main/vault/keychain-item';
import { openMemoryVault, PIN } from './memory-vault';
import { add, credential, secrets } from './vault-passkeys';

const { vault, keychain, recoveryKey } = await openMemoryVault();
await vault.verifyPin(PIN);
await add(vault, 1, { rpId: 'very-private.example' });
await vault.verifyPin(PIN);
const opened = await vault.storage.credentials.secretsOf(credential(1).id);
const item = parseKeychainItem(keychain.items.get('vault-key') ?? '');
if (!opened || typeof item === 'string') throw new Error('there is nothing to keep secret');
const keys = [item.key, ...(Object.values(secrets(1)) as Uint8Array[])].filter(({ length }) => length >= 16);
process.send?.(
  { texts: [PIN, recoveryKey], keys: keys.map((key) => Buffer.from(key).toString('hex')) },
  () => {
    throw Object.assign(new TypeError('a defect', { cause: { vault, opened } }), { vault, opened });
  },
);
