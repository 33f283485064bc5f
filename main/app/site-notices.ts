/** Tells the user what sites have changed among the passkeys of this device, by a notice of the system that leads to Latchkey. */
import { Notification } from 'electron';
import type { SignalNotice } from '../ceremony/signals';
import { wordsOf } from './site-notice-words';

/** Those that are shown, or wait in the system's list: one that is let go of takes no click any more. */
const shown = new Set<Notification>();
/** Of them, the newest so many. */
const MOST_SHOWN = 20;

/** @param showLatchkey when the person clicks the notice */
export function tellOfSite(notice: SignalNotice, showLatchkey: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification(wordsOf(notice));
  shown.add(notification);
  const [oldest] = shown;
  if (shown.size > MOST_SHOWN && oldest) shown.delete(oldest);
  notification.once('click', () => {
    shown.delete(notification);
    showLatchkey();
  });
  notification.show();
}
