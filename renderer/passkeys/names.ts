/** How a passkey is called in sentences: safe to show, never empty. */
import type { PasskeyView } from '../../preload/contract';
import { DEVICE } from '../device/device-id';
import { isBlank, safeText } from '../display/safe-text';
import { words } from '../messages/en';

/** In a sentence a name needs less room than in a row. */
export const SENTENCE_LENGTH = 60;

export function siteName(passkey: PasskeyView): string {
  return isBlank(passkey.rpId) ? words.passkeys.noSite : safeText(passkey.rpId, SENTENCE_LENGTH).text;
}

/** The name that people are signed in by, where there is one; as it came. */
export function givenName({ userName, userDisplayName }: PasskeyView): string | undefined {
  return isBlank(userName) ? userDisplayName : userName;
}

/** Whose it is. The user's own name for it goes first: by that it is known. */
export function accountName(passkey: PasskeyView): string {
  const name = givenName(passkey);
  const user = isBlank(name) ? words.passkeys.noUserName : safeText(name ?? '', SENTENCE_LENGTH).text;
  return isBlank(passkey.ownName)
    ? user
    : words.passkeys.ownAndUser(safeText(passkey.ownName ?? '', SENTENCE_LENGTH).text, user);
}

/** Whether it can exist anywhere else, in plain words; undefined where nobody said. */
export function backupName(passkey: PasskeyView): string | undefined {
  switch (passkey.backup) {
    case 'device-bound':
      return words.passkeys.backup['device-bound'][passkey.keyId === DEVICE ? 'device' : 'key'];
    case 'synced':
      return words.passkeys.backup.synced;
    case 'unknown':
      return undefined;
  }
}
