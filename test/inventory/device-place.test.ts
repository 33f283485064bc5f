import { beforeEach, describe, expect, it } from 'vitest';
import { DEVICE_ID } from '../../main/inventory/device-model';
import { problemOf, type Problem } from '../../main/inventory/problems';
import { DEVICE_PIN, DeviceDesk } from '../support/device-desk';

let desk: DeviceDesk;
beforeEach(() => {
  desk = new DeviceDesk();
});

async function problemFrom(operation: Promise<unknown>): Promise<Problem> {
  return operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );
}

describe('at the start', () => {
  it('nothing is touched before it is asked to start', async () => {
    await desk.settle();
    expect(desk.place.status).toMatchObject({ state: 'closed', unlocked: false });
    expect(desk.folder.steps).toEqual([]);
    expect(desk.folder.isLocked).toBe(false);
  });

  it('a machine without passkeys can be set up', async () => {
    await desk.place.start();
    expect(desk.place.status).toMatchObject({
      enabled: true,
      state: 'absent',
      canRestorePrevious: false,
      autoLockMinutes: 5,
      path: desk.folder.path,
    });
    expect(desk.place.passkeys).toEqual([]);
  });

  it('passkeys are listed without a PIN', async () => {
    await desk.withPasskeys('a.example', 'b.example');
    const again = desk.restarted();
    await again.place.start();
    expect(again.place.status).toMatchObject({
      state: 'open',
      sealing: 'keychain',
      unlocked: false,
      pin: { triesLeft: 10, waitMilliseconds: 0, locked: false },
    });
    expect(again.sites()).toEqual(['a.example', 'b.example']);
  });

  it('a keychain that is locked is told, and trying again after it was unlocked opens', async () => {
    await desk.withPasskeys('a.example');
    const again = desk.restarted();
    again.keychain.failure = 'locked';
    await again.place.start();
    expect(again.place.status).toMatchObject({ state: 'unusable', problem: { code: 'keychain-locked' } });
    expect((await problemFrom(again.place.open())).code).toBe('keychain-locked');
    expect(again.sites()).toEqual([]);
    again.keychain.failure = undefined;
    await again.place.open();
    expect(again.place.status.state).toBe('open');
    expect(again.place.status.problem).toBeUndefined();
    expect(again.sites()).toEqual(['a.example']);
  });

  it('a second Latchkey is told that the first one has them', async () => {
    await desk.withPasskeys('a.example');
    const second = desk.besides();
    await second.place.start();
    expect(second.place.status).toMatchObject({
      state: 'unusable',
      canRestorePrevious: false,
      problem: { code: 'in-use', message: expect.stringMatching(/Another Latchkey.*try again/) as unknown },
    });
    await desk.place.close();
    await second.place.open();
    expect(second.sites()).toEqual(['a.example']);
  });

  it('a passphrase is asked for where one was chosen; a wrong one is told and changes nothing', async () => {
    await desk.place.start();
    await desk.place.setUp(DEVICE_PIN, 'seven sunny sparrows');
    const again = desk.restarted();
    await again.place.start();
    expect(again.place.status.state).toBe('passphrase-needed');
    expect((await problemFrom(again.place.open('seven rainy sparrows'))).code).toBe('passphrase-wrong');
    expect(again.place.status.state).toBe('passphrase-needed');
    await again.place.open('seven sunny sparrows');
    expect(again.place.status).toMatchObject({ state: 'open', sealing: 'passphrase' });
  });

  it('settings are read', async () => {
    desk.settingsFile.content = Buffer.from('{"version":1,"enabled":false,"autoLockMinutes":12}');
    await desk.place.start();
    expect(desk.place.status).toMatchObject({ enabled: false, autoLockMinutes: 12 });
    expect(desk.place.status.settingsNotice).toBeUndefined();
  });

  it('settings that cannot be read are told', async () => {
    desk.settingsFile.content = Buffer.from('nonsense');
    await desk.place.start();
    expect(desk.place.status).toMatchObject({ enabled: true, autoLockMinutes: 5 });
    expect(desk.place.status.settingsNotice).toMatch(/damaged/);
  });
});

describe('the list', () => {
  beforeEach(() => desk.withPasskeys('a.example', 'b.example', 'pam://workstation'));

  it('tells what is known of each', () => {
    const [first, , machine] = desk.place.passkeys;
    expect(first).toMatchObject({
      id: desk.id('a.example'),
      keyId: DEVICE_ID,
      canEdit: true,
      credential: { rpId: 'a.example', user: { name: 'ada' }, hasLargeBlobKey: false, flaws: [] },
      device: { created: desk.calendar.now(), protected: false },
    });
    expect(first?.device).not.toHaveProperty('notRemovable');
    expect(first?.device).not.toHaveProperty('lastUsed');
    expect(machine?.device?.notRemovable).toMatch(/signs you in to workstation/);
  });

  it('stays when the PIN is forgotten', async () => {
    desk.place.lock();
    await desk.settle();
    expect(desk.sites()).toHaveLength(3);
    expect(desk.place.status.unlocked).toBe(false);
  });

  it('changes when a passkey is made, and the window is told once', async () => {
    desk.changes.length = 0;
    await desk.makePasskey('c.example');
    expect(desk.sites()).toContain('c.example');
    expect(desk.changes.filter((what) => what === 'passkeys')).toHaveLength(1);
    expect(desk.changes).not.toContain('deleted');
  });

  it('is not sent again when only the PIN was tried', async () => {
    desk.changes.length = 0;
    await problemFrom(desk.place.changePin('wrong horse', 'correct donkey'));
    expect(desk.changes).toContain('device');
    expect(desk.changes).not.toContain('passkeys');
  });
});

describe('deleting', () => {
  beforeEach(() => desk.withPasskeys('a.example', 'b.example', 'pam://workstation'));

  it('moves to Recently deleted, for 30 days', async () => {
    const id = desk.id('a.example');
    expect(await desk.place.deletePasskeys([id])).toEqual([{ passkeyId: id, outcome: 'deleted' }]);
    expect(desk.sites()).toEqual(['b.example', 'pam://workstation']);
    const now = desk.calendar.now();
    expect(desk.place.deleted).toMatchObject([{ id, deleted: now, goes: now + 30 * 24 * 3_600_000 }]);
  });

  it('refuses what signs in to the machine itself and says why; the others go', async () => {
    const ids = [desk.id('pam://workstation'), desk.id('a.example')];
    const [machine, site] = await desk.place.deletePasskeys(ids);
    expect(machine).toMatchObject({ outcome: 'kept', problem: { code: 'protected' } });
    expect(machine?.problem?.message).toMatch(/workstation/);
    expect(site).toEqual({ passkeyId: ids[1], outcome: 'deleted' });
    expect(desk.sites()).toEqual(['b.example', 'pam://workstation']);
  });

  it('refuses what is protected by hand until the protection is taken away', async () => {
    const id = desk.id('a.example');
    await desk.place.setProtected(id, true);
    expect(desk.place.passkeys[0]?.device).toMatchObject({
      protected: true,
      notRemovable: expect.stringMatching(/protected.*first/) as unknown,
    });
    expect(await desk.place.deletePasskeys([id])).toMatchObject([
      { outcome: 'kept', problem: { code: 'protected' } },
    ]);
    await desk.place.setProtected(id, false);
    expect(await desk.place.deletePasskeys([id])).toMatchObject([{ outcome: 'deleted' }]);
  });

  it('tells of each whether it is gone, in the order asked, also of one that is not there', async () => {
    const ids = ['device:ff', desk.id('b.example'), desk.id('a.example'), 'device:ff'];
    const outcomes = await desk.place.deletePasskeys(ids);
    expect(outcomes.map(({ passkeyId, outcome }) => [passkeyId, outcome])).toEqual([
      ['device:ff', 'unknown'],
      [ids[1], 'deleted'],
      [ids[2], 'deleted'],
      ['device:ff', 'unknown'],
    ]);
    expect(outcomes[0]?.problem?.code).toBe('not-found');
  });

  it('keeps all of them when the disk is full, and says so', async () => {
    desk.folder.fail('passkeys.vault', 'full');
    const ids = [desk.id('a.example'), desk.id('b.example')];
    const outcomes = await desk.place.deletePasskeys(ids);
    expect(outcomes).toMatchObject([
      { outcome: 'kept', problem: { code: 'file' } },
      { outcome: 'kept', problem: { code: 'file' } },
    ]);
    expect(outcomes[0]?.problem?.message).toMatch(/no room/);
    expect(desk.sites()).toHaveLength(3);
    expect(desk.place.deleted).toEqual([]);
  });

  it('can be undone', async () => {
    const ids = [desk.id('a.example'), desk.id('b.example')];
    await desk.place.deletePasskeys(ids);
    await desk.place.restore(ids);
    expect(desk.sites().sort()).toEqual(['a.example', 'b.example', 'pam://workstation']);
    expect(desk.place.deleted).toEqual([]);
  });

  it('for good takes one or all out of Recently deleted', async () => {
    const ids = [desk.id('a.example'), desk.id('b.example')];
    await desk.place.deletePasskeys(ids);
    await desk.place.purge([ids[0]!]);
    expect(desk.place.deleted.map(({ id }) => id)).toEqual([ids[1]]);
    await desk.place.emptyDeleted();
    expect(desk.place.deleted).toEqual([]);
    expect((await problemFrom(desk.place.restore(ids))).code).toBe('not-found');
  });

  it('tells the window of the list and of Recently deleted', async () => {
    desk.changes.length = 0;
    await desk.place.deletePasskeys([desk.id('a.example')]);
    expect(desk.changes).toEqual(expect.arrayContaining(['passkeys', 'deleted']));
  });
});

describe('names', () => {
  beforeEach(() => desk.withPasskeys('a.example'));

  it('are changed, and stay changed after a restart', async () => {
    const { outcome, passkey } = await desk.place.editPasskey(desk.id('a.example'), {
      name: 'grace',
      displayName: 'Grace',
    });
    expect(outcome).toBe('saved');
    expect(passkey.credential.user).toMatchObject({ name: 'grace', displayName: 'Grace' });
    const again = desk.restarted();
    await again.place.start();
    expect(again.place.passkeys[0]?.credential.user).toMatchObject({ name: 'grace', displayName: 'Grace' });
  });

  it('that are absent or empty are removed', async () => {
    const { passkey } = await desk.place.editPasskey(desk.id('a.example'), { name: '' });
    expect(passkey.credential.user.name).toBeUndefined();
    expect(passkey.credential.user.displayName).toBeUndefined();
  });

  it.each([
    ['half a character', 'a\ud83d', /half a character/],
    ['257 bytes', 'a'.repeat(257), /too long/],
  ])('of %s are refused', async (_what, name, words) => {
    const failure = await problemFrom(desk.place.editPasskey(desk.id('a.example'), { name }));
    expect(failure.code).toBe('invalid-argument');
    expect(failure.message).toMatch(words);
  });

  it.each(['device:ff', 'device:', 'device:xyz', 'key-1:00'])('of %s cannot be changed', async (id) => {
    expect((await problemFrom(desk.place.editPasskey(id, { name: 'x' }))).code).toBe('not-found');
  });
});

describe('the PIN', () => {
  beforeEach(() => desk.withPasskeys('a.example'));

  it('that is wrong costs a try, which is told', async () => {
    const failure = await problemFrom(desk.place.changePin('wrong horse', 'correct donkey'));
    expect(failure).toMatchObject({ code: 'pin-wrong', retriesLeft: 9 });
    expect(desk.place.status.pin).toMatchObject({ triesLeft: 9, locked: false });
  });

  it('is locked after ten wrong ones; the recovery key opens it and gives a new one', async () => {
    for (let tries = 0; tries < 10; tries++) {
      await desk.passDelay();
      await problemFrom(desk.place.changePin('wrong horse', 'correct donkey'));
    }
    expect(desk.place.status.pin).toMatchObject({ triesLeft: 0, locked: true });
    expect((await problemFrom(desk.place.changePin(DEVICE_PIN, 'correct donkey'))).code).toBe('pin-locked');
    expect((await problemFrom(desk.place.recover('AAAAA', 'correct donkey'))).code).toBe('recovery-wrong');
    const next = await desk.place.recover(desk.recoveryKey, 'correct donkey');
    expect(next).not.toBe(desk.recoveryKey);
    expect(desk.place.status.pin).toMatchObject({ triesLeft: 10, locked: false });
    await desk.place.changePin('correct donkey', 'correct monkey');
  });

  it('gives a new recovery key, and the one before no longer opens', async () => {
    const next = await desk.place.newRecoveryKey(DEVICE_PIN);
    expect((await problemFrom(desk.place.recover(desk.recoveryKey, 'correct donkey'))).code).toBe(
      'recovery-wrong',
    );
    await desk.place.recover(next, 'correct donkey');
  });

  it('moves the key from the keychain under a passphrase and back', async () => {
    await desk.place.switchSealing(DEVICE_PIN, { passphrase: 'seven sunny sparrows' });
    expect(desk.place.status.sealing).toBe('passphrase');
    await desk.place.switchSealing(DEVICE_PIN, 'keychain');
    expect(desk.place.status.sealing).toBe('keychain');
  });
});

describe('what the PIN opened', () => {
  beforeEach(async () => {
    await desk.withPasskeys('a.example');
    await desk.verify();
  });

  it('is forgotten after five idle minutes, counted from the last activity', async () => {
    expect(desk.place.status.unlocked).toBe(true);
    await desk.clock.advance(4 * 60_000);
    desk.place.userActive();
    await desk.clock.advance(5 * 60_000 - 1);
    expect(desk.place.status.unlocked).toBe(true);
    await desk.clock.advance(1);
    expect(desk.place.status.unlocked).toBe(false);
  });

  it('is forgotten after the time that was chosen', async () => {
    await desk.place.setOptions({ autoLockMinutes: 1 });
    expect(desk.place.status.autoLockMinutes).toBe(1);
    await desk.clock.advance(60_000);
    expect(desk.place.status.unlocked).toBe(false);
  });

  it('is not forgotten in the middle of a sign-in', async () => {
    await desk.vault.verifyPin(DEVICE_PIN);
    await desk.clock.advance(6 * 60_000);
    expect(desk.place.status.unlocked).toBe(true);
    desk.vault.endCeremony();
    await desk.clock.advance(5 * 60_000);
    expect(desk.place.status.unlocked).toBe(false);
  });

  it('is forgotten at once on demand', () => {
    desk.place.lock();
    expect(desk.place.status.unlocked).toBe(false);
  });
});

describe('biometrics', () => {
  it('may re-open what the PIN opened, and not before', async () => {
    desk = new DeviceDesk({ biometrics: true });
    await desk.withPasskeys('a.example');
    const again = desk.restarted();
    await again.place.start();
    expect(again.place.status.biometrics).toEqual({ name: 'a test finger', ready: false });
    await again.verify();
    expect(again.place.status.biometrics).toEqual({ name: 'a test finger', ready: true });
    again.place.lock();
    expect(again.place.status.biometrics).toEqual({ name: 'a test finger', ready: false });
  });

  it('are not offered where nobody is enrolled', async () => {
    desk = new DeviceDesk({ biometrics: false });
    await desk.place.start();
    expect(desk.place.status.biometrics).toBeUndefined();
  });
});

describe('the generation before', () => {
  it('is offered when the file is damaged, and brings the passkeys back', async () => {
    await desk.withPasskeys('a.example', 'b.example');
    await desk.place.close();
    desk.folder.put('passkeys.vault', Buffer.from('nonsense'));
    const again = desk.restarted();
    await again.place.start();
    expect(again.place.status).toMatchObject({
      state: 'unusable',
      canRestorePrevious: true,
      problem: { code: 'damaged' },
    });
    expect(await again.place.previous()).toEqual({ written: desk.calendar.now(), passkeys: 1 });
    await again.place.restorePrevious();
    expect(again.place.status.state).toBe('open');
    expect(again.sites()).toEqual(['a.example']);
  });
});

describe('closing', () => {
  it('lets the vault go', async () => {
    await desk.withPasskeys('a.example');
    await desk.place.close();
    const second = desk.besides();
    await second.place.start();
    expect(second.place.status.state).toBe('open');
    expect(desk.clock.pending).toBe(0);
  });

  it('does not wait longer than three seconds for a keychain that hangs', async () => {
    await desk.withPasskeys('a.example');
    const again = desk.restarted();
    again.keychain.get = () => new Promise(() => undefined);
    void again.place.start();
    await again.settle();
    let closed = false;
    void again.place.close().then(() => (closed = true));
    await again.clock.advance(3000);
    expect(closed).toBe(true);
  });
});
