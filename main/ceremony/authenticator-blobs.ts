/** The large-blob array of an authenticator, for main/webauthn. */
import type { RandomSource } from '../../native/ports';
import type { CallOptions, Ctap2Api } from '../ctap/api';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { LargeBlobs } from '../client/large-blobs';
import type { LargeBlobStore, PinUvAuth } from '../webauthn/ports';

export class AuthenticatorBlobs implements LargeBlobStore {
  readonly #blobs: (auth?: PinUvAuth) => LargeBlobs;

  constructor(api: Ctap2Api, info: AuthenticatorInfo, random: RandomSource) {
    this.#blobs = (auth) => new LargeBlobs(api, info, random, auth);
  }

  async read(key: Uint8Array, options?: CallOptions): Promise<Uint8Array | undefined> {
    const opened = await this.#blobs().get(key, options);
    return opened && 'data' in opened ? opened.data : undefined;
  }

  write(
    key: Uint8Array,
    data: Uint8Array,
    auth: PinUvAuth | undefined,
    options?: CallOptions,
  ): Promise<void> {
    return this.#blobs(auth).set(key, data, options);
  }
}
