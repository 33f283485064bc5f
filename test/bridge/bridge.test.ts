/** Browsers at the bridge: who is let in, what reaches the ceremonies, and what comes back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MOST_BROWSERS } from '../../main/bridge/bridge';
import { HELLO_TIMEOUT } from '../../main/bridge/browser-session';
import { CHROMIUM_ID, FIREFOX_ID } from '../../main/bridge/extension-ids';
import { MOST_IN_VAIN, WINDOW } from '../../main/bridge/flood-gate';
import { BRIDGE_VERSION, LONGEST_MESSAGE, MOST_AUTOFILLS, MOST_OPEN } from '../../main/bridge/messages';
import { framed } from '../../main/control/frames';
import { settled } from '../support/manual-clock';
import { MemoryFolder } from '../support/memory-vault';
import { BridgeRig, CHROMIUM, type Browser } from './bridge-rig';

let rig: BridgeRig;
let stop: () => Promise<void>;
beforeEach(async () => {
  rig = new BridgeRig();
  stop = await rig.bridge.serve();
});

const response = { id: 'AQID', type: 'public-key' };
const states = () => rig.bridge.connections.map(({ state }) => state);

describe('the folder', () => {
  it('says how the app is started, one argument a line', () => {
    expect(Buffer.from(rig.folder.content('start') ?? []).toString()).toBe(
      '/opt/Latchkey/latchkey\n--background\n',
    );
  });

  it('is written to only where something changes', async () => {
    await stop();
    rig.folder.steps.length = 0;
    await new BridgeRig(rig.folder).bridge.serve();
    expect(rig.folder.steps).toEqual([]);
  });

  it('of another app is not served from, and the page is told why', async () => {
    const second = new BridgeRig(rig.folder);
    await expect(second.bridge.serve()).rejects.toThrow('Another Latchkey');
    expect(second.bridge.problem).toContain('Another Latchkey');
    expect(rig.bridge.problem).toBeUndefined();
  });

  it('is free again when it is served no longer', async () => {
    await rig.connects();
    await stop();
    expect(rig.folder.isLocked).toBe(false);
    expect(rig.bridge.connections).toEqual([]);
  });

  it('is let go where serving fails', async () => {
    const folder = new MemoryFolder();
    folder.fail('start', 'full');
    await expect(new BridgeRig(folder).bridge.serve()).rejects.toThrow('no room left');
    expect(folder.isLocked).toBe(false);
  });

  it('is not left with a line that begins another argument', async () => {
    const folder = new MemoryFolder();
    const other = new BridgeRig(folder, { start: ['/opt/a\nb'] });
    await expect(other.bridge.serve()).rejects.toThrow('line break');
    expect(folder.content('start')).toBeUndefined();
  });
});

describe('a connection', () => {
  it('is welcomed, and told what the app can do', async () => {
    const browser = await rig.connects();
    expect(browser.heard).toEqual([
      { type: 'welcome', version: BRIDGE_VERSION, app: '1.2.3', state: { device: true, allowed: 'not-yet' } },
    ]);
    expect(rig.bridge.connections).toEqual([
      {
        id: 'browser-1',
        browser: 'Chromium 156',
        program: CHROMIUM,
        extension: '0.1.0',
        since: rig.calendar.now(),
        state: 'connected',
      },
    ]);
  });

  it.each([
    ['Chromium', [`chrome-extension://${CHROMIUM_ID}/`], true],
    ['Chromium on Windows', [`chrome-extension://${CHROMIUM_ID}/`, '--parent-window=0'], true],
    ['Firefox', ['/home/ada/.mozilla/native-messaging-hosts/org.latchkey.bridge.json', FIREFOX_ID], true],
    ['another extension', [`chrome-extension://${'a'.repeat(32)}/`], false],
    ['a page', [`https://${CHROMIUM_ID}/`], false],
    ['another of Firefox', ['/x.json', 'evil@example.org'], false],
    ['one that has our ID elsewhere', ['/x', '/y', FIREFOX_ID], false],
    ['nobody', [], false],
  ])('is for our extension alone: %s', async (_name, args, isOurs) => {
    const browser = await rig.knocks();
    browser.relay({ args });
    browser.hello();
    await settled();
    expect(browser.heard[0]).toMatchObject(
      isOurs ? { type: 'welcome' } : { type: 'unwelcome', why: 'unknown-extension' },
    );
    expect(browser.end.ended).toBe(!isOurs);
    expect(rig.bridge.connections).toHaveLength(isOurs ? 1 : 0);
  });

  it.each([
    [BRIDGE_VERSION + 1, 'newer-extension'],
    [BRIDGE_VERSION - 1, 'older-extension'],
  ] as const)(
    'of version %i is told so, ends, and stays to be seen until it is back',
    async (version, why) => {
      const browser = await rig.connects({ version });
      expect(browser.heard).toEqual([{ type: 'unwelcome', why, version: BRIDGE_VERSION, app: '1.2.3' }]);
      expect(browser.end.ended).toBe(true);
      expect(states()).toEqual([why]);
      expect(rig.serving).toEqual([]);
      await rig.connects();
      expect(states()).toEqual(['connected']);
    },
  );

  it('without the secret is nobody', async () => {
    const end = await rig.socket.end();
    end.send(framed(Buffer.from('{"type":"relay","arguments":[],"browser":""}')));
    await end.frames(1);
    expect(end.ended).toBe(true);
    expect(rig.bridge.connections).toEqual([]);
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['no object', Buffer.from('[]')],
    ['an unknown type', Buffer.from('{"type":"open-the-vault"}')],
    ['a request before hello', Buffer.from('{"type":"cancel","id":1}')],
  ])('that says %s ends', async (_name, bytes) => {
    const browser = await rig.knocks();
    browser.relay();
    browser.end.send(framed(bytes));
    await settled();
    expect(browser.heard).toEqual([
      { type: 'unwelcome', why: 'protocol', version: BRIDGE_VERSION, app: '1.2.3' },
    ]);
    expect(browser.end.ended).toBe(true);
  });

  it('that announces more than a message may have ends before it is read', async () => {
    const browser = await rig.connects();
    const head = Buffer.alloc(4);
    head.writeUInt32LE(LONGEST_MESSAGE + 1);
    browser.end.send(head);
    await settled();
    expect(browser.end.ended).toBe(true);
  });

  it('that does not say who it is ends; one that does may stay silent', async () => {
    const silent = await rig.knocks();
    const browser = await rig.connects();
    await rig.clock.advance(HELLO_TIMEOUT);
    expect(silent.end.ended).toBe(true);
    await rig.clock.advance(24 * 3600_000);
    expect(browser.end.ended).toBe(false);
  });

  it('more than there is room for is told so', async () => {
    for (let each = 0; each < MOST_BROWSERS; each++) await rig.connects();
    const late = await rig.knocks();
    const [, answer] = await late.end.frames(2);
    expect(answer?.[0]).toBe(2);
    expect(late.end.ended).toBe(true);
  });

  it('keeps the app, and lets it go with the last', async () => {
    const first = await rig.connects();
    const second = await rig.connects();
    first.end.link?.close();
    await settled();
    expect(rig.serving).toEqual([true]);
    second.end.link?.close();
    await settled();
    expect(rig.serving).toEqual([true, false]);
  });
});

describe('a browser that asks for the first time', () => {
  it('is asked about once, by its name, and then served', async () => {
    const browser = await rig.connects();
    const first = browser.create('https://login.example.org');
    const second = browser.create('https://other.example');
    await settled();
    expect(rig.questions).toMatchObject([
      { browser: 'Chromium 156', program: CHROMIUM, extension: '0.1.0', site: 'https://login.example.org' },
    ]);
    expect(states()).toEqual(['waiting-for-confirmation']);
    expect(rig.sites.requests).toEqual([]);
    rig.questions[0]?.answer('allowed');
    await settled();
    expect(rig.sites.requests.map(({ request }) => request.id)).toEqual([first, second]);
    expect(states()).toEqual(['connected']);
    expect(browser.heard.at(-1)).toEqual({ type: 'state', state: { device: true, allowed: 'yes' } });
  });

  it('is not asked about again, also after a restart', async () => {
    await rig.allowed();
    await stop();
    rig = new BridgeRig(rig.folder);
    await rig.bridge.serve();
    const browser = await rig.connects();
    expect(browser.heard[0]).toMatchObject({ state: { allowed: 'yes' } });
    browser.create();
    await settled();
    expect(rig.questions).toEqual([]);
    expect(rig.sites.requests).toHaveLength(1);
  });

  it('goes on with its own dialog when it is not allowed, from then on', async () => {
    const browser = await rig.connects();
    const first = browser.create();
    await settled();
    rig.questions[0]?.answer('denied');
    expect(await browser.answerTo(first)).toEqual({ is: 'fall-through' });
    expect(await browser.answerTo(browser.create())).toEqual({ is: 'fall-through' });
    expect(rig.questions).toHaveLength(1);
    expect(rig.sites.requests).toEqual([]);
    expect(states()).toEqual(['not-allowed']);
    expect(browser.heard).toContainEqual({ type: 'state', state: { device: true, allowed: 'no' } });
  });

  it('is asked about again when nothing was decided', async () => {
    const browser = await rig.connects();
    const first = browser.create();
    await settled();
    rig.questions[0]?.answer('later');
    expect(await browser.answerTo(first)).toEqual({ is: 'fall-through' });
    browser.create();
    await settled();
    expect(rig.questions).toHaveLength(2);
  });

  it('is not asked about any more when every page that waits has gone', async () => {
    const browser = await rig.connects();
    const [first, second] = [browser.create(), browser.create()];
    await settled();
    browser.say({ type: 'cancel', id: first });
    await settled();
    expect(rig.questions[0]?.signal.aborted).toBe(false);
    browser.say({ type: 'cancel', id: second });
    await settled();
    expect(rig.questions[0]?.signal.aborted).toBe(true);
    expect(browser.answers).toEqual([]);
  });

  it('is another one when its program is another', async () => {
    await rig.allowed();
    const other = await rig.connects({ program: '/tmp/chromium' });
    other.create();
    await settled();
    expect(rig.questions.map(({ program }) => program)).toEqual([CHROMIUM, '/tmp/chromium']);
  });

  it('is never asked about for what nobody has touched', async () => {
    const browser = await rig.connects();
    expect(await browser.answerTo(browser.autofill())).toEqual({ is: 'fall-through' });
    expect(await browser.answerTo(browser.signal())).toEqual({ is: 'done' });
    expect(rig.questions).toEqual([]);
    expect(rig.sites.signals).toEqual([]);
  });

  it('is served also when what the user said cannot be kept; then they are asked again', async () => {
    const browser = await rig.connects();
    rig.folder.fail('allowed.json', 'full');
    browser.create();
    await settled();
    rig.questions[0]?.answer('allowed');
    await settled();
    expect(rig.sites.requests).toHaveLength(1);
    expect(rig.warnings).toEqual([expect.stringContaining('no room left')]);
    browser.create();
    await settled();
    expect(rig.questions).toHaveLength(2);
  });
});

describe('on the Browsers page', () => {
  it('a decision can be turned round and forgotten; the browser hears of it', async () => {
    const browser = await rig.allowed();
    const [decision] = rig.bridge.decisions;
    expect(decision).toMatchObject({ program: CHROMIUM, name: 'Chromium 156', decision: 'allowed' });
    await rig.bridge.deny(decision?.id ?? '');
    await settled();
    expect(browser.heard.at(-1)).toEqual({ type: 'state', state: { device: true, allowed: 'no' } });
    expect(states()).toEqual(['not-allowed']);
    await rig.bridge.allow(decision?.id ?? '');
    await rig.bridge.forget(decision?.id ?? '');
    await settled();
    expect(browser.heard.at(-1)).toEqual({ type: 'state', state: { device: true, allowed: 'not-yet' } });
    expect(rig.bridge.decisions).toEqual([]);
  });

  it('a decision that is not there (any more) changes nothing', async () => {
    await rig.allowed();
    await rig.bridge.deny('another');
    expect(rig.bridge.decisions).toMatchObject([{ decision: 'allowed' }]);
  });

  it('what cannot be saved is not so', async () => {
    await rig.allowed();
    rig.folder.fail('allowed.json', 'full');
    const [decision] = rig.bridge.decisions;
    await expect(rig.bridge.deny(decision?.id ?? '')).rejects.toThrow('no room left');
    expect(rig.bridge.decisions).toMatchObject([{ decision: 'allowed' }]);
  });

  it('a damaged file of decisions is kept beside, and everybody is asked about again', async () => {
    const folder = new MemoryFolder();
    folder.put('allowed.json', Buffer.from('{"version":1,"browsers":[{"id":1}]}'));
    rig = new BridgeRig(folder);
    await rig.bridge.serve();
    await rig.allowed();
    expect(Buffer.from(folder.content('allowed.json.unreadable') ?? []).toString()).toContain('"id":1');
    expect(rig.bridge.decisions).toHaveLength(1);
  });

  it('every change is told', async () => {
    let changes = 0;
    const end = rig.bridge.onChange(() => changes++);
    await rig.connects();
    expect(changes).toBeGreaterThan(0);
    end();
    const before = changes;
    await rig.connects();
    expect(changes).toBe(before);
  });
});

describe('a request', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = await rig.allowed();
    rig.sites.requests.length = 0;
  });

  it('reaches the ceremonies as it came, and its answer the page', async () => {
    const id = browser.create('https://login.example.org', {
      kind: 'get',
      options: { challenge: 'AQID' },
      topOrigin: 'https://example.com',
    });
    await settled();
    expect(rig.sites.requests[0]).toMatchObject({
      caller: 'browser browser-1',
      request: {
        kind: 'get',
        origin: 'https://login.example.org',
        topOrigin: 'https://example.com',
        options: { challenge: 'AQID' },
      },
    });
    rig.sites.requests[0]?.answer({ is: 'response', response });
    expect(await browser.answerTo(id)).toEqual({ is: 'response', response });
  });

  it('that fails here is the browser’s own again', async () => {
    const id = browser.create();
    await settled();
    rig.sites.requests[0]?.fail(new Error('a defect'));
    expect(await browser.answerTo(id)).toEqual({ is: 'fall-through' });
    expect(rig.warnings).toEqual(['a defect']);
    expect(rig.bridge.requests[0]).toMatchObject({ result: 'failed' });
  });

  it('that the page gives up is given up, and not answered', async () => {
    const id = browser.create();
    await settled();
    browser.say({ type: 'cancel', id });
    await settled();
    expect(rig.sites.requests[0]?.signal.aborted).toBe(true);
    rig.sites.requests[0]?.answer({ is: 'error', error: { name: 'AbortError', message: '' } });
    await settled();
    expect(browser.answers.filter((answer) => answer.id === id)).toEqual([]);
    expect(rig.bridge.requests[0]).toMatchObject({ result: 'given-up' });
  });

  it('is given up with its browser', async () => {
    browser.create();
    await settled();
    browser.end.link?.close();
    await settled();
    expect(rig.sites.requests[0]?.signal.aborted).toBe(true);
  });

  it('with a number that was used before ends the connection', async () => {
    const id = browser.create();
    browser.say({ type: 'request', id, kind: 'get', origin: 'https://example.org', options: {} });
    await settled();
    expect(browser.end.ended).toBe(true);
  });

  it.each([
    ['a kind that there is not', { kind: 'steal' }],
    ['options that are a list', { options: [] }],
    ['an endless origin', { origin: `https://${'a'.repeat(5000)}` }],
    ['no origin', { origin: undefined }],
    ['half a number', { id: 7.5 }],
    ['a number below one', { id: 0 }],
  ])('with %s ends the connection', async (_name, changes) => {
    browser.create('https://example.org', changes);
    await settled();
    expect(browser.end.ended).toBe(true);
    expect(rig.sites.requests).toEqual([]);
  });

  it('too many at once fall through', async () => {
    const ids = Array.from({ length: MOST_OPEN + 1 }, (_, each) => browser.create(`https://${each}.example`));
    await settled();
    expect(rig.sites.requests).toHaveLength(MOST_OPEN);
    expect(await browser.answerTo(ids.at(-1) ?? 0)).toEqual({ is: 'fall-through' });
  });

  it('of a site whose requests come to nothing again and again falls through for a while; others are served', async () => {
    for (let each = 0; each < MOST_IN_VAIN; each++) {
      browser.create('https://pest.example');
      await settled();
      rig.sites.requests.at(-1)?.answer({ is: 'error', error: { name: 'NotAllowedError', message: '' } });
      await settled();
    }
    const asked = rig.sites.requests.length;
    expect(await browser.answerTo(browser.create('https://pest.example'))).toEqual({ is: 'fall-through' });
    expect(rig.sites.requests).toHaveLength(asked);
    browser.create('https://other.example');
    await settled();
    expect(rig.sites.requests).toHaveLength(asked + 1);
    await rig.clock.advance(WINDOW);
    browser.create('https://pest.example');
    await settled();
    expect(rig.sites.requests).toHaveLength(asked + 2);
  });

  it('of a person who goes on is never too many', async () => {
    for (let each = 0; each <= 2 * MOST_IN_VAIN; each++) {
      const id = browser.create('https://busy.example');
      await settled();
      rig.sites.requests.at(-1)?.answer({ is: 'response', response });
      expect(await browser.answerTo(id)).toEqual({ is: 'response', response });
    }
  });

  it('whose answer no browser would take ends the connection, so that the extension goes on by itself', async () => {
    browser.create();
    await settled();
    rig.sites.requests[0]?.answer({ is: 'response', response: { id: 'A'.repeat(LONGEST_MESSAGE) } });
    await settled();
    expect(browser.end.ended).toBe(true);
  });
});

describe('passkey autofill', () => {
  it('hears of the field, also where the field came first', async () => {
    const browser = await rig.allowed();
    const id = browser.autofill();
    browser.say({ type: 'field', id, is: 'entered', area: { x: 1, y: 2, width: 3, height: 4 } });
    await settled();
    browser.say({ type: 'field', id, is: 'left' });
    await settled();
    expect(rig.sites.autofills[0]?.fields).toEqual([
      { is: 'entered', area: { x: 1, y: 2, width: 3, height: 4 } },
      { is: 'left' },
    ]);
    rig.sites.autofills[0]?.answer({ is: 'response', response });
    expect(await browser.answerTo(id)).toEqual({ is: 'response', response });
  });

  it('of many pages does not keep anybody from asking', async () => {
    const browser = await rig.allowed();
    const ids = Array.from({ length: MOST_AUTOFILLS + 1 }, (_, each) =>
      browser.autofill(`https://${each}.example`),
    );
    await settled();
    expect(rig.sites.autofills).toHaveLength(MOST_AUTOFILLS);
    expect(await browser.answerTo(ids.at(-1) ?? 0)).toEqual({ is: 'fall-through' });
    const before = rig.sites.requests.length;
    browser.create();
    await settled();
    expect(rig.sites.requests).toHaveLength(before + 1);
  });
});

describe('the vault', () => {
  it('that opens or closes is told to every browser', async () => {
    const browser = await rig.connects();
    rig.sites.setDevice(false);
    await settled();
    expect(browser.heard.at(-1)).toEqual({ type: 'state', state: { device: false, allowed: 'not-yet' } });
  });
});

describe('the log', () => {
  it('says what came of each request, the newest first', async () => {
    const browser = await rig.allowed();
    browser.create('https://a.example', { options: { rp: { id: 'shop.example' } } });
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'response', response });
    browser.create('https://login.b.example:8443', { kind: 'get', options: {} });
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'error', error: { name: 'SecurityError', message: '' } });
    browser.signal();
    browser.autofill();
    await settled();
    expect(rig.bridge.requests.map(({ site, kind, result }) => [site, kind, result])).toEqual([
      ['example.org', 'signal', 'changed'],
      ['login.b.example', 'get', 'refused'],
      ['shop.example', 'create', 'saved'],
      ['example.org', 'create', 'handed-over'],
    ]);
    expect(rig.bridge.requests[0]).toMatchObject({ browser: 'Chromium 156', when: rig.calendar.now() });
  });

  it('is there after a restart, with 200 requests at most', async () => {
    const browser = await rig.allowed();
    for (let each = 0; each < 210; each++) {
      browser.create(`https://s${each}.example`);
      await settled();
      rig.sites.requests.at(-1)?.answer({ is: 'response', response });
      await settled();
    }
    await stop();
    rig = new BridgeRig(rig.folder);
    await rig.bridge.serve();
    expect(rig.bridge.requests).toHaveLength(200);
    expect(rig.bridge.requests[0]?.site).toBe('s209.example');
    expect(new Set(rig.bridge.requests.map(({ id }) => id)).size).toBe(200);
  });

  it('has nothing of private windows', async () => {
    const browser = await rig.allowed();
    const before = rig.bridge.requests;
    browser.create('https://secret.example', { isPrivate: true });
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'response', response });
    await settled();
    expect(rig.bridge.requests).toEqual(before);
  });

  it('switched off writes nothing down, and stays off; emptied, it is empty', async () => {
    const browser = await rig.allowed();
    await rig.bridge.setLogging(false);
    const before = rig.bridge.requests.length;
    browser.create();
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'response', response });
    await settled();
    expect(rig.bridge.requests).toHaveLength(before);
    await rig.bridge.emptyLog();
    await stop();
    rig = new BridgeRig(rig.folder);
    await rig.bridge.serve();
    expect(rig.bridge.isLogging).toBe(false);
    expect(rig.bridge.requests).toEqual([]);
  });

  it('that cannot be written says so, and is as it was', async () => {
    await rig.allowed();
    rig.folder.fail('requests.json', 'full');
    await expect(rig.bridge.emptyLog()).rejects.toThrow('no room left');
    expect(rig.bridge.requests).toHaveLength(1);
    await expect(rig.bridge.setLogging(false)).rejects.toThrow('no room left');
    expect(rig.bridge.isLogging).toBe(true);
  });
});
