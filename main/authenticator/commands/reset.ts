/** authenticatorReset (CTAP 2.1 §6.6). */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import { requireTouch, type CommandContext } from '../command-context';

/** Everything goes; the engine begins a new power session afterwards, for tokens and key agreement go too. */
export async function reset(context: CommandContext): Promise<void> {
  const { env, session } = context;
  const { resetWindow } = env.configuration;
  // 1. Without a display, only within ten seconds of power-up.
  if (resetWindow > 0 && env.clock.now() - session.since > resetWindow)
    throw new CtapStatusError(Status.NOT_ALLOWED);
  // 2. Evidence of user interaction: 0x27 refused, 0x2F none in time.
  await requireTouch(context, 'reset');
  // 3. Erase.
  await env.storage.factoryReset();
}
