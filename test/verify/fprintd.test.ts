import { createServer, type Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'dbus-native';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FINGER_TIME, Fprintd, SERVICE_TIME, STOP_TIME } from '../../native/verify/fprintd';
import type { BiometricAnswer } from '../../native/ports';
import { ManualClock } from '../support/manual-clock';
import { PrivateBus } from '../support/private-bus';
import { DEVICE_PATH, StandInFprintd, type FprintMethod } from '../support/stand-in-fprintd';

let bus: PrivateBus;
let service: StandInFprintd;
let clock: ManualClock;
let fprintd: Fprintd;
let never: AbortSignal;

beforeAll(async () => {
  bus = await PrivateBus.start();
});
afterAll(() => bus.stop());

beforeEach(async () => {
  service = await StandInFprintd.start(bus.socket);
  clock = new ManualClock();
  fprintd = new Fprintd({ clock, socket: bus.socket });
  never = new AbortController().signal;
});
afterEach(async () => {
  // Whatever happened: the sensor is free, and no timer is left.
  await service.free();
  await service.die();
  expect(clock.pending).toBe(0);
});

/** Asks, and resolves when the sensor waits for a finger. */
async function asking(signal = never): Promise<{ readonly answer: Promise<BiometricAnswer> }> {
  const answer = fprintd.verify('to sign in', signal);
  await service.called('VerifyStart');
  return { answer };
}

describe('a finger on the sensor', () => {
  it('is the one of the user, who is verified', async () => {
    const { answer } = await asking();
    service.selected('any');
    service.status('verify-match', true);
    expect(await answer).toBe('verified');
    expect(service.calls).toEqual([
      'GetDefaultDevice()',
      'Claim()',
      'VerifyStart(any)',
      'VerifyStop()',
      'Release()',
    ]);
    expect(service.claimedBy).toBeUndefined();
  });

  it('is somebody else’s', async () => {
    const { answer } = await asking();
    service.status('verify-no-match', true);
    expect(await answer).toBe('no-match');
    expect(service.claimedBy).toBeUndefined();
  });

  it.each([
    'verify-retry-scan',
    'verify-swipe-too-short',
    'verify-finger-not-centered',
    'verify-remove-and-retry',
    'verify-too-fast',
  ])('was read badly (%s) and may try again', async (result) => {
    const { answer } = await asking();
    service.status(result, false);
    service.status(result, false);
    service.status('verify-match', true);
    expect(await answer).toBe('verified');
    expect(service.calls.filter((call) => call.startsWith('VerifyStart'))).toHaveLength(1);
  });

  it.each([
    ['verify-disconnected', true],
    ['verify-unknown-error', true],
    ['verify-something-new', true],
    ['verify-retry-scan', true],
  ])('can no longer be read (%s)', async (result, done) => {
    const { answer } = await asking();
    service.status(result, done);
    expect(await answer).toBe('unavailable');
  });

  it('can be asked for again afterwards', async () => {
    const first = await asking();
    service.status('verify-no-match', true);
    expect(await first.answer).toBe('no-match');
    service.calls.length = 0;
    const second = await asking();
    service.status('verify-match', true);
    expect(await second.answer).toBe('verified');
  });
});

describe('signals in odd order', () => {
  it('counts a result that comes before the reply to VerifyStart', async () => {
    service.onVerifyStart = () => service.status('verify-match', true);
    expect(await fprintd.verify('', never)).toBe('verified');
  });

  it('ignores a result whose VerifyStart then fails', async () => {
    service.onVerifyStart = () => {
      service.status('verify-match', true);
      throw new Error('the sensor broke');
    };
    expect(await fprintd.verify('', never)).toBe('unavailable');
  });

  it('takes the first result when two come', async () => {
    const { answer } = await asking();
    service.status('verify-no-match', true);
    service.status('verify-match', true);
    expect(await answer).toBe('no-match');
  });

  it('ignores what the sensor tells another program before it is ours', async () => {
    service.fault('Claim', 'silence');
    const answer = fprintd.verify('', never);
    await service.called('Claim');
    service.status('verify-match', true);
    await clock.advance(SERVICE_TIME);
    await clock.advance(STOP_TIME);
    expect(await answer).toBe('unavailable');
  });

  it('ignores the match of another sensor', async () => {
    const { answer } = await asking();
    service.status('verify-match', true, '/net/reactivated/Fprint/Device/1');
    service.status('verify-no-match', true);
    expect(await answer).toBe('no-match');
  });

  it('ignores a match that another program on the bus made up', async () => {
    const { answer } = await asking();
    const liar = createClient({ socket: bus.socket });
    // Straight to us, which needs no subscription; the bus gives unique names in order.
    await liar.invokeDbus({ member: 'GetId' });
    for (const destination of await liar.listNames()) {
      liar.connection.message({
        type: 4,
        serial: liar.serial++,
        path: DEVICE_PATH,
        interface: 'net.reactivated.Fprint.Device',
        member: 'VerifyStatus',
        destination,
        signature: 'sb',
        body: ['verify-match', true],
      });
    }
    // What was sent before this reply has been passed on.
    await liar.invokeDbus({ member: 'GetId' });
    await liar.close();
    service.status('verify-no-match', true);
    expect(await answer).toBe('no-match');
  });

  it.each([
    ['s', ['verify-match-or-so']],
    ['bb', [true, true]],
    ['', []],
  ])('calls a result of the wrong type (%s) unavailable', async (signature, body) => {
    const { answer } = await asking();
    service.oddStatus(signature, body);
    expect(await answer).toBe('unavailable');
  });
});

describe('the service refuses', () => {
  it.each([
    ['GetDefaultDevice', 'NoSuchDevice'],
    ['Claim', 'PermissionDenied'],
    ['Claim', 'AlreadyInUse'],
    ['Claim', 'Internal'],
    ['VerifyStart', 'PermissionDenied'],
    ['VerifyStart', 'AlreadyInUse'],
    ['VerifyStart', 'NoEnrolledPrints'],
    ['VerifyStart', 'Internal'],
  ] as const)('%s with %s', async (method, error) => {
    service.fault(method, error);
    expect(await fprintd.verify('', never)).toBe('unavailable');
    expect(service.claimedBy).toBeUndefined();
  });

  it('because another program is verifying, and leaves that program its sensor', async () => {
    const sudo = new Fprintd({ clock, socket: bus.socket });
    const other = sudo.verify('', never);
    await service.called('VerifyStart');
    expect(await fprintd.verify('', never)).toBe('unavailable');
    expect(service.claimedBy).toBeDefined();
    expect(service.verifying).toBe(true);
    service.status('verify-match', true);
    expect(await other).toBe('verified');
  });
});

describe('the person', () => {
  it('cancels: the sensor stops and is let go', async () => {
    const abort = new AbortController();
    const { answer } = await asking(abort.signal);
    abort.abort();
    expect(await answer).toBe('cancelled');
    expect(service.calls.slice(-2)).toEqual(['VerifyStop()', 'Release()']);
    expect(service.claimedBy).toBeUndefined();
  });

  it('has cancelled already: nothing is asked', async () => {
    expect(await fprintd.verify('', AbortSignal.abort())).toBe('cancelled');
    expect(service.calls).toEqual([]);
  });

  it('does not come: timed out after 30 seconds, which is another answer than cancelled', async () => {
    expect(FINGER_TIME).toBe(30_000);
    const { answer } = await asking();
    // Reading badly gives no more time.
    service.status('verify-retry-scan', false);
    let over = false;
    void answer.then(() => (over = true));
    // The reply to VerifyStart has to arrive before the time runs.
    await expect.poll(() => clock.untilNext).toBe(FINGER_TIME);
    await clock.advance(FINGER_TIME - 1);
    expect(over).toBe(false);
    await clock.advance(1);
    expect(await answer).toBe('timed-out');
    expect(service.calls.slice(-2)).toEqual(['VerifyStop()', 'Release()']);
  });

  it.each(['GetDefaultDevice', 'Claim', 'VerifyStart'] as const)(
    'cancels while the service is busy with %s',
    async (method) => {
      service.fault(method, 'silence');
      const abort = new AbortController();
      const answer = fprintd.verify('', abort.signal);
      await service.called(method);
      abort.abort();
      await clock.advance(STOP_TIME);
      expect(await answer).toBe('cancelled');
    },
  );
});

describe('the service', () => {
  it('dies in mid-verification', async () => {
    const { answer } = await asking();
    await service.die();
    expect(await answer).toBe('unavailable');
    service = await StandInFprintd.start(bus.socket);
  });

  it('is started anew in mid-verification: what the new one says does not count, the next call works', async () => {
    const { answer } = await asking();
    await service.die();
    service = await StandInFprintd.start(bus.socket);
    service.status('verify-match', true);
    expect(await answer).toBe('unavailable');
    const next = await asking();
    service.status('verify-match', true);
    expect(await next.answer).toBe('verified');
  });

  it.each(['GetDefaultDevice', 'Claim', 'VerifyStart'] as FprintMethod[])(
    'hangs in %s: unavailable after ten seconds',
    async (method) => {
      service.fault(method, 'silence');
      const answer = fprintd.verify('', never);
      await service.called(method);
      await clock.advance(SERVICE_TIME);
      await clock.advance(STOP_TIME);
      expect(await answer).toBe('unavailable');
    },
  );

  it('hangs when it should stop: the answer stands, and leaving the bus frees the sensor', async () => {
    service.fault('VerifyStop', 'silence');
    service.fault('Release', 'silence');
    const { answer } = await asking();
    service.status('verify-match', true);
    await service.called('Release');
    await clock.advance(STOP_TIME);
    expect(await answer).toBe('verified');
    await service.free();
  });
});

describe('the bus', () => {
  it('goes away in mid-verification', async () => {
    const ours = await PrivateBus.start();
    const elsewhere = await StandInFprintd.start(ours.socket);
    const answer = new Fprintd({ clock, socket: ours.socket }).verify('', never);
    await elsewhere.called('VerifyStart');
    await ours.stop();
    expect(await answer).toBe('unavailable');
  });

  it('is not there', async () => {
    const nowhere = new Fprintd({ clock, socket: '/nonexistent/bus' });
    expect(await nowhere.verify('', never)).toBe('unavailable');
    expect(await nowhere.available()).toBe(false);
  });

  it('has no fprintd', async () => {
    const empty = await PrivateBus.start();
    const lonely = new Fprintd({ clock, socket: empty.socket });
    expect(await lonely.verify('', never)).toBe('unavailable');
    expect(await lonely.available()).toBe(false);
    await empty.stop();
  });
});

describe('something else listens on the socket of the bus', () => {
  let folder: string;
  let server: Server;

  async function listening(onConnection: (write: (text: string) => void) => void): Promise<Fprintd> {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-no-bus-'));
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection((text) => socket.write(text));
    }).listen(join(folder, 'bus'));
    await once(server, 'listening');
    return new Fprintd({ clock, socket: join(folder, 'bus') });
  }

  afterEach(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('and says nothing: unavailable after ten seconds', async () => {
    let accept = (): void => undefined;
    const accepted = new Promise<void>((resolve) => (accept = resolve));
    const mute = await listening(() => accept());
    const answer = mute.verify('', never);
    await accepted;
    await clock.advance(SERVICE_TIME);
    expect(await answer).toBe('unavailable');
  });

  it.each([
    ['refuses us', 'REJECTED\r\n'],
    ['talks nonsense', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['lets us in and sends rubbish', `OK 1234deadbeef\r\n${'x'.repeat(64)}`],
  ])('and %s', async (_what, text) => {
    const odd = await listening((write) => write(text));
    expect(await odd.verify('', never)).toBe('unavailable');
  });
});

describe('whether a fingerprint can be asked for', () => {
  it('yes, with a sensor and an enrolled finger', async () => {
    expect(await fprintd.available()).toBe(true);
    expect(service.calls).toEqual(['GetDefaultDevice()', 'ListEnrolledFingers()']);
  });

  it('no, with nobody enrolled', async () => {
    service.fingers = [];
    expect(await fprintd.available()).toBe(false);
  });

  it.each([
    ['GetDefaultDevice', 'NoSuchDevice'],
    ['ListEnrolledFingers', 'PermissionDenied'],
  ] as const)('no, when %s says %s', async (method, error) => {
    service.fault(method, error);
    expect(await fprintd.available()).toBe(false);
  });

  it('no, when the service hangs', async () => {
    service.fault('ListEnrolledFingers', 'silence');
    const answer = fprintd.available();
    await service.called('ListEnrolledFingers');
    await clock.advance(SERVICE_TIME);
    expect(await answer).toBe(false);
  });
});
