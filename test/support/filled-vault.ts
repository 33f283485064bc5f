/** Fills a vault with many passkeys at once: saving ten thousand of them one by one takes minutes. */
import type { Keychain, PrivateFolder } from '../../native/ports';
import { encodeCard, encodeSecrets } from '../../main/vault/card';
import { KEYCHAIN_ACCOUNT, parseKeychainItem } from '../../main/vault/keychain-item';
import { stretch } from '../../main/vault/scrypt';
import { FILE } from '../../main/vault/file-names';
import { encodeEntry, readFrame, writeFrame } from '../../main/vault/vault-file';
import { SigningKeys, VaultKeys } from '../../main/vault/vault-keys';
import { SeededRandom } from './seeded-random';
import { credential, secrets } from './vault-passkeys';

/**
 * @param places of a vault that is set up with `pin` and the keychain, and closed; its passkeys are replaced by
 * {@link credential} 0 to `count` − 1
 */
export async function fillVault(
  { folder, keychain }: { readonly folder: PrivateFolder; readonly keychain: Keychain },
  pin: string,
  count: number,
): Promise<void> {
  const random = new SeededRandom(`filled with ${count}`);
  const item = parseKeychainItem((await keychain.get(KEYCHAIN_ACCOUNT)) ?? '');
  const file = folder.file(FILE);
  const content = await file.read();
  if (!content || typeof item === 'string') throw new Error('there is no vault to fill');
  const frame = readFrame(content, file.path);
  const { header } = frame;
  const keys = new VaultKeys(item.id, item.key);
  const stretched = await stretch(pin, header.pin.salt, header.pin);
  const signingKey = keys.unwrapSigningKey('pin', stretched, header.pin.box);
  if (!signingKey) throw new Error('it has another PIN');
  const signing = new SigningKeys(item.id, signingKey);
  const entries = Array.from({ length: count }, (_, number) => {
    const made = credential(number);
    const passkey = { credential: made, created: header.written, protected: false };
    return encodeEntry({
      id: made.id,
      card: keys.sealCard(made.id, encodeCard(passkey), random),
      secrets: signing.sealSecrets(made.id, encodeSecrets(secrets(number)), random),
    });
  });
  await file.write(writeFrame({ ...header, passkeys: count }, frame.record, entries, keys));
}
