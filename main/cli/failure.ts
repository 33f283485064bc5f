/** What ends a command before it is done: a code for programs, a sentence for people with a next step, an exit code. */
import { ControlError } from '../control/control-error';
import { problemOf, type Problem, type ProblemCode } from '../inventory/problems';
import { VaultError } from '../vault/vault-error';
import { WebAuthnError, type SiteErrorName } from '../webauthn/errors';

/** Documented in docs/command-line.md; a number keeps its meaning. */
export const ExitCode = {
  DONE: 0,
  UNFORESEEN: 1,
  USAGE: 2,
  NOT_FOUND: 3,
  PIN: 4,
  REFUSED: 5,
  UNABLE: 6,
  PARTLY: 7,
  UNREACHABLE: 8,
  /** From here on: how a request of a site fails, by WebAuthn's names. */
  ABORT_ERROR: 20,
  CONSTRAINT_ERROR: 21,
  ENCODING_ERROR: 22,
  INVALID_STATE_ERROR: 23,
  NOT_ALLOWED_ERROR: 24,
  NOT_SUPPORTED_ERROR: 25,
  SECURITY_ERROR: 26,
  SYNTAX_ERROR: 27,
  TYPE_ERROR: 28,
  /** 128 + SIGINT, as shells do. */
  INTERRUPTED: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** In the words of `--help` and of the documentation. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  [ExitCode.DONE]: 'done',
  [ExitCode.UNFORESEEN]: 'something unforeseen, please report it',
  [ExitCode.USAGE]: 'the command was not understood, or says too little',
  [ExitCode.NOT_FOUND]: 'no such key, passkey, fingerprint or blob',
  [ExitCode.PIN]: 'the PIN (or finger, passphrase, recovery key) is wrong, blocked, missing or not allowed',
  [ExitCode.REFUSED]: 'refused, cancelled, or nobody touched the key in time',
  [ExitCode.UNABLE]: 'the key cannot do that, or has no room for it',
  [ExitCode.PARTLY]: 'partly done; what was not is told',
  [ExitCode.UNREACHABLE]:
    'the key or the passkeys of this device could not be reached: no permission, in use, unplugged, damaged',
  [ExitCode.ABORT_ERROR]: 'webauthn: AbortError, by Ctrl-C, or the app was quit',
  [ExitCode.CONSTRAINT_ERROR]: 'webauthn: ConstraintError, nothing meets what the site demands',
  [ExitCode.ENCODING_ERROR]: 'webauthn: EncodingError, the options hold what is not base64url, or too long',
  [ExitCode.INVALID_STATE_ERROR]: 'webauthn: InvalidStateError, there is a passkey of this account already',
  [ExitCode.NOT_ALLOWED_ERROR]: 'webauthn: NotAllowedError, cancelled, no passkey found, or timed out',
  [ExitCode.NOT_SUPPORTED_ERROR]: 'webauthn: NotSupportedError, nobody can do what the site asks for',
  [ExitCode.SECURITY_ERROR]: 'webauthn: SecurityError, this origin may not use passkeys of that site',
  [ExitCode.SYNTAX_ERROR]: 'webauthn: SyntaxError, a value is not of its form',
  [ExitCode.TYPE_ERROR]: 'webauthn: TypeError, the options are not what they have to be',
  [ExitCode.INTERRUPTED]: 'Ctrl-C',
};

/** Codes that only the command line has. */
type OwnCode =
  | 'usage'
  | 'key-needed'
  | 'no-key'
  | 'no-hid'
  | 'ambiguous'
  | 'pin-needed'
  | 'confirmation-needed'
  | 'declined'
  | 'interrupted'
  | 'partly-done'
  | 'file'
  | 'not-set-up'
  | 'set-up-already'
  | 'passphrase-needed'
  | 'recovery-key-needed'
  | 'vault-file'
  | 'app-unreachable'
  | 'app-version'
  | 'place-needed'
  | 'account-needed';

export type FailureCode = ProblemCode | OwnCode | SiteErrorName;

export const exitCodes: Readonly<Record<FailureCode, ExitCode>> = {
  'access-denied': ExitCode.UNREACHABLE,
  'in-use': ExitCode.UNREACHABLE,
  unplugged: ExitCode.UNREACHABLE,
  protocol: ExitCode.UNREACHABLE,
  'timed-out': ExitCode.REFUSED,
  cancelled: ExitCode.REFUSED,
  refused: ExitCode.REFUSED,
  'touch-denied': ExitCode.REFUSED,
  'delete-not-verified': ExitCode.REFUSED,
  'not-verified': ExitCode.REFUSED,
  'reset-too-late': ExitCode.REFUSED,
  'reset-wrong-key': ExitCode.REFUSED,
  'pin-invalid': ExitCode.PIN,
  'pin-auth-blocked': ExitCode.PIN,
  'pin-blocked': ExitCode.PIN,
  'uv-invalid': ExitCode.PIN,
  'uv-blocked': ExitCode.PIN,
  'pin-not-set': ExitCode.PIN,
  'pin-policy': ExitCode.PIN,
  'pin-change-required': ExitCode.PIN,
  locked: ExitCode.PIN,
  unsupported: ExitCode.UNABLE,
  full: ExitCode.UNABLE,
  'not-found': ExitCode.NOT_FOUND,
  'invalid-argument': ExitCode.USAGE,
  'newer-version': ExitCode.UNABLE,
  damaged: ExitCode.UNREACHABLE,
  'empty-file': ExitCode.UNREACHABLE,
  'wrong-key': ExitCode.UNREACHABLE,
  'two-vaults': ExitCode.UNREACHABLE,
  'key-missing': ExitCode.UNREACHABLE,
  'file-missing': ExitCode.UNREACHABLE,
  'keychain-unavailable': ExitCode.UNREACHABLE,
  'keychain-locked': ExitCode.UNREACHABLE,
  'keychain-timed-out': ExitCode.UNREACHABLE,
  'keychain-failed': ExitCode.UNREACHABLE,
  'not-open': ExitCode.UNREACHABLE,
  'passphrase-wrong': ExitCode.PIN,
  'passphrase-refused': ExitCode.PIN,
  'pin-wrong': ExitCode.PIN,
  'pin-delayed': ExitCode.PIN,
  'pin-locked': ExitCode.PIN,
  'pin-refused': ExitCode.PIN,
  'recovery-wrong': ExitCode.PIN,
  protected: ExitCode.REFUSED,
  'saving-off': ExitCode.REFUSED,
  internal: ExitCode.UNFORESEEN,
  usage: ExitCode.USAGE,
  'key-needed': ExitCode.USAGE,
  'no-key': ExitCode.NOT_FOUND,
  'no-hid': ExitCode.UNREACHABLE,
  ambiguous: ExitCode.USAGE,
  'pin-needed': ExitCode.PIN,
  'confirmation-needed': ExitCode.USAGE,
  declined: ExitCode.REFUSED,
  interrupted: ExitCode.INTERRUPTED,
  'partly-done': ExitCode.PARTLY,
  file: ExitCode.USAGE,
  'not-set-up': ExitCode.NOT_FOUND,
  'set-up-already': ExitCode.USAGE,
  'passphrase-needed': ExitCode.PIN,
  'recovery-key-needed': ExitCode.PIN,
  'vault-file': ExitCode.UNREACHABLE,
  'app-unreachable': ExitCode.UNREACHABLE,
  'app-version': ExitCode.UNREACHABLE,
  'place-needed': ExitCode.USAGE,
  'account-needed': ExitCode.USAGE,
  AbortError: ExitCode.ABORT_ERROR,
  ConstraintError: ExitCode.CONSTRAINT_ERROR,
  EncodingError: ExitCode.ENCODING_ERROR,
  InvalidStateError: ExitCode.INVALID_STATE_ERROR,
  NotAllowedError: ExitCode.NOT_ALLOWED_ERROR,
  NotSupportedError: ExitCode.NOT_SUPPORTED_ERROR,
  SecurityError: ExitCode.SECURITY_ERROR,
  SyntaxError: ExitCode.SYNTAX_ERROR,
  TypeError: ExitCode.TYPE_ERROR,
};

export interface FailureDetails {
  readonly retriesLeft?: number | undefined;
  /** Until the PIN of this device is taken again. */
  readonly waitMilliseconds?: number | undefined;
  /** The name of the key that it is about, where there are several. */
  readonly key?: string | undefined;
}

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  get exitCode(): ExitCode {
    return exitCodes[this.code];
  }
}

/** Next steps that the inventory's sentences give for the window, and what they are here. */
export const commandLineSteps: readonly (readonly [window: string, commandLine: string])[] = [
  ['Its Security keys page says what it can do.', '`latchkey keys info` shows what it can do.'],
  ['See how to allow it,', '`latchkey keys --udev-rule` shows how to allow it;'],
  ['Refresh the list to see what it holds.', '`latchkey list` shows what it holds.'],
  ['Refresh to see what the key holds.', '`latchkey list` shows what the key holds.'],
  ['Unlock it again.', 'Repeat the command.'],
  ['Unlock it.', 'Repeat the command and give the PIN.'],
  ['Set one first.', 'Set one with `latchkey pin set`.'],
  [
    'Restore the generation before it',
    'Restore the generation before it (`latchkey device restore-previous`)',
  ],
  [
    'or keep the passkeys under a passphrase.',
    'or keep the passkeys under a passphrase: `latchkey device set-up --passphrase`.',
  ],
  ['Look at the list again.', '`latchkey list` shows those that there are.'],
  ['or start anew:', 'or start anew (`latchkey device start-anew`):'],
];

/** The inventory's problem in the words of the command line. */
export function problemHere({ message, ...rest }: Problem): Problem {
  const words = commandLineSteps.reduce((text, [window, here]) => text.replace(window, here), message);
  return { ...rest, message: words };
}

/** Any error. Ones of our own making become `internal`. */
export function failureOf(error: unknown, key?: string): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (error instanceof ControlError) {
    const isVersion = error.failure === 'older' || error.failure === 'newer';
    return new CommandFailure(
      isVersion ? 'app-version' : 'app-unreachable',
      error.message,
      { key },
      { cause: error },
    );
  }
  if (error instanceof WebAuthnError)
    return new CommandFailure(error.forSite().name, error.message, {}, { cause: error });
  const { code, message, retriesLeft, waitMilliseconds } = problemHere(problemOf(error));
  // The command line's own `file` is one that was named wrongly.
  const isVaultFile = error instanceof VaultError && code === 'file';
  const details = { retriesLeft, waitMilliseconds, key };
  return new CommandFailure(isVaultFile ? 'vault-file' : code, message, details, { cause: error });
}

function isSiteErrorName(code: string): code is SiteErrorName {
  if (!Object.hasOwn(exitCodes, code)) return false;
  const exitCode = exitCodes[code as FailureCode];
  return exitCode >= ExitCode.ABORT_ERROR && exitCode <= ExitCode.TYPE_ERROR;
}

/** Its code is one of WebAuthn's names. */
export function isForSite({ code }: CommandFailure): boolean {
  return isSiteErrorName(code);
}

/** How a request of a site failed; a name that nobody knows here says no more than the usual one. */
export function siteFailure(name: string, message: string): CommandFailure {
  return new CommandFailure(isSiteErrorName(name) ? name : 'NotAllowedError', message);
}

export function usage(message: string): CommandFailure {
  return new CommandFailure('usage', message);
}

/** What a program is told; documented in docs/command-line.md. */
export function errorShape({ code, message, details }: CommandFailure) {
  const { key, retriesLeft, waitMilliseconds } = details;
  return {
    code,
    message,
    ...(key !== undefined && { key }),
    ...(retriesLeft !== undefined && { retriesLeft }),
    ...(waitMilliseconds !== undefined && { waitMilliseconds: Math.ceil(waitMilliseconds) }),
  };
}
