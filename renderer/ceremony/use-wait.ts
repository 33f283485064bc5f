import { useState } from 'react';
import { useSecondsUntil } from '../device/use-seconds-until';

/** Counts down from when it is first drawn; whole seconds, 0 when it is over. */
export function useWait(milliseconds: number): number {
  const [until] = useState(() => performance.now() + milliseconds);
  return useSecondsUntil(until);
}
