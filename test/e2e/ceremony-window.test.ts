/** The window of the dialogs under somebody's hands: keys, focus, what is sent, what is forgotten, what a screen reader hears. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CeremonyState, CeremonyView } from '../../preload/ceremony-contract';
import { testIds as t } from '../../renderer/test-ids';
import { keys, saving, using } from '../renderer/dialogs/sample';
import { DialogWindow } from '../support/dialog-window/dialog-window';

const PIN = 'correct horse';
const PATIENCE = 20_000;

let window: DialogWindow;
let count = 0;
beforeAll(async () => {
  window = await DialogWindow.open();
});
afterAll(() => window.close());
beforeEach(() => {
  count += 1;
});
afterEach(async () => {
  await window.show(null);
  await window.asked();
  expect(window.errors).toEqual([]);
});

/** All of one test are of one ceremony. */
const save = (state: CeremonyState): CeremonyView => ({
  ...saving('', '', state).view,
  id: `ceremony-${count}`,
});
const use = (state: CeremonyState): CeremonyView => ({
  ...using('', '', state).view,
  id: `ceremony-${count}`,
});
const press = (key: string): Promise<void> => window.page.keyboard.press(key);
const type = (text: string): Promise<void> => window.page.keyboard.type(text);
const key = keys.blue;
const rules = { minLength: 4, maxBytes: 63 };
const device = { is: 'device', id: 'device' } as const;
const blue = { is: 'key', id: key.id, name: key.name } as const;
const savedHere = { name: 'saved', place: { is: 'device' }, backup: 'device-bound', ownName: '' } as const;

async function html(): Promise<string> {
  return window.page.evaluate(() => {
    const values = [...document.querySelectorAll('input')].map(({ value }) => value);
    return [document.documentElement.outerHTML, ...values].join('\n');
  });
}

describe('between ceremonies', () => {
  it('draws nothing, and nothing of the last one comes back', async () => {
    await window.show(use({ name: 'key-pin', key }));
    await type(PIN);
    await window.show(null);
    expect(await window.page.evaluate(() => document.querySelector('main')?.textContent)).toBe('');
    const next = { ...use({ name: 'key-pin', key }), id: 'another' };
    await window.show(next);
    expect(await window.at(t.pinCurrent).inputValue()).toBe('');
    expect(await html()).not.toContain(PIN);
  });

  it('forgets at once when the ceremony is over', async () => {
    await window.show(use({ name: 'device-pin' }));
    await type(PIN);
    await window.show({ ...use({ name: 'closed', by: 'aborted' }), acts: [] });
    expect(await html()).not.toContain(PIN);
  });
});

describe('Escape', () => {
  it.each<CeremonyState>([
    { name: 'preparing' },
    { name: 'choose-place', all: true, places: [device] },
    { name: 'key-pin', key },
    { name: 'touch-key', keys: [key] },
    { name: 'device-biometrics', by: 'your fingerprint' },
    { name: 'working', place: { is: 'device' } },
    savedHere,
    { name: 'trouble', trouble: { is: 'timed-out' } },
  ])('cancels: $name', async (state) => {
    await window.show(save(state));
    await press('Escape');
    expect(await window.asked()).toEqual([{ call: 'act', values: [`ceremony-${count}`, { act: 'cancel' }] }]);
  });

  it('cancels also after a click beside everything', async () => {
    await window.show(use({ name: 'insert-key' }));
    await window.page.mouse.click(230, 300);
    await press('Escape');
    expect(await window.acts()).toEqual([{ act: 'cancel' }]);
  });
});

describe('Enter', () => {
  it.each<readonly [string, CeremonyState, object]>([
    [
      'takes the only place',
      { name: 'choose-place', all: false, places: [device] },
      { act: 'choose-place', place: 'device' },
    ],
    [
      'takes the first place that can be chosen',
      { name: 'choose-place', all: true, places: [{ ...device, obstacle: 'not-set-up' }, blue] },
      { act: 'choose-place', place: key.id },
    ],
    ['tries again', { name: 'trouble', trouble: { is: 'key-removed', key } }, { act: 'retry' }],
    ['says it', { name: 'trouble', trouble: { is: 'excluded', place: { is: 'device' } } }, { act: 'done' }],
    ['closes it', savedHere, { act: 'done' }],
  ])('%s', async (_what, state, act) => {
    await window.show(save(state));
    await press('Enter');
    expect(await window.acts()).toEqual([act]);
  });

  it('takes the account that was used last', async () => {
    const accounts = [
      { id: 'a', place: { is: 'device' }, name: 'ada' },
      { id: 'b', place: { is: 'device' }, name: 'bob' },
    ] as const;
    await window.show(use({ name: 'choose-account', accounts, places: [] }));
    await press('Enter');
    expect(await window.acts()).toEqual([{ act: 'choose-account', account: 'a' }]);
  });

  it('does the next step also from the title, and cancels nothing where there is none', async () => {
    await window.show(use({ name: 'trouble', trouble: { is: 'key-removed', key } }));
    await window.at(t.ceremonyTitle).focus();
    await press('Enter');
    expect(await window.acts()).toEqual([{ act: 'retry' }]);
    await window.show(use({ name: 'touch-key', keys: [key] }));
    await press('Enter');
    expect(await window.acts()).toEqual([]);
  });

  it('decides nothing while it is held down since the state before', async () => {
    await window.show(use({ name: 'device-pin' }));
    await type(PIN);
    await window.page.keyboard.down('Enter');
    await window.show(use({ name: 'trouble', trouble: { is: 'excluded', place: { is: 'device' } } }));
    await window.page.keyboard.down('Enter');
    await window.page.keyboard.down('Enter');
    await window.page.keyboard.up('Enter');
    expect(await window.acts()).toEqual([{ act: 'enter-pin', pin: PIN }]);
  });
});

describe('what a page opened', () => {
  it('takes no key and no click when it has only just appeared, and has the focus then', async () => {
    const state = { name: 'device-pin' } as const;
    await window.show({ ...save(state), deaf: true });
    await type('12');
    await press('Enter');
    await press('Escape');
    const box = await window.at(t.ceremonyCancel).boundingBox();
    await window.page.mouse.click(box!.x + box!.width / 2, box!.y + box!.height / 2);
    expect(await window.focused()).toBe('BODY');
    await window.show(save(state));
    await expect.poll(() => window.focused(), { timeout: PATIENCE }).toBe(t.pinCurrent);
    expect(await window.at(t.pinCurrent).inputValue()).toBe('');
    expect(await window.acts()).toEqual([]);
    await type('34');
    await press('Enter');
    expect(await window.acts()).toEqual([{ act: 'enter-pin', pin: '34' }]);
  });
});

describe('the focus', () => {
  it.each<readonly [CeremonyState, string]>([
    [{ name: 'preparing' }, t.ceremonyTitle],
    [{ name: 'choose-place', all: false, places: [device] }, t.ceremonySubmit],
    [{ name: 'choose-place', all: true, places: [device] }, `${t.ceremonyPlace} device`],
    [{ name: 'touch-key', keys: [key] }, t.ceremonyTitle],
    [{ name: 'key-pin', key }, t.pinCurrent],
    [{ name: 'create-key-pin', key, rules }, t.pinNew],
    [{ name: 'change-key-pin', key, rules }, t.pinCurrent],
    [{ name: 'device-passphrase', wrong: true }, t.passphrase],
    [savedHere, t.ceremonyOwnName],
    [{ name: 'trouble', trouble: { is: 'vault-missing' } }, t.ceremonyOpenLatchkey],
  ])('%#: is where somebody goes on', async (state, place) => {
    await window.show(save({ name: 'working', place: { is: 'device' } }));
    await window.show(save(state));
    expect(await window.focused()).toBe(place);
  });

  it('stays where it is when places come and go, and what was typed stays', async () => {
    const places = [device, blue, { is: 'any-key', id: 'any-key' }] as const;
    await window.show(save({ name: 'choose-place', all: true, places }));
    await press('Tab');
    await press('Tab');
    expect(await window.focused()).toBe(`${t.ceremonyPlace} any-key`);
    await window.show(save({ name: 'choose-place', all: true, places: [device, places[2]] }));
    await expect.poll(() => window.at(t.ceremonyPlace).count(), { timeout: PATIENCE }).toBe(2);
    expect(await window.focused()).toBe(`${t.ceremonyPlace} any-key`);
    await window.show(save({ name: 'key-pin', key }));
    await type('12');
    await window.show({ ...save({ name: 'key-pin', key }), acts: ['enter-pin', 'cancel'] });
    await window.at(t.ceremonyBrowsersDialog).waitFor({ state: 'detached' });
    await type('34');
    expect(await window.at(t.pinCurrent).inputValue()).toBe('1234');
  });

  it('goes to the title when what had it is gone, and Escape still cancels', async () => {
    await window.show(save({ name: 'choose-place', all: true, places: [device, blue] }));
    await press('Tab');
    await window.show(save({ name: 'choose-place', all: true, places: [device] }));
    await expect.poll(() => window.focused(), { timeout: PATIENCE }).toBe(t.ceremonyTitle);
    await press('Escape');
    expect(await window.acts()).toEqual([{ act: 'cancel' }]);
  });

  it('comes in the order of sight', async () => {
    await window.show(save({ name: 'choose-place', all: true, places: [device, blue] }));
    const order: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      order.push(await window.focused());
      await press('Tab');
    }
    expect(order).toEqual([
      `${t.ceremonyPlace} device`,
      `${t.ceremonyPlace} ${key.id}`,
      t.ceremonyBrowsersDialog,
      t.ceremonyCancel,
    ]);
  });
});

describe('a secret', () => {
  it.each<readonly [CeremonyState, readonly string[], object]>([
    [{ name: 'key-pin', key }, [PIN], { act: 'enter-pin', pin: PIN }],
    [{ name: 'device-pin' }, [PIN], { act: 'enter-pin', pin: PIN }],
    [{ name: 'device-passphrase', wrong: false }, [PIN], { act: 'enter-passphrase', passphrase: PIN }],
    [{ name: 'create-key-pin', key, rules }, [PIN, PIN], { act: 'create-pin', pin: PIN }],
    [
      { name: 'change-key-pin', key, rules },
      ['old one', PIN, PIN],
      { act: 'change-pin', current: 'old one', next: PIN },
    ],
  ])('%#: is sent once, and is nowhere afterwards', async (state, typed, act) => {
    await window.show(use(state));
    for (const [at, text] of typed.entries()) {
      if (at > 0) await press('Tab');
      // The button that shows it stands between the boxes.
      if (at === 1) await press('Tab');
      await type(text);
    }
    await press('Enter');
    expect(await window.acts()).toEqual([act]);
    expect(await html()).not.toContain(PIN);
    expect(await html()).not.toContain('old one');
  });

  it('is not sent while it is empty, too short, or typed in two ways', async () => {
    await window.show(use({ name: 'key-pin', key }));
    await press('Enter');
    expect(await window.dialog.textContent()).toContain('Please enter the PIN');
    await window.show(use({ name: 'create-key-pin', key, rules }));
    await window.at(t.pinNew).fill('123');
    await window.at(t.pinAgain).fill('123');
    await press('Enter');
    await window.at(t.pinNew).fill('1234');
    await press('Enter');
    expect(await window.acts()).toEqual([]);
  });

  it('is told to be wrong with what is left, in an empty box that has the focus', async () => {
    await window.show(use({ name: 'key-pin', key }));
    await type(PIN);
    await press('Enter');
    await window.show(use({ name: 'key-pin', key, retries: 7 }));
    await window.at(t.pinProblem).waitFor();
    expect(await window.at(t.pinProblem).textContent()).toBe('That PIN is not right. 7 tries left.');
    expect(await window.focused()).toBe(t.pinCurrent);
    expect(await window.at(t.pinCurrent).inputValue()).toBe('');
  });

  it('waits where it has to: Enter sends nothing until the time is over', async () => {
    await window.show(use({ name: 'device-pin', triesLeft: 5, wait: 3000, problem: 'wrong' }));
    expect(await window.at(t.pinWait).textContent()).toMatch(/try again in [1-3] seconds?/);
    await type(PIN);
    await press('Enter');
    expect(await window.at(t.ceremonySubmit).isDisabled()).toBe(true);
    expect(await window.acts()).toEqual([]);
    await window.at(t.pinWait).waitFor({ state: 'detached' });
    await press('Enter');
    expect(await window.acts()).toEqual([{ act: 'enter-pin', pin: PIN }]);
  });
});

describe('a name of one’s own', () => {
  it('is kept first, and the dialog closes when it is', async () => {
    await window.show(save(savedHere));
    await type('Work');
    await press('Enter');
    expect(await window.acts()).toEqual([{ act: 'rename', ownName: 'Work' }]);
    await window.show(save({ ...savedHere, ownName: 'Work' }));
    await expect.poll(() => window.acts(), { timeout: PATIENCE }).toEqual([{ act: 'done' }]);
  });

  it('that is not kept leaves the dialog open, can be tried again, and can be given up', async () => {
    await window.show(save(savedHere));
    await type('Work');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await press('Enter');
      await window.show(save({ ...savedHere, notKept: true }));
      await window.at(t.ceremonyNotKept).waitFor();
      expect(await window.acts()).toEqual([{ act: 'rename', ownName: 'Work' }]);
      expect(await window.at(t.ceremonyOwnName).inputValue()).toBe('Work');
    }
    await window.at(t.ceremonyOwnName).fill('');
    await window.at(t.ceremonySubmit).click();
    expect(await window.acts()).toEqual([{ act: 'done' }]);
  });
});

describe('what is heard', () => {
  it('is the title of each state that follows, and the keys that come to be touched', async () => {
    const said = () => window.dialog.getByRole('status').first().textContent();
    await window.show(use({ name: 'insert-key' }));
    expect(await window.page.getByRole('dialog', { name: 'Insert your security key' }).count()).toBe(1);
    expect(await said()).toBe('');
    await window.show(use({ name: 'touch-key', keys: [key] }));
    await expect.poll(said, { timeout: PATIENCE }).toMatch(/^Touch your security key\. .*YubiKey 5 NFC/);
    await window.show(use({ name: 'touch-key', keys: [key, keys.green] }));
    await expect.poll(said, { timeout: PATIENCE }).toMatch(/YubiKey 5 NFC.*, .*Nitrokey 3C/);
  });

  it('is who asks, with the name of the dialog', async () => {
    await window.show(use({ name: 'device-pin' }));
    const described = await window.dialog.getAttribute('aria-describedby');
    expect(described).not.toBeNull();
    const site = window.page.locator(`[id="${described ?? ''}"]`);
    expect(await site.textContent()).toContain('https://contoso.example');
  });
});

describe('what does not get through', () => {
  it('is told, until something is shown again', async () => {
    await window.show(use({ name: 'trouble', trouble: { is: 'vault-missing' } }));
    await window.setGone(true);
    await press('Enter');
    await window.at(t.ceremonyFailed).waitFor();
    await window.setGone(false);
    await press('Enter');
    await window.at(t.ceremonyFailed).waitFor({ state: 'detached' });
    expect(await window.asked()).toEqual([{ call: 'showLatchkey', values: [] }]);
  });
});
