/** Saving a passkey, as the person before the dialog has it. */
import { describe, expect, it } from 'vitest';
import { blinking, ceremonyRig, DEVICE_PIN, KEY_PIN, PASSPHRASE, touch } from '../support/ceremony-rig';
import { listed } from '../support/relying-party';

const required = {
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
} as const;

describe('on this device', () => {
  it('asks where, then for the PIN, and says where it is', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    const person = rig.create(required);
    const { places, all } = await person.sees('choose-place');
    expect(places.map(({ is }) => is)).toEqual(['device', 'key', 'any-key', 'phone']);
    expect(all).toBe(false);
    expect(person.ceremony.view).toMatchObject({
      kind: 'create',
      site: { origin: 'https://login.example.org', rpId: 'example.org' },
      account: { name: 'ada@example.org', displayName: 'Ada Lovelace' },
    });
    person.choosesPlace('device');
    expect(await person.sees('device-pin')).toMatchObject({
      account: { name: 'ada@example.org' },
    });
    person.entersPin(DEVICE_PIN);
    expect(await person.sees('saved')).toMatchObject({ place: { is: 'device' }, backup: 'device-bound' });
    expect(await person.result).toMatchObject({
      is: 'created',
      response: { authenticatorAttachment: 'platform' },
    });
    expect(rig.vault.passkeys).toHaveLength(1);
    expect(rig.vault.secretsOpen).toBe(false);
    person.does({ act: 'done' });
    expect(person.state).toEqual({ name: 'closed', by: 'done' });
  });

  it('asks again after a wrong PIN, with the tries left, and never holds one', async () => {
    const rig = await ceremonyRig();
    const person = rig.create(required);
    await person.sees('choose-place');
    person.choosesPlace('device');
    await person.sees('device-pin');
    person.entersPin('590417');
    expect(await person.sees('device-pin')).toMatchObject({ problem: 'wrong', triesLeft: 9 });
    expect(JSON.stringify(person.ceremony.view)).not.toContain('590417');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
  });

  it('takes a finger where the PIN was right since the start, and the PIN instead when that is wished', async () => {
    const rig = await ceremonyRig({ biometrics: [] });
    const person = rig.create({ authenticatorSelection: { authenticatorAttachment: 'platform' } });
    expect(await person.sees('device-biometrics')).toMatchObject({ by: 'your fingerprint' });
    person.does({ act: 'use-pin' });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
    expect(person.seen).not.toContain('choose-place');
  });

  it('says that it is there already, and tells the site so only when the person is done', async () => {
    const rig = await ceremonyRig();
    const first = rig.create(required);
    await first.sees('choose-place');
    first.choosesPlace('device');
    await first.sees('device-pin');
    first.entersPin(DEVICE_PIN);
    await first.sees('saved');
    first.does({ act: 'done' });
    const { id } = rig.vault.passkeys[0]!.credential;
    const person = rig.create({ ...required, excludeCredentials: listed(id) });
    const { places } = await person.sees('choose-place');
    expect(places[0]).toMatchObject({ is: 'device', alreadyThere: true });
    person.choosesPlace('device');
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    expect(await person.sees('trouble')).toMatchObject({
      trouble: { is: 'excluded', place: { is: 'device' } },
    });
    person.does({ act: 'done' });
    expect(await person.result).toMatchObject({ is: 'error', error: { name: 'InvalidStateError' } });
    expect(rig.vault.passkeys).toHaveLength(1);
  });

  it('that is locked by ten wrong PINs says so, with another device as the way out', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    for (let tried = 0; tried < 10; tried++) {
      await rig.vault.verifyPin('590417').catch(() => undefined);
      await rig.clock.advance(24 * 60 * 60_000);
    }
    const person = rig.create(required);
    const { places } = await person.sees('choose-place');
    expect(places[0]).toMatchObject({ is: 'device', obstacle: 'blocked' });
    expect(person.ceremony.act({ act: 'choose-place', place: 'device' })).toBe(false);
  });

  it('asks for the passphrase of its vault, again when it is wrong', async () => {
    const rig = await ceremonyRig({ vault: 'passphrase' });
    const person = rig.create(required);
    const { places } = await person.sees('choose-place');
    expect(places[0]).toMatchObject({ is: 'device', need: 'passphrase' });
    person.choosesPlace('device');
    expect(await person.sees('device-passphrase')).toMatchObject({ wrong: false });
    person.does({ act: 'enter-passphrase', passphrase: 'not that one' });
    expect(await person.sees('device-passphrase')).toMatchObject({ wrong: true });
    person.does({ act: 'enter-passphrase', passphrase: PASSPHRASE });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
  });

  it('can be gone back to from the list of others, and there is nothing to go back to before it', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    const person = rig.create();
    expect(await person.sees('choose-place')).toMatchObject({ all: false });
    expect(person.ceremony.view.acts).not.toContain('back');
    person.does({ act: 'use-another-device' });
    expect(await person.sees('choose-place')).toMatchObject({ all: true });
    person.choosesPlace('device');
    await person.sees('device-pin');
    person.does({ act: 'back' });
    expect(await person.sees('choose-place')).toMatchObject({ all: true });
    person.does({ act: 'back' });
    expect(await person.sees('choose-place')).toMatchObject({ all: false });
    expect(person.ceremony.view.acts).not.toContain('back');
  });

  it('that is not set up says so; where the site wants nothing else the caller gets its own dialog back', async () => {
    const wanted = { authenticatorSelection: { authenticatorAttachment: 'platform' } } as const;
    const rig = await ceremonyRig({ vault: 'absent' });
    const person = rig.create(wanted);
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'vault-missing' } });
    const other = rig.create(wanted, { hasOwnDialog: true, caller: 'another' });
    expect(await other.result).toEqual({ is: 'fall-through' });
  });
});

describe('on a security key', () => {
  const external = {
    authenticatorSelection: { ...required.authenticatorSelection, authenticatorAttachment: 'cross-platform' },
  } as const;

  it('asks for its PIN, again when it is wrong, then for a touch', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{}] });
    const person = rig.create(external);
    expect(await person.sees('key-pin')).toEqual({
      name: 'key-pin',
      key: { id: expect.any(String) as string, name: 'Key 1' },
    });
    person.entersPin('000000');
    expect(await person.sees('key-pin')).toMatchObject({ retries: 7 });
    person.entersPin(KEY_PIN);
    expect(await person.sees('touch-key')).toMatchObject({ keys: [{ name: 'Key 1' }] });
    touch(keys[0]!);
    expect(await person.sees('saved')).toMatchObject({ place: { is: 'key', name: 'Key 1' } });
    expect(keys[0]!.simulated.snapshot().credentials).toHaveLength(1);
  });

  it('makes a PIN where there is none yet', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{ pin: undefined }] });
    const person = rig.create(external);
    expect(await person.sees('create-key-pin')).toMatchObject({ rules: { minLength: 4, maxBytes: 63 } });
    person.does({ act: 'create-pin', pin: '12' });
    expect(await person.sees('create-key-pin')).toMatchObject({ refusal: 'too-short' });
    person.does({ act: 'create-pin', pin: '7316' });
    await person.sees('touch-key');
    touch(keys[0]!);
    await person.sees('saved');
    // Nobody is asked for what they have just typed.
    expect(person.seen).not.toContain('key-pin');
  });

  it('changes a PIN that has to be changed', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{ pinRecord: { forceChange: true } }] });
    const person = rig.create(external);
    await person.sees('change-key-pin');
    person.does({ act: 'change-pin', current: '999999', next: '731684' });
    expect(await person.sees('change-key-pin')).toMatchObject({ retries: 7 });
    person.does({ act: 'change-pin', current: KEY_PIN, next: '731684' });
    await person.sees('touch-key');
    touch(keys[0]!);
    await person.sees('saved');
    expect(person.seen).not.toContain('key-pin');
  });

  it('is blocked after three wrong PINs until it is plugged in again', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{}] });
    const person = rig.create(external);
    for (let tried = 0; tried < 3; tried++) {
      await person.sees('key-pin');
      person.entersPin('000000');
    }
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'key-blocked', until: 'replug' } });
    person.does({ act: 'retry' });
    await person.sees('insert-key');
    rig.unplug(keys[0]!);
    rig.plug(keys[0]!);
    await person.sees('key-pin');
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    touch(keys[0]!);
    await person.sees('saved');
  });

  it('that is full is not offered, and another one is', async () => {
    const passkeys = Array.from({ length: 25 }, (_, index) => ({ rpId: `site${index}.example` }));
    const { keys, ...rig } = await ceremonyRig({
      vault: 'none',
      keys: [{ profile: 'nearly-full', passkeys }, {}],
    });
    const person = rig.create(required);
    await person.sees('key-pin');
    person.does({ act: 'use-another-device' });
    const { places } = await person.sees('choose-place');
    expect(places).toMatchObject([
      { is: 'key', name: 'Key 1', obstacle: 'full' },
      { is: 'key', name: 'Key 2', need: 'pin' },
      { is: 'any-key' },
      { is: 'phone', obstacle: 'not-yet' },
    ]);
    expect(keys).toHaveLength(2);
  });

  it('is waited for when none is plugged in', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{}] });
    rig.unplug(keys[0]!);
    const person = rig.create(external);
    await person.sees('insert-key');
    rig.plug(keys[0]!);
    await person.sees('key-pin');
  });

  it('races with the others: the first touch wins', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{}, {}] });
    const person = rig.create(external);
    expect(await person.sees('touch-key')).toMatchObject({ keys: [{ name: 'Key 1' }, { name: 'Key 2' }] });
    await blinking(keys[0]!);
    await blinking(keys[1]!);
    touch(keys[1]!);
    expect(await person.sees('key-pin')).toMatchObject({ key: { name: 'Key 2' } });
    expect(keys[0]!.presence.waiting).toBe(false);
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    await blinking(keys[1]!);
    touch(keys[1]!);
    await person.sees('saved');
    expect(keys[0]!.simulated.snapshot().credentials).toHaveLength(0);
  });

  it('keeps a name of one’s own', async () => {
    const kept: unknown[] = [];
    const { keys, ...rig } = await ceremonyRig({
      keys: [{}],
      ownNames: {
        keep: async ({ place, rpId }, name) => {
          if (name === 'too much') throw new Error('the disk is full');
          kept.push([place, rpId, name]);
        },
      },
    });
    const person = rig.create(external);
    await person.sees('key-pin');
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    touch(keys[0]!);
    await person.sees('saved');
    person.does({ act: 'rename', ownName: 'too much' });
    expect(await person.sees('saved')).toMatchObject({ ownName: '', notKept: true });
    person.does({ act: 'rename', ownName: 'work' });
    await person.sees('saved');
    expect(person.state).toMatchObject({ ownName: 'work' });
    expect(kept).toEqual([['key', 'example.org', 'work']]);
  });
});
