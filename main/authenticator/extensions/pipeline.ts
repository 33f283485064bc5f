/** Runs the extensions of one makeCredential or getAssertion; see `extension.ts`. */
import type { CborMap, CborValue } from '../../ctap/cbor';
import type { CredentialSecrets } from '../env';
import { credBlob } from './cred-blob';
import { credProtect } from './cred-protect';
import type {
  Assertion,
  AssertionPart,
  Creation,
  CreationPart,
  CredentialTraits,
  Extension,
  ExtensionAnswer,
  UsedCredential,
} from './extension';
import { hmacSecret } from './hmac-secret';
import { hmacSecretMc } from './hmac-secret-mc';
import { largeBlobKey } from './large-blob-key';
import { minPinLength, pinComplexityPolicy } from './pin-policy';
import { thirdPartyPayment } from './third-party-payment';

/** All extensions that there are; the configuration says which of them a key has. */
const extensions: readonly Extension[] = [
  credBlob,
  credProtect,
  hmacSecret,
  hmacSecretMc,
  largeBlobKey,
  minPinLength,
  pinComplexityPolicy,
  thirdPartyPayment,
];

export interface ExtensionAnswers {
  /** For the authenticator data; undefined when empty. */
  readonly signed?: CborMap;
  readonly largeBlobKey?: Uint8Array;
}

type Identified<P> = readonly (readonly [identifier: string, part: P])[];

/** The extensions of one makeCredential, their inputs read. */
export class CreationExtensions {
  readonly traits: CredentialTraits;
  readonly #parts: Identified<CreationPart>;

  /** Throws CtapStatusError for an input that an extension refuses. */
  constructor(inputs: CborMap | undefined, creation: Omit<Creation, 'inputs'>) {
    const all = { ...creation, inputs: inputs ?? new Map() };
    this.#parts = read(inputs, creation, ({ create }, input) => create?.(input, all));
    this.traits = Object.assign({}, ...this.#parts.map(([, { traits }]) => traits)) as CredentialTraits;
  }

  /** Throws CtapStatusError, so nothing may be stored before. */
  answer(secrets: CredentialSecrets, uv: boolean): ExtensionAnswers {
    return collect(this.#parts, ({ answer }) => answer?.({ secrets, uv }));
  }
}

/** The extensions of one getAssertion, their inputs read. */
export class AssertionExtensions {
  readonly #parts: Identified<AssertionPart>;

  /** Throws CtapStatusError for an input that an extension refuses. */
  constructor(inputs: CborMap | undefined, assertion: Assertion) {
    this.#parts = read(inputs, assertion, ({ use }, input) => use?.(input, assertion));
  }

  answer(used: UsedCredential): ExtensionAnswers {
    return collect(this.#parts, (part) => part(used));
  }
}

/** Whatever this key does not have is ignored (§6.1.2 step 15). */
function read<P>(
  inputs: CborMap | undefined,
  { context: { env } }: Pick<Assertion, 'context'>,
  reader: (extension: Extension, input: CborValue) => P | undefined,
): Identified<P> {
  return extensions.flatMap((extension) => {
    const { identifier } = extension;
    const input = env.configuration.extensions.includes(identifier) ? inputs?.get(identifier) : undefined;
    const part = input === undefined ? undefined : reader(extension, input);
    return part === undefined ? [] : [[identifier, part] as const];
  });
}

function collect<P>(parts: Identified<P>, answerOf: (part: P) => ExtensionAnswer): ExtensionAnswers {
  const signed = new Map<string, CborValue>();
  let key: Uint8Array | undefined;
  for (const [identifier, part] of parts) {
    const answer = answerOf(part);
    if (answer?.signed !== undefined) signed.set(identifier, answer.signed);
    key ??= answer?.largeBlobKey;
  }
  return { ...(signed.size > 0 && { signed }), ...(key && { largeBlobKey: key }) };
}
