/**
 * The JSON forms of requests (WebAuthn Level 3 §5.1.8, §5.1.9): the dictionaries of model.ts with base64url for bytes.
 *
 * Members are converted as Web IDL does it, so numbers and booleans may stand for strings and null for an empty dictionary. Members
 * that are not known are dropped; of enumerations and hints, also unknown values (§2.1.1).
 */
import * as v from 'valibot';
import { decodeBase64Url } from './base64url';
import { WebAuthnError } from './errors';
import type {
  AuthenticationExtensionsClientInputs,
  PrfValues,
  PublicKeyCredentialCreationOptions,
  PublicKeyCredentialHint,
  PublicKeyCredentialRequestOptions,
} from './model';

/** Characters of a string. Far above what an authenticator can take in one message (7609 bytes). */
const MAX_TEXT = 65_536;
/** Entries of a list. Browsers take 64 credentials. */
const MAX_ENTRIES = 256;

/** Marks the checks whose failure is no `TypeError`. */
const ENCODING = 'EncodingError';

/** A dictionary of Web IDL: null is an empty one. */
function dictionary<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => value ?? {}),
    v.object(entries),
  );
}

function sequence<const Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(v.unknown()), v.maxLength(MAX_ENTRIES, ENCODING), v.array(item));
}

/**
 * DOMString. Web IDL would make a string of an object, too, but never one that is meant. What is text here goes to authenticators as
 * UTF-8 (§6.4.1), which has no half surrogate pairs: they become U+FFFD, as in a USVString.
 */
const text = v.pipe(
  v.union([v.string(), v.number(), v.boolean(), v.null()]),
  v.transform((value) => String(value).replace(/\p{Cs}/gu, '\ufffd')),
  v.maxLength(MAX_TEXT, ENCODING),
);

const bytes = v.pipe(text, v.transform(decodeBase64Url), v.instance(Uint8Array, ENCODING));

const flag = v.pipe(v.unknown(), v.transform(Boolean));

const number = v.pipe(v.union([v.string(), v.number(), v.boolean(), v.null()]), v.transform(Number));
/** Web IDL's long and unsigned long without [EnforceRange]: modulo 2^32, and 0 for what is not finite. */
const long = v.pipe(
  number,
  v.transform((value) => value | 0),
);
const unsignedLong = v.pipe(
  number,
  v.transform((value) => value >>> 0),
);

/** An enumeration that is passed as a string: an unknown value counts as absent. */
function known<const Value extends string>(...values: readonly Value[]) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => values.find((candidate) => candidate === value)),
  );
}

/** Unknown ones are ignored, and the second and later of the same. */
function listOfKnown<const Value extends string>(...values: readonly Value[]) {
  return v.pipe(
    sequence(text),
    v.transform((items) => [...new Set(items)].flatMap((item) => values.filter((value) => value === item))),
  );
}

const transports = listOfKnown('usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal');
const hints = listOfKnown<PublicKeyCredentialHint>('security-key', 'client-device', 'hybrid');
const userVerification = known('required', 'preferred', 'discouraged');

const descriptor = dictionary({ type: text, id: bytes, transports: v.optional(transports) });

const prfValues = dictionary({ first: bytes, second: v.optional(bytes) });

/** record<DOMString, …>. A Map, so that no name means anything to JavaScript. */
const prfByCredential = v.pipe(
  v.custom<object>((value) => typeof value === 'object' && value !== null),
  v.transform((value): unknown[] => Object.entries(value)),
  sequence(v.tuple([text, prfValues])),
  v.transform((entries): ReadonlyMap<string, PrfValues> => new Map(entries)),
);

const extensions = dictionary({
  credProps: v.optional(flag),
  prf: v.optional(dictionary({ eval: v.optional(prfValues), evalByCredential: v.optional(prfByCredential) })),
  largeBlob: v.optional(
    dictionary({ support: v.optional(text), read: v.optional(flag), write: v.optional(bytes) }),
  ),
  credentialProtectionPolicy: v.optional(
    known(
      'userVerificationOptional',
      'userVerificationOptionalWithCredentialIDList',
      'userVerificationRequired',
    ),
  ),
  enforceCredentialProtectionPolicy: v.optional(flag),
  credBlob: v.optional(bytes),
  getCredBlob: v.optional(flag),
  minPinLength: v.optional(flag),
}) satisfies v.GenericSchema<unknown, AuthenticationExtensionsClientInputs>;

const creationOptions = dictionary({
  rp: dictionary({ id: v.optional(text), name: text }),
  user: dictionary({ id: bytes, name: text, displayName: text }),
  challenge: bytes,
  pubKeyCredParams: sequence(dictionary({ type: text, alg: long })),
  timeout: v.optional(unsignedLong),
  excludeCredentials: v.optional(sequence(descriptor)),
  authenticatorSelection: v.optional(
    dictionary({
      authenticatorAttachment: v.optional(known('platform', 'cross-platform')),
      residentKey: v.optional(known('discouraged', 'preferred', 'required')),
      requireResidentKey: v.optional(flag),
      userVerification: v.optional(userVerification),
    }),
  ),
  hints: v.optional(hints),
  attestation: v.optional(known('none', 'indirect', 'direct', 'enterprise')),
  attestationFormats: v.optional(sequence(text)),
  extensions: v.optional(extensions),
}) satisfies v.GenericSchema<unknown, PublicKeyCredentialCreationOptions>;

const requestOptions = dictionary({
  challenge: bytes,
  timeout: v.optional(unsignedLong),
  rpId: v.optional(text),
  allowCredentials: v.optional(sequence(descriptor)),
  userVerification: v.optional(userVerification),
  hints: v.optional(hints),
  extensions: v.optional(extensions),
}) satisfies v.GenericSchema<unknown, PublicKeyCredentialRequestOptions>;

function parsed<Output>(schema: v.GenericSchema<unknown, Output>, json: unknown): Output {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'The request';
  if (issue.message === ENCODING)
    throw new WebAuthnError(ENCODING, `${where} is not base64url, or too long.`);
  throw new WebAuthnError('TypeError', `${where} is missing, or not what it has to be.`);
}

/**
 * §5.1.8.
 *
 * Throws {@link WebAuthnError}: `TypeError` where Web IDL does, for a member that is missing or of another type; `EncodingError` for what
 * is not base64url, and for strings and lists that no authenticator could take.
 * @param json as `JSON.parse` returned it
 */
export function parseCreationOptionsFromJSON(json: unknown): PublicKeyCredentialCreationOptions {
  return parsed(creationOptions, json);
}

/** §5.1.9. Throws as {@link parseCreationOptionsFromJSON} does. */
export function parseRequestOptionsFromJSON(json: unknown): PublicKeyCredentialRequestOptions {
  return parsed(requestOptions, json);
}
