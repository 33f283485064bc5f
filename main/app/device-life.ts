/** When the passkeys of this device are served to the command line, locked and let go. */
import { app, BrowserWindow, powerMonitor } from 'electron';
import type { CeremonyService } from '../control/vault-service';
import type { DevicePlace } from '../inventory/device-place';
import type { AppLife } from './app-life';
import type { Latchkey } from './compose';

/** Away from the screen is away from the keyboard: what the PIN opened is forgotten. */
export function lockWhenAway(device: DevicePlace): void {
  const lock = (): void => device.lock();
  powerMonitor.on('suspend', lock);
  powerMonitor.on('lock-screen', lock);
}

/** Lets the command line work with the passkeys of this device, and ask for ceremonies, for as long as they are this program's. */
export function serveWhileOwned(
  { device, serveControl }: Pick<Latchkey, 'device' | 'serveControl'>,
  webauthn: CeremonyService,
  life: Pick<AppLife, 'stay'>,
): void {
  let serving: Promise<void> | undefined;
  const follow = (): void => {
    if (!device.owned || serving) return;
    serving = serveControl(webauthn, () => life.stay('request')).then(
      (stop) => device.beforeClose(stop),
      // The window works without; the command line says that it finds nobody.
      (error: unknown) => console.error(error instanceof Error ? error.message : error),
    );
  };
  device.onChange(follow);
  follow();
}

/**
 * Tokens are given up and keys are closed before the program ends; and it ends when the vault is saved and let go, or after the time that {@link DevicePlace.close} gives. A keychain that
 * hangs is not waited for.
 */
export function closeBeforeQuit({
  device,
  inventory,
  registry,
  closeKeychain,
}: Pick<Latchkey, 'device' | 'inventory' | 'registry' | 'closeKeychain'>): void {
  let closing: Promise<void> | undefined;
  let done = false;
  app.on('will-quit', (event) => {
    if (done) return;
    event.preventDefault();
    if (closing) return;
    inventory.close();
    void registry.stop();
    closeKeychain();
    closing = device
      .close()
      // It ends all the same: what was acknowledged is on the disk already.
      .catch((error: unknown) => console.error(error instanceof Error ? error.message : error))
      .then(() => {
        done = true;
        app.quit();
      });
  });
}

/** The program ends with the session of its user, whatever keeps it. */
export function quitWithSession(): void {
  const quit = (): void => app.quit();
  powerMonitor.on('shutdown', quit);
  if (process.platform !== 'win32') return;
  // Windows tells windows alone.
  for (const window of BrowserWindow.getAllWindows()) window.on('session-end', quit);
  app.on('browser-window-created', (_event, window) => void window.on('session-end', quit));
}
