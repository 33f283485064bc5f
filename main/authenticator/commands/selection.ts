/** authenticatorSelection (CTAP 2.1 §6.9): the person touches the key that is meant. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import { requireTouch, type CommandContext } from '../command-context';

/** Only from FIDO_2_1 on; older keys are asked with a zero-length pinUvAuthParam. */
export async function selection(context: CommandContext): Promise<void> {
  const { versions } = context.env.configuration;
  if (!versions.includes('FIDO_2_1') && !versions.includes('FIDO_2_3'))
    throw new CtapStatusError(Status.INVALID_COMMAND);
  await requireTouch(context, 'select');
}
