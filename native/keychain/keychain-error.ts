/** Why the keychain did not serve, from what the system says. */
import type { KeychainFailure, KeychainFailureCode } from '../ports.js';

export class KeychainError extends Error implements KeychainFailure {
  override readonly name = 'KeychainError';
  readonly code: KeychainFailureCode;

  constructor(code: KeychainFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * keytar passes on the words of libsecret, of SecCopyErrorMessageString and of FormatMessage, and no number. In a language other than
 * English none of these fits, which makes it a `failed` with those words.
 */
const WORDS: readonly (readonly [RegExp, 'unavailable' | 'locked'])[] = [
  // libsecret, GIO and the bus.
  [/locked collection|Object does not exist at path|IsLocked|prompt was dismissed/i, 'locked'],
  [
    /not provided by any \.service files|Unknown or unsupported transport|Could ?not connect|autolaunch|address type/i,
    'unavailable',
  ],
  // The library that keytar needs is not there.
  [/Failed to load keytar|cannot open shared object/i, 'unavailable'],
  // macOS: errSecInteractionNotAllowed, errSecInteractionRequired, errSecAuthFailed, errSecUserCanceled.
  [
    /User interaction is (not allowed|required)|user name or passphrase you entered is not correct|canceled the operation/i,
    'locked',
  ],
  // macOS: errSecNoDefaultKeychain, errSecNoSuchKeychain, errSecNotAvailable.
  [/keychain could not be found|No keychain is available/i, 'unavailable'],
  // Windows: ERROR_NO_SUCH_LOGON_SESSION.
  [/logon session does not exist/i, 'unavailable'],
];

/** A {@link KeychainError} stays one. */
export function asKeychainError(error: unknown): KeychainError {
  if (error instanceof KeychainError) return error;
  const words = (error instanceof Error ? error.message : String(error)).trim();
  const code = WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'failed';
  return new KeychainError(code, sentence(code, words), { cause: error });
}

/** @param words what the system said; in brackets behind the sentence. */
export function sentence(code: 'unavailable' | 'locked' | 'failed', words: string): string {
  switch (code) {
    case 'unavailable':
      return `This system offers no keychain to Latchkey (${words}).`;
    case 'locked':
      return `The keychain of this system is locked and was not unlocked (${words}).`;
    case 'failed':
      return `The keychain of this system failed: ${words.replace(/\.$/, '')}.`;
  }
}
