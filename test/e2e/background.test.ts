/** Latchkey without its window: started for a browser, or left alone by the person who closed the window. */
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { BackgroundApp } from '../support/background-app';
import { CeremonyPerson, DEVICE_PIN, Home } from '../support/ceremony-person';
import { PIN } from '../support/desk';
import { JsonSite, refusedWith } from '../support/json-site';
import { PATIENCE } from '../support/person';

const site = new JsonSite('https://a.example');
const saving = () => ({ kind: 'create', origin: site.origin, options: site.creation('ada') }) as const;

let app: BackgroundApp | undefined;
let home: Home | undefined;
let ada: CeremonyPerson | undefined;

afterEach(async () => {
  await app?.close();
  await ada?.standUp();
  await home?.close();
  app = home = ada = undefined;
});

const mains = async (): Promise<readonly boolean[]> =>
  ((await app?.windows()) ?? []).filter(({ page }) => page === 'index').map(({ visible }) => visible);

describe('started in the background', () => {
  it('shows nothing until somebody is asked, serves as always, and leaves the vault saved and free', async () => {
    home = await Home.open();
    await home.setUp();
    app = await BackgroundApp.start({ args: ['--only-simulated'], env: home.keychain.env, data: home.data });
    const client = await app.connect();
    await vi.waitFor(
      async () => expect(await app?.windows()).toEqual([{ page: 'ceremony', visible: false }]),
      {
        timeout: PATIENCE,
      },
    );
    expect(await client.service.status({})).toMatchObject({ state: 'open', passkeys: 0 });
    client.close();

    const { answer } = await app.asks({ ...saving(), only: 'device' });
    const dialog = await app.seesWindow('ceremony');
    await dialog.locator('[data-state="device-pin"]').waitFor();
    expect(await app.windows()).toEqual([{ page: 'ceremony', visible: true }]);
    await dialog.getByTestId(t.pinCurrent).fill(DEVICE_PIN);
    await dialog.keyboard.press('Enter');
    await dialog.getByRole('dialog').filter({ hasText: 'Passkey saved' }).waitFor();
    await dialog.getByTestId(t.ceremonySubmit).click();
    await site.takes(await answer);
    await vi.waitFor(
      async () => expect(await app?.windows()).toEqual([{ page: 'ceremony', visible: false }]),
      {
        timeout: PATIENCE,
      },
    );

    // As the system does when its user logs out.
    app.app.process().kill('SIGTERM');
    await app.ended;
    await home.withVault(0, async (vault) => {
      expect(vault.passkeys.map(({ credential }) => credential.rp.id)).toEqual([site.rpId]);
    });
  });

  it('opens the window for somebody who starts it, once, and for no other start in the background', async () => {
    app = await BackgroundApp.start({ args: ['--only-simulated'] });
    expect(await app.startedAgain('--background')).toBe(0);
    expect(await mains()).toEqual([]);
    expect(await app.startedAgain()).toBe(0);
    const page = await app.seesWindow('index');
    await page.locator(`[data-testid="${t.shell}"][data-settled]`).waitFor();
    expect(await app.startedAgain()).toBe(0);
    expect(await app.startedAgain('--background')).toBe(0);
    expect(await mains()).toEqual([true]);
    await page.close();
    await app.ended;
  });

  it('opens the window where the dialog leads there', async () => {
    app = await BackgroundApp.start({ args: ['--only-simulated'] });
    const { answer } = await app.asks({ ...saving(), only: 'device' });
    const dialog = await app.seesWindow('ceremony');
    await dialog.getByTestId(t.ceremonyOpenLatchkey).click();
    const page = await app.seesWindow('index');
    await page.locator(`[data-testid="${t.shell}"][data-settled]`).waitFor();
    await dialog.keyboard.press('Escape');
    refusedWith(await answer, 'NotAllowedError');
    await page.close();
    await app.ended;
  });

  it('is started again when that is wanted while it ends', async () => {
    app = await BackgroundApp.start({ args: ['--only-simulated'] });
    const first = app.app.process().pid;
    (await app.connect()).close();
    // Something takes long.
    await app.app.evaluate(({ app: electron }) => {
      const late = (event: Electron.Event): void => event.preventDefault();
      electron.on('will-quit', late);
      Object.assign(globalThis, { hurry: () => electron.off('will-quit', late).quit() });
      electron.quit();
    });
    expect(await app.startedAgain('--background')).toBe(0);
    await app.app
      .evaluate(() => (globalThis as unknown as { readonly hurry: () => void }).hurry())
      .catch(() => undefined);
    await app.ended;
    const { profile } = app;
    const second = await vi.waitFor(
      () => {
        const pid = Number(/-(\d+)$/.exec(readlinkSync(join(profile, 'SingletonLock')))?.[1]);
        expect(pid).not.toBe(first);
        return pid;
      },
      { timeout: PATIENCE },
    );
    try {
      (await app.connect()).close();
    } finally {
      process.kill(second, 'SIGTERM');
      await vi.waitFor(() => expect(() => process.kill(second, 0)).toThrow(), { timeout: PATIENCE });
    }
  });
});

describe('when the window is closed', () => {
  it('a dialog outlives it; keys are locked when it opens again; with the last of both the app ends', async () => {
    home = await Home.open();
    await home.setUp();
    const key = home.keys.make('Simulated drawer', { passkeys: [{ rpId: 'b.example', userName: 'eve' }] });
    ada = await CeremonyPerson.sitDown(home, [key]);
    const { person } = ada;
    const { app: electron } = person.app;
    await person.unlock(key.name, PIN);
    const { answer } = await ada.askedFor({ ...saving(), only: 'device' }, 'device-pin');
    await person.page.close();

    const opened = electron.waitForEvent('window', {
      predicate: async (window) => {
        await window.waitForURL(/^(?!about:blank)/, { waitUntil: 'domcontentloaded' });
        return window.url().endsWith('/index.html');
      },
      timeout: PATIENCE,
    });
    // As macOS does when its icon is clicked.
    await electron.evaluate(({ app: running }) => void running.emit('activate'));
    const again = await opened;
    await again.locator(`[data-testid="${t.keyCard}"][data-kind="locked"]`).waitFor({ timeout: PATIENCE });
    await again.close();

    await ada.typesPin(DEVICE_PIN);
    await ada.sees('saved');
    const ended = electron.waitForEvent('close', { timeout: PATIENCE });
    await ada.clicks(t.ceremonySubmit);
    await site.takes(await answer);
    await ended;
    await home.withVault(0, async (vault) => expect(vault.passkeys).toHaveLength(1));
  });
});
