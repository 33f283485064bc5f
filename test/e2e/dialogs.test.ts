/** Every dialog of `npm run dialogs` in the real Electron: with axe, without a mouse, in every theme, and where there is little room. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { actFaults, focusFaults, scrolls, siteFaults, tabFaults } from '../renderer/dialogs/dialog-faults';
import { DialogStage } from '../renderer/dialogs/dialog-stage';
import { drawnSamples, samples } from '../renderer/dialogs/samples';
import { atRest, axe, tooWide } from '../support/page-faults';

let stage: DialogStage;

beforeAll(async () => {
  stage = await DialogStage.open({ virtualDisplay: process.env['LATCHKEY_VIRTUAL_DISPLAY'] === '1' });
});

afterAll(async () => {
  await stage?.close();
});

it('shows all of them side by side, finds some by words, and tells what is done in one', async () => {
  const { page } = stage;
  const frames = page.locator('[data-sample]');
  expect(await frames.count()).toBe(samples.length);
  await page.getByRole('searchbox').fill('unplug insert-key create');
  await expect.poll(() => frames.count()).toBe(0);
  await page.getByRole('searchbox').fill('insert-key create');
  await expect.poll(() => frames.count()).toBe(1);
  // Playwright does not always notice that a frame came back.
  const cancels = (): Promise<boolean> =>
    page.locator('[data-sample="insert-key-save"] iframe').evaluate((frame: HTMLIFrameElement, name) => {
      const cancel = frame.contentDocument?.querySelector<HTMLElement>(`[data-testid="${name}"]`);
      cancel?.click();
      return cancel !== null && cancel !== undefined;
    }, t.ceremonyCancel);
  await expect.poll(cancels).toBe(true);
  await expect.poll(() => page.locator('output').innerText()).toBe('cancel');
});

it('changes their theme and size', async () => {
  const { page } = stage;
  const said = (): Promise<unknown> =>
    page
      .locator('[data-sample="insert-key-save"] iframe')
      .evaluate(({ contentWindow: window }: HTMLIFrameElement) => [
        window?.matchMedia('(prefers-color-scheme: dark)').matches,
        window?.matchMedia('(forced-colors: active)').matches,
        window?.innerWidth,
      ]);
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(said).toEqual([true, false, 460]);
  await page.getByRole('radio', { name: 'High contrast' }).check();
  await page.getByRole('radio', { name: '200 % zoom' }).check();
  await expect.poll(said).toEqual([true, true, 230]);
  await page.getByRole('radio', { name: 'Light' }).check();
  await expect.poll(said).toEqual([false, false, 230]);
});

it.each(drawnSamples)('$id: axe, Tab, Escape, every act; zoomed and small', async (sample) => {
  const { page } = stage;
  await stage.look('light', 'normal');
  await stage.show(sample);
  const faults = [
    ...(await focusFaults(page)),
    ...(await siteFaults(page, sample)),
    ...(await axe(page)),
    ...(await tooWide(page)),
  ];
  if (await scrolls(page)) faults.push(...(await tabFaults(page)));
  for (const size of ['zoomed', 'small'] as const) {
    await stage.look('light', size);
    const found = [...(await tooWide(page)), ...(await siteFaults(page, sample))];
    if (size === 'small') found.push(...(await tabFaults(page)), ...(await actFaults(stage, sample)));
    faults.push(...found.map((fault) => `${size}: ${fault}`));
  }
  expect([...faults, ...stage.errors]).toEqual([]);
});

it.each(['dark', 'contrast'] as const)('can be read: %s', async (theme) => {
  await stage.look(theme, 'normal');
  await atRest(stage.page);
  const faults: string[] = [];
  for (const sample of drawnSamples) {
    await stage.show(sample);
    const found = await axe(stage.page, 'colours');
    faults.push(...found.map((fault) => `${sample.id}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

it.each(samples.filter((sample) => !drawnSamples.includes(sample)))('$id: draws nothing', async (sample) => {
  await stage.page.goto('about:blank');
  await stage.show(sample);
  expect(await stage.page.locator('body').innerText()).toBe('');
});
