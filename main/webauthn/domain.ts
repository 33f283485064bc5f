/**
 * Domains and the public suffix list. Domains here are as the URL standard writes them: lower case, A-labels. tldts carries the list as of its release.
 */
import { getDomainWithoutSuffix, getPublicSuffix } from 'tldts';

/** The hosts are parsed already; private domains (`github.io`) separate strangers just as `co.uk` does. */
const OPTIONS = {
  allowPrivateDomains: true,
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
} as const;

/** Octets of a domain name and of a label (RFC 1035 §2.3.4). */
const LONGEST_DOMAIN = 253;
const LABEL = /^[a-z0-9_-]{1,63}$/;

/**
 * A valid domain (URL standard, "host writing"): no empty label, so no dot at the end either, and no address. Underscores and hyphens
 * anywhere are let through, as browsers do: the DNS has such hosts.
 */
export function isValidDomain(host: string): boolean {
  return (
    host.length <= LONGEST_DOMAIN &&
    host.split('.').every((label) => LABEL.test(label)) &&
    !/\.[0-9]+$/.test(host)
  );
}

/** The host parser of the URL standard, for domains: undefined when it fails, and for what is no valid domain. */
export function parseDomain(text: string): string | undefined {
  // 4 × 253: a domain in other scripts is shorter than its A-labels. The rest are the characters that no host has.
  if (text.length > 4 * LONGEST_DOMAIN || /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(text)) return undefined;
  const url = `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const host = new URL(url).hostname;
  return isValidDomain(host) ? host : undefined;
}

export function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, OPTIONS) === domain;
}

/** §4 "Registrable Origin Label": `example` of `www.example.co.uk`; undefined for a public suffix. */
export function registrableOriginLabel(domain: string): string | undefined {
  return getDomainWithoutSuffix(domain, OPTIONS) ?? undefined;
}

/** HTML "is a registrable domain suffix of or is equal to". @param domain the caller's effective domain */
export function isRegistrableSuffixOrEqual(rpId: string, domain: string): boolean {
  if (rpId === domain) return true;
  if (!domain.endsWith(`.${rpId}`)) return false;
  // `amazonaws.com` is no public suffix, but `s3.amazonaws.com` is one, so nobody below it may claim what is above.
  return !isPublicSuffix(rpId) && !(getPublicSuffix(domain, OPTIONS) ?? '').endsWith(`.${rpId}`);
}
