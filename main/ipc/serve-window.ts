/** Answers the window's calls and sends it what changes. Knows nothing of Electron. */
import { DEVICE_ID } from '../inventory/device-model';
import type { Inventory } from '../inventory/inventory';
import type { UnseenNotices } from '../inventory/unseen-notices';
import type {
  AppView,
  CallArguments,
  CallName,
  CallResults,
  EventName,
  Events,
  HelpTopic,
} from '../../preload/contract';
import { outcome, result } from './answers';
import type { BrowsersHandlers } from './serve-browsers';
import { deviceHandlers, type DeviceServices } from './serve-device';
import { deletedPasskeyView, editedNames, keyView, passkeyDetails, passkeysText } from './views';

export type WindowHandlers = {
  readonly [N in CallName]: (...args: CallArguments<N>) => Promise<CallResults[N]>;
};

export interface WindowServices extends DeviceServices {
  readonly inventory: Inventory;
  readonly siteNotices: UnseenNotices;
  readonly app: AppView;
  readonly copy: (text: string) => Promise<void>;
  readonly openHelp: (topic: HelpTopic) => Promise<void>;
  /** Called whenever the page has drawn what there is. */
  readonly onSettled: () => void;
  readonly browserCalls: BrowsersHandlers;
}

export function windowHandlers(services: WindowServices): WindowHandlers {
  const { inventory, device, siteNotices, app, copy, openHelp, onSettled } = services;
  return {
    snapshot: async () => ({
      app,
      keys: inventory.keys.map(keyView),
      passkeys: Object.fromEntries(
        [DEVICE_ID, ...inventory.keys.map(({ id }) => id)].map((id) => [
          id,
          passkeysText(inventory.passkeysOn(id)),
        ]),
      ),
      reset: inventory.reset,
      device: device.status,
      deleted: inventory.deleted.map(deletedPasskeyView),
      ownNamesNotice: inventory.ownNamesNotice ?? null,
      siteNotices: siteNotices.list,
    }),
    unlock: (keyId, pin) => result(() => inventory.unlock(keyId, pin)),
    unlockWithUv: (keyId) => result(() => inventory.unlockWithUv(keyId)),
    lock: (keyId) => result(() => inventory.lock(keyId)),
    refresh: (keyId) => result(() => inventory.refresh(keyId)),
    passkeyDetails: (id) => outcome(async () => passkeyDetails(inventory.passkey(id))),
    deletePasskeys: (ids) => outcome(() => inventory.deletePasskeys(ids)),
    editPasskey: (id, { userName, userDisplayName }) =>
      outcome(async () => {
        const { passkey } = await inventory.editPasskey(id, {
          ...(userName !== undefined && { name: userName }),
          ...(userDisplayName !== undefined && { displayName: userDisplayName }),
        });
        return editedNames(passkey);
      }),
    nameOwn: (id, name) =>
      outcome(async () => {
        const { ownName } = await inventory.nameOwn(id, name);
        return ownName === undefined ? {} : { ownName };
      }),
    setPin: (keyId, pin) => result(() => inventory.setPin(keyId, pin)),
    changePin: (keyId, current, next) => result(() => inventory.changePin(keyId, current, next)),
    startReset: (keyId) => result(() => inventory.startReset(keyId)),
    cancelReset: () => result(() => inventory.cancelReset()),
    cancel: (keyId) => result(() => inventory.cancel(keyId)),
    copy: (text) => result(() => copy(text)),
    openHelp: (topic) => result(() => openHelp(topic)),
    active: () => result(() => inventory.userActive()),
    settled: () => result(async () => onSettled()),
    siteNoticesSeen: () => result(() => siteNotices.seen()),
    ...deviceHandlers(services),
    ...services.browserCalls,
  };
}

/** Forwards every change as an event; returns the function that stops it. */
export function forwardChanges(
  { inventory, siteNotices, device }: Pick<WindowServices, 'inventory' | 'siteNotices' | 'device'>,
  send: <N extends EventName>(name: N, event: Events[N]) => void,
): () => void {
  const stopNotices = siteNotices.onNew(() => send('siteNotices', siteNotices.list));
  const stopInventory = inventory.onChange((change) => {
    switch (change.kind) {
      case 'keys':
        return send('keys', inventory.keys.map(keyView));
      case 'passkeys':
        return send('passkeys', {
          keyId: change.keyId,
          passkeys: passkeysText(inventory.passkeysOn(change.keyId)),
        });
      case 'reset':
        return send('reset', inventory.reset);
      case 'device':
        return send('device', device.status);
      case 'deleted':
        return send('deleted', inventory.deleted.map(deletedPasskeyView));
      case 'own-names':
        return send('ownNamesNotice', inventory.ownNamesNotice ?? null);
    }
  });
  return () => {
    stopNotices();
    stopInventory();
  };
}
