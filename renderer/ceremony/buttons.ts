/** The buttons below each state: one for each act that can be done and is not done within the state itself. */
import type { ActName, CeremonyState, CeremonyView, Place, Trouble } from '../../preload/ceremony-contract';
import { ceremony } from '../messages/en/ceremony';
import { testIds } from '../test-ids';

const w = ceremony.button;

/** Acts that say nothing but their name. */
export type PlainAct = Exclude<
  ActName,
  | 'choose-place'
  | 'choose-account'
  | 'enter-pin'
  | 'create-pin'
  | 'change-pin'
  | 'enter-passphrase'
  | 'rename'
>;

export type Button =
  | { readonly does: 'act'; readonly act: PlainAct; readonly label: string }
  /** Takes the first place, where it is the only one shown. */
  | { readonly does: 'choose-place'; readonly place: string; readonly label: string }
  /** Sends the form of the state. */
  | { readonly does: 'submit'; readonly act: ActName; readonly label: string }
  | { readonly does: 'open-latchkey'; readonly label: string };

export interface Buttons {
  /** What Enter does. */
  readonly primary?: Button;
  readonly others: readonly Button[];
  /** Other ways than this one. */
  readonly ways: readonly Button[];
}

/** The test ids of buttons of plain acts. */
export const idOfAct: Readonly<Record<PlainAct, string>> = {
  'use-another-device': testIds.ceremonyAnotherDevice,
  'use-browsers-dialog': testIds.ceremonyBrowsersDialog,
  'use-pin': testIds.ceremonyUsePin,
  retry: testIds.ceremonyRetry,
  'go-on': testIds.ceremonyGoOn,
  back: testIds.ceremonyBack,
  done: testIds.ceremonyDone,
  cancel: testIds.ceremonyCancel,
};

const openLatchkey: Button = { does: 'open-latchkey', label: w.openLatchkey };

export function buttonsOf(view: CeremonyView): Buttons {
  const { state, acts } = view;
  const act = (name: PlainAct, label: string): readonly Button[] =>
    acts.includes(name) ? [{ does: 'act', act: name, label }] : [];
  const isDone = state.name === 'saved' || (state.name === 'trouble' && state.trouble.is === 'timed-out');
  const ways = [
    ...act('use-another-device', w.useAnotherDevice),
    ...act('use-browsers-dialog', w.useBrowsersDialog),
  ];
  const mended = mendedInLatchkey(state);
  const own = [
    ...submitOf(state, acts),
    ...act('go-on', w.goOn),
    ...(state.name === 'saved' ? [] : act('done', isDone ? w.close : w.ok)),
    ...(mended === 'only' ? [openLatchkey] : []),
    ...act('retry', w.tryAgain),
  ];
  // `done` and `cancel` both close it, and the site has its answer.
  const cancel = isDone ? [] : act('cancel', w.cancel);
  const last = [
    ...(mended === 'also' ? [openLatchkey] : []),
    ...act('use-pin', w.usePin),
    ...act('back', w.back),
    ...cancel,
  ];
  const [primary, ...others] = own;
  if (primary) return { primary, others: [...others, ...last], ways };
  const [way, ...otherWays] = ways;
  // Nothing helps here: what leads elsewhere is the next step.
  if (state.name === 'trouble' && way) return { primary: way, others: last, ways: otherWays };
  // Or else where it is put right, and at last what ends it.
  const end = mended === 'also' ? openLatchkey : cancel[0];
  if (state.name === 'trouble' && end)
    return { primary: end, others: last.filter((button) => button !== end), ways };
  return { others: last, ways };
}

function submitOf(state: CeremonyState, acts: readonly ActName[]): readonly Button[] {
  const submit = (name: ActName, label: string): readonly Button[] =>
    acts.includes(name) ? [{ does: 'submit', act: name, label }] : [];
  switch (state.name) {
    case 'choose-place': {
      const first = onlyPlace(state);
      return first && acts.includes('choose-place')
        ? [{ does: 'choose-place', place: first.id, label: w.continue }]
        : [];
    }
    case 'key-pin':
    case 'device-pin':
      return submit('enter-pin', w.next);
    case 'create-key-pin':
      return submit('create-pin', w.createPin);
    case 'change-key-pin':
      return submit('change-pin', w.changePin);
    case 'device-passphrase':
      return submit('enter-passphrase', w.next);
    case 'saved':
      return submit('done', w.ok);
    default:
      return [];
  }
}

/** The place that is shown alone, where it can be chosen. */
export function onlyPlace(state: Extract<CeremonyState, { readonly name: 'choose-place' }>) {
  const [first] = state.places;
  return !state.all && first && isOpenTo(first) ? first : undefined;
}

/** It can be chosen now. */
export function isOpenTo(place: Place): boolean {
  return place.obstacle === undefined && !(place.is === 'key' && place.opening === true);
}

/** What stands in the way is put right in Latchkey's own window, and perhaps nowhere else. */
function mendedInLatchkey(state: CeremonyState): 'only' | 'also' | undefined {
  if (state.name === 'choose-place')
    return state.all && state.places.some(isPlaceMended) ? 'also' : undefined;
  return state.name === 'trouble' ? troubleMended(state.trouble) : undefined;
}

function isPlaceMended({ obstacle }: Place): boolean {
  return obstacle === 'not-set-up' || obstacle === 'unusable' || obstacle === 'blocked';
}

function troubleMended(trouble: Trouble): 'only' | 'also' | undefined {
  switch (trouble.is) {
    case 'device-locked':
    case 'vault-missing':
    case 'policy':
      return 'only';
    case 'device-unusable':
      return isMendedOutside(trouble.problem) ? 'also' : 'only';
    case 'key-full':
      return 'also';
    case 'key-blocked':
      return trouble.until === 'replug' ? undefined : 'also';
    default:
      return undefined;
  }
}

/** By the system, on its disk, or by another program. */
function isMendedOutside(problem: Extract<Trouble, { readonly is: 'device-unusable' }>['problem']): boolean {
  return (
    problem === 'keychain-locked' ||
    problem === 'keychain-timed-out' ||
    problem === 'keychain-failed' ||
    problem === 'in-use' ||
    problem === 'file'
  );
}
