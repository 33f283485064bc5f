import { describe, expect, test } from 'vitest';
import { memoryVault, openMemoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { PIN_WAITS } from '../../main/vault/pin-tries';
import { add, credential, secrets } from '../support/vault-passkeys';

const FILE = 'passkeys.vault';
const TRIES = 'pin-tries';
const WRONG = '111222333';
const HOUR = 60 * 60_000;

/** The program is killed and starts again. */
async function crashed(made: MemoryVault): Promise<MemoryVault> {
  made.folder.isLocked = false;
  const again = memoryVault({ ...made });
  await again.vault.open();
  return again;
}

function tries({ vault }: MemoryVault): unknown {
  return vault.situation.is === 'open' ? vault.situation.tries : vault.situation;
}

/** So many wrong PINs, each as soon as it is taken. */
async function wrong(made: MemoryVault, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const { situation } = made.vault;
    if (situation.is === 'open') await made.clock.advance(situation.tries.wait);
    await made.vault.verifyPin(WRONG).catch(() => undefined);
  }
}

describe('the PIN', () => {
  test('opens the secrets for one ceremony', async () => {
    const made = await openMemoryVault();
    const { vault } = made;
    await vault.verifyPin(PIN);
    expect(vault.secretsOpen).toBe(true);
    await add(vault, 1);
    vault.endCeremony();
    vault.endCeremony();
    expect(vault.secretsOpen).toBe(false);
    const { credentials } = vault.storage;
    await expect(credentials.secretsOf(credential(1).id)).rejects.toMatchObject({ code: 'not-open' });
    await expect(vault.storage.secretWrapKey()).rejects.toMatchObject({ code: 'not-open' });
    await expect(add(vault, 2)).rejects.toMatchObject({ code: 'not-open' });
    expect((await vault.storage.wrapKey()).length).toBe(32);
  });

  test('is the same however its letters are composed', async () => {
    const made = memoryVault();
    await made.vault.open();
    await made.vault.setUp({ pin: 'gr\u00fcn 417' });
    await made.vault.verifyPin('gru\u0308n 417');
  });

  test('once right, biometrics may re-open, until it is locked or the program starts again', async () => {
    const made = await openMemoryVault();
    const again = await crashed(made);
    expect(again.vault.situation).toMatchObject({ verified: false });
    expect(() => again.vault.reopen()).toThrow(expect.objectContaining({ code: 'not-open' }));
    await again.vault.verifyPin(PIN);
    again.vault.endCeremony();
    expect(again.vault.situation).toMatchObject({ verified: true });
    again.vault.reopen();
    await add(again.vault, 1);
    const third = await crashed(again);
    await third.vault.verifyPin(PIN);
    const { credentials } = third.vault.storage;
    expect((await credentials.secretsOf(credential(1).id))?.privateKey).toEqual(secrets(1).privateKey);
    again.vault.lock();
    expect(again.vault.secretsOpen).toBe(false);
    expect(again.vault.situation).toMatchObject({ is: 'open', verified: false });
    expect(() => again.vault.reopen()).toThrow(expect.objectContaining({ code: 'not-open' }));
    expect(again.vault.passkeys.length).toBe(1);
  });

  test('the outer key stays the same for ever, the inner one too, and they differ', async () => {
    const made = await openMemoryVault();
    await made.vault.verifyPin(PIN);
    const before = [await made.vault.storage.wrapKey(), await made.vault.storage.secretWrapKey()];
    before.forEach((key) => key.slice());
    const copies = before.map((key) => key.slice());
    before.forEach((key) => key.fill(0)); // they are copies
    await made.vault.changePin(PIN, 'other 17');
    await made.vault.switchSealing('other 17', { passphrase: 'a passphrase of mine' });
    await made.vault.verifyPin('other 17');
    const after = [await made.vault.storage.wrapKey(), await made.vault.storage.secretWrapKey()];
    expect(after).toEqual(copies);
    expect(after[0]).not.toEqual(after[1]);
  });

  test('an obvious new one is refused with the reason, before anything happens', async () => {
    const made = memoryVault();
    await made.vault.open();
    await expect(made.vault.setUp({ pin: '123456' })).rejects.toMatchObject({
      code: 'pin-refused',
      message: expect.stringContaining('in order') as string,
    });
    expect(made.vault.situation.is).toBe('absent');
    const open = await openMemoryVault();
    const before = open.folder.content(TRIES);
    await expect(open.vault.changePin(PIN, '12345')).rejects.toMatchObject({ code: 'pin-refused' });
    await expect(open.vault.recover(open.recoveryKey, 'aaaaaa')).rejects.toMatchObject({
      code: 'pin-refused',
    });
    expect(open.folder.content(TRIES)).toEqual(before);
  });

  test('is changed: the old one is wrong then, the passkeys stay', async () => {
    const made = await openMemoryVault();
    await made.vault.verifyPin(PIN);
    await add(made.vault, 1);
    await expect(made.vault.changePin(WRONG, 'other 17')).rejects.toMatchObject({ code: 'pin-wrong' });
    await made.vault.changePin(PIN, 'other 17');
    const again = await crashed(made);
    await expect(again.vault.verifyPin(PIN)).rejects.toMatchObject({ code: 'pin-wrong' });
    await again.vault.verifyPin('other 17');
    expect(await again.vault.storage.credentials.secretsOf(credential(1).id)).toBeDefined();
  });

  test('a lock while it is being changed takes no key away', async () => {
    const made = await openMemoryVault();
    await made.vault.verifyPin(PIN);
    await add(made.vault, 1);
    const changed = made.vault.changePin(PIN, 'other 17');
    // After the right PIN, in the middle of computing the new one.
    for (let turn = 0; turn < 200 && !made.folder.steps.at(-1)?.startsWith('replace'); turn++) {
      made.vault.lock();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await changed;
    const again = await crashed(made);
    await again.vault.verifyPin('other 17');
    expect(await again.vault.storage.credentials.secretsOf(credential(1).id)).toBeDefined();
  });
});

describe('wrong PINs', () => {
  test('are counted before they are compared: a kill in between costs the try', async () => {
    const made = await openMemoryVault();
    // Killed before the system had time for anything that is no microtask: scrypt has not computed anything.
    const hanging = made.vault.verifyPin(WRONG);
    hanging.catch(() => undefined);
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    const copy = memoryVault({ ...made, folder: made.folder.copy() });
    await copy.vault.open();
    expect(tries(copy)).toEqual({ left: 9, wait: 0 });
    await hanging.catch(() => undefined);
  });

  test('are counted durably, and nothing is compared where that fails', async () => {
    const made = await openMemoryVault();
    made.folder.fail(TRIES, 'full');
    await expect(made.vault.verifyPin(PIN)).rejects.toMatchObject({ code: 'file' });
    expect(made.vault.secretsOpen).toBe(false);
    made.folder.fail(TRIES, 'none');
    expect(tries(made)).toEqual({ left: 10, wait: 0 });
    await made.vault.verifyPin(PIN);
  });

  test('are forgotten after the right one', async () => {
    const made = await openMemoryVault();
    await wrong(made, 2);
    expect(tries(await crashed(made))).toEqual({ left: 8, wait: 0 });
    const again = await crashed(made);
    await again.vault.verifyPin(PIN);
    expect(tries(await crashed(made))).toEqual({ left: 10, wait: 0 });
  });

  test('make one wait, longer and longer, and what comes too early is neither counted nor compared', async () => {
    const made = await openMemoryVault();
    const waits: number[] = [];
    for (let number = 1; number <= 9; number++) {
      await wrong(made, 1);
      const { left, wait } = tries(made) as { left: number; wait: number };
      expect(left).toBe(10 - number);
      waits.push(wait);
      if (wait === 0) continue;
      await made.clock.advance(wait - 1);
      await expect(made.vault.verifyPin(PIN)).rejects.toMatchObject({
        code: 'pin-delayed',
        tries: { left, wait: 1 },
      });
    }
    expect(waits).toEqual(PIN_WAITS.slice(1));
    for (let index = 1; index < waits.length; index++)
      expect(waits[index]).toBeGreaterThanOrEqual(waits[index - 1]!);
    expect(waits.at(-1)).toBe(8 * HOUR);
    await made.clock.advance(1);
    await made.vault.verifyPin(PIN);
  });

  test('ten of them lock the PIN, for good and also the right one', async () => {
    const made = await openMemoryVault();
    await wrong(made, 9);
    const last = made.vault.situation;
    if (last.is === 'open') await made.clock.advance(last.tries.wait);
    await expect(made.vault.verifyPin(WRONG)).rejects.toMatchObject({
      code: 'pin-locked',
      tries: { left: 0 },
    });
    made.calendar.date += 365 * 24 * HOUR;
    const again = await crashed(made);
    expect(tries(again)).toEqual({ left: 0, wait: 0 });
    await expect(again.vault.verifyPin(PIN)).rejects.toMatchObject({ code: 'pin-locked' });
    await expect(again.vault.changePin(PIN, 'other 17')).rejects.toMatchObject({ code: 'pin-locked' });
    expect(again.vault.passkeys).toEqual([]);
  });

  test('ten of them end what the PIN opened before: biometrics no longer suffice', async () => {
    const made = await openMemoryVault({ pinWaits: [] });
    await made.vault.verifyPin(PIN);
    made.vault.endCeremony();
    for (let wrong = 1; wrong <= 10; wrong++) {
      expect(made.vault.situation).toMatchObject({ verified: true });
      await made.vault.verifyPin('000000').catch(() => undefined);
    }
    expect(made.vault.situation).toMatchObject({ verified: false });
    expect(() => made.vault.reopen()).toThrow(expect.objectContaining({ code: 'not-open' }) as Error);
  });

  test('two at once are two', async () => {
    const made = await openMemoryVault();
    await Promise.allSettled([made.vault.verifyPin(WRONG), made.vault.verifyPin(WRONG)]);
    expect(tries(made)).toMatchObject({ left: 8 });
  });

  test('are not forgiven by restoring the generation before', async () => {
    const made = await openMemoryVault();
    await made.vault.setProtected(new Uint8Array(1), true).catch(() => undefined);
    await made.vault.verifyPin(PIN);
    await add(made.vault, 1);
    await wrong(made, 2);
    await made.vault.restorePrevious();
    expect(tries(made)).toMatchObject({ left: 8 });
  });

  test.each([
    ['deleted', () => undefined],
    ['emptied', () => new Uint8Array()],
    [
      // The number of wrong PINs, right before the MAC.
      'edited',
      (file: Uint8Array) => file.with(file.length - 35, 0),
    ],
    [
      'made by another vault',
      async () =>
        (
          await openMemoryVault({ random: { bytes: (length) => new Uint8Array(length).fill(3) } })
        ).folder.content(TRIES),
    ],
  ])('a record of them that was %s gives no try back: the PIN is locked', async (_, change) => {
    const made = await openMemoryVault();
    await wrong(made, 3);
    made.folder.put(TRIES, await change(made.folder.content(TRIES)!));
    const again = await crashed(made);
    await expect(again.vault.verifyPin(PIN)).rejects.toMatchObject({ code: 'pin-locked' });
    await again.vault.recover(made.recoveryKey, 'other 17');
    await again.vault.verifyPin('other 17');
  });
});

describe('the wait after wrong PINs', () => {
  async function waiting(): Promise<MemoryVault & { readonly wait: number }> {
    const made = await openMemoryVault();
    await wrong(made, 5);
    return { ...made, wait: PIN_WAITS[5]! };
  }

  test('goes on over a restart', async () => {
    const made = await waiting();
    made.calendar.date += 1000;
    expect(tries(await crashed(made))).toEqual({ left: 5, wait: made.wait - 1000 });
    made.calendar.date += made.wait;
    expect(tries(await crashed(made))).toEqual({ left: 5, wait: 0 });
  });

  test('while the program runs, setting the date changes nothing', async () => {
    const made = await waiting();
    made.calendar.date += 365 * 24 * HOUR;
    expect(tries(made)).toEqual({ left: 5, wait: made.wait });
    made.calendar.date -= 2 * 365 * 24 * HOUR;
    expect(tries(made)).toEqual({ left: 5, wait: made.wait });
  });

  test('a date that was set back does not shorten it', async () => {
    const made = await waiting();
    made.calendar.date -= 24 * HOUR;
    expect(tries(await crashed(made))).toEqual({ left: 5, wait: made.wait });
  });

  test('a date that was far ahead does not lock for ever: the wait begins once more, and ends', async () => {
    const made = await waiting();
    made.calendar.date -= 50 * 365 * 24 * HOUR;
    const again = await crashed(made);
    expect(tries(again)).toEqual({ left: 5, wait: made.wait });
    // Also for a command line that never runs long.
    made.calendar.date += made.wait;
    expect(tries(await crashed(made))).toEqual({ left: 5, wait: 0 });
  });
});

describe('the recovery key', () => {
  test('opens a locked PIN with a new one, is used up by that, and the new one works', async () => {
    const made = await openMemoryVault();
    await made.vault.verifyPin(PIN);
    await add(made.vault, 1);
    await wrong(made, 10);
    const { recoveryKey } = await made.vault.recover(made.recoveryKey.toLowerCase(), 'other 17');
    expect(tries(made)).toEqual({ left: 10, wait: 0 });
    const again = await crashed(made);
    await again.vault.verifyPin('other 17');
    expect((await again.vault.storage.credentials.secretsOf(credential(1).id))?.privateKey.length).toBe(32);
    await expect(again.vault.recover(made.recoveryKey, PIN)).rejects.toMatchObject({
      code: 'recovery-wrong',
    });
    await again.vault.recover(recoveryKey, PIN);
    await again.vault.verifyPin(PIN);
  });

  test('copied wrongly is told from a wrong one, and neither costs a try', async () => {
    const made = await openMemoryVault();
    const other = await openMemoryVault({ random: { bytes: (length) => new Uint8Array(length).fill(3) } });
    const before = tries(made);
    const typo = made.recoveryKey.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    await expect(made.vault.recover(typo, 'other 17')).rejects.toMatchObject({
      code: 'recovery-wrong',
      message: expect.stringContaining('copied') as string,
    });
    await expect(made.vault.recover(other.recoveryKey, 'other 17')).rejects.toMatchObject({
      code: 'recovery-wrong',
      message: expect.stringContaining('not the one') as string,
    });
    expect(tries(made)).toEqual(before);
  });

  test('a new one is made with the PIN, and the old one is void', async () => {
    const made = await openMemoryVault();
    const { recoveryKey } = await made.vault.newRecoveryKey(PIN);
    await expect(made.vault.recover(made.recoveryKey, 'other 17')).rejects.toMatchObject({
      code: 'recovery-wrong',
    });
    await made.vault.recover(recoveryKey, 'other 17');
  });

  test('a recovery that is cut off at any step leaves either the old key or the new PIN good', async () => {
    for (let dies = 0; dies < 4; dies++) {
      const made = await openMemoryVault();
      await wrong(made, 10);
      const from = made.folder.steps.length;
      made.folder.onStep = () => {
        if (made.folder.steps.length === from + dies) throw new Error('killed');
      };
      await made.vault.recover(made.recoveryKey, 'other 17').catch(() => undefined);
      made.folder.onStep = undefined;
      const again = await crashed(made);
      const byPin = await again.vault.verifyPin('other 17').then(
        () => true,
        () => false,
      );
      if (!byPin) await again.vault.recover(made.recoveryKey, 'other 17');
      await again.vault.verifyPin('other 17');
    }
  });

  test('a disk that fails after the first save still hands the new key out', async () => {
    const made = await openMemoryVault();
    const from = made.folder.steps.length;
    made.folder.onStep = () => {
      if (made.folder.steps.length === from + 2) throw new Error('The disk is full.');
    };
    const { recoveryKey } = await made.vault.recover(made.recoveryKey, 'other 17');
    made.folder.onStep = undefined;
    // The generation before opens by the old key until the next save, which comes within a minute.
    const before = made.folder.content(`${FILE}.previous`);
    await made.clock.advance(60_000);
    expect(made.folder.content(`${FILE}.previous`)).not.toEqual(before);
    await made.vault.recover(recoveryKey, PIN);
  });
});
