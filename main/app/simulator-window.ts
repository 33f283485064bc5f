/** The small window that stands in for finger and hand when simulated keys are attached. */
import { registerCalls, sendTo } from '../ipc/register';
import { simulatedKeyViews, simulatorHandlers, watchSimulator } from '../ipc/serve-simulator';
import { simulatorArguments } from '../../preload/simulator-contract';
import type { Latchkey } from './compose';
import { createPageWindow, type PageWindow } from './page-window';

export function openSimulatorWindow({ simulator: { bus, seats } }: Latchkey): PageWindow {
  const page = createPageWindow('simulator', {
    title: 'Simulated security key',
    width: 360,
    height: Math.min(140 + 170 * seats.length, 700),
    minWidth: 300,
    minHeight: 200,
  });
  // Does not take the focus from the window that waits for the touch.
  page.window.once('ready-to-show', () => page.window.showInactive());
  registerCalls('simulator', simulatorArguments, simulatorHandlers(seats, bus), page);
  const stop = watchSimulator(seats, bus, () => sendTo(page, 'simulator:keys', simulatedKeyViews(seats)));
  page.window.once('closed', stop);
  return page;
}
