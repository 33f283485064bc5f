/**
 * The authenticator of this device, in process: the engine over the vault's storage, with one gesture for everything.
 *
 *     const device = new PlatformAuthenticator({ clock, random, storage: vault.storage, user, chooser });
 *     await device.makeCredential(request, { signal });
 *
 * Secrets of the storage are open from the user's verification until the ceremony is over, and this front says when that is
 * ({@link PlatformUser.endCeremony}): when the command was answered or has failed; when accounts wait for getNextAssertion, after the
 * last of them, any other command or 30 seconds; when the gesture got a pinUvAuthToken to make or use a passkey with, after that
 * or after 30 seconds.
 */
import type { Clock, RandomSource } from '../../../native/ports';
import type { CallOptions, Ctap2Api } from '../../ctap/api';
import type { AuthenticatorConfigRequest } from '../../ctap/commands/authenticator-config';
import type { BioEnrollmentRequest, BioEnrollmentResponse } from '../../ctap/commands/bio-enrollment';
import type { ClientPinRequest, ClientPinResponse } from '../../ctap/commands/client-pin';
import type {
  CredentialManagementRequest,
  CredentialManagementResponse,
} from '../../ctap/commands/credential-management';
import type { GetAssertionRequest, GetAssertionResponse } from '../../ctap/commands/get-assertion';
import type { AuthenticatorInfo } from '../../ctap/commands/get-info';
import type { LargeBlobsRequest, LargeBlobsResponse } from '../../ctap/commands/large-blobs';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../ctap/commands/make-credential';
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import { SoftwareAuthenticator } from '../engine';
import {
  NOT_OPEN,
  type AccountChooser,
  type AuthenticatorStorage,
  type PresenceAnswer,
  type PresenceRequest,
  type UserVerificationAnswer,
  type UserVerificationRequest,
} from '../env';
import { platformConfiguration } from '../platform-configuration';

/** The person at this device. */
export interface PlatformUser {
  /**
   * Asks for the one gesture, which verifies the user and proves presence, and opens the secrets of the storage. When it is
   * no longer wanted, `signal` is aborted and the answer does not matter. `no-match` only when asking again makes sense.
   */
  verify(request: UserVerificationRequest): Promise<UserVerificationAnswer>;
  /** What the gesture opened is to be closed; idempotent. */
  endCeremony(): void;
}

export interface PlatformAuthenticatorOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly storage: AuthenticatorStorage;
  readonly user: PlatformUser;
  /** Lets the user choose among several accounts; without it the caller gets all of them, and has to. */
  readonly chooser?: AccountChooser;
  /** A passkey has signed somebody in: its credential ID. Not called where the caller still has to choose. */
  readonly onUsed?: (id: Uint8Array) => void;
}

export class PlatformAuthenticator implements Ctap2Api {
  readonly #engine: SoftwareAuthenticator;
  readonly #clock: Clock;
  readonly #user: PlatformUser;
  readonly #onUsed: (id: Uint8Array) => void;
  #turn: Promise<unknown> = Promise.resolve();
  /** The user has been asked in this ceremony, so something may be open. */
  #asked = false;
  /** With success, and in time. */
  #verified = false;
  #stopAlarm = (): void => undefined;

  constructor({ clock, random, storage, user, chooser, onUsed }: PlatformAuthenticatorOptions) {
    this.#clock = clock;
    this.#user = user;
    this.#onUsed = onUsed ?? (() => undefined);
    this.#engine = new SoftwareAuthenticator({
      clock,
      random,
      storage,
      configuration: platformConfiguration,
      presence: { request: (request) => this.#presence(request) },
      verification: { verify: (request) => this.#verify(request) },
      sealedSecrets: true,
      ...(chooser && { chooser }),
    });
  }

  /** When the vault is locked, or the session of the user: tokens end, what waits for the user gives up, secrets are closed. */
  forget(): void {
    this.#engine.powerCycle();
    this.#end();
  }

  getInfo(options?: CallOptions): Promise<AuthenticatorInfo> {
    return this.#command(() => this.#engine.getInfo(options));
  }

  makeCredential(request: MakeCredentialRequest, options?: CallOptions): Promise<MakeCredentialResponse> {
    return this.#command(() => this.#engine.makeCredential(request, options));
  }

  getAssertion(request: GetAssertionRequest, options?: CallOptions): Promise<GetAssertionResponse> {
    return this.#command(async () => {
      const answer = await this.#engine.getAssertion(request, options);
      const chosen = answer.numberOfCredentials === undefined && request.options?.up !== false;
      if (chosen && answer.credential) this.#onUsed(answer.credential.id);
      return answer;
    });
  }

  getNextAssertion(options?: CallOptions): Promise<GetAssertionResponse> {
    return this.#command(() => this.#engine.getNextAssertion(options));
  }

  clientPin(request: ClientPinRequest, options?: CallOptions): Promise<ClientPinResponse> {
    return this.#command(() => this.#engine.clientPin(request, options));
  }

  credentialManagement(
    request: CredentialManagementRequest,
    options?: CallOptions,
  ): Promise<CredentialManagementResponse> {
    return this.#command(() => this.#engine.credentialManagement(request, options));
  }

  bioEnrollment(request: BioEnrollmentRequest, options?: CallOptions): Promise<BioEnrollmentResponse> {
    return this.#command(() => this.#engine.bioEnrollment(request, options));
  }

  largeBlobs(request: LargeBlobsRequest, options?: CallOptions): Promise<LargeBlobsResponse> {
    return this.#command(() => this.#engine.largeBlobs(request, options));
  }

  authenticatorConfig(request: AuthenticatorConfigRequest, options?: CallOptions): Promise<void> {
    return this.#command(() => this.#engine.authenticatorConfig(request, options));
  }

  selection(options?: CallOptions): Promise<void> {
    return this.#command(() => this.#engine.selection(options));
  }

  /** Refused with NOT_ALLOWED, without asking anybody: no site and no program empties this device. */
  async reset(): Promise<void> {
    throw new CtapStatusError(Status.NOT_ALLOWED);
  }

  /** One after the other, so that the end of one ceremony closes nothing that the next has opened. */
  #command<T>(command: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      this.#stopAlarm();
      try {
        return await command();
      } catch (error) {
        throw isNotOpen(error) ? new CtapStatusError(Status.OPERATION_DENIED, error.message) : error;
      } finally {
        this.#settle();
      }
    });
    this.#turn = result.catch(() => undefined); // the caller has the rejection
    return result;
  }

  /** After a command: the ceremony is over, or will be. */
  #settle(): void {
    const until = this.#engine.verificationServesUntil;
    if (until === undefined) this.#end();
    else this.#stopAlarm = this.#clock.after(until - this.#clock.now() + 1, () => this.#end());
  }

  #end(): void {
    this.#stopAlarm();
    if (!this.#asked) return;
    this.#asked = false;
    this.#verified = false;
    this.#user.endCeremony();
  }

  async #verify(request: UserVerificationRequest): Promise<UserVerificationAnswer> {
    this.#asked = true;
    const answer = await this.#user.verify(request);
    if (!request.signal.aborted) this.#verified = answer === 'verified';
    // Too late: its ceremony is over. Closed at once, unless another one uses what is open, and closes it.
    else if (!this.#verified) this.#user.endCeremony();
    return answer;
  }

  /** A touch alone opens nothing here, so whatever asks for one gets the whole gesture: a token whose own was too long ago. */
  async #presence({ reason, rpId, signal }: PresenceRequest): Promise<PresenceAnswer> {
    const answer = await this.#verify({
      reason: reason === 'create' || reason === 'use' ? reason : 'unlock',
      ...(rpId !== undefined && { rpId }),
      signal,
    });
    if (answer === 'verified') return 'granted';
    return answer === 'timed-out' ? 'timed-out' : 'refused';
  }
}

function isNotOpen(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === NOT_OPEN;
}
