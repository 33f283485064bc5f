/** The operations on the vault of this very program. */
import type { Ctap2Api } from '../ctap/api';
import { KEPT_AFTER_DELETION, type DeletedPasskey, type DevicePasskey } from '../vault/model';
import { whyProtected } from '../vault/passkey-changes';
import { VaultError } from '../vault/vault-error';
import type { Vault } from '../vault/vault';
import type { DeviceCredential, DeviceService, DeviceStatus } from './operations';

/** A ceremony with the dialogs of this program. */
export type CeremonyService = DeviceService['webauthn'];

/** Runs `use` with the authenticator of this device, whose user is verified by `pin` and is there. */
export type TestersAuthenticator = <T>(
  pin: string,
  use: (authenticator: Ctap2Api) => Promise<T>,
) => Promise<T>;

/** What is wanted of the vault. */
export type ServedVault = Omit<
  Vault,
  'path' | 'storage' | 'verifyPin' | 'reopen' | 'endCeremony' | 'markUsed'
>;

export interface VaultServiceOptions {
  readonly vault: ServedVault;
  /** The folder of the vault, for people. */
  readonly path: string;
  /** Whether new passkeys may be saved to this device: the user's setting. */
  readonly saves: () => Promise<boolean>;
  /** Absent in a released Latchkey. */
  readonly authenticator?: TestersAuthenticator;
  /** Absent in a program without dialogs. */
  readonly webauthn?: CeremonyService;
}

export function vaultService({
  vault,
  path,
  saves,
  authenticator,
  webauthn,
}: VaultServiceOptions): DeviceService {
  const testers = (): TestersAuthenticator => {
    if (!authenticator)
      throw new Error('A released Latchkey makes no passkeys for tests. Use a build for testers.');
    return authenticator;
  };
  const done = (): Record<never, never> => ({});
  return {
    status: async () => statusOf(vault, path),
    open: async ({ passphrase }) => vault.open(passphrase).then(done),
    setUp: async ({ pin, passphrase }) =>
      vault.setUp({ pin, ...(passphrase !== undefined && { passphrase }) }),
    list: async () => ({ passkeys: vault.passkeys.map(shown) }),
    listDeleted: async () => ({ passkeys: vault.deleted.map(shownDeleted) }),
    remove: async ({ ids }) => vault.remove(ids).then(done),
    restore: async ({ ids }) => vault.restore(ids).then(done),
    purge: async ({ ids }) => vault.purge(ids).then(done),
    emptyDeleted: async () => vault.emptyDeleted().then(done),
    rename: async ({ id, ...names }) => vault.rename(id, names).then(done),
    setProtected: async ({ id, on }) => vault.setProtected(id, on).then(done),
    lock: async () => {
      vault.lock();
      return {};
    },
    changePin: async ({ current, next }) => vault.changePin(current, next).then(done),
    recover: async ({ recoveryKey, pin }) => vault.recover(recoveryKey, pin),
    newRecoveryKey: async ({ pin }) => vault.newRecoveryKey(pin),
    switchSealing: async ({ pin, passphrase }) =>
      vault.switchSealing(pin, passphrase === undefined ? { keychain: true } : { passphrase }).then(done),
    previous: async () => (await vault.previous()) ?? {},
    restorePrevious: async () => vault.restorePrevious().then(done),
    putAside: async () => vault.putAside().then(done),
    makeCredential: async ({ pin, request }, signal) => {
      const make = testers();
      if (!(await saves())) throw savingOff();
      return make(pin, async (api) => ({ response: await api.makeCredential(request, signalled(signal)) }));
    },
    getAssertion: async ({ pin, request }, signal) =>
      testers()(pin, async (api) => ({ response: await api.getAssertion(request, signalled(signal)) })),
    webauthn: async (request, signal) => {
      if (!webauthn) throw new Error('This program has no dialogs. Use the one that has.');
      return webauthn(request, signal);
    },
  };
}

function statusOf({ situation, passkeys, deleted }: ServedVault, path: string): DeviceStatus {
  const common = {
    state: situation.is,
    canRestorePrevious: situation.is === 'unusable' && situation.previous,
    passkeys: passkeys.length,
    deleted: deleted.length,
    path,
  };
  if (situation.is === 'unusable')
    return { ...common, problem: situation.problem, message: situation.message };
  if (situation.is === 'absent' && situation.keychain !== undefined)
    return { ...common, keychain: situation.keychain };
  if (situation.is !== 'open') return common;
  const { sealing, verified, tries } = situation;
  return { ...common, sealing, verified, triesLeft: tries.left, wait: Math.ceil(tries.wait) };
}

function shown(passkey: DevicePasskey): DeviceCredential {
  const { id, rp, user, algorithm, publicKey, credProtect, largeBlobKey, thirdPartyPayment } =
    passkey.credential;
  const notRemovable = whyProtected(passkey);
  return {
    id,
    rp,
    user,
    algorithm,
    publicKey,
    credProtect,
    hasLargeBlobKey: largeBlobKey !== undefined,
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    created: passkey.created,
    ...(passkey.lastUsed !== undefined && { lastUsed: passkey.lastUsed }),
    protected: passkey.protected,
    ...(notRemovable !== undefined && { notRemovable }),
  };
}

function shownDeleted(passkey: DeletedPasskey): DeviceCredential {
  const { deleted } = passkey;
  return { ...shown(passkey), deleted, goes: deleted + KEPT_AFTER_DELETION };
}

function savingOff(): VaultError {
  return new VaultError(
    'saving-off',
    'Saving passkeys to this device is off. Turn on “Save passkeys to this device” under Advanced options in the window, then try again.',
  );
}

function signalled(signal: AbortSignal | undefined) {
  return signal ? { signal } : {};
}
