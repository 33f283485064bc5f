/**
 * A person who does anything that can be done, in any order, while keys come and go, time passes and the caller gives up: what
 * holds of every ceremony whatever happens. That every state is reached and left in every way is in states.test.ts.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ActName, CeremonyAct, CeremonyState } from '../../main/ceremony/dialog-view';
import type { CeremonyResult } from '../../main/ceremony/model';
import {
  ceremonyRig,
  DEVICE_PIN,
  KEY_PIN,
  PASSPHRASE,
  type CeremonyRig,
  type CeremonyRigOptions,
  type Person,
} from '../support/ceremony-rig';
import { settled } from '../support/manual-clock';
import { RP_ID, utf8 } from '../support/relying-party';

const NEW_PIN = '7316840';
const WRONG_PIN = '590417';
const secrets = [DEVICE_PIN, KEY_PIN, NEW_PIN, WRONG_PIN, PASSPHRASE, 'not that passphrase'];

interface World {
  readonly rig: CeremonyRig;
  readonly person: Person;
  readonly caller: AbortController;
  readonly results: CeremonyResult[];
  readonly kind: 'create' | 'get';
  plugged: boolean[];
  /** Passkeys on keys and this device when the caller had its answer or gave up; nothing is written after that. */
  written: number | undefined;
}

type Move =
  | { readonly move: 'act'; readonly which: number; readonly right: boolean; readonly pick: number }
  | { readonly move: 'touch'; readonly key: number; readonly answer: 'granted' | 'refused' | 'timed-out' }
  | { readonly move: 'replug'; readonly key: number }
  | { readonly move: 'wait'; readonly milliseconds: number }
  | { readonly move: 'abort' };

const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      move: fc.constant('act' as const),
      which: fc.nat(30),
      right: fc.boolean(),
      pick: fc.nat(7),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      move: fc.constant('touch' as const),
      key: fc.nat(1),
      answer: fc.constantFrom('granted', 'granted', 'granted', 'refused', 'timed-out'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.constant('replug' as const), key: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(1000, 299_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ move: 'abort' as const }) },
);

/** What can be done, in the words of an act; `right` says whether a secret is the right one. */
function actFor(name: ActName, state: CeremonyState, right: boolean, pick: number): CeremonyAct | undefined {
  switch (name) {
    case 'choose-place': {
      const open = 'places' in state ? state.places.filter(({ obstacle }) => !obstacle) : [];
      const place = open[pick % Math.max(1, open.length)];
      return place && { act: name, place: place.id };
    }
    case 'choose-account': {
      const account = state.name === 'choose-account' && state.accounts[pick % state.accounts.length];
      return account ? { act: name, account: account.id } : undefined;
    }
    case 'enter-pin':
      if (!right) return { act: name, pin: WRONG_PIN };
      // After a PIN was made or changed, that one; both are tried in turn.
      if (state.name === 'key-pin') return { act: name, pin: pick % 3 === 0 ? NEW_PIN : KEY_PIN };
      return { act: name, pin: DEVICE_PIN };
    case 'create-pin':
      return { act: name, pin: right ? NEW_PIN : '1' };
    case 'change-pin':
      return { act: name, current: right ? KEY_PIN : WRONG_PIN, next: NEW_PIN };
    case 'enter-passphrase':
      return { act: name, passphrase: right ? PASSPHRASE : 'not that passphrase' };
    case 'rename':
      return { act: name, ownName: 'mine' };
    default:
      return { act: name };
  }
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await settled();
}

function countOf({ rig }: World): number {
  return (
    rig.vault.passkeys.length +
    rig.keys.reduce((sum, { simulated }) => sum + simulated.snapshot().credentials.length, 0)
  );
}

async function make(world: World, move: Move): Promise<void> {
  const { rig, person, caller } = world;
  switch (move.move) {
    case 'act': {
      const { acts, state } = person.ceremony.view;
      // Most states offer more ways out than ways on: seven times of ten, it is one that goes on.
      const onwards = acts.filter((name) => !leaves.has(name));
      const some = move.which < 22 && onwards.length > 0 ? onwards : acts;
      const name = some[move.which % Math.max(1, some.length)];
      const act = name && actFor(name, state, move.right, move.pick);
      if (!act) return;
      const before = countOf(world);
      // What is offered can be done.
      expect(person.ceremony.act(act)).toBe(true);
      // What is written after this was not wanted any more.
      if (act.act === 'cancel' || act.act === 'use-browsers-dialog') world.written ??= before;
      return;
    }
    case 'touch': {
      const key = rig.keys[move.key];
      if (key?.presence.waiting !== true) return;
      if (key.presence.fingers.waiting) {
        key.presence.fingers.answer(move.answer === 'granted' ? 'verified' : 'no-match');
      } else key.presence.answer(move.answer);
      return;
    }
    case 'replug': {
      const key = rig.keys[move.key];
      if (!key) return;
      if (world.plugged[move.key]) rig.unplug(key);
      else rig.plug(key);
      world.plugged = world.plugged.map((is, index) => (index === move.key ? !is : is));
      return;
    }
    case 'wait':
      return rig.clock.advance(move.milliseconds);
    case 'abort':
      if (!caller.signal.aborted && person.state.name !== 'closed') {
        const { state } = person;
        // It has its answer already, and waits for nothing more.
        const isAnswered =
          state.name === 'saved' || (state.name === 'trouble' && state.trouble.is === 'timed-out');
        if (!isAnswered) world.written ??= countOf(world);
        caller.abort();
        if (isAnswered) expect(person.state).toBe(state);
        else expect(person.state.name).toBe('closed');
      }
  }
}

const leaves: ReadonlySet<ActName> = new Set([
  'cancel',
  'use-browsers-dialog',
  'done',
  'use-another-device',
  'back',
]);

/** What holds after every move. */
function check({ person, results, ...world }: World): void {
  const { view } = person.ceremony;
  const { state, acts } = view;
  const shown = JSON.stringify(view);
  for (const secret of secrets) expect(shown).not.toContain(secret);
  expect(results.length).toBeLessThanOrEqual(1);
  expect(acts.includes('cancel')).toBe(state.name !== 'closed');
  if (state.name === 'closed' || state.name === 'saved') expect(results).toHaveLength(1);
  // No dead end: something besides giving up can be done, unless something is under way.
  if (state.name === 'trouble') expect(acts.length).toBeGreaterThan(1);
  if (world.written !== undefined) expect(countOf({ person, results, ...world })).toBe(world.written);
}

const passkeys = ['ada', 'bob'].map((name) => ({ rpId: RP_ID, userName: name, userId: utf8(name) }));

const worlds: readonly (CeremonyRigOptions & { readonly name: string; readonly own: number })[] = [
  { name: 'two keys and this device', keys: [{ passkeys }, {}], own: 2 },
  { name: 'a key without a PIN, a passphrase', vault: 'passphrase', keys: [{ pin: undefined }], own: 0 },
  {
    name: 'a key that wants another PIN',
    vault: 'absent',
    keys: [{ pinRecord: { forceChange: true } }, { profile: 'u2f', pin: undefined }],
    own: 0,
  },
  {
    name: 'fingers',
    biometrics: [],
    keys: [{ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }], passkeys }],
    own: 1,
  },
];

async function worldOf(
  options: (typeof worlds)[number],
  kind: 'create' | 'get',
  hasOwnDialog: boolean,
): Promise<World> {
  const rig = await ceremonyRig({ ...options, ownNames: { keep: async () => undefined } });
  for (const name of ['ada', 'bob'].slice(0, options.own)) {
    const maker = rig.create({
      user: { id: utf8(name), name, displayName: name },
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
    });
    await (options.biometrics ? maker.sees('device-biometrics') : maker.sees('device-pin'));
    if (options.biometrics) maker.does({ act: 'use-pin' });
    await maker.sees('device-pin');
    maker.entersPin(DEVICE_PIN);
    await maker.sees('saved');
    maker.does({ act: 'done' });
  }
  const caller = new AbortController();
  const around = { hasOwnDialog, signal: caller.signal };
  const selection = { residentKey: 'required', userVerification: 'required' } as const;
  const person =
    kind === 'create'
      ? rig.create({ authenticatorSelection: selection }, around)
      : rig.get({ userVerification: 'required' }, around);
  const results: CeremonyResult[] = [];
  void person.result.then((result) => results.push(result));
  const plugged = rig.keys.map(() => true);
  return { rig, person, caller, results, kind, plugged, written: undefined };
}

it.each(worlds)('$name', { timeout: 120_000 }, async (options) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('create' as const, 'get' as const),
      fc.boolean(),
      fc.array(moves, { minLength: 8, maxLength: 30, size: 'max' }),
      async (kind, hasOwnDialog, script) => {
        const world = await worldOf(options, kind, hasOwnDialog);
        await quiet();
        check(world);
        for (const move of script) {
          await make(world, move);
          await quiet();
          check(world);
        }
        // And it can always be cancelled.
        const { person } = world;
        if (person.state.name !== 'closed') expect(person.ceremony.act({ act: 'cancel' })).toBe(true);
        expect(person.state.name).toBe('closed');
        await quiet();
        expect(world.results).toHaveLength(1);
        expect(person.ceremony.act({ act: 'cancel' })).toBe(false);
        await world.rig.idle();
        await quiet();
        check(world);
        expect(world.rig.keys.map(({ presence }) => presence.waiting)).not.toContain(true);
      },
    ),
    { numRuns: 60, seed: 20_261_121 },
  );
});
