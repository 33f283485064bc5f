/** Related origins (WebAuthn Level 3 §5.11.1, step by step). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOrigin } from '../../main/webauthn/origin';
import { WellKnownRelatedOrigins } from '../../main/webauthn/related-origins';
import type { WebAnswer, WellKnownFetch } from '../../native/ports';
import { nameOf } from './named';

type Limits = Parameters<WellKnownFetch['get']>[1];

/** A web in which every site answers the same. */
class SmallWeb implements WellKnownFetch {
  readonly asked: { readonly url: string; readonly limits: Limits }[] = [];
  readonly #answer: () => Promise<WebAnswer>;

  constructor(answer: Partial<WebAnswer> | (() => Promise<WebAnswer>)) {
    this.#answer =
      typeof answer === 'function'
        ? answer
        : () =>
            Promise.resolve({
              status: 200,
              contentType: 'application/json',
              body: new Uint8Array(),
              ...answer,
            });
  }

  get(url: string, limits: Limits): Promise<WebAnswer> {
    this.asked.push({ url, limits });
    return this.#answer();
  }
}

const bodyOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const listing = (...origins: readonly unknown[]): SmallWeb => new SmallWeb({ body: bodyOf({ origins }) });

function includes(
  web: SmallWeb,
  origin = 'https://example.co.uk',
  signal = new AbortController().signal,
): Promise<boolean> {
  return new WellKnownRelatedOrigins(web).includes('example.com', parseOrigin(origin), signal);
}

describe('step 2: the list', () => {
  test('is fetched from the well-known URL of the RP ID, with limits', async () => {
    const web = listing('https://example.co.uk');
    expect(await includes(web)).toBe(true);
    expect(web.asked).toEqual([
      { url: 'https://example.com/.well-known/webauthn', limits: { bytes: 262_144, milliseconds: 10_000 } },
    ]);
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;x=y'])(
    'is of the type %s',
    async (contentType) => {
      const body = bodyOf({ origins: ['https://example.co.uk'], and: 'more' });
      expect(await includes(new SmallWeb({ contentType, body }))).toBe(true);
    },
  );

  const body = bodyOf({ origins: ['https://example.co.uk'] });
  test.each<readonly [string, Partial<WebAnswer>]>([
    ['has another status', { status: 201, body }],
    ['is not found', { status: 404, body }],
    ['has no type', { contentType: undefined, body }],
    ['is text', { contentType: 'text/plain', body }],
    ['is another JSON', { contentType: 'application/json+x', body }],
    ['begins like JSON', { contentType: 'application/jsonp', body }],
    ['names JSON in a parameter', { contentType: 'text/html; a=application/json', body }],
    ['is empty', { body: new Uint8Array() }],
    ['is no JSON', { body: new TextEncoder().encode('{"origins":["https://example.co.uk"]') }],
    ['is a list', { body: bodyOf(['https://example.co.uk']) }],
    ['is null', { body: bodyOf(null) }],
    ['is a string', { body: bodyOf('origins') }],
    ['has no origins', { body: bodyOf({ origin: ['https://example.co.uk'] }) }],
    ['has one origin that is not in a list', { body: bodyOf({ origins: 'https://example.co.uk' }) }],
    ['has origins that are no strings', { body: bodyOf({ origins: ['https://example.co.uk', 1] }) }],
    ['is very deep', { body: new TextEncoder().encode('['.repeat(200_000)) }],
  ])('that %s: SecurityError', async (_what, answer) => {
    expect(await nameOf(() => includes(new SmallWeb(answer)))).toBe('SecurityError');
  });

  test('that cannot be had: SecurityError', async () => {
    const broken = new SmallWeb(() => Promise.reject(new Error('connection refused')));
    expect(await nameOf(() => includes(broken))).toBe('SecurityError');
  });

  test('that nobody waits for any more: AbortError', async () => {
    const controller = new AbortController();
    const web = new SmallWeb(() => {
      controller.abort();
      return Promise.reject(new Error('aborted'));
    });
    expect(await nameOf(() => includes(web, 'https://example.co.uk', controller.signal))).toBe('AbortError');
  });
});

describe('step 4: an origin in the list', () => {
  test.each([
    ['as a browser writes it', 'https://example.co.uk'],
    ['with a path', 'https://example.co.uk/login?x#y'],
    ['in upper case, with the default port', 'HTTPS://EXAMPLE.co.uk:443/'],
  ])('%s', async (_what, item) => {
    expect(await includes(listing('https://other.example', item))).toBe(true);
  });

  test.each([
    ['another port', 'https://example.co.uk:8443'],
    ['another scheme', 'http://example.co.uk'],
    ['a subdomain', 'https://www.example.co.uk'],
    ['above', 'https://co.uk'],
    ['a dot at the end', 'https://example.co.uk.'],
    ['an origin inside', 'blob:https://example.co.uk/9115d58c'],
    ['a wildcard', 'https://*.co.uk'],
    ['no URL', 'example.co.uk'],
    ['nothing', ''],
  ])('not for %s: %s', async (_what, item) => {
    expect(await includes(listing(item))).toBe(false);
  });

  test('an empty list names nobody', async () => {
    expect(await includes(listing())).toBe(false);
  });

  test('a name in its own script', async () => {
    expect(await includes(listing('https://MÜNCHEN.de'), 'https://xn--mnchen-3ya.de')).toBe(true);
  });
});

describe('steps 1 and 4: at most five registrable origin labels', () => {
  const five = ['https://a.com', 'https://b.com', 'https://c.com', 'https://d.com', 'https://e.com'];

  test('the fifth counts, the sixth does not', async () => {
    expect(await includes(listing(...five), 'https://e.com')).toBe(true);
    expect(await includes(listing(...five, 'https://f.com'), 'https://f.com')).toBe(false);
  });

  test('one of the five in another country still counts after the sixth', async () => {
    const list = listing(...five, 'https://f.com', 'https://www.a.co.uk');
    expect(await includes(list, 'https://www.a.co.uk')).toBe(true);
  });

  test('what has no label takes no place: addresses, public suffixes, opaque origins, no URLs, dots at the end', async () => {
    const none = [
      'https://192.0.2.1',
      'https://[2001:db8::1]',
      'https://com',
      'https://co.uk',
      'https://github.io',
      'https://localhost',
      'data:,x',
      'foo://bar.com',
      'nonsense',
      'https://x.com.',
    ];
    expect(await includes(listing(...none, ...five), 'https://e.com')).toBe(true);
    expect(await includes(listing('https://github.io'), 'https://github.io')).toBe(false);
  });

  test('a private suffix separates owners', async () => {
    const blogs = [
      'https://a.github.io',
      'https://b.github.io',
      'https://c.github.io',
      'https://d.github.io',
    ];
    expect(await includes(listing(...blogs, 'https://e.github.io'), 'https://e.github.io')).toBe(true);
    expect(
      await includes(listing(...blogs, 'https://x.com', 'https://e.github.io'), 'https://e.github.io'),
    ).toBe(false);
  });

  test('whatever the list: true exactly for the origins of the first five labels', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const origin = fc
      .tuple(fc.constantFrom('', 'www.'), name, fc.constantFrom('com', 'co.uk', 'github.io'))
      .map(([below, label, suffix]) => ({ label, origin: `https://${below}${label}.${suffix}` }));
    await fc.assert(
      fc.asyncProperty(fc.array(origin, { maxLength: 15 }), origin, async (list, caller) => {
        const counted = [...new Set(list.map(({ label }) => label))].slice(0, 5);
        expect(await includes(listing(...list.map((item) => item.origin)), caller.origin)).toBe(
          list.some((item) => item.origin === caller.origin) && counted.includes(caller.label),
        );
      }),
      { numRuns: 500 },
    );
  });
});
