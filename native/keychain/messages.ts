/** What goes between Latchkey and the process that keeps keytar. Plain values, that each kind of channel can carry. */
import type { KeychainFailureCode } from '../ports.js';

export type KeychainRequest = { readonly id: number; readonly service: string; readonly account: string } & (
  { readonly call: 'get' } | { readonly call: 'set'; readonly secret: string } | { readonly call: 'delete' }
);

/**
 * - `asking`: a person may be asked now, which takes as long as it takes. The end follows.
 * - `done`: `value` is the secret, or whether one was deleted; null is undefined.
 */
export type KeychainAnswer =
  | { readonly id: number; readonly kind: 'asking' }
  | { readonly id: number; readonly kind: 'done'; readonly value: string | boolean | null }
  | {
      readonly id: number;
      readonly kind: 'failed';
      readonly code: Exclude<KeychainFailureCode, 'timed-out'>;
      readonly message: string;
    };

/** Undefined for anything else. */
export function readRequest(message: unknown): KeychainRequest | undefined {
  const { id, service, account, call, secret } = fields(message);
  if (typeof id !== 'number' || typeof service !== 'string' || typeof account !== 'string') return undefined;
  if (call === 'get' || call === 'delete') return { id, service, account, call };
  return call === 'set' && typeof secret === 'string' ? { id, service, account, call, secret } : undefined;
}

/** Undefined for anything else. */
export function readAnswer(message: unknown): KeychainAnswer | undefined {
  const { id, kind, value, code, message: words } = fields(message);
  if (typeof id !== 'number') return undefined;
  if (kind === 'asking') return { id, kind };
  if (kind === 'done' && (typeof value === 'string' || typeof value === 'boolean' || value === null))
    return { id, kind, value };
  if (
    kind === 'failed' &&
    (code === 'unavailable' || code === 'locked' || code === 'failed') &&
    typeof words === 'string'
  )
    return { id, kind, code, message: words };
  return undefined;
}

function fields(message: unknown): Readonly<Record<string, unknown>> {
  return typeof message === 'object' && message !== null ? { ...message } : {};
}
