/** The security keys that ceremonies may use. */
import type { AttachedKey, KeyRegistry } from '../client/key-registry';
import type { Inventory } from '../inventory/inventory';
import type { KeySource } from './ports';

/** Those that are plugged in, by the names that the inventory has for them. */
export function keySource(
  registry: KeyRegistry,
  inventory: Pick<Inventory, 'keys'>,
  serves: (key: AttachedKey) => boolean,
): KeySource {
  return {
    get keys() {
      return registry.keys;
    },
    looked: registry.looked,
    onChange: (callback) => registry.onChange(callback),
    nameOf: ({ id, device }) => inventory.keys.find((key) => key.id === id)?.name ?? device.product,
    serves,
  };
}

/** Where keys are left alone. */
export const noKeys: KeySource = {
  keys: [],
  looked: Promise.resolve(),
  onChange: () => () => undefined,
  nameOf: () => '',
  serves: () => false,
};
