import { afterEach, expect, test, vi } from 'vitest';
import { SystemCalendar } from '../../native/calendar.js';
import { SystemClock } from '../../native/clock.js';
import { SystemRandom } from '../../native/random.js';

afterEach(() => vi.useRealTimers());

test('the clock only goes up', () => {
  const clock = new SystemClock();
  const first = clock.now();
  expect(clock.now()).toBeGreaterThanOrEqual(first);
});

test('a callback runs once, after its time', () => {
  vi.useFakeTimers();
  const callback = vi.fn();
  new SystemClock().after(100, callback);
  vi.advanceTimersByTime(99);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(callback).toHaveBeenCalledOnce();
});

test('a callback that is called off does not run', () => {
  vi.useFakeTimers();
  const callback = vi.fn();
  new SystemClock().after(100, callback)();
  vi.advanceTimersByTime(1000);
  expect(callback).not.toHaveBeenCalled();
});

test('thirty days are not cut to what a timer takes, and can be called off in the second leg', () => {
  vi.useFakeTimers();
  const days = 24 * 60 * 60 * 1000;
  const callback = vi.fn();
  const other = vi.fn();
  new SystemClock().after(30 * days, callback);
  const callOff = new SystemClock().after(30 * days, other);
  vi.advanceTimersByTime(29 * days);
  expect(callback).not.toHaveBeenCalled();
  callOff();
  vi.advanceTimersByTime(1 * days);
  expect(callback).toHaveBeenCalledOnce();
  expect(other).not.toHaveBeenCalled();
});

test('the calendar says what the system says, also when somebody sets it back', () => {
  vi.useFakeTimers({ now: Date.UTC(2031, 4, 6), toFake: ['Date'] });
  expect(new SystemCalendar().now()).toBe(Date.UTC(2031, 4, 6));
  vi.setSystemTime(Date.UTC(2001, 0, 1));
  expect(new SystemCalendar().now()).toBe(Date.UTC(2001, 0, 1));
});

test('random bytes have a buffer of their own, of any length', () => {
  const random = new SystemRandom();
  expect(random.bytes(0)).toHaveLength(0);
  const bytes = random.bytes(100_000);
  expect(bytes.buffer.byteLength).toBe(100_000);
  expect(new Set(bytes).size).toBe(256);
  expect(random.bytes(32)).not.toEqual(random.bytes(32));
});
