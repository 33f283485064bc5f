/** What the Passkeys page shows besides the list: a card for each key that needs something, and what an empty list means. */
import type { KeyView } from '../../preload/contract';
import type { DeviceView } from '../../preload/device-contract';
import { DEVICE } from '../device/device-id';
import { ALL_PLACES, type Place } from './passkey-list';

export type KeyCardKind =
  | 'opening'
  | 'no-permission'
  | 'problem'
  | 'reinsert'
  | 'blocked'
  | 'change-pin'
  | 'locked'
  | 'listing'
  | 'cannot-list'
  | 'cut'
  | 'few-slots';

/** So few free slots that somebody should know before the next passkey does not fit. */
const FEW_SLOTS = 2;

/** The card of a key, or null when its passkeys are simply in the list. */
export function keyCard(key: KeyView): KeyCardKind | null {
  if (key.state === 'opening') return 'opening';
  if (key.state === 'unusable') return key.problem?.code === 'access-denied' ? 'no-permission' : 'problem';
  if (key.passkeys === 'listing') return 'listing';
  if (key.passkeys === 'unlocked') return unlockedCard(key);
  if (key.passkeys === 'nothing') return 'cannot-list';
  if (key.pin.blocked === 'for-good') return 'blocked';
  if (key.pin.blocked === 'until-reinserted') return 'reinsert';
  return key.pin.changeRequired ? 'change-pin' : 'locked';
}

function unlockedCard(key: KeyView): KeyCardKind | null {
  if (key.listCutAt !== undefined) return 'cut';
  return key.slots.free !== undefined && key.slots.free <= FEW_SLOTS ? 'few-slots' : null;
}

export type EmptyKind =
  'no-key' | 'waiting' | 'locked' | 'no-passkeys' | 'nothing' | 'no-hit' | 'empty-place';

/** Why the list is empty; null when it is not. */
export function emptyKind(page: {
  readonly keys: readonly KeyView[];
  readonly device: DeviceView | null;
  readonly all: number;
  readonly shown: number;
  readonly query: string;
  readonly place: Place;
}): EmptyKind | null {
  if (page.shown > 0) return null;
  const { state } = page.device ?? { state: 'closed' };
  if (page.keys.length === 0 && state !== 'open') return withoutKeys(state);
  if (page.all > 0 && page.query.trim() !== '') return 'no-hit';
  if (page.place === DEVICE) return 'empty-place';
  const inPlace = page.place === ALL_PLACES ? page.keys : page.keys.filter((key) => key.id === page.place);
  const cards = inPlace.map(keyCard);
  if (cards.some((card) => card === 'opening' || card === 'listing')) return 'waiting';
  if (cards.some((card) => card === 'locked')) return 'locked';
  if (page.place !== ALL_PLACES) return 'empty-place';
  const listed = state === 'open' || inPlace.some((key) => key.passkeys === 'unlocked');
  return listed ? 'no-passkeys' : 'nothing';
}

function withoutKeys(device: Exclude<DeviceView['state'], 'open'>): EmptyKind {
  if (device === 'closed') return 'waiting';
  // The card of this device says what it needs.
  return device === 'absent' ? 'no-key' : 'nothing';
}
