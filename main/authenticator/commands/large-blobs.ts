/** authenticatorLargeBlobs (CTAP 2.1 §6.10). */
import type { LargeBlobsRequest, LargeBlobsResponse } from '../../ctap/commands/large-blobs';
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { CommandContext } from '../command-context';

export async function largeBlobs(
  _context: CommandContext,
  _request: LargeBlobsRequest,
): Promise<LargeBlobsResponse> {
  throw new CtapStatusError(Status.INVALID_COMMAND);
}
