/** How the worker stands with the app, in the names of messages: what is so, and what to do next. */
import type { Status } from '../between/status-messages';
import type { Ended } from '../worker/app-link';

export interface ConnectionWords {
  readonly state: string;
  readonly next: readonly string[];
  readonly allowed: string;
  /** Undefined: not known. */
  readonly app?: string;
}

export function connectionWords(status: Status | undefined): ConnectionWords {
  if (!status || status.is === 'connecting')
    return { state: 'connecting', next: [], allowed: 'allowedUnknown' };
  if (status.is === 'ended') {
    const name = nameOf(status.how);
    const next = status.how.is === 'not-running' ? [] : ['whileAway'];
    return {
      state: name,
      next: [`${name}Next`, ...next],
      allowed: 'allowedUnknown',
      ...(status.how.is === 'unwelcome' && { app: status.how.app }),
    };
  }
  const { app, state } = status;
  const device = state.device ? [] : ['readyNoDevice'];
  switch (state.allowed) {
    case 'yes':
      return { app, state: 'readyYes', next: ['readyYesNext', ...device], allowed: 'allowedYes' };
    case 'not-yet':
      return { app, state: 'readyNotYet', next: ['readyNotYetNext', ...device], allowed: 'allowedNotYet' };
    case 'no':
      return { app, state: 'readyNo', next: ['readyNoNext', 'whileAway'], allowed: 'allowedNo' };
  }
}

function nameOf(how: Ended): string {
  switch (how.is) {
    case 'no-host':
      return 'noHost';
    case 'not-running':
      return 'notRunning';
    case 'broken':
      return 'closed';
    case 'unwelcome':
      return unwelcome[how.why];
    case 'relay-failed':
      return relayFailed[how.why];
  }
}

const unwelcome = {
  'older-extension': 'appNewer',
  'newer-extension': 'appOlder',
  'unknown-extension': 'unknownExtension',
  protocol: 'closed',
  busy: 'busy',
} as const;

const relayFailed = {
  'cannot-start': 'cannotStart',
  'no-answer': 'noAnswer',
  'not-trusted': 'notTrusted',
  older: 'connectionOlder',
  newer: 'connectionNewer',
  busy: 'busy',
  closed: 'closed',
  protocol: 'closed',
} as const;
