/** Changing the names of a passkey in the list. */
import { beforeEach, describe, expect, it } from 'vitest';
import { longNameWarning } from '../../main/inventory/edit-and-verify';
import type { EditOutcome, Passkey, PasskeyNames } from '../../main/inventory/model';
import { problemOf, type Problem } from '../../main/inventory/problems';
import { CredentialManagementSubcommand as Sub } from '../../main/ctap/commands/credential-management';
import { Status } from '../../main/ctap/status';
import { Desk, PIN, type KeyOnDesk, type KeyRecipe } from '../support/desk';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const passkeys = [
  { rpId: 'a.example', userName: 'ada', displayName: 'Ada' },
  { rpId: 'b.example', userName: 'bob' },
];

async function unlocked(recipe: KeyRecipe = {}): Promise<KeyOnDesk> {
  const key = await desk.plug({ passkeys, ...recipe });
  await desk.inventory.unlock(desk.status().id, PIN);
  return key;
}

function first(): Passkey {
  const [passkey] = desk.inventory.passkeysOn(desk.status().id);
  if (!passkey) throw new Error('a passkey');
  return passkey;
}

const edit = (names: PasskeyNames): Promise<EditOutcome> => desk.inventory.editPasskey(first().id, names);

async function problemFrom(operation: Promise<unknown>): Promise<Problem> {
  return operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );
}

const listedNames = (): (string | undefined)[] =>
  desk.inventory.passkeysOn(desk.status().id).map(({ credential }) => credential.user.name);

describe('a passkey', () => {
  it('gets new names, in the list and on the key', async () => {
    const { simulated } = await unlocked();
    expect(desk.status().canEdit).toBe(true);
    expect(first().canEdit).toBe(true);
    const { outcome, passkey } = await edit({ name: 'countess', displayName: 'Countess' });
    expect(outcome).toBe('saved');
    expect(passkey).toEqual(first());
    expect(listedNames()).toEqual(['countess', 'bob']);
    expect(simulated.snapshot().credentials[0]?.credential.user).toMatchObject({
      name: 'countess',
      displayName: 'Countess',
    });
  });

  it('loses a name that is left empty', async () => {
    await unlocked();
    const { passkey } = await edit({ name: '', displayName: 'Only this' });
    expect(passkey.credential.user).toEqual({ id: first().credential.user.id, displayName: 'Only this' });
  });

  it('shows what the key kept of a long name', async () => {
    await unlocked({ changes: { maxNameLength: 64 } });
    const { outcome, passkey } = await edit({ name: 'x'.repeat(100) });
    expect(outcome).toBe('shortened');
    expect(passkey.credential.user.name).toBe('x'.repeat(64));
    expect(listedNames()[0]).toBe('x'.repeat(64));
  });

  it('of a key that was locked meanwhile cannot be edited', async () => {
    await unlocked();
    const { id } = first();
    desk.inventory.lock(desk.status().id);
    expect(await problemFrom(desk.inventory.editPasskey(id, { name: 'x' }))).toMatchObject({
      code: 'locked',
    });
  });

  it('that is not in the list cannot be edited', async () => {
    await unlocked();
    const id = `${desk.status().id}:00`;
    expect(await problemFrom(desk.inventory.editPasskey(id, {}))).toMatchObject({ code: 'not-found' });
    expect(await problemFrom(desk.inventory.editPasskey('key-99:00', {}))).toMatchObject({
      code: 'unplugged',
    });
  });
});

describe('names that are not sent', () => {
  it.each<[PasskeyNames, RegExp]>([
    [{ name: 'a\ud83d' }, /half a character/],
    [{ displayName: 'ä'.repeat(129) }, /258 bytes of at most 256/],
  ])('%j', async (names, message) => {
    const key = await unlocked();
    const told = await problemFrom(edit(names));
    expect(told.code).toBe('invalid-argument');
    expect(told.message).toMatch(message);
    expect(key.simulated.snapshot().credentials[0]?.credential.user.name).toBe('ada');
  });

  it('the longest that are sent fit into the smallest message', async () => {
    await unlocked({ changes: { maxMsgSize: 1024 } });
    const longest = 'x'.repeat(256);
    expect(await edit({ name: longest, displayName: longest })).toMatchObject({ outcome: 'saved' });
  });

  it('are warned of when a key may cut them', () => {
    expect(longNameWarning('x'.repeat(64))).toBeUndefined();
    expect(longNameWarning('ä'.repeat(33))).toContain('66 bytes');
  });
});

describe('a key that cannot', () => {
  it.each<[string, KeyRecipe]>([
    ['because it is of the preview', { profile: '2.1-preview' }],
    ['because it calls itself 2.0', { changes: { versions: ['FIDO_2_0'] } }],
  ])('%s says so beforehand', async (_, recipe) => {
    await unlocked(recipe);
    expect(desk.status().canEdit).toBe(false);
    expect(first().canEdit).toBe(false);
    expect(await problemFrom(edit({ name: 'x' }))).toMatchObject({ code: 'unsupported' });
  });

  it('although it claims to says so honestly, and is not asked again', async () => {
    const { simulated } = await unlocked();
    simulated.setQuirks([{ name: 'update-unknown' }]);
    const { code, message } = await problemFrom(edit({ name: 'x' }));
    expect(code).toBe('unsupported');
    expect(message).toContain('does not know the command');
    expect(desk.status().canEdit).toBe(false);
    expect(listedNames()).toEqual(['ada', 'bob']);
  });

  it.each<[string, number, Problem['code'], RegExp]>([
    ['has no room', Status.KEY_STORE_FULL, 'full', /no room for these names/],
    ['does not like the names', Status.INVALID_LENGTH, 'refused', /Try shorter/],
    ['does not say why', Status.OTHER, 'refused', /OTHER/],
  ])('because it %s tells that, and the old names stay in the list', async (_, status, code, words) => {
    const { simulated } = await unlocked();
    simulated.setQuirks([{ name: 'status', command: 0x0a, subCommand: Sub.UPDATE_USER_INFORMATION, status }]);
    const told = await problemFrom(edit({ name: 'x' }));
    expect(told.code).toBe(code);
    expect(told.message).toMatch(words);
    expect(listedNames()).toEqual(['ada', 'bob']);
    expect(desk.status().canEdit).toBe(true);
  });

  it('because its token has ended is locked again', async () => {
    const { simulated } = await unlocked();
    simulated.setQuirks([{ name: 'status', command: 0x0a, status: Status.PIN_AUTH_INVALID }]);
    expect(await problemFrom(edit({ name: 'x' }))).toMatchObject({ code: 'locked' });
    expect(desk.status().list).toEqual({ state: 'locked' });
  });
});
