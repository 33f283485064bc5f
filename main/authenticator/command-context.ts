/** What a command works with. */
import type { CallOptions } from '../ctap/api';
import { CtapStatusError } from '../ctap/errors';
import { pinProtocol, type PinProtocol } from '../ctap/pin-protocol';
import { Status } from '../ctap/status';
import type { Env, PresenceReason } from './env';
import type { PowerSession } from './power-session';

const CANCELLED = Symbol('cancelled');

export interface CommandContext {
  readonly env: Env;
  readonly session: PowerSession;
  readonly options: CallOptions;
}

/**
 * Waits for a touch. Throws 0x27 when it is refused, 0x2F when none comes in time, 0x2D when the platform cancels or
 * the power goes.
 */
export async function requireTouch(
  context: CommandContext,
  reason: PresenceReason,
  rpId?: string,
): Promise<void> {
  const long = reason === 'reset' && context.env.storage.record.policy.longTouchForReset;
  const answer = await waitForUser(context, (signal) =>
    context.env.presence.request({
      reason,
      ...(rpId !== undefined && { rpId }),
      ...(long && { long }),
      signal,
    }),
  );
  if (answer === 'refused') throw new CtapStatusError(Status.OPERATION_DENIED);
  if (answer === 'timed-out') throw new CtapStatusError(Status.USER_ACTION_TIMEOUT);
}

/**
 * Waits for what a person does, at most `milliseconds`, and tells the platform so (keepalive UPNEEDED). Throws 0x2D when
 * the platform cancels or the power goes.
 * @param ask its signal is aborted when the answer is not wanted any more.
 */
export async function waitForUser<T>(
  { env, session, options }: CommandContext,
  ask: (signal: AbortSignal) => Promise<T>,
  milliseconds: number = env.configuration.presenceTimeout,
): Promise<T | 'timed-out'> {
  const giveUp = new AbortController();
  const cancels = [session.power.signal, ...(options.signal ? [options.signal] : [])];
  let stopTimer = (): void => undefined;
  let onCancel = (): void => undefined;
  options.onStatus?.('touch-needed');
  try {
    // Behind the report of the status: whoever hears it may cancel at once.
    if (cancels.some(({ aborted }) => aborted)) throw new CtapStatusError(Status.KEEPALIVE_CANCEL);
    const answer = await Promise.race([
      ask(giveUp.signal),
      new Promise<'timed-out'>((resolve) => {
        stopTimer = env.clock.after(milliseconds, () => resolve('timed-out'));
      }),
      new Promise<typeof CANCELLED>((resolve) => {
        onCancel = () => resolve(CANCELLED);
        for (const signal of cancels) signal.addEventListener('abort', onCancel);
      }),
    ]);
    // A cancel that comes after the gesture is too late: the real result goes out.
    if (answer === CANCELLED) throw new CtapStatusError(Status.KEEPALIVE_CANCEL);
    return answer;
  } finally {
    stopTimer();
    for (const signal of cancels) signal.removeEventListener('abort', onCancel);
    giveUp.abort();
    options.onStatus?.('processing');
  }
}

/** The PIN/UV auth protocol of a request: 0x14 when it is missing, 0x02 when this key does not speak it. */
export function requireProtocol({ env }: CommandContext, version: number | undefined): PinProtocol {
  if (version === undefined) throw new CtapStatusError(Status.MISSING_PARAMETER, 'pinUvAuthProtocol');
  const { clientPin, builtInUv, pinUvAuthProtocols } = env.configuration;
  const spoken = (clientPin || builtInUv) && pinUvAuthProtocols.includes(version);
  const protocol = spoken ? pinProtocol(version, env.random) : undefined;
  if (!protocol) throw new CtapStatusError(Status.INVALID_PARAMETER, 'pinUvAuthProtocol');
  return protocol;
}
