/** What the windows cannot do, whatever ends up running in them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testIds as t } from '../../renderer/test-ids';
import { PIN } from '../support/desk';
import { PATIENCE, Person } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

let folder: SoftKeyFolder;
let key: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  key = folder.make('Simulated key', { passkeys: [{ rpId: 'a.example', userName: 'ada' }] });
  person = await Person.sitDown([key]);
});

afterAll(async () => {
  // Not `standUp`: what is refused here is told on the console.
  await person?.app.close();
  folder.remove();
});

/** A call as somebody would make it who does not care about types. */
async function call(name: string, ...args: readonly unknown[]): Promise<string> {
  return person.page.evaluate(
    async ([called, given]) => {
      const api = window.latchkey as unknown as {
        call: (name: string, ...args: readonly unknown[]) => Promise<unknown>;
      };
      try {
        return `answered: ${JSON.stringify(await api.call(called, ...given))}`;
      } catch (error) {
        return `refused: ${String(error)}`;
      }
    },
    [name, args] as const,
  );
}

it('gives its pages no Node, and to each only its own contract', async () => {
  const names = [
    'require',
    'process',
    'module',
    'global',
    'Buffer',
    'electron',
    'latchkey',
    'testers',
    'simulator',
  ];
  const found = (page: Person['page']) =>
    page.evaluate((wanted) => wanted.filter((name) => name in window), names);
  expect(await found(person.page)).toEqual(['latchkey', 'testers']);
  expect(await found(person.simulator)).toEqual(['simulator']);
});

it('has a content security policy that lets nothing in and nothing out', async () => {
  for (const page of [person.page, person.simulator]) {
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-|https?:|\*/);
    const done = await page.evaluate(async () => {
      const happened: string[] = [];
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      if ('injected' in window) happened.push('inline script');
      const handler = document.createElement('div');
      handler.setAttribute('onclick', 'window.clicked = true');
      document.body.append(handler);
      handler.click();
      handler.remove();
      if ('clicked' in window) happened.push('inline handler');
      try {
        await fetch('https://example.com/');
        happened.push('fetch');
      } catch {
        // As it should be.
      }
      const loaded = await new Promise((resolve) => {
        const image = new Image();
        image.onload = () => resolve(true);
        image.onerror = () => resolve(false);
        image.src = 'https://example.com/favicon.ico';
      });
      if (loaded === true) happened.push('image');
      return happened;
    });
    expect(done).toEqual([]);
  }
});

it('opens no other window', async () => {
  const before = person.app.app.windows().length;
  expect(await person.page.evaluate(() => window.open('https://example.com/'))).toBeNull();
  expect(await person.page.evaluate(() => window.open('simulator.html'))).toBeNull();
  expect(await call('snapshot')).toContain('answered');
  expect(person.app.app.windows()).toHaveLength(before);
});

it('gets no permissions', async () => {
  expect(await person.page.evaluate(() => Notification.requestPermission())).toBe('denied');
  const read = person.page.evaluate(() =>
    navigator.clipboard.readText().then(
      () => 'read',
      (error: unknown) => (error as Error).name,
    ),
  );
  expect(await read).toBe('NotAllowedError');
});

it.each([
  ['too few arguments', 'unlock', ['key-1']],
  ['too many arguments', 'snapshot', ['more']],
  ['a number for a text', 'unlock', [1, PIN]],
  ['an object for a text', 'lock', [{ toString: 'key-1' }]],
  ['an absurdly long PIN', 'unlock', ['key-1', '1'.repeat(10_000)]],
  ['nothing to delete', 'deletePasskeys', [[]]],
  ['a page of its own choice', 'openHelp', ['https://example.com/']],
  ['a text of megabytes for the clipboard', 'copy', ['x'.repeat(1_000_000)]],
  ['a call that does not exist', 'eval', ['1 + 1']],
  ['a call of the other window', 'touch', ['simulated-1']],
  ['a call named like something every object has', 'constructor', []],
])('refuses a call with %s', async (_what, name, args) => {
  expect(await call(name, ...args)).toMatch(/^refused: /);
});

it('answers a well-formed call about an unknown key with a problem', async () => {
  expect(await call('unlock', 'key-99', PIN)).toContain('"code":"unplugged"');
  expect(await call('deletePasskeys', ['key-99:00'])).toContain('"outcome":"kept"');
});

it('keeps no PIN in the page after it was used', async () => {
  const pin = 'a PIN of its own';
  await person.keepsIn(key.name);
  await person.enterPin(key.name, pin);
  await person.shows(t.pinProblem, 'That PIN is not right.');
  expect(await person.page.evaluate(() => document.documentElement.outerHTML)).not.toContain(pin);
  await person.typePin(PIN);
  await person.noDialog();
  await person.sees(['a.example ada']);
  expect(await person.page.evaluate(() => document.documentElement.outerHTML)).not.toContain(PIN);
  expect(person.app.output()).not.toContain(PIN);
});

// The last one: Playwright goes on waiting for the end of a navigation that was refused.
it('goes nowhere: no link and no script leads to another page', async () => {
  const before = person.page.url();
  await person.app.app.evaluate(({ webContents }) => {
    const attempts: { readonly url: string; readonly refused: boolean }[] = [];
    Object.assign(globalThis, { attempts });
    for (const contents of webContents.getAllWebContents())
      contents.on('will-navigate', (event, url) => attempts.push({ url, refused: event.defaultPrevented }));
  });
  const attempted = () =>
    person.app.app.evaluate(
      () =>
        (
          globalThis as unknown as {
            attempts: readonly { readonly url: string; readonly refused: boolean }[];
          }
        ).attempts,
    );
  const goTo = [
    () => (location.href = 'https://example.com/script'),
    () => location.assign('simulator.html'),
    () => {
      const link = document.createElement('a');
      link.href = 'https://example.com/link';
      document.body.append(link);
      link.click();
      link.remove();
    },
  ];
  for (const [index, go] of goTo.entries()) {
    await person.page.evaluate(go);
    await expect.poll(async () => (await attempted()).length, { timeout: PATIENCE }).toBe(index + 1);
  }
  expect(await attempted()).toEqual([
    { url: 'https://example.com/script', refused: true },
    { url: expect.stringMatching(/simulator\.html$/) as string, refused: true },
    { url: 'https://example.com/link', refused: true },
  ]);
  // It still answers, from where it was.
  expect(await call('snapshot')).toContain('answered');
  expect(await person.page.evaluate(() => location.href)).toBe(before);
});

it('starts no process for a network, which nothing here uses', async () => {
  const services = await person.app.app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ type, serviceName }) => serviceName ?? type),
  );
  expect(services).toContain('Tab');
  expect(services).not.toContain('network.mojom.NetworkService');
});
