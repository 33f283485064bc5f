/** The guided reset: only the key that the person has confirmed, only within its ten seconds, and never by guess. */
import { afterEach, describe, expect, it } from 'vitest';
import { SoftHidBus } from '../../main/authenticator/fronts/soft-hid-bus';
import { KeyRegistry } from '../../main/client/key-registry';
import { ResetGuide } from '../../main/client/reset-guide';
import { PinClient } from '../../main/client/pin';
import { Status } from '../../main/ctap/status';
import type { HidBus, HidDeviceInfo } from '../../native/ports';
import { ManualClock, settled } from '../support/manual-clock';
import { hidDevice, ScriptedBus, ScriptedKey } from '../support/scripted-hid';
import { SeededRandom } from '../support/seeded-random';
import { softKey, type SoftKeyRecipe } from '../support/soft-key';

const running: KeyRegistry[] = [];
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.stop();
});

type Soft = Awaited<ReturnType<typeof softKey>>;

/** A registry with one simulated key that has a PIN and a passkey; `change` bends what the system says of devices. */
async function attached(
  recipe: SoftKeyRecipe = {},
  change: (device: HidDeviceInfo) => HidDeviceInfo = (device) => device,
): Promise<{
  readonly clock: ManualClock;
  readonly bus: SoftHidBus;
  readonly registry: KeyRegistry;
  readonly key: Soft;
  readonly start: () => ResetGuide;
  /** The steps that were reported. */
  readonly steps: string[];
}> {
  const clock = new ManualClock();
  const key = await softKey({ pin: '1234', passkeys: [{ rpId: 'a.example' }], clock, ...recipe });
  const bus = new SoftHidBus();
  const bent: HidBus = {
    list: () => bus.list(),
    watch: (onChange) => bus.watch((devices) => onChange(devices.map(change))),
    open: (device, listener) => bus.open(device, listener),
  };
  const registry = new KeyRegistry([bent], { clock, random: new SeededRandom() });
  running.push(registry);
  bus.plug(key.soft);
  registry.start();
  await settled();
  const steps: string[] = [];
  const start = (): ResetGuide => {
    const [target] = registry.keys;
    if (!target) throw new Error('a key is plugged in');
    return ResetGuide.start(registry, target, { clock }, ({ step }) => steps.push(step));
  };
  return { clock, bus, registry, key, start, steps };
}

/** How the key was left: nothing was reset. */
function untouched({ simulated }: Soft): boolean {
  const { credentials, pin } = simulated.snapshot();
  return credentials.length === 1 && pin.hash !== undefined;
}

describe('the reset', () => {
  it('leads from removal over insertion and touch to a key as new', async () => {
    const { bus, clock, key, registry, start, steps } = await attached();
    const guide = start();
    expect(guide.step).toBe('remove');
    await settled();
    bus.unplug(key.soft);
    await settled();
    expect(guide.step).toBe('insert');
    await clock.advance(30_000);
    key.presence.next('wait');
    bus.plug(key.soft);
    await settled();
    expect(guide.step).toBe('touch');
    expect(key.presence.requests.map(({ reason }) => reason)).toEqual(['reset']);
    expect(untouched(key)).toBe(true);
    await clock.advance(5000);
    key.presence.answer('granted');
    await settled();
    expect(steps).toEqual(['insert', 'touch', 'done']);
    expect(guide.error).toBeUndefined();
    expect(key.simulated.snapshot()).toMatchObject({ credentials: [], pin: { codePoints: 0 } });
    expect(guide.reinserted).toBe(registry.keys[0]);
    const reborn = registry.keys[0]?.key;
    await reborn?.refreshInfo();
    expect(reborn?.info?.options?.get('clientPin')).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['is the first command, before whatever else the program asks a key that comes', false],
    ['works for a quick hand, whose removal and insertion the system tells at once', true],
  ])('%s', async (_, quick) => {
    const clock = new ManualClock();
    const commands: (number | undefined)[] = [];
    const scripted = new ScriptedKey();
    const { simulated } = await softKey();
    scripted.onMessage = ({ channel, payload }) => {
      commands.push(payload[0]);
      void simulated.handle(payload).then((answer) => scripted.reply(channel, 0x10, answer));
    };
    const bus = new ScriptedBus();
    const registry = new KeyRegistry([bus], { clock, random: new SeededRandom() });
    running.push(registry);
    // Asks every key that becomes ready how many PIN tries it has.
    const asked = new Set<string>();
    registry.onChange(() => {
      for (const { id, key } of registry.keys) {
        if (!key?.info || asked.has(id)) continue;
        asked.add(id);
        const pin = new PinClient(key.api, key.info, new SeededRandom());
        void key.exclusive(() => pin.retries()).catch(() => undefined);
      }
    });
    const before = hidDevice('1', { socket: 'usb:1' });
    bus.plug(before, scripted);
    registry.start();
    await settled();
    const [target] = registry.keys;
    if (!target) throw new Error('a key is plugged in');
    const guide = ResetGuide.start(registry, target, { clock }, () => undefined);
    await settled();
    const after = hidDevice('2', { socket: 'usb:1' });
    commands.length = 0;
    if (quick) bus.replug(before, after);
    else {
      bus.unplug(before);
      bus.plug(after, scripted);
    }
    await settled();
    expect(guide.step).toBe('done');
    expect(commands).toEqual([0x04, 0x07, 0x06]);
  });

  it('knows the key again after its PIN was set or its passkeys were used', async () => {
    const { bus, key, registry, start } = await attached({ pin: undefined });
    const open = registry.keys[0]?.key;
    if (!open?.info) throw new Error('a CTAP2 key');
    // Nobody asks getInfo again.
    await new PinClient(open.api, open.info, new SeededRandom()).setPin('4321');
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    bus.plug(key.soft);
    await settled();
    expect(guide.step).toBe('done');
  });

  it('goes by the serial number where there is one, also in another socket and beside its twin', async () => {
    let socket = 1;
    const { bus, key, start } = await attached({ configuration: { serial: 'A1' } }, (device) =>
      device.serial === 'A1' ? { ...device, socket: `usb:${socket}` } : device,
    );
    const twin = await softKey({ configuration: { serial: 'A2' }, seed: 'twin', pin: '1234' });
    bus.plug(twin.soft);
    await settled();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    socket = 2;
    bus.plug(key.soft);
    await settled();
    expect(guide.step).toBe('done');
    expect(twin.simulated.snapshot().pin.hash).toBeDefined();
  });

  it('works where the system tells no sockets', async () => {
    const { bus, key, start } = await attached({}, ({ socket: _, ...device }) => device);
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    bus.plug(key.soft);
    await settled();
    expect(guide.step).toBe('done');
  });

  it('says when the key wants a long touch', async () => {
    const { start } = await attached({ configuration: { extraInfo: new Map([[0x18, true]]) } });
    expect(start().longTouch).toBe(true);
  });
});

describe('any doubt disarms', () => {
  it('another key of the same model that is already there', async () => {
    const { bus, start, steps } = await attached();
    bus.plug((await softKey({ seed: 'twin' })).soft);
    await settled();
    const guide = start();
    expect(guide).toMatchObject({ step: 'failed', error: { name: 'ResetError', failure: 'wrong-key' } });
    expect(steps).toEqual([]);
  });

  it('another key of the same model that comes before the key is out', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.plug((await softKey({ seed: 'twin' })).soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'wrong-key' } });
    bus.unplug(key.soft);
    bus.plug(key.soft);
    await settled();
    expect(untouched(key)).toBe(true);
  });

  it('another key of the same model in another socket, instead of the key', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    const twin = await softKey({ seed: 'twin', pin: '1234', passkeys: [{ rpId: 'a.example' }] });
    bus.plug(twin.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'wrong-key' } });
    expect(untouched(twin)).toBe(true);
  });

  it.each<[string, SoftKeyRecipe]>([
    ['another serial number', { configuration: { serial: 'B' }, pin: '1234' }],
    ['another getInfo', { configuration: { firmwareVersion: 7 }, pin: '1234' }],
    ['no PIN', {}],
  ])('a key of the same model in the same socket, but with %s', async (_, recipe) => {
    const { bus, key, start } = await attached({}, (device) => ({ ...device, socket: 'usb:1' }));
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    const other = await softKey({ seed: 'other', passkeys: [{ rpId: 'a.example' }], ...recipe });
    bus.plug(other.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'wrong-key' } });
    expect(other.simulated.snapshot().credentials).toHaveLength(1);
  });

  it('another model', async () => {
    const { bus, key, start } = await attached({}, (device) => ({
      ...device,
      productId: device.path === 'soft:1' ? 1 : 2,
    }));
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    bus.plug((await softKey({ seed: 'other' })).soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'wrong-key' } });
  });

  it('two keys at once', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    const other = await softKey({ seed: 'other' });
    bus.plug(key.soft);
    bus.plug(other.soft);
    await settled();
    expect(guide.step).toBe('failed');
    expect(untouched(key)).toBe(true);
  });

  it('the key together with another one, of whatever model', async () => {
    const { bus, key, start } = await attached({}, (device) => ({
      ...device,
      productId: device.path === 'soft:1' ? 1 : 2,
    }));
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    const other = await softKey({ seed: 'other' });
    bus.plug(key.soft);
    bus.plug(other.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'wrong-key' } });
    expect(untouched(key)).toBe(true);
  });

  it('a key that cannot be opened when it is back', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    key.simulated.setQuirks([{ name: 'garbage-info', kind: 'random' }]);
    bus.plug(key.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { name: 'ProtocolError' } });
  });

  it('keys of other models come and go without harm before the key is out', async () => {
    const { bus, key, start } = await attached({}, (device) => ({
      ...device,
      productId: device.path === 'soft:1' ? 1 : 2,
    }));
    const guide = start();
    await settled();
    const other = await softKey({ seed: 'other', pin: '1234', passkeys: [{ rpId: 'a.example' }] });
    bus.plug(other.soft);
    await settled();
    bus.unplug(key.soft);
    await settled();
    bus.plug(key.soft);
    await settled();
    expect(guide.step).toBe('done');
    expect(untouched(other)).toBe(true);
  });
});

describe('time', () => {
  it('a key that is not taken out within a minute is not reset', async () => {
    const { clock, bus, key, start, steps } = await attached();
    const guide = start();
    await clock.advance(59_999);
    expect(guide.step).toBe('remove');
    await clock.advance(1);
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'timed-out' } });
    bus.unplug(key.soft);
    bus.plug(key.soft);
    await settled();
    expect(steps).toEqual(['failed']);
    expect(untouched(key)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('a key that is not put back in within a minute is not reset', async () => {
    const { clock, bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await clock.advance(60_000);
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'timed-out' } });
    bus.plug(key.soft);
    await settled();
    expect(untouched(key)).toBe(true);
  });

  it('a key whose ten seconds are over says so', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    key.simulated.setQuirks([{ name: 'status', command: 7, status: Status.NOT_ALLOWED }]);
    bus.plug(key.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { name: 'ResetError', failure: 'too-late' } });
  });

  it.each([
    ['refused', Status.OPERATION_DENIED],
    ['timed-out', Status.USER_ACTION_TIMEOUT],
  ] as const)('a touch that is %s fails with the status of the key', async (answer, status) => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    key.presence.next(answer);
    bus.plug(key.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { name: 'CtapStatusError', status } });
    expect(untouched(key)).toBe(true);
  });
});

describe('cancelling and unplugging', () => {
  it('disarms while the key is to be taken out', async () => {
    const { bus, clock, key, start, steps } = await attached();
    const guide = start();
    guide.cancel();
    guide.cancel();
    expect(guide).toMatchObject({ step: 'failed', error: { name: 'AbortError' } });
    bus.unplug(key.soft);
    bus.plug(key.soft);
    await settled();
    expect(steps).toEqual(['failed']);
    expect(untouched(key)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('disarms while the key is to be put back in', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    await settled();
    guide.cancel();
    bus.plug(key.soft);
    await settled();
    expect(guide.step).toBe('failed');
    expect(untouched(key)).toBe(true);
  });

  it('cancels at the key while it waits for the touch', async () => {
    const { bus, clock, key, start, steps } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    key.presence.next('wait');
    bus.plug(key.soft);
    await settled();
    expect(key.presence.waiting).toBe(true);
    guide.cancel();
    await clock.advance(200);
    expect(key.presence.waiting).toBe(false);
    expect(guide).toMatchObject({ step: 'failed', error: { name: 'AbortError' } });
    expect(steps).toEqual(['insert', 'touch', 'failed']);
    expect(untouched(key)).toBe(true);
  });

  it('a key that is taken out while it waits for the touch is not reset', async () => {
    const { bus, key, start } = await attached();
    const guide = start();
    await settled();
    bus.unplug(key.soft);
    key.presence.next('wait');
    bus.plug(key.soft);
    await settled();
    bus.unplug(key.soft);
    await settled();
    expect(guide).toMatchObject({ step: 'failed', error: { failure: 'unplugged' } });
    expect(untouched(key)).toBe(true);
  });
});

describe('a key without reset over USB', () => {
  it('is refused at once', async () => {
    const { start } = await attached({
      configuration: { extraInfo: new Map([[0x1a, ['nfc']]]) },
    });
    expect(start()).toMatchObject({ step: 'failed', error: { name: 'ResetError', failure: 'unsupported' } });
  });
});
