/** A window for the page at `LATCHKEY_DIALOGS`, in which the theme that its address names holds. */
const { app, BrowserWindow } = require('electron');

/** @type {Readonly<Record<string, readonly { readonly name: string, readonly value: string }[]>>} */
const themes = {
  light: [
    { name: 'prefers-color-scheme', value: 'light' },
    { name: 'forced-colors', value: 'none' },
  ],
  dark: [
    { name: 'prefers-color-scheme', value: 'dark' },
    { name: 'forced-colors', value: 'none' },
  ],
  contrast: [
    { name: 'prefers-color-scheme', value: 'dark' },
    { name: 'forced-colors', value: 'active' },
  ],
};

async function open() {
  await app.whenReady();
  const window = new BrowserWindow({ width: 1560, height: 1100, useContentSize: true });
  const { webContents } = window;
  webContents.on('did-navigate-in-page', (_event, address, isMainFrame) => {
    const theme = new URLSearchParams(new URL(address).hash.slice(1)).get('theme');
    const features = isMainFrame && theme !== null ? themes[theme] : undefined;
    if (!features) return;
    if (!webContents.debugger.isAttached()) webContents.debugger.attach();
    void webContents.debugger.sendCommand('Emulation.setEmulatedMedia', { features });
  });
  await window.loadURL(process.env['LATCHKEY_DIALOGS'] ?? 'about:blank');
}

app.on('window-all-closed', () => app.quit());
void open();
