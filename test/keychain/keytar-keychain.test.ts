/** What keytar says on systems that are not here, and on keychains that misbehave; by the words of its sources and the systems'. */
import { expect, test } from 'vitest';
import { asKeychainError } from '../../native/keychain/keychain-error';
import { type Keytar, KeytarKeychain } from '../../native/keychain/keytar-keychain';
import type { KeyringGate } from '../../native/keychain/secret-service';

/** One that does not keep what it is given. */
const forgetful: Keytar = {
  getPassword: async () => null,
  setPassword: async () => undefined,
  deletePassword: async () => false,
};
const found: KeyringGate = { open: async () => true };
const onAsking = (): void => undefined;

test.each([
  ['libsecret', 'Cannot create an item in a locked collection', 'locked'],
  ['libsecret', 'Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'locked'],
  ['GIO', 'The name org.freedesktop.secrets was not provided by any .service files', 'unavailable'],
  ['GIO', 'Unknown or unsupported transport “disabled” for address “disabled:”', 'unavailable'],
  ['GIO', 'Could not connect: No such file or directory', 'unavailable'],
  ['GIO', 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'unavailable'],
  ['keytar', 'Failed to load keytar native addon, checked […] on prebuilds/linux-x64', 'unavailable'],
  ['macOS −25308', 'User interaction is not allowed.', 'locked'],
  ['macOS −25315', 'User interaction is required, but is currently not allowed.', 'locked'],
  ['macOS −25293', 'The user name or passphrase you entered is not correct.', 'locked'],
  ['macOS −128', 'User canceled the operation.', 'locked'],
  ['macOS −25307', 'A default keychain could not be found.', 'unavailable'],
  ['macOS −25294', 'The specified keychain could not be found.', 'unavailable'],
  ['macOS −25291', 'No keychain is available. You may need to restart your computer.', 'unavailable'],
  ['macOS', 'An unknown error occurred.', 'failed'],
  [
    'Windows 1312',
    'A specified logon session does not exist. It may already have been terminated.\r\n',
    'unavailable',
  ],
  ['Windows 1783', 'The stub received bad data.\r\n', 'failed'],
  ['Windows, in German', 'Zugriff verweigert\r\n', 'failed'],
] as const)('%s: “%s” is %s', (_who, words, code) => {
  const error = asKeychainError(new Error(words));
  expect(error.code).toBe(code);
  expect(error.message).toContain(words.trim().replace(/\.$/, ''));
  expect(error.message).toMatch(/^[^\r\n]+\.$/);
});

test('what does not read back was not saved', async () => {
  const keychain = new KeytarKeychain({ keytar: forgetful, onAsking });
  await expect(keychain.set('Latchkey', 'a', 'secret')).rejects.toMatchObject({
    code: 'failed',
    message: expect.not.stringContaining('secret') as string,
  });
});

test('nothing, from a keyring that has it, is no answer', async () => {
  const keychain = new KeytarKeychain({ keytar: forgetful, gate: found, onAsking });
  await expect(keychain.get('Latchkey', 'a')).rejects.toMatchObject({ code: 'locked' });
  await expect(keychain.delete('Latchkey', 'a')).rejects.toMatchObject({ code: 'failed' });
});

test('without a gate (macOS, Windows) nothing is nothing', async () => {
  const keychain = new KeytarKeychain({ keytar: forgetful, onAsking });
  expect(await keychain.get('Latchkey', 'a')).toBeUndefined();
  expect(await keychain.delete('Latchkey', 'a')).toBe(false);
});
