/** What the small window beside a field of a page draws, whatever the accounts are called. */
import { FluentProvider } from '@fluentui/react-components';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { AutofillEvent } from '../../preload/autofill-contract';
import { SuggestionList } from '../../renderer/autofill/SuggestionList';
import { testIds as t } from '../../renderer/test-ids';

type View = NonNullable<AutofillEvent>;

const never = (): never => {
  throw new Error('drawing does nothing');
};
const view: View = {
  id: 'suggestion-1',
  site: {
    origin: 'https://bücher.example',
    ascii: 'https://xn--bcher-kva.example',
    rpId: 'xn--bcher-kva.example',
  },
  accounts: [
    { id: 'a', place: { is: 'device' }, name: 'ada@example.org', displayName: 'Ada Lovelace', lastUsed: 0 },
    { id: 'b', place: { is: 'device' }, name: '', displayName: '' },
  ],
  wanted: false,
  deaf: false,
};

function draw(changes: Partial<View> = {}): string {
  return renderToStaticMarkup(
    <FluentProvider>
      <SuggestionList view={{ ...view, ...changes }} onDrawn={never} onChoose={never} onDismiss={never} />
    </FluentProvider>,
  );
}

const count = (markup: string, part: string): number => markup.split(part).length - 1;
const plain = (markup: string): string => markup.replace(/<[^>]*>/g, '').replace(/[\u2066-\u2069]/g, '');

describe('the window beside a field', () => {
  it('says which site it is, and each account with both its names and its last use', () => {
    const markup = draw();
    expect(plain(markup)).toMatch(
      /Sign in with a passkey to https:\/\/bücher\.exampleada@example\.org Ada LovelaceLast used on .*1970No name/,
    );
    expect(count(markup, `data-testid="${t.autofillAccount}"`)).toBe(2);
  });

  it('says what the page is inside of, where that is another site', () => {
    expect(plain(draw())).not.toContain('inside a page');
    const site = { ...view.site, embeddedIn: 'https://shop.example' };
    expect(plain(draw({ site }))).toContain('Shown inside a page of https://shop.example');
    expect(plain(draw({ site: { ...site, embeddedIn: '' } }))).toContain(
      'Shown inside a page of another site',
    );
  });

  it('is one list for the keyboard and for screen readers, named by its site', () => {
    const markup = draw();
    expect(markup).toContain('role="listbox" aria-label="Passkeys for https://bücher.example"');
    expect(count(markup, 'role="option"')).toBe(2);
    expect(count(markup, 'tabindex="0"')).toBe(1);
  });

  it('takes nothing while it is deaf', () => {
    expect(draw({ deaf: true })).toMatch(/<main[^>]* inert=""/);
    expect(draw()).not.toContain('inert');
  });

  it('an account that is called like markup is text', () => {
    const name = '<img src=x onerror=alert(1)>';
    expect(draw({ accounts: [{ id: 'a', place: { is: 'device' }, name, displayName: '' }] })).not.toContain(
      '<img',
    );
  });
});
