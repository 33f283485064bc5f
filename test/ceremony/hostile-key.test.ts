/** A key that answers anything: it is told to the person, with a next step, and the site waits for what they say. */
import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../main/authenticator/quirks';
import { ceremonyRig, KEY_PIN, touch, type CeremonyRig, type Person } from '../support/ceremony-rig';
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
