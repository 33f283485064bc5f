/** Frames in a real Chromium: who is served is decided by what the browser knows of them. */
import { expect, test } from 'vitest';
import { frameAt, extensionRig } from '../support/stand-in-bridge/extension-rig';
import { call, CREATE, GET } from '../support/stand-in-bridge/page-calls';
import { registration, SAVED, USED, assertion } from '../support/stand-in-bridge/responses';

const rig = extensionRig();
const TOP = 'https://example.org/';

/** `html` in the page of {@link TOP}. */
async function openTop(html: string, headers: Readonly<Record<string, string>> = {}) {
  rig.sites.write(TOP, { body: html, headers });
  await rig.page.goto(TOP);
  return rig.page;
}

test('a frame of another site that permissions policy allows is served, and the app hears who is around it', async () => {
  rig.app.answer = () => USED;
  const page = await openTop(
    '<iframe src="https://login.example.org/in" allow="publickey-credentials-get *"></iframe>',
  );
  const frame = await frameAt(page, '/in');
  expect(await call(frame, GET)).toEqual({ value: assertion });
  expect(rig.app.all('request')).toMatchObject([
    { origin: 'https://login.example.org', topOrigin: 'https://example.org', kind: 'get' },
  ]);
  // That policy was about get alone.
  expect(await call(frame, CREATE)).toMatchObject({ error: { name: 'NotAllowedError' } });
  expect(rig.app.all('request')).toHaveLength(1);
});

test('a frame of another site gets Latchkey to make a passkey only after a click', async () => {
  rig.app.answer = () => SAVED;
  rig.sites.write('https://login.example.org/make', {
    body: `<button onclick="window.made = make()">Make</button><script>
      const make = () => ${CREATE};
      window.atOnce = make();
      window.atOnce.catch(() => undefined);
    </script>`,
  });
  const page = await openTop(
    '<iframe src="https://login.example.org/make" allow="publickey-credentials-create *"></iframe>',
  );
  const frame = await frameAt(page, '/make');
  await call(frame, 'window.atOnce');
  expect(rig.app.all('request')).toEqual([]);
  await frame.click('button');
  expect(await call(frame, 'window.made')).toEqual({ value: registration });
});

test("a frame of another site without permission gets the browser's no", async () => {
  const page = await openTop('<iframe src="https://login.example.org/in"></iframe>');
  const frame = await frameAt(page, '/in');
  expect(await call(frame, GET)).toMatchObject({ error: { name: 'NotAllowedError' } });
  expect(rig.app.heard).toEqual([]);
});

test("a page that forbids itself passkeys gets the browser's no", async () => {
  const page = await openTop('', { 'Permissions-Policy': 'publickey-credentials-get=()' });
  expect(await call(page, GET)).toMatchObject({ error: { name: 'NotAllowedError' } });
  expect(rig.app.heard).toEqual([]);
});

test('a frame of the same site is served without a word about the top', async () => {
  rig.app.answer = () => USED;
  const page = await openTop('<iframe src="/in"></iframe>');
  expect(await call(await frameAt(page, '/in'), GET)).toEqual({ value: assertion });
  const [request] = rig.app.all('request');
  expect(request).toMatchObject({ origin: 'https://example.org' });
  expect(request).not.toHaveProperty('topOrigin');
});

test('between two frames of the own site, another one counts', async () => {
  rig.app.answer = () => USED;
  rig.sites.write('https://other.example/between', {
    body: '<iframe src="https://example.org/in" allow="publickey-credentials-get *"></iframe>',
  });
  const page = await openTop(
    '<iframe src="https://other.example/between" allow="publickey-credentials-get *"></iframe>',
  );
  expect(await call(await frameAt(page, '/in'), GET)).toEqual({ value: assertion });
  expect(rig.app.all('request')).toMatchObject([
    { origin: 'https://example.org', topOrigin: 'https://example.org' },
  ]);
});

test.each([
  ['about:blank', '<iframe></iframe>', 'about:blank'],
  ['about:srcdoc', '<iframe srcdoc="<p>Hello"></iframe>', 'about:srcdoc'],
])('a frame of %s is the site that made it', async (_, html, address) => {
  rig.app.answer = () => USED;
  const page = await openTop(html);
  const frame = address === 'about:blank' ? page.frames()[1]! : await frameAt(page, address);
  expect(await call(frame, GET)).toEqual({ value: assertion });
  expect(rig.app.all('request')).toMatchObject([{ origin: 'https://example.org' }]);
});

test.each([
  ['of an address', '<iframe sandbox="allow-scripts" src="/in"></iframe>', '/in'],
  ['of its own text', '<iframe sandbox="allow-scripts" srcdoc="<p>Hello"></iframe>', 'about:srcdoc'],
  ['of data', '<iframe src="data:text/html,<p>Hello"></iframe>', 'Hello'],
])('a sandboxed frame %s is nobody, and gets no passkeys', async (_, html, end) => {
  const page = await openTop(html);
  const outcome = await call(await frameAt(page, end), GET);
  expect(outcome).toMatchObject({ error: { name: expect.any(String) as string } });
  expect(rig.app.heard).toEqual([]);
});

test('a page whose policy lets no script run but its own is served', async () => {
  rig.app.answer = () => USED;
  const page = await openTop('<script src="/own.js"></script>', {
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'",
  });
  expect(await call(page, GET)).toEqual({ value: assertion });
});

test('a page without TLS has no passkeys, and no error of ours', async () => {
  const errors: string[] = [];
  rig.page.on('pageerror', (error) => errors.push(error.message));
  rig.page.on('console', (message) => errors.push(message.text()));
  await rig.page.route('http://plain.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '' }),
  );
  await rig.page.goto('http://plain.example/');
  await rig.page.evaluate(() => document.title);
  expect(errors).toEqual([]);
  expect(rig.app.given).toEqual([]);
});
