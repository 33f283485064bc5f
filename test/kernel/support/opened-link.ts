/** The only attached key, opened without any protocol. */
import type { HidLink } from '../../../native/ports.js';
import { systemBus, theKey } from './virtual-key.js';

export interface OpenedLink {
  readonly link: HidLink;
  /** Rejects when no report comes in `milliseconds`. */
  readonly nextReport: (milliseconds: number) => Promise<Uint8Array>;
}

export async function openedLink(): Promise<OpenedLink> {
  const bus = systemBus();
  const reports: Uint8Array[] = [];
  let wake = (): void => undefined;
  const link = await bus.open(await theKey(bus), {
    onReport: (report) => {
      reports.push(report.slice());
      wake();
    },
    onEnd: () => wake(),
  });
  return {
    link,
    nextReport: (milliseconds) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`no report within ${milliseconds} ms`)),
          milliseconds,
        );
        wake = () => {
          const report = reports.shift();
          if (!report) return;
          clearTimeout(timer);
          wake = () => undefined;
          resolve(report);
        };
        wake();
      }),
  };
}
