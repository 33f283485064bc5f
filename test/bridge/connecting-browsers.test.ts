/** Browsers connect to the bridge: who is let in, and what they are told. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MOST_BROWSERS } from '../../main/bridge/bridge';
import { HELLO_TIMEOUT } from '../../main/bridge/browser-session';
import { CHROMIUM_ID, FIREFOX_ID } from '../../main/bridge/extension-ids';
import { BRIDGE_VERSION, LONGEST_MESSAGE } from '../../main/bridge/messages';
import { framed } from '../../main/control/frames';
import { settled } from '../support/manual-clock';
import { MemoryControl } from '../support/memory-control';
import { MemoryFolder } from '../support/memory-vault';
import { BridgeRig, CHROMIUM } from './bridge-rig';

let rig: BridgeRig;
let stop: () => Promise<void>;
beforeEach(async () => {
  rig = new BridgeRig();
  stop = await rig.bridge.serve();
});

const helloOf = (changes: object) =>
  Buffer.from(
    JSON.stringify({ type: 'hello', version: BRIDGE_VERSION, extension: '1', browser: 'x', ...changes }),
  );
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
    const problem =
      'Browsers cannot reach this Latchkey. Another Latchkey is using /vault. Quit it, then start this one again.';
    await expect(second.bridge.serve()).rejects.toThrow(problem);
    expect(second.bridge.problem).toBe(problem);
    expect(rig.bridge.problem).toBeUndefined();
  });

  it('is free again when it is served no longer', async () => {
    await rig.connects();
    await stop();
    expect(rig.folder.isLocked).toBe(false);
    expect(rig.bridge.connections).toEqual([]);
    expect(rig.sites.isFollowed).toBe(false);
  });

  it('is let go where serving fails', async () => {
    const folder = new MemoryFolder();
    folder.fail('start', 'full');
    const { bridge } = new BridgeRig(folder);
    await expect(bridge.serve()).rejects.toThrow('no room left');
    expect(bridge.problem).toMatch(
      /cannot reach this Latchkey\..*no room left.*\. Put that right, then start Latchkey again\.$/,
    );
    expect(folder.isLocked).toBe(false);
  });

  it('where nobody can be listened for is let go, and the page is told why', async () => {
    const folder = new MemoryFolder();
    const socket = new MemoryControl();
    socket.listen = () => Promise.reject(new Error('listen EACCES'));
    const { bridge } = new BridgeRig(folder, { socket });
    await expect(bridge.serve()).rejects.toThrow('(listen EACCES). Put that right');
    expect(bridge.problem).toContain('(listen EACCES). Put that right');
    expect(folder.isLocked).toBe(false);
  });

  it('is not left with a line that begins another argument', async () => {
    const folder = new MemoryFolder();
    const other = new BridgeRig(folder, { start: ['/opt/a\nb'] });
    await expect(other.bridge.serve()).rejects.toThrow(/line break.*Put that right/);
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
    expect(browser.heard).toHaveLength(1);
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
    ['a name that nobody reads', helloOf({ browser: 'x'.repeat(101) })],
    ['a version that nobody reads', helloOf({ extension: 'x'.repeat(41) })],
    ['a version that is no number', helloOf({ version: '1' })],
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

  it('is served as soon as it has said hello, at whatever length is taken', async () => {
    const browser = await rig.knocks();
    browser.relay({ args: [`chrome-extension://${CHROMIUM_ID}/`, ...Array<string>(15).fill('--x')] });
    browser.say({
      type: 'hello',
      version: BRIDGE_VERSION,
      extension: 'x'.repeat(40),
      browser: 'x'.repeat(100),
    });
    await settled();
    expect(states()).toEqual(['connected']);
    const other = await rig.knocks();
    other.relay({ args: [`chrome-extension://${CHROMIUM_ID}/`, ...Array<string>(16).fill('--x')] });
    await settled();
    expect(other.end.ended).toBe(true);
  });

  it('of too many other versions leaves the newest to be seen, in the order in which they came', async () => {
    await rig.connects();
    rig.calendar.date++;
    for (let each = 0; each < 10; each++) {
      await rig.connects({ version: BRIDGE_VERSION + 1, program: `/opt/${each}` });
      rig.calendar.date++;
    }
    expect(rig.bridge.connections.map(({ program }) => program)).toEqual([
      CHROMIUM,
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((each) => `/opt/${each}`),
    ]);
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

describe('the vault', () => {
  it('that opens or closes is told to every browser', async () => {
    const browser = await rig.connects();
    const early = await rig.knocks();
    rig.sites.setDevice(false);
    await settled();
    expect(early.heard).toEqual([]);
    expect(browser.heard.at(-1)).toEqual({ type: 'state', state: { device: false, allowed: 'not-yet' } });
  });
});
