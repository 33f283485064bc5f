/** What browsers ask for: what reaches the ceremonies, and what comes back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MOST_IN_VAIN, WINDOW } from '../../main/bridge/flood-gate';
import { LONGEST_MESSAGE, MOST_AUTOFILLS, MOST_OPEN, type Answer } from '../../main/bridge/messages';
import { settled } from '../support/manual-clock';
import { BridgeRig, type Browser } from './bridge-rig';

let rig: BridgeRig;
beforeEach(async () => {
  rig = new BridgeRig();
  await rig.bridge.serve();
});

const response = { id: 'AQID', type: 'public-key' };

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
  it('hears of the field, also of one that comes at once', async () => {
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
    browser.say({ type: 'field', id, is: 'wanted' });
    await settled();
    expect(rig.sites.autofills[0]?.fields).toHaveLength(2);
  });

  it.each([
    ['what nobody does there', { is: 'eaten' }],
    ['a place that no screen has', { is: 'entered', area: { x: 1e7, y: 0, width: 1, height: 1 } }],
    ['less than no size', { is: 'entered', area: { x: 0, y: 0, width: -1, height: 1 } }],
  ])('ends with its connection where the field is said to have %s', async (_name, event) => {
    const browser = await rig.allowed();
    const id = browser.autofill();
    browser.say({ type: 'field', id, ...event });
    await settled();
    expect(browser.end.ended).toBe(true);
    expect(rig.sites.autofills[0]?.fields).toEqual([]);
  });

  it('of a site that asks for what it may not have, again and again, ends for a while with all its requests', async () => {
    const browser = await rig.allowed();
    for (let each = 0; each < MOST_IN_VAIN; each++) {
      browser.autofill('https://pest.example');
      await settled();
      rig.sites.autofills.at(-1)?.answer({ is: 'error', error: { name: 'SecurityError', message: '' } });
      await settled();
    }
    expect(await browser.answerTo(browser.autofill('https://pest.example'))).toEqual({ is: 'fall-through' });
    expect(await browser.answerTo(browser.create('https://pest.example'))).toEqual({ is: 'fall-through' });
    expect(rig.sites.autofills).toHaveLength(MOST_IN_VAIN);
  });

  it('of pages that come and go is never too many', async () => {
    const browser = await rig.allowed();
    for (let each = 0; each < 2 * MOST_IN_VAIN; each++) {
      const id = browser.autofill('https://busy.example');
      await settled();
      browser.say({ type: 'cancel', id });
      await settled();
      expect(rig.sites.autofills[each]?.signal.aborted).toBe(true);
      rig.sites.autofills[each]?.answer({ is: 'error', error: { name: 'AbortError', message: '' } });
      await settled();
    }
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

describe('a signal', () => {
  it('is answered before it is known what comes of it', async () => {
    const browser = await rig.allowed();
    rig.sites.signalled = { answer: { is: 'done' }, changed: new Promise(() => undefined) };
    expect(await browser.answerTo(browser.signal())).toEqual({ is: 'done' });
    expect(rig.sites.signals).toMatchObject([{ signal: 'unknownCredential', origin: 'https://example.org' }]);
  });

  it('that a site may not send is answered so, and after too many of them it is not looked at for a while', async () => {
    const browser = await rig.allowed();
    const answer: Answer = { is: 'error', error: { name: 'SecurityError', message: '' } };
    rig.sites.signalled = { answer, changed: Promise.resolve('refused') };
    for (let each = 0; each < MOST_IN_VAIN; each++)
      expect(await browser.answerTo(browser.signal('https://pest.example'))).toEqual(answer);
    expect(await browser.answerTo(browser.signal('https://pest.example'))).toEqual({ is: 'done' });
    expect(rig.sites.signals).toHaveLength(MOST_IN_VAIN);
    await rig.clock.advance(WINDOW);
    browser.signal('https://pest.example');
    await settled();
    expect(rig.sites.signals).toHaveLength(MOST_IN_VAIN + 1);
  });

  it('that there is not ends the connection', async () => {
    const browser = await rig.allowed();
    browser.signal('https://example.org', { signal: 'everyCredential' });
    await settled();
    expect(browser.end.ended).toBe(true);
    expect(rig.sites.signals).toEqual([]);
  });

  it('that a site sends as often as it likes is no reason to keep it from asking', async () => {
    const browser = await rig.allowed();
    for (let each = 0; each <= MOST_IN_VAIN; each++) await browser.answerTo(browser.signal());
    expect(rig.sites.signals).toHaveLength(MOST_IN_VAIN + 1);
  });
});
