/** Passkeys as commands speak of them: found by ID or by name, in the order of the window. */
import type { KeyStatus, Passkey } from '../inventory/model';
import { fold, matchesTerms, queryTerms, searchTextOf } from '../inventory/search-text';
import { siteOrder } from '../inventory/site-order';
import { CommandFailure } from './failure';
import { shown } from './output';

export interface ListedPasskey {
  readonly passkey: Passkey;
  /** Undefined for this device. */
  readonly key: KeyStatus | undefined;
}

/** What this device is called where keys have their names; `--key` takes it too. */
export const THIS_DEVICE = 'This device';

export function whereOf({ key }: Pick<ListedPasskey, 'key'>): string {
  return key?.name ?? THIS_DEVICE;
}

/** Nobody tells shorter ones apart. */
const SHORTEST_ID = 8;

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

export function idOf({ passkey }: ListedPasskey): string {
  return base64url(passkey.credential.credentialId);
}

/** By site, then by user, as the window sorts them. */
export function inOrder(passkeys: readonly ListedPasskey[]): readonly ListedPasskey[] {
  const prepared = passkeys.map((listed) => {
    const { rpId, user } = listed.passkey.credential;
    return {
      listed,
      order: `${siteOrder(fold(rpId))}\u0001${fold(user.name ?? user.displayName ?? '')}\u0001${idOf(listed)}`,
    };
  });
  return prepared
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ listed }) => listed);
}

/** Those in whose site or names, their own one too, every word of `query` is. */
export function filtered(passkeys: readonly ListedPasskey[], query: string): readonly ListedPasskey[] {
  const terms = queryTerms(query);
  return passkeys.filter(({ passkey: { credential, ownName } }) => {
    const { rpId, rpName, user } = credential;
    return matchesTerms(
      searchTextOf({ rpId, rpName, userName: user.name, userDisplayName: user.displayName, ownName }),
      terms,
    );
  });
}

/** The beginning of an ID that tells each of them from the others, of the same length for all. */
export function shortIdLength(passkeys: readonly ListedPasskey[]): number {
  const ids = passkeys.map(idOf).sort();
  let length = SHORTEST_ID;
  ids.forEach((id, index) => {
    const next = ids[index + 1];
    if (next === undefined) return;
    let same = 0;
    while (same < id.length && id[same] === next[same]) same++;
    length = Math.max(length, same + 1);
  });
  return length;
}

/** Some ID begins so. */
export function hasId(passkeys: readonly ListedPasskey[], wanted: string): boolean {
  return wanted !== '' && passkeys.some((listed) => idOf(listed).startsWith(wanted));
}

/** The passkeys with these IDs or beginnings of IDs, each once. Throws for the first that is none or several. */
export function byIds(passkeys: readonly ListedPasskey[], ids: readonly string[]): readonly ListedPasskey[] {
  return [...new Set(ids.map((id) => byId(passkeys, id)))];
}

export function byId(passkeys: readonly ListedPasskey[], wanted: string): ListedPasskey {
  const all = passkeys.filter((listed) => wanted !== '' && idOf(listed).startsWith(wanted));
  const found = all.find((listed) => idOf(listed) === wanted) ?? all[0];
  if (!found)
    throw new CommandFailure(
      'not-found',
      `No passkey here has an ID that begins with “${shown(wanted)}”. \`latchkey list\` shows those that there are.`,
    );
  if (all.length > 1 && idOf(found) !== wanted)
    throw new CommandFailure(
      'ambiguous',
      `The IDs of ${all.length} passkeys begin with “${shown(wanted)}”. Give more of the one that you mean.`,
    );
  return found;
}

/** `ada at example.org`, or `Work (ada at example.org)`; safe to show. */
export function passkeyWords({ passkey: { credential, ownName } }: ListedPasskey): string {
  const user = credential.user.name || credential.user.displayName;
  const words = user ? `${shown(user)} at ${shown(credential.rpId)}` : shown(credential.rpId);
  return ownName === undefined ? words : `${shown(ownName)} (${words})`;
}
