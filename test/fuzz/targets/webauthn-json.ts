/** The JSON forms of requests (WebAuthn Level 3 §5.1.8, §5.1.9): read or refused with a name that the specification has. */
import { encodeBase64Url } from '../../../main/webauthn/base64url';
import { WebAuthnError } from '../../../main/webauthn/errors';
import type {
  AuthenticationExtensionsClientInputs,
  PublicKeyCredentialDescriptor,
} from '../../../main/webauthn/model';
import {
  parseCreationOptionsFromJSON,
  parseRequestOptionsFromJSON,
} from '../../../main/webauthn/options-json';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const salts = { first: 'AQ', second: 'Ag' };
const both = {
  challenge: 'dGVzdA',
  timeout: 60_000,
  hints: ['security-key', 'client-device', 'hybrid'],
  extensions: {
    credProps: true,
    prf: { eval: salts, evalByCredential: { AQ: salts } },
    largeBlob: { support: 'required', read: true, write: 'AQ' },
    credentialProtectionPolicy: 'userVerificationRequired',
    enforceCredentialProtectionPolicy: true,
    credBlob: 'AQ',
    getCredBlob: true,
    minPinLength: true,
  },
};
const credentials = [{ type: 'public-key', id: 'AQ', transports: ['usb', 'internal'] }];
const examples: readonly object[] = [
  {
    ...both,
    rp: { id: 'example.org', name: 'Example' },
    user: { id: 'AQ', name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    excludeCredentials: credentials,
    authenticatorSelection: {
      authenticatorAttachment: 'platform',
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'direct',
    attestationFormats: ['packed'],
  },
  { ...both, rpId: 'example.org', allowCredentials: credentials, userVerification: 'required' },
];

/** JSON of a site that makes mistakes, or means to. */
function changedExample(choices: Choices): unknown {
  const root = structuredClone(choices.pick(examples)) as Record<string, unknown>;
  for (let edits = choices.below(4); edits > 0; edits--) {
    let at = root;
    for (;;) {
      const names = Object.keys(at);
      if (names.length === 0) break;
      const name = choices.pick(names);
      const inside = at[name];
      if (typeof inside === 'object' && inside !== null && choices.below(4) > 0)
        at = inside as Record<string, unknown>;
      else {
        if (choices.below(6) === 0) delete at[name];
        else at[choices.below(6) === 0 ? choices.text() : name] = value(choices, inside);
        break;
      }
    }
  }
  // As it comes over a wire: without undefined and NaN, with `__proto__` as a name like any other.
  return JSON.parse(JSON.stringify(root));
}

function value(choices: Choices, before: unknown): unknown {
  switch (choices.below(9)) {
    case 0:
      return encodeBase64Url(choices.bytes(80));
    case 1:
      return choices.text();
    case 2:
      return choices.integer();
    case 3:
      return choices.flag();
    case 4:
      return null;
    case 5:
      return Array.from({ length: choices.pick([0, 2, 256, 257]) }, () => before);
    case 6:
      return { [choices.text()]: before };
    case 7:
      return 'A'.repeat(choices.pick([65_535, 65_536, 65_537]));
    default:
      return choices.pick([0.5, -1, 1e308, '-7', '', 'dGVzdA==', 'dGVzdB']);
  }
}

function checkLists(...lists: readonly (readonly unknown[] | undefined)[]): void {
  for (const list of lists) expectThat((list?.length ?? 0) <= 256, 'lists are bounded');
}

function checkCredentials(list: readonly PublicKeyCredentialDescriptor[] = []): void {
  for (const { id, type, transports } of list) {
    expectThat(id instanceof Uint8Array && typeof type === 'string', 'a credential has an ID and a type');
    expectThat(new Set(transports).size === (transports?.length ?? 0), 'no transport is there twice');
  }
}

function checkExtensions({ prf, credProps }: AuthenticationExtensionsClientInputs = {}): void {
  expectThat(credProps === undefined || typeof credProps === 'boolean', 'a flag is a flag');
  for (const { first, second } of prf?.evalByCredential?.values() ?? [])
    expectThat(
      first instanceof Uint8Array && (second === undefined || second instanceof Uint8Array),
      'salts are bytes',
    );
}

/** Undefined when it was refused, which has to be by a name. */
function read<T>(parse: (json: unknown) => T, json: unknown): T | undefined {
  try {
    return parse(json);
  } catch (error) {
    if (!(error instanceof WebAuthnError)) throw error;
    expectThat(
      ['TypeError', 'EncodingError'].includes(error.name),
      'refused with a name of the specification',
    );
    expectThat(error.message.length < 1000, 'the sentence is one that a person can read');
    return undefined;
  }
}

function run(input: Uint8Array): void {
  const choices = new Choices(input);
  let json: unknown;
  if (choices.below(4) > 0) json = changedExample(choices);
  else
    try {
      json = JSON.parse(Buffer.from(choices.rest()).toString());
    } catch {
      return; // no JSON: that is for whoever reads it from the wire
    }
  const before = JSON.stringify(json);
  const creation = read(parseCreationOptionsFromJSON, json);
  if (creation) {
    const { rp, user, challenge, pubKeyCredParams, excludeCredentials, hints, attestationFormats } = creation;
    expectThat(typeof rp.name === 'string' && ['string', 'undefined'].includes(typeof rp.id), 'rp is text');
    expectThat(user.id instanceof Uint8Array && challenge instanceof Uint8Array, 'bytes are bytes');
    expectThat(
      pubKeyCredParams.every(({ alg }) => alg === (alg | 0)),
      'algorithms are 32-bit numbers',
    );
    checkLists(pubKeyCredParams, excludeCredentials, hints, attestationFormats);
    checkCredentials(excludeCredentials);
    checkExtensions(creation.extensions);
  }
  const request = read(parseRequestOptionsFromJSON, json);
  if (request) {
    expectThat(request.challenge instanceof Uint8Array, 'the challenge is bytes');
    expectThat(
      request.timeout === undefined || request.timeout === request.timeout >>> 0,
      'milliseconds count up',
    );
    checkLists(request.allowCredentials, request.hints);
    checkCredentials(request.allowCredentials);
    checkExtensions(request.extensions);
  }
  expectThat(JSON.stringify(json) === before, 'reading leaves the JSON alone');
  expectThat(!('evil' in Object.prototype), 'no name reaches Object.prototype');
}

export const webauthnJson: FuzzTarget = {
  name: 'webauthn-json',
  runs: 4000,
  seeds: () => [
    ...examples.map((example) => Uint8Array.of(0, ...Buffer.from(JSON.stringify(example)))),
    ...['null', '[]', '{"challenge":"AQ","__proto__":{"evil":1},"extensions":{"__proto__":{"evil":1}}}'].map(
      (text) => Uint8Array.of(0, ...Buffer.from(text)),
    ),
    ...[0, 1].flatMap((example) =>
      Array.from({ length: 8 }, (_, index) =>
        Uint8Array.from({ length: 24 }, (_unused, at) =>
          at === 0 ? 1 : at === 1 ? example : at === 2 ? 1 + (index % 3) : (at * 67 + index * 29) % 256,
        ),
      ),
    ),
  ],
  run,
};
