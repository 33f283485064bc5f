/** The system's dialog for security keys with a simulated key behind it, whose PIN and touch are given. */
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { encodeCbor } from '../../main/ctap/cbor';
import { Permission } from '../../main/ctap/pin-protocol';
import { authMembers } from '../../main/webauthn/user-verification';
import type {
  SystemAssertion,
  SystemAttestation,
  SystemGetAssertion,
  SystemKeysFailure,
  SystemKeysFailureCode,
  SystemMakeCredential,
  SystemSecurityKeys,
} from '../../native/ports';
import { sha256 } from './platform';
import { PIN, pluggedKey, type PluggedKey } from './plugged-key';

export function systemFailure(code: SystemKeysFailureCode): SystemKeysFailure {
  return Object.assign(new Error(`the dialog: ${code}`), { code });
}

export class KeyBehindSystem implements SystemSecurityKeys {
  readonly #key: Promise<PluggedKey> = pluggedKey();
  readonly made: SystemMakeCredential[] = [];
  readonly used: SystemGetAssertion[] = [];
  isThere = true;
  looks = 0;
  /** Other members of the next answers. */
  attestation: (honest: SystemAttestation) => SystemAttestation = (honest) => honest;
  assertion: (honest: SystemAssertion) => SystemAssertion = (honest) => honest;
  /** What the next dialogs end with, before the key is asked. */
  failures: SystemKeysFailureCode[] = [];
  /** The dialog stays open until it is called off. */
  staysOpen = false;
  calledOff = 0;

  async available(): Promise<boolean> {
    this.looks++;
    return this.isThere;
  }

  async makeCredential(request: SystemMakeCredential, signal: AbortSignal): Promise<SystemAttestation> {
    this.made.push(request);
    await this.#dialog(signal);
    const { api, pin } = await this.#key;
    const clientDataHash = sha256(request.clientDataJSON);
    const { fmt, authData, attStmt } = await api.makeCredential({
      clientDataHash,
      rp: request.rp,
      user: request.user,
      pubKeyCredParams: request.algorithms.map((alg) => ({ type: 'public-key', alg })),
      ...(request.residentKey === 'required' && { options: { rk: true } }),
      ...(request.credProtect && { extensions: new Map([['credProtect', request.credProtect.level]]) }),
      ...authMembers(await pin().token(PIN, Permission.MC, request.rp.id), clientDataHash),
    });
    return this.attestation({
      format: fmt,
      statement: attStmt ? encodeCbor(attStmt) : new Uint8Array(0),
      authenticatorData: authData,
      transport: 'usb',
      residentKey: request.residentKey === 'required',
      largeBlob: false,
    });
  }

  async getAssertion(request: SystemGetAssertion, signal: AbortSignal): Promise<SystemAssertion> {
    this.used.push(request);
    await this.#dialog(signal);
    const { api, pin } = await this.#key;
    const clientDataHash = sha256(request.clientDataJSON);
    const { credential, authData, signature, user } = await api.getAssertion({
      rpId: request.rpId,
      clientDataHash,
      ...(request.allowed && {
        allowList: request.allowed.map(({ id }) => ({ type: 'public-key', id })),
      }),
      ...authMembers(await pin().token(PIN, Permission.GA, request.rpId), clientDataHash),
    });
    return this.assertion({
      credentialId: credential!.id,
      authenticatorData: authData,
      signature,
      ...(user && { userHandle: user.id }),
      transport: 'usb',
      largeBlobWritten: false,
    });
  }

  async #dialog(signal: AbortSignal): Promise<void> {
    const failure = this.failures.shift();
    if (failure) throw systemFailure(failure);
    if (!this.staysOpen) return;
    await new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        this.calledOff++;
        reject(systemFailure('cancelled'));
      });
    });
  }
}

/** The same authenticator data with one byte changed. */
export function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = change(changed[at]!);
  return changed;
}

/** Where the flags are in authenticator data. */
export const FLAGS = 32;

export function flagsOf(bytes: Uint8Array): number {
  return decodeAuthenticatorData(bytes).flags;
}
