/** The raw subject that needs nothing but this process: a simulated key in its bus. */
import { MAX_MESSAGE_LENGTH } from '../../main/ctap/ctaphid';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { softKey, type SoftKeyRecipe } from '../support/soft-key';
import { RawHost } from './raw-subject';

const STEP = 50;

export async function rawSoftKey(recipe: SoftKeyRecipe = {}): Promise<RawHost> {
  const { soft, clock, presence } = await softKey(recipe);
  const bus = new SoftHidBus();
  const reports: Uint8Array[] = [];
  const link = await bus.open(bus.plug(soft), {
    onReport: (report) => reports.push(report),
    onEnd: (reason) => {
      throw reason;
    },
  });
  return new RawHost({
    link,
    nextReport: async (milliseconds) => {
      for (let passed = 0; passed <= milliseconds; passed += STEP) {
        await clock.advance(0);
        const report = reports.shift();
        if (report) return report;
        await clock.advance(STEP);
      }
      throw new Error(`no report within ${milliseconds} ms`);
    },
    leaveWaiting: () => presence.next('wait'),
    longestMessage: MAX_MESSAGE_LENGTH,
  });
}
