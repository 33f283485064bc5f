import { beforeEach, describe, expect, it } from 'vitest';
import { problemOf, type Problem } from '../../main/inventory/problems';
import { Desk, PIN, somePasskeys } from '../support/desk';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

async function problemFrom(operation: Promise<unknown>): Promise<Problem> {
  return operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );
}

const unlock = (pin = PIN, index = 0): Promise<void> => desk.inventory.unlock(desk.status(index).id, pin);

describe('a key with a PIN', () => {
  it('is locked, shows nothing, and tells how many tries are left', async () => {
    await desk.plug({ passkeys: somePasskeys(4) });
    expect(desk.status()).toMatchObject({
      state: 'ready',
      list: { state: 'locked' },
      pin: { set: true, retriesLeft: 8 },
    });
    expect(desk.passkeyIds()).toEqual([]);
  });

  it('lists its passkeys and slots when it is unlocked', async () => {
    await desk.plug({ passkeys: somePasskeys(4), changes: { capacity: 10 } });
    await unlock();
    expect(desk.status()).toMatchObject({ list: { state: 'unlocked' }, slots: { used: 4, free: 6 } });
    expect(desk.inventory.passkeysOn(desk.status().id).map(({ credential }) => credential.user.name)).toEqual(
      ['user0', 'user1', 'user2', 'user3'],
    );
  });

  it('locks again by hand, and forgets what it showed', async () => {
    await desk.plug({ passkeys: somePasskeys(2) });
    await unlock();
    desk.inventory.lock(desk.status().id);
    expect(desk.status().list).toEqual({ state: 'locked' });
    expect(desk.passkeyIds()).toEqual([]);
  });

  it('locks after five idle minutes, counted from the last activity', async () => {
    await desk.plug({ passkeys: somePasskeys(2) });
    await unlock();
    await desk.clock.advance(4 * 60_000);
    desk.inventory.userActive();
    await desk.clock.advance(4 * 60_000);
    expect(desk.status().list).toEqual({ state: 'unlocked' });
    await desk.clock.advance(60_000);
    expect(desk.status().list).toEqual({ state: 'locked' });
    expect(desk.passkeyIds()).toEqual([]);
  });

  it('disappears with its passkeys when it is unplugged, and comes back locked', async () => {
    const key = await desk.plug({ passkeys: somePasskeys(2) });
    await unlock();
    desk.bus.unplug(key.soft);
    await desk.settle();
    expect(desk.inventory.keys).toEqual([]);
    desk.bus.plug(key.soft);
    await desk.settle();
    expect(desk.status().list).toEqual({ state: 'locked' });
  });
});

describe('wrong PINs', () => {
  it('tell the tries left; three in a row need the key re-inserted; the right one then works', async () => {
    const key = await desk.plug();
    expect(await problemFrom(unlock('000000'))).toMatchObject({ code: 'pin-invalid', retriesLeft: 7 });
    expect(await problemFrom(unlock('000000'))).toMatchObject({ code: 'pin-invalid', retriesLeft: 6 });
    expect(await problemFrom(unlock('000000'))).toMatchObject({ code: 'pin-auth-blocked', retriesLeft: 5 });
    expect(desk.status().pin).toMatchObject({ retriesLeft: 5, blocked: 'until-reinserted' });
    expect(await problemFrom(unlock())).toMatchObject({ code: 'pin-auth-blocked' });
    await desk.reinsert(key);
    expect(desk.status().pin.blocked).toBeUndefined();
    await unlock();
    expect(desk.status()).toMatchObject({ list: { state: 'unlocked' }, pin: { retriesLeft: 8 } });
  });

  it('block the PIN for good when no try is left', async () => {
    await desk.plug({ retries: 1 });
    expect(await problemFrom(unlock('000000'))).toMatchObject({ code: 'pin-blocked' });
    expect(desk.status().pin).toMatchObject({ retriesLeft: 0, blocked: 'for-good' });
  });
});

describe('a key that can list nothing says why', () => {
  it('because it has no PIN yet; with one it is locked', async () => {
    await desk.plug({ pin: null, passkeys: somePasskeys(1) });
    expect(desk.status().list).toEqual({ state: 'nothing', cannotList: 'no-pin' });
    expect(await problemFrom(unlock())).toMatchObject({ code: 'pin-not-set' });
    await desk.inventory.setPin(desk.status().id, 'grün-7');
    expect(desk.status()).toMatchObject({ list: { state: 'locked' }, pin: { set: true, retriesLeft: 8 } });
    await unlock('gru\u0308n-7'); // the same PIN as another keyboard composes it
    expect(desk.passkeyIds()).toHaveLength(1);
  });

  it('because it has no credential management', async () => {
    await desk.plug({ profile: '2.0' });
    expect(desk.status().list).toEqual({ state: 'nothing', cannotList: 'no-credential-management' });
    expect(await problemFrom(unlock())).toMatchObject({ code: 'unsupported' });
  });

  it('because it knows only U2F', async () => {
    await desk.plug({ profile: 'u2f', pin: null });
    expect(desk.status()).toMatchObject({
      state: 'ready',
      u2fOnly: true,
      pin: { supported: false },
      list: { state: 'nothing', cannotList: 'no-discoverable-credentials' },
    });
    expect(await problemFrom(unlock())).toMatchObject({ code: 'unsupported' });
    expect(await problemFrom(desk.inventory.setPin(desk.status().id, PIN))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('only the older U2F') as unknown,
    });
    await desk.plug();
    expect(desk.status(1).u2fOnly).toBe(false);
  });

  it('because it holds only non-discoverable credentials', async () => {
    await desk.plug({ changes: { discoverable: false, credentialManagement: 'none' } });
    expect(desk.status().list).toEqual({ state: 'nothing', cannotList: 'no-discoverable-credentials' });
  });
});

it('a 2.1-preview key is listed by the preview command and the legacy token', async () => {
  await desk.plug({ profile: '2.1-preview', passkeys: somePasskeys(5) });
  await unlock();
  expect(desk.passkeyIds()).toHaveLength(5);
});

describe('the PIN', () => {
  it('is refused with the rule when it is too short or too long', async () => {
    await desk.plug({ pin: null, changes: { minPinLength: 6 } });
    const { id } = desk.status();
    const short = await problemFrom(desk.inventory.setPin(id, '12345'));
    expect(short).toMatchObject({ code: 'pin-policy' });
    expect(short.message).toContain('at least 6 characters');
    const long = await problemFrom(desk.inventory.setPin(id, '€'.repeat(22)));
    expect(long.message).toContain('at most 63 bytes');
  });

  it('that must be changed leads to changing it', async () => {
    await desk.plug({ forceChange: true, passkeys: somePasskeys(1) });
    expect(desk.status().pin.changeRequired).toBe(true);
    expect(await problemFrom(unlock())).toMatchObject({ code: 'pin-change-required' });
    expect(await problemFrom(desk.inventory.changePin(desk.status().id, PIN, PIN))).toMatchObject({
      code: 'pin-policy',
    });
    await desk.inventory.changePin(desk.status().id, PIN, '654321');
    expect(desk.status().pin.changeRequired).toBe(false);
    await unlock('654321');
    expect(desk.passkeyIds()).toHaveLength(1);
  });

  it('that is changed while the key is unlocked leaves it unlocked', async () => {
    await desk.plug({ passkeys: somePasskeys(2) });
    await unlock();
    await desk.inventory.changePin(desk.status().id, PIN, '654321');
    expect(desk.status().list).toEqual({ state: 'unlocked' });
    const [first] = desk.passkeyIds();
    expect(await desk.inventory.deletePasskeys([first ?? ''])).toMatchObject([{ outcome: 'deleted' }]);
  });

  it('that is changed with a wrong current one stays, and costs a try', async () => {
    await desk.plug();
    expect(await problemFrom(desk.inventory.changePin(desk.status().id, '000000', '654321'))).toMatchObject({
      code: 'pin-invalid',
      retriesLeft: 7,
    });
    await unlock();
  });
});

describe('deleting', () => {
  it('deletes what was asked for, on several keys at once, and nothing else', async () => {
    await desk.plug({ passkeys: somePasskeys(4) });
    await desk.plug({ passkeys: somePasskeys(3) });
    await unlock(PIN, 0);
    await unlock(PIN, 1);
    const ids = [desk.passkeyIds(0)[1], desk.passkeyIds(1)[0], desk.passkeyIds(0)[3]].map(String);
    expect(await desk.inventory.deletePasskeys(ids)).toEqual(
      ids.map((passkeyId) => ({ passkeyId, outcome: 'deleted' })),
    );
    expect(desk.passkeyIds(0)).toHaveLength(2);
    expect(desk.passkeyIds(1)).toHaveLength(2);
    expect(desk.status(0).slots).toEqual({ used: 2, free: 98 });
  });

  it('leaves what signs in to the machine itself, and says why; the others go', async () => {
    await desk.plug({ passkeys: [{ rpId: 'pam://desk' }, { rpId: 'a.example' }] });
    await unlock();
    const outcomes = await desk.inventory.deletePasskeys(desk.passkeyIds());
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['deleted', 'kept']);
    expect(outcomes.find(({ outcome }) => outcome === 'kept')?.problem).toMatchObject({
      code: 'protected',
      message: expect.stringContaining('signs you in to desk itself') as string,
    });
    expect(desk.inventory.passkeysOn(desk.status().id).map(({ credential }) => credential.rpId)).toEqual([
      'pam://desk',
    ]);
  });

  it('does not believe a key that says yes and keeps the passkey', async () => {
    const { simulated } = await desk.plug({ passkeys: somePasskeys(5) });
    await unlock();
    simulated.setQuirks([{ name: 'delete-pretends', times: 2 }]);
    const outcomes = await desk.inventory.deletePasskeys(desk.passkeyIds());
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'deleted', 'deleted', 'deleted']);
    expect(outcomes[0]?.problem).toMatchObject({ code: 'delete-not-verified' });
    expect(desk.passkeyIds()).toHaveLength(2);
  });

  it('does not believe a key that reports an error and has deleted', async () => {
    const { simulated } = await desk.plug({ passkeys: somePasskeys(2) });
    await unlock();
    simulated.setQuirks([{ name: 'delete-denies' }]);
    const [first] = desk.passkeyIds();
    expect(await desk.inventory.deletePasskeys([String(first)])).toEqual([
      { passkeyId: first, outcome: 'deleted' },
    ]);
    expect(desk.passkeyIds()).toHaveLength(1);
  });

  it('says of each passkey what is known when the key refuses some', async () => {
    const { simulated } = await desk.plug({ passkeys: somePasskeys(3) });
    await unlock();
    simulated.setQuirks([{ name: 'status', command: 0x0a, subCommand: 6, status: 0xf3, times: 1 }]);
    const outcomes = await desk.inventory.deletePasskeys(desk.passkeyIds());
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['kept', 'deleted', 'deleted']);
    expect(outcomes[0]?.problem).toMatchObject({ code: 'refused' });
    expect(outcomes[0]?.problem?.message).toContain('0xF3');
  });

  it('locks again when another program has taken the token, and nothing is lost', async () => {
    const { simulated } = await desk.plug({ passkeys: somePasskeys(3) });
    await unlock();
    simulated.setQuirks([{ name: 'status', command: 0x0a, subCommand: 6, status: 0x33 }]);
    const outcomes = await desk.inventory.deletePasskeys(desk.passkeyIds());
    expect(outcomes.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual([
      ['kept', 'locked'],
      ['kept', 'locked'],
      ['kept', 'locked'],
    ]);
    expect(desk.status().list).toEqual({ state: 'locked' });
    expect(simulated.snapshot().credentials).toHaveLength(3);
  });

  it('tells deleted, unknown and kept apart when the key is pulled in the middle', async () => {
    const key = await desk.plug({ passkeys: somePasskeys(9) });
    await unlock();
    const ids = desk.passkeyIds();
    const outcomes = desk.inventory.deletePasskeys(ids);
    while (key.simulated.snapshot().credentials.length > 6) await Promise.resolve();
    desk.bus.unplug(key.soft);
    const told = (await outcomes).map(({ outcome }) => outcome);
    const left = new Set(
      key.simulated
        .snapshot()
        .credentials.map(({ credential }) => Buffer.from(credential.id).toString('hex')),
    );
    const really = ids.map((id) => (left.has(id.slice(id.lastIndexOf(':') + 1)) ? 'kept' : 'deleted'));
    expect(told.filter((outcome) => outcome === 'unknown')).toHaveLength(1);
    told.forEach((outcome, index) => outcome === 'unknown' || expect(outcome).toBe(really[index]));
  });

  it('answers for a passkey that is not there any more', async () => {
    await desk.plug({ passkeys: somePasskeys(1) });
    await unlock();
    const id = `${desk.status().id}:00`;
    expect(await desk.inventory.deletePasskeys([id])).toMatchObject([
      { passkeyId: id, outcome: 'unknown', problem: { code: 'not-found' } },
    ]);
  });

  it('wants the key unlocked', async () => {
    await desk.plug({ passkeys: somePasskeys(1) });
    await unlock();
    const [id] = desk.passkeyIds();
    desk.inventory.lock(desk.status().id);
    expect(await desk.inventory.deletePasskeys([String(id)])).toMatchObject([
      { outcome: 'kept', problem: { code: 'locked' } },
    ]);
  });
});

describe('several keys', () => {
  it('of the same make are told apart by a number that stays', async () => {
    const first = await desk.plug();
    await desk.plug();
    expect(desk.inventory.keys.map(({ name }) => name)).toEqual([
      'Simulated security key',
      'Simulated security key (2)',
    ]);
    desk.bus.unplug(first.soft);
    await desk.settle();
    expect(desk.inventory.keys.map(({ name }) => name)).toEqual(['Simulated security key (2)']);
    desk.bus.plug(first.soft);
    await desk.settle();
    expect(desk.inventory.keys.map(({ name }) => name)).toEqual([
      'Simulated security key (2)',
      'Simulated security key',
    ]);
  });

  it('do not hinder each other: one that never answers leaves the other usable', async () => {
    await desk.plug({ changes: { quirks: [{ name: 'never-answers' }] } });
    await desk.plug({ passkeys: somePasskeys(1) });
    expect(desk.status(0).state).toBe('opening');
    await unlock(PIN, 1);
    expect(desk.passkeyIds(1)).toHaveLength(1);
    await desk.clock.advance(60_000);
    await desk.settle();
    expect(desk.status(0)).toMatchObject({ state: 'unusable', problem: { code: 'timed-out' } });
  });
});

describe('a key that cannot be opened', () => {
  it('says why, and Refresh tries again', async () => {
    const { simulated } = await desk.plug({
      passkeys: somePasskeys(1),
      changes: { quirks: [{ name: 'garbage-info', kind: 'not-a-map' }] },
    });
    expect(desk.status()).toMatchObject({ state: 'unusable', problem: { code: 'protocol' } });
    expect(await problemFrom(unlock())).toMatchObject({ code: 'protocol' });
    simulated.setQuirks([]);
    await desk.inventory.refresh(desk.status().id);
    await desk.settle();
    expect(desk.status()).toMatchObject({ state: 'ready', list: { state: 'locked' } });
    await unlock();
    expect(desk.passkeyIds()).toHaveLength(1);
  });

  it('is usable again by Refresh when only its PIN tries could not be asked for', async () => {
    const { simulated } = await desk.plug({
      changes: { quirks: [{ name: 'status', command: 0x06, status: 0x7f, times: 1 }] },
    });
    expect(desk.status()).toMatchObject({ state: 'unusable', problem: { code: 'refused' } });
    simulated.setQuirks([]);
    await desk.inventory.refresh(desk.status().id);
    expect(desk.status()).toMatchObject({ state: 'ready', pin: { retriesLeft: 8 } });
  });
});

it('does not lock itself in the middle of a job, but five idle minutes after it', async () => {
  const { simulated } = await desk.plug({ passkeys: somePasskeys(1) });
  await unlock();
  await desk.clock.advance(5 * 60_000 - 10);
  simulated.setQuirks([{ name: 'channel-busy', command: 0x0a, times: 3 }]);
  const outcomes = desk.inventory.deletePasskeys(desk.passkeyIds());
  await desk.clock.advance(1000);
  expect(await outcomes).toMatchObject([{ outcome: 'deleted' }]);
  expect(desk.status().list).toEqual({ state: 'unlocked' });
  await desk.clock.advance(5 * 60_000);
  expect(desk.status().list).toEqual({ state: 'locked' });
});

describe('reading what keys claim', () => {
  it('cuts a list at 4096 and says so', async () => {
    const { simulated } = await desk.plug({ passkeys: somePasskeys(3) });
    simulated.setQuirks([{ name: 'four-billion', goesOn: true }]);
    await unlock();
    expect(desk.passkeyIds().length).toBeGreaterThan(0);
    expect(desk.status().oddities.join(' ')).toMatch(/4294967295|more than once/);
  });

  it('lists an empty key in every way that keys say "nothing"', async () => {
    const { simulated } = await desk.plug();
    simulated.setQuirks([{ name: 'empty-body-for-nothing' }, { name: 'no-credentials-for-metadata' }]);
    await unlock();
    expect(desk.status().list).toEqual({ state: 'unlocked' });
    expect(desk.passkeyIds()).toEqual([]);
  });

  it('stays locked when listing fails, and can be tried again', async () => {
    const { simulated } = await desk.plug({ passkeys: somePasskeys(3) });
    simulated.setQuirks([{ name: 'truncated-cbor', command: 0x0a, drop: 3 }]);
    expect(await problemFrom(unlock())).toMatchObject({ code: 'protocol' });
    expect(desk.status().list).toEqual({ state: 'locked' });
    simulated.setQuirks([]);
    await unlock();
    expect(desk.passkeyIds()).toHaveLength(3);
  });
});

describe('the guided reset', () => {
  const steps = (): (string | undefined)[] => {
    const seen: (string | undefined)[] = [];
    desk.inventory.onChange(({ kind }) => {
      const step = desk.inventory.reset?.step;
      if (kind === 'reset' && seen.at(-1) !== step) seen.push(step);
    });
    return seen;
  };

  it('leads through taking out, putting back and touching; afterwards the key is empty and without a PIN', async () => {
    const key = await desk.plug({ passkeys: somePasskeys(3) });
    key.presence.next('wait');
    const seen = steps();
    desk.inventory.startReset(desk.status().id);
    await desk.reinsert(key);
    expect(desk.inventory.reset?.step).toBe('touch');
    expect(key.simulated.snapshot().credentials).toHaveLength(3);
    key.presence.answer('granted');
    await desk.settle();
    expect(seen).toEqual(['remove', 'insert', 'touch', 'done']);
    expect(key.simulated.snapshot().credentials).toHaveLength(0);
    expect(desk.status()).toMatchObject({
      pin: { set: false },
      list: { state: 'nothing', cannotList: 'no-pin' },
    });
  });

  it('disarms when another key comes back', async () => {
    const key = await desk.plug({ passkeys: somePasskeys(3) });
    desk.inventory.startReset(desk.status().id);
    desk.bus.unplug(key.soft);
    await desk.settle();
    const other = await desk.plug({ passkeys: somePasskeys(1) });
    expect(desk.inventory.reset).toMatchObject({ step: 'failed', problem: { code: 'reset-wrong-key' } });
    expect(other.simulated.snapshot().credentials).toHaveLength(1);
  });

  it('says so at once when a second key of the same model is plugged in', async () => {
    await desk.plug();
    await desk.plug();
    desk.inventory.startReset(desk.status(0).id);
    expect(desk.inventory.reset).toMatchObject({ step: 'failed', problem: { code: 'reset-wrong-key' } });
  });

  it('resets nothing after it was cancelled', async () => {
    const key = await desk.plug({ passkeys: somePasskeys(3) });
    desk.inventory.startReset(desk.status().id);
    desk.inventory.cancelReset();
    expect(desk.inventory.reset).toBeNull();
    await desk.reinsert(key);
    expect(key.simulated.snapshot().credentials).toHaveLength(3);
  });

  it('reports a refused touch, and the key is as before', async () => {
    const key = await desk.plug({ passkeys: somePasskeys(3) });
    key.presence.next('refused');
    desk.inventory.startReset(desk.status().id);
    await desk.reinsert(key);
    expect(desk.inventory.reset).toMatchObject({ step: 'failed', problem: { code: 'touch-denied' } });
    expect(key.simulated.snapshot().credentials).toHaveLength(3);
    expect(desk.status().list).toEqual({ state: 'locked' });
  });
});
