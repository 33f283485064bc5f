/** authenticatorConfig (CTAP 2.1 §6.11). */
import type { AuthenticatorConfigRequest } from '../../ctap/commands/authenticator-config';
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { CommandContext } from '../command-context';

export async function authenticatorConfig(
  _context: CommandContext,
  _request: AuthenticatorConfigRequest,
): Promise<void> {
  throw new CtapStatusError(Status.INVALID_COMMAND);
}
