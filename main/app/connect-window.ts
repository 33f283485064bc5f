/** The small window that asks whether a browser may ask for passkeys: above all others, where the person is. */
import { app, nativeTheme, screen } from 'electron';
import type { Clock } from '../../native/ports';
import { BrowserQuestion } from '../bridge/browser-question';
import type { Confirmation, Newcomer } from '../bridge/browser-session';
import { safeText } from '../inventory/safe-text';
import { checkedCalls } from '../ipc/checked-calls';
import { answerCalls, sendTo } from '../ipc/register';
import { connectArguments, type ConnectView } from '../../preload/connect-contract';
import { createPageWindow } from './page-window';

const WIDTH = 460;
const HEIGHT = 440;
/** In code points: what a browser says of itself, which leaves room for what it is asked. */
const LONGEST_NAME = 60;
const LONGEST_PATH = 400;
/** No origin is longer: what counts of its host stands at the end. */
const LONGEST_ORIGIN = 300;

/** Resolves to what the person decides; `later` when they close it, and when nobody waits any more. */
export function askAboutBrowser(
  newcomer: Newcomer,
  signal: AbortSignal,
  clock: Pick<Clock, 'after'>,
): Promise<Confirmation> {
  if (signal.aborted) return Promise.resolve('later');
  const page = createPageWindow('connect', 'connect', {
    title: 'Latchkey',
    width: WIDTH,
    height: HEIGHT,
    minWidth: 320,
    minHeight: 320,
    alwaysOnTop: true,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#292929' : '#ffffff',
  });
  const { window, contents } = page;
  const { x, y, width, height } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea;
  window.setPosition(
    x + Math.max(0, Math.round((width - WIDTH) / 2)),
    y + Math.max(0, Math.round((height - HEIGHT) / 3)),
  );
  const question: BrowserQuestion = new BrowserQuestion(clock, () => sendTo(page, 'connect:view', view()));
  const facts = {
    browser: safeText(newcomer.browser, LONGEST_NAME).text,
    program: safeText(newcomer.program, LONGEST_PATH).text,
    extension: safeText(newcomer.extension, LONGEST_NAME).text,
    site: safeText(newcomer.site, LONGEST_ORIGIN).text,
  };
  const view = (): ConnectView => ({ ...facts, deaf: question.isDeaf });
  const calls = checkedCalls('connect', connectArguments, {
    view: async () => view(),
    drawn: async () => question.drawn(),
    decide: async (decision) => question.decide(decision),
  });
  answerCalls('connect', page, async () => calls);
  const giveUp = (): void => question.giveUp();
  window.once('closed', giveUp);
  contents.once('render-process-gone', giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  app.once('before-quit', giveUp);
  window.once('ready-to-show', () => {
    window.show();
    question.shown();
  });
  page.load().catch(giveUp);
  return question.decision.finally(() => {
    app.off('before-quit', giveUp);
    signal.removeEventListener('abort', giveUp);
    if (!window.isDestroyed()) window.destroy();
  });
}
