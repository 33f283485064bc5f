/** What a person can do in each state: the buttons of a dialog, and all that the machine listens to. */
import type { ActName, CeremonyState, Trouble } from './dialog-view';

/** What surrounds a state. */
export interface Surroundings {
  readonly kind: 'create' | 'get';
  /** The caller has a dialog of its own. */
  readonly hasOwnDialog: boolean;
  /** There was a choice that can be gone back to. */
  readonly canGoBack: boolean;
  /** There are other places than this one, or might be. */
  readonly canGoElsewhere: boolean;
  /** Names of one's own are kept. */
  readonly canRename: boolean;
}

export function actsOf(state: CeremonyState, around: Surroundings): readonly ActName[] {
  const elsewhere: readonly ActName[] = around.canGoElsewhere ? ['use-another-device'] : [];
  const back: readonly ActName[] = around.canGoBack ? ['back'] : [];
  const out: readonly ActName[] = [
    ...(around.hasOwnDialog ? (['use-browsers-dialog'] as const) : []),
    'cancel',
  ];
  const asking = (...own: readonly ActName[]): readonly ActName[] => [...own, ...elsewhere, ...back, ...out];
  switch (state.name) {
    case 'waiting':
    case 'preparing':
      return out;
    case 'choose-place':
      return ['choose-place', ...(state.all ? [] : elsewhere), ...back, ...out];
    case 'choose-account':
      return asking('choose-account', ...(state.places.length > 0 ? (['choose-place'] as const) : []));
    case 'insert-key':
    case 'touch-key':
    case 'key-finger':
    // A passkey may be under way to the site: the caller's dialog would make another.
    case 'working':
      return state.name === 'working' ? ['cancel'] : asking();
    case 'key-pin':
      return asking('enter-pin');
    case 'create-key-pin':
      return asking('create-pin');
    case 'change-key-pin':
      return asking('change-pin');
    case 'device-pin':
      return asking('enter-pin');
    case 'device-biometrics':
      return asking('use-pin');
    case 'device-passphrase':
      return asking('enter-passphrase');
    case 'saved':
      return [...(around.canRename ? (['rename'] as const) : []), 'done', 'cancel'];
    case 'trouble':
      return state.trouble.is === 'timed-out'
        ? ['done', 'cancel']
        : asking(...nextSteps(state.trouble, around));
    case 'closed':
      return [];
  }
}

/** Besides another device, the caller's dialog and cancel. */
function nextSteps(trouble: Trouble, { kind, canGoElsewhere }: Surroundings): readonly ActName[] {
  switch (trouble.is) {
    case 'excluded':
      return ['done'];
    case 'attestation-impossible':
      return ['go-on'];
    case 'key-removed':
    case 'wrong-key':
    case 'not-touched':
    case 'refused':
    case 'place-failed':
      return ['retry'];
    // Where there is nowhere else to go, another look may find what was put right meanwhile.
    case 'key-blocked':
      return trouble.until === 'replug' ? ['retry'] : [];
    case 'no-match':
      return kind === 'get' && !canGoElsewhere ? ['retry'] : [];
    case 'device-locked':
    case 'device-unusable':
    case 'vault-missing':
    case 'policy':
      return ['retry'];
    case 'timed-out':
    case 'key-full':
    case 'key-cannot':
      return [];
  }
}

/** Acts that leave whatever is going on for another state; the others answer what is asked. */
export const leaving = [
  'use-another-device',
  'use-browsers-dialog',
  'retry',
  'go-on',
  'back',
  'done',
  'cancel',
] as const;
