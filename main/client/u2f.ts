/**
 * U2F at the other end of a CTAPHID channel (FIDO U2F Raw Message Formats v1.2; CTAP 2.1 §10): register, authenticate and
 * version. The key does not wait for a touch but says that it needs one, so it is asked until there was one.
 */
import type { CallOptions } from '../ctap/api';
import { HidCommand } from '../ctap/ctaphid';
import {
  decodeAuthenticateResponse,
  decodeRegisterResponse,
  decodeResponseApdu,
  encodeAuthenticateRequest,
  encodeRegisterRequest,
  encodeVersionRequest,
  StatusWord,
  U2fControl,
  type AuthenticateRequest,
  type AuthenticateResponse,
  type RegisterRequest,
  type RegisterResponse,
  type ResponseApdu,
} from '../ctap/ctap1';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { Clock } from '../../native/ports';
import type { MessageChannel } from './remote-authenticator';

/** Milliseconds between two questions whether the key was touched by now; 200 to 500 are usual. */
export const U2F_POLL_INTERVAL = 250;
/** Milliseconds of asking, as long as CTAP2 keys wait for a touch. */
export const U2F_TOUCH_TIMEOUT = 30_000;

/** Without the control byte. */
export type KeyHandleRequest = Omit<AuthenticateRequest, 'control'>;

/** Every method rejects with CtapStatusError, TransportError or ProtocolError, and with the signal's reason. */
export class U2fClient {
  readonly #channel: MessageChannel;
  readonly #clock: Clock;

  constructor(channel: MessageChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** `U2F_V2` */
  async version(options?: CallOptions): Promise<string> {
    const { data } = requireOk(await this.#send(encodeVersionRequest(), options));
    return Buffer.from(data).toString('latin1');
  }

  /** Waits for a touch: 0x2F when none comes in {@link U2F_TOUCH_TIMEOUT}. */
  async register(request: RegisterRequest, options?: CallOptions): Promise<RegisterResponse> {
    return decodeRegisterResponse(await this.#untilTouched(encodeRegisterRequest(request), options));
  }

  /** Whether the key made this key handle for this application; without a touch. */
  async knows(request: KeyHandleRequest, options?: CallOptions): Promise<boolean> {
    const check = encodeAuthenticateRequest({ ...request, control: U2fControl.CHECK_ONLY });
    const { status } = await this.#send(check, options);
    switch (status) {
      case StatusWord.CONDITIONS_NOT_SATISFIED:
      case StatusWord.OK: // no key should sign here, but one that does knows the handle
        return true;
      case StatusWord.WRONG_DATA:
      case StatusWord.WRONG_LENGTH: // some keys say so of handles that are not as long as their own
        return false;
      default:
        throw statusError(status);
    }
  }

  /** Waits for a touch as {@link register} does, unless `touch` is false; 0x2E for a key handle that is not the key's. */
  async authenticate(
    request: KeyHandleRequest,
    touch: boolean,
    options?: CallOptions,
  ): Promise<AuthenticateResponse> {
    const control = touch ? U2fControl.ENFORCE_TOUCH : U2fControl.WITHOUT_TOUCH;
    const apdu = encodeAuthenticateRequest({ ...request, control });
    return decodeAuthenticateResponse(
      touch ? await this.#untilTouched(apdu, options) : requireOk(await this.#send(apdu, options)).data,
    );
  }

  async #untilTouched(apdu: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const deadline = this.#clock.now() + U2F_TOUCH_TIMEOUT;
    for (let isWaiting = false; ; isWaiting = true) {
      const answer = await this.#send(apdu, options);
      if (answer.status !== StatusWord.CONDITIONS_NOT_SATISFIED) {
        if (isWaiting) options.onStatus?.('processing');
        return requireOk(answer).data;
      }
      if (!isWaiting) options.onStatus?.('touch-needed');
      if (this.#clock.now() >= deadline) throw new CtapStatusError(Status.USER_ACTION_TIMEOUT);
      await this.#pause(options.signal);
    }
  }

  async #pause(signal: AbortSignal | undefined): Promise<void> {
    let onAbort = (): void => undefined;
    let callOff = (): void => undefined;
    await new Promise<void>((resolve) => {
      onAbort = resolve;
      callOff = this.#clock.after(U2F_POLL_INTERVAL, resolve);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) resolve();
    });
    callOff();
    signal?.removeEventListener('abort', onAbort);
    if (signal?.aborted) throw signal.reason;
  }

  async #send(apdu: Uint8Array, options: CallOptions = {}): Promise<ResponseApdu> {
    const { signal } = options;
    return decodeResponseApdu(await this.#channel.send(HidCommand.MSG, apdu, signal ? { signal } : {}));
  }
}

function requireOk(answer: ResponseApdu): ResponseApdu {
  if (answer.status !== StatusWord.OK) throw statusError(answer.status);
  return answer;
}

const statuses = new Map<number, number>([
  [StatusWord.WRONG_LENGTH, Status.INVALID_LENGTH],
  [StatusWord.CONDITIONS_NOT_SATISFIED, Status.UP_REQUIRED],
  [StatusWord.COMMAND_NOT_ALLOWED, Status.NOT_ALLOWED],
  [StatusWord.WRONG_DATA, Status.NO_CREDENTIALS],
  [StatusWord.INSTRUCTION_NOT_SUPPORTED, Status.INVALID_COMMAND],
  [StatusWord.CLASS_NOT_SUPPORTED, Status.INVALID_COMMAND],
]);

/** The CTAP2 status that says the same as a U2F status word. */
function statusError(status: number): CtapStatusError {
  return new CtapStatusError(statuses.get(status) ?? Status.OTHER, `U2F status word ${status.toString(16)}`);
}
