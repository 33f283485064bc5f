import { useMemo } from 'react';
import type { PasskeyView } from '../../preload/contract';
import { useWindowState } from '../store/context';
import { filterPasskeys, prepare, sortPasskeys, type PreparedPasskey } from './passkey-list';

export interface ShownPasskeys {
  readonly shown: readonly PasskeyView[];
  readonly ids: readonly string[];
  readonly all: number;
}

/**
 * Preparing depends on the list alone and sorting on list and order, so that a keystroke only filters what is ready.
 */
export function useShownPasskeys(): ShownPasskeys {
  const passkeys = useWindowState((state) => state.passkeys);
  const order = useWindowState((state) => state.order);
  const query = useWindowState((state) => state.query);
  const place = useWindowState((state) => state.place);
  const prepared = useMemo<readonly PreparedPasskey[]>(
    () => Object.values(passkeys).flatMap((list) => list.map(prepare)),
    [passkeys],
  );
  const sorted = useMemo(() => sortPasskeys(prepared, order), [prepared, order]);
  return useMemo(() => {
    const shown = filterPasskeys(sorted, query, place).map((entry) => entry.passkey);
    return { shown, ids: shown.map((passkey) => passkey.id), all: sorted.length };
  }, [sorted, query, place]);
}
