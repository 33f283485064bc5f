/** Finding a key again in the list of what is plugged in. */
import type { KeyView } from '../../preload/contract';

export function findKey(keys: readonly KeyView[], id: string): KeyView | undefined {
  return keys.find((key) => key.id === id);
}

/** The key that a dialog is about. */
export interface Presence {
  /** As it is now, or as it was when it was last seen. */
  readonly last: KeyView | undefined;
  readonly present: boolean;
  /** Ids that were there when it left; none of them can be the key that comes back. */
  readonly othersWhenItLeft: readonly string[];
}

export function startPresence(listed: readonly KeyView[], id: string): Presence {
  const keys = pluggedIn(listed);
  const last = findKey(keys, id);
  return { last, present: last !== undefined, othersWhenItLeft: keys.map((key) => key.id) };
}

/** Follows the key through being taken out and put back in. */
export function followKey(presence: Presence, listed: readonly KeyView[]): Presence {
  if (presence.last === undefined) return presence;
  const keys = pluggedIn(listed);
  const same =
    findKey(keys, presence.last.id) ?? (presence.present ? undefined : findReturned(keys, presence));
  if (same !== undefined) return { last: same, present: true, othersWhenItLeft: [] };
  if (!presence.present) return presence;
  return { last: presence.last, present: false, othersWhenItLeft: keys.map((key) => key.id) };
}

/** Without those that have been taken out but not yet left the list; they no longer know who they were. */
function pluggedIn(keys: readonly KeyView[]): readonly KeyView[] {
  return keys.filter((key) => key.problem?.code !== 'unplugged');
}

/**
 * A key may come back under a new id. Then it is the one key that was not there when it left and describes itself in
 * the same way. More than one such key is doubt, and doubt is no.
 */
function findReturned(keys: readonly KeyView[], { last, othersWhenItLeft }: Presence): KeyView | undefined {
  if (last === undefined) return undefined;
  const alike = keys.filter(
    (key) =>
      !othersWhenItLeft.includes(key.id) &&
      key.state === 'ready' &&
      key.aaguid === last.aaguid &&
      key.serial === last.serial &&
      key.manufacturer === last.manufacturer &&
      key.firmware === last.firmware &&
      key.simulated === last.simulated,
  );
  return alike.length === 1 ? alike[0] : undefined;
}
