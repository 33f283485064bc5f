/**
 * What the list shows: everything about a passkey that searching and sorting need is prepared once when the list
 * changes, so that a keystroke only looks for one string in ready-made others.
 */
import type { PasskeyView } from '../../preload/contract';
import { fold, matchesTerms, queryTerms, searchTextOf } from '../../main/inventory/search-text';
import { siteOrder } from '../../main/inventory/site-order';

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

export function prepare(passkey: PasskeyView): PreparedPasskey {
  const site = fold(passkey.rpId);
  const user = fold(passkey.userName ?? passkey.userDisplayName ?? '');
  const bySite = siteOrder(site);
  return {
    passkey,
    searchText: searchTextOf(passkey),
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

export function filterPasskeys(
  list: readonly PreparedPasskey[],
  query: string,
  place: Place,
): readonly PreparedPasskey[] {
  const terms = queryTerms(query);
  if (terms.length === 0 && place === ALL_PLACES) return list;
  return list.filter(
    (prepared) =>
      (place === ALL_PLACES || prepared.passkey.keyId === place) && matchesTerms(prepared.searchText, terms),
  );
}
