/** The Browsers page on a real disk: files where browsers look for them, and a relay that comes as a browser's would. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BRIDGE_VERSION } from '../../main/bridge/messages';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { launchApp, type LaunchedApp } from '../support/launch-app';

const PATIENCE = 30_000;

let home: string;
let app: LaunchedApp;
const relays: ChildProcessWithoutNullStreams[] = [];

const at = (...parts: readonly string[]): string => join(home, ...parts);
const chromiumFile = (): string =>
  at('.config', 'chromium', 'NativeMessagingHosts', 'org.latchkey.bridge.json');
const firefoxFile = (): string => at('.mozilla', 'native-messaging-hosts', 'org.latchkey.bridge.json');
const relay = (): string => at('data', 'bridge', 'latchkey-bridge');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'latchkey-browsers-'));
  // Of this machine's own browsers, which may be any, none comes before these.
  mkdirSync(at('bin'));
  for (const name of ['google-chrome', 'chromium', 'firefox'])
    writeFileSync(at('bin', name), '#!/bin/sh\n', { mode: 0o755 });
  app = await launchApp({
    args: ['--only-simulated', '--data-folder', at('data')],
    env: { HOME: home, XDG_CONFIG_HOME: '', XDG_DATA_HOME: '', PATH: `${at('bin')}:${process.env['PATH']}` },
    userDataDir: at('profile'),
  });
  app.window.setDefaultTimeout(PATIENCE);
  await app.window.getByTestId(t.navBrowsers).click();
});

afterAll(async () => {
  for (const one of relays) one.kill();
  await app?.close();
  expect(app?.windowErrors).toEqual([]);
  rmSync(home, { recursive: true, force: true });
});

const find = (testId: string): Locator => app.window.getByTestId(testId);
const card = (id: string, state?: string): Locator =>
  app.window.locator(
    `[data-testid="${t.browser}"][data-browser="${id}"]${state === undefined ? '' : `[data-state="${state}"]`}`,
  );
const act = (id: string): Promise<void> => card(id).getByTestId(t.browserAction).click();
/** Said to screen readers. */
const hears = (text: string): Promise<void> =>
  find(t.announcer).getByText(text, { exact: true }).waitFor({ state: 'attached' });
/** As when somebody comes back to the window. */
const comeBack = (): Promise<unknown> => app.window.evaluate(() => window.dispatchEvent(new Event('focus')));
const manifest = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

it('shows the browsers that are there, with their programs and files', async () => {
  for (const id of ['chrome', 'chromium', 'firefox']) await card(id, 'not-connected').waitFor();
  expect(await card('chromium').innerText()).toContain(at('bin', 'chromium'));
  expect(await card('chromium').getByTestId(t.browserFile).innerText()).toBe(chromiumFile());
  expect(existsSync(at('.mozilla'))).toBe(false);
  await looksRight(app, 'browsers-page');
});

it('connects Chromium: the relay is in its place, and the manifest lets in our extension alone', async () => {
  await act('chromium');
  await card('chromium', 'waiting').waitFor();
  expect(manifest(chromiumFile())).toEqual({
    name: 'org.latchkey.bridge',
    description: expect.any(String) as string,
    path: relay(),
    type: 'stdio',
    allowed_origins: ['chrome-extension://flnhbpdghfndedbacfjkoebgambbpika/'],
  });
  expect(statSync(chromiumFile()).mode & 0o777).toBe(0o644);
  expect(statSync(relay()).mode & 0o777).toBe(0o700);
  expect(statSync(dirname(relay())).mode & 0o777).toBe(0o700);
  // The focus stays where the person was: on what is Disconnect now.
  expect(await card('chromium').locator('[data-action="disconnect"]:focus').count()).toBe(1);
});

it('connects Firefox in its own words', async () => {
  await act('firefox');
  await card('firefox', 'waiting').waitFor();
  expect(manifest(firefoxFile())).toMatchObject({
    path: relay(),
    allowed_extensions: ['bridge@latchkey.org'],
  });
  expect(manifest(firefoxFile())).not.toHaveProperty('allowed_origins');
  expect(statSync(firefoxFile()).mode & 0o777).toBe(0o644);
});

it.each(['chromium', 'firefox'])('leads to an extension that is there: %s', async (id) => {
  const folder = await card(id).getByTestId(t.browserFolder).innerText();
  expect(manifest(join(folder, 'manifest.json'))).toMatchObject({ manifest_version: 3 });
});

it('looks right while browsers are connected', async () => {
  await looksRight(app, 'browsers-page-connected');
});

it('shows the browser that is connected, until it goes', async () => {
  const started = spawn(relay(), ['chrome-extension://flnhbpdghfndedbacfjkoebgambbpika/'], { cwd: home });
  relays.push(started);
  const text = JSON.stringify({
    type: 'hello',
    version: BRIDGE_VERSION,
    extension: '0.1.0',
    browser: 'Chromium 156',
  });
  const frame = Buffer.alloc(4 + Buffer.byteLength(text));
  frame.writeUInt32LE(frame.length - 4);
  frame.write(text, 4);
  started.stdin.write(frame);
  await card('chromium', 'connected').waitFor();
  expect(await card('chromium').getByTestId(t.browserState).innerText()).toBe('Connected · extension 0.1.0');
  await card('firefox', 'waiting').waitFor();
  await hears('Chromium: Connected.');
  started.stdin.end();
  await card('chromium', 'waiting').waitFor();
  await hears('Chromium: Connected, waiting for the extension.');
});

it('sees what happened on the disk when somebody comes back to the window', async () => {
  rmSync(chromiumFile());
  await comeBack();
  await card('chromium', 'not-connected').waitFor();
  rmSync(relay());
  await comeBack();
  await card('firefox', 'outdated').waitFor();
  await act('firefox');
  await card('firefox', 'waiting').waitFor();
  expect(existsSync(relay())).toBe(true);
});

it('replaces what another program wrote only when it is told to', async () => {
  const theirs = JSON.stringify({ name: 'org.latchkey.bridge', path: '/opt/other/bridge', type: 'stdio' });
  writeFileSync(chromiumFile(), theirs);
  await comeBack();
  await card('chromium', 'foreign').waitFor();
  expect(await card('chromium').getByTestId(t.browserHint).innerText()).toContain('/opt/other/bridge');
  await act('chromium');
  await find(t.replaceManifest).waitFor();
  await looksRight(app, 'browsers-page-replace');
  // Enter pressed once too often.
  await app.window.keyboard.press('Enter');
  await find(t.replaceManifest).waitFor({ state: 'detached' });
  expect(readFileSync(chromiumFile(), 'utf8')).toBe(theirs);
  await act('chromium');
  await find(t.browsersConfirm).click();
  await card('chromium', 'waiting').waitFor();
  expect(manifest(chromiumFile())).toMatchObject({ path: relay() });
});

it('says why a browser could not be connected', async () => {
  writeFileSync(at('.config', 'google-chrome'), 'in the way');
  await act('chrome');
  await find(t.notice).filter({ hasText: 'google-chrome' }).waitFor();
  expect(await find(t.notice).getAttribute('data-intent')).toBe('error');
  await card('chrome', 'not-connected').waitFor();
});

it('disconnects: our files go, and the relay may stay', async () => {
  for (const id of ['chromium', 'firefox']) {
    await act(id);
    await card(id, 'not-connected').waitFor();
  }
  expect([existsSync(chromiumFile()), existsSync(firefoxFile())]).toEqual([false, false]);
});

it('keeps no list of requests when that is switched off, also after a look elsewhere', async () => {
  await find(t.requestsKeep).click();
  await find(t.requestsNone).filter({ hasText: 'while this is off' }).waitFor();
  await find(t.navPasskeys).click();
  await find(t.navBrowsers).click();
  expect(await find(t.requestsKeep).isChecked()).toBe(false);
});

it('is used by keyboard alone', async () => {
  await card('chromium').getByTestId(t.browserAction).focus();
  await app.window.keyboard.press('Space');
  await card('chromium', 'waiting').waitFor();
  await app.window.keyboard.press('Enter');
  await card('chromium', 'not-connected').waitFor();
  const others = find(t.browsersOthers).locator('summary');
  await others.focus();
  await app.window.keyboard.press('Enter');
  await find(t.browsersOthers).getByTestId(t.browser).first().waitFor();
});
