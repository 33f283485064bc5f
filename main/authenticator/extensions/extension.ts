/**
 * What every extension of makeCredential and getAssertion looks like (CTAP 2.1 §12): it reads its input before the user is
 * asked for anything, and answers after the touch. `pipeline.ts` knows which there are, and calls only those that this key
 * has and the platform asked for; so no output ever comes without its input.
 *
 *     export const example: Extension = {
 *       identifier: 'example',
 *       create: (input, { context }) => ({ answer: () => ({ signed: true }) }),
 *     };
 */
import type { CborMap, CborValue } from '../../ctap/cbor';
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { CommandContext } from '../command-context';
import type { Credential, CredentialSecrets } from '../env';

/** What an extension adds to an answer; undefined adds nothing. */
export type ExtensionAnswer =
  | {
      /** Goes into the authenticator data, under the extension's identifier. */
      readonly signed?: CborValue;
      /** Goes beside it, into the answer itself; 32 bytes. */
      readonly largeBlobKey?: Uint8Array;
    }
  | undefined;

/** The makeCredential that an extension takes part in. */
export interface Creation {
  readonly context: CommandContext;
  readonly rpId: string;
  /** The credential will be discoverable. */
  readonly rk: boolean;
  /** All inputs, for extensions that lean on another one. */
  readonly inputs: CborMap;
}

/** What extensions decide about the new credential. */
export type CredentialTraits = Partial<
  Pick<Credential, 'credProtect' | 'largeBlobKey' | 'thirdPartyPayment'>
> &
  Pick<CredentialSecrets, 'credBlob'>;

export interface CreationPart {
  readonly traits?: CredentialTraits;
  /** Called after the touch and before anything is stored; may still refuse. `uv`: the user was verified. */
  readonly answer?: (made: { readonly secrets: CredentialSecrets; readonly uv: boolean }) => ExtensionAnswer;
}

/** The getAssertion that an extension takes part in. */
export interface Assertion {
  readonly context: CommandContext;
  readonly rpId: string;
  /** A touch will be asked for. */
  readonly up: boolean;
}

/** A credential that signs. */
export interface UsedCredential {
  readonly largeBlobKey?: Uint8Array;
  readonly thirdPartyPayment?: boolean;
  readonly secrets: CredentialSecrets;
  readonly uv: boolean;
}

/** Called after the touch, for each credential of getAssertion and getNextAssertion; may still refuse. */
export type AssertionPart = (used: UsedCredential) => ExtensionAnswer;

export interface Extension {
  /** As in getInfo and in the configuration. */
  readonly identifier: string;
  /** Reads the input of makeCredential; undefined when it asks for nothing. Throws CtapStatusError. */
  readonly create?: (input: CborValue, creation: Creation) => CreationPart | undefined;
  /** Reads the input of getAssertion; undefined when it asks for nothing. Throws CtapStatusError. */
  readonly use?: (input: CborValue, assertion: Assertion) => AssertionPart | undefined;
}

/** An input that must be a bool: 0x11 for anything else. */
export function readBool(input: CborValue, identifier: string): boolean {
  if (typeof input !== 'boolean') throw new CtapStatusError(Status.CBOR_UNEXPECTED_TYPE, identifier);
  return input;
}
