/** Which calls of `create` and `get` are for us at all. */
import { LONGEST_FROM_PAGE } from '../between/page-messages';
import { getterOf, writeJson } from './intrinsics';
import { creationOptions, requestOptions } from './options';
import { isObject } from './web-idl';

export interface Request {
  readonly is: 'create' | 'get' | 'autofill';
  /** JSON. */
  readonly options: string;
  readonly signal: AbortSignal | undefined;
  /** The page's argument, with another signal in it. */
  readonly withSignal: (signal: AbortSignal) => object;
}

const isAborted = getterOf<boolean>(AbortSignal.prototype, 'aborted');

/** Leaves room for the rest of the message that the frame takes. */
const LONGEST_OPTIONS = LONGEST_FROM_PAGE - 1024;

/** Credentials of other kinds, and ways to ask, that only the browser has. */
const others = ['federated', 'identity', 'otp', 'digital', 'uiMode'] as const;

/**
 * Undefined: the native function gets it. So it does when the page's own getters throw, and says itself what is wrong with arguments
 * that no browser takes.
 */
export function requestOf(kind: 'create' | 'get', argument: unknown): Request | undefined {
  try {
    return isObject(argument) ? taken(kind, argument) : undefined;
  } catch {
    return undefined;
  }
}

function taken(
  kind: 'create' | 'get',
  argument: Readonly<Record<PropertyKey, unknown>>,
): Request | undefined {
  const { publicKey, mediation, signal, password } = argument;
  if (!isObject(publicKey)) return undefined;
  const how = mediation === undefined ? 'optional' : `${mediation as string}`;
  const isConditional = how === 'conditional' && kind === 'get';
  if (!isConditional && how !== 'optional' && how !== 'required') return undefined;
  // At a field, the browser's own list offers passwords, too, with ours beside it.
  if (password && !isConditional) return undefined;
  for (let index = 0; index < others.length; index++) if (argument[others[index] as string]) return undefined;
  if (signal !== undefined && isAborted(signal)) return undefined;
  const options = writeJson((kind === 'create' ? creationOptions : requestOptions)(publicKey));
  if (options.length > LONGEST_OPTIONS) return undefined;
  return {
    is: isConditional ? 'autofill' : kind,
    options,
    signal: signal as AbortSignal | undefined,
    withSignal: (own) => ({ __proto__: argument, publicKey, mediation, password, signal: own }),
  };
}
