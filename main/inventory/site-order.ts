/**
 * The order of sites. Hosts of one site belong together: `accounts.google.com` stands next to `google.com`, not under
 * A. Which part of a name a person registered is guessed from its shape (no public suffix list in the window): good
 * enough to sort by, and used for nothing that matters to security.
 */

/** Second-level names under which countries let people register: `example.co.uk`, `example.com.au`. */
const SECOND_LEVEL: ReadonlySet<string> = new Set([
  'ac',
  'co',
  'com',
  'edu',
  'gov',
  'govt',
  'ltd',
  'mil',
  'ne',
  'net',
  'nhs',
  'nom',
  'or',
  'org',
  'plc',
  'sch',
]);

/** `accounts.google.com` → `google.com`; `shop.example.co.uk` → `example.co.uk`. */
export function registrablePart(rpId: string): string {
  const labels = rpId.split('.');
  const last = labels.at(-1) ?? '';
  const second = labels.at(-2) ?? '';
  const isAddress = /^\d+$/.test(last);
  if (labels.length <= 2 || isAddress) return rpId;
  const size = last.length === 2 && SECOND_LEVEL.has(second) ? 3 : 2;
  return labels.slice(-size).join('.');
}

/** Text that sorts hosts by site first and by the rest of the name after that. */
export function siteOrder(rpId: string): string {
  const site = registrablePart(rpId);
  return `${site}\u0000${rpId.slice(0, rpId.length - site.length)}`;
}
