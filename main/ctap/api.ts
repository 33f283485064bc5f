/**
 * The one interface of an authenticator, implemented by the software engine and by the client of a security key.
 * Callers cannot tell them apart. Every method rejects with CtapStatusError, TransportError or ProtocolError, and with
 * the signal's reason when it was cancelled.
 */
import type { AuthenticatorConfigRequest } from './commands/authenticator-config';
import type { BioEnrollmentRequest, BioEnrollmentResponse } from './commands/bio-enrollment';
import type { ClientPinRequest, ClientPinResponse } from './commands/client-pin';
import type {
  CredentialManagementRequest,
  CredentialManagementResponse,
} from './commands/credential-management';
import type { GetAssertionRequest, GetAssertionResponse } from './commands/get-assertion';
import type { AuthenticatorInfo } from './commands/get-info';
import type { LargeBlobsRequest, LargeBlobsResponse } from './commands/large-blobs';
import type { MakeCredentialRequest, MakeCredentialResponse } from './commands/make-credential';

export interface CallOptions {
  /** Aborting cancels at the authenticator too (CTAPHID_CANCEL). */
  readonly signal?: AbortSignal;
  /** Called when the authenticator begins to wait for a touch, and when it goes on working. */
  readonly onStatus?: (status: 'touch-needed' | 'processing') => void;
}

export interface Ctap2Api {
  getInfo(options?: CallOptions): Promise<AuthenticatorInfo>;
  makeCredential(request: MakeCredentialRequest, options?: CallOptions): Promise<MakeCredentialResponse>;
  getAssertion(request: GetAssertionRequest, options?: CallOptions): Promise<GetAssertionResponse>;
  getNextAssertion(options?: CallOptions): Promise<GetAssertionResponse>;
  clientPin(request: ClientPinRequest, options?: CallOptions): Promise<ClientPinResponse>;
  /** Command 0x0A, or its preview 0x41 where the authenticator has only that. */
  credentialManagement(
    request: CredentialManagementRequest,
    options?: CallOptions,
  ): Promise<CredentialManagementResponse>;
  /** Command 0x09, or its preview 0x40 where the authenticator has only that. */
  bioEnrollment(request: BioEnrollmentRequest, options?: CallOptions): Promise<BioEnrollmentResponse>;
  largeBlobs(request: LargeBlobsRequest, options?: CallOptions): Promise<LargeBlobsResponse>;
  authenticatorConfig(request: AuthenticatorConfigRequest, options?: CallOptions): Promise<void>;
  selection(options?: CallOptions): Promise<void>;
  reset(options?: CallOptions): Promise<void>;
}
