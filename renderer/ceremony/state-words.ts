/** Title and text of each state: what is read out when it appears. */
import type { CeremonyView, Place } from '../../preload/ceremony-contract';
import { ceremony as w } from '../messages/en/ceremony';
import { isOpenTo } from './buttons';

export function titleOf({ state, kind }: CeremonyView): string {
  switch (state.name) {
    case 'waiting':
    case 'closed':
      return '';
    case 'preparing':
    case 'choose-place':
    case 'working':
      return w.title[state.name][kind];
    case 'trouble':
      return w.trouble.title(state.trouble);
    default:
      return w.title[state.name];
  }
}

/** Empty where the title says it all. */
export function textOf({ state, kind, acts }: CeremonyView): string {
  switch (state.name) {
    case 'waiting':
    case 'closed':
    case 'choose-place':
      return '';
    case 'preparing':
      return w.text.moment;
    case 'choose-account':
      return w.text.chooseAccount;
    case 'insert-key':
      return w.text.insert;
    case 'touch-key': {
      const [only] = state.keys;
      return only && state.keys.length === 1 ? w.text.touchOne(only) : w.text.touchSeveral[kind];
    }
    case 'key-finger':
      return w.text.finger(state.key);
    case 'key-pin':
      return w.text.keyPin(state.key);
    case 'create-key-pin':
      return w.text.createKeyPin(state.key);
    case 'change-key-pin':
      return w.text.changeKeyPin(state.key);
    case 'device-pin':
      return w.text.devicePin[kind];
    case 'device-biometrics':
      return w.text.biometrics(state.by);
    case 'device-passphrase':
      return w.text.passphrase;
    case 'working':
      return state.place.is === 'key' ? w.text.workingKey(state.place) : w.text.moment;
    case 'saved':
      return w.saved.text(state.place, state.backup);
    case 'trouble':
      return w.trouble.text(state.trouble, acts.includes('use-another-device'));
  }
}

/** Said when it appears after another state, and when it changes: also what is to be seen there. */
export function heardOf(view: CeremonyView): string {
  const { state } = view;
  const listed =
    state.name === 'choose-place'
      ? state.places.filter(isOpenTo).map((place) => placeName(place, state.places))
      : state.name === 'touch-key' && state.keys.length > 1
        ? state.keys.map(w.name.key)
        : [];
  return [`${titleOf(view)}.`, textOf(view), listed.join(', ')].filter((part) => part !== '').join(' ');
}

/** What a place is called beside the others. */
export function placeName(place: Place, all: readonly Place[]): string {
  switch (place.is) {
    case 'device':
    case 'key':
      return w.name.place(place);
    case 'any-key':
      return all.some(({ is }) => is === 'key') ? w.places.anotherKey : w.places['any-key'];
    case 'phone':
      return w.places.phone;
  }
}
