import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import type { DeletedPasskeyView } from '../../preload/device-contract';
import { FOCUS_FALLBACK } from '../app/focus';
import { useMediaQuery } from '../app/media';
import { Button } from '../controls/Button';
import { SafeText } from '../display/SafeText';
import { SiteIcon } from '../display/SiteIcon';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import { AccountName } from './AccountName';
import { daysLeft } from './days-left';
import { accountName, siteName } from './names';
import { useScrollMargin } from './use-scroll-margin';
import styles from './DeletedList.module.css';

const w = words.device.deleted;

/** Heights of a row with the gap below it, in CSS pixels; DeletedList.module.css draws to them. */
const ROW_HEIGHT = 72;
const NARROW_ROW_HEIGHT = 124;

/** Days go by while the window is open. */
const LOOK_AGAIN_MS = 60 * 60_000;

/** A list of which only the visible rows exist, and the one with the focus. Its buttons are in the tab order. */
export function DeletedList(props: {
  readonly deleted: readonly DeletedPasskeyView[];
  readonly onRestore: (passkey: DeletedPasskeyView) => void;
  readonly onPurge: (passkey: DeletedPasskeyView) => void;
}) {
  const { deleted } = props;
  const narrow = useMediaQuery('(max-width: 620px)');
  const list = useRef<HTMLUListElement>(null);
  const scrollMargin = useScrollMargin(list);
  const [focused, setFocused] = useState(0);
  const now = useNow();
  // When the row with the focus leaves, the one that took its place is next.
  const active = Math.min(focused, deleted.length - 1);

  // React Compiler, which this warns about, is not used.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: deleted.length,
    getScrollElement: () => list.current?.closest('main') ?? null,
    estimateSize: () => (narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => deleted[index]?.id ?? index,
    overscan: 4,
    scrollMargin,
    // The row with the focus always exists, or the focus would be lost by scrolling.
    rangeExtractor: useCallback(
      (range: Range) => {
        const visible = defaultRangeExtractor(range);
        return visible.includes(active) ? visible : [...visible, active].sort((a, b) => a - b);
      },
      [active],
    ),
  });
  useLayoutEffect(() => virtualizer.measure(), [narrow, virtualizer]);

  return (
    <ul
      ref={list}
      aria-label={w.list}
      className={styles['list']}
      data-testid={testIds.deletedList}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {virtualizer.getVirtualItems().map((item) => {
        const passkey = deleted[item.index];
        if (passkey === undefined) return null;
        const site = siteName(passkey);
        const user = accountName(passkey);
        return (
          <li
            key={item.key}
            aria-setsize={deleted.length}
            aria-posinset={item.index + 1}
            className={styles['row']}
            style={{ transform: `translateY(${item.start - scrollMargin}px)` }}
            data-testid={testIds.deletedRow}
            data-passkey-id={passkey.id}
            onFocus={() => setFocused(item.index)}
          >
            <SiteIcon rpId={passkey.rpId} />
            <div className={styles['names']}>
              <div className={styles['site']}>
                <SafeText text={passkey.rpId} blank={words.passkeys.noSite} />
              </div>
              <div className={styles['second']}>
                <AccountName passkey={passkey} />
              </div>
            </div>
            <div className={styles['days']}>
              <div data-testid={testIds.deletedDays}>{w.daysLeft(daysLeft(passkey.goes, now))}</div>
              <div className={styles['second']}>{w.deletedOn(words.common.date(passkey.deleted))}</div>
            </div>
            <div className={styles['actions']}>
              <Button
                size="small"
                aria-label={w.about(w.restore, site, user)}
                data-testid={testIds.deletedRestore}
                onClick={() => props.onRestore(passkey)}
                {...(item.index === active ? { [FOCUS_FALLBACK]: '1' } : {})}
              >
                {w.restore}
              </Button>
              <Button
                size="small"
                appearance="subtle"
                aria-label={w.about(w.purge, site, user)}
                data-testid={testIds.deletedPurge}
                onClick={() => props.onPurge(passkey)}
              >
                {w.purge}
              </Button>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
