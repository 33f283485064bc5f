/**
 * Draws every state of the window and runs axe on it: `npx tsx test/renderer/preview/look.mts [name…]`, after
 * `npx vite build -c test/renderer/preview/vite.config.ts`. Pictures go to test-results/preview. Ends with an error
 * when axe finds something, the console shows an error (a breach of the content security policy is one), or the page
 * is wider than its window. Needs a Chromium (`CHROMIUM`, or /usr/bin/chromium).
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { testIds as t } from '../../../renderer/test-ids';
import { axe, tooWide } from '../../support/page-faults';
import type { Shot } from './shot';
import { shots } from './shots';

const root = join(import.meta.dirname, '../../..');
const built = process.env['PREVIEW_OUT'] ?? join(root, 'out/preview');
const pictures = process.env['PREVIEW_SHOTS'] ?? join(root, 'test-results/preview');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

const looks = [
  { name: 'light', scheme: 'light', forced: 'none', width: 1100, height: 760 },
  { name: 'dark', scheme: 'dark', forced: 'none', width: 1100, height: 760 },
  { name: 'contrast', scheme: 'dark', forced: 'active', width: 1100, height: 760 },
  { name: 'narrow', scheme: 'light', forced: 'none', width: 480, height: 640 },
  { name: 'zoomed', scheme: 'light', forced: 'none', width: 550, height: 380 },
] as const;
type Look = (typeof looks)[number];

async function serve(): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    readFile(join(built, path === '/' ? 'index.html' : path)).then(
      (body) => response.setHeader('content-type', types[extname(path)] ?? 'text/html').end(body),
      () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A small window is as large as it is, and may be made smaller. */
function viewport(
  { width, height }: Look,
  { size }: Shot,
): { readonly width: number; readonly height: number } {
  if (size === undefined) return { width, height };
  return { width: Math.min(size.width, Math.max(320, width / 2)), height: Math.min(size.height, height) };
}

async function look(browser: Browser, base: string, shot: Shot, as: Look): Promise<readonly string[]> {
  const context = await browser.newContext({
    viewport: viewport(as, shot),
    colorScheme: as.scheme,
    forcedColors: as.forced,
    reducedMotion: 'reduce',
    bypassCSP: false,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  try {
    await page.goto(`${base}/${shot.page ?? 'index.html'}?scenario=${shot.scenario ?? 'demo'}`);
    if (shot.page === undefined) await page.getByTestId(t.shell).waitFor();
    await shot.steps?.(page);
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(pictures, `${shot.name}-${as.name}.png`) });
    if (shot.paper === undefined) faults.push(...(await axe(page)));
    faults.push(...(await tooWide(page)));
  } catch (error) {
    await page.screenshot({ path: join(pictures, `${shot.name}-${as.name}.png`) });
    faults.push(String(error));
  }
  await context.close();
  return faults.map((fault) => `${shot.name} (${as.name}): ${fault}`);
}

const wanted = process.argv.slice(2);
const base = await serve();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const faults: string[] = [];
let drawn = 0;
for (const shot of shots) {
  if (wanted.length > 0 && !wanted.some((word) => shot.name.includes(word))) continue;
  for (const as of looks) {
    faults.push(...(await look(browser, base, shot, as)));
    drawn += 1;
  }
}
await browser.close();
console.log(`${drawn} pictures in ${pictures}, ${faults.length} faults`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
