/** What is so, or becomes so, around a ceremony: rules, settings, the vault, other ceremonies, the end of the program. */
import { describe, expect, it, vi } from 'vitest';
import type { Rules } from '../../main/ceremony/ports';
import { blinking, ceremonyRig, DEVICE_PIN, KEY_PIN, touch, type Person } from '../support/ceremony-rig';
import { RP_ID, utf8 } from '../support/relying-party';

const platform = {
  authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
} as const;
const external = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'required',
    userVerification: 'required',
  },
} as const;
const passkeys = [{ rpId: RP_ID, userName: 'ada', userId: utf8('ada') }];

async function savesHere(person: Person): Promise<void> {
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  await person.sees('saved');
  person.does({ act: 'done' });
}

describe('the administrator forbids this device', () => {
  const forbidding = (): { readonly rules: Rules; inForce: boolean } => {
    const administrator = {
      inForce: false,
      rules: {
        allows: (place: 'device' | 'key') => place !== 'device' || !administrator.inForce,
        enterpriseAttestation: () => undefined,
      },
    };
    return administrator;
  };

  it('where a site wants nothing else: that is said, and nothing is saved', async () => {
    const administrator = forbidding();
    administrator.inForce = true;
    const rig = await ceremonyRig({ rules: administrator.rules });
    const person = rig.create(platform);
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'policy' } });
    const other = rig.create(platform, { hasOwnDialog: true, caller: 'browser with a dialog' });
    expect(await other.result).toEqual({ is: 'fall-through' });
    expect(rig.vault.passkeys).toEqual([]);
  });

  it('for its use: what is there is neither offered nor taken', async () => {
    const administrator = forbidding();
    const rig = await ceremonyRig({ keys: [{ passkeys }], rules: administrator.rules });
    await savesHere(rig.create(platform));
    administrator.inForce = true;
    const person = rig.get();
    await person.sees('key-pin');
    expect(person.seen).not.toContain('choose-account');
    person.does({ act: 'use-another-device' });
    const { places } = await person.sees('choose-place');
    expect(places.find(({ is }) => is === 'device')).toMatchObject({ obstacle: 'policy' });
    const only = rig.get({}, { only: 'device', caller: 'another' });
    expect(await only.sees('trouble')).toMatchObject({ trouble: { is: 'policy' } });
  });
});

describe('saving to this device is turned off', () => {
  it('while a site that wants nothing else is served: the next try says so', async () => {
    const options = { biometrics: ['timed-out' as const], saves: true };
    const rig = await ceremonyRig(options);
    const person = rig.create(platform);
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'not-touched' } });
    options.saves = false;
    person.does({ act: 'retry' });
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'policy' } });
  });

  it('while the places are shown: another one is chosen', async () => {
    const options = { keys: [{}], saves: true };
    const rig = await ceremonyRig(options);
    const person = rig.create();
    await person.sees('choose-place');
    options.saves = false;
    person.choosesPlace('device');
    const { places } = await person.sees('choose-place');
    expect(places.map(({ is }) => is)).not.toContain('device');
    expect(rig.vault.passkeys).toEqual([]);
  });
});

describe('the vault', () => {
  it('is locked while the PIN is asked for: the PIN opens it again', async () => {
    const rig = await ceremonyRig({ biometrics: [] });
    const person = rig.create(platform);
    await person.sees('device-biometrics');
    person.does({ act: 'use-pin' });
    await person.sees('device-pin');
    rig.vault.lock();
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
    expect(rig.vault.passkeys).toHaveLength(1);
  });

  it('is closed while the PIN is asked for: that is said, and it is opened for the next try', async () => {
    const rig = await ceremonyRig();
    const person = rig.create(platform);
    await person.sees('device-pin');
    await rig.vault.close();
    person.entersPin(DEVICE_PIN);
    await person.sees('trouble');
    person.does({ act: 'retry' });
    await savesHere(person);
    expect(rig.vault.passkeys).toHaveLength(1);
  });
});

describe('a key is busy with the dialog of another caller', () => {
  it('so nobody says yet that it has no passkey, and it is asked when it is free', async () => {
    const rig = await ceremonyRig({ vault: 'absent', keys: [{ passkeys }] });
    const key = rig.keys[0]!;
    const { id } = key.simulated.snapshot().credentials[0]!.credential;
    const first = rig.create(external);
    await first.sees('key-pin');
    const second = rig.get({ allowCredentials: [{ type: 'public-key', id }] }, { caller: 'another' });
    const third = rig.get(
      { allowCredentials: [{ type: 'public-key', id }] },
      { caller: 'a third', hasOwnDialog: true },
    );
    for (let turn = 0; turn < 30; turn++) await rig.clock.advance(10);
    expect(second.state).toEqual({ name: 'preparing' });
    expect(third.state).toEqual({ name: 'preparing' });
    third.does({ act: 'cancel' });
    first.does({ act: 'cancel' });
    await second.sees('key-pin');
    second.entersPin(KEY_PIN);
    await second.sees('touch-key');
    await blinking(key);
    touch(key);
    expect(await second.result).toMatchObject({ is: 'used' });
  });

  it('which nobody waits for where keys are not wanted', async () => {
    const rig = await ceremonyRig({ keys: [{ passkeys }] });
    const first = rig.create(external);
    await first.sees('key-pin');
    const { id } = rig.keys[0]!.simulated.snapshot().credentials[0]!.credential;
    const excludeCredentials = [{ type: 'public-key', id }];
    const second = rig.create({ ...platform, excludeCredentials }, { caller: 'another' });
    // No time passes.
    await second.sees('device-pin');
  });

  it('and turns out to have none', async () => {
    const rig = await ceremonyRig({ vault: 'absent', keys: [{ profile: '2.0', pin: undefined }] });
    const first = rig.create(external);
    await first.sees('create-key-pin');
    const allowCredentials = [{ type: 'public-key', id: new Uint8Array(32) }];
    const second = rig.get({ allowCredentials }, { caller: 'another' });
    for (let turn = 0; turn < 30; turn++) await rig.clock.advance(10);
    expect(second.state).toEqual({ name: 'preparing' });
    first.does({ act: 'cancel' });
    expect(await second.sees('trouble')).toMatchObject({ trouble: { is: 'no-match', keys: [{}] } });
  });
});

it('a program that ends opens no more dialogs', async () => {
  const rig = await ceremonyRig();
  rig.desk.close();
  const opened: unknown[] = [];
  rig.desk.onOpen(({ view }) => opened.push(view.id));
  const person = rig.create();
  expect(person.state).toEqual({ name: 'closed', by: 'aborted' });
  expect(await person.result).toMatchObject({ is: 'error' });
  expect(opened).toEqual([]);
});

describe('the first hint of the site, against its authenticatorAttachment (WebAuthn Level 3 §5.8.8)', () => {
  it('security-key: keys come first, and this device is still there', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    const person = rig.create({ ...platform, hints: ['security-key'] });
    const { places } = await person.sees('choose-place');
    expect(places.map(({ is }) => is)).toEqual(['key', 'any-key', 'device', 'phone']);
  });

  it('client-device: this device is offered', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    const person = rig.create({ ...external, hints: ['client-device', 'security-key'] });
    const { places } = await person.sees('choose-place');
    expect(places.map(({ is }) => is)).toEqual(['device', 'key', 'any-key', 'phone']);
  });
});

it('passkeys of other sites are on this device: only those of the one that asks are offered', async () => {
  const rig = await ceremonyRig();
  for (const id of ['example.org', 'login.example.org'])
    await savesHere(
      rig.create({ ...platform, rp: { id, name: '' }, user: { id: utf8(id), name: id, displayName: '' } }),
    );
  const person = rig.get({ rpId: 'login.example.org' });
  expect(await person.sees('device-pin')).toMatchObject({ account: { name: 'login.example.org' } });
  person.entersPin(DEVICE_PIN);
  expect(await person.result).toMatchObject({ is: 'used' });
});

it('a large blob is kept with a passkey of this device, and nothing that the gesture opened stays open', async () => {
  const rig = await ceremonyRig();
  const made = rig.create({ ...platform, extensions: { largeBlob: { support: 'required' } } });
  await savesHere(made);
  const { id } = rig.vault.passkeys[0]!.credential;
  const person = rig.get({
    allowCredentials: [{ type: 'public-key', id }],
    extensions: { largeBlob: { write: utf8('kept') } },
  });
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  expect(await person.result).toMatchObject({
    response: { clientExtensionResults: { largeBlob: { written: true } } },
  });
  expect(rig.vault.secretsOpen).toBe(false);
});

it('a key that serves no site is not asked which passkeys it has', async () => {
  const rig = await ceremonyRig({ keys: [{ passkeys }, { passkeys }], lastServesNobody: true });
  const counted = rig.keys.map(({ simulated }) => vi.spyOn(simulated, 'handle'));
  const list = rig.keys.map(({ simulated }) => simulated.snapshot().credentials[0]!.credential.id);
  const person = rig.get({ allowCredentials: list.map((id) => ({ type: 'public-key', id })) });
  expect(await person.sees('key-pin')).toMatchObject({ key: { name: 'Key 1' } });
  expect(counted.map(({ mock }) => mock.calls.length > 0)).toEqual([true, false]);
});

it('of several passkeys on the list of the site, the one that was chosen signs in', async () => {
  const rig = await ceremonyRig();
  for (const name of ['ada', 'bob', 'eve'])
    await savesHere(rig.create({ ...platform, user: { id: utf8(name), name, displayName: '' } }));
  const allowCredentials = rig.vault.passkeys
    .slice(0, 2)
    .map(({ credential: { id } }) => ({ type: 'public-key', id }));
  const person = rig.get({ allowCredentials });
  const { accounts } = await person.sees('choose-account');
  expect(accounts.map(({ name }) => name).sort()).toEqual(['ada', 'bob']);
  const bob = accounts.find(({ name }) => name === 'bob')!;
  person.does({ act: 'choose-account', account: bob.id });
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  expect(await person.result).toMatchObject({
    response: { id: bob.id, response: { userHandle: Buffer.from('bob').toString('base64url') } },
  });
});

describe('a passkey goes while its PIN is asked for', () => {
  it('so nobody is signed in as somebody else who is left', async () => {
    const rig = await ceremonyRig();
    for (const name of ['ada', 'bob'])
      await savesHere(rig.create({ ...platform, user: { id: utf8(name), name, displayName: name } }));
    const person = rig.get();
    const { accounts } = await person.sees('choose-account');
    const ada = accounts.find(({ name }) => name === 'ada')!;
    person.does({ act: 'choose-account', account: ada.id });
    expect(await person.sees('device-pin')).toMatchObject({ account: { name: 'ada' } });
    // By its site, in another tab, or in Latchkey's own window.
    const { id } = rig.vault.passkeys.find(({ credential }) => credential.user.name === 'ada')!.credential;
    await rig.vault.remove([id]);
    person.entersPin(DEVICE_PIN);
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'no-match' } });
    expect(person.ceremony.isAnswered).toBe(false);
  });
});
