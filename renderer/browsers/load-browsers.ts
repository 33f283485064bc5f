import { useEffect } from 'react';
import type { LatchkeyApi } from '../../preload/contract';
import { callForValue } from '../store/call';
import { useLatchkey } from '../store/context';
import type { WindowStore } from '../store/window-store';

/** Looks at all browsers anew. What was shown stays while that takes. */
export async function loadBrowsers(store: WindowStore, api: LatchkeyApi): Promise<void> {
  const result = await callForValue(api, 'browsers');
  store.setState(
    result.ok
      ? { browsers: result.value, browsersProblem: null }
      : { browsers: null, browsersProblem: result.problem },
  );
}

/** While the page is open: at once, and whenever somebody comes back to the window, maybe from installing a browser. */
export function useBrowsersLooked(): void {
  const { store, api } = useLatchkey();
  useEffect(() => {
    const look = (): void => void loadBrowsers(store, api);
    look();
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [store, api]);
}
