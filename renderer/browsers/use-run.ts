import { useState } from 'react';
import type { Result } from '../../preload/contract';
import { safeText } from '../display/safe-text';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';

/** One call at a time for each control; what came of it is said in the window. */
export function useRun(): {
  readonly busy: boolean;
  readonly run: (call: () => Promise<Result>, done?: string) => Promise<boolean>;
} {
  const { store } = useLatchkey();
  const [busy, setBusy] = useState(false);
  const run = async (call: () => Promise<Result>, done?: string): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    const result = await call();
    setBusy(false);
    if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
    else if (done !== undefined) notify(store, { intent: 'success', text: done });
    return result.ok;
  };
  return { busy, run };
}
