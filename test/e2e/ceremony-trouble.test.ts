/**
 * Nothing of a ceremony hangs and nothing is a dead end: keys are taken out at every prompt, programs, people and sites give up,
 * several ask at once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_PIN, ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import { testIds as t } from '../../renderer/test-ids';
import {
  CeremonyPerson,
  DEVICE_PIN,
  Home,
  startsOverAfterFailure,
  type Asked,
  type Request,
} from '../support/ceremony-person';
import { PIN as KEY_PIN } from '../support/desk';
import { JsonSite, knownOn, refusedWith } from '../support/json-site';
import type { SoftKeyFile } from '../support/soft-key-file';

const site = new JsonSite('https://a.example');
const { origin } = site;

let home: Home;
let drawer: SoftKeyFile;
let bare: SoftKeyFile;
let forced: SoftKeyFile;
let slow: SoftKeyFile;
let finger: SoftKeyFile;
let ada: CeremonyPerson;

beforeAll(async () => {
  home = await Home.open();
  await home.setUp();
  const passkeys = ['ada', 'grace'].map((userName) => ({ rpId: 'a.example', userName }));
  drawer = home.keys.make('Simulated drawer', { passkeys });
  bare = home.keys.make('Simulated bare key', { pin: null });
  forced = home.keys.make('Simulated key from work', { forceChange: true, passkeys });
  slow = home.keys.make('Simulated slow key', {
    passkeys,
    changes: {
      quirks: [
        {
          name: 'keepalives-for-ever',
          command: CLIENT_PIN,
          subCommand: ClientPinSubcommand.GET_TOKEN_USING_PIN,
        },
      ],
    },
  });
  finger = home.keys.make('Simulated finger key', { profile: 'fingerprint', fingers: [{}], passkeys });
  ada = await CeremonyPerson.sitDown(home, [drawer, bare, forced, slow, finger]);
});

startsOverAfterFailure(() => ada);

afterAll(async () => {
  await ada?.standUp();
  await home?.close();
});

const using = (): Request => ({ kind: 'get', origin, options: site.request() });
const saving = (): Request => ({ kind: 'create', origin, options: site.creation('eve'), only: 'key' });

async function entersThePin(): Promise<void> {
  await ada.sees('key-pin');
  await ada.typesPin(KEY_PIN);
}

/** The prompts of a key, and how each is reached with that key alone. */
const prompts = [
  ['key-pin', () => drawer, using, async () => undefined],
  ['touch-key', () => drawer, using, entersThePin],
  [
    'choose-account',
    () => drawer,
    using,
    async () => {
      await entersThePin();
      await ada.sees('touch-key');
      await ada.person.touch(drawer.name);
    },
  ],
  ['create-key-pin', () => bare, saving, async () => undefined],
  ['change-key-pin', () => forced, saving, async () => undefined],
  ['working', () => slow, using, entersThePin],
  ['key-finger', () => finger, using, async () => undefined],
] as const;

describe.each(prompts)('at %s', (state, key, request, reach) => {
  async function reached(): Promise<Asked> {
    await ada.person.keepsIn(key().name);
    const asked = await ada.asks(request());
    await reach();
    await ada.sees(state);
    return asked;
  }

  it('the key is taken out, and asked again when it is back; Escape ends it', async () => {
    const { answer } = await reached();
    await ada.person.unplug(key().name);
    await ada.seesTrouble('key-removed', key().name);
    await ada.clicks(t.ceremonyRetry);
    await ada.sees('insert-key');
    await ada.person.plugIn(key().name);
    await reach();
    await ada.sees(state);
    await ada.page.keyboard.press('Escape');
    await ada.seesItGone();
    refusedWith(await answer, 'NotAllowedError');
  });

  it('the program gives up, and the dialog is gone', async () => {
    const { answer, giveUp } = await reached();
    giveUp();
    await expect(answer).rejects.toThrow('the program gave up');
    await ada.seesItGone();
  });
});

it('a key that was left works as ever', async () => {
  await ada.person.keepsIn(drawer.name);
  const { answer } = await ada.askedFor(using(), 'key-pin');
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key');
  await ada.person.refuse(drawer.name);
  await ada.seesTrouble('refused', drawer.name);
  await ada.clicks(t.ceremonyRetry);
  await entersThePin();
  await ada.sees('touch-key');
  await ada.person.touch(drawer.name);
  await ada.sees('choose-account');
  await ada.chooses('Account', 'grace');
  await ada.seesItGone();
  await site.letsIn(await answer, knownOn(drawer, 'a.example', 'grace'));
});

it('a finger that is not recognised may try again; then it is all that is needed', async () => {
  await ada.person.keepsIn(finger.name);
  const { answer } = await ada.askedFor(using(), 'key-finger');
  await ada.person.touchWithWrongFinger(finger.name);
  await ada.sees('key-finger', /tries|not recogni/i);
  await ada.person.touch(finger.name);
  await ada.sees('choose-account');
  await ada.chooses('Account', 'ada');
  await ada.seesItGone();
  await site.letsIn(await answer, knownOn(finger, 'a.example', 'ada'));
});

it('a site that waits no longer has its answer, and the person is told', async () => {
  const timeUp = await ada.holdsTheTimeOfSites();
  const { answer } = await ada.askedFor(
    { kind: 'create', origin, options: site.creation('eve') },
    'choose-place',
  );
  await timeUp();
  await ada.seesTrouble('timed-out');
  refusedWith(await answer, 'NotAllowedError');
  await ada.clicks(t.ceremonyDone);
  await ada.seesItGone();
});

it('closing the window by its own button is Cancel', async () => {
  const { answer } = await ada.askedFor(
    { kind: 'create', origin, options: site.creation('eve') },
    'choose-place',
  );
  await ada.closesTheWindow();
  await ada.seesItGone();
  refusedWith(await answer, 'NotAllowedError');
});

it('who asks while a dialog is open waits for their turn, in the same window; who gives up meanwhile gets none', async () => {
  const eve = { kind: 'create', origin, options: site.creation('eve'), only: 'device' } as const;
  const first = await ada.askedFor(eve, 'device-pin');
  const second = await ada.asks(eve);
  const third = await ada.asks({ ...eve, origin: 'https://other.a.example' });
  await ada.sees('device-pin', 'https://a.example');
  second.giveUp();
  await expect(second.answer).rejects.toThrow('the program gave up');
  await ada.clicks(t.ceremonyCancel);
  await ada.sees('device-pin', 'https://other.a.example');
  refusedWith(await first.answer, 'NotAllowedError');
  expect(await ada.windows()).toEqual([{ visible: true, onTop: true }]);
  await ada.typesPin(DEVICE_PIN);
  await ada.sees('saved');
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
  expect((await third.answer).error).toBeUndefined();
  await ada.person.row('a.example', 'eve').waitFor();
});
