/**
 * Parts that nobody needs before the first paint. They are loaded when the window has nothing better to do, or at once
 * when somebody is faster than that. The files come from the program itself, so this takes milliseconds.
 */
import { useEffect, useState } from 'react';

export interface OnDemand<T> {
  /** The module, once it has arrived. */
  readonly arrived: () => T | null;
  readonly load: () => Promise<T>;
}

export function onDemand<T>(load: () => Promise<T>): OnDemand<T> {
  let module: T | null = null;
  let loading: Promise<T> | null = null;
  return {
    arrived: () => module,
    load() {
      loading ??= load().then((loaded) => {
        module = loaded;
        return loaded;
      });
      return loading;
    },
  };
}

/** The module when `wanted`, or null while it is on its way. */
export function useOnDemand<T>(part: OnDemand<T>, wanted: boolean): T | null {
  const [, setArrived] = useState(false);
  useEffect(() => {
    if (!wanted || part.arrived() !== null) return undefined;
    let current = true;
    void part.load().then(() => {
      if (current) setArrived(true);
    });
    return () => {
      current = false;
    };
  }, [part, wanted]);
  return wanted ? part.arrived() : null;
}

/** Runs when the window is idle, at the latest after two seconds. */
export function whenIdle(task: () => void): () => void {
  const handle = requestIdleCallback(task, { timeout: 2000 });
  return () => cancelIdleCallback(handle);
}
