import { describe, expect, it } from 'vitest';
import type { DeleteOutcome, KeyView, ResetView } from '../../preload/contract';
import {
  beforeDeleting,
  completeOutcomes,
  countOutcome,
  nextDelete,
  type DeletePlaces,
} from '../../renderer/passkeys/delete-machine';
import { followKey, startPresence } from '../../renderer/security-keys/key-presence';
import { nextReset, startReset } from '../../renderer/security-keys/reset-machine';
import { fakeKey, fakePasskey } from '../support/fake-keys';

const asked = [fakePasskey('key-1', 1), fakePasskey('key-1', 2)];
const unlocked = fakeKey({ passkeys: 'unlocked' });
const places = (keys: readonly KeyView[], deviceIsOpen = false): DeletePlaces => ({ keys, deviceIsOpen });
const outcome = (number: number, result: DeleteOutcome['outcome'], code?: 'locked'): DeleteOutcome => ({
  passkeyId: `key-1:${number}`,
  outcome: result,
  ...(code === undefined ? {} : { problem: { code, message: '' } }),
});

describe('the delete dialog', () => {
  it('asks while the key is there and open', () => {
    expect(beforeDeleting(places([unlocked]), asked).name).toBe('asking');
    expect(beforeDeleting(places([]), asked).name).toBe('removed');
    expect(beforeDeleting(places([fakeKey()]), asked)).toEqual({ name: 'locked', keyId: 'key-1' });
  });

  it('is done only when every one is gone', () => {
    const answer = (outcomes: readonly DeleteOutcome[]) =>
      nextDelete({ name: 'deleting' }, { type: 'answered', result: { ok: true, value: outcomes }, asked });
    expect(answer([outcome(1, 'deleted'), outcome(2, 'deleted')]).name).toBe('done');
    expect(answer([outcome(1, 'deleted'), outcome(2, 'kept')]).name).toBe('reported');
    expect(answer([outcome(1, 'deleted'), outcome(2, 'unknown')]).name).toBe('reported');
    expect(answer([outcome(1, 'kept', 'locked'), outcome(2, 'kept', 'locked')])).toEqual({
      name: 'locked',
      keyId: 'key-1',
    });
  });

  it('never takes a passkey that was not reported for deleted', () => {
    expect(completeOutcomes([outcome(2, 'deleted')], asked)).toEqual([
      outcome(1, 'unknown'),
      outcome(2, 'deleted'),
    ]);
    expect(
      nextDelete({ name: 'deleting' }, { type: 'answered', result: { ok: true, value: [] }, asked }).name,
    ).toBe('reported');
  });

  it('counts', () => {
    expect(countOutcome([outcome(1, 'deleted'), outcome(2, 'kept')], 'deleted')).toBe(1);
  });

  it('says what went wrong with the whole of it', () => {
    const problem = { code: 'timed-out', message: 'too slow' } as const;
    expect(
      nextDelete({ name: 'deleting' }, { type: 'answered', result: { ok: false, problem }, asked }),
    ).toEqual({ name: 'failed', problem });
    const locked = { code: 'locked', message: '' } as const;
    expect(
      nextDelete({ name: 'deleting' }, { type: 'answered', result: { ok: false, problem: locked }, asked }),
    ).toEqual({ name: 'locked', keyId: 'key-1' });
  });

  it('does not end because the key leaves while it deletes; the answer says what happened', () => {
    expect(nextDelete({ name: 'deleting' }, { type: 'places', places: places([]), asked }).name).toBe(
      'deleting',
    );
  });
});

describe('the reset dialog', () => {
  const view = (step: ResetView['step'], longTouch = false): ResetView => ({
    keyId: 'key-1',
    keyName: 'Key',
    step,
    longTouch,
  });

  it('warns first, and follows the steps', () => {
    let state = startReset(null, 'key-1', true);
    expect(state.name).toBe('warning');
    state = nextReset(state, { type: 'started' });
    state = nextReset(state, { type: 'view', view: view('remove') });
    expect(state).toEqual({ name: 'guided', step: 'remove' });
    state = nextReset(state, { type: 'answered', result: { ok: true, value: null } });
    expect(state).toEqual({ name: 'guided', step: 'remove' });
    state = nextReset(state, { type: 'key', present: false });
    state = nextReset(state, { type: 'view', view: view('insert') });
    expect(state).toEqual({ name: 'guided', step: 'insert' });
    state = nextReset(state, { type: 'view', view: view('touch', true) });
    expect(state).toEqual({ name: 'guided', step: 'long-touch' });
    expect(nextReset(state, { type: 'view', view: view('done') })).toEqual({ name: 'done' });
  });

  it('says why it failed, or that it was cancelled', () => {
    const guided = { name: 'guided', step: 'touch' } as const;
    const problem = { code: 'reset-too-late', message: 'late' } as const;
    expect(nextReset(guided, { type: 'view', view: { ...view('failed'), problem } })).toEqual({
      name: 'failed',
      problem,
    });
    expect(nextReset(guided, { type: 'view', view: null }).name).toBe('cancelled');
  });

  it('does not start a second time by itself, and forgets what an earlier one left', () => {
    expect(startReset(view('done'), 'key-1', true).name).toBe('warning');
    expect(nextReset({ name: 'warning' }, { type: 'view', view: view('done') }).name).toBe('warning');
    expect(startReset(view('insert'), 'key-1', false)).toEqual({ name: 'guided', step: 'insert' });
  });

  it('says that the key was taken out before it started', () => {
    expect(nextReset({ name: 'warning' }, { type: 'key', present: false }).name).toBe('removed');
    expect(nextReset({ name: 'removed' }, { type: 'key', present: true }).name).toBe('warning');
  });
});

describe('a key that comes back', () => {
  const other = fakeKey({ id: 'other', aaguid: 'another' });

  it('is known by its id, or as the only new one that is like it', () => {
    const gone = followKey(startPresence([unlocked, other], 'key-1'), [other]);
    expect(gone.present).toBe(false);
    expect(followKey(gone, [other, fakeKey()])).toMatchObject({ present: true, last: { id: 'key-1' } });
    expect(followKey(gone, [other, fakeKey({ id: 'new' })])).toMatchObject({
      present: true,
      last: { id: 'new' },
    });
  });

  it('is not guessed among several, nor taken from those that stayed', () => {
    const twin = fakeKey({ id: 'twin' });
    const gone = followKey(startPresence([unlocked, twin], 'key-1'), [twin]);
    expect(gone.present).toBe(false);
    expect(followKey(gone, [twin, fakeKey({ id: 'a' }), fakeKey({ id: 'b' })]).present).toBe(false);
    expect(followKey(gone, [twin, fakeKey({ id: 'a', serial: 'x' })]).present).toBe(false);
  });

  it('is known again after it has said that it was unplugged and forgot who it is', () => {
    const {
      aaguid: _aaguid,
      firmware: _firmware,
      ...nameless
    } = fakeKey({
      state: 'unusable',
      problem: { code: 'unplugged', message: 'The security key was unplugged.' },
    });
    const leaving = followKey(startPresence([unlocked, other], 'key-1'), [nameless, other]);
    expect(leaving.present).toBe(false);
    const gone = followKey(leaving, [other]);
    expect(followKey(gone, [other, fakeKey({ id: 'new' })]).present).toBe(true);
  });
});
