/** Places to choose from, as the dialogs list them. */
import type { Need, Obstacle, Place } from '../../../main/ceremony/dialog-view';
import type { keys } from './sample';

export const device: Place = { is: 'device', id: 'device', need: 'pin' };
export const anyKey: Place = { is: 'any-key', id: 'any-key' };
export const phone: Place = { is: 'phone', id: 'phone' };
/** Nobody to hand over to. */
export const phoneNotYet: Place = { ...phone, obstacle: 'not-yet' };

interface KeyFacts {
  readonly obstacle?: Obstacle;
  readonly need?: Need;
  readonly alreadyThere?: boolean;
  readonly opening?: boolean;
}

export function keyPlace({ id, name }: (typeof keys)[keyof typeof keys], facts: KeyFacts = {}): Place {
  return { is: 'key', id, name, ...facts };
}

export function devicePlace(facts: Omit<KeyFacts, 'opening'> & { readonly unattested?: boolean }): Place {
  return { is: 'device', id: 'device', ...facts };
}

export function named(id: string, name: string, facts: KeyFacts = {}): Place {
  return { is: 'key', id, name, ...facts };
}
