/** Using a passkey, as the person before the dialog has it. */
import { describe, expect, it } from 'vitest';
import { encodeBase64Url } from '../../main/webauthn/base64url';
import { blinking, ceremonyRig, DEVICE_PIN, KEY_PIN, touch, type CeremonyRig } from '../support/ceremony-rig';
import { KeyBehindSystem } from '../support/key-behind-system';
import { listed, RP_ID, utf8 } from '../support/relying-party';

const onDevice = {
  authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
} as const;

/** Passkeys on this device, the oldest first. */
async function saved(rig: CeremonyRig, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const person = rig.create({ ...onDevice, user: { id: utf8(name), name, displayName: name } });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
    person.does({ act: 'done' });
  }
}

const userOf = async (person: { readonly result: Promise<unknown> }): Promise<string> => {
  const result = (await person.result) as { response: { response: { userHandle: string } } };
  return Buffer.from(result.response.response.userHandle, 'base64url').toString();
};

const ofRp = (...names: readonly string[]) =>
  names.map((name) => ({ rpId: RP_ID, userName: name, displayName: name, userId: utf8(name) }));

describe('on this device', () => {
  it('one match is one step: the PIN, and it is done', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    await saved(rig, 'ada');
    const person = rig.get();
    expect(await person.sees('device-pin')).toMatchObject({ account: { name: 'ada' } });
    person.entersPin(DEVICE_PIN);
    expect(await userOf(person)).toBe('ada');
    expect(await person.sees('closed')).toEqual({ name: 'closed', by: 'done' });
    expect(person.seen).toEqual(['preparing', 'working', 'device-pin', 'working', 'closed']);
    expect(rig.vault.passkeys[0]?.lastUsed).toBeDefined();
    expect(rig.vault.secretsOpen).toBe(false);
  });

  it('of several accounts the last used is the first, and the chosen one signs in', async () => {
    const rig = await ceremonyRig();
    await saved(rig, 'ada', 'bob', 'eve');
    const bob = rig.vault.passkeys[1]!.credential.id;
    rig.calendar.date += 60_000;
    rig.vault.markUsed(bob);
    const person = rig.get();
    const { accounts } = await person.sees('choose-account');
    expect(accounts.map(({ name }) => name)[0]).toBe('bob');
    const eve = accounts.find(({ name }) => name === 'eve')!;
    person.does({ act: 'choose-account', account: eve.id });
    expect(await person.sees('device-pin')).toMatchObject({ account: { name: 'eve' } });
    person.does({ act: 'back' });
    await person.sees('choose-account');
    person.does({ act: 'choose-account', account: eve.id });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    expect(await userOf(person)).toBe('eve');
    await person.sees('closed');
    const used = rig.vault.passkeys.filter(({ lastUsed }) => lastUsed !== undefined);
    expect(used.map(({ credential }) => credential.user.name)).toEqual(['bob', 'eve']);
  });

  it('of several that a site lists, each with values of the prf extension of its own, the chosen one gets its own', async () => {
    const rig = await ceremonyRig();
    for (const name of ['ada', 'bob']) {
      const user = { id: utf8(name), name, displayName: name };
      const person = rig.create({ ...onDevice, user, extensions: { prf: {} } });
      await person.sees('device-pin');
      person.entersPin(DEVICE_PIN);
      await person.sees('saved');
      person.does({ act: 'done' });
    }
    const ids = rig.vault.passkeys.map(({ credential }) => credential.id);
    const results = async (name: string): Promise<string> => {
      const evalByCredential = new Map(ids.map((id) => [encodeBase64Url(id), { first: utf8('a salt') }]));
      const person = rig.get({ allowCredentials: listed(...ids), extensions: { prf: { evalByCredential } } });
      const { accounts } = await person.sees('choose-account');
      const account = accounts.find((each) => each.name === name)!.id;
      person.does({ act: 'choose-account', account });
      await person.sees('device-pin');
      person.entersPin(DEVICE_PIN);
      expect(await userOf(person)).toBe(name);
      const { response } = (await person.result) as unknown as {
        readonly response: {
          readonly clientExtensionResults: { readonly prf: { readonly results: { readonly first: string } } };
        };
      };
      return response.clientExtensionResults.prf.results.first;
    };
    expect(await results('ada')).not.toBe(await results('bob'));
  });

  it('an allow list leaves only what is on it', async () => {
    const rig = await ceremonyRig();
    await saved(rig, 'ada', 'bob');
    const { id } = rig.vault.passkeys[0]!.credential;
    const person = rig.get({ allowCredentials: listed(new Uint8Array(16), id) });
    expect(await person.sees('device-pin')).toMatchObject({ account: { name: 'ada' } });
    person.entersPin(DEVICE_PIN);
    expect(await userOf(person)).toBe('ada');
  });

  it('finds a passkey that lives in its own ID by the list alone', async () => {
    const rig = await ceremonyRig();
    const maker = rig.create({ authenticatorSelection: { authenticatorAttachment: 'platform' } });
    await maker.sees('device-pin');
    maker.entersPin(DEVICE_PIN);
    const made = await maker.result;
    if (made.is !== 'created') throw new Error('it was not made');
    maker.does({ act: 'done' });
    expect(rig.vault.passkeys).toEqual([]);
    const person = rig.get({ allowCredentials: listed(Buffer.from(made.response.rawId, 'base64url')) });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    expect(await person.result).toMatchObject({ is: 'used', response: { rawId: made.response.rawId } });
  });
});

describe('no match', () => {
  it('is said plainly, with a way to another device, and looks like "cancelled" to the site', async () => {
    const rig = await ceremonyRig();
    const person = rig.get();
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'no-match', keys: [] } });
    let answered = false;
    void person.result.then(() => (answered = true));
    await rig.clock.advance(60_000);
    expect(answered).toBe(false);
    person.does({ act: 'use-another-device' });
    await person.sees('choose-place');
    person.does({ act: 'cancel' });
    const none = await person.result;
    await saved(rig, 'ada');
    const refused = rig.get();
    await refused.sees('device-pin');
    refused.does({ act: 'cancel' });
    expect(await refused.result).toEqual(none);
    expect(none).toMatchObject({ is: 'error', error: { name: 'NotAllowedError' } });
  });

  it('gives way to the dialog of the caller, where it has one', async () => {
    const rig = await ceremonyRig();
    expect(await rig.get({}, { hasOwnDialog: true }).result).toEqual({ is: 'fall-through' });
  });

  it('on a plugged-in key is known by its silent answer, and another key helps', async () => {
    const { keys, ...rig } = await ceremonyRig({
      vault: 'none',
      keys: [{ pin: undefined }, { pin: undefined, passkeys: ofRp('ada') }],
    });
    const { id } = keys[1]!.simulated.snapshot().credentials[0]!.credential;
    rig.unplug(keys[1]!);
    const person = rig.get({ allowCredentials: listed(id) });
    expect(await person.sees('trouble')).toMatchObject({
      trouble: { is: 'no-match', keys: [{ name: 'Key 1' }] },
    });
    person.does({ act: 'use-another-device' });
    await person.sees('choose-place');
    person.choosesPlace('any-key');
    await person.sees('insert-key');
    rig.plug(keys[1]!);
    await person.sees('touch-key');
    await blinking(keys[1]!);
    touch(keys[1]!);
    expect(await person.result).toMatchObject({ is: 'used' });
  });
});

describe('on security keys', () => {
  it('shows the accounts of a key after its PIN', async () => {
    const { keys, ...rig } = await ceremonyRig({ keys: [{ passkeys: ofRp('ada', 'bob') }] });
    const person = rig.get();
    await person.sees('key-pin');
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    await blinking(keys[0]!);
    touch(keys[0]!);
    const { accounts } = await person.sees('choose-account');
    expect(accounts.map(({ name, place }) => [name, place])).toEqual([
      ['bob', { is: 'key', id: 'key-1', name: 'Key 1' }],
      ['ada', { is: 'key', id: 'key-1', name: 'Key 1' }],
    ]);
    person.does({ act: 'choose-account', account: accounts[1]!.id });
    expect(await userOf(person)).toBe('ada');
  });

  it('all of them race, and one that has none is the wrong one', async () => {
    const { keys, ...rig } = await ceremonyRig({
      vault: 'none',
      keys: [{ pin: undefined }, { pin: undefined, passkeys: ofRp('ada') }],
    });
    const person = rig.get();
    expect((await person.sees('touch-key')).keys).toHaveLength(2);
    await blinking(keys[0]!);
    await blinking(keys[1]!);
    touch(keys[0]!);
    expect(await person.sees('trouble')).toMatchObject({
      trouble: { is: 'wrong-key', key: { name: 'Key 1' } },
    });
    expect(keys[1]!.presence.waiting).toBe(false);
    person.does({ act: 'retry' });
    expect((await person.sees('touch-key')).keys).toMatchObject([{ name: 'Key 2' }]);
    await blinking(keys[1]!);
    touch(keys[1]!);
    expect(await userOf(person)).toBe('ada');
  });

  it('one touch is all that two keys take for a site that wants no verification', async () => {
    const { keys, ...rig } = await ceremonyRig({
      vault: 'none',
      keys: [{ passkeys: ofRp('ada') }, { passkeys: ofRp('bob') }],
    });
    const person = rig.get({ userVerification: 'discouraged' });
    await person.sees('touch-key');
    await blinking(keys[0]!);
    await blinking(keys[1]!);
    touch(keys[1]!);
    expect(await userOf(person)).toBe('bob');
    expect(keys[1]!.presence.requests).toHaveLength(1);
  });

  it('another key joins the race while they blink, and one that is taken out leaves it', async () => {
    const { keys, ...rig } = await ceremonyRig({ vault: 'none', keys: [{}, {}, {}] });
    rig.unplug(keys[2]!);
    const person = rig.get();
    expect((await person.sees('touch-key')).keys).toHaveLength(2);
    rig.plug(keys[2]!);
    for (let turn = 0; turn < 50; turn++) await rig.clock.advance(0);
    expect(person.state).toMatchObject({ name: 'touch-key', keys: [{}, {}, { name: 'Key 3' }] });
    rig.unplug(keys[0]!);
    for (let turn = 0; turn < 50; turn++) await rig.clock.advance(0);
    expect(person.state).toMatchObject({ keys: [{ name: 'Key 2' }, { name: 'Key 3' }] });
    await blinking(keys[2]!);
    touch(keys[2]!);
    expect(await person.sees('key-pin')).toMatchObject({ key: { name: 'Key 3' } });
  });

  it('waits for a finger, and says when it was not recognised', async () => {
    const { keys, ...rig } = await ceremonyRig({
      vault: 'none',
      keys: [{ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }], passkeys: ofRp('ada') }],
    });
    const person = rig.get({ userVerification: 'required' });
    await person.sees('key-finger');
    await blinking(keys[0]!);
    keys[0]!.presence.fingers.answer('no-match');
    for (let turn = 0; turn < 50; turn++) await rig.clock.advance(0);
    expect(person.state).toMatchObject({ name: 'key-finger', retries: expect.any(Number) as number });
    await blinking(keys[0]!);
    keys[0]!.presence.fingers.answer('verified');
    expect(await userOf(person)).toBe('ada');
  });
});

describe('a list of the site with nothing that there could be', () => {
  const unknownKind = (id: Uint8Array) => ({ allowCredentials: [{ type: 'signature', id }] });

  it('is not no list: the passkeys of this device stay where they are', async () => {
    const rig = await ceremonyRig();
    await saved(rig, 'ada');
    const { id } = rig.vault.passkeys[0]!.credential;
    expect(await rig.get(unknownKind(id), { hasOwnDialog: true }).result).toEqual({ is: 'fall-through' });
    expect(await rig.get(unknownKind(id)).sees('trouble')).toMatchObject({ trouble: { is: 'no-match' } });
  });

  it('gets no key in the way, also none that shows some only after its PIN', async () => {
    const { keys, ...rig } = await ceremonyRig({ vault: 'none', keys: [{ passkeys: ofRp('ada') }] });
    const { id } = keys[0]!.simulated.snapshot().credentials[0]!.credential;
    expect(await rig.get(unknownKind(id), { hasOwnDialog: true }).result).toEqual({ is: 'fall-through' });
    // One that there could be: nobody knows before the PIN.
    const perhaps = rig.get({ allowCredentials: listed(new Uint8Array(32)) }, { hasOwnDialog: true });
    await perhaps.sees('key-pin');
  });

  it('asks the dialog of the system for nothing', async () => {
    const systemKeys = new KeyBehindSystem();
    const rig = await ceremonyRig({ systemKeys, vault: 'none' });
    const person = rig.get(unknownKind(new Uint8Array(32)));
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'wrong-key' } });
    expect(systemKeys.used).toEqual([]);
  });
});
