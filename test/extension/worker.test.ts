/** The worker, with fake ports to frames and to the relay: who is answered when, and what starts the app. */
import { beforeEach, describe, expect, test } from 'vitest';
import { RateLimit, REQUESTS_OF_TAB } from '../../extension/between/rate';
import type { Status } from '../../extension/between/status-messages';
import { Desk } from '../../extension/worker/desk';
import { FrameSession } from '../../extension/worker/frame-session';
import { Memory } from '../../extension/worker/memory';
import type { AppState } from '../../main/bridge/messages';
import { FakeRuntimePort } from '../support/fake-runtime-port';
import { ManualClock, settled } from '../support/manual-clock';

const OPTIONS = { challenge: 'AQID' };
const ORIGIN = 'https://example.org';
const YES: AppState = { device: true, allowed: 'yes' };

class Storage {
  readonly kept: Record<string, unknown>;
  readonly onChanged = new FakeRuntimePort().onMessage as never;
  readonly local = {
    get: async () => this.kept,
    set: async (items: Readonly<Record<string, unknown>>) => void Object.assign(this.kept, items),
    remove: async (keys: readonly string[]) => {
      for (const key of keys) delete this.kept[key];
    },
  };

  constructor(kept: Record<string, unknown>) {
    this.kept = kept;
  }
}

class Worker {
  readonly clock = new ManualClock();
  readonly hosts: FakeRuntimePort[] = [];
  readonly told: Status[] = [];
  readonly storage: Storage;
  readonly desk: Desk;
  readonly #tab: RateLimit;

  constructor(kept: Record<string, unknown> = {}) {
    this.storage = new Storage(kept);
    this.desk = new Desk({
      connect: () => {
        const port = new FakeRuntimePort();
        this.hosts.push(port);
        return port;
      },
      whyEnded: (port) => (port as FakeRuntimePort).why,
      extension: '0.1.0',
      browser: 'Chromium 156',
      after: (work, milliseconds) => this.clock.after(milliseconds, work),
      now: () => this.clock.now(),
      memory: new Memory(this.storage),
      told: (status) => void this.told.push(status),
    });
    this.#tab = new RateLimit(REQUESTS_OF_TAB, () => this.clock.now());
  }

  frame(origin = ORIGIN): FakeRuntimePort {
    const port = new FakeRuntimePort('frame');
    new FrameSession(port, { origin, tab: 1, isPrivate: false }, this.#tab, this.desk, () =>
      this.clock.now(),
    );
    return port;
  }

  /** The last connection to a relay. */
  get host(): FakeRuntimePort {
    return this.hosts.at(-1)!;
  }

  /** The app behind the last connection takes it. */
  welcome(state: AppState = YES): void {
    this.host.say({ relay: 'connected' });
    this.host.say({ type: 'welcome', version: 1, app: '0.1.0', state });
  }
}

let worker: Worker;
let frame: FakeRuntimePort;

beforeEach(async () => {
  worker = new Worker();
  frame = worker.frame();
  await settled();
});

async function asks(message: object, from = frame): Promise<void> {
  from.say(message);
  await settled();
}

describe('the connection', () => {
  test('is made by the first request, and greets', async () => {
    expect(worker.hosts).toEqual([]);
    await asks({ is: 'get', id: 5, options: OPTIONS });
    worker.welcome();
    expect(worker.host.said).toEqual([
      { type: 'hello', version: 1, extension: '0.1.0', browser: 'Chromium 156' },
      { type: 'request', id: 1, kind: 'get', options: OPTIONS, origin: ORIGIN },
    ]);
    worker.host.say({ type: 'answer', id: 1, is: 'fall-through' });
    expect(frame.said).toEqual([{ id: 5, is: 'fall-through' }]);
    expect(worker.hosts).toHaveLength(1);
  });

  test('that the browser cannot make leaves everything to the browser, and forgets what was known', async () => {
    const knowing = new Worker({ device: true });
    const asking = knowing.frame();
    await settled();
    await asks({ is: 'get', id: 1, options: OPTIONS }, asking);
    knowing.host.end('Specified native messaging host not found.');
    expect(asking.said).toEqual([{ id: 1, is: 'fall-through' }]);
    expect(knowing.told.at(-1)).toEqual({ is: 'ended', how: { is: 'no-host' } });
    await settled();
    expect(knowing.storage.kept).toEqual({});
  });

  test.each([
    ['never says a word', 15_000, () => undefined],
    ['never gets an answer of the app', 10_000, () => worker.host.say({ relay: 'connected' })],
    ['never gets it started', 45_000, () => worker.host.say({ relay: 'not-running' })],
  ])('that %s is given up', async (_, patience, relay) => {
    await asks({ is: 'get', id: 1, options: OPTIONS });
    relay();
    await worker.clock.advance(patience - 1);
    expect(frame.said).toEqual([]);
    await worker.clock.advance(1);
    expect(frame.said).toEqual([{ id: 1, is: 'fall-through' }]);
    expect(worker.host.isOpen).toBe(false);
    expect(worker.clock.pending).toBe(0);
  });

  test.each([[{ relay: 'what' }], [{}], [{ type: 'answer', id: 1, is: 'response', response: {} }]])(
    'on which %j comes before the welcome is given up',
    async (message) => {
      await asks({ is: 'get', id: 1, options: OPTIONS });
      worker.host.say({ relay: 'connected' });
      worker.host.say(message);
      expect(frame.said).toEqual([{ id: 1, is: 'fall-through' }]);
    },
  );

  test('that failed is tried again by the next request, not before a second is over', async () => {
    await asks({ is: 'get', id: 1, options: OPTIONS });
    worker.host.say({ relay: 'failed', why: 'no-answer' });
    await asks({ is: 'get', id: 2, options: OPTIONS });
    expect(worker.hosts).toHaveLength(1);
    await worker.clock.advance(1000);
    await asks({ is: 'device', id: 3 });
    expect(worker.hosts).toHaveLength(1);
    await asks({ is: 'get', id: 4, options: OPTIONS });
    expect(worker.hosts).toHaveLength(2);
    expect(frame.said).toEqual([
      { id: 1, is: 'fall-through' },
      { id: 2, is: 'fall-through' },
      { id: 3, is: 'device', device: false },
    ]);
  });

  test('that ends in the middle leaves all requests to the browser, and the next finds it again', async () => {
    await asks({ is: 'create', id: 1, options: OPTIONS });
    worker.welcome();
    worker.host.end();
    expect(frame.said).toEqual([{ id: 1, is: 'fall-through' }]);
    await asks({ is: 'create', id: 2, options: OPTIONS });
    worker.welcome();
    expect(worker.host.said.at(-1)).toMatchObject({ type: 'request', id: 1 });
  });
});

describe('an app that is not running', () => {
  test.each([
    ['create', { is: 'create', id: 1, options: OPTIONS }, true],
    ['get', { is: 'get', id: 1, options: OPTIONS }, true],
    ['autofill', { is: 'autofill', id: 1, options: OPTIONS }, false],
    ['a question', { is: 'device', id: 1 }, false],
    ['a signal', { is: 'signal', id: 1, signal: 'unknownCredential', options: {} }, false],
  ])('started by %s: %o is %s', async (_, message, isStarted) => {
    await asks(message);
    worker.host.say({ relay: 'not-running' });
    expect(worker.host.said).toEqual(isStarted ? [{ relay: 'start' }] : []);
    expect(worker.host.isOpen).toBe(isStarted);
  });

  test('what it said last is the answer', async () => {
    await asks({ is: 'device', id: 1 });
    worker.welcome();
    worker.host.end();
    await asks({ is: 'device', id: 2 });
    worker.host.say({ relay: 'not-running' });
    expect(frame.said).toEqual([
      { id: 1, is: 'device', device: true },
      { id: 2, is: 'device', device: true },
    ]);
    // And it is not asked again and again.
    await asks({ is: 'device', id: 3 });
    expect(worker.hosts).toHaveLength(2);
    expect(frame.said.at(-1)).toEqual({ id: 3, is: 'device', device: true });
  });

  test('is started for a person in a field, when there have been passkeys here', async () => {
    await asks({ is: 'autofill', id: 1, options: OPTIONS });
    worker.welcome();
    worker.host.end();
    const area = { x: 1, y: 2, width: 3, height: 4 };
    await asks({ is: 'field', id: 1, field: 'entered', area });
    worker.host.say({ relay: 'not-running' });
    expect(worker.host.said).toEqual([{ relay: 'start' }]);
    worker.welcome();
    expect(worker.host.said.slice(2)).toEqual([
      { type: 'autofill', id: 1, options: OPTIONS, origin: ORIGIN },
      { type: 'field', id: 1, is: 'entered', area },
    ]);
    await asks({ is: 'field', id: 1, field: 'left' });
    expect(worker.host.said.at(-1)).toEqual({ type: 'field', id: 1, is: 'left' });
  });

  test('is not started for a field where there never have been any', async () => {
    await asks({ is: 'autofill', id: 1, options: OPTIONS });
    worker.host.say({ relay: 'not-running' });
    await worker.clock.advance(60_000);
    await asks({ is: 'field', id: 1, field: 'entered', area: { x: 1, y: 2, width: 3, height: 4 } });
    worker.host.say({ relay: 'not-running' });
    expect(worker.hosts.flatMap(({ said }) => said)).toEqual([]);
  });
});

test('questions wait two seconds at most', async () => {
  await asks({ is: 'device', id: 1 });
  await worker.clock.advance(2000);
  expect(frame.said).toEqual([{ id: 1, is: 'device', device: false }]);
});

test('a frame that goes calls off what it waited for, and hears nothing more', async () => {
  await asks({ is: 'get', id: 1, options: OPTIONS });
  worker.welcome();
  frame.end();
  expect(worker.host.said.at(-1)).toEqual({ type: 'cancel', id: 1 });
  worker.host.say({ type: 'answer', id: 1, is: 'fall-through' });
  expect(frame.said).toEqual([]);
});

test('a frame that calls off before the app is there is never heard of', async () => {
  await asks({ is: 'get', id: 1, options: OPTIONS });
  await asks({ is: 'cancel', id: 1 });
  worker.welcome();
  expect(worker.host.said).toMatchObject([{ type: 'hello' }]);
});

test('answers go to the frame that asked, and to no other', async () => {
  const other = worker.frame('https://other.example');
  await asks({ is: 'get', id: 1, options: OPTIONS });
  await asks({ is: 'get', id: 1, options: OPTIONS }, other);
  worker.welcome();
  expect(worker.host.said.slice(1)).toMatchObject([
    { id: 1, origin: ORIGIN },
    { id: 2, origin: 'https://other.example' },
  ]);
  worker.host.say({ type: 'answer', id: 2, is: 'response', response: {} });
  worker.host.say({ type: 'answer', id: 2, is: 'fall-through' });
  worker.host.say({ type: 'answer', id: 77, is: 'fall-through' });
  expect(frame.said).toEqual([]);
  expect(other.said).toEqual([{ id: 1, is: 'response', response: {} }]);
});

test('what makes no sense is not heard, wherever it comes from', async () => {
  for (const message of [
    { is: 'get', id: 0, options: OPTIONS },
    { is: 'get', id: 1.5, options: OPTIONS },
    { is: 'get', id: 1 },
    { is: 'get', id: 1, options: [] },
    { is: 'get', id: 1, options: OPTIONS, topOrigin: 'javascript:1' },
    { is: 'get', id: 1, options: OPTIONS, topOrigin: 'https://example.org/path' },
    { is: 'signal', id: 1, signal: 'other', options: {} },
    { is: 'field', id: 1, field: 'entered' },
    { is: 'relay', id: 1 },
    { relay: 'start' },
    [],
  ])
    await asks(message);
  expect(worker.hosts).toEqual([]);
  expect(frame.said).toEqual([]);
});

test('a site that is switched off, or is inside one, is left to the browser', async () => {
  const off = new Worker({ sites: ['example.org'] });
  await settled();
  const below = off.frame('https://login.example.org:8443');
  const inside = off.frame('https://other.example');
  const like = off.frame('https://notexample.org');
  await asks({ is: 'get', id: 1, options: OPTIONS }, below);
  await asks({ is: 'get', id: 1, options: OPTIONS, topOrigin: 'https://example.org' }, inside);
  expect(off.hosts).toEqual([]);
  expect([below.said, inside.said]).toEqual([
    [{ id: 1, is: 'fall-through' }],
    [{ id: 1, is: 'fall-through' }],
  ]);
  await asks({ is: 'get', id: 1, options: OPTIONS }, like);
  expect(off.hosts).toHaveLength(1);
});

describe('a flood', () => {
  test('of one frame falls through, and what a person answered does not count', async () => {
    await asks({ is: 'get', id: 1, options: OPTIONS });
    worker.welcome();
    for (let id = 2; id <= 300; id++) {
      worker.host.say({ type: 'answer', id: id - 1, is: 'response', response: {} });
      await asks({ is: 'get', id, options: OPTIONS });
    }
    expect(frame.said.filter(({ is }) => is === 'fall-through')).toEqual([]);
    for (let id = 300; id <= 340; id++) {
      worker.host.say({ type: 'answer', id, is: 'fall-through' });
      await asks({ is: 'get', id: id + 1, options: OPTIONS });
    }
    const asked = worker.host.said.filter(({ type }) => type === 'request').length;
    expect(asked).toBeGreaterThanOrEqual(300 + 18);
    expect(asked).toBeLessThanOrEqual(300 + 20);
    await worker.clock.advance(5000);
    await asks({ is: 'get', id: 900, options: OPTIONS });
    expect(worker.host.said.filter(({ type }) => type === 'request')).toHaveLength(asked + 1);
  });

  test('of many frames of one tab falls through', async () => {
    await asks({ is: 'get', id: 1, options: OPTIONS });
    worker.welcome();
    for (let count = 0; count < 100; count++) {
      const more = worker.frame();
      await asks({ is: 'get', id: 1, options: OPTIONS }, more);
      more.end();
    }
    expect(worker.host.said.filter(({ type }) => type === 'request')).toHaveLength(40);
  });

  test('of open ones is bounded for the browser', async () => {
    const tabs = Array.from({ length: 20 }, (_, tab) => {
      const port = new FakeRuntimePort('frame');
      const limit = new RateLimit(REQUESTS_OF_TAB, () => worker.clock.now());
      new FrameSession(port, { origin: ORIGIN, tab, isPrivate: false }, limit, worker.desk, () =>
        worker.clock.now(),
      );
      return port;
    });
    await asks({ is: 'get', id: 1, options: OPTIONS });
    worker.welcome();
    for (const tab of tabs) for (const id of [1, 2]) await asks({ is: 'get', id, options: OPTIONS }, tab);
    expect(worker.host.said.filter(({ type }) => type === 'request')).toHaveLength(32);
    expect(tabs.flatMap(({ said }) => said)).toHaveLength(41 - 32);
  });
});

test('a message that the relay would not take is not sent', async () => {
  await asks({ is: 'get', id: 1, options: { challenge: '€'.repeat(400_000) } });
  await asks({ is: 'get', id: 2, options: { challenge: '<'.repeat(200_000) } });
  await asks({ is: 'get', id: 3, options: { challenge: 'A'.repeat(500_000) } });
  worker.welcome();
  expect(frame.said).toEqual([
    { id: 1, is: 'fall-through' },
    { id: 2, is: 'fall-through' },
  ]);
  expect(worker.host.said).toHaveLength(2);
});
