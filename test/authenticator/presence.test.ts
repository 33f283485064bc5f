/** The finger on the key: by script and by hand. */
import { describe, expect, it } from 'vitest';
import { newKeyState } from '../../main/authenticator/key-state';
import { configure } from '../../main/authenticator/configuration';
import { ManualPresence } from '../../main/authenticator/manual-presence';
import { withFingers } from '../../main/authenticator/provision';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { ManualClock, settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';
import { statusOf } from '../support/simulated-rig';

describe('a person at the simulator’s window', () => {
  async function bench(): Promise<{
    presence: ManualPresence;
    key: SimulatedKey;
    clock: ManualClock;
    seen: unknown[];
  }> {
    const presence = new ManualPresence();
    const clock = new ManualClock();
    const random = new SeededRandom();
    const state = newKeyState(configure(), random);
    const key = await SimulatedKey.open({ clock, random, presence, state });
    const seen: unknown[] = [];
    presence.onChange(() => seen.push(presence.awaited?.reason));
    return { presence, key, clock, seen };
  }

  it('sees that the key waits, and what for; a touch lets it go on', async () => {
    const { presence, key, seen } = await bench();
    const selection = statusOf(key.authenticator.selection());
    await settled();
    expect(presence.awaited).toEqual({ gesture: 'touch', reason: 'select' });
    presence.touch();
    expect(await selection).toBe('OK');
    expect(presence.awaited).toBeUndefined();
    expect(seen).toEqual(['select', undefined]);
  });

  it('may refuse', async () => {
    const { presence, key } = await bench();
    const selection = statusOf(key.authenticator.selection());
    await settled();
    presence.refuse();
    expect(await selection).toBe('OPERATION_DENIED');
  });

  it('sees that the key gave up: time, cancel, unplug', async () => {
    const { presence, key, clock, seen } = await bench();
    const timedOut = statusOf(key.authenticator.selection());
    await clock.advance(30_000);
    expect(await timedOut).toBe('USER_ACTION_TIMEOUT');
    const cancel = new AbortController();
    const cancelled = key.authenticator
      .selection({ signal: cancel.signal })
      .catch((reason: unknown) => reason);
    await settled();
    cancel.abort('enough');
    expect(await cancelled).toBe('enough');
    const unplugged = statusOf(key.authenticator.selection());
    await settled();
    key.powerCycle();
    expect(await unplugged).toBe('KEEPALIVE_CANCEL');
    expect(presence.awaited).toBeUndefined();
    expect(seen).toEqual(['select', undefined, 'select', undefined, 'select', undefined]);
  });

  it('a touch that nobody waits for does nothing, now and later', async () => {
    const { presence, key, seen } = await bench();
    presence.touch();
    presence.refuse();
    const selection = statusOf(key.authenticator.selection());
    await settled();
    expect(seen).toEqual(['select']);
    presence.touch();
    expect(await selection).toBe('OK');
  });

  it('a listener that stopped hears nothing', async () => {
    const { presence, key } = await bench();
    let heard = 0;
    presence.onChange(() => heard++)();
    const selection = key.authenticator.selection();
    await settled();
    presence.touch();
    await selection;
    expect(heard).toBe(0);
  });
});

describe('a person at the window of a key with a sensor', () => {
  async function bench(fingers: number): Promise<{ presence: ManualPresence; key: SimulatedKey }> {
    const presence = new ManualPresence();
    const clock = new ManualClock();
    const random = new SeededRandom();
    const state = withFingers(newKeyState(configure('fingerprint'), random), Array(fingers).fill({}));
    return { presence, key: await SimulatedKey.open({ clock, random, presence, state }) };
  }

  const signal = new AbortController().signal;

  it('sees whose finger is wanted; the right one is let in, another or a careless one is not', async () => {
    const { presence, key } = await bench(1);
    const create = (): Promise<string> =>
      statusOf(
        key.authenticator.makeCredential({
          clientDataHash: new Uint8Array(32),
          rp: { id: 'a.example' },
          user: { id: Uint8Array.of(1) },
          pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
          options: { rk: true, uv: true },
        }),
      );
    const made = create();
    await settled();
    expect(presence.awaited).toEqual({ gesture: 'finger', reason: 'create', rpId: 'a.example' });
    presence.touch('other');
    await settled();
    // The key gives a second chance.
    expect(presence.awaited?.gesture).toBe('finger');
    presence.touch();
    expect(await made).toBe('OK');
    const refused = create();
    await settled();
    presence.refuse();
    expect(await refused).toBe('OPERATION_DENIED');
    const failed = create();
    for (const finger of ['badly', 'other'] as const) {
      await settled();
      presence.touch(finger);
    }
    expect(await failed).toBe('PUAT_REQUIRED');
    expect(presence.awaited).toBeUndefined();
  });

  it('enrols: a good sample, one of another finger, a bad one', async () => {
    const { presence } = await bench(0);
    const samples = [];
    for (const finger of ['right', 'other', 'badly'] as const) {
      const sample = presence.capture({ remaining: 3, signal });
      expect(presence.awaited).toEqual({ gesture: 'sample', reason: 'enroll' });
      presence.touch(finger);
      samples.push(await sample);
    }
    const sample = presence.capture({ remaining: 3, signal });
    presence.refuse();
    samples.push(await sample);
    expect(samples).toEqual(['GOOD', 'MERGE_FAILURE', 'POOR_QUALITY', 'refused']);
  });

  it('touches with any finger where nobody compares it', async () => {
    const { presence, key } = await bench(1);
    const selection = statusOf(key.authenticator.selection());
    await settled();
    presence.touch('other');
    expect(await selection).toBe('OK');
  });
});

describe('a script', () => {
  it('is played in order, then the usual answer', async () => {
    const presence = new ScriptedPresence('refused');
    presence.next('timed-out', 'granted');
    const signal = new AbortController().signal;
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await presence.request({ reason: 'use', signal }));
    expect(answers).toEqual(['timed-out', 'granted', 'refused', 'refused']);
    expect(() => presence.answer('granted')).toThrow('no touch');
  });
});
