/** Advanced options > For testers: simulated keys from the window, in builds for testers and in no other. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Locator } from 'playwright';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { launchApp } from '../support/launch-app';
import { PATIENCE, Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

let folder: SoftKeyFolder;
let kept: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  kept = folder.make('Simulated key with a file', { passkeys: [{ rpId: 'a.example', userName: 'ada' }] });
  person = await Person.sitDown([kept]);
  await person.goTo('advanced-options');
});

startsOverAfterFailure(() => person);

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

const entry = (name: string): Locator => person.find(t.testersKey).filter({ hasText: name });

it('lists the simulated keys, and where they keep their state', async () => {
  await entry(kept.name).getByText('Plugged in', { exact: true }).waitFor();
  expect(await entry(kept.name).innerText()).toContain(kept.path);
  await looksRight(person.app, 'testers');
});

it('says what is wrong with a key that cannot be', async () => {
  await person.find(t.testersAdd).click();
  const dialog = await person.dialog(t.addKey, 'entering');
  await person.focusIsOn(t.addKeyProfile);
  await looksRight(person.app, 'testers-add');
  await person.find(t.addKeyPasskeys).fill('many');
  expect(await dialog.innerText()).toContain('A whole number from 0 to 1000.');
  expect(await person.find(t.addKeyConfirm).isDisabled()).toBe(true);
  await person.find(t.addKeyPasskeys).fill('2');
  await person.find(t.addKeyPin).fill('12');
  await person.find(t.addKeyConfirm).click();
  await person.shows(t.addKeyProblem, 'at least 4 characters');
  await looksRight(person.app, 'testers-add-problem');
});

it('adds a key, which is there at once, with its window', async () => {
  await person.find(t.addKeyProfile).selectOption('2.1-preview');
  await person.find(t.addKeyName).fill('spare');
  await person.find(t.addKeyPin).fill('123456');
  await person.keyboard.press('Enter');
  await person.noDialog();
  await person.shows(t.notice, 'spare was added and plugged in.');
  await entry('Simulated spare').waitFor();
  await person.focusIsOn(t.testersAdd);
  await person.simulated('Simulated spare').getByText('Idle').waitFor();
  await person.goTo('passkeys');
  await person.unlock('Simulated spare', '123456');
  await person.sees([
    'sample-1.example ada@sample-1.example · Ada',
    'sample-1.example grace@sample-1.example · Grace',
  ]);
});

it('takes it out and puts it back in', async () => {
  await person.goTo('advanced-options');
  const plug = entry('Simulated spare').getByTestId(t.testersKeyPlug);
  await plug.click();
  await entry('Simulated spare').getByText('Not plugged in').waitFor();
  await person.simulated('Simulated spare').getByText('Not plugged in').waitFor();
  await person.shows(t.notice, 'was taken out');
  await looksRight(person.app, 'testers-unplugged');
  await plug.click();
  await entry('Simulated spare').getByText('Plugged in', { exact: true }).waitFor();
  await person.goTo('passkeys');
  await person.card('Simulated spare', 'locked').waitFor();
});

it('removes a key after a question, which can be answered with no', async () => {
  await person.goTo('advanced-options');
  const remove = entry('Simulated spare').getByTestId(t.testersKeyRemove);
  await remove.click();
  const dialog = await person.dialog(t.removeKey, 'asking');
  expect(await dialog.innerText()).toContain('everything on it is forgotten');
  await person.keyboard.press('Escape');
  await person.noDialog();
  await person.focusIsOn(t.testersKeyRemove);
  await person.keyboard.press('Enter');
  await person.find(t.removeKeyConfirm).click();
  await person.noDialog();
  await entry('Simulated spare').waitFor({ state: 'detached' });
  await person.simulated('Simulated spare').waitFor({ state: 'detached' });
  await person.focusIsOn(t.testersAdd);
});

it('opens the window with the buttons again after it was closed', async () => {
  await person.simulator.close();
  await person.find(t.testersShowSimulator).click();
  const again = await person.app.windowNamed('simulator.html');
  await again.getByTestId(t.simulatedKey).filter({ hasText: kept.name }).waitFor({ timeout: PATIENCE });
});

it('leaves the state file of a removed key alone, and says so', async () => {
  const before = kept.read();
  await entry(kept.name).getByTestId(t.testersKeyRemove).click();
  const dialog = await person.dialog(t.removeKey, 'asking');
  expect(await dialog.innerText()).toContain(kept.path);
  await looksRight(person.app, 'testers-remove');
  await person.find(t.removeKeyConfirm).click();
  await person.shows(t.testers, 'There is no simulated key.');
  expect(kept.read()).toEqual(before);
  await looksRight(person.app, 'testers-none');
});

it('is not there in a released Latchkey, nor are the calls behind it', async () => {
  const released = await launchApp({ args: ['--as-released'] });
  try {
    const page = released.window;
    await page.getByTestId(t.navAdvancedOptions).click();
    await page.getByTestId(t.advancedVersion).waitFor();
    expect(await page.getByTestId(t.testers).count()).toBe(0);
    expect(await page.evaluate(() => 'testers' in window)).toBe(false);
    // Were the preload script another one: the main process answers nobody.
    const served = await released.app.evaluate(({ ipcMain, webContents }) =>
      [ipcMain, ...webContents.getAllWebContents().map(({ ipc }) => ipc)].flatMap((ipc) => {
        const { _invokeHandlers: handlers } = ipc as unknown as {
          readonly _invokeHandlers: ReadonlyMap<string, unknown>;
        };
        return [...handlers.keys()];
      }),
    );
    expect(served).toEqual(['call']);
  } finally {
    await released.close();
  }
});
