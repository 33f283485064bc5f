/** States of the Browsers page that can be looked at, by name. */
import type {
  BrowserDecision,
  BrowserLinkView,
  LoggedKind,
  LoggedRequest,
  LoggedResult,
} from '../../../preload/browsers-contract';
import type { FakeOptions } from '../../support/fake-latchkey';

const WHEN = Date.UTC(2026, 10, 21, 18, 30);
const MINUTE = 60_000;

export function link(change: Partial<BrowserLinkView>): BrowserLinkView {
  return {
    id: 'link-1',
    browser: 'Chromium 156',
    program: '/usr/lib/chromium/chromium',
    extension: '0.1.0',
    since: WHEN,
    state: 'connected',
    is: 'chromium',
    ...change,
  };
}

export function decision(change: Partial<BrowserDecision> = {}): BrowserDecision {
  return {
    id: 'decision-1',
    program: '/usr/lib/chromium/chromium',
    name: 'Chromium 156',
    decision: 'allowed',
    when: WHEN,
    ...change,
  };
}

const kinds: readonly LoggedKind[] = [
  'create',
  'get',
  'get',
  'autofill',
  'signal',
  'get',
  'create',
  'signal',
  'get',
];
const results: readonly LoggedResult[] = [
  ...(['saved', 'used', 'cancelled', 'used', 'changed'] as const),
  ...(['handed-over', 'refused', 'nothing-to-do', 'given-up', 'failed'] as const),
];

export function requests(count: number): readonly LoggedRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `request-${index}`,
    when: WHEN - index * 7 * MINUTE,
    site: ['github.com', 'login.example.org', 'accounts.contoso.com', 'webauthn.example'][index % 4] ?? '',
    kind: kinds[index % kinds.length] ?? 'get',
    result: results[index % results.length] ?? 'used',
    browser: index % 3 === 0 ? 'Firefox 153' : 'Chromium 156',
  }));
}

const evil = `Evil \u202Eresworb\u0000 ${'x'.repeat(200)}`;
const longPath = `/home/sam/${'a very long folder name/'.repeat(8)}latchkey-bridge`;

export const browserScenarios: Readonly<Record<string, () => FakeOptions>> = {
  browsers: () => ({}),
  'browsers-connected': () => ({
    browsers: {
      browsers: { chromium: { manifest: { is: 'ours' } }, firefox: { manifest: { is: 'ours' } } },
      links: {
        connections: [link({}), link({ id: 'link-2' })],
        decisions: [
          decision(),
          decision({
            id: 'decision-2',
            name: 'Firefox 153',
            program: '/usr/lib/firefox-esr/firefox-esr',
            decision: 'denied',
          }),
        ],
        requests: requests(12),
      },
    },
  }),
  'browsers-states': () => ({
    browsers: {
      browsers: {
        chrome: { manifest: { is: 'outdated' } },
        chromium: { manifest: { is: 'ours' }, confined: ['snap'] },
        edge: { confined: ['flatpak'] },
        brave: { program: '/usr/bin/brave', manifest: { is: 'foreign', program: longPath } },
        firefox: { manifest: { is: 'ours' } },
      },
      links: {
        connections: [
          link({ state: 'not-allowed' }),
          link({
            id: 'link-3',
            is: 'firefox',
            browser: 'Firefox 153',
            state: 'older-extension',
            extension: '0.0.9',
          }),
        ],
        isLogging: false,
      },
    },
  }),
  'browsers-troubles': () => ({
    browsers: {
      browsers: {
        chrome: { manifest: { is: 'ours' } },
        chromium: { manifest: { is: 'none' }, confined: ['snap', 'flatpak'] },
        edge: { program: '/usr/bin/microsoft-edge', manifest: { is: 'ours' } },
        brave: {
          program: '/usr/bin/brave',
          manifest: {
            is: 'unreadable',
            why: 'Cannot read the file: permission denied; check who owns the file and its folder. Put that right, then try again.',
          },
        },
      },
      links: {
        problem: 'Another Latchkey answers the browsers. Close it, and restart this one.',
        connections: [
          link({ is: 'chrome', browser: 'Chrome 156', state: 'newer-extension', extension: '9.0.0' }),
          link({ id: 'link-4', is: 'edge', browser: 'Edge 156', state: 'waiting-for-confirmation' }),
        ],
      },
    },
  }),
  'browsers-snap-only': () => ({
    browsers: {
      browsers: { chromium: { confined: ['snap'] }, firefox: { confined: ['snap'] } },
      withoutPrograms: ['chrome', 'chromium', 'firefox'],
    },
  }),
  'browsers-none': () => ({ browsers: { withoutPrograms: ['chrome', 'chromium', 'firefox'] } }),
  'browsers-windows': () => ({
    app: { platform: 'win32' },
    browsers: {
      browsers: {
        chrome: {
          program: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
          manifest: { is: 'ours' },
          file: 'C:\\Users\\Sam\\AppData\\Local\\Latchkey\\bridge\\org.latchkey.bridge.chrome.json',
          registryKey:
            'HKEY_CURRENT_USER\\Software\\Google\\Chrome\\NativeMessagingHosts\\org.latchkey.bridge',
          sharedWith: ['brave'],
        },
        brave: { sharedWith: ['chrome'] },
      },
    },
  }),
  'browsers-hostile': () => ({
    browsers: {
      browsers: {
        chrome: {
          program: `/opt/${evil}/chrome`,
          manifest: { is: 'foreign', program: evil },
          file: longPath,
        },
      },
      links: {
        connections: [
          link({ browser: evil, program: evil, extension: evil }),
          (({ is: _is, ...unknown }) => unknown)(link({ id: 'link-5', browser: evil, program: evil })),
        ],
        decisions: [decision({ name: evil, program: evil }), decision({ id: 'decision-3', name: '\u200B' })],
        requests: requests(3).map((request, index) => ({
          ...request,
          site: [evil, '', `${'long-label.'.repeat(22)}example`][index] ?? '',
          browser: evil,
        })),
      },
    },
  }),
  'browsers-full-log': () => ({ browsers: { links: { requests: requests(200) } } }),
  'browsers-refused': () => ({
    browsers: {
      links: { requests: requests(5) },
      refuses: (name) =>
        name === 'connectBrowser' || name === 'emptyRequestLog'
          ? {
              code: 'file',
              message:
                'Cannot save /home/sam/.config/chromium/NativeMessagingHosts/org.latchkey.bridge.json: the disk is read-only. What was saved before is unchanged. Put that right, then try again.',
            }
          : undefined,
    },
  }),
  'browsers-failed': () => ({
    browsers: {
      refuses: (name) =>
        name === 'browsers'
          ? { code: 'internal', message: 'Something went wrong inside Latchkey. Try again.' }
          : undefined,
    },
  }),
};
