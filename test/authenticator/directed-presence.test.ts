/** A person with a script at a simulated key. */
import { expect, it } from 'vitest';
import { DirectedPresence } from '../../main/authenticator/directed-presence';

const never = (): AbortSignal => new AbortController().signal;
const touch = (presence: DirectedPresence) => presence.request({ reason: 'use', signal: never() });
const finger = (presence: DirectedPresence) => presence.verify({ reason: 'unlock', signal: never() });
const sample = (presence: DirectedPresence) => presence.capture({ remaining: 1, signal: never() });

it('plays the script in order, and afterwards waits for a hand', async () => {
  const presence = new DirectedPresence();
  presence.direct(['refused', 'timed-out', 'granted']);
  expect([await touch(presence), await touch(presence), presence.scripted, await touch(presence)]).toEqual([
    'refused',
    'timed-out',
    1,
    'granted',
  ]);
  const byHand = touch(presence);
  expect(presence.awaited).toMatchObject({ gesture: 'touch', reason: 'use' });
  presence.touch();
  expect(await byHand).toBe('granted');
});

it('goes on as usual after the script where that is said', async () => {
  const presence = new DirectedPresence();
  presence.direct(['refused'], 'granted');
  expect([await touch(presence), await touch(presence), await touch(presence)]).toEqual([
    'refused',
    'granted',
    'granted',
  ]);
});

it('leaves a single touch of the script to the hand', async () => {
  const presence = new DirectedPresence();
  presence.direct(['wait', 'granted']);
  const byHand = touch(presence);
  presence.refuse();
  expect([await byHand, await touch(presence)]).toEqual(['refused', 'granted']);
});

it('a new script replaces what is left of the old one', async () => {
  const presence = new DirectedPresence();
  presence.direct(['refused', 'refused'], 'refused');
  presence.direct(['granted']);
  expect(await touch(presence)).toBe('granted');
  expect(presence.scripted).toBe(0);
});

it('lays the wrong finger, or the right one badly, on a sensor', async () => {
  const presence = new DirectedPresence();
  presence.direct(['wrong-finger', 'granted', 'badly', 'wrong-finger', 'granted']);
  expect([await finger(presence), await finger(presence)]).toEqual(['no-match', 'verified']);
  expect([await sample(presence), await sample(presence), await sample(presence)]).toEqual([
    'POOR_QUALITY',
    'MERGE_FAILURE',
    'GOOD',
  ]);
});

it('tells who watches that the key began and ended to wait, also when the script answers at once', async () => {
  const presence = new DirectedPresence();
  const seen: (string | undefined)[] = [];
  presence.onChange(() => seen.push(presence.awaited?.reason));
  presence.direct(['granted']);
  await touch(presence);
  expect(seen).toEqual(['use', undefined]);
});
