/**
 * What travels over the control socket: frames, each with its length in front (4 bytes, little-endian, the length not
 * counted). Everything longer than expected ends the connection before it is taken in.
 */
import { ControlError } from './control-error';

/** Bytes of the longest frame. */
export const MAX_FRAME = 2 ** 20;
const HEAD = 4;

export function framed(content: Uint8Array): Uint8Array {
  if (content.length > MAX_FRAME) throw new ControlError('protocol', 'a frame is too long');
  const frame = new Uint8Array(HEAD + content.length);
  new DataView(frame.buffer).setUint32(0, content.length, true);
  frame.set(content, HEAD);
  return frame;
}

/** Puts frames together from the pieces in which they come. */
export class FrameReader {
  /** Bytes of the longest frame that is taken: little before the other side has said who it is. */
  longest: number;
  #pieces: Uint8Array[] = [];
  #held = 0;

  constructor(longest: number) {
    this.longest = longest;
  }

  /** Takes what came. Throws {@link ControlError} when it is more than two frames that nobody has taken yet. */
  push(bytes: Uint8Array): void {
    // A copy: what the system lent may be used again.
    this.#pieces.push(new Uint8Array(bytes));
    this.#held += bytes.length;
    this.#checkLength();
    if (this.#held > 2 * (this.longest + HEAD))
      throw new ControlError('protocol', 'more came than was asked for');
  }

  /** The next whole frame without its length, or undefined until more comes. Throws {@link ControlError}. */
  next(): Uint8Array | undefined {
    const length = this.#checkLength();
    if (length === undefined || this.#held < HEAD + length) return undefined;
    const all = this.#joined();
    const rest = all.slice(HEAD + length);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    const content = all.slice(HEAD, HEAD + length);
    all.fill(0);
    return content;
  }

  /** Overwrites what is held. */
  clear(): void {
    for (const piece of this.#pieces) piece.fill(0);
    this.#pieces = [];
    this.#held = 0;
  }

  #checkLength(): number | undefined {
    if (this.#held < HEAD) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < HEAD) this.#pieces = [this.#joined()];
    const [first] = this.#pieces;
    if (!first) return undefined;
    const length = new DataView(first.buffer, first.byteOffset).getUint32(0, true);
    if (length > this.longest) throw new ControlError('protocol', `a frame of ${length} bytes`);
    return length;
  }

  #joined(): Uint8Array {
    const all = new Uint8Array(this.#held);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
      piece.fill(0);
    }
    return all;
  }
}
