/** The browser's own dialog goes on. It refuses pages without the focus, which a dialog of ours had until now. */
import { afterDelay, hasFocus } from './intrinsics';

/** Milliseconds. */
const LOOK_EVERY = 50;
/** Milliseconds. Then the browser says no, as it does to every page that nobody looks at. */
const PATIENCE = 60_000;

/** @param isOver it is not wanted any more */
export function whenFocused(isOver: () => boolean, then: () => void): void {
  const look = (left: number): void => {
    if (isOver()) return;
    if (left <= 0 || hasFocus()) then();
    else afterDelay(() => look(left - LOOK_EVERY), LOOK_EVERY);
  };
  look(PATIENCE);
}
