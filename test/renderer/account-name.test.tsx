/** Whose passkey it is, where details and lists say so: no name reorders, hides or fills what stands around it. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { PasskeyView } from '../../preload/contract';
import { AccountName } from '../../renderer/passkeys/AccountName';
import { accountName } from '../../renderer/passkeys/names';
import { fakePasskey } from '../support/fake-keys';

const passkey = (names: Partial<PasskeyView>): PasskeyView => fakePasskey('key-1', 0, names);
const draw = (names: Partial<PasskeyView>): string =>
  renderToStaticMarkup(<AccountName passkey={passkey(names)} />);
const plain = (markup: string): string => markup.replace(/<[^>]*>/g, '');

it.each<[string, Partial<PasskeyView>]>([
  ['the account', { userName: 'ada@example.org', userDisplayName: 'Ada' }],
  ['the name for people where there is no other', { userName: ' ', userDisplayName: 'Ada' }],
  ["one's own name first", { userName: 'ada@example.org', ownName: 'Work' }],
  ['that there is none', { userName: '', userDisplayName: '' }],
])('says %s, as sentences do', (_what, names) => {
  expect(plain(draw(names))).toBe(accountName(passkey(names)));
});

it('an address that begins from right to left keeps the order of addresses; other names their own', () => {
  expect(draw({ userName: 'محمد@contoso.example' })).toMatch(/<bdi[^>]* dir="ltr"[^>]*>محمد@/);
  expect(draw({ userName: 'محمد الأحمد' })).toMatch(/<bdi>محمد/);
});

it("one's own name and the account's are isolated from each other", () => {
  expect(draw({ ownName: 'عمل', userName: 'ada' })).toMatch(/<bdi>عمل<\/bdi>, <bdi>ada<\/bdi>/);
});

it('nothing that does not show stays, and no name is longer than a line', () => {
  const drawn = plain(draw({ userName: `a\u202eb\u0000\u200b${'x'.repeat(10_000)}` }));
  expect(drawn).not.toMatch(/[\u202e\u0000\u200b]/);
  expect(drawn.length).toBeLessThan(70);
});
