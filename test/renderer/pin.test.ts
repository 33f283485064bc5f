import { describe, expect, it } from 'vitest';
import type { KeyView, Problem, Result } from '../../preload/contract';
import { nextPin, startPin, type PinState } from '../../renderer/security-keys/pin-machine';
import { checkPin, samePin } from '../../renderer/security-keys/pin-rules';
import type { PinPurpose } from '../../renderer/store/state';
import { fakeKey } from '../support/fake-keys';

describe('what a PIN must be', () => {
  const rules = { minLength: 4, maxBytes: 63 };

  it('counts characters, not bytes or UTF-16 units', () => {
    expect(checkPin('12345', rules)).toMatchObject({ codePoints: 5, bytes: 5, ok: true });
    expect(checkPin('🔑🔑🔑', rules)).toMatchObject({ codePoints: 3, tooShort: true, ok: false });
    expect(checkPin('🔑🔑🔑🔑', rules)).toMatchObject({ codePoints: 4, bytes: 16, ok: true });
  });

  it('counts after normalisation: e and an accent are one character', () => {
    expect(checkPin('e\u0301e\u0301', rules)).toMatchObject({ codePoints: 2, bytes: 4, tooShort: true });
  });

  it('knows the longest PIN in bytes', () => {
    expect(checkPin('x'.repeat(63), rules).ok).toBe(true);
    expect(checkPin('x'.repeat(64), rules)).toMatchObject({ tooLong: true, ok: false });
    expect(checkPin('é'.repeat(32), rules)).toMatchObject({ codePoints: 32, bytes: 64, tooLong: true });
  });

  it('takes the minimum that the key asks for', () => {
    expect(checkPin('12345', { minLength: 6, maxBytes: 63 }).tooShort).toBe(true);
  });

  it('takes two ways to type one letter for the same', () => {
    expect(samePin('caf\u00E9', 'cafe\u0301')).toBe(true);
    expect(samePin('1234', '1235')).toBe(false);
  });
});

describe('the PIN dialog', () => {
  const { pin } = fakeKey();
  const key = (change: Partial<KeyView['pin']> = {}, more: Partial<KeyView> = {}) =>
    fakeKey({ pin: { ...pin, ...change }, ...more });
  const refused = (code: Problem['code'], retriesLeft?: number): Result => ({
    ok: false,
    problem: { code, message: code, ...(retriesLeft === undefined ? {} : { retriesLeft }) },
  });
  const after = (result: Result, purpose: PinPurpose = 'unlock', from: PinState = { name: 'sending' }) =>
    nextPin(purpose, from, { type: 'answered', result });

  it.each([
    ['a key with a PIN is asked for it', 'unlock', key(), 'entering'],
    ['a key without a PIN leads to setting one', 'unlock', key({ set: false }), 'not-set'],
    ['three wrong PINs before', 'unlock', key({ blocked: 'until-reinserted' }), 'reinsert'],
    ['a blocked PIN', 'unlock', key({ blocked: 'for-good' }), 'blocked'],
    ['a finger comes before the PIN', 'unlock', key({}, { builtInUv: 'ready' }), 'sensor'],
    ['a sensor that is blocked', 'unlock', key({}, { builtInUv: 'blocked' }), 'entering'],
    ['the PIN is what changes the PIN', 'change', key({}, { builtInUv: 'ready' }), 'entering'],
    ['a forced change leads to the change', 'unlock', key({ changeRequired: true }), 'change-required'],
    ['a forced change can be made', 'change', key({ changeRequired: true }), 'entering'],
    ['setting a first PIN', 'set', key({ set: false }), 'entering'],
    ['setting a PIN where there is one', 'set', key(), 'already-set'],
    ['a key that is gone', 'unlock', undefined, 'removed'],
  ] as const)('starts right: %s', (_name, purpose, view, name) => {
    expect(startPin(purpose, view).name).toBe(name);
  });

  it.each([
    ['pin-invalid', 'entering'],
    ['pin-policy', 'entering'],
    ['pin-auth-blocked', 'reinsert'],
    ['pin-blocked', 'blocked'],
    ['pin-change-required', 'change-required'],
    ['pin-not-set', 'not-set'],
    ['unplugged', 'removed'],
    ['cancelled', 'entering'],
    ['timed-out', 'failed'],
    ['in-use', 'failed'],
    ['internal', 'failed'],
  ] as const)('after %s it shows %s', (code, name) => {
    expect(after(refused(code)).name).toBe(name);
  });

  it('keeps the tries that are left', () => {
    expect(after(refused('pin-invalid', 5))).toMatchObject({ name: 'entering', problem: { retriesLeft: 5 } });
    expect(after(refused('pin-auth-blocked', 5))).toEqual({ name: 'reinsert', retriesLeft: 5 });
  });

  it('is done as soon as the key is being read, and does not wait for the list', () => {
    const listing = key({}, { passkeys: 'listing' });
    expect(nextPin('unlock', { name: 'sending' }, { type: 'key', key: listing }).name).toBe('done');
    expect(nextPin('change', { name: 'sending' }, { type: 'key', key: listing }).name).toBe('sending');
  });

  it('says that the key was taken out in every state, and goes on when it is back', () => {
    const states: readonly PinState[] = [
      { name: 'entering' },
      { name: 'sending' },
      { name: 'reinsert' },
      { name: 'blocked' },
      { name: 'change-required' },
      { name: 'not-set' },
      { name: 'already-set' },
      { name: 'failed', problem: { code: 'internal', message: '' } },
    ];
    for (const state of states) {
      expect(nextPin('unlock', state, { type: 'key', key: undefined }).name, state.name).toBe('removed');
    }
    const back = nextPin('unlock', { name: 'removed' }, { type: 'key', key: key({}, { state: 'opening' }) });
    expect(back.name).toBe('removed');
    expect(nextPin('unlock', back, { type: 'key', key: key() }).name).toBe('entering');
  });

  it('ignores an answer that comes after the key was taken out, unless it was yes', () => {
    expect(after(refused('timed-out'), 'set', { name: 'removed' }).name).toBe('removed');
    expect(after({ ok: true, value: null }, 'set', { name: 'removed' }).name).toBe('done');
  });

  it('sends only once', () => {
    expect(nextPin('unlock', { name: 'sending' }, { type: 'submitted' })).toEqual({ name: 'sending' });
  });

  describe('with a finger', () => {
    const sensor: PinState = { name: 'sensor' };
    const sensed = (result: Result) => nextPin('unlock', sensor, { type: 'sensed', result, asked: sensor });

    it('unlocks, or asks for another try, as long as the key lets it', () => {
      expect(sensed({ ok: true, value: null }).name).toBe('done');
      expect(sensed(refused('uv-invalid', 2))).toMatchObject({
        name: 'sensor',
        problem: { retriesLeft: 2 },
      });
    });

    it('falls back to the PIN, saying why', () => {
      for (const code of ['uv-blocked', 'timed-out', 'touch-denied'] as const)
        expect(sensed(refused(code))).toMatchObject({ name: 'entering', problem: { code } });
      expect(sensed(refused('unplugged')).name).toBe('removed');
      expect(sensed(refused('pin-change-required')).name).toBe('change-required');
    });

    it('goes between finger and PIN as the person likes; a late answer to the finger changes nothing', () => {
      const typing = nextPin('unlock', sensor, { type: 'use-pin' });
      expect(typing.name).toBe('entering');
      expect(nextPin('unlock', typing, { type: 'sensed', result: refused('cancelled'), asked: sensor })).toBe(
        typing,
      );
      expect(nextPin('unlock', typing, { type: 'use-sensor' }).name).toBe('sensor');
    });

    it('closes when the list is being read', () => {
      const reading = key({}, { builtInUv: 'ready', passkeys: 'listing' });
      expect(nextPin('unlock', sensor, { type: 'key', key: reading }).name).toBe('done');
    });
  });
});
