/** Who is served: only what the browser says of a port counts. */
import { expect, test } from 'vitest';
import { askerOf } from '../../extension/worker/senders';
import { hostOf, isOff } from '../../extension/worker/sites-off';
import { browserName } from '../../extension/worker/browser-name';

const ID = 'flnhbpdghfndedbacfjkoebgambbpika';
const from = (more: object) =>
  askerOf(
    {
      id: ID,
      frameId: 0,
      tab: { id: 7 },
      origin: 'https://example.org',
      url: 'https://example.org/a',
      ...more,
    },
    ID,
  );

test('a frame of a site is who it is', () => {
  expect(from({})).toEqual({ origin: 'https://example.org', tab: 7, isPrivate: false });
  expect(from({ origin: 'http://localhost:3000', url: 'http://localhost:3000/' })).toMatchObject({ tab: 7 });
  expect(from({ origin: 'http://a.localhost', url: 'http://a.localhost/' })).toMatchObject({ tab: 7 });
});

test('a private window is known as one', () => {
  expect(from({ tab: { id: 7, incognito: true } })).toMatchObject({ isPrivate: true });
});

test.each(['about:blank', 'about:srcdoc', 'blob:https://example.org/1-2'])(
  'a frame of %s is who made it',
  (url) => {
    expect(from({ url })).toEqual({ origin: 'https://example.org', tab: 7, isPrivate: false });
  },
);

test.each([
  ['another extension', { id: 'other' }],
  ['no tab', { tab: undefined }],
  ['no frame', { frameId: undefined }],
  ['no origin', { origin: undefined }],
  ['an opaque origin', { origin: 'null' }],
  ['an address of another origin', { url: 'https://example.com/' }],
  ['an address of another port', { url: 'https://example.org:444/' }],
  ['no address', { url: undefined }],
  ['data', { url: 'data:text/html,x' }],
  ['no TLS', { origin: 'http://example.org', url: 'http://example.org/' }],
  ['a name that only ends so', { origin: 'http://notlocalhost', url: 'http://notlocalhost/' }],
  ['an extension page', { origin: `chrome-extension://${ID}`, url: `chrome-extension://${ID}/options.html` }],
  ['a file', { origin: 'file://', url: 'file:///etc/passwd' }],
])('%s is nobody', (_, more) => {
  expect(from(more)).toBeUndefined();
});

test.each([
  ['example.org', 'example.org'],
  [' https://Example.ORG:8443/path?x ', 'example.org'],
  ['http://localhost:3000', 'localhost'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['example.org.', 'example.org'],
  ['', undefined],
  ['*.example.org', undefined],
  ['a b', undefined],
  ['file:///etc', undefined],
  ['[::1]', undefined],
])('the host of %j is %j', (typed, host) => {
  expect(hostOf(typed)).toBe(host);
});

test('a site is off with everything under it, and nothing else', () => {
  expect(isOff(['example.org'], 'https://example.org')).toBe(true);
  expect(isOff(['example.org'], 'https://a.b.example.org:1')).toBe(true);
  expect(isOff(['example.org'], 'https://notexample.org')).toBe(false);
  expect(isOff(['login.example.org'], 'https://example.org')).toBe(false);
});

test.each([
  [
    [
      ['Not A;Brand', '8'],
      ['Chromium', '156'],
      ['Google Chrome', '156'],
    ],
    'Google Chrome 156',
  ],
  [
    [
      ['Chromium', '156'],
      ['Not)A;Brand', '24'],
    ],
    'Chromium 156',
  ],
  [
    [
      ['Brave', '1'],
      ['Chromium', '156'],
      ['Not_A Brand', '99'],
    ],
    'Brave 1',
  ],
])('a browser of %j is called %s', (brands, name) => {
  const userAgentData = { brands: brands.map(([brand, version]) => ({ brand: brand!, version: version! })) };
  expect(browserName({ userAgentData, userAgent: '' })).toBe(name);
});

test('Firefox is called by its name', () => {
  expect(browserName({ userAgent: 'Mozilla/5.0 (X11; rv:153.0) Gecko/20100101 Firefox/153.0' })).toBe(
    'Firefox 153',
  );
});
