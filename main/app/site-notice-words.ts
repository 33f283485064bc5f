/** What the user is told of a change that a site has brought about. */
import type { SignalNotice } from '../ceremony/signals';
import { isBlank, safeText } from '../inventory/safe-text';

/** So many are called by their names. */
const MOST_NAMES = 3;
/** In code points: sites choose them. */
const LONGEST_NAME = 60;

export function wordsOf({ is, rpId, accounts }: SignalNotice): {
  readonly title: string;
  readonly body: string;
} {
  const names = accounts.map(nameOf);
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

/** Isolated: no name turns the words around it. */
function nameOf({ name, displayName }: SignalNotice['accounts'][number]): string {
  const shown = isBlank(name) ? displayName : name;
  return isBlank(shown) ? 'an account without a name' : `\u2068${safeText(shown, LONGEST_NAME).text}\u2069`;
}

/**
 * For systems that take what a notice says for markup (Desktop Notifications Specification, "Markup"): nothing in it begins a tag or
 * an entity there, and it reads the same elsewhere.
 */
export function withoutMarkup(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
