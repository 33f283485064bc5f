/** The part of the object graph that saves and uses passkeys for sites; loaded with the first request. */
import { BrowserWindow } from 'electron';
import type { Biometrics, Clock, RandomSource, SystemSecurityKeys } from '../../native/ports';
import { loadWebAuthnDll } from '../../native/webauthn-dll/library';
import { WebAuthnDll } from '../../native/webauthn-dll/webauthn-dll';
import { WebWellKnownFetch } from '../../native/well-known-fetch';
import { CeremonyDesk } from '../ceremony/ceremony-desk';
import { keySource } from '../ceremony/key-source';
import { MovedBySites } from '../ceremony/moved-by-sites';
import { Signals, type SignalsOptions } from '../ceremony/signals';
import { ThisDevice } from '../ceremony/this-device';
import type { KeyRegistry } from '../client/key-registry';
import type { Inventory } from '../inventory/inventory';
import type { KeptFiles } from '../inventory/kept-file';
import type { OwnNamesStore } from '../inventory/own-names';
import type { Vault } from '../vault/vault';
import { WellKnownRelatedOrigins, type RelatedOrigins } from '../webauthn/related-origins';

export interface CeremonyParts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly registry: KeyRegistry;
  readonly inventory: Inventory;
  readonly vault: Vault;
  readonly ownNames: OwnNamesStore;
  readonly biometrics?: Biometrics;
  /** New passkeys may be saved to this device. */
  readonly saves: () => boolean;
  /** Simulated keys serve sites, too. */
  readonly serveSimulated: boolean;
}

export function composeSignals({
  moved,
  ...parts
}: Pick<SignalsOptions, 'clock' | 'vault' | 'tell'> & { readonly moved: KeptFiles }): Signals {
  return new Signals({ ...parts, moved: new MovedBySites(moved), related: relatedOrigins() });
}

export function composeCeremonies(parts: CeremonyParts): CeremonyDesk {
  const { clock, random, registry, inventory, serveSimulated } = parts;
  const systemKeys = systemKeysHere(clock);
  return new CeremonyDesk({
    clock,
    random,
    related: relatedOrigins(),
    keys: keySource(registry, inventory, ({ device }) => serveSimulated || !device.simulated),
    ...(systemKeys && { systemKeys }),
    device: new ThisDevice(parts),
    ownNames: parts.ownNames,
  });
}

function relatedOrigins(): RelatedOrigins {
  return new WellKnownRelatedOrigins(new WebWellKnownFetch());
}

/** Windows lets no program at security keys that is not elevated. */
function systemKeysHere(clock: Clock): SystemSecurityKeys | undefined {
  if (process.platform !== 'win32') return undefined;
  return new WebAuthnDll({
    clock,
    load: () => loadWebAuthnDll(process.env['SystemRoot']),
    window: dialogWindow,
  });
}

/** That of a ceremony lies above all others: Windows' own dialog has to lie above it. */
function dialogWindow(): bigint | undefined {
  const dialogs = BrowserWindow.getAllWindows().filter(
    (window) => window.isVisible() && window.isAlwaysOnTop(),
  );
  const dialog = dialogs.find((window) => window.isFocused()) ?? dialogs[0];
  return dialog?.getNativeWindowHandle().readBigUInt64LE();
}
