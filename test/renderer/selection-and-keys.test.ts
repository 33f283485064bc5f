import { describe, expect, it } from 'vitest';
import { listKey, type PressedKey } from '../../renderer/passkeys/list-keys';
import { menuTarget, placeMenu } from '../../renderer/passkeys/row-menu';
import {
  NOTHING_SELECTED,
  shownState,
  toggled,
  withAll,
  without,
  withRange,
} from '../../renderer/passkeys/selection';

describe('selecting passkeys', () => {
  const shown = ['a', 'b', 'c', 'd'];

  it('ticks and unticks one', () => {
    const one = toggled(NOTHING_SELECTED, 'a');
    expect([...one]).toEqual(['a']);
    expect([...toggled(one, 'a')]).toEqual([]);
    expect([...NOTHING_SELECTED]).toEqual([]);
  });

  it('ticks a range in either direction', () => {
    expect([...withRange(new Set(['d']), shown, 0, 1)].sort()).toEqual(['a', 'b', 'd']);
    expect([...withRange(NOTHING_SELECTED, shown, 2, 1)].sort()).toEqual(['b', 'c']);
    expect([...withRange(NOTHING_SELECTED, shown, 2, 99)].sort()).toEqual(['c', 'd']);
  });

  it('keeps what is ticked and not shown when all of the shown ones are', () => {
    expect([...withAll(new Set(['hidden']), ['a'])].sort()).toEqual(['a', 'hidden']);
  });

  it('says whether all, some or none of the shown ones are ticked', () => {
    expect(shownState(new Set(['hidden']), shown)).toBe('none');
    expect(shownState(new Set(['a']), shown)).toBe('some');
    expect(shownState(new Set(shown), shown)).toBe('all');
    expect(shownState(new Set(['a']), [])).toBe('none');
  });

  it('is the same object when nothing of it is gone', () => {
    const selection = new Set(['a']);
    expect(without(selection, ['z'])).toBe(selection);
    expect([...without(selection, ['a'])]).toEqual([]);
  });
});

describe('keys in the list', () => {
  const press = (key: string, extra: Partial<PressedKey> = {}): PressedKey => ({
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    ...extra,
  });
  const at = { index: 5, count: 20, page: 8, onRow: true };

  it.each([
    ['ArrowDown', 6],
    ['ArrowUp', 4],
    ['PageDown', 13],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 19],
  ])('%s moves to row %i', (key, to) => {
    expect(listKey(press(key), at)).toEqual({ kind: 'move', to, extend: false });
  });

  it('never moves out of the list', () => {
    expect(listKey(press('ArrowDown'), { ...at, index: 19 })).toEqual({
      kind: 'move',
      to: 19,
      extend: false,
    });
  });

  it.each([
    [' ', {}, 'toggle'],
    ['Enter', {}, 'details'],
    ['Delete', {}, 'delete'],
    ['Escape', {}, 'clear'],
    ['ContextMenu', {}, 'menu'],
    ['F10', { shiftKey: true }, 'menu'],
    ['a', { ctrlKey: true }, 'select-all'],
    ['a', { metaKey: true }, 'select-all'],
    ['ArrowRight', {}, 'into-row'],
  ] as const)('%s %o means %s', (key, extra, kind) => {
    expect(listKey(press(key, extra), at)).toEqual({ kind });
  });

  it('leaves Space and Enter to a control inside the row', () => {
    expect(listKey(press(' '), { ...at, onRow: false })).toBeNull();
    expect(listKey(press('Enter'), { ...at, onRow: false })).toBeNull();
    expect(listKey(press('ArrowLeft'), { ...at, onRow: false })).toEqual({ kind: 'back-to-row' });
  });

  it('leaves everything else to the browser', () => {
    expect(listKey(press('Tab'), at)).toBeNull();
    expect(listKey(press('F10'), at)).toBeNull();
    expect(listKey(press('a'), at)).toBeNull();
  });
});

describe('the menu of a row', () => {
  const menu = { width: 160, height: 80 };
  const view = { width: 480, height: 640 };

  it('stands below its button, above it at the end of the window, and never outside', () => {
    expect(placeMenu({ top: 100, bottom: 136, right: 440 }, menu, view)).toEqual({ top: 138, left: 280 });
    expect(placeMenu({ top: 590, bottom: 626, right: 440 }, menu, view)).toEqual({ top: 508, left: 280 });
    expect(placeMenu({ top: 20, bottom: 56, right: 100 }, menu, { width: 480, height: 90 })).toEqual({
      top: 8,
      left: 8,
    });
  });

  it('moves around its ends', () => {
    expect(menuTarget('ArrowDown', 1, 2)).toBe(0);
    expect(menuTarget('ArrowUp', 0, 2)).toBe(1);
    expect(menuTarget('Home', 1, 2)).toBe(0);
    expect(menuTarget('End', 0, 2)).toBe(1);
    expect(menuTarget('x', 0, 2)).toBeNull();
  });
});
