/** The table "who may import whom" bites: the real ESLint configuration, on files that are not there. */
import { ESLint } from 'eslint';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const eslint = new ESLint({
  cwd: root,
  // Rules that need types need files on the disk.
  overrideConfig: [
    { files: ['**/*.{ts,mts,tsx}'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.{ts,mts,tsx}'], languageOptions: { parserOptions: { projectService: false } } },
  ],
});

/** What the linter says about a file: one line for every problem. */
async function problems(file: string, code: string): Promise<readonly string[]> {
  const results = await eslint.lintText(code, { filePath: join(root, file) });
  return results.flatMap((result) => result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}

const use = (specifier: string): string =>
  `import { thing } from '${specifier}';\nexport const it = thing;\n`;
const useType = (specifier: string): string =>
  `import type { Thing } from '${specifier}';\nexport type It = Thing;\n`;

async function expectAllowed(file: string, code: string): Promise<void> {
  expect(await problems(file, code)).toEqual([]);
}

async function expectForbidden(file: string, code: string, words: RegExp): Promise<void> {
  const found = await problems(file, code);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(words);
}

describe('folders', () => {
  it('an unknown folder fails, also when it imports nothing', async () => {
    await expectForbidden(
      'main/surprise/a.ts',
      'export const a = 1;\n',
      /main\/surprise\/a\.ts is in no room/,
    );
    await expectForbidden('surprise/a.ts', 'export const a = 1;\n', /is in no room/);
    await expectForbidden('main/loose.ts', 'export const a = 1;\n', /is in no room/);
    await expectForbidden('surprise.ts', 'export const a = 1;\n', /is in no room/);
  });

  it('importing from an unknown folder fails', async () => {
    await expectForbidden('main/app/a.ts', use('../surprise/b'), /main\/surprise\/b is in no room/);
    await expectForbidden('main/app/a.ts', use('../../../elsewhere/b'), /is in no room/);
  });
});

describe('rooms', () => {
  const forbidden: readonly (readonly [file: string, specifier: string])[] = [
    ['main/ctap/a.ts', '../client/b'],
    ['main/ctap/commands/a.ts', '../../authenticator/b'],
    ['main/client/a.ts', '../authenticator/b'],
    ['main/authenticator/a.ts', '../client/b'],
    ['main/webauthn/a.ts', '../client/b'],
    ['main/client/a.ts', '../../native/hid/b'],
    ['main/client/a.ts', '../../preload/contract'],
    ['main/inventory/a.ts', '../ipc/b'],
    ['main/inventory/a.ts', '../policy/b'],
    ['main/ipc/a.ts', '../app/b'],
    ['main/cli/a.ts', '../app/b'],
    ['renderer/a.tsx', '../main/client/b'],
    ['renderer/a.tsx', '../native/ports'],
    ['preload/a.ts', '../main/client/b'],
    ['native/hid/a.ts', '../../main/ctap/b'],
    ['native/ports.ts', './clock'],
    ['extension/a.ts', '../main/bridge/b'],
    ['main/app/a.ts', '../../native/hid/b'],
  ];
  it.each(forbidden)('%s may not import %s', async (file, specifier) => {
    await expectForbidden(file, use(specifier), /^latchkey\/import-rules: .* may not import/);
    await expectForbidden(file, useType(specifier), /^latchkey\/import-rules: .* may not import/);
  });

  const allowed: readonly (readonly [file: string, specifier: string])[] = [
    ['main/client/a.ts', '../ctap/b'],
    ['main/client/deep/a.ts', '../b.js'],
    ['main/client/a.ts', '../../native/ports.js'],
    ['main/inventory/a.ts', '../client/b'],
    ['main/ipc/a.ts', '../../preload/contract'],
    ['main/app/compose.ts', '../../native/hid/b'],
    ['main/cli/compose.ts', '../../native/hid/b'],
    ['native/hid/a.ts', '../ports'],
    ['renderer/a.tsx', './b.module.css'],
    ['test/a.ts', '../main/client/b'],
    ['bench/a.ts', '../renderer/b'],
  ];
  it.each(allowed)('%s may import %s', async (file, specifier) => {
    await expectAllowed(file, use(specifier));
  });

  it('the window takes only types from the contract', async () => {
    await expectForbidden('renderer/a.tsx', use('../preload/contract'), /only types from preload\/contract/);
    await expectAllowed('renderer/a.tsx', useType('../preload/contract'));
  });
});

describe('packages', () => {
  const forbidden: readonly (readonly [file: string, specifier: string])[] = [
    ['main/client/a.ts', 'electron'],
    ['main/inventory/a.ts', 'electron'],
    ['main/ipc/a.ts', 'electron'],
    ['main/cli/a.ts', 'electron'],
    ['main/cli/compose.ts', 'electron'],
    ['native/hid/a.ts', 'electron'],
    ['renderer/a.tsx', 'electron'],
    ['renderer/a.tsx', 'node:fs'],
    ['renderer/a.tsx', 'fs'],
    ['renderer/a.tsx', 'lodash'],
    ['main/ctap/a.ts', 'node:fs'],
    ['main/ctap/a.ts', 'react'],
    ['main/client/a.ts', 'node-hid'],
    ['main/client/a.ts', 'cbor-x'],
    ['main/inventory/a.ts', 'node:fs/promises'],
    ['main/app/a.ts', 'node-hid'],
  ];
  it.each(forbidden)('%s may not import %s', async (file, specifier) => {
    await expectForbidden(file, use(specifier), /^latchkey\/import-rules: .* may not import/);
  });

  const allowed: readonly (readonly [file: string, specifier: string])[] = [
    ['main/app/a.ts', 'electron'],
    ['main/ipc/register.ts', 'electron'],
    ['preload/a.ts', 'electron'],
    ['native/electron/a.ts', 'electron'],
    ['native/hid/a.ts', 'node-hid'],
    ['main/ctap/a.ts', '@noble/curves/nist.js'],
    ['main/ctap/a.ts', 'cbor-x/index-no-eval'],
    ['renderer/a.tsx', 'react-dom/client'],
    ['renderer/a.tsx', '@fluentui/react-components'],
  ];
  it.each(allowed)('%s may import %s', async (file, specifier) => {
    await expectAllowed(file, use(specifier));
  });
});

describe('every way to import', () => {
  it.each([
    "export { thing } from '../client/b';",
    "export * from '../client/b';",
    "export const b = await import('../client/b');",
    "export type B = import('../client/b').B;",
    "import '../client/b';",
    "import b = require('../client/b');\nexport const c = b;",
  ])('%s', async (code) => {
    const found = await problems('main/ctap/a.ts', `${code}\n`);
    expect(found).toContainEqual(expect.stringMatching(/main\/ctap\/ may not import main\/client\/b/));
  });

  it('an import whose target cannot be known fails', async () => {
    const code = "const name = '../client/b';\nexport const b = await import(name);\n";
    await expectForbidden('main/ctap/a.ts', code, /plain string/);
  });
});

describe('raw IPC', () => {
  const main = "import { ipcMain } from 'electron';\nexport const it = ipcMain;\n";
  const renderer = "import { ipcRenderer } from 'electron';\nexport const it = ipcRenderer;\n";
  const whole = "import * as electron from 'electron';\nexport const it = electron;\n";
  const send =
    "export const send = (w: { webContents: { send(name: string): void } }): void => w.webContents.send('keys');\n";

  it('ipcMain lives in main/ipc/register.ts only', async () => {
    await expectForbidden('main/app/a.ts', main, /no-restricted-imports.*Raw IPC/);
    await expectForbidden('main/app/a.ts', whole, /no-restricted-imports.*Raw IPC/);
    await expectForbidden('preload/a.ts', main, /no-restricted-imports.*Raw IPC/);
    await expectAllowed('main/ipc/register.ts', main);
  });

  it('ipcRenderer lives in preload only', async () => {
    await expectForbidden('main/app/a.ts', renderer, /no-restricted-imports.*Raw IPC/);
    await expectForbidden('main/ipc/register.ts', renderer, /no-restricted-imports.*Raw IPC/);
    await expectAllowed('preload/a.ts', renderer);
  });

  it('messages to the window leave from main/ipc/register.ts only', async () => {
    await expectForbidden('main/app/a.ts', send, /no-restricted-syntax.*Raw IPC/);
    await expectAllowed('main/ipc/register.ts', send);
  });
});

describe('style', () => {
  it('a default export fails, but where a tool demands one', async () => {
    await expectForbidden('main/ctap/a.ts', 'export default 1;\n', /Named exports only/);
    await expectAllowed('vitest.config.mts', 'export default 1;\n');
  });
});
