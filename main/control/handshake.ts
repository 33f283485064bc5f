/**
 * How the two ends of a local socket show each other that they know the secret of this installation (32 bytes),
 * which itself never travels. The command line does so (control), and the relay of a browser (bridge):
 *
 *     client → hello      "LATCHKEY" ‖ version ‖ client nonce
 *     server → challenge  0 ‖ version ‖ server nonce ‖ HMAC(secret, "server" …)
 *     client → proof      HMAC(secret, "client" …)
 *
 * Versions are 2 bytes, little-endian; nonces and proofs 32. A proof is HMAC-SHA-256 over protocol name, role, version and
 * both nonces: made for one role in one connection, it is worth nothing sent back, sent to somebody else, or sent again. Then both derive
 * session keys (see sealed-channel.ts). `hello`, and the first three bytes of the answer, are the same in all versions to come.
 */
import { equalBytes } from '@noble/ciphers/utils.js';
import { createHmac, hkdfSync } from 'node:crypto';
import type { RandomSource } from '../../native/ports';
import { ControlError } from './control-error';

/** What the two ends speak when they know each other. A proof made for one protocol is worth nothing in another. */
export interface LinkProtocol {
  readonly name: string;
  /** Goes up with every change that the other side has to know of. */
  readonly version: number;
}

export const control: LinkProtocol = { name: 'latchkey control', version: 1 };
/** Afterwards, JSON in frames that are not sealed: main/bridge. */
export const bridge: LinkProtocol = { name: 'latchkey bridge', version: 1 };

/** Bytes. */
export const SECRET_LENGTH = 32;
const NONCE = 32;
const PROOF = 32;
/** Bytes of the longest frame before both sides are known. */
export const MAX_HANDSHAKE_FRAME = 128;

const MAGIC = Buffer.from('LATCHKEY');

/** The first byte of the server's answer. */
const Answer = { CHALLENGE: 0, OTHER_VERSION: 1, BUSY: 2 } as const;

type Role = 'client' | 'server';

/** Keys of one connection, 32 bytes each. */
export interface SessionKeys {
  readonly toServer: Uint8Array;
  readonly toClient: Uint8Array;
}

interface Nonces {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

function proof(secret: Uint8Array, protocol: LinkProtocol, role: Role, nonces: Nonces): Uint8Array {
  return createHmac('sha256', secret)
    .update(`${protocol.name} ${protocol.version} proof of the ${role}\0`)
    .update(nonces.client)
    .update(nonces.server)
    .digest();
}

function sessionKeys(secret: Uint8Array, protocol: LinkProtocol, { client, server }: Nonces): SessionKeys {
  const salt = Buffer.concat([client, server]);
  const key = (direction: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, salt, `${protocol.name} ${protocol.version} ${direction}`, 32));
  return { toServer: key('to the server'), toClient: key('to the client') };
}

function versionBytes(version: number): Uint8Array {
  return Uint8Array.of(version & 0xff, version >> 8);
}

function versionAt(message: Uint8Array, at: number): number {
  return (message[at] ?? 0) | ((message[at + 1] ?? 0) << 8);
}

/** The client's side of one connection. */
export class ClientHandshake {
  readonly hello: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #nonce: Uint8Array;
  readonly #protocol: LinkProtocol;

  constructor(secret: Uint8Array, random: RandomSource, protocol = control) {
    this.#secret = secret;
    this.#nonce = random.bytes(NONCE);
    this.#protocol = protocol;
    this.hello = Buffer.concat([MAGIC, versionBytes(protocol.version), this.#nonce]);
  }

  /** Checks the server's answer. Throws {@link ControlError}. */
  answer(message: Uint8Array): { readonly proof: Uint8Array; readonly keys: SessionKeys } {
    if (message.length < 3) throw new ControlError('protocol', 'the answer is too short');
    const version = versionAt(message, 1);
    const protocol = this.#protocol;
    if (message[0] === Answer.BUSY) throw new ControlError('busy');
    if (version !== protocol.version) throw new ControlError(version < protocol.version ? 'older' : 'newer');
    if (message[0] !== Answer.CHALLENGE || message.length !== 3 + NONCE + PROOF)
      throw new ControlError('protocol', 'the answer is no challenge');
    const nonces = { client: this.#nonce, server: message.slice(3, 3 + NONCE) };
    if (!equalBytes(message.subarray(3 + NONCE), proof(this.#secret, protocol, 'server', nonces)))
      throw new ControlError('not-trusted');
    return {
      proof: proof(this.#secret, protocol, 'client', nonces),
      keys: sessionKeys(this.#secret, protocol, nonces),
    };
  }
}

/** The server's side of one connection. */
export class ServerHandshake {
  readonly #secret: Uint8Array;
  readonly #nonce: Uint8Array;
  readonly #protocol: LinkProtocol;
  #nonces: Nonces | undefined;

  constructor(secret: Uint8Array, random: RandomSource, protocol = control) {
    this.#secret = secret;
    this.#nonce = random.bytes(NONCE);
    this.#protocol = protocol;
  }

  /**
   * Takes `hello`. `go` is false where the versions differ: the answer says so, and nothing may follow. Throws
   * {@link ControlError} when it is no hello.
   */
  challenge(hello: Uint8Array): { readonly answer: Uint8Array; readonly go: boolean } {
    if (hello.length < MAGIC.length + 2 || !equalBytes(hello.slice(0, MAGIC.length), Uint8Array.from(MAGIC)))
      throw new ControlError('protocol', 'no hello');
    const { version } = this.#protocol;
    if (versionAt(hello, MAGIC.length) !== version)
      return { answer: Buffer.from([Answer.OTHER_VERSION, ...versionBytes(version)]), go: false };
    const client = hello.slice(MAGIC.length + 2);
    if (client.length !== NONCE) throw new ControlError('protocol', 'no hello');
    this.#nonces = { client, server: this.#nonce };
    const head = [Answer.CHALLENGE, ...versionBytes(version)];
    const own = proof(this.#secret, this.#protocol, 'server', this.#nonces);
    return { answer: Buffer.concat([Buffer.from(head), this.#nonce, own]), go: true };
  }

  /** Checks the client's proof. Throws {@link ControlError}. */
  accept(message: Uint8Array): SessionKeys {
    const nonces = this.#nonces;
    if (!nonces || message.length !== PROOF) throw new ControlError('protocol', 'no proof');
    if (!equalBytes(message, Uint8Array.from(proof(this.#secret, this.#protocol, 'client', nonces))))
      throw new ControlError('not-trusted');
    return sessionKeys(this.#secret, this.#protocol, nonces);
  }
}

/** What a client is told for whom there is no room. */
export function busyAnswer({ version }: LinkProtocol): Uint8Array {
  return Uint8Array.of(Answer.BUSY, ...versionBytes(version));
}
