/** Where a field is on the screen, as far as a script can tell. */
import type { ScreenArea } from '../../main/bridge/messages';

interface Offset {
  readonly x: number;
  readonly y: number;
}

/** Firefox: the corner of the frame on the screen. */
interface InnerScreen {
  readonly mozInnerScreenX?: number;
  readonly mozInnerScreenY?: number;
}

/** From the page's corner to the screen's, as the last click told; and otherwise as the window's measures suggest. */
export class ScreenPlace {
  #clicked: Offset | undefined;

  /** A click tells where it is in the page, and where on the screen. */
  notice(event: MouseEvent): void {
    this.#clicked = { x: event.screenX - event.clientX, y: event.screenY - event.clientY };
  }

  areaOf(field: Element): ScreenArea {
    const { left, top, width, height } = field.getBoundingClientRect();
    const { x, y } = this.#offset();
    return {
      x: Math.round(x + left),
      y: Math.round(y + top),
      width: Math.round(width),
      height: Math.round(height),
    };
  }

  #offset(): Offset {
    const { mozInnerScreenX: x, mozInnerScreenY: y } = window as InnerScreen;
    if (x !== undefined && y !== undefined) return { x, y };
    if (this.#clicked) return this.#clicked;
    // Tabs and address bar are on top, and borders are even.
    const border = (window.outerWidth - window.innerWidth) / 2;
    return {
      x: window.screenX + border,
      y: window.screenY + window.outerHeight - window.innerHeight - border,
    };
  }
}
