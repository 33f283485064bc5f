/** Marks a passkey of this device, so that it cannot be deleted by mistake, or takes the mark away. */
import type { LatchkeyApi, PasskeyView } from '../../preload/contract';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { notify, type WindowStore } from '../store/window-store';
import { accountName, siteName } from './names';

export async function setProtected(
  store: WindowStore,
  api: LatchkeyApi,
  passkey: PasskeyView,
  on: boolean,
): Promise<void> {
  const result = await callFor(api, 'setProtected', passkey.id, on);
  const done = words.device.protect[on ? 'on' : 'off'](siteName(passkey), accountName(passkey));
  notify(
    store,
    result.ok
      ? { intent: 'success', text: done }
      : { intent: 'error', text: safeText(result.problem.message, 400).text },
  );
}
