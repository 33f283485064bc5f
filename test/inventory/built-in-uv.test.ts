/** Unlocking by the sensor of the key, and by the PIN where that does not do. */
import { beforeEach, describe, expect, it } from 'vitest';
import { problemOf, type Problem } from '../../main/inventory/problems';
import type { UserVerificationAnswer } from '../../main/authenticator/env';
import { Desk, PIN, somePasskeys, type KeyOnDesk, type KeyRecipe } from '../support/desk';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const enrolled: KeyRecipe = {
  profile: 'fingerprint',
  fingers: [{ friendlyName: 'thumb' }],
  passkeys: somePasskeys(3),
};

async function problemFrom(operation: Promise<unknown>): Promise<Problem> {
  return operation.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => problemOf(error),
  );
}

const byFinger = (onWaiting?: () => void): Promise<void> =>
  desk.inventory.unlockWithUv(desk.status().id, onWaiting);
const byPin = (pin = PIN): Promise<void> => desk.inventory.unlock(desk.status().id, pin);

async function plugged(
  fingers: readonly (UserVerificationAnswer | 'wait')[] = [],
  recipe: KeyRecipe = enrolled,
): Promise<KeyOnDesk> {
  const key = await desk.plug(recipe);
  key.presence.fingers.next(...fingers);
  return key;
}

describe('a key that somebody is enrolled at', () => {
  it('says so, and how many tries there are', async () => {
    await plugged();
    expect(desk.status()).toMatchObject({ builtInUv: 'ready', uvRetriesLeft: 3, list: { state: 'locked' } });
    expect(desk.inventory.waysToVerify(desk.status().id, 'list')).toEqual(['built-in', 'pin']);
  });

  it('lists its passkeys for a finger, and no PIN is typed', async () => {
    await plugged();
    await byFinger();
    expect(desk.status().list).toEqual({ state: 'unlocked' });
    expect(desk.passkeyIds()).toHaveLength(3);
  });

  it('tells when it waits for the finger', async () => {
    const key = await plugged(['wait']);
    let waiting = 0;
    const unlocking = byFinger(() => waiting++);
    await desk.settle();
    await desk.clock.advance(300);
    expect(waiting).toBeGreaterThan(0);
    key.presence.fingers.answer('verified');
    await desk.settle();
    await unlocking;
  });

  it('without a PIN is locked and unlocked all the same', async () => {
    await plugged([], { ...enrolled, pin: null });
    expect(desk.status().list).toEqual({ state: 'locked' });
    await byFinger();
    expect(desk.passkeyIds()).toHaveLength(3);
  });
});

it('a PIN that is set while a finger has unlocked the key leaves it unlocked', async () => {
  await plugged([], { ...enrolled, pin: null });
  await byFinger();
  await desk.inventory.setPin(desk.status().id, PIN);
  expect(desk.status()).toMatchObject({ list: { state: 'unlocked' }, pin: { set: true } });
  expect(desk.passkeyIds()).toHaveLength(3);
  await desk.inventory.refresh(desk.status().id);
  expect(desk.status().list).toEqual({ state: 'unlocked' });
});

describe('a finger that is not recognised', () => {
  it('tells the tries left; the right one then unlocks and restores them', async () => {
    await plugged(['no-match']);
    expect(await problemFrom(byFinger())).toMatchObject({ code: 'uv-invalid', retriesLeft: 2 });
    expect(desk.status()).toMatchObject({ builtInUv: 'ready', uvRetriesLeft: 2, list: { state: 'locked' } });
    await byFinger();
    expect(desk.status()).toMatchObject({ list: { state: 'unlocked' }, uvRetriesLeft: 3 });
  });

  it('too often blocks the sensor; the PIN unlocks, and unblocks it', async () => {
    await plugged(['no-match', 'no-match', 'no-match']);
    await problemFrom(byFinger());
    await problemFrom(byFinger());
    expect(await problemFrom(byFinger())).toMatchObject({
      code: 'uv-blocked',
      message: expect.stringContaining('PIN') as unknown,
    });
    expect(desk.status()).toMatchObject({ builtInUv: 'blocked', uvRetriesLeft: 0 });
    expect(desk.inventory.waysToVerify(desk.status().id, 'list')).toEqual(['pin']);
    await byPin();
    expect(desk.status()).toMatchObject({ builtInUv: 'ready', list: { state: 'unlocked' } });
  });

  it('too often on a key without a PIN says that one is to be set', async () => {
    await plugged(['no-match', 'no-match', 'no-match'], { ...enrolled, pin: null });
    await problemFrom(byFinger());
    await problemFrom(byFinger());
    const { code, message } = await problemFrom(byFinger());
    expect(code).toBe('uv-blocked');
    expect(message).toContain('Set a PIN');
  });
});

describe('the PIN is another way when', () => {
  it.each([
    ['refused', 'touch-denied'],
    ['timed-out', 'timed-out'],
  ] as const)('the finger is %s', async (answer, code) => {
    await plugged([answer]);
    expect(await problemFrom(byFinger())).toMatchObject({ code });
    await byPin();
    expect(desk.status().list).toEqual({ state: 'unlocked' });
  });

  it('the person cancels', async () => {
    const key = await plugged(['wait']);
    const failed = problemFrom(byFinger());
    await desk.settle();
    expect(key.presence.waiting).toBe(true);
    desk.inventory.cancel(desk.status().id);
    expect(await failed).toMatchObject({ code: 'cancelled' });
    await byPin();
    expect(desk.status().list).toEqual({ state: 'unlocked' });
  });
});

describe('a key that verifies nobody itself', () => {
  it.each<[string, KeyRecipe]>([
    ['has no sensor', {}],
    ['has a sensor that knows nobody', { profile: 'fingerprint' }],
    ['is of the preview, which gives no tokens for it', { profile: '2.1-preview', fingers: [{}] }],
  ])('because it %s is unlocked by its PIN only', async (_, recipe) => {
    await plugged([], recipe);
    expect(desk.status()).toMatchObject({ builtInUv: 'none' });
    expect(desk.status().uvRetriesLeft).toBeUndefined();
    expect(desk.inventory.waysToVerify(desk.status().id, 'list')).toEqual(['pin']);
    expect(await problemFrom(byFinger())).toMatchObject({ code: 'unsupported' });
  });
});

it('a finger that is unplugged with its key is told as such', async () => {
  const key = await plugged(['wait']);
  const failed = problemFrom(byFinger());
  await desk.settle();
  desk.bus.unplug(key.soft);
  expect(await failed).toMatchObject({ code: 'unplugged' });
});
