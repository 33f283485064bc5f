/** The small windows that save and use passkeys: above all others, in the middle of the screen where the person is. */
import { app, nativeTheme, screen } from 'electron';
import type { Ceremony } from '../ceremony/ceremony';
import { PresentedCeremony } from '../ceremony/presented-ceremony';
import { checkedCalls } from '../ipc/checked-calls';
import { answerCalls, sendTo } from '../ipc/register';
import { ceremonyArguments, type CeremonyEvent } from '../../preload/ceremony-contract';
import type { AppLife } from './app-life';
import { createPageWindow, type PageWindow } from './page-window';

const WIDTH = 460;
const HEIGHT = 560;

export interface CeremonyWindowsOptions {
  readonly life: Pick<AppLife, 'isEnding'>;
  /** Opens the main window, or brings it to the front. */
  readonly showLatchkey: () => void;
}

/** A window for each ceremony that is open. One is kept, hidden, for the next: to start its process takes longest. */
export class CeremonyWindows {
  readonly #options: CeremonyWindowsOptions;
  readonly #all = new Set<CeremonyWindow>();

  /** They go with the program. */
  constructor(options: CeremonyWindowsOptions) {
    this.#options = options;
    // They do not let themselves be closed.
    app.once('before-quit', () => {
      for (const window of this.#all) window.destroy();
    });
  }

  /** Has a window for the next ceremony. */
  makeReady(): void {
    if (!this.#options.life.isEnding && !this.#free) this.#create();
  }

  open(ceremony: Ceremony): void {
    if (this.#options.life.isEnding) return ceremony.abort();
    // Also that of the ceremony before, which is being closed just now.
    const window = this.#free ?? this.#create();
    window.show(ceremony);
  }

  get #free(): CeremonyWindow | undefined {
    return [...this.#all].find(({ isFree }) => isFree);
  }

  #create(): CeremonyWindow {
    const window: CeremonyWindow = new CeremonyWindow(this.#options.showLatchkey, {
      onFree: () => {
        if ([...this.#all].some((other) => other !== window && other.isFree)) window.destroy();
      },
      onGone: () => {
        this.#all.delete(window);
      },
    });
    this.#all.add(window);
    return window;
  }
}

interface Fate {
  /** Its ceremony is over, and it is hidden. */
  readonly onFree: () => void;
  readonly onGone: () => void;
}

class CeremonyWindow {
  readonly #page: PageWindow;
  #ceremony: PresentedCeremony | undefined;
  #isShown = false;
  readonly #fate: Fate;

  constructor(showLatchkey: () => void, fate: Fate) {
    this.#fate = fate;
    this.#page = createPageWindow('ceremony', 'ceremony', {
      title: 'Latchkey',
      width: WIDTH,
      height: HEIGHT,
      minWidth: 320,
      minHeight: 360,
      alwaysOnTop: true,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#292929' : '#ffffff',
    });
    const { window, contents } = this.#page;
    const calls = checkedCalls('ceremony', ceremonyArguments, {
      view: async () => this.#view,
      drawn: async (id) => {
        if (this.#view?.id === id) this.#ceremony?.drawn();
      },
      act: async (id, act) => this.#view?.id === id && this.#ceremony?.act(act) === true,
      showLatchkey: async () => showLatchkey(),
    });
    answerCalls('ceremony', this.#page, async () => calls);
    // Closing it is Cancel; the window stays for the next ceremony.
    window.on('close', (event) => {
      event.preventDefault();
      this.#ceremony?.act({ act: 'cancel' });
    });
    contents.on('render-process-gone', () => this.destroy());
    void this.#page.load().catch((error: unknown) => {
      if (!window.isDestroyed()) throw error;
    });
  }

  get isFree(): boolean {
    return this.#ceremony === undefined || this.#ceremony.isOver;
  }

  show(ceremony: Ceremony): void {
    const presented: PresentedCeremony = new PresentedCeremony(ceremony, () => {
      if (this.#ceremony === presented) this.#follow();
    });
    this.#ceremony = presented;
    const { window } = this.#page;
    window.setBounds(middleOf(screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea));
    this.#isShown = false;
    this.#follow();
  }

  destroy(): void {
    const { window } = this.#page;
    if (window.isDestroyed()) return;
    this.#fate.onGone();
    this.#ceremony?.abort();
    window.destroy();
  }

  get #view(): CeremonyEvent {
    return this.#ceremony?.view ?? null;
  }

  #follow(): void {
    const { window } = this.#page;
    if (window.isDestroyed()) return;
    const isOver = this.#view?.state.name === 'closed';
    if (isOver) {
      this.#ceremony = undefined;
      window.hide();
    }
    sendTo(this.#page, 'ceremony:view', this.#view);
    // For what no site may ask for, no window takes anybody's keys away.
    if (!isOver && !this.#isShown && this.#view?.site.rpId) {
      this.#isShown = true;
      window.show();
      this.#ceremony?.shown();
    }
    if (isOver) this.#fate.onFree();
  }
}

/** Not larger than the screen has room for. */
function middleOf(area: Electron.Rectangle): Electron.Rectangle {
  const width = Math.min(WIDTH, area.width);
  const height = Math.min(HEIGHT, area.height);
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 3),
    width,
    height,
  };
}
