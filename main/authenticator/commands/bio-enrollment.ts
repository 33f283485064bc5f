/** authenticatorBioEnrollment (CTAP 2.1 §6.7). */
import type { BioEnrollmentRequest, BioEnrollmentResponse } from '../../ctap/commands/bio-enrollment';
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { CommandContext } from '../command-context';

export async function bioEnrollment(
  _context: CommandContext,
  _request: BioEnrollmentRequest,
): Promise<BioEnrollmentResponse> {
  throw new CtapStatusError(Status.INVALID_COMMAND);
}
