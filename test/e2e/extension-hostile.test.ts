/** Pages and extensions that do their worst, in a real Chromium. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../support/person';
import { extensionRig } from '../support/stand-in-bridge/extension-rig';
import { begin, call, CREATE, CREATION, GET, REQUEST, settled } from '../support/stand-in-bridge/page-calls';
import { assertion, FALLS_THROUGH, registration, SAVED, USED } from '../support/stand-in-bridge/responses';
import { EXTENSION } from '../support/test-chromium';

/**
 * Everything that a script meets on its way, changed: it writes down in `seen` what it is given, and breaks what it can. Itself it uses
 * nothing that it changes.
 */
const REDEFINE = `(window) => {
  window.seen = '';
  let isBusy = false;
  const { apply, defineProperty } = window.Reflect;
  const { stringify } = window.JSON;
  const note = (where, value) => {
    if (isBusy) return;
    isBusy = true;
    try { window.seen += where + ' ' + (typeof value === 'object' ? stringify(value) : '' + value) + ';'; }
    catch { window.seen += where + ';'; }
    isBusy = false;
  };
  const define = (holder, name, descriptor) =>
    defineProperty(holder, name, { __proto__: null, configurable: true, ...descriptor });
  const wrap = (holder, name) => {
    const native = holder[name];
    define(holder, name, { __proto__: null, writable: true, value: function () {
      note(name, this);
      for (let index = 0; index < arguments.length; index++) note(name, arguments[index]);
      return apply(native, this, arguments);
    } });
  };
  const breakIt = (holder, name) => {
    define(holder, name, { __proto__: null, writable: true, value: () => { note('called ' + name.toString()); throw new Error('broken'); } });
  };
  const { prototype: list } = window.Array;
  wrap(window.MessagePort.prototype, 'postMessage'); wrap(window.MessagePort.prototype, 'start');
  wrap(window.EventTarget.prototype, 'addEventListener'); wrap(window.EventTarget.prototype, 'dispatchEvent');
  wrap(window.Promise.prototype, 'then'); wrap(window.Promise.prototype, 'catch');
  wrap(window.JSON, 'parse'); wrap(window.JSON, 'stringify');
  wrap(window.Reflect, 'apply'); wrap(window.Reflect, 'defineProperty');
  breakIt(list, 'map'); breakIt(list, 'push'); breakIt(list, 'forEach'); breakIt(list, 'slice'); breakIt(list, 'join');
  breakIt(list, 'toJSON'); breakIt(list, Symbol.iterator);
  breakIt(window.String.prototype, 'charAt'); breakIt(window.String.prototype, 'replace');
  breakIt(window.Function.prototype, 'call'); breakIt(window.Function.prototype, 'apply');
  breakIt(window.Function.prototype, 'bind'); breakIt(window, 'setTimeout');
  breakIt(window.Document.prototype, 'hasFocus');
  define(window.MessageEvent.prototype, 'data', { __proto__: null, get() { note('data'); } });
  const trap = (holder, name) => define(holder, name, { __proto__: null,
    get() { note('get ' + name, this); },
    set(value) {
      note('set ' + name, value);
      define(this, name, { __proto__: null, value, writable: true, enumerable: true });
    } });
  trap(window.Object.prototype, 'id'); trap(window.Object.prototype, 'is'); trap(window.Object.prototype, 'error');
  trap(window.Object.prototype, 'response'); trap(window.Object.prototype, 'signal');
  trap(window.Object.prototype, 'get'); trap(window.Object.prototype, 'set'); trap(window.Object.prototype, 'value');
  trap(window.Object.prototype, 'device'); trap(window.Object.prototype, 'then'); trap(window.Object.prototype, 'toJSON');
  trap(window.Object.prototype, 'mediation'); trap(list, '0'); trap(list, '1');
}`;

/** In the page, with as little of the page as can be. The session stays: with it would go the page's virtual authenticator. */
async function inPage(page: Page, expression: string): Promise<unknown> {
  const session = await page.context().newCDPSession(page);
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    returnByValue: true,
    awaitPromise: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

const rig = extensionRig();

/** What a page of its own cannot know: anything that the frame, the worker or the app say to each other. */
const SECRETS = /"relay"|hello|welcome|chrome-extension|"origin":|latchkey/i;

describe('a page that changes everything after its start', () => {
  test('still gets its own answers, and nothing else', async () => {
    rig.app.answer = (asked) => {
      if (asked.type !== 'request') return { is: 'done' };
      return asked.kind === 'create' ? SAVED : USED;
    };
    await inPage(
      rig.page,
      `window.creation = ${CREATION}; window.request = ${REQUEST}; (${REDEFINE})(window)`,
    );
    expect(
      await inPage(
        rig.page,
        `(async () => {
          const created = await navigator.credentials.create({ publicKey: creation });
          const used = await navigator.credentials.get({ publicKey: request });
          return created.id + ' ' + used.id + ' ' + created.response.getTransports().length + ' ' +
            used.toJSON().id + ' ' + created.getClientExtensionResults().prf.results.first.byteLength;
        })()`,
      ),
    ).toBe(`${registration.id} ${assertion.id} 2 ${assertion.id} 19`);
    const seen = (await inPage(rig.page, 'window.seen')) as string;
    // It sees its own credential, and that is all.
    expect(seen).toContain('get then');
    expect(seen).not.toMatch(SECRETS);
    expect(seen).not.toMatch(
      /called|postMessage|start |parse |stringify |apply |defineProperty |Listener|data/,
    );
  });

  test('still gets what the browser answers', async () => {
    rig.app.answer = () => FALLS_THROUGH;
    await rig.own.has('localhost', 'ada');
    await inPage(rig.page, `window.request = ${REQUEST}; (${REDEFINE})(window)`);
    const type = 'navigator.credentials.get({ publicKey: request }).then((used) => used.type)';
    expect(await inPage(rig.page, type)).toBe('public-key');
  });

  test('does not hurt another page', async () => {
    rig.app.answer = () => USED;
    await inPage(rig.page, `(${REDEFINE})(window)`);
    const other = await rig.browser.open('https://example.org/');
    expect(await call(other, GET)).toEqual({ value: assertion });
    await other.close();
  });
});

test('a page that changes a frame of its own before our scripts come breaks nothing but that frame', async () => {
  rig.app.answer = () => USED;
  const seen = await inPage(
    rig.page,
    `(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      (${REDEFINE})(frame.contentWindow);
      frame.contentDocument.open();
      frame.contentDocument.write('<p>Hello');
      frame.contentDocument.close();
      const asked = frame.contentWindow.navigator.credentials.get({ publicKey: ${REQUEST} });
      await Promise.race([asked.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
      return frame.contentWindow.seen;
    })()`,
  );
  expect(seen).not.toMatch(SECRETS);
  expect(await call(rig.page, GET)).toEqual({ value: assertion });
});

test('a page that posts everything it can is not heard', async () => {
  rig.app.answer = () => USED;
  await rig.page.evaluate(() => {
    const said = { is: 'get', id: 1, type: 'request', options: { challenge: 'AQID' }, relay: 'start' };
    for (const message of [said, JSON.stringify(said), '{"relay":"start"}']) {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(message);
      window.postMessage(message, '*');
      window.postMessage(message, '*', [port2]);
      new BroadcastChannel('latchkey').postMessage(message);
      for (const name of ['latchkey-port-wanted', 'latchkey-port-given', 'message']) {
        for (const target of [window, document]) {
          const { port1: mine, port2: theirs } = new MessageChannel();
          mine.onmessage = () => (document.title = 'heard');
          mine.postMessage(message);
          target.dispatchEvent(new CustomEvent(name, { detail: message, cancelable: true }));
          const taken = !target.dispatchEvent(
            new MessageEvent(name, { data: message, ports: [theirs], cancelable: true }),
          );
          if (taken) document.title = 'taken';
        }
      }
    }
  });
  // Comes after all of it.
  expect(await call(rig.page, GET)).toEqual({ value: assertion });
  expect(rig.app.heard.map(({ type }) => type)).toEqual(['hello', 'request']);
  expect(await rig.page.title()).not.toMatch(/heard|taken/);
});

test('a page cannot see that its functions are not the plain ones, where pages look', async () => {
  expect(
    await call(
      rig.page,
      `[navigator.credentials.create, navigator.credentials.get,
        PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable].map((one) => [
          one.name, one.length, Object.hasOwn(navigator.credentials, one.name),
          /\\[native code\\]/.test(Function.prototype.toString.call(one))])`,
    ),
  ).toEqual({
    value: [
      ['create', 0, false, true],
      ['get', 0, false, true],
      ['isUserVerifyingPlatformAuthenticatorAvailable', 0, false, true],
    ],
  });
  expect(
    await call(
      rig.page,
      `['create', 'get'].map((name) => {
        const { value, ...more } = Object.getOwnPropertyDescriptor(CredentialsContainer.prototype, name);
        return more;
      })`,
    ),
  ).toEqual({
    value: Array(2).fill({ configurable: true, enumerable: true, writable: true }) as object[],
  });
});

test('a page that floods falls through to the browser, and a person can still sign in later', async () => {
  await rig.own.has('localhost', 'ada');
  rig.app.answer = () => FALLS_THROUGH;
  const outcome = await call(
    rig.page,
    `(async () => {
      let own = 0;
      for (let round = 0; round < 60; round++) own += (await ${GET}).id ? 1 : 0;
      return own;
    })()`,
  );
  // The page has an answer of the browser's own to each.
  expect(outcome).toEqual({ value: 60 });
  const asked = rig.app.all('request').length;
  expect(asked).toBeGreaterThanOrEqual(20);
  expect(asked).toBeLessThan(50);
  rig.app.answer = () => USED;
  const other = await rig.browser.open('https://example.org/');
  expect(await call(other, GET)).toEqual({ value: assertion });
  await other.close();
});

test('hundreds of sign-ins in a row are no flood', async () => {
  rig.app.answer = () => USED;
  const outcome = await call(
    rig.page,
    `(async () => {
      let ours = 0;
      for (let round = 0; round < 300; round++) ours += (await ${GET}).id === '${assertion.id}' ? 1 : 0;
      return ours;
    })()`,
  );
  expect(outcome).toEqual({ value: 300 });
});

test('options beyond all bounds are left to the browser', async () => {
  rig.app.answer = () => USED;
  const huge = `navigator.credentials.get({ publicKey: { challenge: new Uint8Array(400000) } }).catch((error) => error.name)`;
  await begin(rig.page, huge);
  await settled(rig.page);
  expect(rig.app.heard).toEqual([]);
  // Many bytes of UTF-8 in few characters: too much for a native message, and nothing else suffers.
  await rig.own.has('localhost', 'ada');
  const wide = `navigator.credentials.get({ publicKey: { challenge: new Uint8Array(1), extensions: { appid: '€'.repeat(450000) } } }).catch((error) => error.name)`;
  await begin(rig.page, wide);
  await settled(rig.page);
  expect(rig.app.all('request')).toEqual([]);
  await vi.waitFor(async () => expect(await call(rig.page, GET)).toEqual({ value: assertion }), PATIENCE);
});

/** Another provider, as they are: it wraps what it finds, by assignment to the prototype, or on the object itself. */
async function otherProvider(place: 'CredentialsContainer.prototype' | 'navigator.credentials') {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-other-'));
  await writeFile(
    join(folder, 'page.js'),
    `window.others = [];
    const container = ${place};
    for (const name of ['create', 'get']) {
      const before = container[name];
      container[name] = async function (...args) {
        window.others.push(name);
        if (args[0]?.publicKey?.rp?.name === 'theirs') return 'theirs';
        return before.apply(navigator.credentials, args);
      };
    }`,
  );
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      manifest_version: 3,
      name: 'Another provider',
      version: '1',
      content_scripts: [
        {
          matches: ['https://*/*', 'http://localhost/*'],
          js: ['page.js'],
          run_at: 'document_start',
          world: 'MAIN',
        },
      ],
    }),
  );
  return folder;
}

describe.each([
  ['loaded before, on the prototype', 'CredentialsContainer.prototype', true],
  ['loaded after, on the prototype', 'CredentialsContainer.prototype', false],
  ['loaded before, on the object', 'navigator.credentials', true],
  ['loaded after, on the object', 'navigator.credentials', false],
] as const)("another provider's extension, %s", (_, place, isBefore) => {
  const both = extensionRig({
    extensions: async () => {
      const other = await otherProvider(place);
      return isBefore ? [other, EXTENSION] : [EXTENSION, other];
    },
  });

  test('answers what is its own, and leaves the rest to us and the browser', async () => {
    // Chromium shows its first pages without waiting for its extensions.
    await vi.waitFor(async () => {
      await both.page.reload();
      expect(await call(both.page, 'window.others')).toEqual({ value: [] });
    }, PATIENCE);
    both.app.answer = () => USED;
    await both.own.has('localhost', 'ada');
    const used = await call(both.page, GET);
    // Whoever sits on the object itself, and was first, took the browser's own function from below us: there it goes.
    if (place === 'CredentialsContainer.prototype') expect(used).toEqual({ value: assertion });
    else expect(used).toMatchObject({ value: { type: 'public-key' } });
    both.app.answer = () => FALLS_THROUGH;
    expect(await call(both.page, CREATE)).toMatchObject({ value: { type: 'public-key' } });
    expect(await both.own.passkeys()).toEqual(['localhost ada', 'localhost ada']);
    expect(await call(both.page, "window.others.includes('create')")).toEqual({ value: true });
  });
});

describe('a browser that knows no host', () => {
  const alone = extensionRig({ hasHost: false });

  test('behaves as without the extension', async () => {
    expect(await call(alone.page, CREATE)).toMatchObject({ value: { type: 'public-key' } });
    expect(await alone.own.passkeys()).toEqual(['localhost ada']);
    const plain = await alone.browser.open('https://example.org/');
    const available = 'PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()';
    expect(await call(plain, available)).toEqual({ value: false });
    await plain.close();
  });
});
