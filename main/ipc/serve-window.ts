/** Answers the window's calls and sends it what changes. Knows nothing of Electron. */
import type { Inventory } from '../inventory/inventory';
import { problemOf } from '../inventory/problems';
import type {
  AppView,
  CallArguments,
  CallName,
  CallResults,
  EventName,
  Events,
  HelpTopic,
  Result,
} from '../../preload/contract';
import { editedNames, keyView, passkeyView } from './views';

export type WindowHandlers = {
  readonly [N in CallName]: (...args: CallArguments<N>) => Promise<CallResults[N]>;
};

export interface WindowServices {
  readonly inventory: Inventory;
  readonly app: AppView;
  readonly copy: (text: string) => Promise<void>;
  readonly openHelp: (topic: HelpTopic) => Promise<void>;
}

export function windowHandlers({ inventory, app, copy, openHelp }: WindowServices): WindowHandlers {
  return {
    snapshot: async () => ({
      app,
      keys: inventory.keys.map(keyView),
      passkeys: Object.fromEntries(
        inventory.keys.map(({ id }) => [id, inventory.passkeysOn(id).map(passkeyView)]),
      ),
      reset: inventory.reset,
    }),
    unlock: (keyId, pin) => result(() => inventory.unlock(keyId, pin)),
    unlockWithUv: (keyId) => result(() => inventory.unlockWithUv(keyId)),
    lock: (keyId) => result(() => inventory.lock(keyId)),
    refresh: (keyId) => result(() => inventory.refresh(keyId)),
    deletePasskeys: (ids) => outcome(() => inventory.deletePasskeys(ids)),
    editPasskey: (id, { userName, userDisplayName }) =>
      outcome(async () => {
        const { passkey } = await inventory.editPasskey(id, {
          ...(userName !== undefined && { name: userName }),
          ...(userDisplayName !== undefined && { displayName: userDisplayName }),
        });
        return editedNames(passkey);
      }),
    setPin: (keyId, pin) => result(() => inventory.setPin(keyId, pin)),
    changePin: (keyId, current, next) => result(() => inventory.changePin(keyId, current, next)),
    startReset: (keyId) => result(() => inventory.startReset(keyId)),
    cancelReset: () => result(() => inventory.cancelReset()),
    cancel: (keyId) => result(() => inventory.cancel(keyId)),
    copy: (text) => result(() => copy(text)),
    openHelp: (topic) => result(() => openHelp(topic)),
    active: () => result(() => inventory.userActive()),
  };
}

/** Forwards every change as an event; returns the function that stops it. */
export function forwardChanges(
  inventory: Inventory,
  send: <N extends EventName>(name: N, event: Events[N]) => void,
): () => void {
  return inventory.onChange((change) => {
    switch (change.kind) {
      case 'keys':
        return send('keys', inventory.keys.map(keyView));
      case 'passkeys':
        return send('passkeys', {
          keyId: change.keyId,
          passkeys: inventory.passkeysOn(change.keyId).map(passkeyView),
        });
      case 'reset':
        return send('reset', inventory.reset);
    }
  });
}

async function outcome<T>(operation: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await operation() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function result(operation: () => Promise<void> | void): Promise<Result> {
  return outcome(async () => {
    await operation();
    return null;
  });
}
