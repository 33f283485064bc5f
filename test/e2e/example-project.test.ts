/**
 * The worked example of the testers' kit, and every line of code in its document, as somebody outside runs them: in a folder
 * of their own, with nothing but Playwright and the kit.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/places.mjs';

const example = join(projectRoot, 'docs/examples/playwright');
const document = readFileSync(join(projectRoot, 'docs/testing-with-a-simulated-key.md'), 'utf8');

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'latchkey-outside-'));
  cpSync(example, project, {
    recursive: true,
    filter: (path) => !/(node_modules|test-results)$/.test(path),
  });
  // What `npm install` makes of its package.json, without the network.
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(join(projectRoot, 'test/kit'), join(project, 'node_modules/latchkey-test-kit'), 'junction');
  for (const name of ['playwright', 'playwright-core'])
    symlinkSync(join(projectRoot, 'node_modules', name), join(project, 'node_modules', name), 'junction');
});

afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

interface Report {
  readonly stats: { readonly expected: number; readonly skipped: number; readonly unexpected: number };
}

/** `playwright test FILE…`; the output is for when something fails. */
async function playwrightTest(
  ...files: readonly string[]
): Promise<Report['stats'] & { readonly output: string }> {
  const report = join(project, 'report.json');
  rmSync(report, { force: true });
  const child = spawn(
    process.execPath,
    [join(project, 'node_modules/playwright/cli.js'), 'test', '--reporter=list,json', ...files],
    {
      cwd: project,
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const { expected, skipped, unexpected } = (JSON.parse(readFileSync(report, 'utf8')) as Report).stats;
  return { expected, skipped, unexpected, output };
}

it.each([
  ['passkeys.spec.js', 5],
  ['reset.spec.js', 1],
])('%s of the example passes', async (file, tests) => {
  const { output, ...stats } = await playwrightTest(file);
  expect(stats, output).toEqual({ expected: tests, skipped: 0, unexpected: 0 });
});

it('every piece of code in the document works as written', async () => {
  const blocks = [...document.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code]) => code ?? '');
  const whole = blocks.filter((code) => code.startsWith('import '));
  const pieces = blocks.filter((code) => !code.startsWith('import '));
  expect([whole.length, pieces.length]).toEqual([1, 6]);
  whole.forEach((code, index) => writeFileSync(join(project, `document-${index}.spec.js`), code));
  writeFileSync(
    join(project, 'document-pieces.spec.js'),
    `import { launchLatchkey, testIds } from 'latchkey-test-kit';
     import { expect, test } from 'playwright/test';
     let latchkey, key;
     test.beforeAll(async () => {
       latchkey = await launchLatchkey();
     });
     test.afterAll(() => latchkey.close());
     test.beforeEach(async () => {
       key = await latchkey.addKey({ pin: '123456', samplePasskeys: 2 });
     });
     ${pieces.map((code, index) => `test('piece ${index}', async () => {\n${code}\n});`).join('\n')}`,
  );
  const { output, ...stats } = await playwrightTest('document-');
  expect(stats, output).toEqual({ expected: blocks.length, skipped: 0, unexpected: 0 });
});

it('works in TypeScript and in CommonJS, as `npm init` makes a project', async () => {
  const [, first] = /^```js\n(import [^]*?)^```$/m.exec(document) ?? [];
  const folder = join(project, 'commonjs');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(folder, 'first.spec.ts'), first ?? '');
  const { output, ...stats } = await playwrightTest('commonjs');
  expect(stats, output).toEqual({ expected: 1, skipped: 0, unexpected: 0 });
});

it('what cannot be is said in a sentence', async () => {
  writeFileSync(
    join(project, 'mistakes.spec.js'),
    `import { launchLatchkey } from 'latchkey-test-kit';
     import { expect, test } from 'playwright/test';
     const mistakes = [
       [{ app: '/nowhere/at/all' }, 'There is no Latchkey at /nowhere/at/all.'],
       [{ app: ${JSON.stringify(tmpdir())} }, 'is no checkout of Latchkey'],
       [{ keys: [{ profile: '1.9' }] }, 'There is no profile "1.9". The profiles are "2.1"'],
       [{ keys: [{ quirks: ['explodes'] }] }, 'There is no quirk "explodes". The quirks are'],
       [{ keys: [{ pin: '1' }] }, 'The PIN of this key has at least 4 characters'],
       [{ keys: [{ pinn: '123456' }] }, 'pinn'],
     ];
     for (const [options, words] of mistakes)
       test(JSON.stringify(options), async () => {
         await expect(launchLatchkey(options)).rejects.toThrow(words);
       });
     test('no display', async () => {
       const { DISPLAY, WAYLAND_DISPLAY } = process.env;
       delete process.env.DISPLAY;
       delete process.env.WAYLAND_DISPLAY;
       try {
         if (process.platform === 'linux')
           await expect(launchLatchkey()).rejects.toThrow('xvfb-run -a');
       } finally {
         Object.assign(process.env, { ...(DISPLAY && { DISPLAY }), ...(WAYLAND_DISPLAY && { WAYLAND_DISPLAY }) });
       }
     });`,
  );
  const { output, ...stats } = await playwrightTest('mistakes');
  expect(stats, output).toEqual({ expected: 7, skipped: 0, unexpected: 0 });
});
