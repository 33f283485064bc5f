/** The icon of a site, drawn from its name: no request ever leaves the machine for an icon. */
import { registrablePart } from '../../main/inventory/site-order';

export interface SiteAvatar {
  readonly letter: string;
  /** Index of the colour, 0 to `AVATAR_COLOURS − 1`; the colours themselves are in the style sheet. */
  readonly colour: number;
}

export const AVATAR_COLOURS = 10;

/** FNV-1a, 32 bit: cheap, and spreads names that differ in one letter. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}

/** The same letter and colour for every host of a site: `login.contoso.com` looks like `contoso.com`. */
export function siteAvatar(rpId: string): SiteAvatar {
  const site = registrablePart(rpId.slice(0, 255).toLowerCase());
  const letter = /[\p{L}\p{N}]/u.exec(site)?.[0] ?? '?';
  return { letter: letter.toUpperCase(), colour: hash(site) % AVATAR_COLOURS };
}
