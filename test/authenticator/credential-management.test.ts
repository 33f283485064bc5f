/** authenticatorCredentialManagement and its preview (CTAP 2.1 §6.8), and the tokens that open it. */
import { describe, expect, it } from 'vitest';
import type { CborMap, CborValue } from '../../main/ctap/cbor';
import { CredentialManagementSubcommand as Sub } from '../../main/ctap/commands/credential-management';
import { Permission } from '../../main/ctap/pin-protocol';
import type { PasskeyRecipe } from '../../main/authenticator/provision';
import { authorized, CLIENT_DATA_HASH, sha256, TestPlatform } from '../support/platform';
import { PIN, rig, statusOf, type Rig, type RigOptions } from '../support/simulated-rig';

const PASSKEYS: readonly PasskeyRecipe[] = [
  { rpId: 'a.org', rpName: 'A', userName: 'ada', displayName: 'Ada', credProtect: 2, largeBlob: true },
  { rpId: 'b.org', userName: 'bob', thirdPartyPayment: true },
  { rpId: 'a.org', userName: 'eve', algorithm: -8 },
];

const stocked = (options: RigOptions = {}): Promise<Rig> => rig({ pin: PIN, passkeys: PASSKEYS, ...options });
const hash = (rpId: string): CborMap => new Map([[1, sha256(rpId)]]);
const named = (id: Uint8Array, more: readonly [number, CborValue][] = []): CborMap =>
  new Map<number, CborValue>([
    [
      2,
      new Map<string, CborValue>([
        ['id', id],
        ['type', 'public-key'],
      ]),
    ],
    ...more,
  ]);
const idOf = (bench: Rig, index: number): Uint8Array =>
  bench.key.snapshot().credentials[index]!.credential.id;
const names = (bench: Rig): (string | undefined)[] =>
  bench.key.snapshot().credentials.map(({ credential }) => credential.user.name);
const cm = (bench: Rig, rpId?: string) => bench.platform.token(PIN, Permission.CM, rpId);

describe('listing', () => {
  it('counts what is there and what still fits', async () => {
    const bench = await stocked({ configuration: { capacity: 5 } });
    expect(await bench.platform.manage(await cm(bench), Sub.GET_CREDS_METADATA)).toEqual({
      existingResidentCredentialsCount: 3,
      maxPossibleRemainingResidentCredentialsCount: 2,
    });
    expect((await bench.api.getInfo()).remainingDiscoverableCredentials).toBe(2);
  });

  it('gives every site once', async () => {
    const bench = await stocked();
    const token = await cm(bench);
    expect(await bench.platform.manage(token, Sub.ENUMERATE_RPS_BEGIN)).toEqual({
      rp: { id: 'a.org', name: 'A' },
      rpIDHash: sha256('a.org'),
      totalRPs: 2,
    });
    expect(await bench.api.credentialManagement({ subCommand: Sub.ENUMERATE_RPS_GET_NEXT_RP })).toEqual({
      rp: { id: 'b.org' },
      rpIDHash: sha256('b.org'),
    });
    expect(await statusOf(bench.api.credentialManagement({ subCommand: 3 }))).toBe('NOT_ALLOWED');
  });

  it('gives every credential of a site with all that is known of it', async () => {
    const bench = await stocked();
    const token = await cm(bench);
    const [ada, bob, eve] = bench.key.snapshot().credentials.map(({ credential }) => credential);
    const begin = Sub.ENUMERATE_CREDENTIALS_BEGIN;
    expect(await bench.platform.manage(token, begin, hash('a.org'))).toEqual({
      user: ada!.user,
      credentialID: { id: ada!.id, type: 'public-key' },
      publicKey: ada!.publicKey,
      totalCredentials: 2,
      credProtect: 2,
      largeBlobKey: ada!.largeBlobKey,
    });
    expect(await bench.api.credentialManagement({ subCommand: 5 })).toEqual({
      user: eve!.user,
      credentialID: { id: eve!.id, type: 'public-key' },
      publicKey: eve!.publicKey,
      credProtect: 1,
    });
    expect(await statusOf(bench.api.credentialManagement({ subCommand: 5 }))).toBe('NOT_ALLOWED');
    const other = await bench.platform.manage(token, begin, hash('b.org'));
    expect(other).toMatchObject({ user: bob!.user, thirdPartyPayment: true, totalCredentials: 1 });
  });

  it('of an empty key: a count of 0, and NO_CREDENTIALS for the rest', async () => {
    const bench = await rig({ pin: PIN });
    const token = await cm(bench);
    const { platform } = bench;
    expect(await platform.manage(token, 1)).toMatchObject({ existingResidentCredentialsCount: 0 });
    expect(await statusOf(platform.manage(token, 2))).toBe('NO_CREDENTIALS');
    expect(await statusOf(platform.manage(token, 4, hash('a.org')))).toBe('NO_CREDENTIALS');
    expect(await statusOf(platform.manage(token, 6, named(Uint8Array.of(1))))).toBe('NO_CREDENTIALS');
  });

  it('does not show non-discoverable credentials', async () => {
    const bench = await rig({ pin: PIN });
    await bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: 'a.org' },
      user: { id: Uint8Array.of(1) },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    });
    expect(await statusOf(bench.platform.manage(await cm(bench), 2))).toBe('NO_CREDENTIALS');
  });

  it('goes on only in time, with its own kind, and with nothing in between', async () => {
    const bench = await stocked();
    const token = await cm(bench);
    const begin = (): Promise<unknown> => bench.platform.manage(token, Sub.ENUMERATE_RPS_BEGIN);
    const next = (subCommand = 3): Promise<string> =>
      statusOf(bench.api.credentialManagement({ subCommand }));
    await begin();
    await bench.clock.advance(30_000);
    expect(await next()).toBe('OK');
    await begin();
    await bench.clock.advance(30_001);
    expect(await next()).toBe('NOT_ALLOWED');
    await begin();
    expect(await next(5)).toBe('NOT_ALLOWED');
    expect(await next()).toBe('NOT_ALLOWED');
    await begin();
    await bench.api.getInfo();
    expect(await next()).toBe('NOT_ALLOWED');
    await begin();
    bench.key.powerCycle();
    expect(await next()).toBe('NOT_ALLOWED');
  });
});

describe('deleting', () => {
  it('deletes that one, durably before it answers', async () => {
    const bench = await stocked();
    const token = await cm(bench);
    expect(await bench.platform.manage(token, Sub.DELETE_CREDENTIAL, named(idOf(bench, 1)))).toEqual({});
    expect(names(bench)).toEqual(['ada', 'eve']);
    expect(names(await bench.restart())).toEqual(['ada', 'eve']);
    // The token stays good: a dialog deletes several with one PIN.
    expect(await statusOf(bench.platform.manage(token, 6, named(idOf(bench, 0))))).toBe('OK');
    expect(names(bench)).toEqual(['eve']);
  });

  it('fails on a full disk, and the passkey is still there, in memory as in the file', async () => {
    const bench = await stocked();
    const token = await cm(bench);
    bench.file.failure = 'full';
    await expect(bench.platform.manage(token, 6, named(idOf(bench, 1)))).rejects.toThrow('no room left');
    expect(names(bench)).toEqual(['ada', 'bob', 'eve']);
    expect(names(await bench.restart())).toEqual(['ada', 'bob', 'eve']);
  });

  it('follows the file when writing fails after the new content is in place', async () => {
    const bench = await stocked();
    const token = await cm(bench);
    bench.file.failure = 'after-replacing';
    await expect(bench.platform.manage(token, 6, named(idOf(bench, 1)))).rejects.toThrow('disk reported');
    expect(names(bench)).toEqual(names(await bench.restart()));
    expect(names(bench)).toEqual(['ada', 'eve']);
  });
});

describe('renaming', () => {
  const update = (bench: Rig, user: CborMap, index = 0) =>
    cm(bench).then((token) => bench.platform.manage(token, 7, named(idOf(bench, index), [[3, user]])));
  const userOf = (bench: Rig): unknown => bench.key.snapshot().credentials[0]!.credential.user;

  it('replaces the names, and removes those that are absent or empty', async () => {
    const bench = await stocked();
    const { id } = bench.key.snapshot().credentials[0]!.credential.user;
    await update(bench, new Map<string, CborValue>([['id', id], ['name', 'countess'], ['displayName', 'C']])); // prettier-ignore
    expect(userOf(bench)).toEqual({ id, name: 'countess', displayName: 'C' });
    await update(bench, new Map<string, CborValue>([['id', id], ['name', '']])); // prettier-ignore
    expect(userOf(bench)).toEqual({ id });
    expect(userOf(await bench.restart())).toEqual({ id });
  });

  it('refuses another user ID', async () => {
    const bench = await stocked();
    expect(await statusOf(update(bench, new Map([['id', Uint8Array.of(1)]])))).toBe('INVALID_PARAMETER');
  });
});

describe('who may', () => {
  it('nobody without a parameter, even where no PIN is set', async () => {
    const bench = await rig();
    for (const subCommand of [1, 2, 4, 6, 7])
      expect(await statusOf(bench.api.credentialManagement({ subCommand }))).toBe('PUAT_REQUIRED');
  });

  it('checks parameter, its members, protocol and token in this order', async () => {
    const bench = await stocked();
    const call = (members: object): Promise<string> =>
      statusOf(bench.api.credentialManagement({ subCommand: 4, ...members }));
    const param = { pinUvAuthParam: new Uint8Array(32) };
    expect(await call(param)).toBe('MISSING_PARAMETER');
    const params = { subCommandParams: hash('a.org') };
    expect(await call({ ...param, ...params })).toBe('MISSING_PARAMETER');
    expect(await call({ ...param, ...params, pinUvAuthProtocol: 5 })).toBe('INVALID_PARAMETER');
    expect(await call({ ...param, ...params, pinUvAuthProtocol: 2 })).toBe('PIN_AUTH_INVALID');
    expect(await call({ ...param, subCommandParams: new Map([[1, Uint8Array.of(1)]]) })).toBe(
      'INVALID_PARAMETER',
    );
    expect(await call({ ...param, subCommandParams: new Map([[1, 'text']]) })).toBe('CBOR_UNEXPECTED_TYPE');
    expect(await statusOf(bench.api.credentialManagement({ subCommand: 0x20 }))).toBe('INVALID_SUBCOMMAND');
  });

  it('only a token with cm, and only for the message that it signed', async () => {
    const bench = await stocked();
    const mc = await bench.platform.token(PIN, Permission.MC | Permission.GA, 'a.org');
    expect(await statusOf(bench.platform.manage(mc, 4, hash('a.org')))).toBe('PIN_AUTH_INVALID');
    const token = await cm(bench);
    const { protocol, value } = token;
    const forMetadata = protocol.authenticate(value, Uint8Array.of(1));
    const call = { subCommand: 2, pinUvAuthProtocol: 2, pinUvAuthParam: forMetadata };
    expect(await statusOf(bench.api.credentialManagement(call))).toBe('PIN_AUTH_INVALID');
  });

  it('a token for one site shows and deletes that site’s passkeys only', async () => {
    const bench = await stocked();
    const token = await cm(bench, 'a.org');
    const { platform } = bench;
    expect(await statusOf(platform.manage(token, 1))).toBe('PIN_AUTH_INVALID');
    expect(await statusOf(platform.manage(token, 2))).toBe('PIN_AUTH_INVALID');
    expect(await statusOf(platform.manage(token, 4, hash('b.org')))).toBe('PIN_AUTH_INVALID');
    expect(await statusOf(platform.manage(token, 6, named(idOf(bench, 1))))).toBe('PIN_AUTH_INVALID');
    expect(await statusOf(platform.manage(token, 4, hash('a.org')))).toBe('OK');
    expect(await statusOf(platform.manage(token, 6, named(idOf(bench, 0))))).toBe('OK');
    expect(names(bench)).toEqual(['bob', 'eve']);
  });
});

describe('the life of a token', () => {
  const works = async (bench: Rig, token: Awaited<ReturnType<typeof cm>>): Promise<boolean> =>
    (await statusOf(bench.platform.manage(token, 1))) === 'OK';

  it('unused it ends after 30 seconds, used after 10 minutes', async () => {
    const bench = await stocked();
    const unused = await cm(bench);
    await bench.clock.advance(30_001);
    expect(await works(bench, unused)).toBe(false);
    const used = await cm(bench);
    await bench.clock.advance(30_000);
    expect(await works(bench, used)).toBe(true);
    await bench.clock.advance(570_000);
    expect(await works(bench, used)).toBe(true);
    await bench.clock.advance(1);
    expect(await works(bench, used)).toBe(false);
  });

  it('ends when another is issued, by whichever protocol, when the PIN changes and when the power goes', async () => {
    const bench = await stocked();
    const first = await cm(bench);
    const second = await new TestPlatform(bench.api, 1).token(PIN, Permission.CM);
    expect([await works(bench, first), await works(bench, second)]).toEqual([false, true]);
    const third = await cm(bench);
    await bench.platform.changePin(PIN, PIN);
    expect(await works(bench, third)).toBe(false);
    const fourth = await cm(bench);
    bench.key.powerCycle();
    expect(await works(bench, fourth)).toBe(false);
  });

  it('with mc and cm it manages nothing any more once it has made a credential', async () => {
    const bench = await stocked();
    const token = await bench.platform.token(PIN, Permission.MC | Permission.CM, 'a.org');
    expect(await statusOf(bench.platform.manage(token, 4, hash('a.org')))).toBe('OK');
    await bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: 'a.org' },
      user: { id: Uint8Array.of(1) },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      ...authorized(token),
    });
    expect(await statusOf(bench.platform.manage(token, 4, hash('a.org')))).toBe('PIN_AUTH_INVALID');
  });

  it('is for the protocol that it was got by', async () => {
    const bench = await stocked();
    const { value } = await cm(bench);
    const one = new TestPlatform(bench.api, 1).protocol;
    expect(await statusOf(bench.platform.manage({ protocol: one, value }, 1))).toBe('PIN_AUTH_INVALID');
  });
});

describe('the generations', () => {
  it('preview: command 0x41 with the legacy token; no credProtect, no large blobs, no renaming', async () => {
    const bench = await stocked({ profile: '2.1-preview' });
    expect((await bench.api.getInfo()).options!.get('credentialMgmtPreview')).toBe(true);
    const token = await bench.platform.token(PIN);
    expect((await bench.platform.manage(token, 2)).totalRPs).toBe(2);
    const first = await bench.platform.manage(token, 4, hash('a.org'));
    expect(Object.keys(first).sort()).toEqual(['credentialID', 'publicKey', 'totalCredentials', 'user']);
    expect(await statusOf(bench.platform.manage(token, 7, named(idOf(bench, 0))))).toBe('INVALID_SUBCOMMAND');
    expect(await statusOf(bench.platform.manage(token, 6, named(idOf(bench, 0))))).toBe('OK');
    expect(await bench.key.handle(Uint8Array.of(0x0a, 0xa1, 0x01, 0x01))).toEqual(Uint8Array.of(0x01));
    expect(await bench.key.handle(Uint8Array.of(0x41, 0xa1, 0x01, 0x01))).toEqual(Uint8Array.of(0x36));
  });

  it('2.0: none at all', async () => {
    const bench = await stocked({ profile: '2.0' });
    expect(await statusOf(bench.api.credentialManagement({ subCommand: 1 }))).toBe('INVALID_COMMAND');
    expect(await bench.key.handle(Uint8Array.of(0x0a, 0xa1, 0x01, 0x01))).toEqual(Uint8Array.of(0x01));
  });

  it('2.1: the legacy token opens nothing', async () => {
    const bench = await stocked();
    expect(await statusOf(bench.platform.manage(await bench.platform.token(PIN), 1))).toBe(
      'PIN_AUTH_INVALID',
    );
  });
});
