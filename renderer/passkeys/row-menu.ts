/** Where the `…` menu stands, and where a key takes the focus in it. */

interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP = 2;
const MARGIN = 8;

/** Below the button, its right edges aligned; above it where there is no room below; never outside the window. */
export function placeMenu(
  button: Box,
  menu: Size,
  view: Size,
): { readonly top: number; readonly left: number } {
  const below = button.bottom + GAP;
  const fits = below + menu.height + MARGIN <= view.height;
  const top = fits ? below : button.top - GAP - menu.height;
  return { top: Math.max(MARGIN, top), left: Math.max(MARGIN, button.right - menu.width) };
}

/** The entry that a key moves to, around the ends; null when the key is not one that moves. */
export function menuTarget(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return (index + 1) % count;
    case 'ArrowUp':
      return (index - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
