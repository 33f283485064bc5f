/** What a screen reader hears of browsers that connect and go while the Browsers page is open. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { BrowserLinkView, BrowsersView } from '../../preload/browsers-contract';
import { CardNews, LASTS } from '../../renderer/browsers/card-news';
import { words } from '../../renderer/messages/en';
import { FakeLatchkey } from '../support/fake-latchkey';
import { ManualClock } from '../support/manual-clock';
import { link, requests } from './preview/browser-scenarios';

const w = words.browsers.state;

let clock: ManualClock;
let said: string[];
let news: CardNews;
let view: BrowsersView;

beforeEach(() => {
  clock = new ManualClock();
  said = [];
  news = new CardNews(
    (text) => void said.push(text),
    (milliseconds, callback) => clock.after(milliseconds, callback),
  );
  view = new FakeLatchkey({ browsers: { browsers: { chromium: { manifest: { is: 'ours' } } } } }).browsers
    .view;
  news.follow(view);
});

/** What the bridge tells: only the links are new. */
function links(...connections: readonly BrowserLinkView[]): void {
  view = { ...view, links: { ...view.links, connections } };
  news.follow(view);
}

describe('a browser that', () => {
  it('connects is said when that has lasted, once', async () => {
    links(link({}));
    await clock.advance(LASTS - 1);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([`Chromium: ${w.connected}.`]);
    await clock.advance(60_000);
    links(link({}), link({ id: 'link-2' }));
    await clock.advance(60_000);
    expect(said).toHaveLength(1);
  });

  it('asks, and then goes, is said each time', async () => {
    links(link({ state: 'waiting-for-confirmation' }));
    await clock.advance(LASTS);
    links();
    await clock.advance(LASTS);
    expect(said).toEqual([`Chromium: ${w.confirm}.`, `Chromium: ${w.waiting}.`]);
  });

  it('comes and goes all the time is quiet, and back as it was is no news', async () => {
    for (let times = 0; times < 50; times++) {
      links(link({}));
      await clock.advance(LASTS - 1);
      links();
      await clock.advance(LASTS - 1);
    }
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('connects while sites ask a lot is said in time all the same', async () => {
    links(link({}));
    for (let asked = 1; asked <= 3; asked++) {
      await clock.advance(LASTS / 3);
      view = { ...view, links: { ...view.links, requests: requests(asked) } };
      news.follow(view);
    }
    expect(said).toEqual([`Chromium: ${w.connected}.`]);
  });
});

it('several that change together are one sentence after the other', async () => {
  links(link({}), link({ id: 'link-2', is: 'firefox', state: 'older-extension' }));
  await clock.advance(LASTS);
  expect(said).toEqual([`Chromium: ${w.connected}. Firefox: ${w['older-extension']}.`]);
});

it('what somebody did here, or finds on coming back, is not said again', async () => {
  links(link({}));
  news.follow({ ...view, browsers: [...view.browsers] });
  await clock.advance(60_000);
  expect(said).toEqual([]);
  expect(clock.pending).toBe(0);
});

it('nothing is said when the page was closed', async () => {
  links(link({}));
  news.stop();
  await clock.advance(60_000);
  expect(said).toEqual([]);
});
