/** Changes the policies of one key. */
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import {
  AuthenticatorConfig,
  policiesOf,
  type ConfigResult,
  type Policies,
} from '../client/authenticator-config';
import type { KeySession } from './key-session';
import { problem, ProblemError, type Problem } from './problems';

export type PolicyChange =
  | { readonly policy: 'always-uv'; readonly on: boolean }
  /** Code points; `rpIds` replace those that may learn the length. */
  | { readonly policy: 'min-pin-length'; readonly length: number; readonly rpIds?: readonly string[] }
  | { readonly policy: 'force-pin-change' }
  | { readonly policy: 'pin-complexity' }
  | { readonly policy: 'enterprise-attestation' }
  | { readonly policy: 'long-touch-reset' };

export interface PolicyOutcome {
  /** `unchanged`: it was so before. Both were read from the key afterwards. */
  readonly outcome: 'changed' | 'unchanged';
  readonly policies: Policies;
  /** The key wants a new PIN now, before it does anything else. */
  readonly pinChangeRequired: boolean;
}

/** Verified by asking the key again. Rejects with {@link ProblemError} or what the client rejects with. */
export async function changePolicy(session: KeySession, change: PolicyChange): Promise<PolicyOutcome> {
  let result: ConfigResult;
  try {
    result = await apply(session, change);
  } catch (error) {
    const told = error instanceof CtapStatusError ? refusalWords(error, session, change) : undefined;
    if (told) throw new ProblemError(told, { cause: error });
    throw error;
  }
  const { outcome, info } = result;
  if (outcome === 'kept')
    throw problem(
      'not-verified',
      'The security key said that it changed this, but says that it is as before. Take it out, put it back in, and try again.',
    );
  return { outcome, policies: policiesOf(info), pinChangeRequired: info.forcePINChange === true };
}

function apply({ key, token, signal }: KeySession, change: PolicyChange): Promise<ConfigResult> {
  const config = new AuthenticatorConfig(key.api, token);
  switch (change.policy) {
    case 'always-uv':
      return config.setAlwaysUv(change.on, { signal });
    case 'min-pin-length':
      return config.setMinPinLength(change, { signal });
    case 'force-pin-change':
      return config.forcePinChange({ signal });
    case 'pin-complexity':
      return config.enablePinComplexityPolicy({ signal });
    case 'enterprise-attestation':
      return config.enableEnterpriseAttestation({ signal });
    case 'long-touch-reset':
      return config.enableLongTouchForReset({ signal });
  }
}

/** What a status means here and nowhere else; undefined where it means the same as always. */
function refusalWords(
  error: CtapStatusError,
  { info }: KeySession,
  change: PolicyChange,
): Problem | undefined {
  const { minPinLength, maxMinPinLengthRpIds } = policiesOf(info);
  switch (error.status) {
    case Status.INVALID_COMMAND:
    case Status.INVALID_SUBCOMMAND:
      return {
        code: 'unsupported',
        message:
          change.policy === 'min-pin-length' && minPinLength !== undefined
            ? 'This security key tells no site its minimum PIN length. Leave the sites out.'
            : 'This security key does not have this setting. What it says about itself shows which it has.',
      };
    case Status.PIN_POLICY_VIOLATION:
      return {
        code: 'pin-policy',
        message: `The minimum PIN length is ${minPinLength ?? 'set'} now and can only be raised, to no more than a PIN can have. Only a reset lowers it, and deletes everything on the key.`,
      };
    case Status.KEY_STORE_FULL:
      return {
        code: 'full',
        message: `The security key takes at most ${maxMinPinLengthRpIds} sites that may learn the minimum PIN length. Name fewer.`,
      };
    case Status.OPERATION_DENIED:
      return change.policy === 'always-uv'
        ? {
            code: 'refused',
            message:
              'This security key does not allow that to be turned off. Only a reset might, and it deletes everything on the key.',
          }
        : undefined;
    case Status.PUAT_REQUIRED:
      return { code: 'pin-not-set', message: 'The security key wants a PIN for that. Set one first.' };
    default:
      return undefined;
  }
}
