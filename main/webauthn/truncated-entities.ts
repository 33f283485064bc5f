/** Names that are too long for an authenticator (WebAuthn Level 3 §6.4.1). */
import type { MakeCredentialRequest } from '../ctap/commands/make-credential';

/** Bytes of UTF-8 that are always kept. */
const KEPT = 64;

/** The beginning of `text` in at most {@link KEPT} bytes, cut between what people take for characters. */
function truncated(text: string): string {
  if (Buffer.byteLength(text) <= KEPT) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(kept) + Buffer.byteLength(segment) > KEPT) break;
    kept += segment;
  }
  return kept;
}

/** The same site and user, with all names short. */
export function truncatedEntities({
  rp,
  user,
}: MakeCredentialRequest): Pick<MakeCredentialRequest, 'rp' | 'user'> {
  const { name: rpName = '' } = rp;
  const { name = '', displayName = '' } = user;
  return {
    rp: { ...rp, name: truncated(rpName) },
    user: { ...user, name: truncated(name), displayName: truncated(displayName) },
  };
}
