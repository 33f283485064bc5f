/** Tells the user what sites have changed among the passkeys of this device, by a notice of the system that leads to Latchkey. */
import { Notification } from 'electron';
import type { SignalNotice } from '../ceremony/signals';

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

export function wordsOf({ is, rpId, accounts }: SignalNotice): {
  readonly title: string;
  readonly body: string;
} {
  const who = accounts.map(({ name, displayName }) => name || displayName || 'an account without a name');
  const whose = who.length > 3 ? `${who.length} accounts` : who.join(', ');
  switch (is) {
    case 'moved':
      return {
        title: `${rpId} does not take a passkey any more`,
        body: `The passkey of ${whose} was moved to Recently deleted. You can restore it there for 30 days.`,
      };
    case 'restored':
      return {
        title: `${rpId} takes a passkey again`,
        body: `The passkey of ${whose} was restored from Recently deleted.`,
      };
    case 'renamed':
      return { title: `${rpId} has renamed an account`, body: `Its passkey is now that of ${whose}.` };
  }
}
