/** What keys are asked for, side by side and one after the other, where they answer otherwise than usual. */
import { expect, it } from 'vitest';
import { blinking, ceremonyRig, KEY_PIN, touch } from '../support/ceremony-rig';
import { settled } from '../support/manual-clock';
import { RP_ID, utf8 } from '../support/relying-party';

const external = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'required',
    userVerification: 'required',
  },
} as const;
/** A touch is all that it takes. */
const secondFactor = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'discouraged',
    userVerification: 'discouraged',
  },
} as const;
const PUAT_REQUIRED = 0x36;

it.each([
  ['that asks for PINs after it', external],
  ['in which a touch is all', secondFactor],
] as const)('keys blink on when nobody has touched them in half a minute: a race %s', async (_, options) => {
  const rig = await ceremonyRig({ vault: 'absent', keys: [{}, {}] });
  const person = rig.create(options);
  for (let again = 0; again < 3; again++) {
    for (const key of rig.keys) await blinking(key);
    expect(person.state).toMatchObject({ name: 'touch-key', keys: [{}, {}] });
    await rig.clock.advance(30_000);
  }
  for (const key of rig.keys) await blinking(key);
  touch(rig.keys[1]!);
  await person.sees(options === external ? 'key-pin' : 'saved');
});

it('a key that turns out to want its PIN after all is asked by it, and the other is let go', async () => {
  const passkeys = [{ rpId: RP_ID, userName: 'ada', userId: utf8('ada') }];
  const quirks = [{ name: 'status', command: 1, status: PUAT_REQUIRED, times: 2 }] as const;
  const rig = await ceremonyRig({
    vault: 'absent',
    keys: [{ passkeys, configuration: { quirks } }, { passkeys }],
  });
  const person = rig.create(secondFactor);
  await person.sees('key-pin');
  expect(person.state).toMatchObject({ key: { name: 'Key 1' } });
  while (rig.keys[1]!.presence.waiting) await settled();
  person.entersPin(KEY_PIN);
  await person.sees('touch-key');
  await blinking(rig.keys[0]!);
  touch(rig.keys[0]!);
  await person.sees('saved');
});

it('an empty PIN is no answer, and takes no try', async () => {
  const rig = await ceremonyRig({ keys: [{}] });
  const person = rig.create(external);
  const before = await person.sees('key-pin');
  expect(person.ceremony.act({ act: 'enter-pin', pin: '' })).toBe(false);
  expect(person.state).toBe(before);
  person.entersPin(KEY_PIN);
  await person.sees('touch-key');
});

it('a passkey that shows itself only after the PIN is not said to be missing', async () => {
  const rig = await ceremonyRig({
    vault: 'absent',
    keys: [{ passkeys: [{ rpId: RP_ID, userName: 'ada', userId: utf8('ada'), credProtect: 3 }] }],
  });
  const [key] = rig.keys;
  const { id } = key!.simulated.snapshot().credentials[0]!.credential;
  const person = rig.get({ allowCredentials: [{ type: 'public-key', id }] });
  await person.sees('key-pin');
  person.entersPin(KEY_PIN);
  await person.sees('touch-key');
  await blinking(key!);
  touch(key!);
  expect(await person.result).toMatchObject({ is: 'used' });
});

it('a PIN that has to be changed is changed also where only the finger was not recognised', async () => {
  const rig = await ceremonyRig({
    vault: 'absent',
    keys: [
      {
        profile: 'fingerprint',
        fingers: [{ friendlyName: 'thumb' }],
        pinRecord: { forceChange: true },
      },
    ],
  });
  const person = rig.create(external);
  const [key] = rig.keys;
  for (let tried = 0; tried < 10 && person.state.name !== 'change-key-pin'; tried++) {
    for (let turn = 0; turn < 200 && !key!.presence.waiting; turn++) await settled();
    if (key!.presence.fingers.waiting) key!.presence.fingers.answer('no-match');
    for (let turn = 0; turn < 200 && key!.presence.fingers.waiting; turn++) await settled();
  }
  await person.sees('change-key-pin');
  expect(person.seen).toContain('key-finger');
  expect(person.seen).not.toContain('key-pin');
});

it('the same PIN again is no change, whatever the key would say to it', async () => {
  const quirks = [{ name: 'status', command: 6, subCommand: 4, status: 0 }] as const;
  const rig = await ceremonyRig({ keys: [{ pinRecord: { forceChange: true }, configuration: { quirks } }] });
  const person = rig.create(external);
  await person.sees('change-key-pin');
  person.does({ act: 'change-pin', current: KEY_PIN, next: KEY_PIN });
  expect(await person.sees('change-key-pin')).toMatchObject({ refusal: 'refused' });
});

it('the accounts of a key stay as they are while another key is plugged in', async () => {
  const passkeys = ['ada', 'bob'].map((name) => ({ rpId: RP_ID, userName: name, userId: utf8(name) }));
  const rig = await ceremonyRig({ vault: 'absent', keys: [{ passkeys }, {}] });
  const [key, other] = rig.keys;
  rig.unplug(other!);
  const person = rig.get();
  await person.sees('key-pin');
  person.entersPin(KEY_PIN);
  await person.sees('touch-key');
  await blinking(key!);
  touch(key!);
  const { accounts } = await person.sees('choose-account');
  rig.plug(other!);
  for (let turn = 0; turn < 50; turn++) await rig.clock.advance(0);
  expect(person.state).toMatchObject({ name: 'choose-account', accounts });
  person.does({ act: 'choose-account', account: '1' });
  expect(await person.result).toMatchObject({ is: 'used' });
});

it('all keys are taken out at once: another is asked for', async () => {
  const rig = await ceremonyRig({ vault: 'absent', keys: [{}, {}] });
  const person = rig.create(external);
  await person.sees('touch-key');
  for (const key of rig.keys) await blinking(key);
  for (const key of rig.keys) rig.unplug(key);
  await person.sees('insert-key');
  rig.plug(rig.keys[1]!);
  expect(await person.sees('key-pin')).toMatchObject({ key: { name: 'Key 2' } });
});

it('keys that both have a passkey of the list race: nobody has to choose between keys', async () => {
  const rig = await ceremonyRig({
    vault: 'absent',
    keys: ['ada', 'bob'].map((name) => ({
      passkeys: [{ rpId: RP_ID, userName: name, userId: utf8(name) }],
    })),
  });
  const list = rig.keys.map(({ simulated }) => simulated.snapshot().credentials[0]!.credential.id);
  const person = rig.get({ allowCredentials: list.map((id) => ({ type: 'public-key', id })) });
  expect((await person.sees('touch-key')).keys).toHaveLength(2);
  expect(person.seen).not.toContain('choose-account');
  await blinking(rig.keys[1]!);
  touch(rig.keys[1]!);
  expect(await person.sees('key-pin')).toMatchObject({ key: { name: 'Key 2' } });
});
