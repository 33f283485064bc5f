/** The state of a key in words. */
import type { KeyView } from '../../preload/contract';
import { words } from '../messages/en';

const w = words.keys;

export function stateWords(key: KeyView): string {
  if (key.state !== 'ready') return w.state[key.state];
  return w.state[key.passkeys];
}

/** The PIN: whether there is one, what is wrong with it, and how many tries are left. */
export function pinWords(key: KeyView): string {
  const { pin } = key;
  if (!pin.supported) return w.pin.unsupported;
  if (!pin.set) return w.pin.notSet;
  if (pin.blocked === 'for-good') return w.pin.blocked;
  const parts: string[] = [
    pin.blocked === 'until-reinserted'
      ? w.pin.untilReinserted
      : pin.changeRequired
        ? w.pin.changeRequired
        : w.pin.set,
  ];
  if (pin.retriesLeft !== undefined) parts.push(w.pin.retries(pin.retriesLeft));
  return parts.join(', ');
}

export function slotWords(key: KeyView): string {
  const { used, free } = key.slots;
  if (used !== undefined && free !== undefined) return w.slots.usedAndFree(used, free);
  if (free !== undefined) return w.slots.free(free);
  if (used !== undefined) return w.slots.used(used);
  const opens = key.passkeys === 'locked' && key.pin.blocked !== 'for-good';
  return opens ? w.slots.unknownLocked : w.slots.unknown;
}
