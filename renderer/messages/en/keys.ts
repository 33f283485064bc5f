import type { KeyFact } from '../../../preload/contract';
import { count } from './common';

const tries = (n: number) => count(n, 'try', 'tries');

export const keys = {
  explanation:
    'A security key is a small device that holds your passkeys. Here you set its PIN, see what it can do, or erase it.',
  list: 'Security keys',
  noneTitle: 'No security key plugged in',
  noneText: 'Plug one into a USB port. It appears here by itself.',
  removedNotice: (name: string) =>
    `${name} was taken out, so its passkeys are no longer shown. Plug it in again to see them.`,
  removedAnnouncement: (name: string) => `${name} was taken out`,
  state: {
    opening: 'Just a moment…',
    unusable: 'Not available',
    locked: 'Locked',
    listing: 'Reading passkeys…',
    unlocked: 'Unlocked',
    nothing: 'No passkeys to show',
  },
  firmware: (version: string) => `Firmware ${version}`,
  slots: {
    label: 'Room for passkeys',
    usedAndFree: (used: number, free: number) => `${used} used, ${free} free`,
    used: (used: number) => `${used} used`,
    free: (free: number) => `${free} free`,
    unknownLocked: 'Unlock the key to see',
    unknown: 'The key does not say',
  },
  pin: {
    label: 'PIN',
    unsupported: 'This key has no PIN',
    notSet: 'No PIN set',
    set: 'Set',
    changeRequired: 'The key asks for a new PIN',
    untilReinserted: 'Too many wrong tries: take the key out and put it back in',
    blocked: 'Blocked: only a reset helps',
    retries: (n: number) => `${tries(n)} left`,
    rules: (min: number) => `At least ${count(min, 'character', 'characters')}`,
  },
  passkeys: 'Passkeys',
  actions: {
    label: (name: string) => `Actions for ${name}`,
    setPin: 'Set PIN',
    changePin: 'Change PIN',
    reset: 'Reset',
    unlock: 'Unlock',
    lock: 'Lock',
    refresh: 'Refresh',
    stop: 'Stop',
  },
  refreshed: (name: string) => `${name} was read again.`,
  locked: (name: string) => `${name} is locked.`,
  resetHint: 'Erases everything on the key',
  cannotReset: 'This key cannot be reset from here.',
  groups: {
    identity: 'About this key',
    versions: 'Standards it follows',
    options: 'What it can do',
    limits: 'Limits',
    algorithms: 'Algorithms',
    other: 'More',
  } satisfies Record<KeyFact['group'], string>,
  odditiesTitle: 'What is odd about this key',
  noFacts: 'The key has told nothing about itself yet.',
  factTerm: (term: string) => `Called ${term} in the specification`,
} as const;
