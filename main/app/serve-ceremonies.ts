/** Answers requests for ceremonies with dialogs. What runs and draws them is loaded with the first, unless it was made ready before. */
import { app } from 'electron';
import type { Ceremony } from '../ceremony/ceremony';
import type { CeremonyDesk } from '../ceremony/ceremony-desk';
import { jsonCeremony } from '../ceremony/json-ceremony';
import type { CeremonyService } from '../control/vault-service';
import type { Inventory } from '../inventory/inventory';
import type { AppLife } from './app-life';
import type { CeremonyWindows } from './ceremony-windows';
import type { Latchkey } from './compose';

/** All commands of this user are one caller: they get one dialog at a time. */
const COMMAND_LINE = 'command line';

export interface ServedCeremonies {
  readonly commandLine: CeremonyService;
  /** Whoever begins ceremonies here needs nothing else: their dialogs open by themselves. */
  readonly desk: () => Promise<CeremonyDesk>;
  /** The next dialog is there at once: its window is made. */
  readonly makeReady: () => Promise<void>;
}

/** When the program ends, so do the dialogs; while one is open, the program stays. */
export function serveCeremonies(
  { ceremonies, inventory }: Pick<Latchkey, 'ceremonies' | 'inventory'>,
  life: Pick<AppLife, 'stay' | 'isEnding'>,
  ceremonyWindows: () => Promise<CeremonyWindows>,
): ServedCeremonies {
  let opening: Promise<CeremonyDesk> | undefined;
  const open = async (): Promise<CeremonyDesk> => {
    const [windows, desk] = await Promise.all([ceremonyWindows(), ceremonies()]);
    desk.onOpen((ceremony) => {
      stayFor(ceremony, life);
      windows.open(ceremony);
      refreshAfter(ceremony, inventory);
    });
    suggest(desk, life);
    app.once('before-quit', () => desk.close());
    return desk;
  };
  const desk = (): Promise<CeremonyDesk> => (opening ??= open());
  return {
    commandLine: async (request, signal = new AbortController().signal) =>
      jsonCeremony(await desk(), request, { caller: COMMAND_LINE, signal }),
    desk,
    makeReady: async () => {
      (await ceremonyWindows()).makeReady();
      await desk();
    },
  };
}

/** What offers accounts beside the fields of pages is loaded when there is something to offer. */
function suggest({ suggestions }: CeremonyDesk, life: Pick<AppLife, 'isEnding'>): void {
  const stop = suggestions.onChange(() => {
    if (!suggestions.isExpected) return;
    stop();
    void import('./autofill-window').then(({ AutofillWindow }) => new AutofillWindow(suggestions, life));
  });
}

function stayFor(ceremony: Ceremony, life: Pick<AppLife, 'stay'>): void {
  const leave = life.stay('ceremony');
  ceremony.onChange(() => {
    if (ceremony.view.state.name === 'closed') leave();
  });
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
