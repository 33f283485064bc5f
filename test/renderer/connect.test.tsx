/** What the question about a browser draws: who asks, in words that no name can turn, and nothing to be hit while it is deaf. */
import { FluentProvider } from '@fluentui/react-components';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ConnectView } from '../../preload/connect-contract';
import { ConnectDialog } from '../../renderer/connect/ConnectDialog';

const never = (): never => {
  throw new Error('drawing does nothing');
};
const view: ConnectView = {
  browser: 'Chromium 156',
  program: '/usr/lib/chromium/chromium',
  extension: '0.1.0',
  site: 'https://login.example.org',
  deaf: false,
};

const draw = (changes: Partial<ConnectView> = {}): string =>
  renderToStaticMarkup(
    <FluentProvider>
      <ConnectDialog view={{ ...view, ...changes }} onDecide={never} />
    </FluentProvider>,
  );
const plain = (markup: string): string => markup.replace(/<[^>]*>/g, '').replace(/[\u2066-\u2069]/g, '');

describe('the question about a browser', () => {
  it('says which browser, which program, and for which site', () => {
    const text = plain(draw());
    for (const said of ['Let Chromium 156 use passkeys', view.program, view.extension, view.site])
      expect(text).toContain(said);
  });

  it('says so when nobody knows the browser, or its program', () => {
    const text = plain(draw({ browser: '', program: '' }));
    expect(text).toContain('Let this browser use passkeys');
    expect(text).toContain('Your system does not say');
  });

  it('takes nothing while it is deaf', () => {
    expect(draw({ deaf: true })).toMatch(/<div role="dialog"[^>]* inert=""/);
    expect(draw()).not.toContain('inert');
  });

  it('a browser that is called like markup is text', () => {
    expect(draw({ browser: '<img src=x onerror=alert(1)>' })).not.toContain('<img');
  });
});
