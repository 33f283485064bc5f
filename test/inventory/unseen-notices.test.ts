/** What sites have changed reaches the window: the one that is open, and the next one when none is. */
import { beforeEach, expect, it } from 'vitest';
import { MOST_UNSEEN } from '../../main/inventory/unseen-notices';
import { forwardChanges, windowHandlers, type WindowServices } from '../../main/ipc/serve-window';
import { DeviceDesk } from '../support/device-desk';
import { windowServices } from '../support/window-services';

let services: WindowServices;
beforeEach(() => {
  services = windowServices(new DeviceDesk());
});

it('waits for a window, and is gone when it was seen', async () => {
  services.siteNotices.add('One.');
  services.siteNotices.add('Two.');
  const window = windowHandlers(services);
  expect((await window.snapshot()).siteNotices).toEqual(['One.', 'Two.']);
  await window.siteNoticesSeen();
  expect((await window.snapshot()).siteNotices).toEqual([]);
});

it('comes to the open window with all that was not seen yet, until that is closed', () => {
  const sent: unknown[] = [];
  const stop = forwardChanges(services, (name, event) => void sent.push([name, event]));
  services.siteNotices.add('One.');
  services.siteNotices.add('Two.');
  stop();
  services.siteNotices.add('Three.');
  expect(sent).toEqual([
    ['siteNotices', ['One.']],
    ['siteNotices', ['One.', 'Two.']],
  ]);
});

it('of a site that has much to say, keeps the newest', () => {
  for (let each = 0; each <= MOST_UNSEEN; each++) services.siteNotices.add(`${each}`);
  expect(services.siteNotices.list).toHaveLength(MOST_UNSEEN);
  expect(services.siteNotices.list.at(-1)).toBe(`${MOST_UNSEEN}`);
});
