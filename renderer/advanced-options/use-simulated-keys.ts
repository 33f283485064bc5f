import { useEffect, useState } from 'react';
import type { TestersApi, TestersSnapshot } from '../../preload/simulator-contract';

/** The simulated keys, as they are; null until they are known. */
export function useSimulatedKeys(testers: TestersApi): TestersSnapshot | null {
  const [snapshot, setSnapshot] = useState<TestersSnapshot | null>(null);
  useEffect(() => {
    let current = true;
    // Keys that are told while the snapshot is on its way are newer than its own.
    let told: TestersSnapshot['keys'] | undefined;
    const stop = testers.on((keys) => {
      told = keys;
      setSnapshot((before) => before && { ...before, keys });
    });
    testers.snapshot().then(
      (answer) => {
        if (current) setSnapshot({ ...answer, keys: told ?? answer.keys });
      },
      // The section is not there without it; the rest of the page is.
      () => undefined,
    );
    return () => {
      current = false;
      stop();
    };
  }, [testers]);
  return snapshot;
}
