/**
 * The app's real window, page, preload and IPC over an inventory that already holds passkeys, so that what is measured
 * is the window and not a key. LATCHKEY_BENCH_PASSKEYS says how many.
 */
import { app } from 'electron';
import { createMainWindow } from '../../main/app/main-window';
import { answerCalls } from '../../main/ipc/register';
import { UnseenNotices } from '../../main/inventory/unseen-notices';
import { AtomicFile } from '../../native/files/atomic-file';
import { serveMainWindow } from '../../main/app/serve-main-window';
import { emptyDevice, filledInventory } from './filled-inventory';

void app.whenReady().then(() => {
  const page = createMainWindow();
  const calls = serveMainWindow(
    page,
    {
      inventory: filledInventory(Number(process.env['LATCHKEY_BENCH_PASSKEYS'])),
      siteNotices: new UnseenNotices(),
      device: emptyDevice(),
      openFile: (path) => new AtomicFile(path),
      udevRule: undefined,
      onSettled: () => undefined,
    },
    () => Promise.reject(new Error('Nothing looks at browsers here.')),
  );
  answerCalls('call', page, async () => calls);
  return page.load();
});
app.on('window-all-closed', () => app.quit());
