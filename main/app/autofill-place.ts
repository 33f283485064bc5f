/** Where the window beside a field goes. Pages may have misled the browser about where that is. */
import type { ScreenArea } from '../ceremony/suggestions';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** CSS pixels between the field and the window. */
const GAP = 4;
/** Pixels of any screen: what is further away was made up. */
const FAR = 1_000_000;

/** Without what makes no sense: everything finite and of this world, nothing negative that is a size. */
export function sensible({ x, y, width, height }: ScreenArea): ScreenArea {
  const within = (value: number, least: number): number =>
    Number.isFinite(value) ? Math.round(Math.min(Math.max(value, least), FAR)) : 0;
  return { x: within(x, -FAR), y: within(y, -FAR), width: within(width, 0), height: within(height, 0) };
}

/**
 * Beneath the field, above it where there is more room, and always wholly on the screen, as far as it has room.
 * @param display the work area of the display that the field is on, or is nearest to
 */
export function besideField(field: ScreenArea, size: Size, display: ScreenArea): ScreenArea {
  const width = Math.min(size.width, display.width);
  const height = Math.min(size.height, display.height);
  const bottom = display.y + display.height;
  const beneath = field.y + field.height + GAP;
  const above = field.y - GAP - height;
  const y = beneath + height <= bottom || above < display.y ? beneath : above;
  return {
    x: clamped(field.x, display.x, display.x + display.width - width),
    y: clamped(y, display.y, bottom - height),
    width,
    height,
  };
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
