/**
 * The software authenticator: CTAP2 commands in, answers out, over one {@link Env}.
 *
 *     const authenticator = new SoftwareAuthenticator({ clock, random, presence, configuration, storage });
 *     await authenticator.getInfo();                              // typed entry
 *     await authenticator.handle(Uint8Array.of(0x04));            // bytes entry: 0x00 ‖ CBOR
 *     await authenticator.handleApdu(apdu);                       // U2F, where the configuration has it
 *
 * One command at a time: a call waits until the ones before it have ended.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { CallOptions, Ctap2Api } from '../ctap/api';
import { encodeCbor } from '../ctap/cbor';
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
import { CLIENT_PIN, clientPinRequest, clientPinResponse } from '../ctap/commands/client-pin';
import type { ClientPinRequest, ClientPinResponse } from '../ctap/commands/client-pin';
import {
  CREDENTIAL_MANAGEMENT,
  CREDENTIAL_MANAGEMENT_PREVIEW,
  credentialManagementRequest,
  credentialManagementResponse,
} from '../ctap/commands/credential-management';
import type {
  CredentialManagementRequest,
  CredentialManagementResponse,
} from '../ctap/commands/credential-management';
import {
  GET_ASSERTION,
  GET_NEXT_ASSERTION,
  getAssertionRequest,
  getAssertionResponse,
} from '../ctap/commands/get-assertion';
import type { GetAssertionRequest, GetAssertionResponse } from '../ctap/commands/get-assertion';
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
} from '../ctap/commands/make-credential';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../ctap/commands/make-credential';
import { RESET } from '../ctap/commands/reset';
import { SELECTION } from '../ctap/commands/selection';
import { decodeRequest, decodeResponse, encodeBody, type Codec } from '../ctap/codec';
import { encodeResponseApdu, StatusWord } from '../ctap/ctap1';
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { CommandContext } from './command-context';
import { authenticatorConfig } from './commands/authenticator-config';
import { bioEnrollment } from './commands/bio-enrollment';
import { clientPin } from './commands/client-pin';
import {
  credentialManagement,
  type CredentialQueue,
  type Generation,
} from './commands/credential-management';
import {
  assertionsServeUntil,
  getAssertion,
  getNextAssertion,
  type AssertionQueue,
} from './commands/get-assertion';
import { getInfo } from './commands/get-info';
import { largeBlobs, type LargeBlobWrite } from './commands/large-blobs';
import { makeCredential } from './commands/make-credential';
import { reset } from './commands/reset';
import { selection } from './commands/selection';
import { u2f } from './commands/u2f';
import type { Env } from './env';
import { PowerSession } from './power-session';

/** What the command before this one left to go on with. */
interface Leftovers {
  readonly assertions: AssertionQueue | undefined;
  readonly enumeration: CredentialQueue | undefined;
  readonly largeBlobWrite: LargeBlobWrite | undefined;
}

type Command<T> = (context: CommandContext, leftovers: Leftovers) => Promise<T>;

export class SoftwareAuthenticator implements Ctap2Api {
  readonly #env: Env;
  #session: PowerSession;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(env: Env) {
    this.#env = env;
    this.#session = new PowerSession(env);
  }

  /**
   * Until when the last user verification still has something to do, by the clock, although its command has been answered: a
   * token that nothing was made or used with yet, accounts that getNextAssertion can ask for. Undefined when it has done its work.
   */
  get verificationServesUntil(): number | undefined {
    const { token, assertions } = this.#session;
    return token.presentUntil ?? (assertions && assertionsServeUntil(assertions));
  }

  /** The power goes and comes back: tokens, key agreement and everything remembered are gone, a waiting command gives up. */
  powerCycle(): void {
    this.#session.end();
    this.#session = new PowerSession(this.#env);
  }

  async getInfo(options?: CallOptions): Promise<AuthenticatorInfo> {
    return decodeResponse(getInfoResponse, encodeCbor(await this.#call(getInfo, options)));
  }

  makeCredential(request: MakeCredentialRequest, options?: CallOptions): Promise<MakeCredentialResponse> {
    return this.#call((context) => makeCredential(context, request), options);
  }

  getAssertion(request: GetAssertionRequest, options?: CallOptions): Promise<GetAssertionResponse> {
    return this.#call((context) => getAssertion(context, request), options);
  }

  getNextAssertion(options?: CallOptions): Promise<GetAssertionResponse> {
    return this.#call((context, { assertions }) => getNextAssertion(context, assertions), options);
  }

  clientPin(request: ClientPinRequest, options?: CallOptions): Promise<ClientPinResponse> {
    return this.#call((context) => clientPin(context, request), options);
  }

  credentialManagement(
    request: CredentialManagementRequest,
    options?: CallOptions,
  ): Promise<CredentialManagementResponse> {
    return this.#call(async (context, { enumeration }) => {
      const generation = (['final', 'preview'] as const).find((candidate) => this.#manages(candidate));
      if (!generation) throw new CtapStatusError(Status.INVALID_COMMAND);
      return credentialManagement(context, generation, request, enumeration);
    }, options);
  }

  bioEnrollment(request: BioEnrollmentRequest, options?: CallOptions): Promise<BioEnrollmentResponse> {
    return this.#call(async (context) => {
      if (this.#env.configuration.bioEnrollment === 'none') throw new CtapStatusError(Status.INVALID_COMMAND);
      return bioEnrollment(context, request);
    }, options);
  }

  largeBlobs(request: LargeBlobsRequest, options?: CallOptions): Promise<LargeBlobsResponse> {
    return this.#call((context, { largeBlobWrite }) => largeBlobs(context, request, largeBlobWrite), options);
  }

  authenticatorConfig(request: AuthenticatorConfigRequest, options?: CallOptions): Promise<void> {
    return this.#call((context) => authenticatorConfig(context, request), options);
  }

  selection(options?: CallOptions): Promise<void> {
    return this.#call(selection, options);
  }

  reset(options?: CallOptions): Promise<void> {
    return this.#call((context) => this.#reset(context), options);
  }

  /**
   * @param request command byte ‖ CBOR parameters
   * @returns status byte ‖ CBOR answer. Never rejects: what goes wrong unexpectedly is 0x7F (OTHER), a cancelled command 0x2D.
   */
  async handle(request: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    try {
      const body = await this.#queued((context, leftovers) => {
        if (request.length > this.#env.configuration.maxMsgSize)
          throw new CtapStatusError(Status.REQUEST_TOO_LARGE);
        return this.#dispatch(request[0], request.subarray(1), context, leftovers);
      }, options);
      return concatBytes(Uint8Array.of(Status.OK), body);
    } catch (error) {
      return Uint8Array.of(error instanceof CtapStatusError ? error.status : Status.OTHER);
    }
  }

  /**
   * U2F.
   * @param apdu command APDU
   * @returns response APDU. Never rejects: what goes wrong unexpectedly is 0x6F00. Needs no cancelling, as it never waits.
   */
  async handleApdu(apdu: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#queued((context) => u2f(context, apdu), {}, true);
    } catch {
      return encodeResponseApdu({ status: StatusWord.OTHER, data: new Uint8Array() });
    }
  }

  async #dispatch(
    command: number | undefined,
    parameters: Uint8Array,
    context: CommandContext,
    leftovers: Leftovers,
  ): Promise<Uint8Array> {
    const read = <T>(codec: Codec<T>): T => decodeRequest(codec, parameters);
    const manage = async (generation: Generation): Promise<Uint8Array> => {
      if (!this.#manages(generation)) throw new CtapStatusError(Status.INVALID_COMMAND);
      const request = read(credentialManagementRequest);
      const answer = await credentialManagement(context, generation, request, leftovers.enumeration);
      return encodeBody(credentialManagementResponse, answer);
    };
    const enroll = async (generation: Generation): Promise<Uint8Array> => {
      const { bioEnrollment: has } = this.#env.configuration;
      if (has !== generation && has !== 'both') throw new CtapStatusError(Status.INVALID_COMMAND);
      return encodeBody(bioEnrollmentResponse, await bioEnrollment(context, read(bioEnrollmentRequest)));
    };
    switch (command) {
      case GET_INFO:
        return encodeCbor(await getInfo(context));
      case MAKE_CREDENTIAL:
        return encodeBody(makeCredentialResponse, await makeCredential(context, read(makeCredentialRequest)));
      case GET_ASSERTION:
        return encodeBody(getAssertionResponse, await getAssertion(context, read(getAssertionRequest)));
      case GET_NEXT_ASSERTION:
        return encodeBody(getAssertionResponse, await getNextAssertion(context, leftovers.assertions));
      case CLIENT_PIN:
        return encodeBody(clientPinResponse, await clientPin(context, read(clientPinRequest)));
      case CREDENTIAL_MANAGEMENT:
        return manage('final');
      case CREDENTIAL_MANAGEMENT_PREVIEW:
        if (!this.#manages('preview')) throw new CtapStatusError(Status.INVALID_COMMAND);
        // Keys that have both give the final one under both numbers; libfido2 up to 1.12 knows no other than this.
        return manage(this.#manages('final') ? 'final' : 'preview');
      case BIO_ENROLLMENT:
        return enroll('final');
      case BIO_ENROLLMENT_PREVIEW:
        return enroll('preview');
      case LARGE_BLOBS:
        return encodeBody(
          largeBlobsResponse,
          await largeBlobs(context, read(largeBlobsRequest), leftovers.largeBlobWrite),
        );
      case AUTHENTICATOR_CONFIG:
        await authenticatorConfig(context, read(authenticatorConfigRequest));
        return new Uint8Array();
      case SELECTION:
        await selection(context);
        return new Uint8Array();
      case RESET:
        await this.#reset(context);
        return new Uint8Array();
      default:
        throw new CtapStatusError(Status.INVALID_COMMAND);
    }
  }

  async #reset(context: CommandContext): Promise<void> {
    await reset(context);
    context.session.forget();
  }

  #manages(generation: Generation): boolean {
    const { credentialManagement: has } = this.#env.configuration;
    return has === generation || has === 'both';
  }

  /** The typed entry: a cancelled command rejects with the signal's reason. */
  async #call<T>(command: Command<T>, options: CallOptions = {}): Promise<T> {
    try {
      return await this.#queued(command, options);
    } catch (error) {
      const cancelled = error instanceof CtapStatusError && error.status === Status.KEEPALIVE_CANCEL;
      throw cancelled && options.signal?.aborted ? options.signal.reason : error;
    }
  }

  #queued<T>(command: Command<T>, options: CallOptions, isU2f = false): Promise<T> {
    const result = this.#turn.then(() => {
      const session = this.#session;
      const { assertions, enumeration, largeBlobWrite } = session;
      // Whatever comes next, it is not "the next" of what was before, unless it says so and puts it back.
      session.assertions = undefined;
      session.enumeration = undefined;
      session.largeBlobWrite = undefined;
      if (!isU2f) session.u2fTouch.end();
      return command({ env: this.#env, session, options }, { assertions, enumeration, largeBlobWrite });
    });
    this.#turn = result.catch(() => undefined); // the caller has the rejection
    return result;
  }
}
