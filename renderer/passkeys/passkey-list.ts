/**
 * What the list shows: everything about a passkey that searching and sorting need is prepared once when the list
 * changes, so that a keystroke only looks for one string in ready-made others.
 */
import type { PasskeyView } from '../../preload/contract';
import { siteOrder } from './site-order';

export type SortOrder = 'site' | 'user';
/** `all`, or the id of one key. */
export type Place = string;
export const ALL_PLACES: Place = 'all';

export interface PreparedPasskey {
  readonly passkey: PasskeyView;
  /** Everything that is searched, folded, with separators that no query can contain. */
  readonly searchText: string;
  readonly bySite: string;
  readonly byUser: string;
}

/** Nobody types more of a name than this; a name of ten kilobytes must not slow the search of the others. */
const SEARCHED_LENGTH = 512;

/** Case and accents gone: `Zoë` and `ZOE` are found by `zoe`; `ﬁ` by `fi`. */
export function fold(text: string): string {
  const short = text.length > SEARCHED_LENGTH ? text.slice(0, SEARCHED_LENGTH) : text;
  if (/^[\x20-\x7e]*$/.test(short)) return short.toLowerCase();
  return short
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Cc}]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('ı', 'i')
    .replaceAll('đ', 'd');
}

export function prepare(passkey: PasskeyView): PreparedPasskey {
  const site = fold(passkey.rpId);
  const user = fold(passkey.userName ?? passkey.userDisplayName ?? '');
  const parts = [
    site,
    fold(passkey.rpName ?? ''),
    fold(passkey.userName ?? ''),
    fold(passkey.userDisplayName ?? ''),
  ];
  const bySite = siteOrder(site);
  return {
    passkey,
    searchText: parts.join('\n'),
    bySite: `${bySite}\u0001${user}`,
    // A passkey without a name sorts after those with one.
    byUser: `${user === '' ? '\uFFFF' : user}\u0001${bySite}`,
  };
}

/** Sorted copy. The credential ID decides between equals, so that the order never depends on who answered first. */
export function sortPasskeys(list: readonly PreparedPasskey[], order: SortOrder): readonly PreparedPasskey[] {
  const sortKey = order === 'site' ? 'bySite' : 'byUser';
  return [...list].sort((a, b) => {
    if (a[sortKey] !== b[sortKey]) return a[sortKey] < b[sortKey] ? -1 : 1;
    return a.passkey.id < b.passkey.id ? -1 : a.passkey.id > b.passkey.id ? 1 : 0;
  });
}

/** The words of a query; each must be found somewhere, in any order. */
export function queryTerms(query: string): readonly string[] {
  return fold(query)
    .split(/\s+/)
    .filter((term) => term !== '');
}

export function matches(prepared: PreparedPasskey, terms: readonly string[]): boolean {
  for (const term of terms) if (!prepared.searchText.includes(term)) return false;
  return true;
}

export function filterPasskeys(
  list: readonly PreparedPasskey[],
  query: string,
  place: Place,
): readonly PreparedPasskey[] {
  const terms = queryTerms(query);
  if (terms.length === 0 && place === ALL_PLACES) return list;
  return list.filter(
    (prepared) => (place === ALL_PLACES || prepared.passkey.keyId === place) && matches(prepared, terms),
  );
}
