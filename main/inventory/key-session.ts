/** What one operation on one key works with: its turn, and the token that was given for it. */
import type { RandomSource } from '../../native/ports';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import type { PinUvAuthToken } from '../client/pin-uv-auth-token';
import type { SecurityKey } from '../client/security-key';
import type { StoredCredential } from '../client/stored-credential';

export interface KeySession {
  readonly key: SecurityKey;
  /** As getInfo said before the operation. */
  readonly info: AuthenticatorInfo;
  /** Undefined for a key that protects nothing yet. */
  readonly token: PinUvAuthToken | undefined;
  readonly random: RandomSource;
  readonly signal: AbortSignal;
  /** The passkeys that have been listed; none while the key is locked. */
  readonly known: readonly StoredCredential[];
}
