/** Each state of the dialog is reached, and left in every way that it offers; and what the site learns (WebAuthn Level 3 §14.5). */
import { describe, expect, it } from 'vitest';
import type { CeremonyState, ActName, CeremonyAct, Trouble } from '../../main/ceremony/dialog-view';
import type { Rules } from '../../main/ceremony/ports';
import { WebAuthnError, type SiteErrorName } from '../../main/webauthn/errors';
import {
  blinking,
  ceremonyRig,
  DEVICE_PIN,
  KEY_PIN,
  PASSPHRASE,
  touch,
  type CeremonyRig,
  type CeremonyRigOptions,
  type Person,
} from '../support/ceremony-rig';
import { settled } from '../support/manual-clock';
import { utf8 } from '../support/relying-party';

const required = { residentKey: 'required', userVerification: 'required' } as const;
const platform = { authenticatorSelection: { ...required, authenticatorAttachment: 'platform' } } as const;
const external = {
  authenticatorSelection: { ...required, authenticatorAttachment: 'cross-platform' },
} as const;
const ownDialog = { hasOwnDialog: true };
const rules: Rules = { allows: () => true, enterpriseAttestation: () => 1 };

interface Scene {
  readonly world?: CeremonyRigOptions;
  readonly reach: (rig: CeremonyRig) => Promise<Person>;
}

async function saved(rig: CeremonyRig, name: string): Promise<void> {
  const person = rig.create({ ...platform, user: { id: utf8(name), name, displayName: name } });
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  await person.sees('saved');
  person.does({ act: 'done' });
}

/** At the touch of the first key, after its PIN. */
async function touching(rig: CeremonyRig, person = rig.create(external, ownDialog)): Promise<Person> {
  await person.sees('key-pin');
  person.entersPin(KEY_PIN);
  await person.sees('touch-key');
  await blinking(rig.keys[0]!);
  return person;
}

/** After what the key answers to the touch, or to anything else, by its quirk. */
function answering(status: number): Scene {
  return {
    world: {
      keys: [{ configuration: { quirks: [{ name: 'status', command: 1, status }] } }],
    },
    reach: async (rig) => {
      const person = rig.create(external, ownDialog);
      await person.sees('key-pin');
      person.entersPin(KEY_PIN);
      return person;
    },
  };
}

const oneKey: CeremonyRigOptions = { keys: [{}] };

type SceneName =
  Exclude<CeremonyState['name'], 'preparing' | 'working' | 'trouble' | 'closed'> | `trouble:${Trouble['is']}`;

const scenes: Readonly<Record<SceneName, Scene>> = {
  waiting: {
    reach: async (rig) => {
      rig.create();
      return rig.create({}, ownDialog);
    },
  },
  'choose-place': { world: oneKey, reach: async (rig) => rig.create({}, ownDialog) },
  'choose-account': {
    world: oneKey,
    reach: async (rig) => {
      await saved(rig, 'ada');
      await saved(rig, 'bob');
      return rig.get({}, ownDialog);
    },
  },
  'insert-key': {
    world: { vault: 'absent' },
    reach: async (rig) => {
      const person = rig.create({}, { hasOwnDialog: false });
      await person.sees('choose-place');
      person.choosesPlace('any-key');
      return person;
    },
  },
  'touch-key': { world: oneKey, reach: touching },
  'key-finger': {
    world: { keys: [{ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] }] },
    reach: async (rig) => rig.create(external, ownDialog),
  },
  'key-pin': { world: oneKey, reach: async (rig) => rig.create(external, ownDialog) },
  'create-key-pin': {
    world: { keys: [{ pin: undefined }] },
    reach: async (rig) => rig.create(external, ownDialog),
  },
  'change-key-pin': {
    world: { keys: [{ pinRecord: { forceChange: true } }] },
    reach: async (rig) => rig.create(external, ownDialog),
  },
  'device-pin': {
    world: oneKey,
    reach: async (rig) => {
      const person = rig.create({}, ownDialog);
      await person.sees('choose-place');
      person.choosesPlace('device');
      return person;
    },
  },
  'device-biometrics': {
    world: { biometrics: [] },
    reach: async (rig) => rig.create(platform, ownDialog),
  },
  'device-passphrase': {
    world: { vault: 'passphrase' },
    reach: async (rig) => rig.get({}, { ...ownDialog, only: 'device' }),
  },
  saved: {
    world: { ...oneKey, ownNames: { keep: async () => undefined } },
    reach: async (rig) => {
      const person = await touching(rig);
      touch(rig.keys[0]!);
      return person;
    },
  },
  'trouble:timed-out': {
    reach: async (rig) => {
      const person = rig.create({}, ownDialog);
      await person.sees('choose-place');
      await rig.clock.advance(300_000);
      return person;
    },
  },
  'trouble:no-match': { reach: async (rig) => rig.get() },
  'trouble:wrong-key': {
    world: oneKey,
    reach: async (rig) => {
      const person = await touching(rig, rig.get({}, ownDialog));
      touch(rig.keys[0]!);
      return person;
    },
  },
  'trouble:key-removed': {
    world: oneKey,
    reach: async (rig) => {
      const person = await touching(rig);
      rig.unplug(rig.keys[0]!);
      return person;
    },
  },
  'trouble:key-blocked': answering(0x34),
  'trouble:key-full': answering(0x28),
  'trouble:key-cannot': answering(0x26),
  'trouble:place-failed': answering(0x7f),
  'trouble:excluded': answering(0x19),
  'trouble:not-touched': answering(0x2f),
  'trouble:refused': answering(0x27),
  'trouble:attestation-impossible': {
    world: { ...oneKey, rules },
    reach: async (rig) => rig.create({ ...external, attestation: 'enterprise' }, ownDialog),
  },
  'trouble:device-locked': {
    world: oneKey,
    reach: async (rig) => {
      await saved(rig, 'ada');
      for (let tried = 0; tried < 10; tried++) {
        await rig.vault.verifyPin('590417').catch(() => undefined);
        await rig.clock.advance(24 * 60 * 60_000);
      }
      return rig.get({}, ownDialog);
    },
  },
  'trouble:device-unusable': {
    world: { vault: 'in-use' },
    reach: async (rig) => rig.create(platform),
  },
  'trouble:vault-missing': { world: { vault: 'absent' }, reach: async (rig) => rig.create(platform) },
  'trouble:policy': { world: { saves: false }, reach: async (rig) => rig.create(platform) },
};

function nameOf(state: CeremonyState): string {
  return state.name === 'trouble' ? `trouble:${state.trouble.is}` : state.name;
}

async function reached(rig: CeremonyRig, name: SceneName): Promise<Person> {
  const person = await scenes[name].reach(rig);
  for (let turn = 0; turn < 20_000 && nameOf(person.state) !== name; turn++) await settled();
  expect(nameOf(person.state)).toBe(name);
  return person;
}

function actFor(act: ActName, state: CeremonyState): CeremonyAct {
  switch (act) {
    case 'choose-place': {
      const places = 'places' in state ? state.places : [];
      return { act, place: places.find(({ obstacle }) => !obstacle)!.id };
    }
    case 'choose-account':
      return { act, account: state.name === 'choose-account' ? state.accounts[0]!.id : '' };
    case 'enter-pin':
    case 'create-pin':
      return { act, pin: state.name === 'device-pin' ? DEVICE_PIN : KEY_PIN };
    case 'change-pin':
      return { act, current: KEY_PIN, next: '7316840' };
    case 'enter-passphrase':
      return { act, passphrase: PASSPHRASE };
    case 'rename':
      return { act, ownName: 'mine' };
    default:
      return { act };
  }
}

function error(name: SiteErrorName): object {
  return { is: 'error', error: new WebAuthnError(name, '').forSite() };
}

function abortable(rig: CeremonyRig, signal: AbortSignal): CeremonyRig {
  return {
    ...rig,
    create: (changes, around) => rig.create(changes, { ...around, signal }),
    get: (changes, around) => rig.get(changes, { ...around, signal }),
  };
}

/** What the caller gets: the same words whatever the person was shown. Only that there is a passkey already may be told, by `done`. */
function told(act: ActName, name: SceneName): object | undefined {
  if (act === 'use-browsers-dialog') return { is: 'fall-through' };
  if (act === 'done' && name === 'trouble:excluded') return error('InvalidStateError');
  return act === 'cancel' || act === 'done' ? error('NotAllowedError') : undefined;
}

describe.each(Object.keys(scenes) as SceneName[])('%s', (name) => {
  it('is left by everything that it offers', async () => {
    const { acts } = (await reached(await ceremonyRig(scenes[name].world), name)).ceremony.view;
    expect(acts).toContain('cancel');
    if (name.startsWith('trouble:')) expect(acts.length).toBeGreaterThan(1);
    for (const act of acts) {
      const rig = await ceremonyRig(scenes[name].world);
      const person = await reached(rig, name);
      const { state } = person;
      person.does(actFor(act, state));
      for (let turn = 0; turn < 20_000 && person.state === state; turn++) await settled();
      expect(person.state, `${name} is left by ${act}`).not.toBe(state);
      const result = told(act, name);
      if (!result) continue;
      expect(person.state.name).toBe('closed');
      if (name === 'saved') expect(await person.result).toMatchObject({ is: 'created' });
      else expect(await person.result).toEqual(result);
    }
  });

  it('is closed at once when its caller aborts, and the caller learns that alone', async () => {
    const caller = new AbortController();
    const rig = abortable(await ceremonyRig(scenes[name].world), caller.signal);
    const person = await reached(rig, name);
    const { state } = person;
    caller.abort();
    // Whoever has the answer has nothing to abort any more.
    if (name === 'saved' || name === 'trouble:timed-out') return expect(person.state).toBe(state);
    expect(person.state).toEqual({ name: 'closed', by: 'aborted' });
    expect(await person.result).toEqual(error('AbortError'));
  });
});

it('while something is under way, it can be given up', async () => {
  const rig = await ceremonyRig(oneKey);
  const person = rig.create({}, ownDialog);
  expect(person.state.name).toBe('preparing');
  expect(person.ceremony.view.acts).toEqual(['use-browsers-dialog', 'cancel']);
  await person.sees('choose-place');
  person.choosesPlace('device');
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  while (person.state.name === 'device-pin') await Promise.resolve();
  expect(person.state.name).toBe('working');
  expect(person.ceremony.view.acts).toEqual(['cancel']);
  person.does({ act: 'cancel' });
  expect(person.state).toEqual({ name: 'closed', by: 'cancelled' });
  await rig.idle();
  expect(rig.vault.passkeys).toEqual([]);
});
