/** Keys that misbehave, by the quirks of the simulated key: what a person sees of it, and that nothing breaks. */
import { beforeEach, describe, expect, it } from 'vitest';
import { hostileTexts, type Quirk } from '../../main/authenticator/quirks';
import { problemOf, type Problem } from '../../main/inventory/problems';
import { Desk, PIN, somePasskeys, type KeyOnDesk } from '../support/desk';

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});

const odd = (...quirks: Quirk[]): Promise<KeyOnDesk> =>
  desk.plug({ passkeys: somePasskeys(2), changes: { quirks } });
const unlock = (pin = PIN): Promise<void> => desk.inventory.unlock(desk.status().id, pin);

async function problemFrom(work: Promise<unknown>): Promise<Problem> {
  return work.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => problemOf(error),
  );
}

describe('a PIN try counter that goes up', () => {
  it('tells of more tries than there can be: none are told, and the right PIN works', async () => {
    const { simulated } = await odd({ name: 'retries-go-up' });
    expect(desk.status().pin.retriesLeft).toBe(8);
    for (const wrong of ['111111', '222222']) {
      const { code, retriesLeft, message } = await problemFrom(unlock(wrong));
      expect([code, retriesLeft]).toEqual(['pin-invalid', undefined]);
      expect(message).not.toMatch(/\d/);
      expect(desk.status().pin).not.toHaveProperty('retriesLeft');
    }
    expect(simulated.snapshot().pin.retries).toBe(6);
    await unlock();
    expect(desk.passkeyIds()).toHaveLength(2);
  });

  it('the third wrong PIN still asks to take the key out, and the last one blocks', async () => {
    const key = await odd({ name: 'retries-go-up' });
    for (let wrong = 0; wrong < 2; wrong++) await problemFrom(unlock('999999'));
    expect(await problemFrom(unlock('999999'))).toMatchObject({ code: 'pin-auth-blocked' });
    expect(desk.status().pin.blocked).toBe('until-reinserted');
    await desk.reinsert(key);
    expect(desk.status().pin.blocked).toBeUndefined();
    await unlock();
  });
});

it('the name of a user as that of the site: the site is still told by its RP ID', async () => {
  await odd({ name: 'user-name-as-rp-name' });
  await unlock();
  const [first] = desk.inventory.passkeysOn(desk.status().id);
  expect(first?.credential).toMatchObject({ rpId: 'site0.example', rpName: 'user0' });
});

it('alwaysUv that turns itself on when a PIN is set: the details say On at once', async () => {
  await desk.plug({ pin: null, changes: { quirks: [{ name: 'always-uv-after-pin' }] } });
  expect(desk.status().info?.options?.get('alwaysUv')).toBe(false);
  await desk.inventory.setPin(desk.status().id, PIN);
  expect(desk.status().info?.options?.get('alwaysUv')).toBe(true);
  expect(desk.status().info?.options?.get('makeCredUvNotRqd')).toBeUndefined();
  await unlock();
});

describe('no permission to open it', () => {
  it('is said as such, and Refresh works once there is', async () => {
    const { simulated } = await odd({ name: 'no-permission' });
    expect(desk.status()).toMatchObject({ state: 'unusable', problem: { code: 'access-denied' } });
    simulated.setQuirks([]);
    await desk.inventory.refresh(desk.status().id);
    await desk.settle();
    await unlock();
    expect(desk.passkeyIds()).toHaveLength(2);
  });
});

describe('keepalives 400 ms apart', () => {
  it('are no silence: everything works', async () => {
    await odd({ name: 'slow-keepalives', milliseconds: 400 });
    await unlock();
    expect(desk.passkeyIds()).toHaveLength(2);
  });
});

describe('hostile text', () => {
  it.each(Object.keys(hostileTexts))('%s in every name of a passkey: listed as it is', async (kind) => {
    await odd({ name: 'hostile-text', command: 0x0a, kind });
    await unlock();
    const passkeys = desk.inventory.passkeysOn(desk.status().id);
    expect(passkeys).toHaveLength(2);
    for (const { credential } of passkeys) {
      const name = hostileTexts[kind as keyof typeof hostileTexts];
      expect(name.startsWith(credential.user?.name ?? 'none')).toBe(true);
    }
  });

  it.each(Object.keys(hostileTexts))(
    '%s in every string of getInfo: the key is there, or says why not',
    async (kind) => {
      await odd({ name: 'hostile-text', command: 0x04, kind });
      expect(['ready', 'unusable']).toContain(desk.status().state);
      expect(desk.status().problem?.message ?? '').not.toContain(
        hostileTexts[kind as keyof typeof hostileTexts],
      );
    },
  );
});

describe.each<[string, Quirk]>([
  ['map keys in the wrong order', { name: 'misordered-keys' }],
  ['text cut in the middle of a character', { name: 'cut-text', bytes: 4, command: 0x0a }],
])('%s', (_, quirk) => {
  it('everything can be listed and deleted, and the details say what is odd', async () => {
    const passkeys = [{ rpId: 'a.example', userName: 'zoé', displayName: 'zoé' }];
    await desk.plug({ passkeys, changes: { quirks: [quirk] } });
    await unlock();
    expect(desk.passkeyIds()).toHaveLength(1);
    const { oddities } = desk.status();
    const flaws = desk.inventory.passkeysOn(desk.status().id).flatMap(({ credential }) => credential.flaws);
    expect([...oddities, ...flaws].join(' ')).not.toBe('');
  });
});
