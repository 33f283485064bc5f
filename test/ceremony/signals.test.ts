/** What sites tell about their passkeys, honest ones and hostile ones, and what the user finds afterwards. */
import { describe, expect, it } from 'vitest';
import { MovedBySites } from '../../main/ceremony/moved-by-sites';
import type { SignalName } from '../../main/ceremony/signal-options';
import { Signals, type SignalNotice, type SignalRequest } from '../../main/ceremony/signals';
import { FILE } from '../../main/vault/file-names';
import { encodeBase64Url } from '../../main/webauthn/base64url';
import type { RelatedOrigins } from '../../main/webauthn/related-origins';
import { MemoryFile } from '../support/memory-file';
import { memoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { ORIGIN, RP_ID, utf8 } from '../support/relying-party';
import { add } from '../support/vault-passkeys';

interface Rig extends Pick<MemoryVault, 'vault' | 'clock' | 'calendar' | 'folder'> {
  readonly file: MemoryFile;
  readonly aside: MemoryFile;
  readonly notices: SignalNotice[];
  /** By its number, in use. */
  id(number: number): string;
  readonly inUse: readonly (string | undefined)[];
  readonly deleted: readonly (string | undefined)[];
  says(signal: SignalName, options: object, around?: Partial<SignalRequest>): ReturnType<Signals['signal']>;
  /** Says so, and waits for what comes of it. */
  did(signal: SignalName, options: object, around?: Partial<SignalRequest>): Promise<string>;
}

const userId = encodeBase64Url(utf8('ada'));

/** Ada has passkey 1, Bob 2, both of this site; Ada has 3 on another site. */
async function rig(related: RelatedOrigins = { includes: async () => false }): Promise<Rig> {
  const parts = memoryVault({ random: new SeededRandom('signals') });
  const { vault, clock } = parts;
  await vault.open();
  await vault.setUp({ pin: PIN });
  await vault.verifyPin(PIN);
  const ids = [
    await add(vault, 1, { rpId: RP_ID, userName: 'ada', userId: utf8('ada') }),
    await add(vault, 2, { rpId: RP_ID, userName: 'bob', userId: utf8('bob') }),
    await add(vault, 3, { rpId: 'example.net', userName: 'ada at net', userId: utf8('ada') }),
  ];
  vault.endCeremony();
  vault.lock();
  const file = new MemoryFile('/vault/moved-by-sites.json');
  const aside = new MemoryFile('/vault/moved-by-sites.json.unreadable');
  const notices: SignalNotice[] = [];
  const signals = new Signals({
    vault,
    related,
    clock,
    moved: new MovedBySites({ file, aside }),
    tell: (notice) => notices.push(notice),
  });
  const says: Rig['says'] = (signal, options, around = {}) =>
    signals.signal(
      { signal, origin: ORIGIN, options: { rpId: RP_ID, ...options }, ...around },
      new AbortController().signal,
    );
  return {
    ...parts,
    file,
    aside,
    notices,
    id: (number) => encodeBase64Url(ids[number - 1]!),
    get inUse() {
      return vault.passkeys.map(({ credential }) => credential.user.name);
    },
    get deleted() {
      return vault.deleted.map(({ credential }) => credential.user.name);
    },
    says,
    did: async (...asked) => {
      const { error, changed } = await says(...asked);
      return error?.name ?? changed;
    },
  };
}

const everybody = ['ada', 'bob', 'ada at net'];
const adaOfThisSite = { userId, name: 'ada@new.example', displayName: 'Ada King' };

describe('a credential that the site does not know', () => {
  it('goes to Recently deleted, and the user is told', async () => {
    const here = await rig();
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('changed');
    expect(here.inUse).toEqual(['bob', 'ada at net']);
    expect(here.deleted).toEqual(['ada']);
    expect(here.notices).toEqual([
      { is: 'moved', rpId: RP_ID, accounts: [{ name: 'ada', displayName: 'User 1' }] },
    ]);
  });

  it('of another site, of nobody, or gone already changes nothing and tells nobody', async () => {
    const here = await rig();
    for (const credentialId of [here.id(3), encodeBase64Url(new Uint8Array(32)), '', 'A'.repeat(4000)])
      expect(await here.did('unknownCredential', { credentialId })).toBe('nothing-to-do');
    await here.vault.remove([here.vault.passkeys[0]!.credential.id]);
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('nothing-to-do');
    expect(here.notices).toEqual([]);
    expect(here.file.writes).toBe(0);
  });

  it('that is protected stays', async () => {
    const here = await rig();
    await here.vault.setProtected(here.vault.passkeys[0]!.credential.id, true);
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('nothing-to-do');
    expect(await here.did('allAcceptedCredentials', { userId, allAcceptedCredentialIds: [] })).toBe(
      'nothing-to-do',
    );
    expect(here.inUse).toEqual(everybody);
    expect(here.notices).toEqual([]);
  });
});

describe('all credentials of an account', () => {
  const accept = (...allAcceptedCredentialIds: readonly string[]) => ({ userId, allAcceptedCredentialIds });

  it('those that are not listed go to Recently deleted, those of others stay', async () => {
    const here = await rig();
    expect(await here.did('allAcceptedCredentials', accept(here.id(1), here.id(2)))).toBe('nothing-to-do');
    expect(await here.did('allAcceptedCredentials', accept(here.id(2)))).toBe('changed');
    expect(here.inUse).toEqual(['bob', 'ada at net']);
    expect(here.notices.map(({ is }) => is)).toEqual(['moved']);
  });

  it('an empty list takes all of that account, and those alone', async () => {
    const here = await rig();
    expect(await here.did('allAcceptedCredentials', accept())).toBe('changed');
    expect(here.inUse).toEqual(['bob', 'ada at net']);
    expect(here.deleted).toEqual(['ada']);
    expect(here.notices.map(({ is }) => is)).toEqual(['moved']);
  });

  it('one that a site moved comes back when it is listed again', async () => {
    const here = await rig();
    await here.did('unknownCredential', { credentialId: here.id(1) });
    expect(await here.did('allAcceptedCredentials', accept(here.id(1)))).toBe('changed');
    expect(here.inUse).toEqual(everybody);
    expect(here.notices.map(({ is }) => is)).toEqual(['moved', 'restored']);
  });

  it('one that the user deleted stays deleted, also when a site had moved it before', async () => {
    const here = await rig();
    const { id } = here.vault.passkeys[0]!.credential;
    await here.vault.remove([id]);
    expect(await here.did('allAcceptedCredentials', accept(here.id(1)))).toBe('nothing-to-do');
    await here.vault.restore([id]);
    await here.did('unknownCredential', { credentialId: here.id(1) });
    await here.vault.restore([id]);
    here.calendar.date += 1000;
    await here.vault.remove([id]);
    expect(await here.did('allAcceptedCredentials', accept(here.id(1)))).toBe('nothing-to-do');
    expect(here.deleted).toEqual(['ada']);
  });

  it('one that was replaced since stays where it is', async () => {
    const here = await rig();
    await here.did('unknownCredential', { credentialId: here.id(1) });
    await here.vault.verifyPin(PIN);
    const next = await add(here.vault, 4, { rpId: RP_ID, userName: 'ada again', userId: utf8('ada') });
    here.vault.endCeremony();
    const both = accept(here.id(1), encodeBase64Url(next));
    expect(await here.did('allAcceptedCredentials', both)).toBe('nothing-to-do');
    expect(here.inUse).toEqual(['bob', 'ada at net', 'ada again']);
    // The site takes back what it said about the first, and does not know the second.
    expect(await here.did('allAcceptedCredentials', accept(here.id(1)))).toBe('changed');
    expect(here.inUse).toEqual(everybody);
    expect(here.deleted).toEqual(['ada again']);
  });

  it('what cannot be written down is not brought back by a site, only by the user', async () => {
    const here = await rig();
    here.file.failure = 'full';
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('changed');
    expect(await here.did('allAcceptedCredentials', accept(here.id(1)))).toBe('nothing-to-do');
    expect(here.notices).toHaveLength(1);
    await here.vault.restore(here.vault.deleted.map(({ credential }) => credential.id));
    here.file.failure = 'none';
    here.file.content = utf8('{"version":1,"moved":[]}');
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('changed');
    expect(here.aside.text).toBe('{"version":1,"moved":[]}');
    expect(await here.did('allAcceptedCredentials', accept(here.id(1)))).toBe('changed');
  });

  it('the file tells no site and no account, and forgets what is gone', async () => {
    const here = await rig();
    await here.did('unknownCredential', { credentialId: here.id(1) });
    expect(here.file.text).not.toMatch(/ada|example/);
    expect(here.file.text).not.toContain(here.id(1));
    await here.vault.emptyDeleted();
    await here.did('unknownCredential', { credentialId: here.id(2) });
    const { moved } = JSON.parse(here.file.text) as { readonly moved: object };
    expect(Object.keys(moved)).toHaveLength(1);
  });
});

describe('the current details of a user', () => {
  it('are the names from then on, of that site alone, and the user is told', async () => {
    const here = await rig();
    expect(await here.did('currentUserDetails', adaOfThisSite)).toBe('changed');
    expect(here.inUse).toEqual(['ada@new.example', 'bob', 'ada at net']);
    expect(here.notices).toEqual([
      { is: 'renamed', rpId: RP_ID, accounts: [{ name: 'ada@new.example', displayName: 'Ada King' }] },
    ]);
    const before = here.folder.content(FILE);
    expect(await here.did('currentUserDetails', adaOfThisSite)).toBe('nothing-to-do');
    expect(here.folder.content(FILE)).toEqual(before);
    expect(here.notices).toHaveLength(1);
  });

  it('of absurd length and with half characters are kept within bounds, and are shown safely', async () => {
    const here = await rig();
    const name = `${'é'.repeat(127)}👩‍👩‍👧‍👦${'x'.repeat(500_000)}`;
    await here.did('currentUserDetails', { userId, name, displayName: 'a\ud800\u202eb' });
    const [{ credential }] = here.vault.passkeys as [(typeof here.vault.passkeys)[0]];
    expect(credential.user).toMatchObject({ name: 'é'.repeat(127), displayName: 'a\ufffd\u202eb' });
    expect(here.notices[0]?.accounts[0]?.displayName).toBe('a\ufffd\ufffdb');
    expect(await here.did('currentUserDetails', { userId, name, displayName: 'a\ud800\u202eb' })).toBe(
      'nothing-to-do',
    );
  });

  it('that are empty take the names away', async () => {
    const here = await rig();
    await here.did('currentUserDetails', { userId, name: '', displayName: '' });
    expect(here.inUse[0]).toBeUndefined();
    expect(await here.did('currentUserDetails', { userId, name: '', displayName: '' })).toBe('nothing-to-do');
  });
});

describe('a page', () => {
  it('is answered before anything is done, whatever there is', async () => {
    const here = await rig();
    const { changed, ...answer } = await here.says('unknownCredential', { credentialId: here.id(1) });
    expect(answer).toEqual({});
    expect(here.inUse).toEqual(everybody);
    expect(here.notices).toEqual([]);
    await changed;
    const { changed: none, ...same } = await here.says('unknownCredential', { credentialId: here.id(1) });
    expect(same).toEqual(answer);
    await none;
  });

  const details = { userId, name: 'n', displayName: 'd' };
  it.each<readonly [string, SignalName, object]>([
    ['a padded ID', 'unknownCredential', { credentialId: 'YWRh=' }],
    ['an ID in base64', 'unknownCredential', { credentialId: 'a+b/' }],
    ['no ID', 'unknownCredential', {}],
    ['an ID that is no text', 'unknownCredential', { credentialId: 1 }],
    ['no user', 'allAcceptedCredentials', { allAcceptedCredentialIds: [] }],
    ['no list', 'allAcceptedCredentials', { userId }],
    ['a list that is text', 'allAcceptedCredentials', { userId, allAcceptedCredentialIds: 'AA' }],
    ['a list with one bad ID', 'allAcceptedCredentials', { userId, allAcceptedCredentialIds: ['AA', '*'] }],
    ['a list with null', 'allAcceptedCredentials', { userId, allAcceptedCredentialIds: [null] }],
    [
      'a list without end',
      'allAcceptedCredentials',
      { userId, allAcceptedCredentialIds: Array.from({ length: 10_001 }, () => 'AA') },
    ],
    ['no name', 'currentUserDetails', { userId, displayName: 'd' }],
    ['a name that is an object', 'currentUserDetails', { ...details, name: {} }],
    ['a user that is not base64url', 'currentUserDetails', { ...details, userId: 'é' }],
    ['no RP ID', 'currentUserDetails', { ...details, rpId: undefined }],
  ])('that says nonsense gets a TypeError: %s', async (_, signal, options) => {
    const here = await rig();
    expect(await here.did(signal, options)).toBe('TypeError');
    expect(await (await here.says(signal, options)).changed).toBe('refused');
    expect(here.inUse).toEqual(everybody);
  });

  it.each([
    ['another site', { origin: 'https://con1oso.com' }],
    ['a site below a public suffix', { origin: 'https://attacker.org' }],
    ['no TLS', { origin: `http://${RP_ID}` }],
  ])('of %s may not say it', async (_, around) => {
    const here = await rig();
    const none = { userId, allAcceptedCredentialIds: [] };
    expect(await here.did('currentUserDetails', adaOfThisSite, around)).toBe('SecurityError');
    expect(await here.did('allAcceptedCredentials', none, around)).toBe('SecurityError');
    expect(await here.did('unknownCredential', { credentialId: here.id(1) }, around)).toBe('SecurityError');
    expect(here.inUse).toEqual(everybody);
  });

  it('in a frame speaks for its own site, and not for the page around it', async () => {
    const here = await rig();
    const none = { userId, allAcceptedCredentialIds: [] };
    const stranger = { origin: 'https://ads.example', topOrigin: ORIGIN };
    expect(await here.did('allAcceptedCredentials', none, stranger)).toBe('SecurityError');
    expect(here.inUse).toEqual(everybody);
    expect(await here.did('allAcceptedCredentials', none, { topOrigin: 'https://news.example' })).toBe(
      'changed',
    );
    expect(here.inUse).toEqual(['bob', 'ada at net']);
  });

  it('of a related origin may', async () => {
    const here = await rig({ includes: async (rpId, { host }) => rpId === RP_ID && host === 'example.net' });
    const origin = 'https://example.net';
    expect(await here.did('currentUserDetails', adaOfThisSite, { origin })).toBe('changed');
    expect(here.inUse).toEqual(['ada@new.example', 'bob', 'ada at net']);
  });

  it('that says another thing every time is not listened to for a while, and others are', async () => {
    const here = await rig();
    const results = [];
    for (let at = 0; at < 12; at++)
      results.push(await here.did('currentUserDetails', { userId, name: `ada ${at}`, displayName: '' }));
    expect(results).toEqual([...Array.from({ length: 10 }, () => 'changed'), 'refused', 'refused']);
    expect(here.inUse[0]).toBe('ada 9');
    expect(here.notices).toHaveLength(10);
    const other = { ...adaOfThisSite, rpId: 'example.net' };
    expect(await here.did('currentUserDetails', other, { origin: 'https://example.net' })).toBe('changed');
    await here.clock.advance(600_000);
    expect(await here.did('currentUserDetails', adaOfThisSite)).toBe('changed');
  });

  it('that says a thousand things at once keeps nothing waiting', async () => {
    const here = await rig();
    const said = await Promise.all(
      Array.from({ length: 1000 }, () => here.says('unknownCredential', { credentialId: 'AA' })),
    );
    const results = await Promise.all(said.map(({ changed }) => changed));
    expect(results.filter((result) => result === 'nothing-to-do')).toHaveLength(64);
  });
});

describe('passkeys of this device that are not open', () => {
  it('are left alone, and so is the vault that cannot be written', async () => {
    const here = await rig();
    here.folder.fail(FILE, 'full');
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('failed');
    expect(here.inUse).toEqual(everybody);
    expect(here.notices).toEqual([]);
    await here.vault.close();
    expect(await here.did('unknownCredential', { credentialId: here.id(1) })).toBe('nothing-to-do');
  });
});
