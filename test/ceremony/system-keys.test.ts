/** Where the system lets only its own dialog at security keys: "Security key" is that dialog. */
import { expect, it } from 'vitest';
import { WebAuthnDll } from '../../native/webauthn-dll/webauthn-dll';
import { ceremonyRig, DEVICE_PIN, type CeremonyRig, type Person } from '../support/ceremony-rig';
import { FakeWebAuthnDll, hresult } from '../support/fake-webauthn-dll';
import { KeyBehindSystem } from '../support/key-behind-system';
import { ManualClock, settled } from '../support/manual-clock';
import { RP_ID, utf8 } from '../support/relying-party';

const external = {
  authenticatorSelection: { authenticatorAttachment: 'cross-platform', residentKey: 'required' },
} as const;

function places(person: Person): readonly string[] {
  const { state } = person;
  return 'places' in state ? state.places.map(({ id }) => id) : [];
}

/** A passkey on the key behind the dialog. */
async function withPasskey(rig: CeremonyRig): Promise<void> {
  const person = rig.create(external, { only: 'key' });
  await person.sees('saved');
  person.does({ act: 'done' });
}

it('a passkey is saved and used by the dialog of the system', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys, keys: [{}], keysAreClosed: true });
  const saving = rig.create();
  const { places: offered } = await saving.sees('choose-place');
  // The key that is plugged in is not shown as one that does not answer.
  expect(offered.map(({ id }) => id)).toEqual(['device', 'any-key', 'phone']);
  saving.choosesPlace('any-key');
  const saved = await saving.sees('saved');
  expect(saved).toMatchObject({ place: { is: 'key', id: 'any-key', name: '' }, backup: 'device-bound' });
  expect(saving.seen).toContain('working');
  expect(await saving.result).toMatchObject({
    is: 'created',
    response: { response: { transports: ['usb'] } },
  });

  await withPasskey(rig);
  const using = rig.get();
  expect(await using.result).toMatchObject({
    is: 'used',
    response: { response: { userHandle: Buffer.from('ada').toString('base64url') } },
  });
  expect(systemKeys.used).toHaveLength(1);
});

it('while that dialog is open, all that can be done here is to cancel, which closes it', async () => {
  const systemKeys = new KeyBehindSystem();
  systemKeys.staysOpen = true;
  const rig = await ceremonyRig({ systemKeys });
  const person = rig.create(external, { only: 'key' });
  await person.sees('working');
  expect(person.ceremony.view.acts).toEqual(['cancel']);
  person.does({ act: 'cancel' });
  await settled();
  expect(systemKeys.calledOff).toBe(1);
  expect(await person.result).toMatchObject({ is: 'error', error: { name: 'NotAllowedError' } });
});

it.each(['aborts', 'waits no longer'] as const)('the dialog closes when the site %s', async (how) => {
  const systemKeys = new KeyBehindSystem();
  systemKeys.staysOpen = true;
  const rig = await ceremonyRig({ systemKeys });
  const site = new AbortController();
  const person = rig.create(external, { only: 'key', signal: site.signal });
  await person.sees('working');
  if (how === 'aborts') site.abort();
  else await rig.clock.advance(300_000);
  await settled();
  expect(systemKeys.calledOff).toBe(1);
  expect((await person.result).is).toBe('error');
});

it('whoever closes that dialog is back where it was opened from', async () => {
  const systemKeys = new KeyBehindSystem();
  systemKeys.failures = ['cancelled'];
  const rig = await ceremonyRig({ systemKeys });
  const person = rig.create();
  await person.sees('choose-place');
  person.choosesPlace('any-key');
  await person.sees('choose-place');
  expect(person.seen).toContain('working');
  person.choosesPlace('device');
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  expect(await person.sees('saved')).toMatchObject({ place: { is: 'device' } });
});

it('with nowhere else to go, the dialog can be opened again', async () => {
  const systemKeys = new KeyBehindSystem();
  systemKeys.failures = ['cancelled'];
  const rig = await ceremonyRig({ systemKeys });
  const person = rig.create(external, { only: 'key' });
  expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'refused' } });
  person.does({ act: 'retry' });
  await person.sees('saved');
});

it.each([
  ['timed-out', 'not-touched'],
  ['no-key', 'key-removed'],
  ['excluded', 'excluded'],
  ['full', 'key-full'],
  ['not-supported', 'key-cannot'],
  ['misbehaved', 'place-failed'],
  ['failed', 'place-failed'],
] as const)('what went wrong has words: %s', async (code, trouble) => {
  const systemKeys = new KeyBehindSystem();
  systemKeys.failures = [code];
  const rig = await ceremonyRig({ systemKeys });
  const person = rig.create(external, { only: 'key' });
  expect(await person.sees('trouble')).toMatchObject({ trouble: { is: trouble } });
  // The site learns of it only what the person sends.
  expect(person.ceremony.isAnswered).toBe(false);
});

it('a key without the passkey is the wrong one, and another can be tried', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys, vault: 'absent' });
  await withPasskey(rig);
  systemKeys.failures = ['not-found'];
  const person = rig.get();
  expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'wrong-key' } });
  person.does({ act: 'retry' });
  expect(await person.result).toMatchObject({ is: 'used' });
});

it('an answer for another site is not sent to this one', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys });
  systemKeys.attestation = (honest) => ({
    ...honest,
    authenticatorData: honest.authenticatorData.map((byte) => byte ^ 1),
  });
  const person = rig.create(external, { only: 'key' });
  expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'place-failed' } });
});

it('keys that Latchkey can open itself are asked by Latchkey: elevated', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys, keys: [{}] });
  await rig.create(external).sees('key-pin');
  expect(systemKeys.made).toEqual([]);
});

it('a key that is plugged in elevated is taken by the same button from then on', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys, keys: [{}] });
  const [key] = rig.keys;
  rig.unplug(key!);
  const person = rig.create();
  await person.sees('choose-place');
  expect(places(person)).toEqual(['device', 'any-key', 'phone']);
  rig.plug(key!);
  for (let turn = 0; turn < 100 && places(person).length < 4; turn++) await settled();
  person.choosesPlace('any-key');
  await person.sees('key-pin');
  expect(systemKeys.made).toEqual([]);
});

it('where the system has no such dialog, everything is as elsewhere', async () => {
  const systemKeys = new KeyBehindSystem();
  systemKeys.isThere = false;
  const rig = await ceremonyRig({ systemKeys, keys: [{}], keysAreClosed: true });
  const person = rig.create();
  const { places: offered } = await person.sees('choose-place');
  expect(offered).toContainEqual(expect.objectContaining({ is: 'key', obstacle: 'failed' }));
  person.choosesPlace('any-key');
  await person.sees('insert-key');
  expect(systemKeys.made).toEqual([]);
});

it('is looked for once in each ceremony', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys });
  await rig.create().sees('choose-place');
  expect(systemKeys.looks).toBe(1);
});

it('the rules of the administrator hold for it, too', async () => {
  const systemKeys = new KeyBehindSystem();
  const rules = {
    allows: (place: 'device' | 'key') => place === 'device',
    enterpriseAttestation: () => undefined,
  };
  const rig = await ceremonyRig({ systemKeys, rules });
  const person = rig.create(external, { only: 'key' });
  await person.sees('insert-key');
  expect(systemKeys.made).toEqual([]);
});

it('enterprise attestation is asked for where the rules say so', async () => {
  const systemKeys = new KeyBehindSystem();
  const rules = { allows: () => true, enterpriseAttestation: () => 2 as const };
  const rig = await ceremonyRig({ systemKeys, rules });
  await rig.create({ ...external, attestation: 'enterprise' }, { only: 'key' }).sees('saved');
  expect(systemKeys.made[0]).toMatchObject({ attestation: 'direct', enterpriseAttestation: 2 });
});

it('a browser shows the same dialog itself: what this device has not is left to it', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys, keys: [{}], keysAreClosed: true });
  const browser = { hasOwnDialog: true };
  expect(await rig.get({}, browser).result).toEqual({ is: 'fall-through' });
  const id = utf8('an id of another place');
  const listed = rig.get({ allowCredentials: [{ type: 'public-key', id }] }, browser);
  expect(await listed.result).toEqual({ is: 'fall-through' });
  expect(await rig.create(external, browser).result).toEqual({ is: 'fall-through' });
  expect(systemKeys.used).toEqual([]);
});

it('a site that hints at security keys is shown them beside the passkey of this device', async () => {
  const systemKeys = new KeyBehindSystem();
  const rig = await ceremonyRig({ systemKeys });
  const saving = rig.create({ authenticatorSelection: { residentKey: 'required' } });
  await saving.sees('choose-place');
  saving.choosesPlace('device');
  await saving.sees('device-pin');
  saving.entersPin(DEVICE_PIN);
  await saving.sees('saved');
  saving.does({ act: 'done' });
  await withPasskey(rig);
  const person = rig.get({ hints: ['security-key'] });
  await person.sees('choose-account');
  person.choosesPlace('any-key');
  expect(await person.result).toMatchObject({ is: 'used' });
  expect(systemKeys.used[0]).toMatchObject({ rpId: RP_ID });
});

it('from the dialog to the memory of webauthn.dll and back', async () => {
  const key = new KeyBehindSystem();
  const fake = new FakeWebAuthnDll();
  const asking = new AbortController().signal;
  fake.answers = async ({ rp, user, algorithms = [], clientData, options }) => {
    const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
    const answer = await key.makeCredential(
      {
        clientDataJSON: bytes(clientData.json),
        rp: { id: rp.id!, name: rp.name! },
        user: { id: bytes(user!.id), name: user!.name!, displayName: user!.displayName! },
        algorithms: algorithms.map(({ alg }) => alg),
        excluded: [],
        residentKey: options['bRequireResidentKey'] === 1 ? 'required' : 'discouraged',
        userVerification: 'preferred',
        timeout: 0,
        attestation: 'none',
      },
      asking,
    );
    return {
      pwszFormatType: answer.format,
      pbAuthenticatorData: answer.authenticatorData,
      pbAttestation: answer.statement,
      dwUsedTransport: 2,
      bResidentKey: 1,
    };
  };
  const clock = new ManualClock();
  const systemKeys = new WebAuthnDll({ clock, load: fake.load, window: () => 0x1234n });
  const rig = await ceremonyRig({ systemKeys, keys: [{}], keysAreClosed: true });
  const person = rig.create({ ...external, extensions: { credProps: true } }, { only: 'key' });
  await person.sees('saved');
  expect(await person.result).toMatchObject({
    is: 'created',
    response: {
      response: { transports: ['nfc'] },
      clientExtensionResults: { credProps: { rk: true } },
    },
  });
  expect(fake.calls).toMatchObject([{ window: 0x1234n, rp: { id: RP_ID } }]);
  fake.answers = () => hresult('NTE_EXISTS');
  expect(await rig.create(external, { only: 'key' }).sees('trouble')).toMatchObject({
    trouble: { is: 'excluded' },
  });
  expect(fake).toMatchObject({ unfreed: 0, freedUnwiped: 0 });
});
