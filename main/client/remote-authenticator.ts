/** An authenticator at the other end of a CTAPHID channel (CTAP 2.1 §6, §8.1, §11.2.9.1.2). */
import type { CallOptions, Ctap2Api } from '../ctap/api';
import { decodeResponse, encodeBody, type Codec, type Flawed } from '../ctap/codec';
import {
  AUTHENTICATOR_CONFIG,
  authenticatorConfigRequest,
  type AuthenticatorConfigRequest,
} from '../ctap/commands/authenticator-config';
import {
  BIO_ENROLLMENT,
  BIO_ENROLLMENT_PREVIEW,
  bioEnrollmentRequest,
  bioEnrollmentResponse,
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
} from '../ctap/commands/bio-enrollment';
import {
  CLIENT_PIN,
  clientPinRequest,
  clientPinResponse,
  type ClientPinRequest,
  type ClientPinResponse,
} from '../ctap/commands/client-pin';
import {
  CREDENTIAL_MANAGEMENT,
  CREDENTIAL_MANAGEMENT_PREVIEW,
  credentialManagementRequest,
  credentialManagementResponse,
  type CredentialManagementRequest,
  type CredentialManagementResponse,
} from '../ctap/commands/credential-management';
import {
  GET_ASSERTION,
  GET_NEXT_ASSERTION,
  getAssertionRequest,
  getAssertionResponse,
  type GetAssertionRequest,
  type GetAssertionResponse,
} from '../ctap/commands/get-assertion';
import { GET_INFO, getInfoResponse, type AuthenticatorInfo } from '../ctap/commands/get-info';
import {
  LARGE_BLOBS,
  largeBlobsRequest,
  largeBlobsResponse,
  type LargeBlobsRequest,
  type LargeBlobsResponse,
} from '../ctap/commands/large-blobs';
import {
  MAKE_CREDENTIAL,
  makeCredentialRequest,
  makeCredentialResponse,
  type MakeCredentialRequest,
  type MakeCredentialResponse,
} from '../ctap/commands/make-credential';
import { RESET } from '../ctap/commands/reset';
import { SELECTION } from '../ctap/commands/selection';
import { Capability, HidCommand } from '../ctap/ctaphid';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';

/** What a {@link RemoteAuthenticator} needs of a CtapHidChannel. */
export interface MessageChannel {
  readonly capabilities: number;
  send(command: number, payload: Uint8Array, options?: CallOptions): Promise<Uint8Array>;
}

/** Bytes of the largest message when getInfo does not say (CTAP 2.1 §6.4). */
const DEFAULT_MAX_MESSAGE_SIZE = 1024;

export class RemoteAuthenticator implements Ctap2Api {
  readonly #channel: MessageChannel;
  #maxMessageSize = DEFAULT_MAX_MESSAGE_SIZE;
  #credentialManagement = CREDENTIAL_MANAGEMENT;
  #bioEnrollment = BIO_ENROLLMENT;

  constructor(channel: MessageChannel) {
    this.#channel = channel;
  }

  /** Its answer also decides the message size of later calls, and which of two command bytes some of them use. */
  async getInfo(options?: CallOptions): Promise<AuthenticatorInfo> {
    const info: AuthenticatorInfo = decodeResponse(
      getInfoResponse,
      await this.#call(GET_INFO, new Uint8Array(), options),
    );
    this.#maxMessageSize = info.maxMsgSize ?? DEFAULT_MAX_MESSAGE_SIZE;
    this.#credentialManagement =
      info.options?.get('credMgmt') !== true && info.options?.get('credentialMgmtPreview') === true
        ? CREDENTIAL_MANAGEMENT_PREVIEW
        : CREDENTIAL_MANAGEMENT;
    this.#bioEnrollment =
      info.options?.get('bioEnroll') === undefined &&
      info.options?.get('userVerificationMgmtPreview') !== undefined
        ? BIO_ENROLLMENT_PREVIEW
        : BIO_ENROLLMENT;
    return info;
  }

  makeCredential(request: MakeCredentialRequest, options?: CallOptions): Promise<MakeCredentialResponse> {
    return this.#ask(MAKE_CREDENTIAL, makeCredentialRequest, request, makeCredentialResponse, options);
  }

  getAssertion(request: GetAssertionRequest, options?: CallOptions): Promise<GetAssertionResponse> {
    return this.#ask(GET_ASSERTION, getAssertionRequest, request, getAssertionResponse, options);
  }

  async getNextAssertion(options?: CallOptions): Promise<GetAssertionResponse> {
    return decodeResponse(
      getAssertionResponse,
      await this.#call(GET_NEXT_ASSERTION, new Uint8Array(), options),
    );
  }

  clientPin(request: ClientPinRequest, options?: CallOptions): Promise<ClientPinResponse> {
    return this.#ask(CLIENT_PIN, clientPinRequest, request, clientPinResponse, options);
  }

  credentialManagement(
    request: CredentialManagementRequest,
    options?: CallOptions,
  ): Promise<CredentialManagementResponse> {
    return this.#ask(
      this.#credentialManagement,
      credentialManagementRequest,
      request,
      credentialManagementResponse,
      options,
    );
  }

  bioEnrollment(request: BioEnrollmentRequest, options?: CallOptions): Promise<BioEnrollmentResponse> {
    return this.#ask(this.#bioEnrollment, bioEnrollmentRequest, request, bioEnrollmentResponse, options);
  }

  largeBlobs(request: LargeBlobsRequest, options?: CallOptions): Promise<LargeBlobsResponse> {
    return this.#ask(LARGE_BLOBS, largeBlobsRequest, request, largeBlobsResponse, options);
  }

  async authenticatorConfig(request: AuthenticatorConfigRequest, options?: CallOptions): Promise<void> {
    await this.#call(AUTHENTICATOR_CONFIG, encodeBody(authenticatorConfigRequest, request), options);
  }

  async selection(options?: CallOptions): Promise<void> {
    await this.#call(SELECTION, new Uint8Array(), options);
  }

  async reset(options?: CallOptions): Promise<void> {
    await this.#call(RESET, new Uint8Array(), options);
  }

  async #ask<Q, A>(
    command: number,
    requestCodec: Codec<Q>,
    request: Q,
    responseCodec: Codec<A>,
    options: CallOptions | undefined,
  ): Promise<A & Flawed> {
    return decodeResponse(
      responseCodec,
      await this.#call(command, encodeBody(requestCodec, request), options),
    );
  }

  /** The body of a successful answer. */
  async #call(command: number, body: Uint8Array, options: CallOptions | undefined): Promise<Uint8Array> {
    if ((this.#channel.capabilities & Capability.CBOR) === 0)
      throw new CtapStatusError(Status.INVALID_COMMAND, 'this security key speaks only U2F');
    const message = new Uint8Array(1 + body.length);
    message[0] = command;
    message.set(body, 1);
    if (message.length > this.#maxMessageSize)
      throw new CtapStatusError(
        Status.REQUEST_TOO_LARGE,
        `${message.length} bytes, the security key takes at most ${this.#maxMessageSize}`,
      );
    const answer = await this.#channel.send(HidCommand.CBOR, message, options);
    const status = answer[0];
    if (status === undefined) throw new ProtocolError('The security key sent an empty answer.');
    if (status !== Status.OK) throw new CtapStatusError(status);
    return answer.subarray(1);
  }
}
