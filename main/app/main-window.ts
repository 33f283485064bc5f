/** The window of the app. */
import { nativeTheme } from 'electron';
import { createPageWindow, type PageWindow } from './page-window';

/** Narrow enough for half of a small screen; the page is laid out for it. */
const MIN_WIDTH = 480;

/**
 * Its process starts at once; it shows itself when its page is loaded and drawn.
 * @param preload `testers` for a window that offers simulated keys, too.
 */
export function createMainWindow(preload: 'index' | 'testers' = 'index'): PageWindow {
  const page = createPageWindow('index', preload, {
    title: 'Latchkey',
    width: 1100,
    height: 760,
    minWidth: MIN_WIDTH,
    minHeight: 480,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#202020' : '#f3f3f3',
  });
  page.window.once('ready-to-show', () => page.window.show());
  return page;
}
