import { useEffect, type ReactNode } from 'react';
import type * as Parts from './later-parts';
import { onDemand, useOnDemand, whenIdle } from './on-demand';

const parts = onDemand(() => import('./later-parts'));

/**
 * What is not part of the first look. Fluent's code and its style engine would be two thirds of what has to be loaded before the first
 * passkey is seen.
 */
export function Later({ draw }: { readonly draw: (loaded: typeof Parts) => ReactNode }) {
  const loaded = useOnDemand(parts, true);
  return loaded && <loaded.Fluent>{draw(loaded)}</loaded.Fluent>;
}

/** Loads it when there is nothing better to do, so that hardly anybody waits for it. */
export function useLaterWhenIdle(): void {
  useEffect(() => whenIdle(() => void parts.load()), []);
}
