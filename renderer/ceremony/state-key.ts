import type { CeremonyState } from '../../preload/ceremony-contract';

/**
 * The same for a state that is only drawn anew, whose focus and typed text stay; another one for every question that is asked
 * again, where what was typed goes.
 */
export function stateKey(state: CeremonyState): string {
  switch (state.name) {
    case 'choose-place':
      return `${state.name} ${state.all}`;
    case 'choose-account':
      return `${state.name} ${state.places.length > 0}`;
    case 'key-finger':
      return `${state.name} ${state.key.id}`;
    case 'waiting':
    case 'preparing':
    case 'insert-key':
    case 'touch-key':
    case 'saved':
    case 'closed':
      return state.name;
    case 'key-pin':
    case 'create-key-pin':
    case 'change-key-pin':
    case 'device-pin':
    case 'device-biometrics':
    case 'device-passphrase':
    case 'working':
    case 'trouble':
      return JSON.stringify(state);
  }
}
