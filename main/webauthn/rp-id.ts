/**
 * Which RP IDs a caller may claim (WebAuthn Level 3 §4 "Relying Party Identifier", §5.1.3 steps 7 and 8, §5.1.4 steps 6 and 7; HTML "is a
 * registrable domain suffix of or is equal to").
 */
import { isPublicSuffix, isRegistrableSuffixOrEqual, isValidDomain, parseDomain } from './domain';
import { WebAuthnError } from './errors';
import type { Caller } from './origin';
import type { RelatedOrigins } from './related-origins';

/** The effective domain of the caller. Throws `SecurityError` when it is no valid domain: an address, a dot at the end. */
export function effectiveDomain({ origin }: Caller): string {
  if (!isValidDomain(origin.host))
    throw new WebAuthnError(
      'SecurityError',
      `Passkeys belong to the name of a site, and ${origin.displayed} has none that can be used.`,
    );
  return origin.host;
}

/** `localhost` and below: what the network says of them is what this machine says. */
function isLocal(domain: string): boolean {
  return /^(.+\.)?localhost$/.test(domain);
}

/**
 * The RP ID of the request, in the form of the URL standard, whichever spelling the site chose. Asks the network only when the rule of
 * the suffix fails.
 *
 * Rejects with {@link WebAuthnError}: `SecurityError` when the caller may not claim it, `AbortError`.
 * @param claimed `rp.id` or `rpId`
 */
export async function determineRpId(
  caller: Caller,
  claimed: string | undefined,
  related: RelatedOrigins,
  signal: AbortSignal,
): Promise<string> {
  const domain = effectiveDomain(caller);
  if (claimed === undefined) return domain;
  const rpId = parseDomain(claimed);
  if (rpId === undefined)
    throw new WebAuthnError(
      'SecurityError',
      `${caller.origin.displayed} asked for passkeys of something that is no site.`,
    );
  if (isRegistrableSuffixOrEqual(rpId, domain)) return rpId;
  // A list of related origins below a suffix that strangers share, or on this machine, would speak for nobody.
  if (!isPublicSuffix(rpId) && !isLocal(rpId) && (await related.includes(rpId, caller.origin, signal)))
    return rpId;
  throw new WebAuthnError(
    'SecurityError',
    `${caller.origin.displayed} asked for passkeys that are not its own.`,
  );
}
