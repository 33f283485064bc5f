/** What keytar says on systems that are not here, and on keychains that misbehave; by the words of its sources and the systems'. */
import { describe, expect, test } from 'vitest';
import { asKeychainError, KeychainError } from '../../native/keychain/keychain-error';
import { type Keytar, KeytarKeychain } from '../../native/keychain/keytar-keychain';
import type { KeyringGate, Whereabouts } from '../../native/keychain/secret-service';
import { ManualClock } from '../support/manual-clock';

/** One that does not keep what it is given. */
const forgetful: Keytar = {
  getPassword: async () => null,
  setPassword: async () => undefined,
  deletePassword: async () => false,
};
const found: KeyringGate = { look: async () => 'unlocked', open: async () => true };
const clock = new ManualClock();
const onAsking = (): void => undefined;

test.each([
  ['libsecret', 'Cannot create an item in a locked collection', 'locked'],
  ['libsecret', 'Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'locked'],
  ['GIO', 'The name org.freedesktop.secrets was not provided by any .service files', 'unavailable'],
  ['GIO', 'Unknown or unsupported transport “disabled” for address “disabled:”', 'unavailable'],
  ['GIO', 'Could not connect: No such file or directory', 'unavailable'],
  ['GIO', 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'unavailable'],
  ['keytar', 'Failed to load keytar native addon, checked […] on prebuilds/linux-x64', 'unavailable'],
  ['macOS −25308', 'User interaction is not allowed.', 'locked'],
  ['macOS −25315', 'User interaction is required, but is currently not allowed.', 'locked'],
  ['macOS −25293', 'The user name or passphrase you entered is not correct.', 'locked'],
  ['macOS −128', 'User canceled the operation.', 'locked'],
  ['macOS −25307', 'A default keychain could not be found.', 'unavailable'],
  ['macOS −25294', 'The specified keychain could not be found.', 'unavailable'],
  ['macOS −25291', 'No keychain is available. You may need to restart your computer.', 'unavailable'],
  ['macOS', 'An unknown error occurred.', 'failed'],
  [
    'Windows 1312',
    'A specified logon session does not exist. It may already have been terminated.\r\n',
    'unavailable',
  ],
  ['Windows 1783', 'The stub received bad data.\r\n', 'failed'],
  ['Windows, in German', 'Zugriff verweigert\r\n', 'failed'],
] as const)('%s: “%s” is %s', (_who, words, code) => {
  const error = asKeychainError(new Error(words));
  expect(error.code).toBe(code);
  expect(error.message).toContain(words.trim().replace(/\.$/, ''));
  expect(error.message).toMatch(/^[^\r\n]+\.$/);
});

test('what does not read back was not saved', async () => {
  const keychain = new KeytarKeychain({ keytar: forgetful, clock, onAsking });
  await expect(keychain.set('Latchkey', 'a', 'secret')).rejects.toMatchObject({
    code: 'failed',
    message: expect.not.stringContaining('secret') as string,
  });
});

test('nothing, from a keyring that has it, is no answer', async () => {
  const keychain = new KeytarKeychain({ keytar: forgetful, gate: found, clock, onAsking });
  await expect(keychain.get('Latchkey', 'a')).rejects.toMatchObject({ code: 'locked' });
  await expect(keychain.delete('Latchkey', 'a')).rejects.toMatchObject({ code: 'failed' });
});

test('without a gate (macOS, Windows) nothing is nothing', async () => {
  const keychain = new KeytarKeychain({ keytar: forgetful, clock, onAsking });
  expect(await keychain.get('Latchkey', 'a')).toBeUndefined();
  expect(await keychain.delete('Latchkey', 'a')).toBe(false);
});

describe('reading from a Secret Service', () => {
  const never = new Promise<never>(() => undefined);
  const noWords = new Error('Der Dienst ist nicht da');

  /** @param looks what the gate sees, one time after the other. */
  function setUp(
    getPassword: readonly (() => Promise<string | null>)[],
    looks: readonly (() => Promise<Whereabouts>)[],
    opens: readonly boolean[] = [],
  ) {
    const clock = new ManualClock();
    const steps: string[] = [];
    const next = <T>(step: string, answers: T[]): T => {
      steps.push(step);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`Nobody expects ${step}.`);
      return answer;
    };
    const [secrets, sights, unlocks] = [[...getPassword], [...looks], [...opens]];
    const keychain = new KeytarKeychain({
      keytar: { ...forgetful, getPassword: () => next('keytar', secrets)() },
      gate: {
        look: () => next('look', sights)(),
        open: async (_item, _writing, onAsking) => {
          const there = next('unlock', unlocks);
          onAsking();
          return there;
        },
      },
      clock,
      onAsking: () => void steps.push('asking'),
    });
    return { clock, steps, get: () => keychain.get('Latchkey', 'a') };
  }
  const gives = (value: string | null) => async () => value;
  const sees = (value: Whereabouts) => async () => value;

  test('a secret that is given is all there is to ask', async () => {
    const { get, steps, clock } = setUp([gives('secret')], []);
    expect(await get()).toBe('secret');
    expect(steps).toEqual(['keytar']);
    expect(clock.pending).toBe(0);
  });

  test('nothing is nothing when it is absent', async () => {
    const { get, steps } = setUp([gives(null)], [sees('absent')]);
    expect(await get()).toBeUndefined();
    expect(steps).toEqual(['keytar', 'look']);
  });

  test('nothing is locked when it is there: libsecret has asked, and nobody is asked twice', async () => {
    const { get, steps } = setUp([gives(null)], [sees('locked')]);
    await expect(get()).rejects.toMatchObject({ code: 'locked' });
    expect(steps).toEqual(['keytar', 'look']);
  });

  test.each([
    ['is there then', [gives(null), gives('secret')], true, 'secret', ['keytar']],
    ['is not there', [gives(null)], false, undefined, []],
  ] as const)(
    'a locked keyring that does not show what it has is unlocked, and what %s counts',
    async (_what, answers, there, expected, after) => {
      const { get, steps } = setUp(answers, [sees('hidden')], [there]);
      expect(await get()).toBe(expected);
      expect(steps).toEqual(['keytar', 'look', 'unlock', 'asking', ...after]);
    },
  );

  test.each(['locked', 'hidden'] as const)(
    'that takes long, by a keyring that is %s, is told: a person may be asked',
    async (where) => {
      let unlock!: (secret: string) => void;
      const answer = new Promise<string>((resolve) => (unlock = resolve));
      const { get, steps, clock } = setUp([() => answer], [sees(where)]);
      const call = get();
      await clock.advance(499);
      expect(steps).toEqual(['keytar']);
      await clock.advance(1);
      expect(steps).toEqual(['keytar', 'look', 'asking']);
      unlock('secret');
      expect(await call).toBe('secret');
      expect(clock.pending).toBe(0);
    },
  );

  test.each([
    ['nothing is locked', sees('unlocked')],
    ['the gate hangs, too', () => never],
    ['the gate fails', () => Promise.reject(noWords)],
  ])('that takes long asks nobody when %s, and comes when it comes', async (_why, look) => {
    let finish!: (secret: string) => void;
    const { get, steps, clock } = setUp([() => new Promise((resolve) => (finish = resolve))], [look]);
    const call = get();
    await clock.advance(10_000);
    expect(steps).toEqual(['keytar', 'look']);
    finish('secret');
    expect(await call).toBe('secret');
  });

  test('what is seen when the answer is there asks nobody', async () => {
    let finish!: (secret: string) => void;
    let see!: (where: Whereabouts) => void;
    const { get, steps, clock } = setUp(
      [() => new Promise((resolve) => (finish = resolve))],
      [() => new Promise((resolve) => (see = resolve))],
    );
    const call = get();
    await clock.advance(500);
    finish('secret');
    await call;
    see('locked');
    await clock.advance(0);
    expect(steps).toEqual(['keytar', 'look']);
  });

  test('an error in known words is told as it is', async () => {
    const { get, steps } = setUp([() => Promise.reject(new Error('Could not connect: …'))], []);
    await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
    expect(steps).toEqual(['keytar']);
  });

  test.each([
    ['unavailable', () => Promise.reject(new KeychainError('unavailable', 'There is none.'))],
    ['failed', sees('unlocked')],
    // Another process, that has met this keyring, may ask to unlock it.
    ['failed', sees('locked')],
  ] as const)('an error in unknown words is %s when the bus says so', async (code, look) => {
    const { get } = setUp([() => Promise.reject(noWords)], [look]);
    await expect(get()).rejects.toMatchObject({ code });
  });
});
