/** Beside which browser's name a connection is shown. */
import { expect, it } from 'vitest';
import { browserOfLink } from '../../main/bridge/browser-of-link';

it.each([
  ['/opt/google/chrome/chrome', 'Chrome 156', 'chrome'],
  ['/usr/lib/chromium/chromium', 'Chromium 156', 'chromium'],
  ['/home/ana/.cache/chrome-linux/chrome', 'Chromium 156', 'chromium'],
  ['/opt/microsoft/msedge/msedge', 'Edge 156', 'edge'],
  ['/opt/brave.com/brave/brave', 'Chrome 156', 'brave'],
  ['/usr/lib/firefox-esr/firefox-esr', 'Firefox 153', 'firefox'],
  ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'Chrome 156', 'chrome'],
  ['/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge', '', 'edge'],
  ['/Applications/Brave Browser.app/Contents/MacOS/Brave Browser', '', 'brave'],
  ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', '', 'chrome'],
  ['C:\\Program Files\\Mozilla Firefox\\FIREFOX.EXE', '', 'firefox'],
  ['/snap/firefox/5000/usr/lib/firefox/firefox', 'Firefox 153', 'firefox'],
  ['', 'Firefox 153', 'firefox'],
  ['', 'Microsoft Edge 156', 'edge'],
  ['/usr/bin/bwrap', 'Brave 1.80', 'brave'],
])('%s (%s) is %s', (program, browser, expected) => {
  expect(browserOfLink({ program, browser })).toBe(expected);
});

it.each([
  ['/opt/vivaldi/vivaldi-bin', 'Vivaldi 8'],
  ['/usr/bin/librewolf', 'LibreWolf 153'],
  ['', ''],
  ['/', 'Unedged 1'],
])('%s (%s) is none that Latchkey knows', (program, browser) => {
  expect(browserOfLink({ program, browser })).toBeUndefined();
});
