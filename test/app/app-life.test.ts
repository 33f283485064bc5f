import { beforeEach, describe, expect, it } from 'vitest';
import { AppLife, WAITS_FOR_A_BROWSER } from '../../main/app/app-life';
import { ManualClock } from '../support/manual-clock';

let clock: ManualClock;
let ends: number;
let life: AppLife;

beforeEach(() => {
  clock = new ManualClock();
  ends = 0;
  life = new AppLife({ clock, onOver: () => ends++ });
});

describe('a program that a person started', () => {
  it('ends with its window', () => {
    const closed = life.stay('window');
    expect([ends, life.isEnding]).toEqual([0, false]);
    closed();
    expect([ends, life.isEnding]).toEqual([1, true]);
  });

  it('stays for the browser that is connected, and ends with it', () => {
    const closed = life.stay('window');
    const gone = life.stay('browser');
    closed();
    expect([ends, life.isEnding]).toEqual([0, false]);
    gone();
    expect(ends).toBe(1);
  });

  it('stays for the last of several, whatever their order', () => {
    const leave = (['window', 'browser', 'browser', 'ceremony', 'request'] as const).map((reason) =>
      life.stay(reason),
    );
    for (const each of leave.slice(1)) each();
    expect(ends).toBe(0);
    leave[0]?.();
    expect(ends).toBe(1);
  });

  it('counts each reason once, however often it is said to be gone', () => {
    const gone = life.stay('browser');
    life.stay('browser');
    gone();
    gone();
    expect(ends).toBe(0);
  });

  it('waits for no browser', async () => {
    life.stay('window');
    expect(clock.pending).toBe(0);
    await clock.advance(WAITS_FOR_A_BROWSER);
    expect(ends).toBe(0);
  });
});

describe('a program that was started in the background', () => {
  beforeEach(() => life.waitForBrowser());

  it('ends when nobody comes within half a minute', async () => {
    await clock.advance(29_999);
    expect(ends).toBe(0);
    await clock.advance(1);
    expect([ends, life.isEnding]).toEqual([1, true]);
  });

  it.each(['browser', 'window'] as const)('stays for its %s, and ends with it at once', async (reason) => {
    await clock.advance(1000);
    const gone = life.stay(reason);
    await clock.advance(10 * WAITS_FOR_A_BROWSER);
    expect(ends).toBe(0);
    gone();
    expect(ends).toBe(1);
  });

  it('ends with a browser that was there for a moment only', () => {
    life.stay('browser')();
    expect(ends).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it.each(['request', 'ceremony'] as const)(
    'still waits for its browser when a %s of the command line was first',
    async (reason) => {
      life.stay(reason)();
      expect(ends).toBe(0);
      await clock.advance(WAITS_FOR_A_BROWSER);
      expect(ends).toBe(1);
    },
  );

  it('does not end in the middle of a ceremony when the time is up, but with it', async () => {
    const over = life.stay('ceremony');
    await clock.advance(WAITS_FOR_A_BROWSER);
    expect(ends).toBe(0);
    over();
    expect(ends).toBe(1);
  });
});

it('ends when it is told to, whatever reasons there are, and is told nothing when they go', async () => {
  life.waitForBrowser();
  const closed = life.stay('window');
  const gone = life.stay('browser');
  life.end();
  expect(life.isEnding).toBe(true);
  closed();
  gone();
  expect([ends, clock.pending]).toEqual([0, 0]);
});

it('has no alarm left when it is told to end while it waits', () => {
  life.waitForBrowser();
  life.end();
  expect([ends, clock.pending]).toEqual([0, 0]);
});

it('is over once: what comes and goes afterwards changes nothing', () => {
  life.stay('window')();
  life.stay('request')();
  expect(ends).toBe(1);
});
