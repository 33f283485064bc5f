/** Calls of webauthn.dll from their beginning to their end: none there, nonsense, failures, and what is called off. */
import { beforeEach, describe, expect, it } from 'vitest';
import { WebAuthnDll } from '../../../native/webauthn-dll/webauthn-dll';
import { hresult, type Answer } from '../../support/fake-webauthn-dll';
import { settled } from '../../support/manual-clock';
import { DllBench, getting, made, making, never, used } from './dll-bench';

let bench: DllBench;
beforeEach(() => {
  bench = new DllBench();
});

describe('where there is no such library', () => {
  it('is not available, and says so without a second look', async () => {
    let looks = 0;
    const load = (): Promise<never> => {
      looks++;
      return Promise.reject(new Error('Das angegebene Modul wurde nicht gefunden.'));
    };
    const none = new WebAuthnDll({ clock: bench.clock, load, window: () => undefined });
    expect(await none.available()).toBe(false);
    await expect(none.makeCredential(making, never)).rejects.toMatchObject({ code: 'not-supported' });
    await expect(none.getAssertion(getting, never)).rejects.toMatchObject({ code: 'not-supported' });
    expect(looks).toBe(1);
  });

  it('is not available where it knows no version of its API', async () => {
    bench.fake.apiVersion = 0;
    expect(await bench.keys.available()).toBe(false);
  });

  it('is not loaded before somebody asks, and once', async () => {
    expect(bench.fake.loads).toBe(0);
    expect(await bench.keys.available()).toBe(true);
    await bench.asksToUse();
    expect(bench.fake.loads).toBe(1);
  });
});

describe('answers that make no sense', () => {
  it.each([
    ['nothing at all', 'nothing'],
    ['no format', { ...made, pwszFormatType: 0n }],
    ['a length without bytes', { ...made, pbAuthenticatorData: 0n, cbAuthenticatorData: 37 }],
    ['a length that cannot be', { ...made, cbAttestation: 0xffff_fff0 }],
    ['a megabyte and one', { ...made, cbAttestation: (1 << 20) + 1 }],
  ] as const)('a new passkey: %s', async (_, answer) => {
    bench.gives(answer);
    await expect(bench.keys.makeCredential(making, never)).rejects.toMatchObject({ code: 'misbehaved' });
    // Also what cannot be used is given back.
    expect(bench.fake.unfreed).toBe(0);
  });

  it.each([
    ['nothing at all', 'nothing'],
    ['a length without bytes', { ...used, pbSignature: 0n, cbSignature: 71 }],
    ['a length that cannot be', { ...used, 'Credential.cbId': 0x8000_0000 }],
    ['a user handle of a gigabyte', { ...used, cbUserId: 1 << 30 }],
  ] as const)('a sign-in: %s', async (_, answer) => {
    bench.gives(answer);
    await expect(bench.keys.getAssertion(getting, never)).rejects.toMatchObject({ code: 'misbehaved' });
    expect(bench.fake.unfreed).toBe(0);
  });
});

describe('failures', () => {
  it.each([
    ['NTE_EXISTS', 'excluded'],
    ['NTE_NOT_FOUND', 'not-found'],
    ['HRESULT_FROM_WIN32(ERROR_CANCELLED)', 'cancelled'],
    ['HRESULT_FROM_WIN32(ERROR_TIMEOUT)', 'timed-out'],
  ] as const)('%s is %s', async (name, code) => {
    bench.gives(hresult(name));
    await expect(bench.keys.makeCredential(making, never)).rejects.toMatchObject({ code });
    await expect(bench.keys.getAssertion(getting, never)).rejects.toMatchObject({ code });
    expect(bench.fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
  });

  it('a call that cannot be made at all is a defect, and leaves nothing behind', async () => {
    bench.fake.answers = () => Promise.reject(new Error('koffi: out of memory'));
    await expect(bench.keys.makeCredential(making, never)).rejects.toThrow('koffi: out of memory');
    expect(bench.fake.unfreed).toBe(0);
    await bench.asksToUse();
  });
});

describe('cancelling', () => {
  /** The dialog is open; resolves with what closes it. */
  function open(): Promise<(answer: Answer) => void> {
    return new Promise((opened) => {
      bench.fake.answers = () => new Promise<Answer>((close) => opened(close));
    });
  }

  it('closes the dialog by the number of its operation, and waits until it is closed', async () => {
    const opened = open();
    const controller = new AbortController();
    const making1 = bench.keys.makeCredential(making, controller.signal);
    let isOver = false;
    void making1.catch(() => (isOver = true));
    const close = await opened;
    controller.abort(new Error('the site waits no longer'));
    expect(bench.fake.cancelled).toEqual([bench.fake.calls[0]!.cancellation]);
    await settled();
    // Windows still uses the memory of the call.
    expect(isOver).toBe(false);
    expect(bench.fake.unfreed).toBeGreaterThan(0);
    close(hresult('NTE_USER_CANCELLED'));
    await expect(making1).rejects.toMatchObject({ code: 'cancelled' });
    expect(bench.fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
    expect(bench.clock.pending).toBe(0);
  });

  it('is tried again while the dialog is open: Windows may not have opened it yet', async () => {
    const opened = open();
    bench.fake.onCancel = () => hresult('NTE_NOT_FOUND');
    const controller = new AbortController();
    const using = bench.keys.getAssertion(getting, controller.signal);
    const close = await opened;
    controller.abort();
    await bench.clock.advance(250);
    await bench.clock.advance(250);
    expect(bench.fake.cancelled).toHaveLength(3);
    close(hresult('HRESULT_FROM_WIN32(ERROR_CANCELLED)'));
    await expect(using).rejects.toMatchObject({ code: 'cancelled' });
    await bench.clock.advance(10_000);
    expect(bench.fake.cancelled).toHaveLength(3);
  });

  it('a passkey that was made all the same is given to nobody', async () => {
    const opened = open();
    const controller = new AbortController();
    const result = bench.keys.makeCredential(making, controller.signal);
    const close = await opened;
    controller.abort();
    close(made);
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(bench.fake.unfreed).toBe(0);
  });

  it('before it has begun, Windows is not asked', async () => {
    await expect(bench.keys.makeCredential(making, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(bench.fake.calls).toEqual([]);
  });

  it('where Windows bench.gives no number for it, the dialog is left to the person', async () => {
    bench.fake.cancellationIds = hresult('NTE_NOT_SUPPORTED');
    const opened = open();
    const controller = new AbortController();
    const result = bench.keys.getAssertion(getting, controller.signal);
    const close = await opened;
    expect(bench.fake.calls[0]?.cancellation).toBe('');
    controller.abort();
    expect(bench.fake.cancelled).toEqual([]);
    close(hresult('NTE_USER_CANCELLED'));
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('one dialog at a time: the next opens when the last is closed, and not what was called off before', async () => {
    const opened = open();
    const first = bench.keys.makeCredential(making, never);
    const gone = new AbortController();
    const second = bench.keys.makeCredential({ ...making, timeout: 2 }, gone.signal);
    const third = bench.keys.getAssertion(getting, never);
    const close = await opened;
    await settled();
    expect(bench.fake.calls).toHaveLength(1);
    gone.abort();
    bench.gives(used);
    close(made);
    await first;
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await third;
    expect(bench.fake.calls.map(({ call }) => call)).toEqual(['make', 'get']);
    expect(bench.fake.calls[1]!.cancellation).not.toBe(bench.fake.calls[0]!.cancellation);
  });
});
