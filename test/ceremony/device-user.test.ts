/** The PIN and biometrics at a real vault, with the real authenticator of this device asking. */
import { expect, it } from 'vitest';
import { PlatformAuthenticator } from '../../main/authenticator/fronts/platform';
import { DeviceUser, type PinAnswer, type PinRequest } from '../../main/ceremony/device-user';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import type { BiometricAnswer } from '../../native/ports';
import { getRequest, makeRequest } from '../conformance/ceremony';
import { openMemoryVault, PIN } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

const WRONG = '590417';

/** A promise, and what settles it. */
function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** A device whose person answers by script: PINs for `askPin`, verdicts for the finger; an empty list fails the test. */
async function device({
  pins = [],
  fingers,
}: {
  readonly pins?: PinAnswer[];
  readonly fingers?: BiometricAnswer[];
}) {
  const { vault, clock, recoveryKey } = await openMemoryVault();
  const asked: PinRequest[] = [];
  let touched = 0;
  const user = new DeviceUser({
    vault,
    ...(fingers && {
      biometrics: {
        name: 'your fingerprint',
        available: async () => true,
        verify: async () => {
          touched++;
          const verdict = fingers.shift();
          if (!verdict) throw new Error('nobody was expected at the sensor');
          return verdict;
        },
      },
    }),
    askPin: async (request) => {
      asked.push(request);
      const answer = pins.shift();
      if (answer === undefined) throw new Error('no PIN was expected');
      return answer;
    },
  });
  const authenticator = new PlatformAuthenticator({
    clock,
    random: new SeededRandom(),
    storage: vault.storage,
    user,
  });
  const make = () => authenticator.makeCredential(makeRequest({ options: { rk: true } }));
  return { vault, clock, recoveryKey, authenticator, make, asked, touches: () => touched };
}

const statusOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { status: number }).status,
  );

it('verifies by the PIN, and closes the secrets when the passkey is made', async () => {
  const { vault, make, asked } = await device({ pins: [{ pin: PIN }] });
  const { authData } = await make();
  expect(decodeAuthenticatorData(authData).flags & (Flag.UP | Flag.UV)).toBe(Flag.UP | Flag.UV);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ reason: 'create' });
  expect(vault.secretsOpen).toBe(false);
});

it('asks again for each ceremony', async () => {
  const { authenticator, make, asked } = await device({ pins: [{ pin: PIN }, { pin: PIN }] });
  await make();
  await authenticator.getAssertion(getRequest());
  expect(asked.map(({ reason }) => reason)).toEqual(['create', 'use']);
});

it('takes a finger instead of a PIN that was right since the start', async () => {
  const { make, asked, touches } = await device({ fingers: ['verified'] });
  // The set-up was the PIN.
  await make();
  expect(asked).toEqual([]);
  expect(touches()).toBe(1);
});

it('does not take a finger alone after a lock', async () => {
  const { vault, make, asked, touches } = await device({ fingers: [], pins: [{ pin: PIN }] });
  vault.lock();
  await make();
  expect(touches()).toBe(0);
  expect(asked).toHaveLength(1);
});

it('does not take a finger when the vault was locked while the sensor waited', async () => {
  const finger = later<BiometricAnswer>();
  const { vault, clock } = await openMemoryVault();
  const user = new DeviceUser({
    vault,
    biometrics: { name: '', available: async () => true, verify: () => finger.promise },
    askPin: async () => 'cancelled',
  });
  const answer = user.verify({ reason: 'use', signal: new AbortController().signal });
  await clock.advance(0);
  vault.lock();
  finger.resolve('verified');
  expect(await answer).toBe('refused');
  expect(vault.secretsOpen).toBe(false);
});

it.each(['no-match', 'unavailable'] as const)('leaves the PIN when the finger is: %s', async (verdict) => {
  const { make, asked } = await device({ fingers: [verdict], pins: [{ pin: PIN }] });
  await make();
  expect(asked).toHaveLength(1);
});

it('tells a person who said no from one who did not come', async () => {
  expect(await statusOf((await device({ fingers: ['cancelled'] })).make())).toBe(0x27);
  expect(await statusOf((await device({ fingers: ['timed-out'] })).make())).toBe(0x2f);
  expect(await statusOf((await device({ pins: ['cancelled'] })).make())).toBe(0x27);
  expect(await statusOf((await device({ pins: ['timed-out'] })).make())).toBe(0x2f);
});

it('asks again after a wrong PIN, and says how many tries are left', async () => {
  const { make, asked } = await device({ pins: [{ pin: WRONG }, { pin: PIN }] });
  await make();
  expect(asked[0]?.problem).toBeUndefined();
  expect(asked[1]?.problem).toMatchObject({ code: 'pin-wrong', tries: { left: 9 } });
});

it('signs nothing once the caller has given up, even if the PIN comes then', async () => {
  const { vault, clock } = await openMemoryVault();
  const typed = later<PinAnswer>();
  const authenticator = new PlatformAuthenticator({
    clock,
    random: new SeededRandom(),
    storage: vault.storage,
    user: new DeviceUser({ vault, askPin: () => typed.promise }),
  });
  const caller = new AbortController();
  const made = authenticator.makeCredential(makeRequest({ options: { rk: true } }), {
    signal: caller.signal,
  });
  const refused = expect(made).rejects.toBe('the page was left');
  await clock.advance(0);
  caller.abort('the page was left');
  typed.resolve({ pin: PIN });
  await refused;
  await clock.advance(0);
  expect(vault.passkeys).toEqual([]);
  expect(vault.secretsOpen).toBe(false);
});

it('after ten wrong PINs takes no finger either', async () => {
  const { vault, clock, make, asked, touches } = await device({ fingers: [], pins: ['cancelled'] });
  for (let left = 10; left > 0; left--) {
    await vault.verifyPin(WRONG).catch(() => undefined);
    await clock.advance(24 * 60 * 60_000);
  }
  expect(vault.situation).toMatchObject({ verified: false, tries: { left: 0 } });
  expect(await statusOf(make())).toBe(0x27);
  expect(touches()).toBe(0);
  expect(asked).toHaveLength(1);
});
