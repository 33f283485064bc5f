/** The place of the main window: one or none is there, and it comes again when it is asked for. */
import { app } from 'electron';
import type { AppLife } from './app-life';
import type { PageWindow } from './page-window';

export interface MainPlaceOptions {
  readonly life: Pick<AppLife, 'stay'>;
  readonly create: () => PageWindow;
  readonly onClosed: () => void;
}

export class MainPlace {
  readonly #options: MainPlaceOptions;
  #page: PageWindow | undefined;
  #isDrawn = false;

  constructor(options: MainPlaceOptions) {
    this.#options = options;
  }

  /** To the front, and made when there is none. */
  show(): void {
    if (!this.#page) return void this.open();
    // It shows itself when there is something to see.
    if (!this.#isDrawn) return;
    const { window } = this.#page;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Only when there is none. */
  open(): PageWindow {
    const page = this.#options.create();
    this.#page = page;
    this.#isDrawn = false;
    void page.drawn.then(() => (this.#isDrawn = true));
    const leave = this.#options.life.stay('window');
    // macOS: the icon in the dock is there for a window.
    void app.dock?.show();
    page.window.once('closed', () => {
      this.#page = undefined;
      app.dock?.hide();
      this.#options.onClosed();
      leave();
    });
    return page;
  }
}
