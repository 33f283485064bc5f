/** Passkeys are saved as a person does it: in the real window, on this device with a real keychain, and on simulated keys. */
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
import { JsonSite, knownOn, listOf, refusedWith, type Registered } from '../support/json-site';
import type { SoftKeyFile } from '../support/soft-key-file';

const WRONG_PIN = '000001';
const NEW_PIN = '731684';

const site = new JsonSite('https://login.example.org:8443', 'example.org');
const { origin } = site;

let home: Home;
let drawer: SoftKeyFile;
let bare: SoftKeyFile;
let forced: SoftKeyFile;
let full: SoftKeyFile;
let old: SoftKeyFile;
let ada: CeremonyPerson;
let onDevice: Registered;

beforeAll(async () => {
  home = await Home.open();
  await home.setUp();
  const one = [{ rpId: 'example.org', userName: 'somebody' }];
  drawer = home.keys.make('Simulated drawer', { passkeys: one });
  bare = home.keys.make('Simulated bare key', { pin: null });
  forced = home.keys.make('Simulated key from work', { forceChange: true });
  full = home.keys.make('Simulated full key', { changes: { capacity: 1 }, passkeys: one });
  // It does not say how much room it has.
  old = home.keys.make('Simulated old key', { profile: '2.0', changes: { capacity: 1 }, passkeys: one });
  ada = await CeremonyPerson.sitDown(home, [drawer, bare, forced, full, old]);
});

startsOverAfterFailure(() => ada);

afterAll(async () => {
  await ada?.standUp();
  await home?.close();
});

function saving(user: string, changes: Readonly<Record<string, unknown>> = {}): Request {
  return { kind: 'create', origin, options: site.creation(user, changes) };
}

/** Of the dialog that begins with this device, to the list with everything. */
async function goesToTheList(): Promise<void> {
  await ada.clicks(t.ceremonyAnotherDevice);
  await ada.sees('choose-place');
  await ada.entry('Place', 'iPhone, iPad or Android device').waitFor();
}

it('on this device: the place, the PIN, and what became of it', async () => {
  const { answer } = await ada.askedFor(saving('ada'), 'choose-place');
  expect(await ada.find(t.ceremonyOrigin).innerText()).toBe(origin);
  expect(await ada.find(t.ceremonySite).innerText()).not.toContain('a name of its own');
  expect(await ada.windows()).toEqual([{ visible: true, onTop: true }]);
  expect(await ada.entries('Place')).toEqual([expect.stringContaining('This device')]);
  await ada.clicks(t.ceremonySubmit);
  await ada.sees('device-pin');
  await ada.typesPin(WRONG_PIN);
  await ada.sees('device-pin', '9 tries left');
  await ada.typesPin(DEVICE_PIN);
  await ada.sees('saved', 'on this device');
  // The site need not wait for anybody to read that.
  onDevice = await site.takes(await answer);
  expect(onDevice).toMatchObject({ attachment: 'platform', transports: ['internal'] });
  // And it is in the list already, where a name of one's own follows.
  await ada.person.sees(['example.org ada']);
  await ada.find(t.ceremonyOwnName).fill('  The blue laptop ');
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
  await ada.person.row('example.org', 'The blue laptop').waitFor();
});

it('by keyboard alone, on a key whose passkeys are listed', async () => {
  await ada.person.unlock(drawer.name, KEY_PIN);
  const { answer } = await ada.askedFor(saving('grace'), 'choose-place');
  const { keyboard } = ada.page;
  await ada.looksRight('ceremony-save-here');
  await ada.tabsTo(ada.find(t.ceremonyAnotherDevice));
  await keyboard.press('Enter');
  await ada.entry('Place', 'iPhone').waitFor();
  for (const [place, note] of [
    ['This device', ''],
    [drawer.name, 'Asks for its PIN'],
    [bare.name, 'Needs a PIN first'],
    [forced.name, 'Needs a new PIN first'],
    [full.name, 'This key is full'],
    [old.name, ''],
    ['Another security key', ''],
    ['iPhone, iPad or Android device', ''],
  ] as const)
    expect(await ada.entry('Place', place).innerText()).toContain(note);
  // What cannot be chosen is no button.
  expect(await ada.entry('Place', full.name).evaluate(({ tagName }) => tagName)).not.toBe('BUTTON');
  await ada.looksRight('ceremony-save-places');
  await ada.tabsTo(ada.entry('Place', drawer.name));
  await keyboard.press('Enter');
  await ada.sees('key-pin', drawer.name);
  await keyboard.type(KEY_PIN);
  await keyboard.press('Enter');
  await ada.sees('touch-key', drawer.name);
  await ada.looksRight('ceremony-save-touch');
  await ada.person.touch(drawer.name);
  await ada.sees('saved', drawer.name);
  const { attachment, transports, id } = await site.takes(await answer);
  expect({ attachment, transports }).toEqual({ attachment: 'cross-platform', transports: ['usb'] });
  expect(knownOn(drawer, 'example.org', 'grace').id).toBe(id);
  await ada.looksRight('ceremony-saved');
  await keyboard.type('My key');
  await keyboard.press('Enter');
  await ada.seesItGone();
  // What the list was read with has ended: the key asks for its PIN again.
  await ada.person.card(drawer.name, 'locked').waitFor();
  await ada.person.unlock(drawer.name, KEY_PIN);
  await ada.person.row('grace', drawer.name).filter({ hasText: 'My key' }).waitFor();
});

it('not twice for one account: what is there already is told to the site only when the person agrees', async () => {
  const excludeCredentials = listOf([onDevice, knownOn(drawer, 'example.org', 'grace')]);
  const asked = await ada.askedFor(saving('ada', { excludeCredentials }), 'choose-place');
  await ada.entry('Place', 'Already has a passkey for this account').waitFor();
  await ada.clicks(t.ceremonySubmit);
  await ada.sees('device-pin');
  await ada.typesPin(DEVICE_PIN);
  await ada.seesTrouble('excluded', 'You already have a passkey for this account here');
  await ada.clicks(t.ceremonyDone);
  await ada.seesItGone();
  refusedWith(await asked.answer, 'InvalidStateError');

  const again = await ada.askedFor(saving('ada', { excludeCredentials }), 'choose-place');
  await goesToTheList();
  await ada.entry('Place', drawer.name).filter({ hasText: 'Already has a passkey' }).waitFor();
  await ada.chooses('Place', drawer.name);
  await ada.sees('key-pin');
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key');
  await ada.person.touch(drawer.name);
  await ada.seesTrouble('excluded', drawer.name);
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  refusedWith(await again.answer, 'NotAllowedError');
});

it('on a key without a PIN, which gets one here', async () => {
  const { answer } = await ada.askedFor(saving('bare'), 'choose-place');
  await goesToTheList();
  await ada.chooses('Place', bare.name);
  await ada.sees('create-key-pin', bare.name);
  await ada.typesNewPin('12');
  await ada.sees('create-key-pin', /at least 4|too short/i);
  await ada.typesNewPin(NEW_PIN);
  // Without asking for what was just typed.
  await ada.sees('touch-key');
  expect(bare.hasPin(NEW_PIN)).toBe(true);
  await ada.person.touch(bare.name);
  await ada.sees('saved', bare.name);
  await site.takes(await answer);
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
  expect(bare.passkeys()).toEqual(['example.org bare']);
});

it('on a key that demands another PIN, which is changed here', async () => {
  const { answer } = await ada.askedFor(saving('forced'), 'choose-place');
  await goesToTheList();
  await ada.chooses('Place', forced.name);
  await ada.sees('change-key-pin', forced.name);
  await ada.typesNewPin(NEW_PIN, '999999');
  await ada.sees('change-key-pin', /7 tries/);
  expect(forced.hasPin(KEY_PIN)).toBe(true);
  await ada.typesNewPin(NEW_PIN, KEY_PIN);
  await ada.sees('touch-key');
  expect(forced.hasPin(NEW_PIN)).toBe(true);
  await ada.person.touch(forced.name);
  await ada.sees('saved', forced.name);
  await site.takes(await answer);
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
});

it('not on a key that turns out to be full: on another device then', async () => {
  const { answer } = await ada.askedFor(saving('eve'), 'choose-place');
  await goesToTheList();
  await ada.chooses('Place', old.name);
  await ada.sees('key-pin');
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key');
  await ada.person.touch(old.name);
  await ada.seesTrouble('key-full', 'no room');
  await goesToTheList();
  await ada.chooses('Place', 'This device');
  await ada.sees('device-pin');
  await ada.typesPin(DEVICE_PIN);
  await ada.sees('saved', 'on this device');
  await site.takes(await answer);
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
  expect(old.passkeys()).toEqual(['example.org somebody']);
});

it('the whole origin is shown, and a look-alike as what it is', async () => {
  const kind = 'create';
  const foreign = new JsonSite('https://xn--pypal-4ve.com'); // pаypal with a Cyrillic а
  const asked = await ada.askedFor(
    { kind, origin: foreign.origin, options: foreign.creation('ada') },
    'choose-place',
  );
  expect(await ada.find(t.ceremonyOrigin).innerText()).toBe('https://xn--pypal-4ve.com');
  await ada.page.keyboard.press('Escape');
  await ada.seesItGone();
  refusedWith(await asked.answer, 'NotAllowedError');

  // Nobody is asked about what no site may have.
  const other = await ada.asks({ kind, origin: foreign.origin, options: site.creation('ada') });
  refusedWith(await other.answer, 'SecurityError');
});

it('no PIN was printed, and none is in the page', async () => {
  for (const secret of [DEVICE_PIN, NEW_PIN, KEY_PIN]) {
    expect(await ada.page.content()).not.toContain(secret);
    expect(ada.person.app.output()).not.toContain(secret);
  }
});
