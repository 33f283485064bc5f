/** What the command line talks to while this program owns the passkeys of this device. */
import { app } from 'electron';
import { LocalSocket } from '../../native/control/local-socket';
import type { Clock, PrivateFolder, RandomSource } from '../../native/ports';
import { serveControl } from '../control/control-server';
import { vaultService, type CeremonyService } from '../control/vault-service';
import type { DevicePlace } from '../inventory/device-place';
import type { Vault } from '../vault/vault';

export interface ControlParts {
  /** The vault's. */
  readonly folder: PrivateFolder;
  readonly path: string;
  readonly vault: Vault;
  readonly device: DevicePlace;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly forTesters: boolean;
}

/** Resolves to what ends it. What `onRequest` returns is called when the request has its answer. */
export function composeControl(
  { folder, path, vault, device, clock, random, forTesters }: ControlParts,
  webauthn: CeremonyService,
  onRequest: () => () => void,
): Promise<() => Promise<void>> {
  return serveControl({
    folder,
    socket: new LocalSocket(path),
    service: vaultService({
      vault,
      path,
      saves: async () => device.status.enabled,
      webauthn,
      ...(forTesters && {
        authenticator: async (pin, use) => {
          const { testersAuthenticator } = await import('../control/testers-authenticator');
          return testersAuthenticator(vault, { clock, random })(pin, use);
        },
      }),
    }),
    onRequest,
    clock,
    random,
    program: app.getVersion(),
  });
}
