/** States of the small windows that no page of the main window shows: the question about a browser, and accounts beside a field. */
import { safeText } from '../../../main/inventory/safe-text';
import type { AutofillEvent } from '../../../preload/autofill-contract';
import type { ConnectView } from '../../../preload/connect-contract';
import { accounts, sites } from '../dialogs/sample';

const WHEN = Date.UTC(2026, 10, 21, 18, 30);
const evil = safeText(`Evil \u202eresworb ${'and quite harmless '.repeat(20)}`, 60).text;

const question: ConnectView = {
  browser: 'Chromium 156',
  program: '/usr/lib/chromium/chromium',
  extension: '0.1.0',
  site: 'https://login.contoso.example',
  deaf: false,
};

/** As main/app/connect-window.ts makes them. */
export const questions: Readonly<Record<string, ConnectView>> = {
  connect: question,
  'connect-unknown': { ...question, browser: '', program: '' },
  'connect-hostile': {
    ...question,
    browser: evil,
    program: safeText(`/home/sam/${'a very long folder name/'.repeat(10)}browser`, 400).text,
    extension: safeText('9'.repeat(40)).text,
    site: sites.long.origin,
  },
};

type Suggested = NonNullable<AutofillEvent>;
type Account = Suggested['accounts'][number];
const account = (id: string, change: Partial<Account> = {}): Account => ({
  id,
  place: { is: 'device' },
  ...accounts.sam,
  lastUsed: WHEN,
  ...change,
});
const suggestion: Suggested = {
  id: 'suggestion-1',
  site: sites.plain,
  accounts: [account('a'), account('b', { ...accounts.alex, lastUsed: WHEN - 90 * 86_400_000 })],
  wanted: false,
  deaf: false,
};

/** As main/ceremony/suggestions.ts makes them. */
export const suggestions: Readonly<Record<string, Suggested>> = {
  autofill: suggestion,
  'autofill-wanted': { ...suggestion, wanted: true },
  'autofill-embedded': { ...suggestion, site: sites.embedded, accounts: [account('a')] },
  'autofill-many': {
    ...suggestion,
    accounts: Array.from({ length: 40 }, (_, index) =>
      account(`account-${index}`, { name: `sam.rivers+${index}@contoso.example` }),
    ),
  },
  'autofill-hostile': {
    ...suggestion,
    site: sites.long,
    accounts: [
      account('a', accounts.hostile),
      account('b', accounts.nameless),
      account('c', accounts.rightToLeft),
    ],
  },
};
