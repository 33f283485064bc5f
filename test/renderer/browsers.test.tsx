/** What a person sees on the Browsers page. */
import { FluentProvider } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type {
  BrowserLinkView,
  BrowserStatus,
  LoggedKind,
  LoggedResult,
} from '../../preload/browsers-contract';
import { BrowsersPage } from '../../renderer/browsers/BrowsersPage';
import { browserCard, cardAction, isOther, type CardState } from '../../renderer/browsers/card-state';
import { loadBrowsers } from '../../renderer/browsers/load-browsers';
import { words } from '../../renderer/messages/en';
import { connect } from '../../renderer/store/connect';
import { LatchkeyProvider } from '../../renderer/store/context';
import { createWindowStore } from '../../renderer/store/window-store';
import { testIds as t } from '../../renderer/test-ids';
import { FakeLatchkey, type FakeOptions } from '../support/fake-latchkey';
import { decision, link, requests } from './preview/browser-scenarios';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const chromium: BrowserStatus = new FakeLatchkey().browsers.view.browsers[1]!;
const without = ({ program: _program, ...status }: BrowserStatus): BrowserStatus => status;
const ours: BrowserStatus = { ...chromium, manifest: { is: 'ours' } };

/** The page after it has looked. */
async function page(options: FakeOptions['browsers'] = {}) {
  const api = new FakeLatchkey({ browsers: options });
  const store = createWindowStore();
  const { retry } = connect(store, api);
  await settled();
  await loadBrowsers(store, api);
  const draw = (part: ReactNode = <BrowsersPage />): string =>
    renderToStaticMarkup(
      <FluentProvider>
        {/* Drawn without a browser, a component sees what the store began with: that is now. */}
        <LatchkeyProvider
          value={{ store: { ...store, getInitialState: store.getState }, api, reconnect: retry }}
        >
          {part}
        </LatchkeyProvider>
      </FluentProvider>,
    );
  return { api, store, draw };
}

/** Names and states of the cards, in their order. */
function cards(html: string): readonly (readonly string[])[] {
  return [...html.matchAll(/data-browser="(\w+)" data-state="([\w-]+)"/g)].map(([, id = '', state = '']) => [
    id,
    state,
  ]);
}

describe('the card of a browser', () => {
  it.each<[string, BrowserStatus, readonly BrowserLinkView[], CardState, ReturnType<typeof cardAction>]>([
    ['installed', chromium, [], 'not-connected', 'connect'],
    ['not installed', without(chromium), [], 'absent', 'connect'],
    ['a Snap alone', { ...without(chromium), confined: ['snap'] }, [], 'confined', 'none'],
    ['a Flatpak alone', { ...without(chromium), confined: ['flatpak'] }, [], 'confined', 'none'],
    ['a Snap, too', { ...chromium, confined: ['snap'] }, [], 'not-connected', 'connect'],
    [
      'Firefox as a Snap',
      { ...without(chromium), id: 'firefox', family: 'firefox', confined: ['snap'] },
      [],
      'not-connected',
      'connect',
    ],
    [
      'Firefox as a Flatpak',
      { ...without(chromium), id: 'firefox', family: 'firefox', confined: ['flatpak'] },
      [],
      'confined',
      'none',
    ],
    ['connected, nobody came', ours, [], 'waiting', 'disconnect'],
    ['connected', ours, [link({})], 'connected', 'disconnect'],
    ['asking', ours, [link({ state: 'waiting-for-confirmation' })], 'confirm', 'disconnect'],
    ['not allowed', ours, [link({ state: 'not-allowed' })], 'not-allowed', 'disconnect'],
    ['too old', ours, [link({ state: 'older-extension' })], 'older-extension', 'disconnect'],
    ['too new', ours, [link({ state: 'newer-extension' })], 'newer-extension', 'disconnect'],
    [
      'two profiles, one too old',
      ours,
      [link({ state: 'older-extension' }), link({ id: '2' })],
      'connected',
      'disconnect',
    ],
    ['another browser came', ours, [link({ is: 'chrome' })], 'waiting', 'disconnect'],
    ['one nobody knows came', ours, [(({ is: _is, ...rest }) => rest)(link({}))], 'waiting', 'disconnect'],
    ['out of date', { ...chromium, manifest: { is: 'outdated' } }, [], 'outdated', 'connect-again'],
    ['another program’s', { ...chromium, manifest: { is: 'foreign' } }, [], 'foreign', 'replace'],
    ['unreadable', { ...chromium, manifest: { is: 'unreadable', why: 'x' } }, [], 'unreadable', 'look-again'],
    ['its file gone while it is connected', chromium, [link({})], 'connected', 'connect'],
  ])('%s', (_name, browser, links, state, action) => {
    const card = browserCard(browser, links);
    expect(card.state).toBe(state);
    expect(cardAction(browser, card)).toBe(action);
  });

  it('is among the others only when there is nothing of it', () => {
    expect(isOther(without(chromium), [])).toBe(true);
    expect(isOther(without(ours), [])).toBe(false);
    expect(isOther(without(chromium), [link({})])).toBe(false);
    expect(isOther({ ...without(chromium), confined: ['snap'] }, [])).toBe(false);
  });
});

describe('the page', () => {
  it('shows what is installed first, and the rest below', async () => {
    const html = (await page()).draw();
    expect(cards(html)).toEqual([
      ['chrome', 'not-connected'],
      ['chromium', 'not-connected'],
      ['firefox', 'not-connected'],
      ['edge', 'absent'],
      ['brave', 'absent'],
    ]);
    const others = html.slice(html.indexOf(t.browsersOthers));
    expect(cards(others).map(([id]) => id)).toEqual(['edge', 'brave']);
    expect(others).toContain('Others (2)');
    expect(html).toContain('/home/sam/.config/chromium/NativeMessagingHosts/org.latchkey.bridge.json');
  });

  it('says nothing of profiles that do not get as far', async () => {
    const older = link({ id: '2', state: 'older-extension', extension: '0.0.9' });
    const html = (
      await page({
        browsers: { chromium: { manifest: { is: 'ours' } } },
        links: { connections: [link({}), older] },
      })
    ).draw();
    expect(html).toContain('>Connected · extension 0.1.0<');
  });

  it('says version and profiles of who is connected, and where the extension is loaded from', async () => {
    const html = (
      await page({
        browsers: { chromium: { manifest: { is: 'ours' } }, firefox: { manifest: { is: 'ours' } } },
        links: { connections: [link({}), link({ id: '2' })] },
      })
    ).draw();
    expect(html).toContain('Connected · extension 0.1.0 · 2 profiles');
    expect(html).toContain('Connected, waiting for the extension');
    for (const step of ['chrome://extensions', 'Load unpacked', '/opt/Latchkey/resources/extension/chromium'])
      expect(html).toContain(step);
    for (const step of [
      'about:debugging#/runtime/this-firefox',
      'Load Temporary Add-on',
      'extension/firefox',
    ])
      expect(html).toContain(step);
    // What is still to be done is open; what is done can be looked up.
    expect(html.match(/<details[^>]* open=""/g)).toHaveLength(1);
  });

  it.each(['chrome', 'edge', 'brave'] as const)('names the address of %s', async (id) => {
    const html = (
      await page({ browsers: { [id]: { program: '/usr/bin/x', manifest: { is: 'ours' } } } })
    ).draw();
    expect(html).toContain(`${id}://extensions`);
  });

  it('names a Snap or Flatpak that cannot reach Latchkey, and offers no button that would not help', async () => {
    const html = (
      await page({ browsers: { chromium: { confined: ['snap', 'flatpak'] } }, withoutPrograms: ['chromium'] })
    ).draw();
    expect(html).toContain('Snap and Flatpak: cannot reach Latchkey');
    const card = html.slice(html.indexOf('data-browser="chromium"'), html.indexOf('data-browser="firefox"'));
    expect(card).not.toContain(t.browserAction);
    expect(card).not.toContain(t.browserFile);
  });

  it('says what a foreign manifest names, and what is wrong with one that cannot be read', async () => {
    const html = (
      await page({
        browsers: {
          chromium: { manifest: { is: 'foreign', program: '/opt/other/bridge' } },
          firefox: { manifest: { is: 'unreadable', why: 'Cannot read it: permission denied.' } },
        },
      })
    ).draw();
    expect(html).toContain('not this Latchkey’s: /opt/other/bridge');
    expect(html).toContain('Cannot read it: permission denied.');
  });

  it('says which browser is connected along with another', async () => {
    const html = (
      await page({
        browsers: { chrome: { sharedWith: ['brave'], registryKey: 'HKEY_CURRENT_USER\\Software' } },
      })
    ).draw();
    expect(html).toContain('Brave reads the same file');
    expect(html).toContain('HKEY_CURRENT_USER\\Software');
  });

  it('lists who is connected and none of those it knows', async () => {
    const { is: _is, ...unknown } = link({ browser: 'Vivaldi 8', program: '/opt/vivaldi/vivaldi' });
    const html = (await page({ links: { connections: [unknown] } })).draw();
    const section = html.slice(html.indexOf(t.browsersUnknown));
    expect(section).toContain('Vivaldi 8');
    expect(section).toContain('/opt/vivaldi/vivaldi');
    expect(section).toContain('Connected · extension 0.1.0');
  });

  it('says why no browser can come at all', async () => {
    const html = (await page({ links: { problem: 'Another Latchkey answers. Close it.' } })).draw();
    expect(html.slice(html.indexOf(t.browsersProblem))).toContain('Another Latchkey answers. Close it.');
  });

  it('says why it cannot be shown, and lets it be tried again', async () => {
    const html = (
      await page({ refuses: () => ({ code: 'internal', message: 'Something went wrong.' }) })
    ).draw();
    expect(html).toContain('Something went wrong.');
    expect(html).toContain(t.browsersAgain);
  });

  it('shows names and paths of others without what does not show, and never as markup', async () => {
    const evil = '<b>x</b>\u202Egnp.exe\u0000';
    const html = (
      await page({
        browsers: { chrome: { program: evil, manifest: { is: 'foreign', program: evil } } },
        links: {
          connections: [link({ extension: evil, browser: evil })],
          decisions: [decision({ name: evil, program: evil })],
          requests: requests(1).map((request) => ({ ...request, site: evil, browser: evil })),
        },
      })
    ).draw();
    expect(html).not.toContain('<b>');
    expect(html).not.toContain('\u202E');
    expect(html).not.toContain('\u0000');
  });
});

describe('browsers that asked', () => {
  it('can be allowed, not allowed and forgotten, each by a button that names it', async () => {
    const html = (
      await page({
        links: {
          decisions: [decision(), decision({ id: 'd2', name: 'Firefox 153', decision: 'denied' })],
        },
      })
    ).draw();
    for (const label of ['Don’t allow: Chromium 156', 'Forget: Chromium 156', 'Allow: Firefox 153'])
      expect(html).toContain(`aria-label="${label}"`);
  });

  it('are none at first', async () => {
    expect((await page()).draw()).toContain(words.browsers.decisions.none);
  });
});

describe('recent requests', () => {
  const entry = requests(1)[0]!;

  it.each<[LoggedKind, LoggedResult, string, string]>([
    ['create', 'saved', 'Save a passkey', 'Saved'],
    ['get', 'used', 'Sign in', 'Signed in'],
    ['autofill', 'used', 'Passkey autofill', 'Signed in'],
    ['signal', 'changed', 'Account update', 'Changed'],
    ['signal', 'nothing-to-do', 'Account update', 'Nothing to change'],
    ['get', 'cancelled', 'Sign in', 'Cancelled by you'],
    ['get', 'given-up', 'Sign in', 'Given up by the site'],
    ['create', 'handed-over', 'Save a passkey', 'Left to the browser'],
    ['get', 'refused', 'Sign in', 'Refused'],
    ['create', 'failed', 'Save a passkey', 'Failed'],
  ])('%s, %s', async (kind, result, said, outcome) => {
    const html = (
      await page({ links: { requests: [{ ...entry, site: 'example.org', kind, result }] } })
    ).draw();
    const list = html.slice(html.indexOf(`data-testid="${t.request}"`));
    for (const text of ['example.org', said, outcome, 'Firefox 153']) expect(list).toContain(text);
  });

  it('say when there are none, and when none are kept', async () => {
    expect((await page()).draw()).toContain(words.browsers.requests.none);
    const off = (await page({ links: { isLogging: false } })).draw();
    expect(off).toContain(words.browsers.requests.noneOff);
    expect(off).not.toContain(words.browsers.requests.none);
  });

  it('are at most 200 on the page', async () => {
    const html = (await page({ links: { requests: requests(300) } })).draw();
    expect(html.split(`data-testid="${t.request}"`)).toHaveLength(201);
  });
});

describe('the store', () => {
  it('knows nothing of browsers before the page is opened, and takes news from then on', async () => {
    const api = new FakeLatchkey();
    const store = createWindowStore();
    connect(store, api);
    await settled();
    api.browsers.changeLinks({ connections: [link({})] });
    expect(store.getState().browsers).toBeNull();
    expect(api.calls.map(({ name }) => name)).not.toContain('browsers');
    await loadBrowsers(store, api);
    api.browsers.changeLinks({ connections: [] });
    expect(store.getState().browsers?.links.connections).toEqual([]);
    expect(store.getState().browsers?.browsers).toHaveLength(5);
  });
});
