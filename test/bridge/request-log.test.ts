/** What the user can read of what was asked. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../main/bridge/messages';
import { settled } from '../support/manual-clock';
import { MemoryFolder } from '../support/memory-vault';
import { BridgeRig, notSaved } from './bridge-rig';

let rig: BridgeRig;
let stop: () => Promise<void>;
beforeEach(async () => {
  rig = new BridgeRig();
  stop = await rig.bridge.serve();
});

const response = { id: 'AQID', type: 'public-key' };

describe('the log', () => {
  it('says what came of each request, the newest first', async () => {
    const browser = await rig.allowed();
    browser.create('https://a.example', { options: { rp: { id: 'shop.example' } } });
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'response', response });
    browser.create('https://login.b.example:8443', { kind: 'get', options: { rpId: 'bank.example' } });
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

  it('names the page where nobody looked whether it may ask for the site that it names', async () => {
    const browser = await rig.allowed();
    const before = rig.bridge.requests.length;
    const claims = { kind: 'get', options: { rpId: 'bank.example' } };
    const asks = async (answer: Answer): Promise<void> => {
      browser.create('https://evil.example', claims);
      await settled();
      rig.sites.requests.at(-1)?.answer(answer);
      await settled();
    };
    await asks({ is: 'fall-through' });
    await asks({ is: 'error', error: { name: 'AbortError', message: '' } });
    await asks({ is: 'error', error: { name: 'NotAllowedError', message: '' } });
    await asks({ is: 'error', error: { name: 'InvalidStateError', message: '' } });
    browser.create('https://evil.example', { ...claims, options: { rpId: '' } });
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'response', response });
    await settled();
    expect(rig.bridge.requests.slice(0, -before).map(({ site, result }) => [site, result])).toEqual([
      ['evil.example', 'used'],
      ['bank.example', 'cancelled'],
      ['bank.example', 'cancelled'],
      ['evil.example', 'given-up'],
      ['evil.example', 'handed-over'],
    ]);
  });

  it('is written with many requests at once, and holds no endless names', async () => {
    const browser = await rig.allowed();
    const options = { rp: { id: `${'a'.repeat(300)}.example` } };
    for (let each = 0; each < 20; each++) browser.create('https://example.org', { options });
    await settled();
    rig.folder.steps.length = 0;
    for (const { answer } of rig.sites.requests.slice(-20)) answer({ is: 'response', response });
    await settled();
    expect(rig.bridge.requests).toHaveLength(21);
    expect(rig.bridge.requests[0]?.site).toBe('a'.repeat(253));
    expect(rig.folder.steps.length).toBeLessThanOrEqual(2);
  });

  it('that is damaged is kept beside, and begins anew', async () => {
    const folder = new MemoryFolder();
    const damaged = '{"version":1,"on":true,"requests":[{"id":7}]}';
    folder.put('requests.json', Buffer.from(damaged));
    rig = new BridgeRig(folder);
    await rig.bridge.serve();
    await rig.allowed();
    await settled();
    expect(Buffer.from(folder.content('requests.json.unreadable') ?? []).toString()).toBe(damaged);
    expect(rig.bridge.requests).toHaveLength(1);
    expect(rig.warnings).toEqual([]);
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

  it('has nothing of private windows, whatever came of it', async () => {
    const browser = await rig.allowed();
    const before = rig.bridge.requests;
    const isPrivate = { isPrivate: true };
    browser.create('https://secret.example', isPrivate);
    browser.autofill('https://secret.example', isPrivate);
    browser.signal('https://secret.example', isPrivate);
    await settled();
    rig.sites.requests.at(-1)?.answer({ is: 'response', response });
    rig.sites.autofills.at(-1)?.answer({ is: 'response', response });
    const givenUp = browser.create('https://secret.example', isPrivate);
    browser.say({ type: 'cancel', id: givenUp });
    browser.create('https://secret.example', isPrivate);
    await settled();
    rig.sites.requests.at(-2)?.answer({ is: 'error', error: { name: 'AbortError', message: '' } });
    rig.sites.requests.at(-1)?.fail(new Error('a defect'));
    await settled();
    expect(rig.bridge.requests).toEqual(before);
    expect(rig.folder.content('requests.json')).toBeDefined();
    expect(Buffer.from(rig.folder.content('requests.json') ?? []).toString()).not.toContain('secret');
  });

  it('has a passkey that was chosen beside a field, and nothing of forms where nobody did', async () => {
    const browser = await rig.allowed();
    const before = rig.bridge.requests.length;
    for (const each of ['a', 'b', 'c']) browser.autofill(`https://${each}.example`);
    await settled();
    const [a, b, c] = rig.sites.autofills;
    a?.answer({ is: 'response', response });
    b?.answer({ is: 'fall-through' });
    c?.answer({ is: 'error', error: { name: 'SecurityError', message: '' } });
    await settled();
    expect(rig.bridge.requests.slice(0, -before)).toMatchObject([
      { site: 'a.example', kind: 'autofill', result: 'used' },
    ]);
  });

  it.each([
    ['was refused', { is: 'error', error: { name: 'SecurityError', message: '' } }, 'refused'],
    ['had nothing to change', { is: 'done' }, 'nothing-to-do'],
    ['changed something', { is: 'done' }, 'changed'],
  ] as const)('has a signal that %s, once', async (_name, answer, result) => {
    const browser = await rig.allowed();
    const before = rig.bridge.requests.length;
    rig.sites.signalled = { answer, changed: Promise.resolve(result) };
    browser.signal();
    await settled();
    expect(rig.bridge.requests.slice(0, -before)).toMatchObject([{ kind: 'signal', result }]);
  });

  it('has what came of a signal also where its page has gone, or where that failed', async () => {
    const browser = await rig.allowed();
    const before = rig.bridge.requests.length;
    browser.say({ type: 'cancel', id: browser.signal() });
    await settled();
    rig.sites.signalled = { answer: { is: 'done' }, changed: Promise.reject(new Error('a defect')) };
    browser.signal();
    await settled();
    expect(rig.bridge.requests.slice(0, -before).map(({ result }) => result)).toEqual(['failed', 'changed']);
    expect(rig.warnings).toEqual(['a defect']);
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
    await expect(rig.bridge.emptyLog()).rejects.toMatchObject(notSaved);
    expect(rig.bridge.requests).toHaveLength(1);
    await expect(rig.bridge.setLogging(false)).rejects.toMatchObject(notSaved);
    expect(rig.bridge.isLogging).toBe(true);
  });
});
