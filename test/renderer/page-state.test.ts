import { describe, expect, it } from 'vitest';
import type { KeyView } from '../../preload/contract';
import { siteAvatar, AVATAR_COLOURS } from '../../renderer/display/site-avatar';
import { emptyKind, keyCard } from '../../renderer/passkeys/page-state';
import { groupFacts } from '../../renderer/security-keys/fact-groups';
import { fakeKey } from '../support/fake-keys';
import { FakeLatchkey } from '../support/fake-latchkey';

const { pin } = fakeKey();
const absent = new FakeLatchkey().device.view;
const unlocked = fakeKey({ passkeys: 'unlocked' });

describe('the card of a key', () => {
  it.each<[string, Partial<KeyView>, string | null]>([
    ['just plugged in', { state: 'opening', passkeys: 'nothing' }, 'opening'],
    [
      'no permission',
      { state: 'unusable', problem: { code: 'access-denied', message: '' } },
      'no-permission',
    ],
    ['in use', { state: 'unusable', problem: { code: 'in-use', message: '' } }, 'problem'],
    ['locked', {}, 'locked'],
    ['locked until it is put back in', { pin: { ...pin, blocked: 'until-reinserted' } }, 'reinsert'],
    ['blocked', { pin: { ...pin, blocked: 'for-good' } }, 'blocked'],
    ['wants a new PIN', { pin: { ...pin, changeRequired: true } }, 'change-pin'],
    ['being read', { passkeys: 'listing' }, 'listing'],
    ['cannot list', { passkeys: 'nothing', cannotList: 'no-pin' }, 'cannot-list'],
    ['listed in part', { passkeys: 'unlocked', listCutAt: 4096 }, 'cut'],
    ['almost full', { passkeys: 'unlocked', slots: { used: 23, free: 2 } }, 'few-slots'],
    ['listed', { passkeys: 'unlocked', slots: { used: 20, free: 5 } }, null],
    ['listed, room unknown', { passkeys: 'unlocked' }, null],
  ])('%s', (_name, change, kind) => {
    expect(keyCard(fakeKey(change))).toBe(kind);
  });
});

describe('an empty list says why', () => {
  const page = { keys: [unlocked], device: absent, all: 0, shown: 0, query: '', place: 'all' };

  it.each([
    ['nothing plugged in', { keys: [] }, 'no-key'],
    ['locked', { keys: [fakeKey()] }, 'locked'],
    ['one locked, one empty', { keys: [unlocked, fakeKey({ id: 'key-2' })] }, 'locked'],
    ['being read', { keys: [fakeKey({ passkeys: 'listing' })] }, 'waiting'],
    ['open and empty', {}, 'no-passkeys'],
    ['cannot list', { keys: [fakeKey({ passkeys: 'nothing', cannotList: 'no-pin' })] }, 'nothing'],
    ['no search hit', { all: 5, query: 'x' }, 'no-hit'],
    ['nothing on the chosen key', { all: 5, place: 'key-1' }, 'empty-place'],
    [
      'the chosen key is locked',
      { keys: [unlocked, fakeKey({ id: 'key-2' })], all: 5, place: 'key-2' },
      'locked',
    ],
    ['not empty', { shown: 1 }, null],
  ] as const)('%s', (_name, change, kind) => {
    expect(emptyKind({ ...page, ...change })).toBe(kind);
  });
});

describe('the icon of a site', () => {
  it('is the same for all hosts of a site, in any case', () => {
    expect(siteAvatar('accounts.google.com')).toEqual(siteAvatar('GOOGLE.com'));
    expect(siteAvatar('github.com').letter).toBe('G');
  });

  it('exists for any name', () => {
    for (const name of ['', '...', '\u202E', 'x'.repeat(10_000), '中文.example', '1password.com']) {
      const { letter, colour } = siteAvatar(name);
      expect(letter).not.toBe('');
      expect(colour).toBeGreaterThanOrEqual(0);
      expect(colour).toBeLessThan(AVATAR_COLOURS);
    }
  });
});

describe('the facts of a key', () => {
  it('stand in sections, in the order they are read', () => {
    const facts = fakeKey().facts;
    const groups = groupFacts([...facts].reverse());
    expect(groups.map(({ group }) => group)).toEqual([
      'identity',
      'versions',
      'options',
      'limits',
      'algorithms',
      'other',
    ]);
    expect(groups.flatMap((group) => group.facts)).toHaveLength(facts.length);
    expect(groupFacts([])).toEqual([]);
  });
});
