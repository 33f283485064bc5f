/** How a call of webauthn.dll ends otherwise than well: HRESULT values, which webauthn.h lists at WebAuthNGetErrorName and winerror.h numbers. */
import type { SystemKeysFailure, SystemKeysFailureCode } from '../ports.js';

export class WebAuthnDllError extends Error implements SystemKeysFailure {
  override readonly name = 'WebAuthnDllError';
  readonly code: SystemKeysFailureCode;

  constructor(code: SystemKeysFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** As unsigned numbers. */
const codes = new Map<number, SystemKeysFailureCode>([
  [0x8009_000f, 'excluded'], // NTE_EXISTS
  [0x8009_0011, 'not-found'], // NTE_NOT_FOUND
  [0x8009_0023, 'full'], // NTE_TOKEN_KEYSET_STORAGE_FULL
  [0x8009_0027, 'not-supported'], // NTE_INVALID_PARAMETER: "NotSupportedError" to a site
  [0x8009_0029, 'not-supported'], // NTE_NOT_SUPPORTED
  [0x8009_0035, 'no-key'], // NTE_DEVICE_NOT_FOUND
  [0x8009_0036, 'cancelled'], // NTE_USER_CANCELLED
  [0x8007_0032, 'not-supported'], // HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED)
  [0x8007_04c7, 'cancelled'], // HRESULT_FROM_WIN32(ERROR_CANCELLED)
  [0x8007_05b4, 'timed-out'], // HRESULT_FROM_WIN32(ERROR_TIMEOUT)
]);

/** The signed value in `result` is negative for all of these (FAILED). */
export function isFailure(result: number): boolean {
  return result < 0;
}

/** @param errorName what Windows calls it towards a site */
export function failureOfResult(result: number, errorName: string): WebAuthnDllError {
  const unsigned = result >>> 0;
  return new WebAuthnDllError(
    codes.get(unsigned) ?? 'failed',
    `webauthn.dll answered 0x${unsigned.toString(16).padStart(8, '0')} (${errorName})`,
  );
}
