/** What the user is told of a change that a site has brought about. */
import type { SignalNotice } from '../ceremony/signals';

/** So many are called by their names. */
const MOST_NAMES = 3;

export function wordsOf({ is, rpId, accounts }: SignalNotice): {
  readonly title: string;
  readonly body: string;
} {
  const names = accounts.map(({ name, displayName }) => name || displayName || 'an account without a name');
  const whose = names.length > MOST_NAMES ? `${names.length} accounts` : names.join(', ');
  const isOne = names.length === 1;
  const passkey = isOne ? 'The passkey of' : 'The passkeys of';
  const was = isOne ? 'was' : 'were';
  switch (is) {
    case 'moved':
      return {
        title: `${rpId} does not take ${isOne ? 'a passkey' : 'some passkeys'} any more`,
        body: `${passkey} ${whose} ${was} moved to Recently deleted. You can restore ${isOne ? 'it' : 'them'} there for 30 days.`,
      };
    case 'restored':
      return {
        title: `${rpId} takes ${isOne ? 'a passkey' : 'some passkeys'} again`,
        body: `${passkey} ${whose} ${was} restored from Recently deleted.`,
      };
    case 'renamed':
      return { title: `${rpId} has renamed an account`, body: `Its passkey is now that of ${whose}.` };
  }
}
