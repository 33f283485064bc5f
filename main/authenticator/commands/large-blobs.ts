/** authenticatorLargeBlobs (CTAP 2.1 §6.10.2; the numbers are those of the specification's steps). */
import {
  largeBlobArrayOf,
  largeBlobsAuthMessage,
  LARGE_BLOB_CHECKSUM_LENGTH,
  maxFragmentLength,
  type LargeBlobsRequest,
  type LargeBlobsResponse,
} from '../../ctap/commands/large-blobs';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { isProtected } from '../built-in-uv';
import { requireProtocol, type CommandContext } from '../command-context';

/** An array that is being written. */
export interface LargeBlobWrite {
  /** As long as was announced. */
  readonly array: Uint8Array;
  /** Where the next fragment belongs. */
  readonly next: number;
}

/** `write` is what the last command left. */
export async function largeBlobs(
  context: CommandContext,
  request: LargeBlobsRequest,
  write: LargeBlobWrite | undefined,
): Promise<LargeBlobsResponse> {
  const { configuration } = context.env;
  if (configuration.maxLargeBlobArray === 0) throw new CtapStatusError(Status.INVALID_COMMAND);
  // Only other commands end a write; reading does not.
  context.session.largeBlobWrite = write;
  const { get, set, offset } = request;
  // 1–3. Where, and one of the two things that can be done.
  if (offset === undefined) throw new CtapStatusError(Status.INVALID_PARAMETER, 'offset');
  if (get !== undefined && set === undefined) return read(context, request, get, offset);
  if (set !== undefined && get === undefined) return writeFragment(context, request, set, offset);
  throw new CtapStatusError(Status.INVALID_PARAMETER, 'get or set');
}

function read(
  { env: { configuration, storage } }: CommandContext,
  { length, pinUvAuthParam, pinUvAuthProtocol }: LargeBlobsRequest,
  get: number,
  offset: number,
): LargeBlobsResponse {
  const { largeBlobArray } = storage.record;
  // 4.1. What belongs to writing.
  if (length !== undefined || pinUvAuthParam !== undefined || pinUvAuthProtocol !== undefined)
    throw new CtapStatusError(Status.INVALID_PARAMETER);
  // 4.2–4.3. More than fits into an answer, and beyond the end.
  if (get > maxFragmentLength(configuration.maxMsgSize))
    throw new CtapStatusError(Status.INVALID_LENGTH, 'get');
  if (offset > largeBlobArray.length) throw new CtapStatusError(Status.INVALID_PARAMETER, 'offset');
  // 4.4. As much as there is.
  return { config: largeBlobArray.slice(offset, offset + get) };
}

async function writeFragment(
  context: CommandContext,
  request: LargeBlobsRequest,
  set: Uint8Array,
  offset: number,
): Promise<LargeBlobsResponse> {
  const { env, session } = context;
  // 5.1. More than fits into a request.
  if (set.length > maxFragmentLength(env.configuration.maxMsgSize))
    throw new CtapStatusError(Status.INVALID_LENGTH, 'set');
  // 5.2–5.3. A new array begins at the beginning, everything else goes on where the last fragment ended.
  if (offset === 0) session.largeBlobWrite = begin(context, request.length);
  else if (request.length !== undefined) throw new CtapStatusError(Status.INVALID_PARAMETER, 'length');
  const { largeBlobWrite: write } = session;
  if (!write || offset !== write.next) throw new CtapStatusError(Status.INVALID_SEQ, 'offset');
  // 5.4. Who may.
  authorize(context, request, set, offset);
  // 5.5. Not beyond the length that was announced.
  const next = offset + set.length;
  if (next > write.array.length) throw new CtapStatusError(Status.INVALID_PARAMETER, 'set');
  // 5.6. The fragment.
  write.array.set(set, offset);
  session.largeBlobWrite = { array: write.array, next };
  if (next < write.array.length) return {};
  // 5.7. The whole array, if it is whole; otherwise the old one stays.
  session.largeBlobWrite = undefined;
  if (!largeBlobArrayOf(write.array)) throw new CtapStatusError(Status.INTEGRITY_FAILURE);
  await env.storage.save({ largeBlobArray: write.array });
  return {};
}

/** 0x02 without a length or with one that cannot be, 0x18 with one for which there is no room. */
function begin({ env }: CommandContext, length: number | undefined): LargeBlobWrite {
  if (length === undefined) throw new CtapStatusError(Status.INVALID_PARAMETER, 'length');
  if (length > env.configuration.maxLargeBlobArray)
    throw new CtapStatusError(Status.LARGE_BLOB_STORAGE_FULL, 'length');
  // At least one byte of CBOR.
  if (length <= LARGE_BLOB_CHECKSUM_LENGTH) throw new CtapStatusError(Status.INVALID_PARAMETER, 'length');
  return { array: new Uint8Array(length), next: 0 };
}

/** 0x36 no parameter, 0x14 no protocol, 0x02 unknown protocol, 0x33 wrong parameter or no lbw permission. */
function authorize(
  context: CommandContext,
  { pinUvAuthParam, pinUvAuthProtocol }: LargeBlobsRequest,
  fragment: Uint8Array,
  offset: number,
): void {
  const { env, session } = context;
  if (!isProtected(env) && !env.storage.record.policy.alwaysUv) return;
  if (pinUvAuthParam === undefined) throw new CtapStatusError(Status.PUAT_REQUIRED);
  const protocol = requireProtocol(context, pinUvAuthProtocol);
  const message = largeBlobsAuthMessage(offset, fragment);
  if (
    !session.token.verify(protocol, message, pinUvAuthParam) ||
    !session.token.hasPermission(Permission.LBW)
  )
    throw new CtapStatusError(Status.PIN_AUTH_INVALID);
}
