/**
 * The small window beside a field of a page, with the passkeys that could sign in there. It takes the keyboard from nobody until that is
 * wanted, and is there only while a page waits that this device has a passkey for.
 */
import { app, nativeTheme, screen } from 'electron';
import type { Suggestion, Suggestions } from '../ceremony/suggestions';
import { checkedCalls } from '../ipc/checked-calls';
import { answerCalls, sendTo } from '../ipc/register';
import { autofillArguments, type AutofillEvent } from '../../preload/autofill-contract';
import type { AppLife } from './app-life';
import { besideField, sensible } from './autofill-place';
import { createPageWindow, type PageWindow } from './page-window';

const WIDTH = 340;
/** CSS pixels: a handful of accounts; the others are scrolled to. */
const MAX_HEIGHT = 480;

/** Only there can a window be made one that takes the keyboard, and be made one that does not. */
const canChangeItsMind = process.platform !== 'linux';

export class AutofillWindow {
  readonly #suggestions: Suggestions;
  readonly #life: Pick<AppLife, 'isEnding'>;
  #page: PageWindow | undefined;

  constructor(suggestions: Suggestions, life: Pick<AppLife, 'isEnding'>) {
    this.#suggestions = suggestions;
    this.#life = life;
    suggestions.onChange(() => this.#follow());
    app.once('before-quit', () => this.#destroy());
    this.#follow();
  }

  #follow(): void {
    const { current, isExpected } = this.#suggestions;
    if (this.#life.isEnding || (!current && !isExpected)) return this.#destroy();
    const page = (this.#page ??= this.#create());
    sendTo(page, 'autofill:view', viewOf(current));
    if (current) {
      if (current.wanted && page.window.isVisible()) this.#takeKeyboard(page);
      return;
    }
    if (!page.window.isVisible()) return;
    page.window.hide();
    if (canChangeItsMind) page.window.setFocusable(false);
  }

  #create(): PageWindow {
    const page = createPageWindow('autofill', 'autofill', {
      title: 'Latchkey',
      width: WIDTH,
      height: 160,
      useContentSize: true,
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      acceptFirstMouse: true,
      focusable: !canChangeItsMind,
      // Takes the keyboard without the rest of the app coming to the front.
      ...(process.platform === 'darwin' && { type: 'panel' }),
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#292929' : '#ffffff',
    });
    const { window, contents } = page;
    window.setAlwaysOnTop(true, 'pop-up-menu');
    if (process.platform === 'darwin')
      window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
    const calls = checkedCalls('autofill', autofillArguments, {
      view: async () => viewOf(this.#suggestions.current),
      drawn: async (id, height) => this.#drawn(page, id, height),
      choose: async (id, account) => this.#suggestions.choose(id, account),
      dismiss: async (id) => this.#suggestions.dismiss(id),
    });
    answerCalls('autofill', page, async () => calls);
    const now = (what: (id: string) => void) => (): void => {
      const { current } = this.#suggestions;
      if (current && this.#page === page) what(current.id);
    };
    const dismiss = now((id) => this.#suggestions.dismiss(id));
    window.on(
      'focus',
      now((id) => this.#suggestions.focused(id)),
    );
    window.on('blur', dismiss);
    window.on('close', (event) => {
      event.preventDefault();
      dismiss();
    });
    contents.on('render-process-gone', () => {
      dismiss();
      this.#destroy();
    });
    page.load().catch((error: unknown) => {
      if (!window.isDestroyed()) throw error;
    });
    return page;
  }

  /** It is known how high it has to be: it appears, or moves. */
  #drawn(page: PageWindow, id: string, height: number): void {
    const { current } = this.#suggestions;
    const { window } = page;
    if (current?.id !== id || window.isDestroyed()) return;
    const field = current.area
      ? sensible(current.area)
      : { ...screen.getCursorScreenPoint(), width: 0, height: 0 };
    const { workArea } = screen.getDisplayMatching({
      ...field,
      width: field.width || 1,
      height: field.height || 1,
    });
    window.setContentBounds(
      besideField(field, { width: WIDTH, height: Math.min(height, MAX_HEIGHT) }, workArea),
    );
    if (!window.isVisible()) window.showInactive();
    this.#suggestions.appeared(id);
    if (current.wanted) this.#takeKeyboard(page);
  }

  #takeKeyboard({ window }: PageWindow): void {
    if (window.isFocused()) return;
    if (canChangeItsMind) window.setFocusable(true);
    window.focus();
  }

  #destroy(): void {
    const page = this.#page;
    this.#page = undefined;
    page?.window.destroy();
  }
}

function viewOf(suggestion: Suggestion | undefined): AutofillEvent {
  if (!suggestion) return null;
  const { area: _, ...view } = suggestion;
  return view;
}
