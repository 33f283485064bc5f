/** Where the window beside a field goes, whatever a browser says of where that is. */
import { describe, expect, it } from 'vitest';
import { besideField, sensible } from '../../main/app/autofill-place';

const display = { x: 0, y: 40, width: 1920, height: 1000 };
const size = { width: 340, height: 200 };

describe('the window beside a field', () => {
  it('is beneath it', () => {
    expect(besideField({ x: 100, y: 200, width: 300, height: 40 }, size, display)).toEqual({
      x: 100,
      y: 244,
      ...size,
    });
  });

  it('is above it at the lower edge of the screen', () => {
    expect(besideField({ x: 100, y: 900, width: 300, height: 40 }, size, display)).toMatchObject({
      x: 100,
      y: 696,
    });
  });

  it('is at the lower edge where there is room neither beneath nor above', () => {
    const field = { x: 100, y: 300, width: 300, height: 40 };
    expect(besideField(field, { width: 340, height: 800 }, display)).toMatchObject({ y: 240 });
  });

  it('is on the right side of a second screen, and not half on the first', () => {
    const second = { x: 1920, y: 0, width: 1280, height: 720 };
    expect(besideField({ x: 1900, y: 100, width: 300, height: 40 }, size, second)).toMatchObject({ x: 1920 });
    expect(besideField({ x: 3180, y: 100, width: 300, height: 40 }, size, second)).toMatchObject({ x: 2860 });
  });

  it.each([
    [{ x: -1e300, y: -1e300, width: 1e300, height: 1e300 }],
    [{ x: 1e300, y: 1e300, width: 0, height: 0 }],
    [{ x: NaN, y: Infinity, width: -Infinity, height: -5 }],
    [{ x: 0, y: 0, width: 1e9, height: 1e9 }],
    [{ x: 5.5, y: 6.4, width: 1.5, height: 0.1 }],
  ])('is wholly on the screen for %j', (area) => {
    const { x, y, width, height } = besideField(sensible(area), size, display);
    for (const each of [x, y, width, height]) expect(Number.isSafeInteger(each)).toBe(true);
    expect({ width, height }).toEqual(size);
    expect(x).toBeGreaterThanOrEqual(display.x);
    expect(y).toBeGreaterThanOrEqual(display.y);
    expect(x + width).toBeLessThanOrEqual(display.x + display.width);
    expect(y + height).toBeLessThanOrEqual(display.y + display.height);
  });

  it('is as large as a tiny screen has room for', () => {
    const tiny = { x: 10, y: 20, width: 200, height: 100 };
    expect(besideField({ x: 0, y: 0, width: 10, height: 10 }, size, tiny)).toEqual(tiny);
  });
});
