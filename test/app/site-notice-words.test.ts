import { expect, it } from 'vitest';
import { wordsOf } from '../../main/app/site-notice-words';

const of = (...names: readonly string[]) => names.map((name) => ({ name, displayName: '' }));

it.each([
  [
    'moved',
    of('ada'),
    'example.org does not take a passkey any more',
    /^The passkey of ada was moved to Recently deleted/,
  ],
  [
    'moved',
    of('ada', 'grace'),
    'example.org does not take some passkeys any more',
    /^The passkeys of ada, grace were moved.*restore them/,
  ],
  ['moved', of('a', 'b', 'c', 'd'), 'example.org does not take some passkeys any more', /of 4 accounts were/],
  ['restored', of('ada'), 'example.org takes a passkey again', /^The passkey of ada was restored/],
  ['renamed', of('ada@example.org'), 'example.org has renamed an account', /now that of ada@example\.org/],
  [
    'moved',
    [{ name: '', displayName: 'Ada Lovelace' }],
    'example.org does not take a passkey any more',
    /of Ada Lovelace was/,
  ],
  ['moved', of(''), 'example.org does not take a passkey any more', /of an account without a name was/],
] as const)('%s: says which site, whose passkey, and what can be done', (is, accounts, title, body) => {
  const words = wordsOf({ is, rpId: 'example.org', accounts });
  expect(words.title).toBe(title);
  expect(words.body).toMatch(body);
});
