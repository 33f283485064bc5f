/** A scripted key that is plugged in, and the channel to it. */
import { CtapHidChannel } from '../../main/client/ctaphid-channel';
import { HidCommand } from '../../main/ctap/ctaphid';
import { ManualClock } from '../support/manual-clock';
import { hidDevice, ScriptedBus, ScriptedKey } from '../support/scripted-hid';
import { SeededRandom } from '../support/seeded-random';

export const CHANNEL = 0x1234_5678;
export const request = Uint8Array.of(4);
export const device = hidDevice('a');

export function plugged(): {
  clock: ManualClock;
  bus: ScriptedBus;
  key: ScriptedKey;
  open: () => Promise<CtapHidChannel>;
} {
  const clock = new ManualClock();
  const bus = new ScriptedBus();
  const key = new ScriptedKey();
  bus.plug(device, key);
  const deps = { clock, random: new SeededRandom() };
  return { clock, bus, key, open: () => CtapHidChannel.open(bus, device, deps) };
}

export async function opened(): Promise<{ clock: ManualClock; key: ScriptedKey; channel: CtapHidChannel }> {
  const { clock, key, open } = plugged();
  return { clock, key, channel: await open() };
}

/** Answers every CBOR request with these bytes. */
export function answering(...payload: number[]): ScriptedKey['onMessage'] {
  return ({ channel, command }, key) => {
    if (command === HidCommand.CBOR) key.reply(channel, HidCommand.CBOR, payload);
  };
}
