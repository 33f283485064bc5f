/**
 * Messages after the handshake. Each frame is sealed (AES-256-GCM, 12-byte nonce: the number of the frame in its direction): nobody
 * reads it, changes it, repeats it, leaves one out or turns one around. A message is one frame or several; the first byte
 * of each says whether more follows.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ControlError } from './control-error';
import { MAX_FRAME } from './frames';
import type { SessionKeys } from './handshake';

const TAG = 16;
const NONCE = 12;
const LAST = 0;
const MORE = 1;
/** Bytes of a message in one frame. */
export const MAX_PIECE = MAX_FRAME - TAG - 1;

export interface SealedChannelOptions {
  /** Bytes of the longest message that is taken. */
  readonly longestMessage: number;
}

export class SealedChannel {
  readonly #out: Uint8Array;
  readonly #in: Uint8Array;
  readonly #longest: number;
  #sent = 0n;
  #received = 0n;
  #pieces: Uint8Array[] = [];
  #held = 0;

  constructor(
    { toServer, toClient }: SessionKeys,
    role: 'client' | 'server',
    { longestMessage }: SealedChannelOptions,
  ) {
    [this.#out, this.#in] = role === 'client' ? [toServer, toClient] : [toClient, toServer];
    this.#longest = longestMessage;
  }

  /** The frames of a message, to be sent in this order. */
  seal(message: Uint8Array): readonly Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = 0;
    do {
      const piece = message.subarray(at, at + MAX_PIECE);
      at += piece.length;
      const cipher = createCipheriv('aes-256-gcm', this.#out, nonceOf(this.#sent++));
      const sealed = [
        cipher.update(Uint8Array.of(at < message.length ? MORE : LAST)),
        cipher.update(piece),
        cipher.final(),
      ];
      frames.push(Buffer.concat([...sealed, cipher.getAuthTag()]));
    } while (at < message.length);
    return frames;
  }

  /** The message that this frame completes, or undefined when more follows. Throws {@link ControlError}. */
  open(frame: Uint8Array): Uint8Array | undefined {
    if (frame.length <= TAG) throw new ControlError('protocol', 'a frame is too short');
    const decipher = createDecipheriv('aes-256-gcm', this.#in, nonceOf(this.#received++), {
      authTagLength: TAG,
    });
    decipher.setAuthTag(frame.subarray(frame.length - TAG));
    const plain = decipher.update(frame.subarray(0, frame.length - TAG));
    try {
      decipher.final();
    } catch {
      plain.fill(0);
      throw new ControlError('protocol', 'a frame was changed, repeated or left out');
    }
    this.#held += plain.length - 1;
    const [more] = plain;
    if ((more !== LAST && more !== MORE) || this.#held > this.#longest)
      throw new ControlError('protocol', 'a message is too long');
    this.#pieces.push(plain.subarray(1));
    if (more === MORE) return undefined;
    const whole = Buffer.concat(this.#pieces);
    const message = Uint8Array.from(whole);
    whole.fill(0);
    this.#forgetPieces();
    return message;
  }

  /** Overwrites the keys and what is held; nothing works afterwards. */
  close(): void {
    this.#forgetPieces();
    this.#out.fill(0);
    this.#in.fill(0);
  }

  #forgetPieces(): void {
    for (const piece of this.#pieces) piece.fill(0);
    this.#pieces = [];
    this.#held = 0;
  }
}

function nonceOf(count: bigint): Uint8Array {
  const nonce = Buffer.alloc(NONCE);
  nonce.writeBigUInt64LE(count);
  return nonce;
}
