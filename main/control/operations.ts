/**
 * What programs may ask of the one that owns the vault. One table: from it come the types, the checks of what arrives
 * from the other side, and what travels.
 */
import { decodeCbor, encodeCbor, type CborMap } from '../ctap/cbor';
import {
  arrayOf,
  bool,
  byteString,
  int,
  optional,
  rawMap,
  record,
  required,
  text,
  uint,
  type Codec,
  type TypeOf,
} from '../ctap/codec';
import { getAssertionRequest, getAssertionResponse } from '../ctap/commands/get-assertion';
import { makeCredentialRequest, makeCredentialResponse } from '../ctap/commands/make-credential';
import { rpEntity, userEntity } from '../ctap/entities';

/** One of these texts. */
function oneOf<const T extends string>(...choices: readonly T[]): Codec<T> {
  return {
    encode: (value) => value,
    decode(value, reading, where) {
      const choice = choices.find((each) => each === value);
      if (choice === undefined) throw reading.fault('type', where);
      return choice;
    },
  };
}

/** A text of at most `longest` UTF-16 units: absurd ones only, the vault has rules of its own. */
function textUpTo(longest: number): Codec<string> {
  return {
    encode: (value) => value,
    decode(value, reading, where) {
      const result = text.decode(value, reading, where);
      if (result.length > longest) throw reading.fault('length', where);
      return result;
    },
  };
}

/** As a byte string of its own, for CTAP's CBOR nests only four deep. */
function enclosed<T>(codec: Codec<T>): Codec<T> {
  return {
    encode: (value) => encodeCbor(codec.encode(value)),
    decode: (value, reading, where) =>
      codec.decode(decodeCbor(byteString.decode(value, reading, where)), reading, where),
  };
}

const nothing = record({});
const pin = textUpTo(256);
const passphrase = textUpTo(1024);
const recoveryKey = record({ recoveryKey: required('recoveryKey', textUpTo(256)) });
const ids = record({ ids: required('ids', arrayOf(byteString)) });

export const deviceStatus = record({
  /** As VaultSituation: `open` means that the list can be read. */
  state: required('state', oneOf('closed', 'absent', 'passphrase-needed', 'unusable', 'open')),
  /** While absent: why the keychain cannot keep the key, so that it takes a passphrase. */
  keychain: optional('keychain', text),
  /** While unusable: its code, and a sentence with the next step. */
  problem: optional('problem', text),
  message: optional('message', text),
  /** While unusable: the generation before this one opens. */
  canRestorePrevious: required('canRestorePrevious', bool),
  /** From here on: while open. */
  sealing: optional('sealing', oneOf('keychain', 'passphrase')),
  /** The PIN was right since the owner started, and nothing has locked since. */
  verified: optional('verified', bool),
  /** 0..10 */
  triesLeft: optional('triesLeft', uint),
  /** Milliseconds until the next try is taken. */
  wait: optional('wait', uint),
  passkeys: required('passkeys', uint),
  deleted: required('deleted', uint),
  /** The folder of the vault. */
  path: required('path', text),
});
export type DeviceStatus = TypeOf<typeof deviceStatus>;

const coseKey: Codec<CborMap> = enclosed(rawMap);

const passkey = record({
  id: required('id', byteString),
  rp: required('rp', rpEntity),
  user: required('user', userEntity),
  /** COSE algorithm number. */
  algorithm: required('algorithm', int),
  /** COSE_Key. */
  publicKey: required('publicKey', coseKey),
  /** 1, 2 or 3. */
  credProtect: required('credProtect', uint),
  hasLargeBlobKey: required('hasLargeBlobKey', bool),
  thirdPartyPayment: optional('thirdPartyPayment', bool),
  /** Milliseconds since 1970, UTC; so are the other dates. */
  created: required('created', uint),
  lastUsed: optional('lastUsed', uint),
  /** Marked by hand. */
  protected: required('protected', bool),
  /** Why it cannot be deleted, also without a mark: it signs in to the machine itself. */
  notRemovable: optional('notRemovable', text),
  /** In Recently deleted: since when, and when it goes for good. */
  deleted: optional('deleted', uint),
  goes: optional('goes', uint),
});
/** What the list shows of one passkey of this device; no secret is in it. */
export type DeviceCredential = TypeOf<typeof passkey>;
const passkeys = record({ passkeys: required('passkeys', arrayOf(passkey)) });

/** A generation of the vault. */
const generation = record({
  /** Absent when there is none that opens. */
  written: optional('written', uint),
  passkeys: optional('passkeys', uint),
});

/** What may be told to a site: a name of WebAuthn's, and a sentence. */
const siteError = record({ name: required('name', text), message: required('message', text) });
/** UTF-16 units of JSON: user handles, credential lists and extensions of any sensible site are a small part of it. */
const LONGEST_OPTIONS = 512 * 1024;

interface Operation<A, R> {
  readonly takes: Codec<A>;
  readonly gives: Codec<R>;
  /** Milliseconds until there must be an answer: the work itself, or a keychain that asks somebody for its password. */
  readonly within: number;
}

const ANSWER_TIMEOUT = 3 * 60_000;
/** A site waits ten minutes at most (main/webauthn/timeout.ts). */
const CEREMONY_TIMEOUT = 10 * 60_000 + ANSWER_TIMEOUT;

function operation<A, R>(takes: Codec<A>, gives: Codec<R>, within = ANSWER_TIMEOUT): Operation<A, R> {
  return { takes, gives, within };
}

export const operations = {
  status: operation(nothing, deviceStatus),
  /** Looks at the vault again; the passphrase where it needs one. */
  open: operation(record({ passphrase: optional('passphrase', passphrase) }), nothing),
  /** Only while absent. Without a passphrase, the keychain keeps the key. */
  setUp: operation(
    record({ pin: required('pin', pin), passphrase: optional('passphrase', passphrase) }),
    recoveryKey,
  ),
  /** The oldest first. */
  list: operation(nothing, passkeys),
  /** The newest deletion first. */
  listDeleted: operation(nothing, passkeys),
  /** To Recently deleted: all or none. Refused for protected ones, and those that sign in to the machine. */
  remove: operation(ids, nothing),
  restore: operation(ids, nothing),
  purge: operation(ids, nothing),
  emptyDeleted: operation(nothing, nothing),
  /** What is absent stays as it is; what is empty is removed. */
  rename: operation(
    record({
      id: required('id', byteString),
      name: optional('name', textUpTo(4096)),
      displayName: optional('displayName', textUpTo(4096)),
    }),
    nothing,
  ),
  setProtected: operation(record({ id: required('id', byteString), on: required('on', bool) }), nothing),
  /** Forgets what the PIN opened. */
  lock: operation(nothing, nothing),
  changePin: operation(record({ current: required('current', pin), next: required('next', pin) }), nothing),
  /** The recovery key that holds from now on. */
  recover: operation(
    record({ recoveryKey: required('recoveryKey', textUpTo(256)), pin: required('pin', pin) }),
    recoveryKey,
  ),
  newRecoveryKey: operation(record({ pin: required('pin', pin) }), recoveryKey),
  /** Without a passphrase: by the keychain. */
  switchSealing: operation(
    record({ pin: required('pin', pin), passphrase: optional('passphrase', passphrase) }),
    nothing,
  ),
  previous: operation(nothing, generation),
  restorePrevious: operation(nothing, nothing),
  /** For a new beginning where nothing opens: files and key are kept under other names. */
  putAside: operation(nothing, nothing),
  /** For testers: with the PIN as user verification, and a human who is present. */
  makeCredential: operation(
    record({ pin: required('pin', pin), request: required('request', enclosed(makeCredentialRequest)) }),
    record({ response: required('response', enclosed(makeCredentialResponse)) }),
  ),
  getAssertion: operation(
    record({ pin: required('pin', pin), request: required('request', enclosed(getAssertionRequest)) }),
    record({ response: required('response', enclosed(getAssertionResponse)) }),
  ),
  /** Saves or uses a passkey for a site, with the dialogs of the program that serves: main/ceremony/json-ceremony.ts. */
  webauthn: operation(
    record({
      kind: required('kind', oneOf('create', 'get')),
      origin: required('origin', textUpTo(4096)),
      topOrigin: optional('topOrigin', textUpTo(4096)),
      options: required('options', textUpTo(LONGEST_OPTIONS)),
      only: optional('only', oneOf('device', 'key')),
    }),
    record({
      response: optional('response', text),
      error: optional('error', siteError),
    }),
    CEREMONY_TIMEOUT,
  ),
} as const;

export type OperationName = keyof typeof operations;
export type OperationArguments<N extends OperationName> = TypeOf<(typeof operations)[N]['takes']>;
export type OperationResult<N extends OperationName> = TypeOf<(typeof operations)[N]['gives']>;

/**
 * The passkeys of this device, for a program: here or in the one that owns the vault. Rejects with VaultError,
 * CtapStatusError, ControlError, and with the signal's reason.
 */
export type DeviceService = {
  readonly [N in OperationName]: (
    args: OperationArguments<N>,
    signal?: AbortSignal,
  ) => Promise<OperationResult<N>>;
};
