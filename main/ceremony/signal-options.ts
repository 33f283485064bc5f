/** What sites tell about passkeys (WebAuthn Level 3 §5.1.10), as they may write it, and made sure of. */
import { decodeBase64Url } from '../webauthn/base64url';
import { WebAuthnError } from '../webauthn/errors';

/** The static methods of PublicKeyCredential without `signal` in front. */
export type SignalName = 'unknownCredential' | 'allAcceptedCredentials' | 'currentUserDetails';

export type Signal =
  | { readonly is: 'unknownCredential'; readonly rpId: string; readonly credentialId: Uint8Array }
  | {
      readonly is: 'allAcceptedCredentials';
      readonly rpId: string;
      readonly userId: Uint8Array;
      readonly accepted: readonly Uint8Array[];
    }
  | {
      readonly is: 'currentUserDetails';
      readonly rpId: string;
      readonly userId: Uint8Array;
      /** At most {@link MAX_NAME_BYTES}. */
      readonly name: string;
      readonly displayName: string;
    };

/** Bytes of UTF-8, as for names that are typed. */
const MAX_NAME_BYTES = 256;
/** More than anybody has of one account. */
const MAX_ACCEPTED = 10_000;

type Options = Readonly<Record<string, unknown>>;

/** Throws {@link WebAuthnError} `TypeError` for what is not well-formed. Members that nobody knows do not matter. */
export function parseSignal(name: SignalName, options: Options): Signal {
  const rpId = text(options, 'rpId');
  switch (name) {
    case 'unknownCredential':
      return { is: name, rpId, credentialId: bytes(text(options, 'credentialId')) };
    case 'allAcceptedCredentials': {
      const ids = own(options, 'allAcceptedCredentialIds');
      if (!Array.isArray(ids) || ids.length > MAX_ACCEPTED) throw malformed('allAcceptedCredentialIds');
      const accepted = ids.map((id: unknown) => {
        if (typeof id !== 'string') throw malformed('allAcceptedCredentialIds');
        return bytes(id);
      });
      return { is: name, rpId, userId: bytes(text(options, 'userId')), accepted };
    }
    case 'currentUserDetails':
      return {
        is: name,
        rpId,
        userId: bytes(text(options, 'userId')),
        name: kept(text(options, 'name')),
        displayName: kept(text(options, 'displayName')),
      };
  }
}

function own(options: Options, member: string): unknown {
  return Object.hasOwn(options, member) ? options[member] : undefined;
}

function text(options: Options, member: string): string {
  const value = own(options, member);
  if (typeof value !== 'string') throw malformed(member);
  return value;
}

function bytes(value: string): Uint8Array {
  const decoded = decodeBase64Url(value);
  if (!decoded) throw new WebAuthnError('TypeError', 'A value of the site is not base64url.');
  return decoded;
}

function malformed(member: string): WebAuthnError {
  return new WebAuthnError('TypeError', `What the site says about ${member} makes no sense.`);
}

/** The beginning, cut between what people take for characters; half a character becomes U+FFFD. */
function kept(name: string): string {
  // Cut before anything else, so that a megabyte costs no more than a line.
  const whole = Buffer.from(name.slice(0, MAX_NAME_BYTES)).toString();
  if (name.length <= MAX_NAME_BYTES && Buffer.byteLength(whole) <= MAX_NAME_BYTES) return whole;
  let result = '';
  for (const { segment } of new Intl.Segmenter().segment(whole)) {
    if (Buffer.byteLength(result) + Buffer.byteLength(segment) > MAX_NAME_BYTES) break;
    result += segment;
  }
  return result;
}
