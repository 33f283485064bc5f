/** What is behind the Browsers page; loaded when it is opened for the first time. */
import { app } from 'electron';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DiskRelayInstaller, relayName } from '../../native/bridge/install-relay';
import { DiskBrowserSystem } from '../../native/browsers/disk-browser-system';
import { ExtensionCopies } from '../../native/browsers/extension-copies';
import { WindowsRegistry } from '../../native/browsers/windows-registry';
import type { DataPlaces } from '../../native/files/data-places';
import type { RelayInstaller } from '../../native/ports';
import { launchProgram } from '../../native/verify/program-launcher';
import { BrowserConnector } from '../bridge/browser-connector';
import { noLinks } from '../bridge/no-links';
import type { BrowsersDesk } from '../ipc/serve-browsers';

export function composeBrowsers({ vault }: DataPlaces): BrowsersDesk {
  const { platform, env } = process;
  const bridge = join(vault, 'bridge');
  // What is mounted for an AppImage goes when it ends.
  const stays = env['APPIMAGE'] === undefined ? undefined : join(vault, 'extension');
  return {
    connector: new BrowserConnector({
      system: new DiskBrowserSystem(
        platform === 'win32' ? new WindowsRegistry({ launch: launchProgram, environment: env }) : undefined,
      ),
      relay: relayInstaller(),
      places: { platform, env, home: homedir(), bridge },
    }),
    links: noLinks('This Latchkey does not answer browsers. Restart it, and close others that run.'),
    extensions: new ExtensionCopies(
      app.isPackaged ? join(process.resourcesPath, 'extension') : join(app.getAppPath(), 'out', 'extension'),
      stays,
    ),
  };
}

function relayInstaller(): RelayInstaller {
  const name = relayName(process.platform);
  if (app.isPackaged)
    return new DiskRelayInstaller({ compiled: join(process.resourcesPath, 'bridge', name) });
  const root = app.getAppPath();
  return new DiskRelayInstaller({
    compiled: join(root, 'out', 'relay', name),
    script: join(root, 'native', 'bridge', 'relay.mjs'),
  });
}
