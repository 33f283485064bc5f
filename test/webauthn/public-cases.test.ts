/**
 * The public test cases of others: how hosts are written and which requests are none (Web Platform Tests), and whose domain is whose
 * (Public Suffix List).
 */
import { describe, expect, test } from 'vitest';
import { ceremonyRequestOf } from '../../main/ceremony/json-ceremony';
import { checkedRpId } from '../../main/ceremony/request-check';
import { isPublicSuffix, isRegistrableSuffixOrEqual, parseDomain } from '../../main/webauthn/domain';
import { parseOrigin } from '../../main/webauthn/origin';
import suffixes from '../vectors/public-suffix-list-tests.json';
import hosts from '../vectors/wpt-url-toascii.json';
import { nameOf } from './named';

describe('Web Platform Tests, url/resources/toascii.json', () => {
  test.each(hosts.cases)('$input', async ({ input, output }) => {
    const parse = () => parseOrigin(`https://${input}`);
    if (output === null) expect(await nameOf(async () => parse())).toBe('SecurityError');
    else expect(parse()).toMatchObject({ host: output, serialized: `https://${output}` });
  });
});

describe('Public Suffix List, tests/test_psl.txt', () => {
  test.each(suffixes.cases)('$domain', ({ domain, registrable }) => {
    const parsed = parseDomain(domain);
    if (registrable === null) {
      // A dot in front makes no domain.
      expect(parsed === undefined || isPublicSuffix(parsed)).toBe(true);
      return;
    }
    const owner = parseDomain(registrable)!;
    expect(isPublicSuffix(parsed!)).toBe(false);
    expect(isRegistrableSuffixOrEqual(owner, parsed!)).toBe(true);
    const above = owner.slice(owner.indexOf('.') + 1);
    expect(isRegistrableSuffixOrEqual(above, parsed!)).toBe(false);
  });
});

/** webauthn/createcredential-badargs-rp.https.html and -user.https.html, as far as JSON can say it: a member, and what is in its place. */
const badArguments: readonly (readonly [string, unknown])[] = [
  ['rp', undefined],
  ['rp', 'hi mom'],
  ['rp', {}],
  ['rp.name', undefined],
  ['rp.name', {}],
  ['user', undefined],
  ['user', 'hi mom'],
  ['user', {}],
  ['user.id', undefined],
  ['user.id', {}],
  ['user.id', ''],
  ...[65, 66, 68, 72].map((length) => ['user.id', Buffer.alloc(length).toString('base64url')] as const),
  ['user.name', undefined],
  ['user.name', {}],
  ['user.displayName', undefined],
  ['user.displayName', {}],
];

describe('Web Platform Tests, webauthn/createcredential-badargs', () => {
  async function created(member: string, value: unknown): Promise<string> {
    const options: Record<string, unknown> = {
      rp: { id: 'example.org', name: 'Example' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'dGVzdA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    };
    const [outer = '', inner] = member.split('.');
    if (inner === undefined) options[outer] = value;
    else options[outer] = { ...(options[outer] as object), [inner]: value };
    const request = {
      kind: 'create',
      origin: 'https://example.org',
      options: JSON.stringify(options),
    } as const;
    const related = { includes: async () => false };
    return nameOf(() => checkedRpId(ceremonyRequestOf(request), related, new AbortController().signal));
  }

  test.each(badArguments)('%s: %j', async (member, value) => {
    expect(await created(member, value)).toBe('TypeError');
  });

  test('all else is well', async () => {
    expect(await created('rp.name', 'Example')).toBe('fine');
  });
});
