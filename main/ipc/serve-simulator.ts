/** Answers the simulator window: the finger on the simulated keys and the hand that plugs them in. */
import type { SoftHidBus } from '../authenticator/fronts/soft-hid-bus';
import type { SoftHidKey } from '../authenticator/fronts/soft-hid-key';
import type { ManualPresence } from '../authenticator/manual-presence';
import type { SimulatedKeyView } from '../../preload/simulator-contract';

/** A simulated key and what a person does with it. */
export interface SimulatedSeat {
  readonly id: string;
  readonly key: SoftHidKey;
  readonly presence: ManualPresence;
  readonly demoPin?: string;
}

export interface SimulatorHandlers {
  readonly snapshot: () => Promise<readonly SimulatedKeyView[]>;
  readonly touch: (id: string) => Promise<void>;
  readonly refuse: (id: string) => Promise<void>;
  readonly setPlugged: (id: string, plugged: boolean) => Promise<void>;
}

export function simulatorHandlers(seats: readonly SimulatedSeat[], bus: SoftHidBus): SimulatorHandlers {
  const seat = (id: string): SimulatedSeat => {
    const found = seats.find((candidate) => candidate.id === id);
    if (!found) throw new Error(`there is no simulated key ${id}`);
    return found;
  };
  return {
    snapshot: async () => simulatedKeyViews(seats),
    touch: async (id) => seat(id).presence.touch(),
    refuse: async (id) => seat(id).presence.refuse(),
    setPlugged: async (id, plugged) => {
      const { key } = seat(id);
      if (plugged === key.plugged) return;
      if (plugged) bus.plug(key);
      else bus.unplug(key);
    },
  };
}

export function simulatedKeyViews(seats: readonly SimulatedSeat[]): readonly SimulatedKeyView[] {
  return seats.map(({ id, key, presence, demoPin }) => ({
    id,
    name: key.key.configuration.productName,
    plugged: key.plugged,
    ...(demoPin !== undefined && { demoPin }),
    waitsFor:
      presence.awaited === undefined
        ? 'none'
        : presence.awaited.reason === 'reset' &&
            key.key.configuration.extraInfo.get(LONG_TOUCH_FOR_RESET) === true
          ? 'long-touch'
          : 'touch',
  }));
}

/** Calls `onChange` after every plugging and whenever a key begins or ends to wait; returns the function that stops it. */
export function watchSimulator(
  seats: readonly SimulatedSeat[],
  bus: SoftHidBus,
  onChange: () => void,
): () => void {
  const stops = [bus.watch(onChange), ...seats.map(({ presence }) => presence.onChange(onChange))];
  return () => stops.forEach((stop) => stop());
}

/** getInfo member (CTAP 2.2 §6.4). */
const LONG_TOUCH_FOR_RESET = 0x18;
