/** A key that answers anything: it is told to the person, with a next step, and the site waits for what they say. */
import { describe, expect, it, vi } from 'vitest';
import type { Quirk } from '../../main/authenticator/quirks';
import { KeyVerifier } from '../../main/ceremony/key-verifier';
import { CtapStatusError } from '../../main/ctap/errors';
import { Permission } from '../../main/ctap/pin-protocol';
import { Status } from '../../main/ctap/status';
import {
  blinking,
  ceremonyRig,
  KEY_PIN,
  touch,
  type CeremonyRig,
  type Person,
  type RigKey,
} from '../support/ceremony-rig';
import { settled } from '../support/manual-clock';
import { RP_ID, utf8 } from '../support/relying-party';

const passkeys = ['ada', 'bob'].map((name) => ({ rpId: RP_ID, userName: name, userId: utf8(name) }));
const external = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'required',
    userVerification: 'required',
  },
} as const;

const MAKE_CREDENTIAL = 1;
const GET_ASSERTION = 2;
const CLIENT_PIN = 6;
const GET_NEXT_ASSERTION = 8;

/** With the right PIN, and a touch whenever it wants one, until somebody has to decide. */
async function goesOn(rig: CeremonyRig, person: Person): Promise<void> {
  let entered = 0;
  for (let turn = 0; turn < 3000; turn++) {
    await settled();
    const { state } = person;
    if (state.name === 'trouble' || state.name === 'closed' || state.name === 'saved') return;
    if (state.name === 'key-pin') {
      if (entered++ > 3) return;
      person.entersPin(KEY_PIN);
    } else if (state.name === 'choose-account') person.does({ act: 'choose-account', account: '1' });
    else if (state.name !== 'working' && state.name !== 'touch-key' && state.name !== 'preparing') return;
    if (rig.keys[0]!.presence.waiting) touch(rig.keys[0]!);
  }
  throw new Error(`it goes on and on: ${JSON.stringify(person.state)}`);
}

async function ended(quirks: readonly Quirk[], kind: 'create' | 'get'): Promise<Person> {
  const rig = await ceremonyRig({ vault: 'absent', keys: [{ passkeys, configuration: { quirks } }] });
  const person = kind === 'create' ? rig.create(external) : rig.get();
  await goesOn(rig, person);
  return person;
}

/** Nobody but the person ends it. */
function expectDecision(person: Person, what: string): void {
  const { state, acts } = person.ceremony.view;
  expect(state.name, what).not.toBe('closed');
  expect(acts.length, what).toBeGreaterThan(1);
}

describe.each([
  ['makeCredential', MAKE_CREDENTIAL, undefined, 'create'],
  ['getAssertion', GET_ASSERTION, undefined, 'get'],
  ['getNextAssertion', GET_NEXT_ASSERTION, undefined, 'get'],
  ['clientPIN', CLIENT_PIN, undefined, 'get'],
  ['clientPIN for a token', CLIENT_PIN, 9, 'create'],
] as const)('%s', (_, command, subCommand, kind) => {
  const when = { command, ...(subCommand !== undefined && { subCommand }) };

  it('answers any status', { timeout: 60_000 }, async () => {
    for (let status = 1; status < 256; status++)
      expectDecision(await ended([{ name: 'status', ...when, status }], kind), `status ${status}`);
  });

  it.each<Quirk>([
    { name: 'deep-cbor', ...when },
    { name: 'wrong-types', ...when },
    { name: 'truncated-cbor', ...when, drop: 1 },
    { name: 'truncated-cbor', ...when, drop: 1_000_000 },
  ])('answers nonsense: $name', async (quirk) => {
    expectDecision(await ended([quirk], kind), quirk.name);
  });
});

/** Commands of this kind that the key is sent from now on. */
function counting({ simulated }: RigKey, command: number): () => number {
  const handle = vi.spyOn(simulated, 'handle');
  return () => handle.mock.calls.filter(([request]) => request[0] === command).length;
}

const SELECTION = 11;
const secondFactor = {
  authenticatorSelection: {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'discouraged',
    userVerification: 'discouraged',
  },
} as const;

describe.each([
  ['that asks for PINs after it', external, SELECTION],
  ['in which a touch is all', secondFactor, MAKE_CREDENTIAL],
] as const)('says at once that nobody touched it, in a race %s', (_, options, command) => {
  const hostile = (status: number) =>
    ({ configuration: { quirks: [{ name: 'status', command, status }] } }) as const;

  it.each([Status.TIMEOUT, Status.USER_ACTION_TIMEOUT, Status.ACTION_TIMEOUT])(
    'status %i: it is not asked again, and the other waits on',
    async (status) => {
      const rig = await ceremonyRig({ vault: 'absent', keys: [hostile(status), {}] });
      const asked = counting(rig.keys[0]!, command);
      const person = rig.create(options);
      await blinking(rig.keys[1]!);
      for (let turn = 0; turn < 30; turn++) await rig.clock.advance(0);
      expect(person.state.name).toBe('touch-key');
      expect(asked()).toBe(1);
      touch(rig.keys[1]!);
      await person.sees(options === external ? 'key-pin' : 'saved');
    },
  );

  it('and so does the other: the person decides', async () => {
    const rig = await ceremonyRig({
      vault: 'absent',
      keys: [hostile(Status.USER_ACTION_TIMEOUT), hostile(Status.ACTION_TIMEOUT)],
    });
    const asked = rig.keys.map((key) => counting(key, command));
    const person = rig.create(options);
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'not-touched' } });
    expectDecision(person, 'not touched');
    expect(asked.map((count) => count())).toEqual([1, 1]);
  });
});

describe('never recognises a finger, and says so at once', () => {
  const sensor = (recipe: object) => ({
    profile: 'fingerprint' as const,
    fingers: [{}],
    ...recipe,
    configuration: {
      quirks: [{ name: 'status', command: CLIENT_PIN, subCommand: 6, status: Status.UV_INVALID }],
    } as const,
  });

  it('and that all tries are left: the PIN is asked for', async () => {
    const rig = await ceremonyRig({ vault: 'absent', keys: [sensor({})] });
    const person = rig.create(external);
    await person.sees('key-pin');
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
  });

  it('and has no PIN: the person decides', async () => {
    const { configuration, ...recipe } = sensor({ pin: undefined });
    const rig = await ceremonyRig({
      vault: 'absent',
      keys: [{ ...recipe, configuration: { ...configuration, clientPin: false } }],
    });
    const person = rig.create(external);
    expect(await person.sees('trouble')).toMatchObject({ trouble: { is: 'refused' } });
    expectDecision(person, 'refused');
  });

  /** With a PIN, and as many tries left as it likes. */
  async function triedWith(
    left: () => number,
  ): Promise<{ readonly tries: number; readonly shown: number[] }> {
    let tries = 0;
    const shown: number[] = [];
    const verifier = new KeyVerifier({
      info: {
        versions: ['FIDO_2_1'],
        aaguid: new Uint8Array(16),
        options: new Map([
          ['uv', true],
          ['pinUvAuthToken', true],
          ['clientPin', true],
        ]),
      },
      pin: {
        tokenByUv: async () => {
          if (++tries > 1000) throw new Error('it goes on and on');
          throw new CtapStatusError(Status.UV_INVALID);
        },
        uvRetries: async () => left(),
        token: () => Promise.reject(new Error('nobody has a PIN')),
        retries: () => Promise.reject(new Error('nobody has a PIN')),
      },
      askPin: async () => undefined,
      onNotRecognised: (retries) => shown.push(retries),
    });
    const given = verifier.authorize({
      permissions: Permission.MC,
      rpId: RP_ID,
      builtInFailed: false,
    });
    // It has come to the PIN.
    await expect(given).rejects.toMatchObject({ reason: 'cancelled' });
    return { tries, shown };
  }

  it('is tried as often as it said at first', async () => {
    expect(await triedWith(() => 2)).toEqual({ tries: 3, shown: [2, 1, 0] });
    let more = 3;
    expect((await triedWith(() => more++)).tries).toBe(4);
    expect((await triedWith(() => 0)).tries).toBe(1);
  });

  it('is tried 25 times where it says four billion, for no key may have more (CTAP 2.1 §6.5)', async () => {
    expect((await triedWith(() => 0xffffffff)).shown).toEqual(Array.from({ length: 26 }, (_, i) => 25 - i));
  });
});
