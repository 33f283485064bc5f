/** The sentences of the vault's problems, each with a next step. */
import type { VaultProblemCode } from './model';
import { VaultError } from './vault-error';

export function damaged(path: string, what: string, cause?: unknown): VaultError {
  return new VaultError(
    'damaged',
    `${path} is damaged: ${what}. Restore the generation before it, put a copy of the file in its place, or start anew: it is then put aside, not deleted.`,
    { cause },
  );
}

export function emptyFile(path: string): VaultError {
  return new VaultError(
    'empty-file',
    `${path} is empty. Restore the generation before it, put a copy of the file in its place, or start anew.`,
  );
}

export function newerVersion(what: string): VaultError {
  return new VaultError(
    'newer-version',
    `${what} was written by a newer Latchkey. Update Latchkey to use the passkeys of this device. Nothing was changed.`,
  );
}

export function wrongKey(path: string): VaultError {
  return new VaultError(
    'wrong-key',
    `The key in the keychain does not open ${path}. Put the right key back into the keychain (account "vault-key"), or ` +
      'start anew: file and key are then put aside, not deleted.',
  );
}

export function twoVaults(path: string): VaultError {
  return new VaultError(
    'two-vaults',
    `There are two vaults: ${path} is not the one whose key is in the keychain. Put the file back that belongs to the key, or the key that ` +
      'belongs to the file. Neither was changed.',
  );
}

/** @param service of the keychain, where the key ought to be */
export function keyMissing(path: string, service: string): VaultError {
  return new VaultError(
    'key-missing',
    `The keychain has no key for ${path}. Was another keychain in use when it was made? Put its key back (account "vault-key" of ` +
      `"${service}"), or start anew: the file is then put aside, not deleted.`,
  );
}

export function fileMissing(path: string): VaultError {
  return new VaultError(
    'file-missing',
    `The keychain has the key of a vault, but ${path} is missing. Put the file back from a copy, restore the generation before it, ` +
      'or start anew: the key is then put aside, not deleted.',
  );
}

export function inUse(path: string, cause: unknown): VaultError {
  return new VaultError(
    'in-use',
    `Another Latchkey is using the passkeys in ${path}. Use that one, or end it and try again.`,
    { cause },
  );
}

/** @param error of the folder, whose message is a sentence already */
export function fileProblem(error: unknown): VaultError {
  const what = error instanceof Error ? error.message : String(error);
  return new VaultError('file', `${what} See to it and try again.`, { cause: error });
}

const KEYCHAIN: Readonly<Record<string, { code: VaultProblemCode; message: string }>> = {
  unavailable: {
    code: 'keychain-unavailable',
    message:
      'This system has no keychain that Latchkey can reach. Start one (a Secret Service such as gnome-keyring or KWallet) and try again, ' +
      'or keep the passkeys under a passphrase.',
  },
  locked: { code: 'keychain-locked', message: 'The keychain is locked. Unlock it and try again.' },
  'timed-out': {
    code: 'keychain-timed-out',
    message:
      'The keychain did not answer. Look whether it asks for something in a window of its own, then try again.',
  },
};

/** @param error what the keychain rejected with */
export function keychainProblem(error: unknown): VaultError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = KEYCHAIN[code];
  if (known) return new VaultError(known.code, known.message, { cause: error });
  const what = error instanceof Error ? error.message : String(error);
  return new VaultError(
    'keychain-failed',
    `The keychain failed: ${what} Try again, or restart the keychain.`,
    {
      cause: error,
    },
  );
}

export function strangeItem(): VaultError {
  return new VaultError(
    'wrong-key',
    'What the keychain keeps for Latchkey (account "vault-key") is no key of a vault. Put the right one back, or start anew: it is ' +
      'then put aside, not deleted.',
  );
}

/** Where a new vault was to be made. */
export function thereByNow(path: string): VaultError {
  return new VaultError(
    'not-open',
    `Meanwhile somebody has put a file of passkeys there: ${path}. It was not overwritten. Look at the list again.`,
  );
}

export function notOpen(): VaultError {
  return new VaultError('not-open', 'The passkeys of this device are not open. Open them first.');
}

export function notVerified(): VaultError {
  return new VaultError('not-open', 'The passkeys of this device are locked. Enter the PIN first.');
}

export function notFound(): VaultError {
  return new VaultError('not-found', 'This passkey is not there any more. Look at the list again.');
}

/** @param problem why the rest of a switch to a passphrase has to wait */
export function passphraseHolds({ code, message, cause }: VaultError): VaultError {
  return new VaultError(
    code,
    `The passphrase holds from now on: remember it. Only the old key could not be taken out of the keychain, which the next start tries again. ${message}`,
    { cause },
  );
}

export function passphraseWrong(): VaultError {
  return new VaultError('passphrase-wrong', 'This is not the passphrase of the passkeys. Try again.');
}
