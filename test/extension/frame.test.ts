/** One frame between a page, which says what it likes, and the worker. */
import { beforeEach, describe, expect, test } from 'vitest';
import { LONGEST_FROM_PAGE, type ToPage } from '../../extension/between/page-messages';
import { pageRequestOf } from '../../extension/frame/page-requests';
import { FrameRequests } from '../../extension/frame/requests';
import { FakeRuntimePort } from '../support/fake-runtime-port';
import { ManualClock } from '../support/manual-clock';

const OPTIONS = { challenge: 'AQID' };

class Frame {
  readonly clock = new ManualClock();
  readonly ports: FakeRuntimePort[] = [];
  readonly page: ToPage[] = [];
  isAllowed = true;
  isLookedAt = true;
  topOrigin: string | undefined;
  hasBeenClicked = false;
  isWatching = false;
  /** How many connections are refused from now on. */
  refused = 0;
  readonly requests = new FrameRequests({
    connect: () => {
      if (this.refused-- > 0) throw new Error('Extension context invalidated.');
      const port = new FakeRuntimePort('frame');
      this.ports.push(port);
      return port;
    },
    toPage: (message) => void this.page.push(message),
    surroundings: () =>
      this.isAllowed ? { ...(this.topOrigin !== undefined && { topOrigin: this.topOrigin }) } : undefined,
    isLookedAt: () => this.isLookedAt,
    hasBeenClicked: () => this.hasBeenClicked,
    fields: { watch: () => (this.isWatching = true), rest: () => (this.isWatching = false) },
    every: (work, milliseconds) => {
      let stop = (): void => undefined;
      const again = (): void => {
        stop = this.clock.after(milliseconds, () => {
          work();
          again();
        });
      };
      again();
      return () => stop();
    },
    now: () => this.clock.now(),
  });

  says(message: object): void {
    this.requests.fromPage(JSON.stringify(message));
  }

  get port(): FakeRuntimePort {
    return this.ports.at(-1)!;
  }
}

let frame: Frame;

beforeEach(() => {
  frame = new Frame();
});

test('nothing is opened before the page asks', () => {
  expect(frame.ports).toEqual([]);
  frame.says({ is: 'get', id: 1, options: OPTIONS });
  expect(frame.port.said).toEqual([{ is: 'get', id: 1, options: OPTIONS }]);
  frame.port.say({ id: 1, is: 'response', response: {} });
  frame.port.say({ id: 1, is: 'response', response: {} });
  expect(frame.page).toEqual([{ id: 1, is: 'response', response: {} }]);
  expect(frame.clock.pending).toBe(0);
});

test.each([
  ['no text', 5],
  ['no JSON', '{'],
  ['a list', '[]'],
  ['nothing', 'null'],
  ['no ID', '{"is":"get","options":{}}'],
  ['an ID that is no count', '{"is":"get","id":-1,"options":{}}'],
  ['no options', '{"is":"get","id":1}'],
  ['options that are a list', '{"is":"get","id":1,"options":[]}'],
  ['another kind', '{"is":"field","id":1}'],
  ['another signal', '{"is":"signal","id":1,"signal":"x","options":{}}'],
  [
    'more than half a megabyte',
    JSON.stringify({ is: 'get', id: 1, options: { a: 'x'.repeat(LONGEST_FROM_PAGE) } }),
  ],
])('%s is no request', (_, message) => {
  expect(pageRequestOf(message)).toBeUndefined();
  frame.requests.fromPage(message);
  expect(frame.ports).toEqual([]);
});

test("nothing of a page's making goes on but its options", () => {
  frame.says({
    is: 'get',
    id: 1,
    options: OPTIONS,
    topOrigin: 'https://bank.example',
    origin: 'x',
    type: 'hello',
  });
  expect(frame.port.said).toEqual([{ is: 'get', id: 1, options: OPTIONS }]);
});

describe('the browser gets', () => {
  test.each([
    ['what permissions policy forbids', (one: Frame) => (one.isAllowed = false)],
    ['what nobody looks at', (one: Frame) => (one.isLookedAt = false)],
    [
      'what a frame of another site wants made without a click',
      (one: Frame) => (one.topOrigin = 'https://top.example'),
    ],
    ['everything, when the extension has gone', (one: Frame) => (one.refused = Infinity)],
  ])('%s', (_, change) => {
    change(frame);
    frame.says({ is: 'create', id: 1, options: OPTIONS });
    expect(frame.ports).toEqual([]);
    expect(frame.page).toEqual([{ id: 1, is: 'fall-through' }]);
  });

  test('what was open when the worker ended while a dialog had the focus', () => {
    frame.says({ is: 'get', id: 1, options: OPTIONS });
    frame.isLookedAt = false;
    frame.port.end();
    expect(frame.page).toEqual([{ id: 1, is: 'fall-through' }]);
    frame.isLookedAt = true;
    frame.says({ is: 'get', id: 2, options: OPTIONS });
    expect(frame.ports).toHaveLength(2);
  });

  test('a flood', () => {
    for (let id = 1; id <= 200; id++) {
      frame.says({ is: 'get', id, options: OPTIONS });
      frame.says({ is: 'cancel', id });
    }
    expect(frame.port.said.filter(({ is }) => is === 'get')).toHaveLength(20);
    expect(frame.page).toHaveLength(180);
  });
});

describe('a worker that ends without an answer', () => {
  const request = { is: 'get', id: 1, options: OPTIONS };

  test('leaves what was asked to the next one, once', () => {
    frame.topOrigin = 'https://top.example';
    frame.says(request);
    frame.says({ is: 'device', id: 2 });
    const asked = frame.port.said;
    expect(asked).toHaveLength(2);
    frame.port.end();
    expect(frame.page).toEqual([]);
    expect(frame.ports).toHaveLength(2);
    expect(frame.port.said).toEqual(asked);
    frame.port.say({ id: 2, is: 'device', device: true });
    frame.port.end();
    expect(frame.ports).toHaveLength(2);
    expect(frame.page).toEqual([
      { id: 2, is: 'device', device: true },
      { id: 1, is: 'fall-through' },
    ]);
    expect(frame.clock.pending).toBe(0);
  });

  test('before it is known to have ended, too', () => {
    frame.says({ is: 'device', id: 1 });
    frame.port.say({ id: 1, is: 'device', device: true });
    // Its end is told later than the page asks.
    frame.port.isOpen = false;
    frame.says({ ...request, id: 2 });
    expect(frame.port.said).toEqual([{ ...request, id: 2 }]);
    frame.port.say({ id: 2, is: 'response', response: {} });
    expect(frame.page.at(-1)).toEqual({ id: 2, is: 'response', response: {} });
  });

  test('leaves nothing that has its answer, or that the page has called off', () => {
    frame.says({ is: 'device', id: 1 });
    frame.port.say({ id: 1, is: 'device', device: true });
    frame.says({ ...request, id: 2 });
    frame.says({ is: 'cancel', id: 2 });
    frame.port.end();
    expect(frame.ports).toHaveLength(1);
    expect(frame.page).toEqual([{ id: 1, is: 'device', device: true }]);
  });

  test('with the whole extension: everything that is open is the browser’s', () => {
    frame.says(request);
    frame.says({ is: 'device', id: 2 });
    frame.refused = 1;
    frame.port.end();
    expect(frame.ports).toHaveLength(1);
    expect(frame.page).toEqual([
      { id: 1, is: 'fall-through' },
      { id: 2, is: 'fall-through' },
    ]);
    expect(frame.clock.pending).toBe(0);
  });
});

test('a clicked frame of another site may, and says who is on top', () => {
  frame.topOrigin = 'https://top.example';
  frame.hasBeenClicked = true;
  frame.says({ is: 'create', id: 1, options: OPTIONS });
  expect(frame.port.said).toEqual([
    { is: 'create', id: 1, options: OPTIONS, topOrigin: 'https://top.example' },
  ]);
});

test('the worker is kept awake while a dialog is open, and no longer', async () => {
  frame.says({ is: 'get', id: 1, options: OPTIONS });
  await frame.clock.advance(60_000);
  expect(frame.port.said.slice(1)).toEqual([{ is: 'alive' }, { is: 'alive' }, { is: 'alive' }]);
  frame.says({ is: 'cancel', id: 1 });
  expect(frame.clock.pending).toBe(0);
});

describe('autofill', () => {
  const area = { x: 1, y: 2, width: 3, height: 4 };

  test('looks at fields while the page waits, and keeps nobody awake', () => {
    frame.says({ is: 'autofill', id: 1, options: OPTIONS });
    expect(frame.isWatching).toBe(true);
    expect(frame.clock.pending).toBe(0);
    frame.requests.atField({ field: 'entered', area });
    expect(frame.port.said.at(-1)).toEqual({ is: 'field', id: 1, field: 'entered', area });
    frame.port.say({ id: 1, is: 'response', response: {} });
    expect(frame.isWatching).toBe(false);
    frame.requests.atField({ field: 'left' });
    expect(frame.port.said).toHaveLength(2);
    expect(frame.clock.pending).toBe(0);
  });

  test('a worker that ended meanwhile is woken by the person in the field', () => {
    frame.says({ is: 'autofill', id: 1, options: OPTIONS });
    frame.port.end();
    expect(frame.page).toEqual([]);
    frame.requests.atField({ field: 'left' });
    expect(frame.ports).toHaveLength(1);
    frame.requests.atField({ field: 'entered', area });
    expect(frame.port.said).toEqual([
      { is: 'autofill', id: 1, options: OPTIONS },
      { is: 'field', id: 1, field: 'entered', area },
    ]);
  });

  test('a second one in the same frame is the browser’s', () => {
    frame.says({ is: 'autofill', id: 1, options: OPTIONS });
    frame.says({ is: 'autofill', id: 2, options: OPTIONS });
    expect(frame.page).toEqual([{ id: 2, is: 'fall-through' }]);
  });

  test('ends with the page', () => {
    frame.says({ is: 'autofill', id: 1, options: OPTIONS });
    frame.requests.end();
    expect(frame.page).toMatchObject([{ id: 1, is: 'error', error: { name: 'NotAllowedError' } }]);
    expect([frame.isWatching, frame.port.isOpen]).toEqual([false, false]);
  });
});
