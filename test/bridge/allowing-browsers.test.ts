/** The user decides which browsers may ask. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AllowedBrowsers, idOf } from '../../main/bridge/allowed-browsers';
import { CHROMIUM_ID, FIREFOX_ID } from '../../main/bridge/extension-ids';
import { settled } from '../support/manual-clock';
import { MemoryFile } from '../support/memory-file';
import { MemoryFolder } from '../support/memory-vault';
import { BridgeRig, CHROMIUM, notSaved } from './bridge-rig';

let rig: BridgeRig;
let stop: () => Promise<void>;
beforeEach(async () => {
  rig = new BridgeRig();
  stop = await rig.bridge.serve();
});

const states = () => rig.bridge.connections.map(({ state }) => state);

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
    expect(rig.bridge.requests.map(({ result }) => result)).toEqual(['given-up', 'given-up']);
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

  it('goes on with its own dialog where the question fails, and is asked about again', async () => {
    let asked = 0;
    rig = new BridgeRig(undefined, {
      confirm: () => {
        asked++;
        return Promise.reject(new Error('no window'));
      },
    });
    await rig.bridge.serve();
    const browser = await rig.connects();
    expect(await browser.answerTo(browser.create())).toEqual({ is: 'fall-through' });
    expect(states()).toEqual(['connected']);
    expect(rig.warnings).toEqual(['no window']);
    expect(rig.bridge.requests).toMatchObject([{ result: 'failed' }]);
    await browser.answerTo(browser.create());
    expect(asked).toBe(2);
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
    await expect(rig.bridge.deny(decision?.id ?? '')).rejects.toMatchObject(notSaved);
    await expect(rig.bridge.forget(decision?.id ?? '')).rejects.toMatchObject(notSaved);
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

describe('the decisions', () => {
  const decided = (id: string, decision: 'allowed' | 'denied' = 'allowed') =>
    ({ id, program: '/usr/bin/x', name: 'X', decision, when: 0 }) as const;

  it('are one for each browser, which is a program together with an extension', async () => {
    const allowed = new AllowedBrowsers(new MemoryFile(), new MemoryFile());
    const one = idOf({ program: CHROMIUM, extensionId: CHROMIUM_ID });
    const others = [
      idOf({ program: '/tmp/chromium', extensionId: CHROMIUM_ID }),
      idOf({ program: CHROMIUM, extensionId: FIREFOX_ID }),
    ];
    await allowed.decide(decided(one, 'denied'));
    await allowed.decide(decided('between'));
    await allowed.decide(decided(one));
    expect(allowed.list.map(({ id }) => id)).toEqual([one, 'between']);
    expect([one, ...others].map((id) => allowed.decisionOf(id))).toEqual(['allowed', undefined, undefined]);
  });

  it('are a hundred at most: then the oldest is asked about again', async () => {
    const allowed = new AllowedBrowsers(new MemoryFile(), new MemoryFile());
    for (let each = 0; each <= 100; each++) await allowed.decide(decided(`browser ${each}`));
    expect(allowed.list).toHaveLength(100);
    expect(allowed.decisionOf('browser 0')).toBeUndefined();
    expect(allowed.decisionOf('browser 1')).toBe('allowed');
  });
});
