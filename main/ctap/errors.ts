import { statusName, type StatusName } from './status';

/** The authenticator answered with a status byte other than 0x00; any byte, named when known. */
export class CtapStatusError extends Error {
  override readonly name = 'CtapStatusError';
  readonly status: number;
  readonly statusName: StatusName | undefined;

  constructor(status: number, detail?: string) {
    const name = statusName(status);
    const hex = `0x${status.toString(16).padStart(2, '0').toUpperCase()}`;
    super(`${name ? `${name} (${hex})` : `unknown status ${hex}`}${detail ? `: ${detail}` : ''}`);
    this.status = status;
    this.statusName = name;
  }
}

/**
 * The way to the authenticator failed.
 * - `unplugged`: gone, before or during the operation
 * - `timed-out`: no answer in time, or keepalives without end
 * - `access-denied`: the system does not let this user open it
 * - `busy`: another program is using it, for longer than we wait
 * - `io`: anything else
 */
export type TransportFailure = 'unplugged' | 'timed-out' | 'access-denied' | 'busy' | 'io';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The other side broke the rules: wrong types, wrong lengths, undecodable CBOR, an answer to a question not asked. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
