/** How calls reach the process of the keychain, and what happens when it fails; the process is made up. */
import { describe, expect, test } from 'vitest';
import {
  ChildKeychain,
  type KeychainChildListener,
  type KeychainLauncher,
} from '../../native/keychain/child-keychain';
import type { KeychainRequest } from '../../native/keychain/messages';
import { ManualClock, settled } from '../support/manual-clock';

class MadeUpChild {
  readonly requests: KeychainRequest[] = [];
  killed = false;
  readonly listener: KeychainChildListener;

  constructor(listener: KeychainChildListener) {
    this.listener = listener;
  }

  /** To the newest request. */
  answer(answer: Readonly<Record<string, unknown>>): void {
    this.listener.onMessage({ id: this.requests.at(-1)?.id, ...answer });
  }
}

function setUp() {
  const children: MadeUpChild[] = [];
  const launch: KeychainLauncher = (listener) => {
    const child = new MadeUpChild(listener);
    children.push(child);
    return {
      send: (request) => void child.requests.push(request),
      kill: () => {
        child.killed = true;
      },
    };
  };
  const clock = new ManualClock();
  const keychain = new ChildKeychain({
    launch,
    clock,
    patience: 15_000,
    patienceWithPeople: 120_000,
    idle: 10_000,
  });
  return { keychain, clock, children };
}

const outcomeOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('the process of the keychain', () => {
  test('is started by the first call, serves the next, and is ended when idle', async () => {
    const { keychain, clock, children } = setUp();
    expect(children).toHaveLength(0);
    for (const value of ['a', null]) {
      const call = keychain.get('vault-key');
      await settled();
      children[0]!.answer({ kind: 'done', value });
      expect(await call).toBe(value ?? undefined);
    }
    expect(children[0]!.requests).toMatchObject([
      { service: 'Latchkey', account: 'vault-key', call: 'get' },
      { service: 'Latchkey', account: 'vault-key', call: 'get' },
    ]);
    await clock.advance(9_999);
    expect(children[0]!.killed).toBe(false);
    await clock.advance(1);
    expect(children[0]!.killed).toBe(true);
    expect(clock.pending).toBe(0);

    const call = keychain.delete('vault-key');
    await settled();
    children[1]!.answer({ kind: 'done', value: true });
    expect(await call).toBe(true);
  });

  test('can be started before the first call, and is ended when none comes', async () => {
    const { keychain, clock, children } = setUp();
    keychain.prepare();
    keychain.prepare();
    expect(children).toMatchObject([{ requests: [] }]);
    await clock.advance(14_999);
    const call = keychain.get('vault-key');
    await settled();
    children[0]!.answer({ kind: 'done', value: 'a' });
    expect(await call).toBe('a');

    await clock.advance(10_000);
    keychain.prepare();
    await clock.advance(15_000);
    expect(children).toMatchObject([{ killed: true }, { killed: true }]);
    expect(clock.pending).toBe(0);
    keychain.close();
    keychain.prepare();
    expect(children).toHaveLength(2);
  });

  test('gets one request at a time, each with a time of its own', async () => {
    const { keychain, clock, children } = setUp();
    const calls = [
      outcomeOf(keychain.get('a')),
      outcomeOf(keychain.set('b', 's')),
      outcomeOf(keychain.get('c')),
    ];
    await settled();
    expect(children[0]!.requests.map(({ account }) => account)).toEqual(['a']);
    await clock.advance(15_000);
    expect(await calls[0]).toMatchObject({ code: 'timed-out' });
    expect(children[0]!.killed).toBe(true);

    await clock.advance(14_999);
    expect(children[1]!.requests).toMatchObject([{ account: 'b', call: 'set', secret: 's' }]);
    children[1]!.answer({ kind: 'done', value: null });
    await settled();
    children[1]!.answer({ kind: 'done', value: 'third' });
    expect(await calls[1]).toBeUndefined();
    expect(await calls[2]).toBe('third');
    expect(children).toHaveLength(2);
  });

  test('has more time from when a person is asked', async () => {
    const { keychain, clock, children } = setUp();
    const call = outcomeOf(keychain.get('a'));
    await clock.advance(14_000);
    children[0]!.answer({ kind: 'asking' });
    await clock.advance(119_999);
    expect(children[0]!.killed).toBe(false);
    await clock.advance(1);
    expect(await call).toMatchObject({ code: 'timed-out' });
    expect(children[0]!.killed).toBe(true);
  });

  test('that was killed is not heard any more', async () => {
    const { keychain, clock, children } = setUp();
    const first = outcomeOf(keychain.get('a'));
    await clock.advance(15_000);
    await first;
    const second = keychain.get('b');
    await settled();
    children[0]!.answer({ kind: 'done', value: 'late' });
    children[0]!.listener.onEnd('signal SIGKILL');
    children[1]!.answer({ kind: 'done', value: 'right' });
    expect(await second).toBe('right');
  });

  test('says what is wrong, in its words', async () => {
    const { keychain, children } = setUp();
    const call = outcomeOf(keychain.get('a'));
    await settled();
    children[0]!.answer({ kind: 'failed', code: 'locked', message: 'It is locked.' });
    expect(await call).toMatchObject({ name: 'KeychainError', code: 'locked', message: 'It is locked.' });
    // A locked keychain is no reason to start another process.
    const again = keychain.get('a');
    await settled();
    children[0]!.answer({ kind: 'done', value: 'secret' });
    expect(await again).toBe('secret');
  });

  test.each(['unavailable', 'failed'] as const)(
    'that served before and now finds the keychain %s is replaced once, and asked again',
    async (code) => {
      const { keychain, children } = setUp();
      const first = keychain.get('a');
      await settled();
      children[0]!.answer({ kind: 'done', value: 'x' });
      await first;

      const second = outcomeOf(keychain.get('a'));
      await settled();
      children[0]!.answer({ kind: 'failed', code, message: 'The name :1.7 is gone.' });
      await settled();
      expect(children[0]!.killed).toBe(true);
      children[1]!.answer({ kind: 'failed', code, message: 'Really.' });
      expect(await second).toMatchObject({ code, message: 'Really.' });
      expect(children).toHaveLength(2);
    },
  );

  test('that ends, or never starts, is an error, and the next call starts another', async () => {
    const { keychain, children } = setUp();
    const call = outcomeOf(keychain.get('a'));
    await settled();
    children[0]!.listener.onEnd('exit code 1');
    expect(await call).toMatchObject({
      code: 'failed',
      message: 'The program that reads the keychain ended: exit code 1.',
    });
    const again = keychain.get('a');
    await settled();
    children[1]!.answer({ kind: 'done', value: 'x' });
    expect(await again).toBe('x');
  });

  test('that talks nonsense is not listened to', async () => {
    const { keychain, children } = setUp();
    const call = keychain.get('a');
    await settled();
    for (const nonsense of [
      undefined,
      null,
      'done',
      { kind: 'done' },
      { id: 99, kind: 'done', value: 'x' },
      { id: 1, kind: 'done', value: 7 },
      { id: 1, kind: 'failed', code: 'other', message: '' },
    ])
      children[0]!.listener.onMessage(nonsense);
    children[0]!.answer({ kind: 'done', value: 'sense' });
    expect(await call).toBe('sense');
  });

  test('is killed when the keychain is closed: calls reject, and nothing is started again', async () => {
    const { keychain, clock, children } = setUp();
    const calls = [outcomeOf(keychain.get('a')), outcomeOf(keychain.get('b'))];
    await settled();
    keychain.close();
    for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject({ code: 'failed' });
    expect(await outcomeOf(keychain.get('c'))).toMatchObject({ code: 'failed' });
    expect(children).toHaveLength(1);
    expect(children[0]!.killed).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
