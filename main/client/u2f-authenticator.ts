/**
 * A U2F key seen as a CTAP2 authenticator (CTAP 2.1 §10.2, §10.3): challenge = clientDataHash, application = SHA-256(RP ID).
 * It has neither discoverable credentials nor user verification.
 */
import { ECDH } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CallOptions, Ctap2Api } from '../ctap/api';
import { encodeAuthenticatorData, Flag } from '../ctap/authenticator-data';
import type { CborMap, CborValue } from '../ctap/cbor';
import type { GetAssertionRequest, GetAssertionResponse } from '../ctap/commands/get-assertion';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../ctap/commands/make-credential';
import { Algorithm, p256CoseKey } from '../ctap/cose';
import { MAX_KEY_HANDLE_LENGTH, U2F_HASH_LENGTH, type RegisterResponse } from '../ctap/ctap1';
import { PUBLIC_KEY, type CredentialDescriptor } from '../ctap/entities';
import { CtapStatusError, ProtocolError } from '../ctap/errors';
import { Status } from '../ctap/status';
import type { U2fClient } from './u2f';

/** The AAGUID of keys that have none. */
const NO_AAGUID = new Uint8Array(16);
/** Bit of the presence byte. */
const PRESENT = 0x01;
/** For a registration that is made only for its touch; nobody keeps it. */
const NOBODY = new Uint8Array(U2F_HASH_LENGTH);

export class U2fAuthenticator implements Pick<Ctap2Api, 'makeCredential' | 'getAssertion' | 'selection'> {
  readonly #u2f: U2fClient;

  constructor(u2f: U2fClient) {
    this.#u2f = u2f;
  }

  /**
   * §10.2. 0x26 without ES256 among the algorithms, 0x2B for a discoverable credential, 0x2C for user verification, 0x19
   * (after a touch) for a credential of excludeList. Attestation is `fido-u2f`.
   */
  async makeCredential(
    request: MakeCredentialRequest,
    options?: CallOptions,
  ): Promise<MakeCredentialResponse> {
    const { clientDataHash, rp, pubKeyCredParams, excludeList } = request;
    if (!pubKeyCredParams.some(({ alg, type }) => alg === Algorithm.ES256 && type === PUBLIC_KEY))
      throw new CtapStatusError(Status.UNSUPPORTED_ALGORITHM);
    if (request.options?.rk) throw new CtapStatusError(Status.UNSUPPORTED_OPTION, 'rk');
    refuseVerification(request);
    const application = sha256(Buffer.from(rp.id));
    if (await this.#findKnown(excludeList ?? [], clientDataHash, application, options)) {
      await this.selection(options);
      throw new CtapStatusError(Status.CREDENTIAL_EXCLUDED);
    }
    const response = await this.#u2f.register({ challenge: clientDataHash, application }, options);
    return {
      fmt: 'fido-u2f',
      authData: encodeAuthenticatorData({
        rpIdHash: application,
        flags: Flag.UP,
        signCount: 0,
        attestedCredential: {
          aaguid: NO_AAGUID,
          credentialId: response.keyHandle,
          publicKey: coseKeyOf(response),
        },
      }),
      attStmt: new Map<string, CborValue>([
        ['sig', response.signature],
        ['x5c', [response.certificate]],
      ]),
    };
  }

  /** §10.3. 0x2E without a credential of allowList that is the key's, 0x2C for user verification. */
  async getAssertion(request: GetAssertionRequest, options?: CallOptions): Promise<GetAssertionResponse> {
    const { clientDataHash: challenge, rpId, allowList } = request;
    refuseVerification(request);
    const application = sha256(Buffer.from(rpId));
    const known = await this.#findKnown(allowList ?? [], challenge, application, options);
    if (!known) throw new CtapStatusError(Status.NO_CREDENTIALS);
    const touch = request.options?.up ?? true;
    const { presence, counter, signature } = await this.#u2f.authenticate(
      { challenge, application, keyHandle: known.id },
      touch,
      options,
    );
    return {
      credential: { id: known.id, type: PUBLIC_KEY },
      authData: encodeAuthenticatorData({
        rpIdHash: application,
        flags: presence & PRESENT ? Flag.UP : 0,
        signCount: counter,
      }),
      signature,
    };
  }

  /** Waits for a touch, by a registration that is forgotten at once. */
  async selection(options?: CallOptions): Promise<void> {
    await this.#u2f.register({ challenge: NOBODY, application: NOBODY }, options);
  }

  async #findKnown(
    list: readonly CredentialDescriptor[],
    challenge: Uint8Array,
    application: Uint8Array,
    options: CallOptions | undefined,
  ): Promise<CredentialDescriptor | undefined> {
    for (const descriptor of list) {
      const { id: keyHandle, type } = descriptor;
      if (type !== PUBLIC_KEY || keyHandle.length > MAX_KEY_HANDLE_LENGTH) continue;
      if (await this.#u2f.knows({ challenge, application, keyHandle }, options)) return descriptor;
    }
    return undefined;
  }
}

/** 0x2C: by an option, or by a token that this key cannot have given. */
function refuseVerification({
  options,
  pinUvAuthParam,
}: Pick<MakeCredentialRequest, 'options' | 'pinUvAuthParam'>): void {
  if (options?.uv || pinUvAuthParam !== undefined) throw new CtapStatusError(Status.INVALID_OPTION, 'uv');
}

/** Throws {@link ProtocolError} for a point that is not on the curve. */
function coseKeyOf({ publicKey }: RegisterResponse): CborMap {
  try {
    ECDH.convertKey(publicKey, 'prime256v1');
  } catch (error) {
    throw new ProtocolError('The security key registered with a public key that is none.', { cause: error });
  }
  return p256CoseKey({ x: publicKey.slice(1, 33), y: publicKey.slice(33) }, Algorithm.ES256);
}
