/** What of a request is worth a line in the user's own log. */
import type { LoggedKind, LoggedRequest, LoggedResult } from './links';
import type { Answer } from './messages';
import type { AutofillRequest, SignalRequest, SiteRequest } from './site-service';

export type Asking = SiteRequest | AutofillRequest | SignalRequest;

/** Undefined: nothing is written down. */
export function loggedRequest(
  message: Asking,
  result: LoggedResult,
): Pick<LoggedRequest, 'site' | 'kind' | 'result'> | undefined {
  if (message.isPrivate) return undefined;
  // A page asks for it whether anybody wants it or not: worth a line only when somebody did.
  if (message.type === 'autofill' && result !== 'used') return undefined;
  return { site: siteOf(message, result), kind: kindOf(message), result };
}

/** What an answer says of how it went. */
export function resultOf(answer: Answer, message: Asking): LoggedResult {
  switch (answer.is) {
    case 'response':
      return kindOf(message) === 'create' ? 'saved' : 'used';
    case 'fall-through':
      return 'handed-over';
    case 'done':
      return 'nothing-to-do';
    case 'error':
      return resultOfError(answer.error.name);
  }
}

function resultOfError(name: string): LoggedResult {
  switch (name) {
    case 'NotAllowedError':
    case 'InvalidStateError':
      return 'cancelled';
    case 'AbortError':
      return 'given-up';
    default:
      return 'refused';
  }
}

function kindOf(message: Asking): LoggedKind {
  return message.type === 'request' ? message.kind : message.type;
}

/** A page can name any site: the one that it named is meant where Latchkey has looked whether it may. */
const CHECKED: readonly LoggedResult[] = ['saved', 'used', 'changed', 'nothing-to-do', 'cancelled'];

function siteOf({ origin, options }: Asking, result: LoggedResult): string {
  const { rp, rpId } = options as { readonly rp?: unknown; readonly rpId?: unknown };
  const named = typeof rp === 'object' && rp !== null && 'id' in rp ? rp.id : rpId;
  if (CHECKED.includes(result) && typeof named === 'string' && named !== '') return named;
  return URL.canParse(origin) ? new URL(origin).hostname : origin;
}
