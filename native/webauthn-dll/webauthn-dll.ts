/**
 * Windows: security keys by Windows' own dialog, through webauthn.dll. Since Windows 10 1903 a program that is not elevated cannot open
 * them itself. webauthn.dll hashes the client data, asks for the key, its PIN and the touch, and blocks until that is over.
 *
 * Not proven on a real Windows yet, see docs/unproven.md.
 */
import type {
  Clock,
  SystemAssertion,
  SystemAttestation,
  SystemGetAssertion,
  SystemMakeCredential,
  SystemSecurityKeys,
} from '../ports.js';
import { readAssertion, readAttestation } from './answers.js';
import { failureOfResult, isFailure, WebAuthnDllError } from './failures.js';
import type { LoadedLibrary } from './library.js';
import { AnswerMemory, CallMemory, type Address } from './memory.js';
import { getAssertionArguments, makeCredentialArguments, type RequestParts } from './requests.js';
import { defineStructures, type Structures } from './structures.js';

/** Milliseconds. An operation that has only just been begun may not know yet that it can be cancelled. */
const CANCEL_AGAIN = 250;
const GUID_LENGTH = 16;

export interface WebAuthnDllOptions {
  readonly clock: Clock;
  /** Called once, when it is first asked for. Rejects where there is none. */
  readonly load: () => Promise<LoadedLibrary>;
  /** The handle (HWND) of the window that Windows' dialog goes in front of. Undefined: the one that has the keyboard. */
  readonly window: () => bigint | undefined;
}

interface Loaded extends LoadedLibrary {
  readonly structures: Structures;
  readonly apiVersion: number;
}

/** One call: how it is made, and what its answer is read and freed by. */
interface Operation<T> {
  readonly call: (window: Address, parts: RequestParts, answer: Address) => Promise<number>;
  readonly read: (memory: AnswerMemory, structures: Structures, address: Address) => T;
  readonly free: (address: Address) => void;
}

export class WebAuthnDll implements SystemSecurityKeys {
  readonly #options: WebAuthnDllOptions;
  #loading: Promise<Loaded | undefined> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WebAuthnDllOptions) {
    this.#options = options;
  }

  async available(): Promise<boolean> {
    return (await this.#load()) !== undefined;
  }

  makeCredential(request: SystemMakeCredential, signal: AbortSignal): Promise<SystemAttestation> {
    return this.#inTurn(signal, ({ library }) => ({
      call: (window, parts, answer) => {
        const { rp, user, algorithms, clientData, options } = makeCredentialArguments(parts, request);
        return library.makeCredential(window, rp, user, algorithms, clientData, options, answer);
      },
      read: readAttestation,
      free: library.freeAttestation,
    }));
  }

  getAssertion(request: SystemGetAssertion, signal: AbortSignal): Promise<SystemAssertion> {
    return this.#inTurn(signal, ({ library }) => ({
      call: (window, parts, answer) => {
        const { rpId, clientData, options } = getAssertionArguments(parts, request);
        return library.getAssertion(window, rpId, clientData, options, answer);
      },
      read: readAssertion,
      free: library.freeAssertion,
    }));
  }

  #load(): Promise<Loaded | undefined> {
    this.#loading ??= this.#options.load().then(
      ({ koffi, library }) => {
        const apiVersion = library.apiVersion();
        return apiVersion < 1
          ? undefined
          : { koffi, library, structures: defineStructures(koffi), apiVersion };
      },
      // The words are the system's, in its language.
      () => undefined,
    );
    return this.#loading;
  }

  /** Windows shows one dialog of a program at a time. */
  #inTurn<T>(signal: AbortSignal, operation: (loaded: Loaded) => Operation<T>): Promise<T> {
    const before = this.#last;
    const turn = (async () => {
      await before;
      const loaded = await this.#load();
      if (!loaded) throw new WebAuthnDllError('not-supported', 'this system has no webauthn.dll');
      return this.#run(loaded, operation(loaded), signal);
    })();
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #run<T>(loaded: Loaded, operation: Operation<T>, signal: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    const { koffi, library, structures, apiVersion } = loaded;
    const memory = new CallMemory(koffi);
    try {
      const id = memory.block(GUID_LENGTH);
      const cancellation = isFailure(library.newCancellationId(id)) ? 0n : id;
      const answer = memory.pointer();
      const window = this.#options.window() ?? library.foregroundWindow();
      const result = await this.#cancellable(
        operation.call(window, { memory, structures, apiVersion, cancellation }, answer),
        () => void (cancellation !== 0n && library.cancel(cancellation)),
        signal,
      );
      if (isFailure(result)) {
        throwIfCancelled(signal);
        throw failureOfResult(result, library.errorName(result));
      }
      return take(operation, new AnswerMemory(koffi), structures, answer, signal);
    } finally {
      memory.free();
    }
  }

  /** Waits for the end also when it is cancelled: the call uses its memory until then. */
  async #cancellable(call: Promise<number>, cancel: () => void, signal: AbortSignal): Promise<number> {
    let stop = (): void => undefined;
    const onAbort = (): void => {
      cancel();
      stop = this.#options.clock.after(CANCEL_AGAIN, onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await call;
    } finally {
      signal.removeEventListener('abort', onAbort);
      stop();
    }
  }
}

/** The answer belongs to webauthn.dll until it is freed, whatever is wrong with it. */
function take<T>(
  { read, free }: Operation<T>,
  memory: AnswerMemory,
  structures: Structures,
  answer: Address,
  signal: AbortSignal,
): T {
  const address = memory.pointerAt(answer);
  if (address === 0n)
    throw new WebAuthnDllError('misbehaved', 'webauthn.dll says that it is done, and answers nothing');
  try {
    throwIfCancelled(signal);
    return read(memory, structures, address);
  } finally {
    free(address);
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new WebAuthnDllError('cancelled', 'the dialog was closed from outside', { cause: signal.reason });
}
