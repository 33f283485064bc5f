import { expect, it } from 'vitest';
import { withoutMarkup, wordsOf } from '../../main/app/site-notice-words';

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
  // Names are isolated from the words around them.
  expect(words.body.replace(/[\u2068\u2069]/g, '')).toMatch(body);
});

it('a name that a site chose neither turns the words around it, nor hides, nor fills the screen', () => {
  const told = (name: string): string =>
    wordsOf({ is: 'renamed', rpId: 'example.org', accounts: of(name) }).body;
  expect(told('ada')).toContain('\u2068ada\u2069');
  expect(told('ada \u202egro.elpmaxe')).not.toContain('\u202e');
  expect(told('a\nb\u0000')).not.toMatch(/[\n\u0000]/);
  expect(told('x'.repeat(10_000)).length).toBeLessThan(120);
  expect(told('   ')).toContain('an account without a name');
});

it('a name that looks like markup is none where notices may have some', () => {
  const { body } = wordsOf({
    is: 'renamed',
    rpId: 'example.org',
    accounts: of('<a href="https://evil.example">Ada</a> &lt;'),
  });
  expect(withoutMarkup(body)).not.toMatch(/[<>&]/);
  expect(withoutMarkup(body)).toContain('Ada');
  expect(withoutMarkup('The passkey of ada@example.org was restored.')).toBe(
    'The passkey of ada@example.org was restored.',
  );
});
