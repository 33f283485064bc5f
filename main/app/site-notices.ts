/**
 * Tells the user what sites have changed among the passkeys of this device: by a notice of the system that leads to Latchkey, and, as
 * not every system has those, in its window as soon as there is one.
 */
import { Notification } from 'electron';
import type { SignalNotice } from '../ceremony/signals';
import type { UnseenNotices } from '../inventory/unseen-notices';
import { withoutMarkup, wordsOf } from './site-notice-words';

/** Those that are shown, or wait in the system's list: one that is let go of takes no click any more. */
const shown = new Set<Notification>();
/** Of them, the newest so many. */
const MOST_SHOWN = 20;

/** @param showLatchkey when the person clicks the notice */
export function tellOfSite(notice: SignalNotice, unseen: UnseenNotices, showLatchkey: () => void): void {
  const { title, body } = wordsOf(notice);
  unseen.add(`${title}. ${body}`);
  if (!Notification.isSupported()) return;
  const notification = new Notification({
    title,
    body: process.platform === 'linux' ? withoutMarkup(body) : body,
  });
  shown.add(notification);
  const [oldest] = shown;
  if (shown.size > MOST_SHOWN && oldest) shown.delete(oldest);
  notification.once('click', () => {
    shown.delete(notification);
    showLatchkey();
  });
  notification.show();
}
