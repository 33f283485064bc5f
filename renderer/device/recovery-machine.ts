/** The states of a recovery key that is shown once, and the check that it was kept. */

export type RecoveryState =
  | { readonly name: 'showing' }
  /** Asks for its last group, from where it was kept. */
  | { readonly name: 'checking'; readonly wrong: boolean }
  /** Closing would lose it for good. */
  | { readonly name: 'leaving'; readonly back: 'showing' | 'checking' }
  | { readonly name: 'kept' };

export type RecoveryEvent =
  | { readonly type: 'next' }
  | { readonly type: 'show-again' }
  | { readonly type: 'typed'; readonly group: string; readonly recoveryKey: string }
  | { readonly type: 'leave' }
  | { readonly type: 'stay' };

export function nextRecovery(state: RecoveryState, event: RecoveryEvent): RecoveryState {
  switch (event.type) {
    case 'next':
      return state.name === 'showing' ? { name: 'checking', wrong: false } : state;
    case 'show-again':
      return state.name === 'checking' ? { name: 'showing' } : state;
    case 'typed':
      if (state.name !== 'checking') return state;
      return isLastGroup(event.group, event.recoveryKey)
        ? { name: 'kept' }
        : { name: 'checking', wrong: true };
    case 'leave':
      return state.name === 'showing' || state.name === 'checking'
        ? { name: 'leaving', back: state.name }
        : state;
    case 'stay':
      if (state.name !== 'leaving') return state;
      return state.back === 'showing' ? { name: 'showing' } : { name: 'checking', wrong: false };
  }
}

/** Its groups, as they are written down. */
export function groups(recoveryKey: string): readonly string[] {
  return recoveryKey.split(/[\s-]+/u).filter((group) => group !== '');
}

/** The whole key is as good as its last group: who has it all has kept it. */
export function isLastGroup(typed: string, recoveryKey: string): boolean {
  const last = readable(groups(recoveryKey).at(-1) ?? '');
  const given = readable(typed);
  return last !== '' && (given === last || given === readable(recoveryKey));
}

/** Crockford's base 32: in either case, O for 0, I and L for 1. */
function readable(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}
