/** The guided reset of a simulated key, with refused and given touches. */
import { launchLatchkey, testIds } from 'latchkey-test-kit';
import { expect, test } from 'playwright/test';

/** @type {import('latchkey-test-kit').LaunchedLatchkey} */
let latchkey;
/** @type {import('latchkey-test-kit').SimulatedKey} */
let key;

test.beforeEach(async () => {
  latchkey = await launchLatchkey({ keys: [{ pin: '123456', samplePasskeys: 5 }] });
  [key] = latchkey.keys;
});

test.afterEach(() => latchkey.close());

/** @param {string} state */
function dialog(state) {
  return latchkey.window.locator(`[data-testid="${testIds.reset}"][data-state="${state}"]`);
}

/** Up to the touch: take the key out and put it back in. */
async function reset() {
  const { window } = latchkey;
  await window.getByTestId(testIds.resetUnderstood).check();
  await window.getByTestId(testIds.resetStart).click();
  await expect(dialog('remove')).toBeVisible();
  await key.unplug();
  await expect(dialog('insert')).toBeVisible();
  await key.plug();
}

test('erases nothing when the touch is refused, and everything when it is given', async () => {
  const { window } = latchkey;
  await window.getByTestId(testIds.navSecurityKeys).click();
  await window.getByTestId(testIds.keyReset).click();

  await key.script(['refused']);
  await reset();
  await expect(dialog('failed')).toBeVisible();
  expect((await key.state()).credentials).toHaveLength(5);

  await window.getByTestId(testIds.resetAgain).click();
  await reset();
  await expect(dialog('touch')).toBeVisible();
  await key.touch();
  await expect(dialog('done')).toBeVisible();
  expect((await key.state()).credentials).toHaveLength(0);
  expect((await key.state()).pin.hash).toBeUndefined();
});
