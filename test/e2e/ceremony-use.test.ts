/** Passkeys are used as a person does it: one or several, on this device and on simulated keys, several of which may be plugged in. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import {
  CeremonyPerson,
  DEVICE_PIN,
  Home,
  startsOverAfterFailure,
  type Request,
} from '../support/ceremony-person';
import { PIN as KEY_PIN } from '../support/desk';
import { JsonSite, knownOn, refusedWith, type Registered } from '../support/json-site';
import type { SoftKeyFile } from '../support/soft-key-file';

const WRONG_PIN = '999999';

/** Whose passkeys are where. */
const here = new JsonSite('https://here.example');
const two = new JsonSite('https://two.example');
const both = new JsonSite('https://both.example');
const race = new JsonSite('https://race.example');
const many = new JsonSite('https://many.example');
const none = new JsonSite('https://none.example');

let home: Home;
let left: SoftKeyFile;
let right: SoftKeyFile;
let last: SoftKeyFile;
let ada: CeremonyPerson;
let onDevice: Registered;

beforeAll(async () => {
  home = await Home.open();
  await home.setUp();
  left = home.keys.make('Simulated left key', {
    passkeys: [
      { rpId: 'race.example', userName: 'ada' },
      { rpId: 'both.example', userName: 'ada' },
    ],
  });
  right = home.keys.make('Simulated right key', {
    passkeys: [
      { rpId: 'race.example', userName: 'ada' },
      { rpId: 'many.example', userName: 'ada' },
      { rpId: 'many.example', userName: 'grace' },
    ],
  });
  // Its next wrong PIN is the last.
  last = home.keys.make('Simulated last key', {
    retries: 1,
    passkeys: [{ rpId: 'race.example', userName: 'ada' }],
  });
  ada = await CeremonyPerson.sitDown(home, [left, right, last]);
  onDevice = await ada.savesOnDevice(here, 'ada');
});

startsOverAfterFailure(() => ada);

afterAll(async () => {
  await ada?.standUp();
  await home?.close();
});

function using(site: JsonSite, ...[known, changes]: Parameters<JsonSite['request']>): Request {
  return { kind: 'get', origin: site.origin, options: site.request(known, changes) };
}

/** Of the passkey that is the only one of its site. */
async function lastUsed(site: string): Promise<string> {
  await ada.person.menu(ada.person.row(site), 'menuDetails');
  const text = await ada.person.page
    .locator(`[data-testid="${t.detailsField}"][data-field="lastUsed"]`)
    .innerText();
  await ada.person.find(t.detailsClose).click();
  await ada.person.noDialog();
  return text;
}

it('one match is one step, and the list knows when it was used', async () => {
  await ada.person.keepsIn(left.name);
  expect(await lastUsed('here.example')).toBe('Never');
  const { answer } = await ada.askedFor(using(here), 'device-pin');
  expect(await ada.find(t.ceremonyOrigin).innerText()).toBe(here.origin);
  await ada.typesPin(DEVICE_PIN);
  await ada.seesItGone();
  await here.letsIn(await answer, onDevice);
  expect(await lastUsed('here.example')).not.toBe('Never');
});

it('of several accounts, the last used comes first', async () => {
  const grace = await ada.savesOnDevice(two, 'grace');
  await ada.savesOnDevice(two, 'ada');
  const first = await ada.askedFor(using(two), 'choose-account');
  expect(await ada.entries('Account')).toEqual([
    expect.stringMatching(/^ada/),
    expect.stringMatching(/^grace/),
  ]);
  await ada.chooses('Account', 'grace');
  await ada.sees('device-pin', 'grace');
  await ada.typesPin(DEVICE_PIN);
  await ada.seesItGone();
  await two.letsIn(await first.answer, grace);

  const second = await ada.askedFor(using(two), 'choose-account');
  expect(await ada.entries('Account')).toEqual([
    expect.stringMatching(/^grace.*Last used/),
    expect.stringMatching(/^ada/),
  ]);
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  refusedWith(await second.answer, 'NotAllowedError');
});

it('by keyboard alone, from one chooser over this device and a key', async () => {
  const onKey = knownOn(left, 'both.example', 'ada');
  const here = await ada.savesOnDevice(both, 'ada');
  const { answer } = await ada.askedFor(using(both, [here, onKey]), 'choose-account');
  const { keyboard } = ada.page;
  await ada.looksRight('ceremony-choose-account');
  await ada.tabsTo(ada.entry('Account', left.name));
  await keyboard.press('Enter');
  await ada.sees('key-pin', left.name);
  await ada.looksRight('ceremony-key-pin');
  await keyboard.type(KEY_PIN);
  await keyboard.press('Enter');
  await ada.sees('touch-key');
  await ada.person.touch(left.name);
  await ada.seesItGone();
  await both.letsIn(await answer, onKey);
});

it('all keys wait for a touch; the first one touched wins, and the other is let go', async () => {
  await ada.person.keepsIn(left.name, right.name);
  const { answer } = await ada.askedFor(using(race), 'touch-key');
  expect(await ada.entries('Key')).toEqual([left.name, right.name]);
  await waitsFor(left, 'touch');
  await ada.person.touch(right.name);
  await ada.sees('key-pin', right.name);
  await waitsFor(left, 'none');
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key', right.name);
  await ada.person.touch(right.name);
  await ada.seesItGone();
  await race.letsIn(await answer, knownOn(right, 'race.example', 'ada'));
});

it('where nobody has to be verified, the touch that wins is all', async () => {
  const known = [left, right].map((key) => knownOn(key, 'race.example', 'ada'));
  const { answer } = await ada.askedFor(using(race, known, { userVerification: 'discouraged' }), 'touch-key');
  await waitsFor(right, 'touch');
  await ada.person.touch(left.name);
  await ada.seesItGone();
  await waitsFor(right, 'none');
  await race.letsIn(await answer, knownOn(left, 'race.example', 'ada'), { verified: false });
});

it('a key that is taken out of the race leaves it to the other', async () => {
  const asked = await ada.askedFor(using(race), 'touch-key');
  await ada.person.unplug(left.name);
  await ada.sees('key-pin', right.name);
  await ada.person.plugIn(left.name);
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  refusedWith(await asked.answer, 'NotAllowedError');
});

it('several accounts on a key are chosen from after its PIN; a key that has none says so when it was touched', async () => {
  const { answer } = await ada.askedFor(using(many), 'touch-key');
  await ada.person.touch(left.name);
  await ada.sees('key-pin', left.name);
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key', left.name);
  await ada.person.touch(left.name);
  await ada.seesTrouble('wrong-key', left.name);
  await ada.clicks(t.ceremonyRetry);
  // Only the other one is left.
  await ada.sees('key-pin', right.name);
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key', right.name);
  await ada.person.touch(right.name);
  await ada.sees('choose-account');
  await ada.chooses('Account', 'ada');
  await ada.seesItGone();
  await many.letsIn(await answer, knownOn(right, 'many.example', 'ada'));
});

it('no match is said plainly, with a way to another device; the site hears the same as after a no', async () => {
  await ada.person.keepsIn();
  const unmatched = await ada.asks(using(none));
  await ada.seesTrouble('no-match');
  await ada.clicks(t.ceremonyAnotherDevice);
  await ada.sees('choose-place');
  await ada.entry('Place', 'This device').filter({ hasText: 'No passkey for this site' }).waitFor();
  await ada.chooses('Place', 'Security key');
  await ada.sees('insert-key');
  await ada.person.plugIn(left.name);
  await ada.sees('key-pin', left.name);
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  const { error } = await unmatched.answer;

  const matched = await ada.askedFor(using(here), 'device-pin');
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  expect(error).toMatchObject({ name: 'NotAllowedError' });
  expect(await matched.answer).toEqual({ error });
});

it('three wrong PINs stop a key until it was taken out; the right one goes on', async () => {
  await ada.person.keepsIn(left.name);
  const { answer } = await ada.askedFor(using(race), 'key-pin');
  for (const retries of [7, 6]) {
    await ada.typesPin(WRONG_PIN);
    await ada.sees('key-pin', `${retries} tries`);
  }
  await ada.typesPin(WRONG_PIN);
  await ada.seesTrouble('key-blocked', 'put back in');
  await ada.clicks(t.ceremonyRetry);
  await ada.sees('insert-key');
  await ada.person.unplug(left.name);
  await ada.person.plugIn(left.name);
  await ada.sees('key-pin', left.name);
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key');
  await ada.person.touch(left.name);
  await ada.seesItGone();
  await race.letsIn(await answer, knownOn(left, 'race.example', 'ada'));
});

it('after the last wrong PIN a key is blocked for good; another one serves', async () => {
  await ada.person.keepsIn(last.name);
  const { answer } = await ada.askedFor(using(race), 'key-pin');
  await ada.typesPin(WRONG_PIN);
  await ada.seesTrouble('key-blocked', 'reset');
  await ada.find(t.ceremonyOpenLatchkey).waitFor();
  await ada.clicks(t.ceremonyAnotherDevice);
  await ada.entry('Place', last.name).filter({ hasText: 'blocked' }).waitFor();
  await ada.person.plugIn(right.name);
  await ada.chooses('Place', right.name);
  await ada.sees('key-pin', right.name);
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key');
  await ada.person.touch(right.name);
  await ada.seesItGone();
  await race.letsIn(await answer, knownOn(right, 'race.example', 'ada'));
});

/** Waits until the key waits for that, as its light tells. */
async function waitsFor(key: SoftKeyFile, what: 'touch' | 'none'): Promise<void> {
  await ada.person
    .simulated(key.name)
    .locator(`[data-testid="${t.simulatedKeyState}"][data-waits-for="${what}"]`)
    .waitFor();
}
