/** Which RP IDs a caller may claim (WebAuthn Level 3 §5.1.3 steps 7 and 8; HTML "is a registrable domain suffix of or is equal to"). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicSuffix, isRegistrableSuffixOrEqual, parseDomain } from '../../main/webauthn/domain';
import { parseCaller } from '../../main/webauthn/origin';
import type { RelatedOrigins } from '../../main/webauthn/related-origins';
import { determineRpId } from '../../main/webauthn/rp-id';
import { nameOf } from './named';

/** No site names related origins; it is written down who was asked. */
class NobodyRelated implements RelatedOrigins {
  readonly asked: string[] = [];

  includes(rpId: string): Promise<boolean> {
    this.asked.push(rpId);
    return Promise.resolve(false);
  }
}

async function rpIdOf(
  origin: string,
  claimed?: string,
  related: RelatedOrigins = new NobodyRelated(),
): Promise<string> {
  return determineRpId(parseCaller({ origin }), claimed, related, new AbortController().signal);
}

describe('no RP ID: the effective domain', () => {
  test.each([
    ['https://example.org', 'example.org'],
    ['https://EXAMPLE.org:8443', 'example.org'],
    ['https://login.example.org', 'login.example.org'],
    ['https://münchen.de', 'xn--mnchen-3ya.de'],
    ['http://localhost:3000', 'localhost'],
    ['http://app.localhost', 'app.localhost'],
    ['https://intranet', 'intranet'],
    ['https://my_host.example.org', 'my_host.example.org'],
  ])('%s: %s', async (origin, rpId) => {
    expect(await rpIdOf(origin)).toBe(rpId);
  });

  test.each([
    'https://192.0.2.1',
    'https://[2001:db8::1]',
    'http://127.0.0.1:3000',
    'http://[::1]',
    'https://0x7f.1',
    'https://example.org.',
    'http://localhost.',
    'https://example..org',
    'https://.example.org',
    `https://${'a'.repeat(64)}.org`,
    `https://${'a.'.repeat(126)}org`,
  ])('%s has no valid domain: SecurityError', async (origin) => {
    expect(await nameOf(() => rpIdOf(origin))).toBe('SecurityError');
  });
});

describe('an RP ID that the caller may claim', () => {
  test.each([
    ['https://example.org', 'example.org', 'example.org'],
    ['https://login.example.org', 'example.org', 'example.org'],
    ['https://foo.bar.example.org', 'bar.example.org', 'bar.example.org'],
    ['https://foo.bar.example.org', 'foo.bar.example.org', 'foo.bar.example.org'],
    ['https://example.org:1337', 'example.org', 'example.org'],
    ['https://earth.login.awesomecompany', 'login.awesomecompany', 'login.awesomecompany'],
    ['https://myawesomedomain', 'myawesomedomain', 'myawesomedomain'],
    ['http://localhost', 'localhost', 'localhost'],
    ['https://login.example.co.uk', 'example.co.uk', 'example.co.uk'],
    ['https://ada.github.io', 'ada.github.io', 'ada.github.io'],
    ['https://www.ada.github.io', 'ada.github.io', 'ada.github.io'],
    // A suffix is its own owner's.
    ['https://github.io', 'github.io', 'github.io'],
    // www.ck is an exception to *.ck, city.kawasaki.jp one to *.kawasaki.jp.
    ['https://login.www.ck', 'www.ck', 'www.ck'],
    ['https://a.city.kawasaki.jp', 'city.kawasaki.jp', 'city.kawasaki.jp'],
    // The host parser makes one spelling of all of them.
    ['https://login.example.org', 'EXAMPLE.Org', 'example.org'],
    ['https://login.münchen.de', 'MÜNCHEN.de', 'xn--mnchen-3ya.de'],
    ['https://login.münchen.de', 'XN--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['https://login.example.org', 'ｅｘａｍｐｌｅ。org', 'example.org'],
  ])('%s claims %s', async (origin, claimed, rpId) => {
    const related = new NobodyRelated();
    expect(await rpIdOf(origin, claimed, related)).toBe(rpId);
    expect(related.asked).toEqual([]);
  });
});

describe('an RP ID that the caller may not claim: SecurityError', () => {
  test.each([
    ['a digit for a letter', 'https://con1oso.com', 'contoso.com'],
    ['the other way round', 'https://contoso.com', 'con1oso.com'],
    ['a Cyrillic letter in the origin', 'https://cоntoso.com', 'contoso.com'],
    ['a Cyrillic letter in the RP ID', 'https://contoso.com', 'cоntoso.com'],
    ['the A-label of a look-alike', 'https://apple.com', 'xn--80ak6aa92e.com'],
    ['another site', 'https://example.org', 'example.com'],
    ['below the caller', 'https://example.org', 'foo.bar.example.org'],
    ['the end of a label', 'https://notexample.org', 'example.org'],
    ['the end of a label, after a hyphen', 'https://not-example.org', 'example.org'],
    ['a beginning', 'https://example.org.evil.com', 'example.org'],
    ['a public suffix', 'https://example.com', 'com'],
    ['a public suffix of two labels', 'https://evil.co.uk', 'co.uk'],
    ['a private public suffix', 'https://evil.github.io', 'github.io'],
    ['a private public suffix with more labels', 'https://evil.s3.amazonaws.com', 's3.amazonaws.com'],
    ['above a private public suffix', 'https://evil.s3.amazonaws.com', 'amazonaws.com'],
    ['a public suffix by a wildcard', 'https://evil.example.ck', 'example.ck'],
    ['above a wildcard', 'https://evil.any.kawasaki.jp', 'kawasaki.jp'],
    ['a public suffix in another script', 'https://evil.公司.cn', '公司.cn'],
    ['an unknown top level', 'https://login.awesomecompany', 'awesomecompany'],
    ['another host without a dot', 'https://myawesomedomain', 'randomdomain'],
    ['localhost from below', 'http://app.localhost', 'localhost'],
    ['nothing', 'https://example.org', ''],
    ['null as Web IDL spells it', 'https://example.org', 'null'],
    ['a dot at the end', 'https://example.org', 'example.org.'],
    ['two dots at the end', 'https://example.org', 'example.org..'],
    ['a dot at the beginning', 'https://login.example.org', '.example.org'],
    ['a port', 'https://example.org:8443', 'example.org:8443'],
    ['the default port', 'https://example.org', 'example.org:443'],
    ['an origin', 'https://example.org', 'https://example.org'],
    ['a path', 'https://example.org', 'example.org/'],
    ['a query', 'https://example.org', 'example.org?'],
    ['a fragment', 'https://example.org', 'example.org#'],
    ['a backslash', 'https://example.org', 'example.org\\'],
    ['user information', 'https://example.org', 'user@example.org'],
    ['user information that is the caller', 'https://evil.com', 'evil.com@example.org'],
    ['white space', 'https://example.org', ' example.org'],
    ['a tab, which a URL would lose', 'https://example.org', 'exam\tple.org'],
    ['a line feed at the end', 'https://example.org', 'example.org\n'],
    ['a NUL at the end', 'https://example.org', 'example.org\0'],
    ['percent-encoding', 'https://example.org', 'ex%61mple.org'],
    ['a domain with a space', 'https://example.org', 'invalid domain.com'],
    ['a parenthesis', 'https://notexample.org', 'example.org)'],
    ['an IPv4 address', 'https://example.org', '127.0.0.1'],
    ['an IPv6 address', 'https://example.org', '[::1]'],
    ['an A-label that does not decode', 'https://example.org', 'xn--a'],
    ['ten thousand letters', 'https://example.org', 'a'.repeat(10_000)],
  ])('%s: %s claims %j', async (_what, origin, claimed) => {
    expect(await nameOf(() => rpIdOf(origin, claimed))).toBe('SecurityError');
  });

  test.each([
    ['https://127.0.0.1', '127.0.0.1'],
    ['https://127.0.0.1', '0.0.1'],
    ['https://127.0.0.1', '1'],
    ['https://1.2.3', '2.3'],
    ['https://[::1]', '[::1]'],
    ['https://[::1]', '::1'],
    ['https://[::127.0.0.1]', '127.0.0.1'],
    ['https://example.org.', 'example.org'],
    ['https://example.org.', 'example.org.'],
    ['https://example.org..', 'example.org'],
    ['https://.co.uk', 'co.uk.'],
    ['http://example.org', 'example.org'],
    ['http://example.org:443', 'example.org'],
    ['http://myawesomedomain', 'myawesomedomain'],
    ['wss://example.org', 'example.org'],
    ['ftp://example.org', 'example.org'],
  ])('nothing for a caller that has no domain or no TLS: %s claims %s', async (origin, claimed) => {
    expect(await nameOf(() => rpIdOf(origin, claimed))).toBe('SecurityError');
  });

  test.each(['data:,', 'file:///example.org', 'null'])('nothing for the opaque %s', async (origin) => {
    expect(await nameOf(() => rpIdOf(origin, 'example.org'))).toBe('NotAllowedError');
  });
});

describe('related origins are asked', () => {
  const everybody: RelatedOrigins = { includes: () => Promise.resolve(true) };

  test('only when the rule of the suffix fails, and by the spelling of the URL standard', async () => {
    const related = new NobodyRelated();
    expect(await nameOf(() => rpIdOf('https://example.co.uk', 'EXAMPLE.com', related))).toBe('SecurityError');
    expect(related.asked).toEqual(['example.com']);
  });

  test('and what they say counts', async () => {
    expect(await rpIdOf('https://example.co.uk', 'Example.com', everybody)).toBe('example.com');
  });

  test.each([
    'com',
    'co.uk',
    'github.io',
    'localhost',
    'app.localhost',
    '127.0.0.1',
    '[::1]',
    'example.com.',
    '',
  ])('never of %j', async (claimed) => {
    const related = new NobodyRelated();
    expect(await nameOf(() => rpIdOf('https://example.org', claimed, related))).toBe('SecurityError');
    expect(related.asked).toEqual([]);
    expect(await nameOf(() => rpIdOf('https://example.org', claimed, everybody))).toBe('SecurityError');
  });
});

describe('for every domain', () => {
  const label = fc.constantFrom('a', 'b', 'example', 'www', 'xn--mnchen-3ya', 'con1oso', 'my_host');
  const suffix = fc.constantFrom(
    'com',
    'co.uk',
    'github.io',
    's3.amazonaws.com',
    'amazonaws.com',
    'kawasaki.jp',
    'ck',
    'xn--55qx5d.cn',
    'unknowntld',
    'localhost',
  );
  const domain = fc
    .tuple(fc.array(label, { maxLength: 4 }), suffix)
    .map(([labels, end]) => [...labels, end].join('.'));

  test('what may be claimed is the domain, or its end at a dot that is no public suffix', () => {
    fc.assert(
      fc.property(domain, domain, (rpId, caller) => {
        if (rpId === caller) return;
        // No suffix that strangers share, and nothing above one.
        const above = caller.split('.').map((_label, at, labels) => labels.slice(at).join('.'));
        const shared = above.slice(above.findIndex(isPublicSuffix));
        expect(isRegistrableSuffixOrEqual(rpId, caller)).toBe(above.includes(rpId) && !shared.includes(rpId));
      }),
      { numRuns: 2000 },
    );
  });

  test('parsing is the host parser: what it returns, it returns again', () => {
    fc.assert(
      fc.property(fc.oneof(domain, fc.domain(), fc.string({ unit: 'grapheme' })), (text) => {
        const parsed = parseDomain(text);
        if (parsed === undefined) return;
        expect(parsed).toMatch(/^[a-z0-9_.-]+$/);
        expect(parseDomain(parsed)).toBe(parsed);
        expect(new URL(`https://${text}/`).host).toBe(parsed);
      }),
      { numRuns: 2000 },
    );
  });
});
