/** Which passkeys are ticked. Sets are never changed in place: the store compares them by identity. */

export type Selection = ReadonlySet<string>;
export const NOTHING_SELECTED: Selection = new Set();

export function toggled(selection: Selection, id: string): Selection {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Adds everything between two positions of the shown list, both included. */
export function withRange(
  selection: Selection,
  shown: readonly string[],
  from: number,
  to: number,
): Selection {
  const next = new Set(selection);
  const first = Math.max(0, Math.min(from, to));
  const last = Math.min(shown.length - 1, Math.max(from, to));
  for (let i = first; i <= last; i += 1) {
    const id = shown[i];
    if (id !== undefined) next.add(id);
  }
  return next;
}

export function withAll(selection: Selection, shown: readonly string[]): Selection {
  return new Set([...selection, ...shown]);
}

export function without(selection: Selection, gone: Iterable<string>): Selection {
  const next = new Set(selection);
  for (const id of gone) next.delete(id);
  return next.size === selection.size ? selection : next;
}

/** Whether all, some or none of the shown ones are ticked. */
export function shownState(selection: Selection, shown: readonly string[]): 'all' | 'some' | 'none' {
  if (selection.size === 0 || shown.length === 0) return 'none';
  let count = 0;
  for (const id of shown) if (selection.has(id)) count += 1;
  if (count === 0) return 'none';
  return count === shown.length ? 'all' : 'some';
}
