import { useEffect, type ReactNode } from 'react';
import type * as Parts from './later-parts';
import { onDemand, useOnDemand, whenIdle } from './on-demand';

/** Milliseconds that it waits for the first look, which a slow key may take. */
const AT_LATEST_MS = 2000;

const parts = onDemand(() => import('./later-parts'));

/**
 * What is not part of the first look. Fluent's code and its style engine would be two thirds of what has to be loaded before the first
 * passkey is seen.
 */
export function Later({ draw }: { readonly draw: (loaded: typeof Parts) => ReactNode }) {
  const loaded = useOnDemand(parts, true);
  return loaded && <loaded.Fluent>{draw(loaded)}</loaded.Fluent>;
}

/** Loads it behind the first look, so that hardly anybody waits for it. @param seen nothing of the first look is still to come */
export function useLaterBehind(seen: boolean): void {
  useEffect(() => {
    const load = (): void => void parts.load();
    if (seen) return whenIdle(load);
    const timer = setTimeout(load, AT_LATEST_MS);
    return () => clearTimeout(timer);
  }, [seen]);
}
