import { beforeEach, describe, expect, it } from 'vitest';
import { SHEET_TIME, TouchId } from '../../native/electron/touch-id';
import { ManualClock, settled } from '../support/manual-clock';

/** Electron's systemPreferences, with a sheet that a test answers. */
class Mac {
  can = true;
  readonly reasons: string[] = [];
  touch: () => void = () => undefined;
  reject: (message: string) => void = () => undefined;

  canPromptTouchID(): boolean {
    return this.can;
  }

  promptTouchID(reason: string): Promise<void> {
    this.reasons.push(reason);
    return new Promise((resolve, reject) => {
      this.touch = resolve;
      this.reject = (message) => reject(new Error(message));
    });
  }
}

let mac: Mac;
let clock: ManualClock;
let touchId: TouchId;
let never: AbortSignal;

beforeEach(() => {
  mac = new Mac();
  clock = new ManualClock();
  touchId = new TouchId(mac, clock);
  never = new AbortController().signal;
});

describe('Touch ID', () => {
  it('verifies, and shows the reason', async () => {
    const answer = touchId.verify('sign in to github.com', never);
    mac.touch();
    expect(await answer).toBe('verified');
    expect(mac.reasons).toEqual(['sign in to github.com']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['Application retry limit exceeded.', 'no-match'],
    ['Authentication failed.', 'no-match'],
    ['Canceled by user.', 'cancelled'],
    ['UI canceled by system.', 'cancelled'],
    ['Fallback authentication mechanism selected.', 'cancelled'],
    ['Vom Benutzer abgebrochen.', 'cancelled'],
  ])('rejected with "%s" is %s', async (message, expected) => {
    const answer = touchId.verify('', never);
    mac.reject(message);
    expect(await answer).toBe(expected);
  });

  it('locked out by the system is unavailable, in any language', async () => {
    const answer = touchId.verify('', never);
    mac.can = false;
    mac.reject('Biometrie ist gesperrt.');
    expect(await answer).toBe('unavailable');
  });

  it('says cancelled at once; the touch that comes later verifies nothing, also not the next ceremony', async () => {
    const abort = new AbortController();
    const first = touchId.verify('first', abort.signal);
    abort.abort();
    expect(await first).toBe('cancelled');

    expect(await touchId.available()).toBe(false);
    expect(await touchId.verify('second', never)).toBe('unavailable');
    expect(mac.reasons).toEqual(['first']);

    mac.touch();
    await settled();
    expect(await touchId.available()).toBe(true);
    const third = touchId.verify('third', never);
    mac.reject('Canceled by user.');
    expect(await third).toBe('cancelled');
  });

  it('times out, and takes no later touch', async () => {
    const answer = touchId.verify('', never);
    await clock.advance(SHEET_TIME);
    expect(await answer).toBe('timed-out');
    mac.touch();
    await settled();
    expect(clock.pending).toBe(0);
  });

  it('is not asked when it was cancelled before', async () => {
    expect(await touchId.verify('', AbortSignal.abort())).toBe('cancelled');
    expect(mac.reasons).toEqual([]);
  });

  it('is not asked on a Mac without it', async () => {
    mac.can = false;
    expect(await touchId.available()).toBe(false);
    expect(await touchId.verify('', never)).toBe('unavailable');
    expect(mac.reasons).toEqual([]);
  });

  it('is unavailable where Electron lacks it', async () => {
    const linux = { promptTouchID: () => Promise.resolve() } as unknown as ConstructorParameters<
      typeof TouchId
    >[0];
    expect(await new TouchId(linux, clock).available()).toBe(false);
  });
});
