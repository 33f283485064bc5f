/** One connection to the app, from the relay's first word to its end: in every state, what belongs there, and nothing else. */
import { beforeEach, describe, expect, test } from 'vitest';
import { AppLink, type Ended } from '../../extension/worker/app-link';
import type { AppState, RelayFailure, Unwelcome } from '../../main/bridge/messages';
import { FakeRuntimePort } from '../support/fake-runtime-port';
import { ManualClock } from '../support/manual-clock';

const STATE: AppState = { device: true, allowed: 'not-yet' };
const WELCOME = { type: 'welcome', version: 1, app: '0.2.0', state: STATE };
const ANSWER = { type: 'answer', id: 7, is: 'fall-through' };

class Connection {
  readonly clock = new ManualClock();
  readonly port = new FakeRuntimePort();
  /** What the link tells, in order. */
  readonly told: unknown[] = [];
  isWorthStarting = true;
  readonly link = new AppLink(
    {
      connect: () => this.port,
      whyEnded: () => this.port.why,
      extension: '0.1.0',
      browser: 'Chromium 156',
      after: (work, milliseconds) => this.clock.after(milliseconds, work),
    },
    {
      notRunning: () => this.isWorthStarting,
      ready: (app, state) => void this.told.push(['ready', app, state]),
      state: (state) => void this.told.push(['state', state]),
      answer: (answer) => void this.told.push(['answer', answer]),
      ended: (how) => void this.told.push(['ended', how]),
    },
  );

  hears(...messages: readonly unknown[]): void {
    for (const message of messages) this.port.say(message as object);
  }
}

let connection: Connection;

beforeEach(() => {
  connection = new Connection();
});

/** It has ended, so, and keeps nothing busy. */
function endedAs(how: Ended): void {
  expect(connection.told.at(-1)).toEqual(['ended', how]);
  expect(connection.told.filter((told) => (told as readonly unknown[])[0] === 'ended')).toHaveLength(1);
  expect([connection.port.isOpen, connection.link.isReady, connection.clock.pending]).toEqual([
    false,
    false,
    0,
  ]);
}

test('what the app says is passed on as soon as it has said welcome, and it may take its time', async () => {
  connection.hears({ relay: 'connected' });
  expect(connection.link.isReady).toBe(false);
  connection.hears(WELCOME);
  expect(connection.link.isReady).toBe(true);
  expect(connection.clock.pending).toBe(0);
  const off: AppState = { device: false, allowed: 'no' };
  connection.hears({ type: 'state', state: off }, ANSWER);
  expect(connection.told).toEqual([
    ['ready', '0.2.0', STATE],
    ['state', off],
    ['answer', ANSWER],
  ]);
});

test('what a newer app of the same version says besides is not for us', () => {
  connection.hears({ relay: 'connected' }, WELCOME, { type: 'news' });
  expect(connection.told).toHaveLength(1);
  expect(connection.link.isReady).toBe(true);
});

describe('an app that is not running', () => {
  test('is started once', () => {
    connection.hears({ relay: 'not-running' });
    expect(connection.port.said).toEqual([{ relay: 'start' }]);
    connection.hears({ relay: 'connected' }, WELCOME);
    expect(connection.told).toEqual([['ready', '0.2.0', STATE]]);
  });

  test('is left alone where nobody wants it', () => {
    connection.isWorthStarting = false;
    connection.hears({ relay: 'not-running' });
    expect(connection.port.said).toEqual([]);
    endedAs({ is: 'not-running' });
  });
});

describe('it is told why there is no app:', () => {
  test.each<RelayFailure>(['cannot-start', 'no-answer', 'not-trusted', 'older', 'newer', 'busy', 'protocol'])(
    'the relay failed (%s)',
    (why) => {
      connection.hears({ relay: 'failed', why });
      endedAs({ is: 'relay-failed', why });
    },
  );

  test('the relay failed in the middle of it', () => {
    connection.hears({ relay: 'connected' }, WELCOME, { relay: 'failed', why: 'closed' });
    endedAs({ is: 'relay-failed', why: 'closed' });
  });

  test.each<Unwelcome>(['older-extension', 'newer-extension', 'unknown-extension', 'busy'])(
    'the app does not talk on (%s)',
    (why) => {
      connection.hears({ relay: 'connected' }, { type: 'unwelcome', why, version: 2, app: '0.3.0' });
      endedAs({ is: 'unwelcome', why, app: '0.3.0' });
    },
  );

  test.each([
    'Specified native messaging host not found.',
    'Access to the specified native messaging host is forbidden.',
    'No such native application org.latchkey.bridge',
  ])('the browser knows no host (%s)', (why) => {
    connection.port.end(why);
    endedAs({ is: 'no-host' });
  });

  test.each([
    ['without a word', [], 'Native host has exited.'],
    ['when it had been there', [{ relay: 'connected' }], 'Something was not found.'],
    ['when it had served', [{ relay: 'connected' }, WELCOME], ''],
  ])('the host ended %s', (_, messages, why) => {
    connection.hears(...messages);
    connection.port.end(why);
    endedAs({ is: 'broken' });
  });
});

test.each([
  ['a relay that says what none says', [{ relay: 'what' }]],
  ['a relay that says nothing', [{}]],
  ['no object', [null]],
  ['an app before the relay has connected it', [WELCOME]],
  ['an app before it was started', [{ relay: 'not-running' }, WELCOME]],
  ['a relay that connects twice', [{ relay: 'connected' }, { relay: 'connected' }]],
  [
    'a relay that wants to start an app that is being started',
    [{ relay: 'not-running' }, { relay: 'not-running' }],
  ],
  [
    'a relay that wants to start an app that is there',
    [{ relay: 'connected' }, WELCOME, { relay: 'not-running' }],
  ],
  ['an answer in place of a welcome', [{ relay: 'connected' }, ANSWER]],
])('nobody talks on with %s', (_, messages) => {
  connection.hears(...messages);
  endedAs({ is: 'broken' });
});

test('what the browser still had for it when it ended changes nothing', () => {
  connection.hears({ relay: 'failed', why: 'busy' });
  connection.port.onMessage.tell({ relay: 'not-running' });
  connection.port.onMessage.tell(WELCOME);
  connection.port.onDisconnect.tell(connection.port);
  endedAs({ is: 'relay-failed', why: 'busy' });
});
