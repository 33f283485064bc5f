import { useEffect, useState } from 'react';
import { useWindowState } from '../store/context';
import type { Announcement } from '../store/state';
import { testIds } from '../test-ids';

/** While a dialog is open, everything behind it is hidden from screen readers; a closing one needs a moment to undo that. */
const AFTER_MS = 150;

/**
 * Says to screen readers what happened without being asked for. The region is there from the start, because one that
 * appears together with its text is often not read.
 */
export function Announcer() {
  const announcement = useWindowState((state) => state.announcement);
  const [said, setSaid] = useState<Announcement>(announcement);

  useEffect(() => {
    const timer = setTimeout(() => setSaid(announcement), AFTER_MS);
    return () => clearTimeout(timer);
  }, [announcement]);

  return (
    <div role="status" aria-live="polite" className="only-heard" data-testid={testIds.announcer}>
      <span key={said.count}>{said.text}</span>
    </div>
  );
}
