import { useCallback, useSyncExternalStore } from 'react';
import { useWindowState } from '../store/context';

const LOOK_EVERY_MS = 200;

/** Whole seconds until the next PIN of this device is taken; 0 for now. */
export function usePinWait(): number {
  const until = useWindowState((state) => state.pinWaitsUntil);
  const subscribe = useCallback(
    (changed: () => void) => {
      if (secondsUntil(until) === 0) return () => undefined;
      const timer = setInterval(() => {
        changed();
        if (secondsUntil(until) === 0) clearInterval(timer);
      }, LOOK_EVERY_MS);
      return () => clearInterval(timer);
    },
    [until],
  );
  return useSyncExternalStore(subscribe, () => secondsUntil(until));
}

function secondsUntil(until: number): number {
  return Math.ceil(Math.max(0, until - performance.now()) / 1000);
}
