import type { PinTries, VaultProblemCode } from './model';

/** Why the vault was not opened or changed: a code, and a sentence for people that ends in a next step. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultProblemCode;
  /** Where a PIN was the problem. */
  readonly tries?: PinTries;

  constructor(
    code: VaultProblemCode,
    message: string,
    options?: ErrorOptions & { readonly tries?: PinTries },
  ) {
    super(message, options);
    this.code = code;
    if (options?.tries) this.tries = options.tries;
  }
}
