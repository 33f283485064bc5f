/** Every way out of a ceremony: the person, the caller, the time, the key that is gone. */
import { describe, expect, it } from 'vitest';
import { FILE } from '../../main/vault/file-names';
import { CeremonyDesk, MAX_WAITING } from '../../main/ceremony/ceremony-desk';
import { noKeys } from '../../main/ceremony/key-source';
import type { Rules } from '../../main/ceremony/ports';
import { parseCaller } from '../../main/webauthn/origin';
import {
  blinking,
  ceremonyRig,
  DEVICE_PIN,
  KEY_PIN,
  touch,
  type CeremonyRig,
  type Person,
} from '../support/ceremony-rig';
import { ManualClock, settled } from '../support/manual-clock';
import { creationOptions, ORIGIN, RP_ID, utf8 } from '../support/relying-party';
import { SeededRandom } from '../support/seeded-random';

const external = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'required',
    userVerification: 'required',
  },
} as const;
const passkeys = ['ada', 'bob'].map((name) => ({ rpId: RP_ID, userName: name, userId: utf8(name) }));

/** How a person comes to each prompt of a key. */
const prompts: Readonly<Record<string, (rig: CeremonyRig) => Promise<Person>>> = {
  'key-pin': async (rig) => reached(rig.create(external), 'key-pin'),
  'touch-key': async (rig) => {
    const person = await reached(rig.create(external), 'key-pin');
    person.entersPin(KEY_PIN);
    return reached(person, 'touch-key');
  },
  'choose-account': async (rig) => {
    const person = await reached(rig.get({}, { only: 'key' }), 'key-pin');
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    await blinking(rig.keys[0]!);
    touch(rig.keys[0]!);
    return reached(person, 'choose-account');
  },
};

async function reached(person: Person, name: Parameters<Person['sees']>[0]): Promise<Person> {
  await person.sees(name);
  return person;
}

async function pause(rig: CeremonyRig): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await rig.clock.advance(0);
}

describe.each(Object.entries(prompts))('a key that is taken out at %s', (_, reach) => {
  it('is missed by its name, and plugged in again it goes on', async () => {
    const rig = await ceremonyRig({ keys: [{ passkeys }] });
    const person = await reach(rig);
    rig.unplug(rig.keys[0]!);
    expect(await person.sees('trouble')).toMatchObject({
      trouble: { is: 'key-removed', key: { name: 'Key 1' } },
    });
    person.does({ act: 'retry' });
    await person.sees('insert-key');
    rig.plug(rig.keys[0]!);
    await person.sees('key-pin');
  });

  it('by a caller that gives up at once closes the dialog', async () => {
    const rig = await ceremonyRig({ keys: [{ passkeys }] });
    const person = await reach(rig);
    const before = rig.keys[0]!.simulated.snapshot().credentials.length;
    person.does({ act: 'cancel' });
    expect(person.state).toEqual({ name: 'closed', by: 'cancelled' });
    expect(await person.result).toMatchObject({ error: { name: 'NotAllowedError' } });
    await pause(rig);
    expect(rig.keys[0]!.presence.waiting).toBe(false);
    expect(rig.keys[0]!.simulated.snapshot().credentials).toHaveLength(before);
  });
});

describe('the caller', () => {
  it('that leaves with its answer does not close the dialog of what was saved', async () => {
    const rig = await ceremonyRig({ ownNames: { keep: async () => undefined } });
    const caller = new AbortController();
    const person = rig.create(
      { authenticatorSelection: { authenticatorAttachment: 'platform' } },
      { signal: caller.signal },
    );
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
    expect(await person.result).toMatchObject({ is: 'created' });
    caller.abort();
    person.does({ act: 'rename', ownName: 'mine' });
    await settled();
    expect(person.state).toMatchObject({ name: 'saved', ownName: 'mine' });
  });

  it('that gives up closes the dialog at once, and nothing is written', async () => {
    const rig = await ceremonyRig();
    const caller = new AbortController();
    const person = rig.create(
      { authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' } },
      { signal: caller.signal },
    );
    await person.sees('device-pin');
    // The PIN is being tried when the page is left.
    person.entersPin(DEVICE_PIN);
    caller.abort();
    expect(person.state).toEqual({ name: 'closed', by: 'aborted' });
    expect(person.ceremony.view.acts).toEqual([]);
    expect(await person.result).toMatchObject({ error: { name: 'AbortError' } });
    await rig.idle();
    await pause(rig);
    expect(person.state.name).toBe('closed');
    expect(rig.vault.passkeys).toEqual([]);
    expect(rig.vault.secretsOpen).toBe(false);
  });

  it('that asks for what is not its own learns so without a dialog', async () => {
    const rig = await ceremonyRig();
    const person = rig.get({ rpId: 'contoso.com' });
    expect(await person.result).toMatchObject({ is: 'error', error: { name: 'SecurityError' } });
    expect(person.state).toEqual({ name: 'closed', by: 'invalid' });
    const long = rig.create({ user: { id: new Uint8Array(65), name: '', displayName: '' } });
    expect(await long.result).toMatchObject({ error: { name: 'TypeError' } });
    const unknown = rig.create({ pubKeyCredParams: [{ type: 'password', alg: -7 }] });
    expect(await unknown.result).toMatchObject({ error: { name: 'NotSupportedError' } });
  });

  it('gets its own dialog when the person wants that one', async () => {
    const rig = await ceremonyRig();
    const person = rig.create({}, { hasOwnDialog: true });
    await person.sees('choose-place');
    person.does({ act: 'use-browsers-dialog' });
    expect(await person.result).toEqual({ is: 'fall-through' });
    const phone = rig.create({}, { hasOwnDialog: true });
    await phone.sees('choose-place');
    phone.choosesPlace('phone');
    expect(await phone.result).toEqual({ is: 'fall-through' });
    expect(phone.state).toEqual({ name: 'closed', by: 'handed-over' });
  });

  it('has one dialog at a time; the others wait, and too many are refused', async () => {
    const rig = await ceremonyRig();
    const [first, second, ...others] = Array.from({ length: MAX_WAITING + 2 }, () => rig.create());
    await first!.sees('choose-place');
    await pause(rig);
    expect(second!.state).toEqual({ name: 'waiting' });
    const last = others.at(-1)!;
    expect(await last.result).toMatchObject({ error: { name: 'NotAllowedError' } });
    expect(others.at(-2)!.state).toEqual({ name: 'waiting' });
    const stranger = rig.create({}, { caller: 'another browser' });
    await stranger.sees('choose-place');
    first!.does({ act: 'cancel' });
    await second!.sees('choose-place');
    rig.desk.close();
    for (const each of [second!, ...others.slice(0, -1), stranger])
      expect(await each.result).toMatchObject({ error: { name: 'AbortError' } });
  });
});

it('who asks anew closes what is only left to be read', async () => {
  const rig = await ceremonyRig();
  const first = rig.create({
    authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
  });
  await first.sees('device-pin');
  first.entersPin(DEVICE_PIN);
  await first.sees('saved');
  const second = rig.get();
  expect(first.state).toEqual({ name: 'closed', by: 'done' });
  await second.sees('device-pin');
  expect(await first.result).toMatchObject({ is: 'created' });
});

it('who gives up while waiting disturbs nobody', async () => {
  const rig = await ceremonyRig();
  const opened: unknown[] = [];
  rig.desk.onOpen(({ view }) => opened.push(view.id));
  const open = rig.create();
  const waiting = rig.create();
  const { state } = await reached(open, 'choose-place');
  waiting.does({ act: 'cancel' });
  await pause(rig);
  expect(open.state).toBe(state);
  expect(opened).toEqual([open.ceremony.view.id]);
});

describe('the time of the site', () => {
  it('ends, and the person is told; the site learns no more than from "cancelled"', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    const person = rig.create({ ...external, timeout: 400_000 });
    await person.sees('key-pin');
    await rig.clock.advance(399_999);
    expect(person.state.name).toBe('key-pin');
    await rig.clock.advance(1);
    expect(await person.result).toMatchObject({ is: 'error', error: { name: 'NotAllowedError' } });
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'timed-out' } });
    expect(person.ceremony.view.acts).toEqual(['done', 'cancel']);
    person.does({ act: 'done' });
    expect(person.state).toEqual({ name: 'closed', by: 'done' });
  });

  it('ends before it is known whether the site may ask: nobody was shown anything, and nobody is', async () => {
    const rig = await ceremonyRig({ related: { includes: () => new Promise<boolean>(() => undefined) } });
    const person = rig.get({ rpId: 'another.example' });
    await pause(rig);
    expect(person.ceremony.view).toMatchObject({ state: { name: 'preparing' }, site: { rpId: '' } });
    await rig.clock.advance(300_000);
    expect(person.state).toEqual({ name: 'closed', by: 'timed-out' });
    expect(await person.result).toMatchObject({ error: { name: 'NotAllowedError' } });
  });

  it('runs while another dialog is open', async () => {
    const rig = await ceremonyRig();
    const open = rig.create({ timeout: 600_000 });
    const waiting = rig.create();
    await open.sees('choose-place');
    await rig.clock.advance(300_000);
    expect(waiting.state).toEqual({ name: 'closed', by: 'timed-out' });
    expect(open.state.name).toBe('choose-place');
  });

  it('leaves no alarm behind', async () => {
    const rig = await ceremonyRig();
    const before = rig.clock.pending;
    const person = rig.create();
    await person.sees('choose-place');
    person.does({ act: 'cancel' });
    expect(rig.clock.pending).toBe(before);
  });

  it('leaves nobody listening to keys, also when it ends before it is known which there are', async () => {
    let known = (): void => undefined;
    const listeners = new Set<() => void>();
    const desk = new CeremonyDesk({
      clock: new ManualClock(),
      random: new SeededRandom('nobody listens'),
      related: { includes: async () => false },
      keys: {
        ...noKeys,
        looked: new Promise((resolve) => (known = resolve)),
        onChange: (callback) => {
          listeners.add(callback);
          return () => listeners.delete(callback);
        },
      },
    });
    const ceremony = desk.begin(
      {
        kind: 'create',
        options: creationOptions(),
        caller: parseCaller({ origin: ORIGIN }),
        hasOwnDialog: false,
      },
      { caller: 'browser' },
    );
    await settled();
    expect(listeners.size).toBe(1);
    ceremony.abort();
    known();
    await settled();
    expect(listeners.size).toBe(0);
  });
});

describe('the administrator', () => {
  const rules: Rules = { allows: () => true, enterpriseAttestation: () => 1 };

  it('forbids a place, and the dialog says so', async () => {
    const rig = await ceremonyRig({
      keys: [{}],
      rules: { ...rules, allows: (place) => place === 'device' },
    });
    const person = rig.create();
    const { places } = await person.sees('choose-place');
    expect(places.find(({ is }) => is === 'key')).toMatchObject({ obstacle: 'policy' });
  });

  it('lets a site have enterprise attestation; without it the passkey is saved when the person goes on', async () => {
    const rig = await ceremonyRig({ keys: [{}], rules });
    const person = rig.create({ ...external, attestation: 'enterprise' });
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'attestation-impossible' } });
    person.does({ act: 'go-on' });
    await person.sees('key-pin');
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    await blinking(rig.keys[0]!);
    touch(rig.keys[0]!);
    await person.sees('saved');
  });
});

describe('this device', () => {
  it('on which no passkeys are saved is not offered', async () => {
    const rig = await ceremonyRig({ saves: false });
    const person = rig.create();
    await person.sees('insert-key');
    const only = rig.create(
      { authenticatorSelection: { authenticatorAttachment: 'platform' } },
      { caller: 'other' },
    );
    expect(await only.sees('trouble')).toMatchObject({ trouble: { is: 'policy' } });
  });

  it('is locked by the tenth wrong PIN', async () => {
    const rig = await ceremonyRig();
    for (let tried = 0; tried < 9; tried++) {
      await rig.vault.verifyPin('590417').catch(() => undefined);
      await rig.clock.advance(24 * 60 * 60_000);
    }
    const person = rig.create();
    await person.sees('choose-place');
    person.choosesPlace('device');
    await person.sees('device-pin');
    person.entersPin('590417');
    expect(await person.sees('trouble')).toEqual({ name: 'trouble', trouble: { is: 'device-locked' } });
    expect(person.ceremony.view.acts).toContain('use-another-device');
  });

  it('that says no PIN yet because the last came too early says how long', async () => {
    const rig = await ceremonyRig();
    for (let tried = 0; tried < 5; tried++) {
      await rig.vault.verifyPin('590417').catch(() => undefined);
    }
    const person = rig.create();
    await person.sees('choose-place');
    person.choosesPlace('device');
    const { wait, problem } = await person.sees('device-pin');
    expect(problem).toBe('too-early');
    expect(wait).toBeGreaterThan(0);
  });
});

it('a disk that is full keeps no passkey, and says so; when there is room again it goes on', async () => {
  const rig = await ceremonyRig();
  const person = rig.create({
    authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
  });
  await person.sees('device-pin');
  rig.folder.fail(FILE, 'full');
  person.entersPin(DEVICE_PIN);
  expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'device-unusable', problem: 'file' } });
  expect(rig.vault.passkeys).toEqual([]);
  expect(person.ceremony.view.acts).toContain('retry');
  rig.folder.fail(FILE, 'none');
  person.does({ act: 'retry' });
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  await person.sees('saved');
  expect(rig.vault.passkeys).toHaveLength(1);
});

it('who asks is shown first, before any key has told anything', async () => {
  const rig = await ceremonyRig({ keys: [{}] });
  const person = rig.get();
  const shown: string[] = [];
  person.ceremony.onChange(() => shown.push(`${person.state.name} ${person.ceremony.view.site.rpId}`));
  await pause(rig);
  expect(shown[0]).toBe(`preparing ${RP_ID}`);
});
