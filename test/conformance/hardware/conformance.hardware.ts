/** The conformance suite on the key that `run.mts` has chosen. */
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { NodeHidBus } from '../../../native/hid/node-hid-bus';
import { SystemClock } from '../../../native/clock';
import { SystemRandom } from '../../../native/random';
import { suites } from '../suites';
import { KeyInHand, NotOnHardware } from './key-in-hand';
import { TellingBus } from './telling-bus';

declare module 'vitest' {
  interface ProvidedContext {
    readonly conformance: {
      readonly path: string;
      readonly pin: string | null;
      readonly destructive: boolean;
    };
  }
}

const { path, pin, destructive } = inject('conformance');
const tell = (what: string): void => console.log(`>>> ${what}`);
let key: KeyInHand;

beforeAll(async () => {
  const clock = new SystemClock();
  const bus = new TellingBus(new NodeHidBus({ clock }), tell);
  const device = (await bus.list()).find((candidate) => candidate.path === path);
  if (!device) throw new Error(`The key at ${path} is not there any more.`);
  const random = new SystemRandom();
  key = await KeyInHand.open(device, { bus, clock, random, pin: pin ?? undefined, destructive, tell });
});

afterAll(() => key.close());

describe.each(suites)('%s', (_, cases) => {
  for (const each of cases)
    it(`${each.section}: ${each.name}`, async ({ skip }) => {
      try {
        await each.run(await key.subjectFor(each));
      } catch (error) {
        if (!(error instanceof NotOnHardware)) throw error;
        skip(error.message);
      }
    });
});
