/** Keys that are busy or slow in ways of their own (design decision 13), through our client over CTAPHID. */
import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../main/authenticator/quirks';
import { SecurityKey } from '../../main/client/security-key';
import { TransportError } from '../../main/ctap/errors';
import { watched } from '../support/outcome';
import { ObservedBus, softKey } from '../support/soft-key';

async function odd(...quirks: Quirk[]): Promise<{
  readonly soft: Awaited<ReturnType<typeof softKey>>;
  readonly bus: ObservedBus;
  readonly key: SecurityKey;
}> {
  const soft = await softKey({ configuration: { quirks } });
  const bus = new ObservedBus();
  return { soft, bus, key: await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft) };
}

describe('CHANNEL_BUSY to everything while it waits for a touch', () => {
  it('a touch that comes is answered', async () => {
    const { soft, key } = await odd({ name: 'busy-while-waiting' });
    soft.presence.next('wait');
    const selection = key.api.selection();
    await soft.clock.advance(1000);
    soft.presence.answer('granted');
    await selection;
  });

  it('cancelling gives up in three seconds; the next request never gets the answer to the last one', async () => {
    const { soft, key } = await odd({ name: 'busy-while-waiting' });
    soft.presence.next('wait');
    const controller = new AbortController();
    const selection = watched(key.api.selection({ signal: controller.signal }));
    await soft.clock.advance(1000);
    controller.abort(new Error('changed my mind'));
    await soft.clock.advance(3000);
    expect(await selection()).toMatchObject({ state: 'rejected', error: { message: 'changed my mind' } });
    expect(soft.presence.waiting).toBe(true);

    const info = watched(key.api.getInfo());
    await soft.clock.advance(5100);
    const outcome = await info();
    expect(outcome).toMatchObject({ state: 'rejected', error: { failure: 'busy' } });
    expect(outcome.state === 'rejected' && outcome.error).toBeInstanceOf(TransportError);

    // The key gives up by itself, and works again.
    const later = watched(key.api.getInfo());
    await soft.clock.advance(1000);
    soft.presence.answer('refused');
    await soft.clock.advance(4000);
    expect(await later()).toMatchObject({
      state: 'resolved',
      value: { versions: ['FIDO_2_0', 'FIDO_2_1'] },
    });
  });

  it('another program hears that the key is in use', async () => {
    const { soft, bus, key } = await odd({ name: 'busy-while-waiting' });
    soft.presence.next('wait');
    const selection = watched(key.api.selection());
    await soft.clock.advance(1000);
    const [device] = await bus.list();
    if (!device) throw new Error('a key');
    const other = watched(SecurityKey.open(bus, device, soft));
    await soft.clock.advance(5100);
    expect(await other()).toMatchObject({ state: 'rejected', error: { failure: 'busy' } });
    expect((await selection()).state).toBe('pending');
    soft.presence.answer('granted');
    await soft.clock.advance(100);
    expect((await selection()).state).toBe('resolved');
  });
});

describe('keepalives 400 ms apart', () => {
  it('are no silence: a touch that takes 25 s is awaited, and cancelling works', async () => {
    const { soft, key } = await odd({ name: 'slow-keepalives', milliseconds: 400 });
    const selectLate = async (): Promise<void> => {
      soft.presence.next('wait');
      const selection = key.api.selection();
      await soft.clock.advance(25_000);
      soft.presence.answer('granted');
      return selection;
    };
    await selectLate();
    soft.presence.next('wait');
    const controller = new AbortController();
    const selection = watched(key.api.selection({ signal: controller.signal }));
    await soft.clock.advance(1000);
    controller.abort(new Error('changed my mind'));
    await soft.clock.advance(500);
    expect(await selection()).toMatchObject({ state: 'rejected', error: { message: 'changed my mind' } });
    await key.api.getInfo();
  });
});
