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
import type { BrowserLinks } from '../bridge/links';
import type { BrowsersDesk } from '../ipc/serve-browsers';
import { BRIDGE_FOLDER } from './compose-bridge';

export function composeBrowsers({ vault }: DataPlaces, links: BrowserLinks): BrowsersDesk {
  const { platform, env } = process;
  const bridge = join(vault, BRIDGE_FOLDER);
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
    links,
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
