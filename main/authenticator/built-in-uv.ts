/** Built-in user verification (CTAP 2.1 §6.5.3.1): the sensor or the dialog behind {@link Env.verification}. */
import { waitForUser, type CommandContext } from './command-context';
import type { Env, UserVerificationAnswer, UserVerificationRequest } from './env';

/**
 * maxUvAttemptsForInternalRetries, 1..5: fingers that are compared before an operation fails which the platform cannot
 * simply ask for again.
 */
const MAX_INTERNAL_ATTEMPTS = 2;

/** Option uv is true: there is something to compare with. A dialog of the system that enrols nobody always has it. */
export function builtInUvConfigured({ configuration, storage }: Env): boolean {
  const { builtInUv, bioEnrollment } = configuration;
  return builtInUv && (bioEnrollment === 'none' || storage.record.templates.length > 0);
}

/** "Protected by some form of user verification" (§6.1.2): a PIN is set, or built-in user verification is configured. */
export function isProtected(env: Env): boolean {
  return env.storage.record.pin.hash !== undefined || builtInUvConfigured(env);
}

/**
 * performBuiltInUv. Every comparison costs a try, durably before it is made; the right finger brings all of them back,
 * and where nothing was compared the try is given back. `no-match` also when no try is left. Throws 0x2D when the platform
 * cancels or the power goes.
 * @param internalRetry a finger that does not match gets another chance within this call.
 */
export async function performBuiltInUv(
  context: CommandContext,
  request: Omit<UserVerificationRequest, 'signal'>,
  internalRetry: boolean,
): Promise<UserVerificationAnswer> {
  const { env, session } = context;
  const { configuration, storage } = env;
  // 1. A blocked PIN blocks the finger too.
  if (session.pin.isSet && session.pin.retries === 0 && storage.record.uvRetries > 0)
    await storage.save({ uvRetries: 0 });
  // 2. How often within this call: where the platform makes but one attempt, all tries are inside it (§6.4,
  // preferredPlatformUvAttempts).
  const allowed = configuration.preferredPlatformUvAttempts === 1 ? Infinity : MAX_INTERNAL_ATTEMPTS;
  for (let attempt = 0; attempt < (internalRetry ? allowed : 1); attempt++) {
    const { uvRetries } = storage.record;
    if (uvRetries === 0) break;
    await storage.save({ uvRetries: uvRetries - 1 });
    session.pin.countUv();
    let answer: UserVerificationAnswer | undefined;
    try {
      answer = await waitForUser(context, (signal) => env.verification.verify({ ...request, signal }));
    } finally {
      // Without power nothing can be given back.
      if (answer !== 'verified' && answer !== 'no-match' && !session.power.signal.aborted)
        await storage.save({ uvRetries });
    }
    if (answer === 'verified') await storage.save({ uvRetries: configuration.maxUvRetries });
    if (answer !== 'no-match') return answer;
  }
  return 'no-match';
}
