/** The browser's own dialog goes on. It refuses pages without the focus, which a dialog of ours had until now. */
import { afterDelay, hasFocus } from './intrinsics';

/** Milliseconds. */
const LOOK_EVERY = 50;
/** Milliseconds. Then the browser says no, as it does to every page that nobody looks at. */
const PATIENCE = 60_000;
/** Milliseconds a dialog needs to go, for a frame that does not learn who has the focus. */
const DIALOG_GOES = 250;

/** @param isOver it is not wanted any more */
export function whenFocused(isOver: () => boolean, then: () => void): void {
  const look = (left: number): void => {
    if (isOver()) return;
    const focus = hasFocus();
    if (left <= 0 || focus) then();
    else if (focus === undefined) afterDelay(() => isOver() || then(), DIALOG_GOES);
    else afterDelay(() => look(left - LOOK_EVERY), LOOK_EVERY);
  };
  look(PATIENCE);
}
