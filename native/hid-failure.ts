/** The error that the HID and uhid adapters reject with. */
import type { HidFailure, HidFailureCode } from './ports.js';

/** A {@link HidFailure} whose message is one or two sentences for people: what happened, and a next step where there is one. */
export class HidError extends Error implements HidFailure {
  override readonly name = 'HidError';

  readonly code: HidFailureCode;

  constructor(code: HidFailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
