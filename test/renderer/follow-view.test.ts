/** What a small window draws, first and from then on. */
import { expect, it } from 'vitest';
import { followView } from '../../renderer/app/follow-view';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function source(view: () => Promise<string>) {
  const listeners = new Set<(view: string) => void>();
  return {
    view,
    on: (listener: (view: string) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (now: string) => {
      for (const listener of listeners) listener(now);
    },
  };
}

it('is what is there, and then what comes', async () => {
  const told: string[] = [];
  const from = source(async () => 'first');
  const stop = followView(from, (now) => void told.push(now));
  await settled();
  from.send('second');
  stop();
  from.send('third');
  expect(told).toEqual(['first', 'second']);
});

it('an event that comes before the answer is newer than it', async () => {
  const told: string[] = [];
  const from = source(async () => 'old');
  followView(from, (now) => void told.push(now));
  from.send('new');
  await settled();
  expect(told).toEqual(['new']);
});

it('says so when nobody answers', async () => {
  let unreachable = 0;
  const gone = source(() => Promise.reject(new Error('nobody is there')));
  followView(
    gone,
    () => undefined,
    () => unreachable++,
  );
  await settled();
  expect(unreachable).toBe(1);
});
