/** Answers requests for ceremonies with dialogs. What draws them is loaded with the first. */
import { app } from 'electron';
import type { Ceremony } from '../ceremony/ceremony';
import type { CeremonyDesk } from '../ceremony/ceremony-desk';
import { jsonCeremony } from '../ceremony/json-ceremony';
import type { CeremonyService } from '../control/vault-service';
import type { Inventory } from '../inventory/inventory';
import type { Latchkey } from './compose';
import type { PageWindow } from './page-window';

/** All commands of this user are one caller: they get one dialog at a time. */
const COMMAND_LINE = 'command line';

/** When the program ends or the main window closes, so do the dialogs. */
export function serveCeremonies(
  main: PageWindow,
  { ceremonies, inventory }: Pick<Latchkey, 'ceremonies' | 'inventory'>,
): CeremonyService {
  let opening: Promise<CeremonyDesk> | undefined;
  const open = async (): Promise<CeremonyDesk> => {
    const [{ CeremonyWindows }, desk] = await Promise.all([import('./ceremony-windows'), ceremonies()]);
    const windows = new CeremonyWindows(main);
    desk.onOpen((ceremony) => {
      windows.open(ceremony);
      refreshAfter(ceremony, inventory);
    });
    const close = (): void => {
      desk.close();
      windows.close();
    };
    main.window.once('closed', close);
    // Their windows do not let themselves be closed.
    app.once('before-quit', close);
    return desk;
  };
  return async (request, signal = new AbortController().signal) =>
    jsonCeremony(await (opening ??= open()), request, { caller: COMMAND_LINE, signal });
}

/** A ceremony may set a PIN, use up tries, save a passkey, and end the token that a list is read with: keys are asked again. */
function refreshAfter(ceremony: Ceremony, inventory: Inventory): void {
  const keys = new Set<string>();
  ceremony.onChange(() => {
    const { state } = ceremony.view;
    if ('key' in state) keys.add(state.key.id);
    if ('place' in state && state.place.is === 'key') keys.add(state.place.id);
    if (state.name !== 'closed') return;
    // One that does not answer says so in the list.
    for (const key of keys) void inventory.refresh(key).catch(() => undefined);
  });
}
