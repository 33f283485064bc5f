import { describe, expect, it } from 'vitest';
import { SerialQueue } from '../../main/client/serial-queue';

describe('a serial queue', () => {
  it('lets nobody step in between the end of one operation and the beginning of the next', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    let running = 0;
    const operation = (name: string) => async (): Promise<void> => {
      expect(++running).toBe(1);
      log.push(name);
      await Promise.resolve();
      running--;
    };
    const first = queue.run(operation('first'));
    const second = queue.run(operation('second'));
    // Comes in every microtask around the change of turns.
    const later: Promise<void>[] = [];
    for (let turn = 0; turn < 10; turn++) {
      await Promise.resolve();
      later.push(queue.run(operation(`late ${turn}`)));
    }
    await Promise.all([first, second, ...later]);
    expect(log.slice(0, 2)).toEqual(['first', 'second']);
    expect(log).toHaveLength(12);
  });

  it('after its end rejects what waits and what comes, with the same error', async () => {
    const queue = new SerialQueue();
    const error = new Error('over');
    void queue.run(() => new Promise(() => undefined));
    const waiting = expect(queue.run(async () => 1)).rejects.toBe(error);
    queue.end(error);
    queue.end(new Error('again'));
    await waiting;
    await expect(queue.run(async () => 1)).rejects.toBe(error);
  });
});
