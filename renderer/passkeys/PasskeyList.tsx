import {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent as ReactKeyboardEvent,
  type MouseEvent as ReactMouseEvent,
} from 'react';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import type { PasskeyView } from '../../preload/contract';
import { useMediaQuery } from '../app/media';
import { DEVICE } from '../device/device-id';
import { words } from '../messages/en';
import { useLatchkey, useWindowState } from '../store/context';
import { testIds } from '../test-ids';
import { listKey } from './list-keys';
import { openDelete, openDetails, selectedPasskeys } from './open-dialogs';
import { PasskeyRow } from './PasskeyRow';
import { RowMenu } from './RowMenu';
import { NOTHING_SELECTED, toggled, withAll, withRange } from './selection';
import { useScrollMargin } from './use-scroll-margin';
import styles from './PasskeyList.module.css';

/** Heights of a row with the gap below it, in CSS pixels; PasskeyRow.module.css draws to them. */
const ROW_HEIGHT = 68;
const NARROW_ROW_HEIGHT = 88;

interface OpenMenu {
  readonly passkey: PasskeyView;
  readonly target: HTMLElement;
}

/**
 * The passkeys as a grid of which only the visible rows exist. One row is in the tab order; arrows move it. Rows call
 * nothing themselves: the grid reads from the event which row it was, so that rows stay cheap to draw again.
 */
export function PasskeyList({
  shown,
  ids,
}: {
  readonly shown: readonly PasskeyView[];
  readonly ids: readonly string[];
}) {
  const { store } = useLatchkey();
  const selection = useWindowState((state) => state.selection);
  const keys = useWindowState((state) => state.keys);
  const narrow = useMediaQuery('(max-width: 620px)');
  const grid = useRef<HTMLDivElement>(null);
  const scrollMargin = useScrollMargin(grid);

  const [active, setActive] = useState({ id: ids[0] ?? '', index: 0 });
  const anchor = useRef(0);
  const focusWanted = useRef(false);
  const [menu, setMenu] = useState<OpenMenu | null>(null);

  // The row that had the focus, wherever it is now; or, when it is gone, the one that took its place.
  const activeIndex = useMemo(() => {
    if (ids[active.index] === active.id) return active.index;
    const moved = ids.indexOf(active.id);
    return moved >= 0 ? moved : Math.min(active.index, ids.length - 1);
  }, [ids, active]);

  const places = useMemo(
    () =>
      new Map([
        [DEVICE as string, { name: words.device.name, simulated: false }],
        ...keys.map((key) => [key.id, { name: key.name, simulated: key.simulated }] as const),
      ]),
    [keys],
  );

  // React Compiler, which this warns about, is not used.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => grid.current?.closest('main') ?? null,
    estimateSize: () => (narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => ids[index] ?? index,
    overscan: 4,
    scrollMargin,
    scrollPaddingStart: 100,
    scrollPaddingEnd: 12,
    // The active row always exists, or the focus would be lost by scrolling.
    rangeExtractor: (range: Range) => {
      const visible = defaultRangeExtractor(range);
      return visible.includes(activeIndex) ? visible : [...visible, activeIndex].sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => virtualizer.measure(), [narrow, virtualizer]);

  useLayoutEffect(() => {
    if (!focusWanted.current) return;
    focusWanted.current = false;
    rowElement(grid.current, activeIndex)?.focus({ preventScroll: true });
  });

  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(ids.length - 1, index));
    focusWanted.current = true;
    setActive({ id: ids[next] ?? '', index: next });
    virtualizer.scrollToIndex(next, { align: 'auto' });
  };
  const select = (next: ReadonlySet<string>): void => store.setState({ selection: next });
  const openMenu = (index: number): void => {
    const passkey = shown[index];
    const target = rowElement(grid.current, index)?.querySelector<HTMLElement>('[data-row-menu]');
    if (passkey !== undefined && target) setMenu({ passkey, target });
  };
  const closeMenu = useCallback((): void => {
    focusWanted.current = true;
    setMenu(null);
  }, []);
  const deleteFrom = (passkey: PasskeyView): void =>
    openDelete(store, selection.has(passkey.id) ? selectedPasskeys(store) : [passkey]);

  const keyPressed = (event: ReactKeyboardEvent<HTMLDivElement>): void => {
    const passkey = shown[activeIndex];
    if (passkey === undefined) return;
    const onRow = event.target instanceof HTMLElement && event.target.getAttribute('role') === 'row';
    const page = Math.max(
      1,
      Math.floor((virtualizer.scrollRect?.height ?? 400) / (narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT)) - 2,
    );
    const action = listKey(event, { index: activeIndex, count: shown.length, page, onRow });
    if (action === null) return;
    event.preventDefault();
    switch (action.kind) {
      case 'move':
        if (action.extend) select(withRange(selection, ids, activeIndex, action.to));
        else anchor.current = action.to;
        moveTo(action.to);
        break;
      case 'toggle':
        anchor.current = activeIndex;
        select(toggled(selection, passkey.id));
        break;
      case 'select-all':
        select(withAll(selection, ids));
        break;
      case 'clear':
        select(NOTHING_SELECTED);
        break;
      case 'details':
        openDetails(store, passkey);
        break;
      case 'menu':
        openMenu(activeIndex);
        break;
      case 'delete':
        deleteFrom(passkey);
        break;
      case 'into-row':
        rowElement(grid.current, activeIndex)?.querySelector<HTMLElement>('[data-row-menu]')?.focus();
        break;
      case 'back-to-row':
        rowElement(grid.current, activeIndex)?.focus();
        break;
    }
  };

  const clicked = (event: ReactMouseEvent<HTMLDivElement>): void => {
    const index = rowIndex(event.target);
    const passkey = index === null ? undefined : shown[index];
    if (index === null || passkey === undefined) return;
    const target = event.target as HTMLElement;
    setActive({ id: passkey.id, index });
    if (target.closest('[data-row-menu]') !== null) {
      openMenu(index);
      return;
    }
    const onCheckbox = target.closest('[data-row-checkbox]') !== null;
    if (event.shiftKey) select(withRange(selection, ids, anchor.current, index));
    else if (onCheckbox || event.ctrlKey || event.metaKey) select(toggled(selection, passkey.id));
    if (!event.shiftKey) anchor.current = index;
    if (!onCheckbox) rowElement(grid.current, index)?.focus({ preventScroll: true });
  };

  return (
    <>
      <div
        ref={grid}
        role="grid"
        aria-label={words.passkeys.list}
        aria-rowcount={shown.length}
        aria-colcount={4}
        aria-multiselectable="true"
        className={styles['grid']}
        data-testid={testIds.list}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={keyPressed}
        onClick={clicked}
        onMouseDown={(event) => {
          // A shift-click selects rows, not the text between them.
          if (event.shiftKey) event.preventDefault();
        }}
        onDoubleClick={(event) => {
          const index = rowIndex(event.target);
          const passkey = index === null ? undefined : shown[index];
          const inControl =
            event.target instanceof HTMLElement && event.target.closest('button, input') !== null;
          if (passkey !== undefined && !inControl) openDetails(store, passkey);
        }}
        onContextMenu={(event) => {
          const index = rowIndex(event.target);
          if (index === null) return;
          event.preventDefault();
          setActive({ id: ids[index] ?? '', index });
          openMenu(index);
        }}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const passkey = shown[item.index];
          if (passkey === undefined) return null;
          const place = places.get(passkey.keyId);
          return (
            <PasskeyRow
              key={item.key}
              passkey={passkey}
              index={item.index}
              top={item.start - scrollMargin}
              selected={selection.has(passkey.id)}
              active={item.index === activeIndex}
              placeName={place?.name ?? ''}
              simulated={place?.simulated ?? false}
            />
          );
        })}
      </div>
      {menu !== null && <RowMenu passkey={menu.passkey} target={menu.target} onClose={closeMenu} />}
    </>
  );
}

function rowIndex(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest('[data-index]') : null;
  return row === null ? null : Number(row.getAttribute('data-index'));
}

function rowElement(grid: HTMLElement | null, index: number): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
}
