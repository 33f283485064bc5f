import { useWindowState } from '../store/context';
import { useSecondsUntil } from './use-seconds-until';

/** Whole seconds until the next PIN of this device is taken; 0 for now. */
export function usePinWait(): number {
  return useSecondsUntil(useWindowState((state) => state.pinWaitsUntil));
}
