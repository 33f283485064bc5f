/** The dialogs about the passkeys of this device, state by state. */
import { describe, expect, it } from 'vitest';
import type { Problem, ProblemCode, Result } from '../../preload/contract';
import type { DeviceView, RecoveryKeyView } from '../../preload/device-contract';
import { nextPrevious, type PreviousState } from '../../renderer/device/previous-machine';
import { groups, isLastGroup, nextRecovery } from '../../renderer/device/recovery-machine';
import {
  nextSetUp,
  nothingHappened,
  startSetUp,
  type SetUpEvent,
  type SetUpState,
} from '../../renderer/device/setup-machine';
import { nextTask, startTask, type TaskState } from '../../renderer/device/task-machine';
import type { DeviceTask } from '../../renderer/store/state';
import { FakeLatchkey } from '../support/fake-latchkey';

const KEY = 'AB12-CD34-EF56-GH78-JK90-MN12-PQ34-RS56-TV7O';
const absent = new FakeLatchkey().device.view;
const open = new FakeLatchkey({ device: { pin: 'correct horse' } }).device.view;
const withPin = (pin: Partial<NonNullable<DeviceView['pin']>>): DeviceView => ({
  ...open,
  pin: { triesLeft: 10, waitMilliseconds: 0, locked: false, ...pin },
});
const passphraseNeeded: DeviceView = { ...absent, state: 'passphrase-needed' };
const refused = (code: ProblemCode, more: Partial<Problem> = {}): Result<never> => ({
  ok: false,
  problem: { code, message: code, ...more },
});
const done: Result = { ok: true, value: null };
const key: Result<RecoveryKeyView> = { ok: true, value: { recoveryKey: KEY } };

describe('setting this device up', () => {
  const go = (...events: readonly SetUpEvent[]): SetUpState => events.reduce(nextSetUp, startSetUp(absent));
  const toPin = { type: 'next' } as const;
  const pinForKeychain = { type: 'pin-chosen', sealing: 'keychain' } as const;
  const answer = (result: Result<RecoveryKeyView>): SetUpEvent => ({ type: 'answered', result });

  it('goes from what it is over the PIN to the recovery key, and is done when that was kept', () => {
    expect(go().name).toBe('intro');
    expect(go(toPin).name).toBe('pin');
    expect(go(toPin, pinForKeychain).name).toBe('working');
    const shown = go(toPin, pinForKeychain, answer(key));
    expect(shown).toEqual({ name: 'recovery-key', recoveryKey: KEY });
    expect(nextSetUp(shown, { type: 'kept' }).name).toBe('done');
  });

  it('asks for a passphrase where one was chosen, between PIN and recovery key', () => {
    const asked = go(toPin, { type: 'pin-chosen', sealing: 'passphrase' });
    expect(asked.name).toBe('passphrase');
    expect(nextSetUp(asked, { type: 'passphrase-chosen' }).name).toBe('working');
    expect(nextSetUp(asked, { type: 'back' }).name).toBe('pin');
  });

  it.each([
    ['it is known beforehand', [toPin, { type: 'pin-chosen', sealing: 'no-keychain' }]],
    ['the answer says so', [toPin, pinForKeychain, answer(refused('keychain-unavailable'))]],
  ] as const)(
    'offers a passphrase where there is no keychain, and never takes one by itself: %s',
    (_name, events) => {
      const offered = go(...events);
      expect(offered.name).toBe('no-keychain');
      expect(nextSetUp(offered, { type: 'use-passphrase' }).name).toBe('passphrase');
      expect(nextSetUp(offered, { type: 'again' }).name).toBe('working');
    },
  );

  it.each([
    ['pin-refused', 'pin'],
    ['passphrase-refused', 'passphrase'],
    ['keychain-locked', 'failed'],
    ['keychain-timed-out', 'failed'],
    ['file', 'failed'],
    ['internal', 'failed'],
  ] as const)('after %s it shows %s, with the reason', (code, name) => {
    expect(go(toPin, pinForKeychain, answer(refused(code)))).toMatchObject({ name, problem: { code } });
  });

  it('leads on from a failure: try again, or a passphrase', () => {
    const failed = go(toPin, pinForKeychain, answer(refused('keychain-failed')));
    expect(nextSetUp(failed, { type: 'again' }).name).toBe('working');
    expect(nextSetUp(failed, { type: 'use-passphrase' }).name).toBe('passphrase');
  });

  it('does not begin twice, and stops when somebody else was faster', () => {
    expect(startSetUp(open).name).toBe('already');
    const others = { type: 'device', device: open } as const;
    expect(go(toPin, others).name).toBe('already');
    // Its own work opens this device as well; the answer with the recovery key must not be lost.
    expect(go(toPin, pinForKeychain, others).name).toBe('working');
    expect(go(toPin, pinForKeychain, others, answer(key)).name).toBe('recovery-key');
  });

  it('knows until when nothing has happened', () => {
    expect(nothingHappened(go(toPin))).toBe(true);
    expect(nothingHappened(go(toPin, pinForKeychain, answer(refused('file'))))).toBe(true);
    expect(nothingHappened(go(toPin, pinForKeychain, answer(key)))).toBe(false);
  });
});

describe('a recovery key that is shown once', () => {
  const showing = { name: 'showing' } as const;
  const checking = nextRecovery(showing, { type: 'next' });
  const typed = (group: string) => nextRecovery(checking, { type: 'typed', group, recoveryKey: KEY });

  it('counts as kept when its last group is typed back', () => {
    expect(checking).toEqual({ name: 'checking', wrong: false });
    expect(typed('TV7O').name).toBe('kept');
    expect(typed('RS56')).toEqual({ name: 'checking', wrong: true });
    expect(typed('')).toEqual({ name: 'checking', wrong: true });
  });

  it('reads what people write: small letters, O for 0, I and L for 1, or the whole key', () => {
    expect(isLastGroup(' tv70 ', KEY)).toBe(true);
    expect(isLastGroup('il', 'AB-11')).toBe(true);
    expect(isLastGroup(KEY.toLowerCase().replaceAll('-', ' '), KEY)).toBe(true);
    expect(isLastGroup('', '')).toBe(false);
    expect(groups(KEY)).toHaveLength(9);
  });

  it('can be seen once more, and is not given up by a slip', () => {
    expect(nextRecovery(checking, { type: 'show-again' }).name).toBe('showing');
    const leaving = nextRecovery(showing, { type: 'leave' });
    expect(leaving.name).toBe('leaving');
    expect(nextRecovery(leaving, { type: 'stay' }).name).toBe('showing');
    expect(nextRecovery(nextRecovery(checking, { type: 'leave' }), { type: 'stay' }).name).toBe('checking');
  });
});

describe('a secret of this device', () => {
  const after = (task: DeviceTask, result: Result | Result<RecoveryKeyView>): TaskState =>
    nextTask(task, { name: 'sending' }, { type: 'answered', result });
  const see = (task: DeviceTask, state: TaskState, device: DeviceView | null, waits = false): TaskState =>
    nextTask(task, state, { type: 'device', device, waits });

  it.each([
    ['the PIN is asked for', 'change-pin', open, false, 'entering'],
    ['after wrong PINs it has to wait', 'change-pin', open, true, 'delayed'],
    ['the PIN is locked', 'switch-sealing', withPin({ triesLeft: 0, locked: true }), false, 'pin-locked'],
    ['the recovery key needs no PIN', 'recover', withPin({ triesLeft: 0, locked: true }), true, 'entering'],
    ['this device is not open', 'new-recovery-key', passphraseNeeded, false, 'closed'],
    ['the passphrase is needed', 'passphrase', passphraseNeeded, false, 'entering'],
    ['no passphrase is needed', 'passphrase', open, false, 'done'],
    ['there is nothing to open', 'passphrase', absent, false, 'closed'],
  ] as const)('starts right: %s', (_name, task, device, waits, name) => {
    expect(startTask(task, device, waits).name).toBe(name);
  });

  it.each([
    ['pin-wrong', 'entering'],
    ['pin-refused', 'entering'],
    ['passphrase-wrong', 'entering'],
    ['passphrase-refused', 'entering'],
    ['recovery-wrong', 'entering'],
    ['pin-locked', 'pin-locked'],
    ['not-open', 'closed'],
    ['cancelled', 'entering'],
    ['file', 'failed'],
    ['keychain-timed-out', 'failed'],
    ['internal', 'failed'],
  ] as const)('after %s it shows %s', (code, name) => {
    expect(after('change-pin', refused(code)).name).toBe(name);
  });

  it('is done, or shows the new recovery key and is done when that was kept', () => {
    expect(after('change-pin', done).name).toBe('done');
    const shown = after('recover', key);
    expect(shown).toEqual({ name: 'recovery-key', recoveryKey: KEY });
    expect(nextTask('recover', shown, { type: 'kept' }).name).toBe('done');
    // What the device says afterwards takes the key from nobody.
    expect(see('recover', shown, passphraseNeeded)).toBe(shown);
  });

  it('waits as long as the vault says, keeps the reason, and then takes a PIN again', () => {
    const delayed = after('change-pin', refused('pin-wrong', { retriesLeft: 5, waitMilliseconds: 30_000 }));
    expect(delayed).toMatchObject({ name: 'delayed', problem: { retriesLeft: 5 } });
    expect(nextTask('change-pin', delayed, { type: 'submitted' })).toBe(delayed);
    expect(see('change-pin', delayed, open, true)).toBe(delayed);
    expect(see('change-pin', delayed, open, false)).toMatchObject({
      name: 'entering',
      problem: { retriesLeft: 5 },
    });
  });

  it('follows the device while nothing was sent, and leaves the answer to it afterwards', () => {
    const locked = withPin({ triesLeft: 0, locked: true });
    expect(see('change-pin', { name: 'entering' }, locked).name).toBe('pin-locked');
    expect(see('change-pin', { name: 'pin-locked' }, open).name).toBe('entering');
    expect(see('change-pin', { name: 'entering' }, passphraseNeeded).name).toBe('closed');
    expect(see('change-pin', { name: 'closed' }, open).name).toBe('entering');
    expect(see('change-pin', { name: 'sending' }, locked).name).toBe('sending');
    expect(see('passphrase', { name: 'entering' }, open).name).toBe('done');
    expect(see('passphrase', { name: 'sending' }, absent).name).toBe('sending');
  });

  it('sends only once, and tries again from the start', () => {
    expect(nextTask('change-pin', { name: 'sending' }, { type: 'submitted' }).name).toBe('sending');
    const failed = after('change-pin', refused('file'));
    expect(nextTask('change-pin', failed, { type: 'again', device: open, waits: false }).name).toBe(
      'entering',
    );
    expect(
      nextTask('change-pin', failed, { type: 'again', device: passphraseNeeded, waits: false }).name,
    ).toBe('closed');
  });
});

describe('restoring the previous version', () => {
  const generation = { written: 1, passkeys: 11 };
  const looking: PreviousState = { name: 'looking' };
  const asking = nextPrevious(looking, { type: 'found', result: { ok: true, value: generation } });

  it('shows what it is before it does anything', () => {
    expect(asking).toEqual({ name: 'asking', generation });
    expect(nextPrevious(looking, { type: 'confirmed' })).toBe(looking);
    const restoring = nextPrevious(asking, { type: 'confirmed' });
    expect(restoring.name).toBe('restoring');
    expect(nextPrevious(restoring, { type: 'answered', result: done }).name).toBe('done');
  });

  it('says that there is none, or what went wrong, and looks again before it asks again', () => {
    expect(nextPrevious(looking, { type: 'found', result: { ok: true, value: null } }).name).toBe('none');
    expect(nextPrevious(looking, { type: 'found', result: refused('file') }).name).toBe('failed');
    const failed = nextPrevious({ name: 'restoring' }, { type: 'answered', result: refused('file') });
    expect(failed).toMatchObject({ name: 'failed', problem: { code: 'file' } });
    expect(nextPrevious(failed, { type: 'again' })).toEqual(looking);
  });
});
