/** webauthn.dll itself, called by koffi. Both are loaded when they are first asked for, and on Windows alone. */
import { join } from 'node:path';
import type { Address, Koffi } from './memory.js';

/** Functions of webauthn.dll by what they are for. Numbers that they return are HRESULT values, signed; all arguments are addresses. */
export interface WebAuthnLibrary {
  readonly apiVersion: () => number;
  /** WebAuthNAuthenticatorMakeCredential: hWnd, RP, user, algorithms, client data, options, where the answer's address goes. Waits for the person. */
  readonly makeCredential: (
    ...args: readonly [Address, Address, Address, Address, Address, Address, Address]
  ) => Promise<number>;
  /** WebAuthNAuthenticatorGetAssertion: hWnd, RP ID, client data, options, where the answer's address goes. Waits for the person. */
  readonly getAssertion: (...args: readonly [Address, Address, Address, Address, Address]) => Promise<number>;
  readonly freeAttestation: (attestation: Address) => void;
  readonly freeAssertion: (assertion: Address) => void;
  /** Fills 16 bytes. */
  readonly newCancellationId: (id: Address) => number;
  readonly cancel: (id: Address) => number;
  readonly errorName: (result: number) => string;
  /** Of user32.dll: the window that has the keyboard. */
  readonly foregroundWindow: () => Address;
}

export interface LoadedLibrary {
  readonly koffi: Koffi;
  readonly library: WebAuthnLibrary;
}

/** Bytes. koffi's own 128 KiB are less than Windows gives a thread, and what draws a dialog may want that. */
const STACK = 2 << 20;

/** Rejects where there is no webauthn.dll: before Windows 10 1903, and on every other system. */
export async function loadWebAuthnDll(systemRoot = 'C:\\Windows'): Promise<LoadedLibrary> {
  const koffi: Koffi = await import('koffi');
  // By their whole paths: a library of that name beside the program is another one.
  const path = (name: string): string => join(systemRoot, 'System32', name);
  return { koffi, library: bindLibrary(koffi, path('webauthn.dll'), path('user32.dll')) };
}

/** Throws when a library or one of its functions is not there. */
export function bindLibrary(koffi: Koffi, webauthnPath: string, user32Path: string): WebAuthnLibrary {
  // Once: koffi takes no other size after it has loaded a library.
  const { async_stack_size: stack = 0, ...others } = koffi.config();
  if (stack < STACK) koffi.config({ ...others, async_stack_size: STACK });
  const webauthn = koffi.load(webauthnPath);
  const user32 = koffi.load(user32Path);
  const pointers = (count: number): string[] => Array.from({ length: count }, () => 'void *');
  const make = webauthn.func('__stdcall', 'WebAuthNAuthenticatorMakeCredential', 'int32', pointers(7));
  const get = webauthn.func('__stdcall', 'WebAuthNAuthenticatorGetAssertion', 'int32', pointers(5));
  const foregroundWindow = user32.func('__stdcall', 'GetForegroundWindow', 'void *', []);
  return {
    apiVersion: webauthn.func('__stdcall', 'WebAuthNGetApiVersionNumber', 'uint32', []),
    makeCredential: (...args) => beside(make.async, args),
    getAssertion: (...args) => beside(get.async, args),
    freeAttestation: webauthn.func('__stdcall', 'WebAuthNFreeCredentialAttestation', 'void', pointers(1)),
    freeAssertion: webauthn.func('__stdcall', 'WebAuthNFreeAssertion', 'void', pointers(1)),
    newCancellationId: webauthn.func('__stdcall', 'WebAuthNGetCancellationId', 'int32', pointers(1)),
    cancel: webauthn.func('__stdcall', 'WebAuthNCancelCurrentOperation', 'int32', pointers(1)),
    errorName: webauthn.func('__stdcall', 'WebAuthNGetErrorName', 'str16', ['int32']),
    foregroundWindow: () => (foregroundWindow() as Address | null) ?? 0n,
  };
}

/** On another thread. */
function beside(call: (...args: unknown[]) => void, args: readonly Address[]): Promise<number> {
  return new Promise((resolve, reject) => {
    call(...args, (error: Error | null, result: number) => (error ? reject(error) : resolve(result)));
  });
}
