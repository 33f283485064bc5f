/** CTAPHID_INIT (CTAP 2.1 §11.2.9.1.3): allocates a channel on the broadcast channel, resynchronises on any other. */
import { equalBytes } from '@noble/ciphers/utils.js';
import {
  BROADCAST_CHANNEL,
  HidCommand,
  HidError,
  NONCE_LENGTH,
  packetsOf,
  RESERVED_CHANNEL,
} from '../ctap/ctaphid';
import { ProtocolError, TransportError } from '../ctap/errors';
import type { Clock, RandomSource } from '../../native/ports';
import type { HidConnection } from './hid-connection';

/** Milliseconds to wait for the answer. */
const INIT_TIMEOUT = 3000;
/**
 * Milliseconds of silence after which INIT is sent again. Linux drops what a device says between the moment its node
 * appears and the end of the driver's probe, so the answer to an early INIT gets lost; nonces make asking twice harmless.
 */
const RESEND_AFTER = 500;
/** Milliseconds between two tries when another program has the key, and the patience for all of them. */
export const BUSY_PAUSE = 100;
export const BUSY_PATIENCE = 5000;
/** Bytes; newer devices may send more. */
const INIT_RESPONSE_LENGTH = 17;

export interface InitResponse {
  readonly channel: number;
  readonly protocolVersion: number;
  /** The vendor's numbers. */
  readonly deviceVersion: { readonly major: number; readonly minor: number; readonly build: number };
  /** {@link Capability} bits. */
  readonly capabilities: number;
}

/** The device does not know the channel, or refuses INIT on it. */
export class ChannelRefused extends ProtocolError {}

export function busyError(): TransportError {
  return new TransportError(
    'busy',
    'Another program is using this security key. Finish or cancel what it is doing, then try again.',
  );
}

/**
 * Answers to other programs (foreign nonces) and left-overs of earlier requests are ignored. While another program has
 * the key, asks again with the same nonce, so that the answer to any of the tries will do.
 * Rejects with TransportError (`timed-out`, `busy`, `unplugged`) or ProtocolError.
 */
export async function initializeChannel(
  connection: HidConnection,
  channel: number,
  { clock, random }: { readonly clock: Clock; readonly random: RandomSource },
): Promise<InitResponse> {
  const nonce = random.bytes(NONCE_LENGTH);
  const patience = clock.now() + BUSY_PATIENCE;
  let silentUntil = clock.now() + INIT_TIMEOUT;
  for (;;) {
    connection.listen(channel);
    for (const packet of packetsOf(channel, HidCommand.INIT, nonce)) await connection.write(packet);
    const answer = await awaitAnswer(connection, channel, nonce, clock);
    if (answer === 'silence') {
      if (clock.now() < silentUntil) continue;
      throw new TransportError(
        'timed-out',
        'The security key does not answer. Take it out and put it back in.',
      );
    }
    if (answer !== 'busy') return answer;
    if (clock.now() + BUSY_PAUSE > patience) throw busyError();
    await connection.pause(BUSY_PAUSE);
    silentUntil = clock.now() + INIT_TIMEOUT;
  }
}

async function awaitAnswer(
  connection: HidConnection,
  channel: number,
  nonce: Uint8Array,
  clock: Clock,
): Promise<InitResponse | 'busy' | 'silence'> {
  const deadline = clock.now() + RESEND_AFTER;
  for (;;) {
    const packet = await connection.next(deadline - clock.now());
    if (packet === 'silence' || packet === 'aborted') return 'silence';
    if (packet.kind !== 'init') continue;
    if (packet.command === HidCommand.ERROR) {
      const code = packet.data[0];
      if (code === HidError.CHANNEL_BUSY) return 'busy';
      // Other errors on the broadcast channel may well be meant for another program.
      if (channel !== BROADCAST_CHANNEL)
        throw new ChannelRefused(`The security key refused to resynchronise (CTAPHID error ${code}).`);
    }
    if (packet.command !== HidCommand.INIT) continue;
    if (equalBytes(packet.data.subarray(0, NONCE_LENGTH), nonce)) return parse(packet.data, packet.length);
  }
}

function parse(data: Uint8Array, length: number): InitResponse {
  if (length < INIT_RESPONSE_LENGTH)
    throw new ProtocolError(`The security key answered INIT with ${length} bytes instead of 17.`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const channel = view.getUint32(8);
  if (channel === RESERVED_CHANNEL || channel === BROADCAST_CHANNEL)
    throw new ProtocolError('The security key allocated a channel that is reserved.');
  return {
    channel,
    protocolVersion: view.getUint8(12),
    deviceVersion: { major: view.getUint8(13), minor: view.getUint8(14), build: view.getUint8(15) },
    capabilities: view.getUint8(16),
  };
}
