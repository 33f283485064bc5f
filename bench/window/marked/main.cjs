// Runs the main file of another program, LATCHKEY_BENCH_MAIN, whose page then also marks when its rows were painted, or with
// LATCHKEY_BENCH_MARK=dialog when its first dialog was.
// LATCHKEY_BENCH_DATA is the data folder that it is told to use.
const { app, session } = require('electron');
const { join } = require('node:path');

const {
  LATCHKEY_BENCH_MAIN: main = '',
  LATCHKEY_BENCH_DATA: data,
  LATCHKEY_BENCH_MARK: mark = 'rows',
} = process.env;
const projectRoot = join(__dirname, '../../..');
const marker = join(__dirname, `../mark-${mark}.cjs`);

// Where the app finds its keychain process.
app.getAppPath = () => projectRoot;
if (data) process.argv.push('--data-folder', data);
// Before the program's own part that waits for this, so before there is a page.
void app.whenReady().then(() => {
  if ('registerPreloadScript' in session.defaultSession)
    session.defaultSession.registerPreloadScript({ type: 'frame', filePath: marker });
  else /** @type {{ setPreloads(files: string[]): void }} */ (session.defaultSession).setPreloads([marker]);
});
require(main);
