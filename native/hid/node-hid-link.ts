/** One open device of node-hid as a {@link HidLink}. */
import type { HIDAsync } from 'node-hid';
import type { HidFailure, HidLink, HidListener } from '../ports.js';
import { HidError } from '../hid-failure.js';
import { classifyHidText, hidError, textOf } from './hid-errors.js';

/** Bytes of a FIDO HID report (protocol.md A.1). */
const REPORT_LENGTH = 64;

/**
 * A write to a key that is being unplugged fails in many ways (EPROTO, EPIPE, …) before reading says that it is gone.
 * So long, in milliseconds, a failed write waits for that.
 */
const UNPLUG_GRACE = 300;

/**
 * Reading runs in a thread of node-hid's, writing in libuv's pool: nothing blocks the caller. The synchronous handle of node-hid
 * is not used, for its `write` would (up to five seconds for a USB key that hangs).
 */
export class NodeHidLink implements HidLink {
  private readonly handle: HIDAsync;
  private readonly listener: HidListener;
  private readonly platform: NodeJS.Platform;
  private readonly onDisconnected: () => void;
  private readonly reading: Promise<void>;
  private closing: Promise<void> | undefined;
  private closedByUs = false;
  private end: HidFailure | undefined;
  private resolveEnded: () => void = () => undefined;
  private readonly ended: Promise<void>;

  /** @param onDisconnected called once when the key goes, before the listener. */
  constructor(
    handle: HIDAsync,
    listener: HidListener,
    platform: NodeJS.Platform,
    onDisconnected: () => void,
  ) {
    this.handle = handle;
    this.listener = listener;
    this.platform = platform;
    this.onDisconnected = onDisconnected;
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    handle.on('error', (cause: unknown) => this.finish(cause));
    handle.on('data', (data: Uint8Array) => {
      if (!this.closedByUs && this.end === undefined) {
        listener.onReport(new Uint8Array(data.buffer, data.byteOffset, data.length));
      }
    });
    // node-hid begins to read in the next tick, and throws there, where nobody can catch it, when it is closed by then.
    this.reading = new Promise((resolve) => process.nextTick(resolve));
  }

  async write(report: Uint8Array): Promise<void> {
    if (report.length !== REPORT_LENGTH) {
      throw new RangeError(`A FIDO report has ${REPORT_LENGTH} bytes, not ${report.length}`);
    }
    if (this.end !== undefined) throw this.end;
    if (this.closedByUs) throw new HidError('disconnected', 'The connection to the security key is closed.');
    // Report number 0 in front; hidraw and Windows take shorter writes without a word and lose them.
    const numbered = Buffer.alloc(1 + REPORT_LENGTH);
    numbered.set(report, 1);
    try {
      await this.handle.write(numbered);
    } catch (cause) {
      throw await this.explainWrite(cause);
    }
  }

  close(): Promise<void> {
    this.closedByUs = true;
    return this.closeHandle();
  }

  private async explainWrite(cause: unknown): Promise<HidFailure> {
    const code = classifyHidText(textOf(cause));
    if (code === 'io' && !this.closedByUs) {
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, UNPLUG_GRACE)));
      await Promise.race([this.ended, grace]);
      clearTimeout(timer);
    }
    return this.end ?? hidError(this.closedByUs ? 'disconnected' : code, this.platform, cause);
  }

  /** Reading failed: the link is over. */
  private finish(cause: unknown): void {
    if (this.closedByUs || this.end !== undefined) return;
    // hidraw fails a read only when the device is gone, and some versions of node-hid give no text with it.
    const text = textOf(cause);
    const code = this.platform === 'linux' || text === '' ? 'disconnected' : classifyHidText(text);
    this.end = hidError(code, this.platform, cause);
    this.resolveEnded();
    void this.closeHandle();
    if (code === 'disconnected') this.onDisconnected();
    this.listener.onEnd(this.end);
  }

  private closeHandle(): Promise<void> {
    // It rejects only when it is closed already.
    this.closing ??= this.reading.then(() => this.handle.close()).catch(() => undefined);
    return this.closing;
  }
}
