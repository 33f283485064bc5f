/**
 * Stands in for the main process: opens the real page of the dialogs with its real preload script, shows what a test says, and keeps
 * what was asked for until the test looks.
 */
const { app, BrowserWindow, ipcMain } = require('electron');
const { join } = require('node:path');

const out = join(__dirname, '../../../out');

/** @type {BrowserWindow | undefined} */
let window;
/** @type {unknown} */
let view = null;
/** @type {import('./dialog-window').Asked[]} */
let asked = [];
let isGone = false;

globalThis.standIn = {
  /** @param {unknown} next */
  show(next) {
    view = next;
    window?.webContents.send('ceremony:view', next);
  },
  take() {
    const before = asked;
    asked = [];
    return before;
  },
  /** @param {boolean} gone  Every call is refused from now on. */
  setGone(gone) {
    isGone = gone;
  },
};

ipcMain.handle('ceremony', (_event, call, ...values) => {
  if (isGone) throw new Error('nobody is there');
  if (call === 'view') return view;
  if (call === 'drawn') return undefined;
  asked.push({ call, values });
  return true;
});

async function open() {
  await app.whenReady();
  window = new BrowserWindow({
    width: 460,
    height: 560,
    webPreferences: { preload: join(out, 'preload/ceremony.js') },
  });
  await window.loadFile(join(out, 'renderer/ceremony.html'));
}

app.on('window-all-closed', () => app.quit());
void open();
