/** Names of one's own in the list, on keys and on this device, and when they are forgotten. */
import { beforeEach, describe, expect, it } from 'vitest';
import { KEPT_AFTER_DELETION } from '../../main/vault/model';
import type { InventoryChange } from '../../main/inventory/inventory';
import { problemOf } from '../../main/inventory/problems';
import { Desk, PIN } from '../support/desk';
import { DeviceDesk } from '../support/device-desk';
import { ownNamesIn } from '../support/own-names';

const passkeys = [
  { rpId: 'a.example', userName: 'ada' },
  { rpId: 'b.example', userName: 'ben' },
];

const problemFrom = (operation: Promise<unknown>) =>
  operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );

describe('on a key', () => {
  let desk: Desk;
  let changes: InventoryChange[];
  const listed = () => {
    const { id } = desk.status();
    return desk.inventory.passkeysOn(id).map(({ credential, ownName }) => [credential.rpId, ownName]);
  };
  const idOf = (rpId: string): string => {
    const found = desk.inventory
      .passkeysOn(desk.status().id)
      .find(({ credential }) => credential.rpId === rpId);
    return found?.id ?? '';
  };

  beforeEach(async () => {
    desk = new Desk();
    await desk.plug({ passkeys });
    changes = [];
    desk.inventory.onChange((change) => changes.push(change));
  });

  it('a name is in the list at once, and when the key is unlocked again', async () => {
    await desk.inventory.unlock(desk.status().id, PIN);
    changes.length = 0;
    const named = await desk.inventory.nameOwn(idOf('a.example'), ' Work ');
    expect(named.ownName).toBe('Work');
    expect(listed()).toEqual([
      ['a.example', 'Work'],
      ['b.example', undefined],
    ]);
    expect(changes).toContainEqual({ kind: 'passkeys', keyId: desk.status().id });
    desk.inventory.lock(desk.status().id);
    await desk.inventory.unlock(desk.status().id, PIN);
    expect(desk.inventory.passkey(idOf('a.example')).ownName).toBe('Work');
  });

  it('the file is not read before there is a list', async () => {
    let reads = 0;
    const read = desk.namesFile.read.bind(desk.namesFile);
    desk.namesFile.read = () => (reads++, read());
    expect(listed()).toEqual([]);
    desk.inventory.userActive();
    await desk.settle();
    expect(reads).toBe(0);
    await desk.inventory.unlock(desk.status().id, PIN);
    expect(reads).toBeGreaterThan(0);
  });

  it('the names of the key stay as they are, and no PIN is needed', async () => {
    const old = new Desk();
    await old.plug({ profile: '2.1-preview', passkeys });
    await old.inventory.unlock(old.status().id, PIN);
    const [first] = old.inventory.passkeysOn(old.status().id);
    expect(first?.canEdit).toBe(false);
    const named = await old.inventory.nameOwn(first?.id ?? '', 'Work');
    expect(named).toMatchObject({ ownName: 'Work', credential: { user: { name: 'ada' } } });
  });

  it('a name stays when the names on the key are changed', async () => {
    await desk.inventory.unlock(desk.status().id, PIN);
    await desk.inventory.nameOwn(idOf('a.example'), 'Work');
    const { passkey } = await desk.inventory.editPasskey(idOf('a.example'), { name: 'countess' });
    expect(passkey).toMatchObject({ ownName: 'Work', credential: { user: { name: 'countess' } } });
  });

  it('what the other program changed is shown once somebody moves', async () => {
    await desk.inventory.unlock(desk.status().id, PIN);
    const { credential } = desk.inventory.passkey(idOf('b.example'));
    await ownNamesIn(desk.namesFile).keep(credential, 'Home');
    changes.length = 0;
    desk.inventory.userActive();
    await desk.settle();
    expect(listed()).toContainEqual(['b.example', 'Home']);
    expect(changes).toContainEqual({ kind: 'passkeys', keyId: desk.status().id });
  });

  it('the name goes with the passkey, once the key no longer lists it', async () => {
    await desk.inventory.unlock(desk.status().id, PIN);
    await desk.inventory.nameOwn(idOf('a.example'), 'Work');
    await desk.inventory.nameOwn(idOf('b.example'), 'Home');
    await desk.inventory.deletePasskeys([idOf('a.example')]);
    expect(desk.namesFile.text).not.toContain('Work');
    expect(listed()).toEqual([['b.example', 'Home']]);
  });

  it('the name stays when the passkey does', async () => {
    await desk.inventory.unlock(desk.status().id, PIN);
    await desk.inventory.nameOwn(idOf('a.example'), 'Work');
    const id = idOf('a.example');
    desk.inventory.lock(desk.status().id);
    await desk.inventory.deletePasskeys([id]);
    expect(desk.namesFile.text).toContain('Work');
  });

  it('what is not listed cannot be named', async () => {
    await desk.inventory.unlock(desk.status().id, PIN);
    const id = idOf('a.example');
    desk.inventory.lock(desk.status().id);
    expect((await problemFrom(desk.inventory.nameOwn(id, 'Work'))).code).toBe('not-found');
    expect(desk.namesFile.content).toBeUndefined();
  });

  it('a file that is damaged is told, and the list is there all the same', async () => {
    desk.namesFile.content = Uint8Array.of(0x7b);
    await desk.inventory.unlock(desk.status().id, PIN);
    expect(listed()).toEqual([
      ['a.example', undefined],
      ['b.example', undefined],
    ]);
    expect(desk.inventory.ownNamesNotice).toMatch(/damaged/);
    expect(changes).toContainEqual({ kind: 'own-names' });
  });
});

describe('on this device', () => {
  let desk: DeviceDesk;
  const listed = (of = desk) =>
    of.inventory.passkeysOn('device').map(({ credential, ownName }) => [credential.rpId, ownName]);

  beforeEach(async () => {
    desk = new DeviceDesk();
    await desk.withPasskeys('a.example', 'b.example');
    await desk.inventory.nameOwn(desk.id('a.example'), 'Work');
    await desk.inventory.nameOwn(desk.id('b.example'), 'Home');
  });

  it('a name is in the list, also after a restart', async () => {
    expect(listed()).toEqual([
      ['a.example', 'Work'],
      ['b.example', 'Home'],
    ]);
    const again = desk.restarted();
    const told: InventoryChange[] = [];
    again.inventory.onChange((change) => told.push(change));
    await again.place.start();
    listed(again);
    await again.settle();
    expect(listed(again)).toContainEqual(['a.example', 'Work']);
    expect(told.filter(({ kind }) => kind === 'passkeys').length).toBeGreaterThan(1);
  });

  it('Recently deleted keeps the name, and restoring brings it back', async () => {
    await desk.inventory.deletePasskeys([desk.id('a.example')]);
    await desk.settle();
    expect(desk.inventory.deleted).toMatchObject([{ ownName: 'Work' }]);
    await desk.place.restore([desk.id('a.example')]);
    await desk.settle();
    expect(listed()).toContainEqual(['a.example', 'Work']);
  });

  it('the name goes with what is purged, whoever asks the vault for it', async () => {
    await desk.inventory.deletePasskeys([desk.id('a.example'), desk.id('b.example')]);
    await desk.place.purge([desk.id('a.example')]);
    await desk.settle();
    expect(desk.namesFile.text).not.toContain('Work');
    expect(desk.namesFile.text).toContain('Home');
    await desk.vault.emptyDeleted();
    await desk.settle();
    expect(desk.namesFile.text).not.toContain('Home');
  });

  it('the name goes after 30 days in Recently deleted, also while Latchkey did not run', async () => {
    await desk.inventory.deletePasskeys([desk.id('a.example')]);
    await desk.place.close();
    desk.calendar.now = (
      (before) => () =>
        before + KEPT_AFTER_DELETION
    )(desk.calendar.now());
    const later = desk.restarted();
    await later.place.start();
    await later.settle();
    expect(desk.namesFile.text).not.toContain('Work');
    expect(desk.namesFile.text).toContain('Home');
  });

  it('no name is lost when the vault is closed, or an earlier one takes its place', async () => {
    await desk.inventory.deletePasskeys([desk.id('a.example')]);
    await desk.settle();
    const before = desk.namesFile.text;
    await desk.vault.close();
    await desk.settle();
    expect(desk.inventory.deleted).toEqual([]);
    expect(desk.namesFile.text).toBe(before);
    await desk.vault.open();
    await desk.place.restorePrevious();
    await desk.settle();
    expect(desk.namesFile.text).toBe(before);
    expect(listed()).toContainEqual(['a.example', 'Work']);
  });
});
