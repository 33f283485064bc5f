/** The window's calls about browsers, with their validators, and the events it gets. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { BrowserConnector } from '../../main/bridge/browser-connector';
import type { BrowserLink } from '../../main/bridge/links';
import { problem } from '../../main/inventory/problems';
import { browsersHandlers } from '../../main/ipc/serve-browsers';
import { browsersCallArguments, type BrowserLinksView } from '../../preload/browsers-contract';
import { FakeLinks, MemoryBrowserSystem, relayOn } from '../support/memory-browsers';

let system: MemoryBrowserSystem;
let links: FakeLinks;
let made: number;
let shown: string[];
let sent: BrowserLinksView[];
let served: ReturnType<typeof browsersHandlers>;

const connection: BrowserLink = {
  id: '1',
  browser: 'Chromium 156',
  program: '/usr/lib/chromium/chromium',
  extension: '0.1.0',
  since: 1,
  state: 'connected',
};

beforeEach(() => {
  system = new MemoryBrowserSystem();
  links = new FakeLinks();
  made = 0;
  shown = [];
  sent = [];
  const connector = new BrowserConnector({
    system,
    relay: relayOn(system),
    places: { platform: 'linux', env: {}, home: '/home/ana', bridge: '/home/ana/bridge' },
  });
  served = browsersHandlers({
    browsers: async () => {
      made++;
      return {
        connector,
        links,
        extensions: { paths: async () => ({ chromium: '/ext/c', firefox: '/ext/f' }) },
      };
    },
    showFolder: async (path) => void shown.push(path),
    sendLinks: (view) => void sent.push(view),
  });
});

describe('the Browsers page', () => {
  it('makes nothing before it is opened', () => {
    expect(made).toBe(0);
    expect(links.listeners).toBe(0);
  });

  it('sees all browsers as they are, who is connected, and where the extension lies', async () => {
    system.programs.set('/usr/bin/chromium', '\x7fELF');
    links.connections = [
      connection,
      { ...connection, id: '2', browser: 'Vivaldi 8', program: '/opt/vivaldi' },
    ];
    const answer = await served.handlers.browsers();
    if (!answer.ok) throw new Error(answer.problem.message);
    expect(answer.value.browsers.map(({ id, program }) => [id, program])).toEqual([
      ['chrome', undefined],
      ['chromium', '/usr/bin/chromium'],
      ['edge', undefined],
      ['brave', undefined],
      ['firefox', undefined],
    ]);
    expect(answer.value.links).toEqual({
      connections: [
        { ...connection, is: 'chromium' },
        { ...connection, id: '2', browser: 'Vivaldi 8', program: '/opt/vivaldi' },
      ],
      decisions: [],
      requests: [],
      isLogging: true,
    });
    expect(answer.value.extensions).toEqual({ chromium: '/ext/c', firefox: '/ext/f' });
  });

  it('is told of changes once each, however often it looked, and no longer when its window is gone', async () => {
    await served.handlers.browsers();
    await served.handlers.browsers();
    links.connections = [connection];
    links.changed();
    expect(sent.map((view) => view.connections.length)).toEqual([1]);
    served.stop();
    links.changed();
    expect(sent).toHaveLength(1);
    await served.handlers.browsers();
    expect(links.listeners).toBe(0);
  });

  it('is told nothing when its window was gone before the first answer', async () => {
    const answer = served.handlers.browsers();
    served.stop();
    await answer;
    expect(links.listeners).toBe(0);
  });

  it('connects and disconnects', async () => {
    const file = '/home/ana/.config/chromium/NativeMessagingHosts/org.latchkey.bridge.json';
    expect(await served.handlers.connectBrowser('chromium', false)).toEqual({ ok: true, value: null });
    expect(system.files.has(file)).toBe(true);
    expect(await served.handlers.disconnectBrowser('chromium')).toEqual({ ok: true, value: null });
    expect(system.files.has(file)).toBe(false);
  });

  it('passes on whether a foreign manifest is to be replaced', async () => {
    const file = '/home/ana/.config/chromium/NativeMessagingHosts/org.latchkey.bridge.json';
    system.files.set(file, '{"path":"/other"}');
    expect(await served.handlers.connectBrowser('chromium', false)).toMatchObject({
      problem: { code: 'in-use' },
    });
    expect(await served.handlers.connectBrowser('chromium', true)).toMatchObject({ ok: true });
  });

  it('changes what was decided, and the list of requests', async () => {
    links.decisions = ['a', 'b', 'c'].map((id) => ({
      id,
      program: '',
      name: id,
      decision: 'allowed',
      when: 1,
    }));
    await served.handlers.denyBrowser('a');
    await served.handlers.denyBrowser('b');
    await served.handlers.allowBrowser('b');
    await served.handlers.forgetBrowser('c');
    expect(links.decisions.map(({ id, decision }) => [id, decision])).toEqual([
      ['a', 'denied'],
      ['b', 'allowed'],
    ]);
    links.requests = [{ id: '1', when: 1, site: 'a', kind: 'get', result: 'used', browser: '' }];
    await served.handlers.setRequestLog(false);
    await served.handlers.emptyRequestLog();
    expect([links.isLogging, links.requests]).toEqual([false, []]);
  });

  it('opens the folder of the extension for that family', async () => {
    await served.handlers.showExtensionFolder('firefox');
    expect(shown).toEqual(['/ext/f']);
  });

  it('says why no browser can come at all', async () => {
    links.problem = 'Another Latchkey answers the browsers. Close it.';
    expect(await served.handlers.browsers()).toMatchObject({
      ok: true,
      value: { links: { problem: 'Another Latchkey answers the browsers. Close it.' } },
    });
  });

  it('is told in a sentence what could not be kept', async () => {
    links.emptyLog = () => Promise.reject(problem('file', 'The disk is full. Make room on it.'));
    expect(await served.handlers.emptyRequestLog()).toEqual({
      ok: false,
      problem: { code: 'file', message: 'The disk is full. Make room on it.' },
    });
  });
});

describe('arguments', () => {
  it.each([
    ['connectBrowser', ['chromium', true]],
    ['disconnectBrowser', ['firefox']],
    ['allowBrowser', ['0123']],
    ['setRequestLog', [false]],
    ['showExtensionFolder', ['chromium']],
  ] as const)('of %s that fit are let through', (name, args) => {
    expect(v.is(browsersCallArguments[name], args)).toBe(true);
  });

  it.each([
    ['connectBrowser', ['opera', false]],
    ['connectBrowser', ['chromium']],
    ['connectBrowser', ['chromium', 'yes']],
    ['connectBrowser', ['__proto__', true]],
    ['disconnectBrowser', ['../x']],
    ['allowBrowser', ['']],
    ['denyBrowser', ['x'.repeat(201)]],
    ['forgetBrowser', [7]],
    ['setRequestLog', [1]],
    ['showExtensionFolder', ['/etc']],
    ['browsers', [1]],
  ] as const)('of %s that do not fit are refused: %j', (name, args) => {
    expect(v.is(browsersCallArguments[name], args)).toBe(false);
  });
});
