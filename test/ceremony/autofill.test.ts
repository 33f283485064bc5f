/** Passkey autofill, as the person in the field of a page has it, and the page that may want more than it should get. */
import { describe, expect, it } from 'vitest';
import type { Autofill, AutofillRequest } from '../../main/ceremony/autofill';
import type { Ceremony } from '../../main/ceremony/ceremony';
import { DEAF_TIME } from '../../main/ceremony/deaf-time';
import type { Suggestion } from '../../main/ceremony/suggestions';
import { decodeBase64Url, encodeBase64Url } from '../../main/webauthn/base64url';
import {
  ceremonyRig,
  DEVICE_PIN,
  Person,
  type CeremonyRig,
  type CeremonyRigOptions,
} from '../support/ceremony-rig';
import { settled } from '../support/manual-clock';
import { listed, ORIGIN, RP_ID, utf8 } from '../support/relying-party';
import { add } from '../support/vault-passkeys';

const area = { x: 100, y: 200, width: 300, height: 40 };
const elsewhere = { ...area, y: 300 };
const options = (changes: object = {}): string =>
  JSON.stringify({ challenge: 'Y2hhbGxlbmdl', rpId: RP_ID, ...changes });

/** Passkeys of this site on this device, the first the oldest; none of them can sign. */
async function holding(names: readonly string[], rigOptions: CeremonyRigOptions = {}): Promise<CeremonyRig> {
  const rig = await ceremonyRig(rigOptions);
  await rig.vault.verifyPin(DEVICE_PIN);
  for (const [at, userName] of names.entries()) {
    rig.calendar.date += 60_000;
    await add(rig.vault, at + 1, { rpId: RP_ID, userName, userId: utf8(userName) });
  }
  rig.vault.endCeremony();
  rig.vault.lock();
  return rig;
}

/** That can sign, as a site made them. */
async function saved(rig: CeremonyRig, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const person = rig.create({
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
      user: { id: utf8(name), name, displayName: name },
    });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
    person.does({ act: 'done' });
  }
}

interface Asking {
  readonly autofill: Autofill;
  readonly givesUp: AbortController;
}

function ask(rig: CeremonyRig, changes: Partial<AutofillRequest> = {}, caller = 'browser'): Asking {
  const givesUp = new AbortController();
  const request = { origin: ORIGIN, options: options(), ...changes };
  return { givesUp, autofill: rig.desk.autofill(request, { caller, signal: givesUp.signal }) };
}

async function shown(rig: CeremonyRig): Promise<Suggestion | undefined> {
  for (let turn = 0; turn < 10; turn++) await settled();
  return rig.desk.suggestions.current;
}

const names = (suggestion: Suggestion | undefined): readonly (string | undefined)[] | undefined =>
  suggestion?.accounts.map(({ name }) => name);

/** The person is in the field, and the list has been there for a while. */
async function offered(rig: CeremonyRig, { autofill }: Asking): Promise<Suggestion> {
  autofill.field({ is: 'entered', area });
  const suggestion = (await shown(rig))!;
  rig.desk.suggestions.appeared(suggestion.id);
  await rig.clock.advance(DEAF_TIME);
  return rig.desk.suggestions.current!;
}

const isPending = async ({ autofill }: Asking): Promise<boolean> => {
  await settled();
  return (await Promise.race([autofill.result, Promise.resolve('pending')])) === 'pending';
};

describe('in a field for it', () => {
  it('the accounts of this device are offered, the last used first, and whose site it is', async () => {
    const rig = await holding(['ada', 'bob', 'eve']);
    rig.calendar.date += 60_000;
    rig.vault.markUsed(rig.vault.passkeys[1]!.credential.id);
    const asking = ask(rig);
    expect(await shown(rig)).toBeUndefined();
    expect(rig.desk.suggestions.isExpected).toBe(true);
    asking.autofill.field({ is: 'entered', area });
    const suggestion = await shown(rig);
    expect(names(suggestion)).toEqual(['bob', 'eve', 'ada']);
    expect(suggestion).toMatchObject({
      site: { origin: ORIGIN, rpId: RP_ID },
      area,
      wanted: false,
      deaf: true,
    });
  });

  it.each([false, true])(
    'the chosen one signs in after the PIN, with an allow list: %s',
    async (isListed) => {
      const rig = await ceremonyRig();
      await saved(rig, 'ada', 'bob');
      const allowCredentials = rig.vault.passkeys.map(({ credential }) => ({
        type: 'public-key',
        id: encodeBase64Url(credential.id),
      }));
      const ceremonies: Ceremony[] = [];
      rig.desk.onOpen((ceremony) => ceremonies.push(ceremony));
      const asking = ask(rig, { options: options(isListed ? { allowCredentials } : {}) });
      const { id, accounts } = await offered(rig, asking);
      const ada = accounts.find(({ name }) => name === 'ada')!;
      expect(rig.desk.suggestions.choose(id, ada.id)).toBe(true);
      expect(rig.desk.suggestions.current).toBeUndefined();
      const person = new Person(ceremonies[0]!);
      expect(await person.sees('device-pin')).toMatchObject({ account: { name: 'ada' } });
      expect(person.ceremony.view.acts).toEqual(['enter-pin', 'cancel']);
      person.entersPin(DEVICE_PIN);
      const { response } = await asking.autofill.result;
      expect(JSON.parse(response!)).toMatchObject({
        id: ada.id,
        response: { userHandle: encodeBase64Url(utf8('ada')) },
      });
      expect(rig.desk.suggestions.isExpected).toBe(false);
    },
  );

  it('an allow list leaves only what is on it', async () => {
    const rig = await holding(['ada', 'bob']);
    const { id } = rig.vault.passkeys[0]!.credential;
    const allowCredentials = [{ type: 'public-key', id: encodeBase64Url(id) }];
    ask(rig, { options: options({ allowCredentials }) }).autofill.field({ is: 'entered', area });
    expect(names(await shown(rig))).toEqual(['ada']);
  });

  it('a passkey that says of nobody whose it is cannot be offered', async () => {
    const rig = await ceremonyRig();
    const person = rig.create({
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'discouraged' },
    });
    await person.sees('device-pin');
    person.entersPin(DEVICE_PIN);
    await person.sees('saved');
    person.does({ act: 'done' });
    const made = await person.result;
    if (made.is !== 'created') throw new Error('it was not made');
    const allowCredentials = [{ type: 'public-key', id: made.response.id }];
    ask(rig, { options: options({ allowCredentials }) }).autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeUndefined();
    expect(
      await rig.get({ allowCredentials: listed(decodeBase64Url(made.response.id)!) }).sees('device-pin'),
    ).toBeDefined();
  });

  it.each<readonly [string, CeremonyRigOptions]>([
    ['is no vault', { vault: 'absent' }],
    ['is a vault that waits for its passphrase', { vault: 'passphrase' }],
    ['is a vault of another program', { vault: 'in-use' }],
    ['is no device', { vault: 'none' }],
    ['is no passkey of the site', {}],
  ])('nothing is shown where there %s, and nothing fails', async (_, rigOptions) => {
    const rig = await ceremonyRig(rigOptions);
    const asking = ask(rig);
    asking.autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeUndefined();
    expect(rig.desk.suggestions.isExpected).toBe(false);
    await rig.clock.advance(24 * 60 * 60_000);
    expect(await isPending(asking)).toBe(true);
  });

  it('nothing is shown where the administrator forbids it, or no try of the PIN is left', async () => {
    const rules = { allows: () => false, enterpriseAttestation: () => undefined };
    const forbidden = await holding(['ada'], { rules });
    ask(forbidden).autofill.field({ is: 'entered', area });
    expect(await shown(forbidden)).toBeUndefined();
    const locked = await holding(['ada']);
    for (let at = 0; at < 10; at++) {
      await locked.clock.advance(24 * 60 * 60_000);
      await locked.vault.verifyPin('000000').catch(() => undefined);
    }
    ask(locked).autofill.field({ is: 'entered', area });
    expect(await shown(locked)).toBeUndefined();
  });

  it('a passkey that is saved or deleted meanwhile comes and goes', async () => {
    const rig = await holding([]);
    ask(rig).autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeUndefined();
    await rig.vault.verifyPin(DEVICE_PIN);
    const id = await add(rig.vault, 1, { rpId: RP_ID, userName: 'ada' });
    rig.vault.endCeremony();
    expect(names(await shown(rig))).toEqual(['ada']);
    await rig.vault.remove([id]);
    expect(await shown(rig)).toBeUndefined();
    expect(rig.desk.suggestions.isExpected).toBe(false);
  });

  it('it is shown as soon as it is known that the page may ask', async () => {
    let allow = (_: boolean): void => undefined;
    const related = { includes: () => new Promise<boolean>((resolve) => (allow = resolve)) };
    const rig = await holding(['ada'], { related });
    const { autofill } = ask(rig, { origin: 'https://example.net' });
    autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeUndefined();
    allow(true);
    expect(names(await shown(rig))).toEqual(['ada']);
  });
});

describe('the list', () => {
  it('takes nothing until it has been on the screen for a while, and nothing that it does not show', async () => {
    const rig = await holding(['ada', 'bob']);
    const opened: unknown[] = [];
    rig.desk.onOpen((ceremony) => opened.push(ceremony));
    const { autofill } = ask(rig);
    autofill.field({ is: 'entered', area });
    const { id, accounts } = (await shown(rig))!;
    const account = accounts[0]!.id;
    const { suggestions } = rig.desk;
    // However long it takes to be drawn.
    await rig.clock.advance(60_000);
    expect(suggestions.choose(id, account)).toBe(false);
    suggestions.appeared(id);
    await rig.clock.advance(DEAF_TIME - 1);
    suggestions.appeared(id);
    expect(suggestions.choose(id, account)).toBe(false);
    expect(suggestions.current?.deaf).toBe(true);
    await rig.clock.advance(1);
    expect(suggestions.current?.deaf).toBe(false);
    expect(suggestions.choose(id, 'another')).toBe(false);
    expect(suggestions.choose('another', account)).toBe(false);
    expect(opened).toEqual([]);
    expect(suggestions.choose(id, account)).toBe(true);
    expect(suggestions.choose(id, account)).toBe(false);
    expect(opened).toHaveLength(1);
  });

  it('takes nothing at first, too, when it shows something else or moves', async () => {
    const rig = await holding(['ada', 'bob']);
    const asking = ask(rig);
    const { suggestions } = rig.desk;
    const before = await offered(rig, asking);
    asking.autofill.field({ is: 'entered', area: elsewhere });
    const moved = (await shown(rig))!;
    expect(moved).toMatchObject({ area: elsewhere, deaf: true });
    expect(suggestions.choose(before.id, before.accounts[0]!.id)).toBe(false);
    suggestions.appeared(moved.id);
    await rig.clock.advance(DEAF_TIME);
    await rig.vault.remove([rig.vault.passkeys[1]!.credential.id]);
    const fewer = (await shown(rig))!;
    expect(fewer).toMatchObject({ deaf: true });
    expect(suggestions.choose(moved.id, fewer.accounts[0]!.id)).toBe(false);
    // The same once more is no change.
    asking.autofill.field({ is: 'entered', area: elsewhere });
    expect((await shown(rig))!.id).toBe(fewer.id);
  });

  it('goes when the field is left, a moment later: a click into it takes the focus first', async () => {
    const rig = await holding(['ada']);
    const asking = ask(rig);
    const { id } = await offered(rig, asking);
    asking.autofill.field({ is: 'left' });
    expect((await shown(rig))?.id).toBe(id);
    await rig.clock.advance(250);
    expect(await shown(rig)).toBeUndefined();
    asking.autofill.field({ is: 'entered', area });
    const again = (await shown(rig))!;
    asking.autofill.field({ is: 'left' });
    rig.desk.suggestions.focused(again.id);
    await rig.clock.advance(250);
    expect(await shown(rig)).toMatchObject({ id: again.id, wanted: true });
    // Its window has the focus, so the page says that it has not.
    asking.autofill.field({ is: 'left' });
    await rig.clock.advance(60_000);
    expect((await shown(rig))?.id).toBe(again.id);
  });

  it('gets the keyboard when it is wanted', async () => {
    const rig = await holding(['ada']);
    const asking = ask(rig);
    const { id } = await offered(rig, asking);
    asking.autofill.field({ is: 'wanted', area });
    expect(await shown(rig)).toMatchObject({ id, wanted: true, deaf: false });
    asking.autofill.field({ is: 'left' });
    rig.desk.suggestions.focused(id);
    await rig.clock.advance(60_000);
    expect((await shown(rig))?.id).toBe(id);
  });

  it('goes with the field also when it was wanted and the system gave it no keyboard', async () => {
    const rig = await holding(['ada']);
    const asking = ask(rig);
    await offered(rig, asking);
    asking.autofill.field({ is: 'wanted', area });
    asking.autofill.field({ is: 'left' });
    await rig.clock.advance(250);
    expect(await shown(rig)).toBeUndefined();
  });

  it('that was dismissed comes again when the field is entered anew or it is asked for, not when the focus comes back', async () => {
    const rig = await holding(['ada']);
    const asking = ask(rig);
    const { suggestions } = rig.desk;
    suggestions.dismiss((await offered(rig, asking)).id);
    expect(await shown(rig)).toBeUndefined();
    asking.autofill.field({ is: 'entered', area });
    rig.vault.markUsed(rig.vault.passkeys[0]!.credential.id);
    expect(await shown(rig)).toBeUndefined();
    asking.autofill.field({ is: 'wanted', area });
    const wanted = (await shown(rig))!;
    expect(wanted.wanted).toBe(true);
    suggestions.dismiss(wanted.id);
    asking.autofill.field({ is: 'left' });
    await rig.clock.advance(1000);
    asking.autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toMatchObject({ wanted: false });
    expect(await isPending(asking)).toBe(true);
  });

  it('is one for all pages: the last field that was entered has it', async () => {
    const rig = await holding(['ada']);
    const first = ask(rig);
    const second = ask(rig, { origin: `https://${RP_ID}` }, 'another browser');
    await offered(rig, first);
    second.autofill.field({ is: 'entered', area: elsewhere });
    expect(await shown(rig)).toMatchObject({ site: { origin: `https://${RP_ID}` }, area: elsewhere });
    // The other says late that it was left.
    first.autofill.field({ is: 'left' });
    await rig.clock.advance(1000);
    expect(await shown(rig)).toMatchObject({ site: { origin: `https://${RP_ID}` } });
    second.givesUp.abort();
    expect(await shown(rig)).toBeUndefined();
    expect(rig.desk.suggestions.isExpected).toBe(true);
  });

  it('does not follow a page that moves the focus around in a loop', async () => {
    const rig = await holding(['ada']);
    let appeared = 0;
    let before: string | undefined;
    rig.desk.suggestions.onChange(() => {
      const id = rig.desk.suggestions.current?.id;
      if (id !== undefined && id !== before) appeared++;
      before = id;
    });
    for (let at = 0; at < 30; at++) {
      const asking = ask(rig);
      asking.autofill.field({ is: 'entered', area });
      await shown(rig);
      asking.givesUp.abort();
    }
    expect(appeared).toBe(20);
    await rig.clock.advance(10_000);
    ask(rig).autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeDefined();
  });

  it('goes when a dialog opens', async () => {
    const rig = await holding(['ada']);
    await offered(rig, ask(rig));
    rig.create();
    expect(await shown(rig)).toBeUndefined();
  });
});

describe('an autofill ends', () => {
  it('by no dialog that is cancelled: it can be chosen once more', async () => {
    const rig = await holding(['ada']);
    const persons: Person[] = [];
    rig.desk.onOpen((ceremony) => persons.push(new Person(ceremony)));
    const asking = ask(rig);
    const first = await offered(rig, asking);
    rig.desk.suggestions.choose(first.id, first.accounts[0]!.id);
    await persons[0]!.sees('device-pin');
    // The field is not looked at meanwhile, and the site waits as long as it takes.
    asking.autofill.field({ is: 'entered', area });
    await rig.clock.advance(24 * 60 * 60_000);
    expect(await shown(rig)).toBeUndefined();
    expect(persons[0]!.state).toMatchObject({ trouble: { is: 'not-touched' } });
    persons[0]!.does({ act: 'retry' });
    await persons[0]!.sees('device-pin');
    persons[0]!.does({ act: 'cancel' });
    expect(await isPending(asking)).toBe(true);
    asking.autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeUndefined();
    await rig.clock.advance(1000);
    const again = await offered(rig, asking);
    expect(rig.desk.suggestions.choose(again.id, again.accounts[0]!.id)).toBe(true);
    await persons[1]!.sees('device-pin');
  });

  it('when the caller gives up, with the list and with the dialog', async () => {
    const rig = await holding(['ada']);
    const persons: Person[] = [];
    rig.desk.onOpen((ceremony) => persons.push(new Person(ceremony)));
    const early = ask(rig);
    await offered(rig, early);
    early.givesUp.abort();
    expect((await early.autofill.result).error?.name).toBe('AbortError');
    expect(rig.desk.suggestions.current).toBeUndefined();
    const late = ask(rig);
    await settled();
    const { id, accounts } = await offered(rig, late);
    rig.desk.suggestions.choose(id, accounts[0]!.id);
    await persons[0]!.sees('device-pin');
    late.givesUp.abort();
    expect((await late.autofill.result).error?.name).toBe('AbortError');
    expect(persons[0]!.state).toEqual({ name: 'closed', by: 'aborted' });
    late.autofill.field({ is: 'entered', area });
    expect(await shown(rig)).toBeUndefined();
    expect(rig.clock.pending).toBe(0);
    const never = new AbortController();
    never.abort();
    const request = { origin: ORIGIN, options: options() };
    const none = rig.desk.autofill(request, { caller: 'browser', signal: never.signal });
    expect((await none.result).error?.name).toBe('AbortError');
  });

  it('with Latchkey: the page is told nothing', async () => {
    const rig = await holding(['ada']);
    const asking = ask(rig);
    await offered(rig, asking);
    rig.desk.close();
    expect(await asking.autofill.result).toEqual({ fallThrough: true });
    expect(rig.desk.suggestions.current).toBeUndefined();
    expect(await ask(rig).autofill.result).toEqual({ fallThrough: true });
  });

  it.each([
    ['no JSON', { options: '{' }, 'TypeError'],
    ['no challenge', { options: '{}' }, 'TypeError'],
    ['somebody else’s site', { origin: 'https://con1oso.com' }, 'SecurityError'],
    ['no TLS', { origin: `http://${RP_ID}` }, 'SecurityError'],
    ['an opaque origin', { origin: 'null' }, 'NotAllowedError'],
  ])('at once for what no page may ask: %s', async (_, changes, name) => {
    const rig = await holding(['ada']);
    const { autofill } = ask(rig, changes);
    autofill.field({ is: 'entered', area });
    expect((await autofill.result).error?.name).toBe(name);
    expect(await shown(rig)).toBeUndefined();
    expect(rig.desk.suggestions.isExpected).toBe(false);
  });
});
