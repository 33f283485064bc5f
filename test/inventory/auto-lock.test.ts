import { expect, it, vi } from 'vitest';
import { AutoLock } from '../../main/inventory/auto-lock';
import { ManualClock } from '../support/manual-clock';

const minutes = 60_000;

it('locks after five idle minutes and not before', async () => {
  const clock = new ManualClock();
  const lock = vi.fn();
  new AutoLock(clock, 5 * minutes, lock).start();
  await clock.advance(5 * minutes - 1);
  expect(lock).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(lock).toHaveBeenCalledOnce();
});

it('counts from the last thing that the user did', async () => {
  const clock = new ManualClock();
  const lock = vi.fn();
  const autoLock = new AutoLock(clock, 5 * minutes, lock);
  autoLock.start();
  await clock.advance(4 * minutes);
  autoLock.postpone();
  await clock.advance(4 * minutes);
  expect(lock).not.toHaveBeenCalled();
  await clock.advance(1 * minutes);
  expect(lock).toHaveBeenCalledOnce();
});

it('never locks after it was stopped', async () => {
  const clock = new ManualClock();
  const lock = vi.fn();
  const autoLock = new AutoLock(clock, 5 * minutes, lock);
  autoLock.start();
  autoLock.stop();
  await clock.advance(60 * minutes);
  expect(lock).not.toHaveBeenCalled();
});
