/** Sites that the person switched Latchkey off for: host names, each with everything under it. */

/** Most that are kept. */
export const MOST_SITES = 1000;

/** "https://Example.org/x", "example.org" → "example.org". Undefined for what is no host name. */
export function hostOf(typed: string): string | undefined {
  const trimmed = typed.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const host = hostname.replace(/\.$/, '');
  // Browsers have let blanks and stars through.
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) ? host : undefined;
}

export function isOff(sites: readonly string[], origin: string): boolean {
  const host = hostOf(origin);
  return host !== undefined && sites.some((site) => host === site || host.endsWith(`.${site}`));
}

/** What storage holds, which older versions may have written. */
export function sitesOf(stored: unknown): readonly string[] {
  return Array.isArray(stored) ? stored.filter((site) => typeof site === 'string').slice(0, MOST_SITES) : [];
}
