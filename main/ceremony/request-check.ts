/** What makes a request impossible for everybody, whoever asks on whatever computer: the site may know at once. */
import { algorithmsOf } from '../webauthn/creation-plan';
import { WebAuthnError } from '../webauthn/errors';
import { checkCreateExtensions, checkGetExtensions } from '../webauthn/extension-rules';
import { determineRpId } from '../webauthn/rp-id';
import type { RelatedOrigins } from '../webauthn/related-origins';
import type { CeremonyRequest } from './model';

/** Bytes (WebAuthn Level 3 §5.4.3). */
const MAX_USER_HANDLE = 64;

/**
 * The RP ID that it is about (WebAuthn Level 3 §5.1.3 steps 4 to 10, §5.1.4 steps 4 to 9). Rejects with {@link WebAuthnError}.
 */
export async function checkedRpId(
  request: CeremonyRequest,
  related: RelatedOrigins,
  signal: AbortSignal,
): Promise<string> {
  const { kind, caller, options } = request;
  if (kind === 'create') {
    const { length } = options.user.id;
    if (length === 0 || length > MAX_USER_HANDLE)
      throw new WebAuthnError('TypeError', 'The user handle of the site is not 1 to 64 bytes long.');
  }
  const claimed = kind === 'create' ? options.rp.id : options.rpId;
  const rpId = await determineRpId(caller, claimed, related, signal);
  if (kind === 'create') {
    algorithmsOf(options.pubKeyCredParams);
    checkCreateExtensions(options.extensions);
  } else {
    checkGetExtensions(options.extensions, options.allowCredentials ?? []);
  }
  return rpId;
}
