/** The whole client as the app has it, over the real hidraw: keys that come and go, are refused, shared, and reset. */
import { chmodSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Inventory } from '../../main/inventory/inventory.js';
import { packetsOf } from '../../main/ctap/ctaphid.js';
import { passkeysOn, PIN, plugKey, readyKey, watchedInventory, KeyOnUhid } from './support/key-on-uhid.js';
import { attached, eventually, systemBus, theKey, unprivileged } from './support/virtual-key.js';

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

const idsOn = (inventory: Inventory, keyId: string): string[] =>
  inventory.passkeysOn(keyId).map(({ id }) => id);

test('a key appears when it is plugged in, and disappears with its passkeys when it is taken out', async () => {
  const { inventory } = await watchedInventory();
  expect(inventory.keys).toEqual([]);
  const key = await plugKey({ passkeys: passkeysOn(2, 3) });
  const id = await readyKey(inventory);
  await inventory.unlock(id, PIN);
  expect(idsOn(inventory, id)).toHaveLength(3);
  await key.unplug();
  await eventually('the key is gone', () => inventory.keys.length === 0);
  expect(inventory.passkeysOn(id)).toEqual([]);
});

test('two keys are told apart, unlocked, and deleted from side by side', async () => {
  const { inventory } = await watchedInventory();
  const first = await plugKey({ changes: { serial: 'LK1' }, passkeys: passkeysOn(2, 4) });
  const second = await plugKey({ changes: { serial: 'LK2' }, passkeys: passkeysOn(1, 2) });
  const [one, two] = await Promise.all([readyKey(inventory, 'LK1'), readyKey(inventory, 'LK2')]);
  expect(new Set(inventory.keys.map(({ name }) => name)).size).toBe(2);
  await Promise.all([inventory.unlock(one, PIN), inventory.unlock(two, PIN)]);
  const wanted = [...idsOn(inventory, one).slice(0, 2), ...idsOn(inventory, two).slice(1)];
  const outcomes = await inventory.deletePasskeys(wanted);
  expect(outcomes).toEqual(wanted.map((passkeyId) => ({ passkeyId, outcome: 'deleted' })));
  expect(first.simulated.snapshot().credentials).toHaveLength(2);
  expect(second.simulated.snapshot().credentials).toHaveLength(1);
});

test('a key that is pulled in the middle of deleting: what is told is what is true', async () => {
  const { inventory } = await watchedInventory();
  const key = await plugKey({ passkeys: passkeysOn(3, 9) });
  const id = await readyKey(inventory);
  await inventory.unlock(id, PIN);
  const before = idsOn(inventory, id);
  key.simulated.setQuirks([{ name: 'unplug-at-report', report: 60 }]);
  const outcomes = await inventory.deletePasskeys(before);
  const left = new Set(
    key.simulated.snapshot().credentials.map(({ credential }) => Buffer.from(credential.id).toString('hex')),
  );
  expect(outcomes.some(({ problem }) => problem?.code === 'unplugged')).toBe(true);
  for (const { passkeyId, outcome } of outcomes)
    if (outcome !== 'unknown')
      expect(outcome).toBe(left.has(passkeyId.slice(passkeyId.lastIndexOf(':') + 1)) ? 'kept' : 'deleted');
});

test('without permission the key is listed and says so; with it, Refresh is enough', async () => {
  await unprivileged(async () => {
    // The node belongs to root alone, as without a udev rule.
    const key = await asRoot(() => KeyOnUhid.make({ passkeys: passkeysOn(1, 1) }));
    await asRoot(() => key.plug());
    try {
      const { inventory } = await watchedInventory();
      const status = await eventually('the key is refused', () =>
        inventory.keys.find(({ state }) => state === 'unusable'),
      );
      expect(status.problem).toMatchObject({ code: 'access-denied' });
      const { path } = await theKey(systemBus());
      await asRoot(async () => chmodSync(path, 0o666));
      await inventory.refresh(status.id);
      const id = await readyKey(inventory);
      await inventory.unlock(id, PIN);
      expect(idsOn(inventory, id)).toHaveLength(1);
    } finally {
      await asRoot(() => key.unplug());
    }
  });
});

test('another program that talks to the same key does not confuse the list', async () => {
  const { inventory } = await watchedInventory();
  await plugKey({ passkeys: passkeysOn(5, 30) });
  const id = await readyKey(inventory);
  const bus = systemBus();
  const device = await theKey(bus);
  // A PING on a channel that was never allocated: the key answers it with an error for all to read.
  const noise = packetsOf(0x0badc0de, 0x01, new Uint8Array(100));
  const link = await bus.open(device, { onReport: () => undefined, onEnd: () => undefined });
  let talking = true;
  const chatter = (async () => {
    while (talking) for (const packet of noise) await link.write(packet);
  })();
  try {
    await inventory.unlock(id, PIN);
    expect(idsOn(inventory, id)).toHaveLength(30);
  } finally {
    talking = false;
    await chatter;
    await link.close();
  }
});

describe('the guided reset', () => {
  test('needs the key taken out, put back and touched; then it is as from the factory', async () => {
    const { inventory } = await watchedInventory();
    const key = await plugKey({ passkeys: passkeysOn(2, 5) });
    inventory.startReset(await readyKey(inventory));
    expect(inventory.reset).toMatchObject({ step: 'remove' });
    await key.unplug();
    await eventually('it waits for the key', () => inventory.reset?.step === 'insert');
    await key.plug();
    await eventually('it is done', () => inventory.reset?.step === 'done');
    expect(key.simulated.snapshot().credentials).toEqual([]);
    const id = await readyKey(inventory);
    await eventually('the key has no PIN', () =>
      inventory.keys.some((status) => status.id === id && !status.pin.set),
    );
  });

  test('does nothing to another key', async () => {
    const { inventory } = await watchedInventory();
    const key = await plugKey({ changes: { serial: 'LK1' } });
    inventory.startReset(await readyKey(inventory));
    await key.unplug();
    await eventually('it waits for the key', () => inventory.reset?.step === 'insert');
    const other = await plugKey({ changes: { serial: 'LK2' }, passkeys: passkeysOn(1, 2) });
    await eventually('it disarms', () => inventory.reset?.step === 'failed');
    expect(inventory.reset?.problem).toMatchObject({ code: 'reset-wrong-key' });
    expect(other.simulated.snapshot().credentials).toHaveLength(2);
  });
});

/** Runs a part as root again. */
async function asRoot<T>(part: () => Promise<T>): Promise<T> {
  const user = process.geteuid!();
  process.seteuid!(0);
  try {
    return await part();
  } finally {
    process.seteuid!(user);
  }
}
