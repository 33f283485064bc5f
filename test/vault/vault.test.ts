import { beforeEach, describe, expect, test } from 'vitest';
import { CtapStatusError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';
import { KEPT_AFTER_DELETION } from '../../main/vault/model';
import { fillVault } from '../support/filled-vault';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';
import { add, credential, hex, ids, secrets } from '../support/vault-passkeys';

const FILE = 'passkeys.vault';
const DAY = 24 * 60 * 60_000;

let made: MemoryVault;

beforeEach(async () => {
  made = await openMemoryVault();
  await made.vault.verifyPin(PIN);
});

/** The program ends and starts again. */
async function restarted(): Promise<MemoryVault> {
  await made.vault.close();
  const again = memoryVault({ ...made });
  await again.vault.open();
  return again;
}

describe('passkeys of this device', () => {
  test('are there again after a restart, with all that was saved of them', async () => {
    for (const number of [1, 2, 3]) await add(made.vault, number);
    const before = made.vault.passkeys;
    const { vault } = await restarted();
    expect(vault.passkeys).toEqual(before);
    expect(vault.passkeys.map((passkey) => passkey.credential)).toEqual([1, 2, 3].map((n) => credential(n)));
    await vault.verifyPin(PIN);
    for (const number of [1, 2, 3]) {
      const found = await vault.storage.credentials.secretsOf(credential(number).id);
      const { privateKey, credRandomWithUv, credRandomWithoutUv, credBlob } = found!;
      expect({ privateKey, credRandomWithUv, credRandomWithoutUv, credBlob }).toEqual(secrets(number));
    }
  });

  test.each([0, 255, 256, 1218, 65_535])(
    'keep a private key of %i bytes, and the blob behind it',
    async (length) => {
      const { vault } = made;
      const kept = { ...secrets(5), privateKey: new SeededRandom(`${length}`).bytes(length) };
      await vault.storage.credentials.save(credential(5), kept);
      const { privateKey, credBlob } = (await vault.storage.credentials.secretsOf(credential(5).id))!;
      expect(privateKey).toEqual(kept.privateKey);
      expect(credBlob).toEqual(kept.credBlob);
    },
  );

  test('are found by ID, by site and by the hash of the site', async () => {
    const { vault } = made;
    await add(vault, 1, { rpId: 'a.example' });
    await add(vault, 2, { rpId: 'b.example' });
    await add(vault, 3, { rpId: 'a.example' });
    const { credentials } = vault.storage;
    expect((await credentials.ofRp('a.example')).map(({ id }) => hex(id))).toEqual(
      [1, 3].map((n) => hex(credential(n).id)),
    );
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from('b.example')));
    expect(await credentials.rpIdOf(hash)).toBe('b.example');
    await credentials.delete(credential(2).id);
    expect(await credentials.rpIdOf(hash)).toBeUndefined();
    expect(await credentials.find(credential(2).id)).toBeUndefined();
    expect(await credentials.secretsOf(credential(2).id)).toBeUndefined();
    expect(await credentials.count()).toBe(2);
    expect(await credentials.remaining()).toBe(9998);
    expect(await credentials.find(credential(3).id)).toEqual(credential(3, { rpId: 'a.example' }));
  });

  test('a new one for the same user of a site replaces the old one, which can be had back', async () => {
    const { vault } = made;
    const userId = Uint8Array.of(1);
    await add(vault, 1, { rpId: 'a.example', userId });
    await add(vault, 2, { rpId: 'a.example', userId: Uint8Array.of(2) });
    await add(vault, 3, { rpId: 'a.example', userId });
    expect(ids(vault.passkeys)).toEqual([2, 3].map((n) => hex(credential(n).id)));
    expect(ids(vault.deleted)).toEqual([hex(credential(1).id)]);
    await vault.restore([credential(1).id]);
    expect(ids(vault.passkeys)).toEqual([1, 2].map((n) => hex(credential(n).id)));
    expect(ids(vault.deleted)).toEqual([hex(credential(3).id)]);
  });

  test('what replaces a protected one is protected', async () => {
    const { vault } = made;
    const userId = Uint8Array.of(1);
    await vault.setProtected(await add(vault, 1, { rpId: 'a.example', userId }), true);
    await add(vault, 2, { rpId: 'a.example', userId });
    expect(vault.passkeys.map((passkey) => passkey.protected)).toEqual([true]);
    // The mark has moved: the old one can be purged, and comes back without it.
    expect(vault.deleted.map((passkey) => passkey.protected)).toEqual([false]);
  });

  test('names are changed, kept and taken away; the user ID stays', async () => {
    const { vault } = made;
    const id = await add(vault, 1);
    await vault.rename(id, { name: 'Ann' });
    expect(vault.passkeys[0]!.credential.user).toEqual({
      id: credential(1).user.id,
      name: 'Ann',
      displayName: 'User 1',
    });
    await vault.rename(id, { displayName: '', name: 'half \ud83d' });
    const after = (await restarted()).vault.passkeys[0]!.credential.user;
    expect(after).toEqual({ id: credential(1).user.id, name: 'half \ufffd' });
  });

  test('the engine changes names too, and every change shows in the store state', async () => {
    const { vault } = made;
    const { credentials } = vault.storage;
    const states = [hex(await credentials.storeState())];
    const id = await add(vault, 1);
    states.push(hex(await credentials.storeState()));
    expect(await credentials.updateUser(id, { id: Uint8Array.of(9), name: 'Bea' })).toBe(true);
    expect(vault.passkeys[0]!.credential.user).toEqual({ id: credential(1).user.id, name: 'Bea' });
    states.push(hex(await credentials.storeState()));
    expect(await credentials.updateUser(credential(2).id, { id: Uint8Array.of(9) })).toBe(false);
    expect(await credentials.delete(credential(2).id)).toBe(false);
    await vault.storage.save({ largeBlobArray: new Uint8Array(20) });
    expect(hex(await credentials.storeState())).toBe(states[2]);
    expect(new Set(states).size).toBe(3);
  });

  test('more than 10,000 are refused, with nothing changed; one that replaces another is not', async () => {
    await made.vault.close();
    await fillVault(made, PIN, 9_999);
    const { vault, folder } = memoryVault({ ...made });
    await vault.open();
    await vault.verifyPin(PIN);
    await add(vault, 9_999);
    expect(await vault.storage.credentials.remaining()).toBe(0);
    const before = { passkeys: vault.passkeys, file: folder.content(FILE) };
    await expect(add(vault, 10_000)).rejects.toMatchObject({ status: Status.KEY_STORE_FULL });
    expect(vault.passkeys).toBe(before.passkeys);
    expect(Buffer.compare(folder.content(FILE)!, before.file!)).toBe(0);
    const { rp, user } = credential(5);
    await add(vault, 10_000, { rpId: rp.id, userId: user.id });
    expect(vault.passkeys.length).toBe(10_000);
  });
});

describe('Recently deleted', () => {
  test('keeps a passkey for 30 days, in which it signs in nobody and can be restored', async () => {
    const { vault, calendar } = made;
    const all = [await add(vault, 1), await add(vault, 2)];
    await vault.remove([all[0]!]);
    expect(ids(vault.passkeys)).toEqual([hex(all[1]!)]);
    expect(vault.deleted).toMatchObject([{ deleted: calendar.date }]);
    expect(await vault.storage.credentials.find(all[0]!)).toBeUndefined();
    expect(await vault.storage.credentials.ofRp('site1.example')).toEqual([]);
    calendar.date += KEPT_AFTER_DELETION - 1;
    const again = await restarted();
    await again.vault.restore([all[0]!]);
    expect(ids(again.vault.passkeys)).toEqual(all.map(hex)); // in its old place
    expect(again.vault.deleted).toEqual([]);
    await again.vault.verifyPin(PIN);
    expect((await again.vault.storage.credentials.secretsOf(all[0]!))?.privateKey).toEqual(
      secrets(1).privateKey,
    );
  });

  test('after 30 days it is gone, also from the file', async () => {
    const { vault, calendar, clock, folder } = made;
    const id = await add(vault, 1);
    await vault.remove([id]);
    calendar.date += KEPT_AFTER_DELETION;
    expect(vault.deleted).toEqual([]);
    const again = await restarted();
    expect(again.vault.deleted).toEqual([]);
    await clock.advance(60_000);
    expect(Buffer.from(folder.content(FILE)!).includes(Buffer.from(id))).toBe(false);
    await expect(again.vault.restore([id])).rejects.toMatchObject({ code: 'not-found' });
  });

  test('what is taken back in the moment when its time is over, is back', async () => {
    const { vault, calendar } = made;
    const [id, other] = [await add(vault, 1), await add(vault, 2)];
    await vault.remove([id, other]);
    calendar.date += KEPT_AFTER_DELETION;
    await vault.restore([id]);
    const again = await restarted();
    expect(ids(again.vault.passkeys)).toEqual([hex(id)]);
    await expect(again.vault.restore([other])).rejects.toMatchObject({ code: 'not-found' });
  });

  test('does not count as passkeys of a generation', async () => {
    const { vault } = made;
    const [id] = [await add(vault, 1), await add(vault, 2)];
    await vault.remove([id]);
    await add(vault, 3);
    expect(await vault.previous()).toMatchObject({ passkeys: 1 });
  });

  test('is emptied at once, or one by one', async () => {
    const { vault, calendar } = made;
    const all = [await add(vault, 1), await add(vault, 2), await add(vault, 3)];
    for (const id of all) {
      calendar.date += DAY;
      await vault.remove([id]);
    }
    expect(ids(vault.deleted)).toEqual(all.map(hex).reverse());
    await vault.purge([all[1]!]);
    expect(ids(vault.deleted)).toEqual([all[2]!, all[0]!].map(hex));
    await vault.emptyDeleted();
    expect((await restarted()).vault.deleted).toEqual([]);
  });

  test('a passkey in use cannot be purged, and one in there neither removed nor used', async () => {
    const { vault } = made;
    const [used, removed] = [await add(vault, 1), await add(vault, 2)];
    await vault.remove([removed]);
    await expect(vault.purge([used])).rejects.toMatchObject({ code: 'not-found' });
    await expect(vault.remove([removed])).rejects.toMatchObject({ code: 'not-found' });
    await expect(vault.remove([used, removed])).rejects.toMatchObject({ code: 'not-found' });
    expect(ids(vault.passkeys)).toEqual([hex(used)]); // all or none
    await expect(vault.restore([used])).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a protected passkey', () => {
  test('is not removed by the window, the command line or the engine until the mark is taken away', async () => {
    const { vault } = made;
    const [id, other] = [await add(vault, 1), await add(vault, 2)];
    await vault.setProtected(id, true);
    await expect(vault.remove([other, id])).rejects.toMatchObject({ code: 'protected' });
    await expect(vault.storage.credentials.delete(id)).rejects.toBeInstanceOf(CtapStatusError);
    const { vault: again } = await restarted();
    expect(again.passkeys.map((passkey) => passkey.protected)).toEqual([true, false]);
    await again.setProtected(id, false);
    await again.remove([id]);
    expect(ids(again.passkeys)).toEqual([hex(other)]);
  });

  test('so is one that signs the user in to the machine itself, and the reason names the machine', async () => {
    const { vault } = made;
    const id = await add(vault, 1, { rpId: 'pam://desk.example' });
    await expect(vault.remove([id])).rejects.toMatchObject({
      code: 'protected',
      message: expect.stringContaining('desk.example') as string,
    });
    await expect(vault.storage.credentials.delete(id)).rejects.toMatchObject({ status: Status.NOT_ALLOWED });
    expect(ids(vault.passkeys)).toEqual([hex(id)]);
  });

  test('does not give way to one that is restored', async () => {
    const { vault } = made;
    const userId = Uint8Array.of(1);
    const old = await add(vault, 1, { rpId: 'a.example', userId });
    const current = await add(vault, 2, { rpId: 'a.example', userId });
    await vault.setProtected(current, true);
    await expect(vault.restore([old])).rejects.toMatchObject({ code: 'protected' });
    expect(ids(vault.passkeys)).toEqual([hex(current)]);
  });
});

describe('the date of the last use', () => {
  test('shows at once and is saved within a minute, with one write', async () => {
    const { vault, calendar, clock, folder } = made;
    const [one, two] = [await add(vault, 1), await add(vault, 2)];
    const writes = folder.steps.length;
    calendar.date += DAY;
    vault.markUsed(one);
    vault.markUsed(two);
    await clock.advance(59_999);
    expect(vault.passkeys.map(({ lastUsed }) => lastUsed)).toEqual([calendar.date, calendar.date]);
    expect(folder.steps.length).toBe(writes);
    await clock.advance(1);
    expect(folder.steps.length).toBe(writes + 1);
    made.folder.isLocked = false;
    const crashed = memoryVault({ ...made });
    await crashed.vault.open();
    expect(crashed.vault.passkeys.map(({ lastUsed }) => lastUsed)).toEqual([calendar.date, calendar.date]);
    await clock.advance(600_000);
    expect(folder.steps.length).toBe(writes + 1);
  });

  test('is saved when the vault is closed, and leaves no timer behind', async () => {
    const { vault, calendar, clock } = made;
    vault.markUsed(await add(vault, 1));
    const again = await restarted();
    expect(clock.pending).toBe(0);
    expect(again.vault.passkeys[0]!.lastUsed).toBe(calendar.date);
  });

  test('a full disk keeps it waiting, and closing works all the same', async () => {
    const { vault, clock, folder } = made;
    vault.markUsed(await add(vault, 1));
    folder.fail(FILE, 'full');
    await clock.advance(60_000);
    expect(vault.passkeys[0]!.lastUsed).toBeDefined();
    folder.fail(FILE, 'none');
    const before = folder.content(FILE);
    await clock.advance(60_000);
    expect(folder.content(FILE)).not.toEqual(before);
    vault.markUsed(credential(1).id);
    folder.fail(FILE, 'full');
    await vault.close();
    expect(vault.situation).toEqual({ is: 'closed' });
    expect(folder.isLocked).toBe(false);
  });
});

describe('memory and file stay in step', () => {
  test('when the disk is full', async () => {
    const { vault, folder } = made;
    const id = await add(vault, 1);
    const before = { passkeys: vault.passkeys, file: folder.content(FILE) };
    folder.fail(FILE, 'full');
    for (const change of [
      () => add(vault, 2),
      () => vault.remove([id]),
      () => vault.rename(id, { name: 'Ann' }),
      () => vault.setProtected(id, true),
      () => vault.storage.credentials.delete(id),
      () => vault.storage.save({ largeBlobArray: new Uint8Array(17) }),
    ])
      await expect(change()).rejects.toMatchObject({
        code: 'file',
        message: expect.stringContaining('no room left') as string,
      });
    expect(vault.passkeys).toEqual(before.passkeys);
    expect(folder.content(FILE)).toEqual(before.file);
    folder.fail(FILE, 'none');
    await add(vault, 2);
    expect(ids((await restarted()).vault.passkeys)).toEqual([1, 2].map((n) => hex(credential(n).id)));
  });

  test('when the new content is in place although the write failed', async () => {
    const { vault, folder } = made;
    folder.fail(FILE, 'after-replacing');
    await expect(add(vault, 1)).rejects.toMatchObject({ code: 'file' });
    expect(ids(vault.passkeys)).toEqual([hex(credential(1).id)]);
    folder.fail(FILE, 'none');
    expect(ids((await restarted()).vault.passkeys)).toEqual([hex(credential(1).id)]);
  });

  test('when many changes come at once: they take turns, and none is lost', async () => {
    const { vault } = made;
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all([
      ...numbers.map((number) => add(vault, number)),
      vault.rename(credential(0).id, { name: 'Ann' }),
    ]);
    vault.endCeremony();
    const again = (await restarted()).vault;
    expect(ids(again.passkeys)).toEqual(numbers.map((number) => hex(credential(number).id)));
    expect(again.passkeys[0]!.credential.user.name).toBe('Ann');
  });

  test('a save that was asked for in the ceremony is done, also when the ceremony ends meanwhile', async () => {
    const { vault } = made;
    const saved = add(vault, 1);
    vault.endCeremony();
    await saved;
    expect(vault.passkeys.length).toBe(1);
  });
});

describe('what the engine keeps here besides', () => {
  test('survives a restart; the PIN and the tries of the engine are not kept', async () => {
    const { vault } = made;
    const largeBlobArray = Uint8Array.from(Buffer.alloc(40, 7));
    const persistentToken = new Uint8Array(32).fill(5);
    await vault.storage.save({ largeBlobArray, persistentToken, uvRetries: 1 });
    await vault.storage.save({
      policy: { ...vault.storage.record.policy, minPinLengthRpIds: ['a.example'] },
    });
    const before = vault.storage.record;
    const again = (await restarted()).vault.storage;
    expect(again.record).toEqual(before);
    expect(again.record).toMatchObject({
      largeBlobArray,
      persistentToken,
      uvRetries: 8,
      templates: [],
      pin: { codePoints: 0, retries: 8, forceChange: false },
      policy: { alwaysUv: true, minPinLength: 6, minPinLengthRpIds: ['a.example'] },
    });
    await expect(again.save({ pin: { codePoints: 4, retries: 8, forceChange: false } })).rejects.toThrow();
    await expect(again.factoryReset()).rejects.toBeInstanceOf(CtapStatusError);
  });

  test('uvRetries cost no write', async () => {
    const writes = made.folder.steps.length;
    await made.vault.storage.save({ uvRetries: 7 });
    expect(made.folder.steps.length).toBe(writes);
  });
});

test('listeners hear of every change until they are taken away', async () => {
  const { vault } = made;
  let heard = 0;
  const end = vault.onChange(() => heard++);
  await add(vault, 1);
  expect(heard).toBe(1);
  vault.endCeremony();
  expect(heard).toBe(2);
  vault.lock();
  expect(heard).toBe(3);
  end();
  await vault.close();
  expect(heard).toBe(3);
});
