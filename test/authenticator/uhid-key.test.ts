/** The simulated key as a device of the kernel, over a kernel made of paper. The real one is in test/kernel. */
import { describe, expect, it } from 'vitest';
import type { Uhid, UhidIdentity } from '../../native/ports';
import { demoState } from '../../main/authenticator/demo';
import { UhidKey } from '../../main/authenticator/fronts/uhid-key';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { HidCommand as Cmd } from '../../main/ctap/ctaphid';
import { HidHost } from '../support/hid-host';
import { ManualClock, settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';

type Listener = Parameters<Uhid['create']>[1];

class PaperKernel implements Uhid {
  identity: UhidIdentity | undefined;
  listener: Listener | undefined;
  destroyed = 0;
  broken = false;
  readonly host = new HidHost((report) => this.listener?.onReport(report));

  async create(identity: UhidIdentity, listener: Listener) {
    this.identity = identity;
    this.listener = listener;
    return {
      send: async (report: Uint8Array): Promise<void> => {
        if (this.broken) throw new Error('the kernel did not take a report');
        this.host.receive(report);
      },
      destroy: async (): Promise<void> => {
        this.destroyed++;
      },
    };
  }
}

async function demoKey(presence = new ScriptedPresence()): Promise<SimulatedKey> {
  const random = new SeededRandom();
  return SimulatedKey.open({ clock: new ManualClock(), random, presence, state: demoState(random) });
}

describe('a simulated key on uhid', () => {
  it('says Simulated, has the FIDO descriptor, and answers', async () => {
    const kernel = new PaperKernel();
    await UhidKey.plug(kernel, await demoKey());
    expect(kernel.identity).toMatchObject({ name: 'Simulated demo key', vendorId: 0x1209, productId: 1 });
    expect(kernel.identity!.reportDescriptor).toHaveLength(34);
    const channel = kernel.host.allocate();
    kernel.host.send(channel, Cmd.CBOR, Uint8Array.of(4));
    await settled();
    expect(kernel.host.taken()[0]!.payload![0]).toBe(0);
  });

  it('lets a command go when the last program closes it', async () => {
    const kernel = new PaperKernel();
    const presence = new ScriptedPresence('wait');
    await UhidKey.plug(kernel, await demoKey(presence));
    const channel = kernel.host.allocate();
    kernel.host.send(channel, Cmd.CBOR, Uint8Array.of(0x0b));
    await settled();
    expect(presence.waiting).toBe(true);
    kernel.listener!.onHostClose!();
    await settled();
    expect(presence.waiting).toBe(false);
    kernel.host.taken();
    expect(kernel.host.allocate()).not.toBe(channel);
  });

  it('is silent and gone after unplugging', async () => {
    const kernel = new PaperKernel();
    const key = await UhidKey.plug(kernel, await demoKey());
    await key.unplug();
    expect(kernel.destroyed).toBe(1);
    kernel.host.send(0xffffffff, Cmd.INIT, new Uint8Array(8));
    await settled();
    expect(kernel.host.reports).toEqual([]);
  });

  it('takes itself out when the kernel takes no reports any more, and says why', async () => {
    const kernel = new PaperKernel();
    const errors: unknown[] = [];
    await UhidKey.plug(kernel, await demoKey(), { onGone: (error) => errors.push(error) });
    kernel.broken = true;
    kernel.host.send(0xffffffff, Cmd.INIT, new Uint8Array(8));
    kernel.host.send(0xffffffff, Cmd.INIT, new Uint8Array(8));
    await settled();
    expect(errors).toMatchObject([{ message: 'the kernel did not take a report' }]);
    expect(kernel.destroyed).toBe(1);
  });

  it('is taken out by a quirk', async () => {
    const kernel = new PaperKernel();
    const key = await demoKey();
    key.setQuirks([{ name: 'unplug-at-report', report: 1 }]);
    let gone = 0;
    await UhidKey.plug(kernel, key, { onGone: () => gone++ });
    kernel.host.send(0xffffffff, Cmd.INIT, new Uint8Array(8));
    await settled();
    expect(gone).toBe(1);
    expect(kernel.destroyed).toBe(1);
    expect(kernel.host.reports).toEqual([]);
  });
});
