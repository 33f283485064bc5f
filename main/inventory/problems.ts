/** Turns what went wrong into a code and a sentence for people that ends in a next step. */
import { CtapStatusError, ProtocolError, TransportError, type TransportFailure } from '../ctap/errors';
import { Status } from '../ctap/status';
import { ResetError, type ResetFailure } from '../client/reset-guide';
import type { VaultProblemCode } from '../vault/model';
import { VaultError } from '../vault/vault-error';

export type ProblemCode =
  | VaultProblemCode
  | 'access-denied'
  | 'in-use'
  | 'unplugged'
  | 'timed-out'
  | 'cancelled'
  | 'protocol'
  | 'refused'
  | 'pin-invalid'
  | 'pin-auth-blocked'
  | 'pin-blocked'
  | 'uv-invalid'
  | 'uv-blocked'
  | 'pin-not-set'
  | 'pin-policy'
  | 'pin-change-required'
  | 'locked'
  | 'unsupported'
  | 'not-found'
  | 'full'
  | 'delete-not-verified'
  | 'not-verified'
  | 'reset-too-late'
  | 'reset-wrong-key'
  | 'touch-denied'
  | 'invalid-argument'
  | 'internal';

export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** Of the PIN; of built-in verification with `uv-invalid`. */
  readonly retriesLeft?: number;
  /** Until the PIN of this device is taken again. */
  readonly waitMilliseconds?: number;
}

/** A problem on its way up; everything that is thrown below the inventory becomes one by {@link problemOf}. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options);
    this.problem = problem;
  }
}

export function problem(code: ProblemCode, message: string): ProblemError {
  return new ProblemError({ code, message });
}

const transportProblems: Readonly<Record<TransportFailure, Problem>> = {
  unplugged: {
    code: 'unplugged',
    message: 'The security key was unplugged. Plug it in again and repeat what you did.',
  },
  'timed-out': {
    code: 'timed-out',
    message:
      'The security key did not answer in time. Try again; if it stays silent, take it out and put it back in.',
  },
  'access-denied': {
    code: 'access-denied',
    message:
      'This system does not let you use the security key. See how to allow it, then plug the key in again.',
  },
  busy: {
    code: 'in-use',
    message:
      'Another program is using the security key. Finish or close what it is doing there, then try again.',
  },
  io: {
    code: 'refused',
    message: 'The connection to the security key failed. Take it out, put it back in and try again.',
  },
};

const statusProblems = new Map<number, Problem>([
  [Status.PIN_INVALID, { code: 'pin-invalid', message: 'That PIN is wrong. Check it and try again.' }],
  [
    Status.PIN_AUTH_BLOCKED,
    {
      code: 'pin-auth-blocked',
      message: 'Three wrong PINs in a row. Take the security key out, put it back in, and try again.',
    },
  ],
  [
    Status.PIN_BLOCKED,
    {
      code: 'pin-blocked',
      message:
        'The PIN is blocked after too many wrong tries. The security key can only be reset, which deletes everything on it.',
    },
  ],
  [
    Status.UV_INVALID,
    {
      code: 'uv-invalid',
      message: 'The security key did not recognise you. Lift the finger and try again, or use the PIN.',
    },
  ],
  [
    Status.UV_BLOCKED,
    {
      code: 'uv-blocked',
      message:
        'The security key no longer takes fingerprints after too many tries. Use the PIN: it allows them again.',
    },
  ],
  [Status.PIN_NOT_SET, { code: 'pin-not-set', message: 'This security key has no PIN yet. Set one first.' }],
  [
    Status.PIN_POLICY_VIOLATION,
    {
      code: 'pin-policy',
      message:
        'The security key does not accept that PIN: it is too short, too simple or the same as before. Choose another one.',
    },
  ],
  [
    Status.PIN_AUTH_INVALID,
    {
      code: 'locked',
      message:
        'The security key locked itself: too much time passed, or another program asked for its PIN. Unlock it again.',
    },
  ],
  [Status.PUAT_REQUIRED, { code: 'locked', message: 'The security key wants its PIN first. Unlock it.' }],
  [
    Status.OPERATION_DENIED,
    { code: 'touch-denied', message: 'The security key refused. Try again and touch it when it blinks.' },
  ],
  [
    Status.USER_ACTION_TIMEOUT,
    {
      code: 'timed-out',
      message: 'The security key was not touched in time. Try again and touch it when it blinks.',
    },
  ],
  [
    Status.ACTION_TIMEOUT,
    {
      code: 'timed-out',
      message: 'The security key was not touched in time. Try again and touch it when it blinks.',
    },
  ],
  [
    Status.CREDENTIAL_EXCLUDED,
    {
      code: 'refused',
      message: 'There is a passkey for this account here already. Sign in with it, or delete it first.',
    },
  ],
  [Status.KEEPALIVE_CANCEL, { code: 'cancelled', message: 'Cancelled.' }],
  [
    Status.NO_CREDENTIALS,
    {
      code: 'not-found',
      message: 'The security key no longer has this passkey. Refresh the list to see what it holds.',
    },
  ],
  [
    Status.INVALID_COMMAND,
    {
      code: 'unsupported',
      message: 'This security key cannot do that. Its Security keys page says what it can do.',
    },
  ],
  [
    Status.INVALID_SUBCOMMAND,
    {
      code: 'unsupported',
      message: 'This security key cannot do that. Its Security keys page says what it can do.',
    },
  ],
  [
    Status.FP_DATABASE_FULL,
    {
      code: 'full',
      message: 'The security key has no room for another fingerprint. Remove one that you do not need first.',
    },
  ],
  [
    Status.LARGE_BLOB_STORAGE_FULL,
    {
      code: 'full',
      message:
        'The security key has no room for a blob of this size. Delete one that you do not need, or store less.',
    },
  ],
  [
    Status.KEY_STORE_FULL,
    {
      code: 'full',
      message: 'The security key has no room left for that. Delete a passkey that you do not need first.',
    },
  ],
  [
    Status.UNAUTHORIZED_PERMISSION,
    {
      code: 'unsupported',
      message:
        'This security key does not allow that with its PIN. Its Security keys page says what it can do.',
    },
  ],
  [
    Status.CHANNEL_BUSY,
    {
      code: 'in-use',
      message:
        'Another program is using the security key. Finish or close what it is doing there, then try again.',
    },
  ],
]);

const resetCodes: Readonly<Record<ResetFailure, ProblemCode>> = {
  'wrong-key': 'reset-wrong-key',
  'too-late': 'reset-too-late',
  unsupported: 'unsupported',
};

/** Any error, in words. An error of our own making is `internal` and keeps its text for the report. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof TransportError) return transportProblems[error.failure];
  if (error instanceof CtapStatusError)
    return (
      statusProblems.get(error.status) ?? {
        code: 'refused',
        message: `The security key refused with ${error.message}. Take it out, put it back in and try again.`,
      }
    );
  if (error instanceof ProtocolError)
    return {
      code: 'protocol',
      message: `The security key gave an answer that makes no sense (${error.message}). Take it out, put it back in and try again.`,
    };
  if (error instanceof ResetError) return { code: resetCodes[error.failure], message: error.message };
  if (error instanceof VaultError) {
    const { code, message, tries } = error;
    return { code, message, ...(tries && { retriesLeft: tries.left, waitMilliseconds: tries.wait }) };
  }
  if (error instanceof DOMException && error.name === 'AbortError')
    return { code: 'cancelled', message: 'Cancelled.' };
  return {
    code: 'internal',
    message: `Something went wrong inside Latchkey (${error instanceof Error ? error.message : String(error)}). Try again; if it happens again, please report it.`,
  };
}
