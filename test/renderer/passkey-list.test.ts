import { describe, expect, it } from 'vitest';
import type { PasskeyView } from '../../preload/contract';
import { ALL_PLACES, filterPasskeys, prepare, sortPasskeys } from '../../renderer/passkeys/passkey-list';
import { fold } from '../../main/inventory/search-text';
import { registrablePart } from '../../main/inventory/site-order';
import { fakePasskey, hostilePasskeys, manyPasskeys } from '../support/fake-keys';

const passkey = (change: Partial<PasskeyView>, number = 0) => fakePasskey('key-1', number, change);
const found = (list: readonly PasskeyView[], query: string, place: string = ALL_PLACES) =>
  filterPasskeys(list.map(prepare), query, place).map((entry) => entry.passkey.rpId);

describe('searching', () => {
  const list = [
    passkey({ rpId: 'github.com', rpName: 'GitHub', userName: 'sam', userDisplayName: 'Sam Rivers' }, 0),
    passkey({ rpId: 'shop.example', rpName: 'Shop', userName: 'zoë', userDisplayName: 'Zoë Ångström' }, 1),
    {
      ...passkey({ rpId: 'bank.example', rpName: 'Bank', userName: 'SAM', ownName: 'Für die Arbeit' }, 2),
      keyId: 'key-2',
    },
  ];

  it.each([
    ['the site', 'github', ['github.com']],
    ['a part of the user name', 'zo', ['shop.example']],
    ['the display name', 'rivers', ['github.com']],
    ['the name of one’s own', 'fur arbeit', ['bank.example']],
    ['any case', 'GITHUB', ['github.com']],
    ['letters without their accents', 'zoe angstrom', ['shop.example']],
    ['accents where there are none', 'gïthüb', ['github.com']],
    ['several words, in any order', 'rivers github', ['github.com']],
    ['spaces around', '  shop ', ['shop.example']],
    ['nothing', '', ['github.com', 'shop.example', 'bank.example']],
  ])('finds by %s', (_name, query, sites) => {
    expect(found(list, query)).toEqual(sites);
  });

  it('finds nothing when one of the words is nowhere', () => {
    expect(found(list, 'github nobody')).toEqual([]);
  });

  it('does not find across two fields', () => {
    expect(
      found([passkey({ rpId: 'ab.example', rpName: 'x', userName: 'cd', userDisplayName: '' })], 'examplex'),
    ).toEqual([]);
  });

  it('keeps to one key when asked', () => {
    expect(found(list, 'sam', 'key-2')).toEqual(['bank.example']);
    expect(found(list, '', 'key-1')).toEqual(['github.com', 'shop.example']);
  });

  it('finds a name through the invisible characters in it', () => {
    expect(found(hostilePasskeys(), 'example.com')).toContain('exam\u200Bple.com');
  });

  it('folds ligatures and letters that do not decompose', () => {
    expect(fold('ﬁnn Łukasz Straße Øre')).toBe('finn lukasz strasse ore');
  });
});

describe('sorting', () => {
  const order = (list: readonly PasskeyView[], by: 'site' | 'user') =>
    sortPasskeys(list.map(prepare), by).map(
      ({ passkey: { rpId, userName } }) => `${rpId} ${userName ?? '-'}`,
    );

  it('keeps the hosts of one site together', () => {
    const list = ['zoo.example', 'accounts.google.com', 'mail.example', 'google.com', 'github.com'].map(
      (rpId, i) => passkey({ rpId, userName: 'a' }, i),
    );
    expect(order(list, 'site').map((line) => line.split(' ')[0])).toEqual([
      'github.com',
      'google.com',
      'accounts.google.com',
      'mail.example',
      'zoo.example',
    ]);
  });

  it('sorts by user inside a site, and by site inside a user', () => {
    const list = [
      passkey({ rpId: 'b.example', userName: 'Äda' }, 0),
      passkey({ rpId: 'a.example', userName: 'zed' }, 1),
      passkey({ rpId: 'a.example', userName: 'ada' }, 2),
    ];
    expect(order(list, 'site')).toEqual(['a.example ada', 'a.example zed', 'b.example Äda']);
    expect(order(list, 'user')).toEqual(['a.example ada', 'b.example Äda', 'a.example zed']);
  });

  it('puts passkeys without a user name last', () => {
    const list = [
      passkey({ rpId: 'a.example', userName: '', userDisplayName: '' }, 0),
      passkey({ rpId: 'b.example', userName: 'zed' }, 1),
    ];
    expect(order(list, 'user').map((line) => line.split(' ')[0])).toEqual(['b.example', 'a.example']);
  });

  it('does not depend on the order in which they came', () => {
    const list = manyPasskeys(300);
    expect(order(list, 'site')).toEqual(order([...list].reverse(), 'site'));
  });

  it.each([
    ['google.com', 'google.com'],
    ['accounts.google.com', 'google.com'],
    ['shop.example.co.uk', 'example.co.uk'],
    ['a.b.c.example.com.au', 'example.com.au'],
    ['localhost', 'localhost'],
    ['192.168.0.1', '192.168.0.1'],
    ['', ''],
  ])('takes %s to belong to %s', (rpId, site) => {
    expect(registrablePart(rpId)).toBe(site);
  });
});
