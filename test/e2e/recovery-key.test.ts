/** A new recovery key is kept: in a file, on paper, or not where that fails. The dialogs of the system answer as the test says. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { Person, startsOverAfterFailure } from '../support/person';
import { canMount, SmallDisk } from '../support/small-disk';

const PIN = '803517';
const PASSPHRASE = 'seven sunny sparrows';

let folder: string;
let person: Person;
let recoveryKey: string;
let disk: SmallDisk | undefined;

/** Set up as far as the recovery key, under a passphrase: no keychain is in reach. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-recovery-'));
  person = await Person.sitDown(['demo'], {
    args: ['--data-folder', join(folder, 'data')],
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}` },
  });
  await person.find(t.deviceCardSetUp).click();
  await person.find(t.setUpPassphrase).check();
  await person.find(t.setUpNext).click();
  await person.find(t.pinNew).fill(PIN);
  await person.find(t.pinAgain).fill(PIN);
  await person.find(t.setUpNext).click();
  await person.find(t.passphraseNew).fill(PASSPHRASE);
  await person.find(t.passphraseAgain).fill(PASSPHRASE);
  await person.find(t.setUpNext).click();
  await person.dialog(t.recovery, 'showing');
  recoveryKey = (await person.text(t.recoveryKey)).replaceAll(' ', '-');
});

startsOverAfterFailure(() => person);

afterAll(async () => {
  await person?.standUp();
  disk?.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Saves it there, or thinks better of it. Resolves to what the dialog was asked for. */
async function save(filePath: string | null): Promise<Electron.SaveDialogOptions> {
  const { app } = person.app;
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (...given: readonly unknown[]) => {
      Object.assign(globalThis, { asked: given.at(-1) });
      return Promise.resolve({ canceled: path === null, filePath: path ?? '' });
    };
  }, filePath);
  await person.find(t.recoverySave).click();
  const asked = () => app.evaluate(() => (globalThis as { asked?: Electron.SaveDialogOptions }).asked);
  await expect.poll(asked).toBeDefined();
  const found = await asked();
  await app.evaluate(() => void delete (globalThis as { asked?: unknown }).asked);
  return found ?? {};
}

/** Prints it on a printer that answers so. */
async function print(success: boolean, reason: string): Promise<void> {
  await person.app.app.evaluate(
    ({ webContents }, answer) => {
      const contents = webContents.getAllWebContents().find((each) => each.getURL().endsWith('/index.html'));
      if (contents) contents.print = (_options, done) => done?.(answer.success, answer.reason);
    },
    { success, reason },
  );
  await person.find(t.recoveryPrint).click();
}

/** Beside the key; the role makes screen readers say it. */
async function hears(role: 'status' | 'alert', text: string | RegExp): Promise<void> {
  await person.page
    .locator(`[data-testid="${t.recoveryKept}"][role="${role}"]`)
    .filter({ hasText: text })
    .waitFor();
}

it('is saved as a file for this user alone, which says what it is', async () => {
  const path = join(folder, 'kept.txt');
  const asked = await save(path);
  expect(asked.defaultPath).toMatch(/[\\/]latchkey-recovery-key\.txt$/);
  await hears('status', `Saved in ${path}`);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(recoveryKey);
  expect(text).toContain('opens the passkeys');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('whoever calls the saving off is told nothing, and has no file', async () => {
  const before = readdirSync(folder);
  await save(null);
  await person.hides(t.recoveryKept);
  expect(readdirSync(folder)).toEqual(before);
});

it.runIf(canMount)('a disk that is full or read-only is named, and nothing is left on it', async () => {
  disk = SmallDisk.full();
  const path = join(disk.path, 'kept.txt');
  await save(path);
  await hears('alert', /there is no room left on the disk.*Choose another place/);
  await looksRight(person.app, 'recovery-key-not-saved');
  disk.makeReadOnly();
  await save(path);
  await hears('alert', /the disk is read-only.*Choose another place/);
  expect(readdirSync(disk.path)).toEqual(['full']);
});

it('is printed; a printer that fails is named, and one that is called off is not', async () => {
  await print(false, 'Printer offline');
  await hears('alert', 'Nothing was printed (Printer offline). Save it to a file instead.');
  await print(true, '');
  await hears('status', 'Sent to the printer.');
  await print(false, 'Print job canceled');
  await person.hides(t.recoveryKept);
});

it('on paper there is the key and what it is for, on one page, and nothing else', async () => {
  await person.page.emulateMedia({ media: 'print' });
  const seen = await person.page.evaluate(() => document.body.innerText);
  await person.page.emulateMedia({ media: null });
  expect(seen).toContain(recoveryKey.replaceAll('-', ' '));
  expect(seen).toContain(String(new Date().getFullYear()));
  expect(seen).not.toMatch(/Simulated|Advanced options|Save as a file/);
  const pages = await person.app.app.evaluate(async ({ webContents }) => {
    const contents = webContents.getAllWebContents().find((each) => each.getURL().endsWith('/index.html'));
    const paper = await contents?.printToPDF({ printBackground: true });
    return paper?.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
  });
  expect(pages).toBe(1);
});

it('in a small window with large print the key stays whole, and what became of it is in sight', async () => {
  // 200 % in the narrowest window there is: half as many CSS pixels.
  const size = { width: 240, height: 400 };
  const { app } = person.app;
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.webContents.getURL().endsWith('/index.html')) continue;
      window.setContentSize(width * 2, height * 2);
      window.webContents.setZoomFactor(2);
    }
  }, size);
  await person.page.waitForFunction((width) => window.innerWidth === width, size.width);
  const cut = await person.find(t.recoveryKey).evaluate((box) => {
    const line = Number.parseFloat(getComputedStyle(box).lineHeight);
    const groups = [...box.querySelectorAll('span')];
    return groups.some((group) => group.offsetHeight > 1.5 * line) || box.scrollWidth > box.clientWidth;
  });
  expect(cut).toBe(false);
  await save(join(folder, 'again.txt'));
  await hears('status', 'Saved in');
  const hidden = await person.find(t.recoveryKept).evaluate((bar) => {
    const { bottom } = bar.getBoundingClientRect();
    const content = bar.closest('.fui-DialogContent')?.getBoundingClientRect();
    return content === undefined || bottom > content.bottom + 1;
  });
  expect(hidden).toBe(false);
});
