import { useCallback, useSyncExternalStore } from 'react';

const LOOK_EVERY_MS = 200;

/** Whole seconds until `until`, a time of performance.now(); 0 when that is over. */
export function useSecondsUntil(until: number): number {
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
  const seconds = (): number => secondsUntil(until);
  return useSyncExternalStore(subscribe, seconds, seconds);
}

function secondsUntil(until: number): number {
  return Math.ceil(Math.max(0, until - performance.now()) / 1000);
}
