/** How passkeys are searched, in the window and on the command line alike. */

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

export interface SearchedNames {
  readonly rpId: string;
  readonly rpName?: string | undefined;
  readonly userName?: string | undefined;
  readonly userDisplayName?: string | undefined;
  readonly ownName?: string | undefined;
}

/** Everything that is searched, folded, with separators that no query can contain. */
export function searchTextOf({ rpId, rpName, userName, userDisplayName, ownName }: SearchedNames): string {
  return [rpId, rpName ?? '', userName ?? '', userDisplayName ?? '', ownName ?? ''].map(fold).join('\n');
}

/** The words of a query; each must be found somewhere, in any order. */
export function queryTerms(query: string): readonly string[] {
  return fold(query)
    .split(/\s+/)
    .filter((term) => term !== '');
}

export function matchesTerms(searchText: string, terms: readonly string[]): boolean {
  for (const term of terms) if (!searchText.includes(term)) return false;
  return true;
}
