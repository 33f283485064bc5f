/** Origins of callers (WebAuthn Level 3 §5.1.3 steps 6 and 7; HTML §7.1.1; Secure Contexts §3.1). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCaller, parseOrigin } from '../../main/webauthn/origin';
import { nameOf } from './named';

describe('an origin', () => {
  test.each([
    ['https://example.org', 'https://example.org'],
    ['https://example.org/', 'https://example.org'],
    ['HTTPS://EXAMPLE.org', 'https://example.org'],
    ['https://example.org:443', 'https://example.org'],
    ['https://example.org:0443', 'https://example.org'],
    ['https://example.org:8443', 'https://example.org:8443'],
    ['https://example.org.', 'https://example.org.'],
    ['https://münchen.de', 'https://xn--mnchen-3ya.de'],
    ['https://MÜNCHEN.de', 'https://xn--mnchen-3ya.de'],
    ['https://faß.de', 'https://xn--fa-hia.de'],
    ['https://ｅｘａｍｐｌｅ。org', 'https://example.org'],
    ['https://192.0.2.1', 'https://192.0.2.1'],
    ['https://0xC0.513', 'https://192.0.2.1'],
    ['https://[2001:DB8:0::1]:8443', 'https://[2001:db8::1]:8443'],
    ['http://localhost', 'http://localhost'],
    ['http://localhost:80', 'http://localhost'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://a.LOCALHOST:3000', 'http://a.localhost:3000'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]', 'http://[::1]'],
    ['https://localhost', 'https://localhost'],
  ])('%s is %s', (text, serialized) => {
    expect(parseOrigin(text).serialized).toBe(serialized);
  });

  test.each([
    'null',
    'data:text/html,hi',
    'about:blank',
    'file:///etc/passwd',
    'chrome-extension://abcdefgh',
  ])('%s is opaque: NotAllowedError', async (text) => {
    expect(await nameOf(() => parseOrigin(text))).toBe('NotAllowedError');
  });

  test.each([
    ['http', 'http://example.org'],
    ['http with the port of https', 'http://example.org:443'],
    ['http and a name that begins like localhost', 'http://localhost.example.org'],
    ['http and a name that ends like localhost', 'http://notlocalhost'],
    ['http and an address that is not this machine', 'http://192.168.0.1'],
    ['http and a name that looks like this machine', 'http://127.0.0.1.example.org'],
    ['ws', 'ws://example.org'],
    ['wss', 'wss://example.org'],
    ['ftp', 'ftp://example.org'],
    ['blob, whose origin is inside', 'blob:https://example.org/9115d58c'],
    ['nothing', ''],
    ['no scheme', 'example.org'],
    ['no host', 'https://'],
    ['user information', 'https://example.org@evil.example'],
    ['user information with a password', 'https://a:b@evil.example'],
    ['a path', 'https://example.org/login'],
    ['a query', 'https://example.org?x'],
    ['a fragment', 'https://example.org#x'],
    ['a backslash', 'https:\\\\example.org'],
    ['a backslash in the host', 'https://evil.example\\.example.org'],
    ['one slash', 'https:/example.org'],
    ['white space before', ' https://example.org'],
    ['white space inside', 'https://exam\tple.org'],
    ['a line feed after', 'https://example.org\n'],
    ['percent-encoding', 'https://ex%61mple.org'],
    ['a port that is none', 'https://example.org:65536'],
    ['two ports', 'https://example.org:1:2'],
    ['an address that is none', 'https://256.1.1.1'],
    ['a number as the last label', 'https://example.1'],
    ['an A-label that decodes to nothing', 'https://xn--'],
    ['an A-label that does not decode', 'https://xn--a'],
    ['a host of three thousand letters', `https://${'a.'.repeat(1500)}example`],
  ])('%s: SecurityError', async (_what, text) => {
    expect(await nameOf(() => parseOrigin(text))).toBe('SecurityError');
  });

  test('is read again from its serialisation, and is what the URL standard says it is', () => {
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.webAuthority(),
    );
    fc.assert(
      fc.property(host, fc.option(fc.integer({ min: 0, max: 65_535 })), (name, port) => {
        const text = `https://${name}${port === null ? '' : `:${port}`}`;
        if (!URL.canParse(text) || /[@%]/.test(text)) return;
        const origin = parseOrigin(text);
        expect(origin.serialized).toBe(new URL(text).origin);
        expect(parseOrigin(origin.serialized)).toEqual(origin);
      }),
    );
  });
});

describe('a caller', () => {
  const origin = 'https://example.org';
  const other = 'https://example.com';

  test.each([
    ['the page itself', { origin }, false, undefined],
    ['the page itself, said twice', { origin, topOrigin: 'https://EXAMPLE.org:443' }, false, undefined],
    ['a frame in a page of another origin', { origin, topOrigin: other }, true, other],
    ['another port is another origin', { origin, topOrigin: `${origin}:8443` }, true, `${origin}:8443`],
    ['a browser that does not say in what', { origin, crossOrigin: true }, true, undefined],
    [
      'a frame in a frame of another origin in a page of its own',
      { origin, topOrigin: origin, crossOrigin: true },
      true,
      origin,
    ],
    ['same origin with its ancestors', { origin, topOrigin: origin, crossOrigin: false }, false, undefined],
    ['in a page on an address', { origin, topOrigin: 'https://192.0.2.1' }, true, 'https://192.0.2.1'],
  ] as const)('%s', (_what, text, crossOrigin, topOrigin) => {
    const caller = parseCaller(text);
    expect(caller.crossOrigin).toBe(crossOrigin);
    expect(caller.topOrigin?.serialized).toBe(topOrigin);
  });

  test('cannot be of the same origin as its ancestors and in a page of another', async () => {
    expect(await nameOf(() => parseCaller({ origin, topOrigin: other, crossOrigin: false }))).toBe(
      'TypeError',
    );
  });

  test('in a page without TLS is refused like one without TLS itself', async () => {
    expect(await nameOf(() => parseCaller({ origin, topOrigin: 'http://example.com' }))).toBe(
      'SecurityError',
    );
    expect(await nameOf(() => parseCaller({ origin, topOrigin: 'null' }))).toBe('NotAllowedError');
  });
});
