/**
 * The five-minute tour of the README, with the demo key, and the picture there. To make the picture anew:
 *
 *     LATCHKEY_PICTURES=1 npm run test:e2e -- -- test/e2e/tour.test.ts
 *
 * on a machine that has fonts for Japanese, Arabic and emoji.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_PIN, demoPasskeys } from '../../main/authenticator/demo';
import { projectRoot } from '../../scripts/places.mjs';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { atRest } from '../support/page-faults';
import { Person, startsOverAfterFailure } from '../support/person';

const DEMO = 'Simulated demo key';
let person: Person;

beforeAll(async () => {
  person = await Person.sitDown(['demo']);
});

afterAll(async () => {
  await person?.standUp();
});

startsOverAfterFailure(() => person);

/** Without anything under the mouse or with the focus. */
async function takePicture(): Promise<void> {
  await person.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await person.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await person.page.mouse.move(2, 700);
  await atRest(person.page);
  await person.page.screenshot({ path: join(projectRoot, 'docs', 'passkeys.png') });
}

it('opens two windows, and the small one tells the PIN', async () => {
  await person.simulated(DEMO).getByText(`Its PIN is ${DEMO_PIN}.`).waitFor();
  await person.card(DEMO, 'locked').waitFor();
});

it('lists the passkeys after Unlock', async () => {
  await person.unlock(DEMO, DEMO_PIN);
  expect(await person.text(t.count)).toBe(`${demoPasskeys.length} passkeys`);
  await looksRight(person.app, 'demo');
  if (process.env['LATCHKEY_PICTURES'] === '1') await takePicture();
});

it('finds, sorts, shows the details, and deletes', async () => {
  await person.find(t.search).fill('git');
  await expect.poll(async () => (await person.rows()).length).toBe(2);
  await person.find(t.order).selectOption('user');
  await person.find(t.search).fill('');
  await person.menu(person.row('hanako'), 'menuDetails');
  await person.dialog(t.details, 'shown');
  await person.find(t.detailsClose).click();
  await person.select(person.row('hanako'), person.row('мария'));
  await person.find(t.deleteSelected).click();
  await person.find(t.deleteConfirm).click();
  await person.shows(t.notice, '2 passkeys were deleted.');
  expect(await person.text(t.count)).toBe(`${demoPasskeys.length - 2} passkeys`);
});

it('changes the PIN and resets the key', async () => {
  const panel = await person.panel(DEMO);
  await panel.getByTestId(t.keyChangePin).click();
  await person.find(t.pinCurrent).fill(DEMO_PIN);
  await person.find(t.pinNew).fill('654321');
  await person.find(t.pinAgain).fill('654321');
  await person.find(t.pinSubmit).click();
  await person.shows(t.notice, 'The PIN of Simulated demo key was changed.');
  await person.noDialog();
  await panel.getByTestId(t.keyReset).click();
  await person.find(t.resetUnderstood).check();
  await person.find(t.resetStart).click();
  await person.dialog(t.reset, 'remove');
  await person.unplug(DEMO);
  await person.dialog(t.reset, 'insert');
  await person.plugIn(DEMO);
  await person.dialog(t.reset, 'touch');
  await person.touch(DEMO);
  await person.dialog(t.reset, 'done');
  await person.find(t.resetClose).click();
  await person.noDialog();
});
