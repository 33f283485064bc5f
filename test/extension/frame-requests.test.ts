/** What a frame's process may say to the worker: everything else would end the browser's connection to the app. */
import { expect, test } from 'vitest';
import { frameRequestOf } from '../../extension/worker/frame-requests';

const field = { is: 'field', id: 1, field: 'entered' };
const area = { x: -5, y: 10, width: 200, height: 0 };

test('a field is somewhere on a screen, and no smaller than nothing', () => {
  expect(frameRequestOf({ ...field, area })).toEqual({ ...field, area });
  for (const wrong of [
    { width: -1 },
    { height: -0.5 },
    { width: NaN },
    { x: 1e6 },
    { y: '1' },
    { height: undefined },
  ])
    expect(frameRequestOf({ ...field, area: { ...area, ...wrong } }), JSON.stringify(wrong)).toBeUndefined();
});

test('the page around a frame has an origin of the web, and of a length that there is', () => {
  const asked = { is: 'get', id: 1, options: {} };
  const host = `${'a'.repeat(60)}.`.repeat(4);
  for (const topOrigin of ['https://example.org', 'http://localhost:8080', `https://${host}org`])
    expect(frameRequestOf({ ...asked, topOrigin })).toEqual({ ...asked, topOrigin });
  for (const topOrigin of ['https://example.org/', 'file://', 'null', '', 1, `https://${host.repeat(2)}org`])
    expect(frameRequestOf({ ...asked, topOrigin }), String(topOrigin)).toBeUndefined();
});
