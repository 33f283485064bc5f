/** What browsers are told of the extension. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../extension/between/status-messages';
import { connectionWords } from '../../extension/options/connection-words';
import { CHROMIUM_ID, FIREFOX_ID, HOST_NAME } from '../../main/bridge/extension-ids';
import type { RelayFailure, Unwelcome } from '../../main/bridge/messages';
import { idFrom } from '../../scripts/build-extension.mjs';
import { CHROMIUM_KEY, extensionManifest } from '../../scripts/extension-manifest.mjs';
import { projectRoot } from '../../scripts/places.mjs';

const messages = JSON.parse(
  readFileSync(join(projectRoot, 'extension', '_locales', 'en', 'messages.json'), 'utf8'),
) as Record<string, { readonly message: string }>;

test("Chromium's ID is that of the key in the manifest", () => {
  const digest = createHash('sha256').update(Buffer.from(CHROMIUM_KEY, 'base64')).digest('hex');
  const id = [...digest.slice(0, 32)].map((digit) => 'abcdefghijklmnop'[parseInt(digit, 16)]).join('');
  expect(id).toBe(CHROMIUM_ID);
  expect(extensionManifest('chromium', FIREFOX_ID)).toMatchObject({ key: CHROMIUM_KEY });
});

test('the build reads the IDs that the app has', () => {
  expect([idFrom('FIREFOX_ID'), idFrom('HOST_NAME')]).toEqual([FIREFOX_ID, HOST_NAME]);
});

describe.each(['chromium', 'firefox'] as const)('for %s', (browser) => {
  const manifest = extensionManifest(browser, FIREFOX_ID);

  test('it asks for nothing but to talk to the app and to remember', () => {
    expect(manifest.permissions).toEqual(['nativeMessaging', 'storage']);
    expect(Object.keys(manifest).filter((name) => /permissions|connectable|accessible/.test(name))).toEqual([
      'permissions',
    ]);
  });

  test('its scripts are on sites with TLS and on this very computer, from the start, in all frames', () => {
    for (const { matches, ...where } of manifest.content_scripts) {
      expect(matches).toEqual(['https://*/*', 'http://localhost/*', 'http://*.localhost/*']);
      expect(where).toMatchObject({ run_at: 'document_start', all_frames: true, match_about_blank: true });
    }
    expect(manifest.content_scripts.map((script) => 'world' in script)).toEqual([true, false]);
  });

  test('its own pages run its own scripts alone', () => {
    expect(manifest.content_security_policy.extension_pages).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
  });
});

test('every state of the connection has its words, and what helps', () => {
  const whys: readonly RelayFailure[] = [
    ...([
      'cannot-start',
      'no-answer',
      'not-trusted',
      'older',
      'newer',
      'busy',
      'closed',
      'protocol',
    ] as const),
  ];
  const unwelcome: readonly Unwelcome[] = [
    ...(['older-extension', 'newer-extension', 'unknown-extension', 'protocol', 'busy'] as const),
  ];
  const ended: readonly Status[] = [
    ...whys.map((why) => ({ is: 'ended', how: { is: 'relay-failed', why } }) as const),
    ...unwelcome.map((why) => ({ is: 'ended', how: { is: 'unwelcome', why, app: '9.9.9' } }) as const),
    ...(['no-host', 'not-running', 'broken'] as const).map((is) => ({ is: 'ended', how: { is } }) as const),
  ];
  const ready = [true, false].flatMap((device) =>
    (['yes', 'no', 'not-yet'] as const).map((allowed) => ({ device, allowed })),
  );
  const all: readonly (Status | undefined)[] = [
    undefined,
    { is: 'connecting' },
    ...ended,
    ...ready.map((state) => ({ is: 'ready', app: '0.1.0', state }) as const),
  ];
  for (const status of all) {
    const { state, next, allowed } = connectionWords(status);
    for (const name of [state, allowed, ...next]) expect(messages[name]?.message, name).toBeTruthy();
    if (status?.is === 'ended') expect(next.length, state).toBeGreaterThan(0);
  }
  expect(connectionWords(ended[0])).not.toHaveProperty('app');
  expect(connectionWords({ is: 'ended', how: { is: 'unwelcome', why: 'busy', app: '9.9.9' } }).app).toBe(
    '9.9.9',
  );
});

test('the page and the manifest name only words that there are', () => {
  const page = readFileSync(join(projectRoot, 'extension', 'options.html'), 'utf8');
  const named = [...page.matchAll(/data-message="(\w+)"/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(8);
  for (const name of [...named, 'name', 'description']) expect(messages[name]?.message, name).toBeTruthy();
  // What the stores take.
  expect(messages.description!.message.length).toBeLessThanOrEqual(132);
});
