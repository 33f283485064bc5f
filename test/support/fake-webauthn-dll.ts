/**
 * A stand-in for webauthn.dll. It reads what it is given from memory, by the offsets that a C compiler gave for webauthn.h and not by
 * Latchkey's own structures, as an old Windows does: nothing behind the version that it knows. Its answers lie in memory, too.
 */
import koffi from 'koffi';
import type { LoadedLibrary, WebAuthnLibrary } from '../../native/webauthn-dll/library';
import type { Koffi } from '../../native/webauthn-dll/memory';
import layout from '../vectors/microsoft-webauthn-h-layout.json';

type StructureName = keyof typeof layout.structures;
interface Layout {
  readonly size: number;
  readonly members: Readonly<Record<string, number>>;
}
const structures: Readonly<Record<StructureName, Layout>> = layout.structures;

export const S_OK = 0;
/** An HRESULT as functions return it: signed. */
export function hresult(name: keyof typeof layout.numbers): number {
  return layout.numbers[name] | 0;
}

const OPTIONS = {
  make: { name: 'WEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS', versions: [3, 3, 4, 5, 5, 6, 7, 8] },
  get: { name: 'WEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS', versions: [4, 4, 5, 6, 6, 6, 7, 8] },
} as const;
const ANSWERS = {
  make: { name: 'WEBAUTHN_CREDENTIAL_ATTESTATION', versions: [3, 3, 4, 4, 4, 5, 6, 7] },
  get: { name: 'WEBAUTHN_ASSERTION', versions: [1, 1, 2, 3, 3, 4, 5, 5] },
} as const;
/** The first member that each version of a structure has brought; webauthn.h says so in its comments. */
const FIRST_OF: Readonly<Partial<Record<StructureName, Readonly<Record<number, string>>>>> = {
  WEBAUTHN_AUTHENTICATOR_MAKE_CREDENTIAL_OPTIONS: {
    4: 'dwEnterpriseAttestation',
    5: 'bBrowserInPrivateMode',
    6: 'bEnablePrf',
    7: 'pLinkedDevice',
    8: 'pPRFGlobalEval',
  },
  WEBAUTHN_AUTHENTICATOR_GET_ASSERTION_OPTIONS: {
    5: 'dwCredLargeBlobOperation',
    6: 'pHmacSecretSaltValues',
    7: 'pLinkedDevice',
    8: 'cCredentialHints',
  },
  WEBAUTHN_CREDENTIAL_ATTESTATION: {
    4: 'bEpAtt',
    5: 'bPrfEnabled',
    6: 'cbUnsignedExtensionOutputs',
    7: 'pHmacSecret',
  },
  WEBAUTHN_ASSERTION: {
    2: 'Extensions',
    3: 'pHmacSecret',
    4: 'dwUsedTransport',
    5: 'cbUnsignedExtensionOutputs',
  },
};

/** Bytes of a structure in that version. */
function lengthIn(name: StructureName, version: number): number {
  const next = FIRST_OF[name]?.[version + 1];
  return next === undefined ? structures[name].size : structures[name].members[next]!;
}

/** A structure in memory. Reading behind `length` fails the test. */
class Seen {
  readonly #layout: Layout;
  readonly #address: bigint;
  readonly #length: number;

  constructor(name: StructureName, address: bigint, length = structures[name].size) {
    if (address === 0n) throw new Error(`${name} is NULL`);
    this.#layout = structures[name];
    this.#address = address;
    this.#length = length;
  }

  #at(member: string): bigint {
    const offset = this.#layout.members[member];
    if (offset === undefined || offset >= this.#length) throw new Error(`no ${member} in this version`);
    return this.#address + BigInt(offset);
  }

  has(member: string): boolean {
    return this.#layout.members[member]! < this.#length;
  }

  number(member: string): number {
    return koffi.decode.uint32(this.#at(member));
  }

  signed(member: string): number {
    return koffi.decode.int32(this.#at(member));
  }

  pointer(member: string): bigint {
    return (koffi.decode(this.#at(member), 'void *') as bigint | null) ?? 0n;
  }

  text(member: string): string | undefined {
    const address = this.pointer(member);
    return address === 0n ? undefined : koffi.decode.string16(address);
  }

  bytes(count: string, pointer: string): string {
    return hexAt(this.pointer(pointer), this.number(count));
  }

  /** Of structures one behind the other. */
  list(count: string, pointer: string, name: StructureName): readonly Seen[] {
    const start = this.pointer(pointer);
    return Array.from(
      { length: this.number(count) },
      (_, index) => new Seen(name, start + BigInt(index * structures[name].size)),
    );
  }

  /** Of pointers one behind the other. */
  pointers(count: string, pointer: string): readonly bigint[] {
    const start = this.pointer(pointer);
    return Array.from(
      { length: this.number(count) },
      (_, index) => koffi.decode(start + BigInt(8 * index), 'void *') as bigint,
    );
  }

  within(member: string, name: StructureName): Seen {
    return new Seen(name, this.#at(member));
  }
}

function hexAt(address: bigint, length: number): string {
  if (length === 0) return '';
  return Buffer.from(koffi.decode(address, 'uint8', length) as Uint8Array).toString('hex');
}

interface SeenCredential {
  readonly id: string;
  readonly type: string | undefined;
  readonly transports: number;
}

interface SeenSalt {
  readonly first: string;
  readonly second: string;
}

/** Bytes are in hex; members of versions that this Windows does not know are absent. */
export interface SeenCall {
  readonly call: 'make' | 'get';
  readonly window: bigint;
  readonly rp: { readonly id: string | undefined; readonly name?: string | undefined };
  readonly user?: { readonly id: string; readonly name?: string; readonly displayName?: string };
  readonly algorithms?: readonly { readonly type: string | undefined; readonly alg: number }[];
  readonly clientData: { readonly version: number; readonly json: string; readonly hash: string | undefined };
  readonly options: Readonly<Record<string, number>>;
  readonly extensions: Readonly<Record<string, string>>;
  readonly credentials: readonly SeenCredential[] | undefined;
  readonly hints: readonly string[];
  readonly cancellation: string;
  readonly prf?: { readonly always?: SeenSalt; readonly byCredential: Readonly<Record<string, SeenSalt>> };
  readonly largeBlob?: string;
}

/** Members of a structure: bytes and texts go where they are pointed to, and are counted. `Credential.pbId` is one within. */
export type AnswerMembers = Readonly<Record<string, number | bigint | Uint8Array | string>>;
/** An HRESULT, or an answer with S_OK; `nothing` is S_OK and NULL. */
export type Answer = number | 'nothing' | AnswerMembers;

export class FakeWebAuthnDll {
  readonly calls: SeenCall[] = [];
  /** GUIDs that calls were cancelled by, in hex. */
  readonly cancelled: string[] = [];
  loads = 0;
  apiVersion = 8;
  foreground = 0x77n;
  /** What it does with the next calls. */
  answers: (call: SeenCall) => Answer | Promise<Answer> = () => hresult('NTE_USER_CANCELLED');
  /** What cancelling returns and does. */
  onCancel: () => number = () => S_OK;
  cancellationIds = S_OK;
  #lastId = 0;
  readonly #answersGiven = new Map<bigint, 'make' | 'get'>();
  /** Memory of Latchkey's calls that is not freed yet, with its length. */
  readonly #lent = new Map<bigint, number>();
  /** Something was freed that still held what it was used for. */
  freedUnwiped = 0;

  /** Blocks that Latchkey has not freed, its own and answers. */
  get unfreed(): number {
    return this.#lent.size + this.#answersGiven.size;
  }

  readonly load = async (): Promise<LoadedLibrary> => {
    this.loads++;
    return { koffi: this.#koffi, library: this.#library };
  };

  /** koffi, with an eye on what is allocated. */
  get #koffi(): Koffi {
    return {
      ...koffi,
      alloc: (type, length) => {
        const address = koffi.alloc(type, length) as bigint;
        this.#lent.set(address, length * koffi.sizeof(type));
        return address;
      },
      free: (address: bigint) => {
        const length = this.#lent.get(address);
        if (length === undefined) throw new Error('freed twice');
        if (/[^0]/.test(hexAt(address, length))) this.freedUnwiped++;
        this.#lent.delete(address);
        koffi.free(address);
      },
    };
  }

  get #library(): WebAuthnLibrary {
    return {
      apiVersion: () => this.apiVersion,
      makeCredential: async (window, rp, user, algorithms, clientData, options, answer) =>
        this.#call(answer, () => this.#made(window, rp, user, algorithms, clientData, options)),
      getAssertion: async (window, rpId, clientData, options, answer) =>
        this.#call(answer, () => this.#got(window, rpId, clientData, options)),
      freeAttestation: (address) => this.#freed(address, 'make'),
      freeAssertion: (address) => this.#freed(address, 'get'),
      newCancellationId: (id) => {
        const bytes = new Uint8Array(16).fill(++this.#lastId);
        if (this.cancellationIds === S_OK) koffi.encode(id, koffi.array('uint8', 16), bytes);
        return this.cancellationIds;
      },
      cancel: (id) => {
        this.cancelled.push(hexAt(id, 16));
        return this.onCancel();
      },
      errorName: () => 'NotAllowedError',
      foregroundWindow: () => this.foreground,
    };
  }

  async #call(answer: bigint, read: () => SeenCall): Promise<number> {
    const call = read();
    this.calls.push(call);
    const given = await this.answers(call);
    // What it was given is there to the end, however long that takes.
    if (JSON.stringify(read(), numbers) !== JSON.stringify(call, numbers))
      throw new Error('the memory of a call has changed under it');
    if (typeof given === 'number') return given;
    if (given !== 'nothing') {
      const { name, versions } = ANSWERS[call.call];
      const version = versions[Math.min(this.apiVersion, 8) - 1]!;
      const address = this.#write(name, { dwVersion: version, ...given }, lengthIn(name, version));
      this.#answersGiven.set(address, call.call);
      koffi.encode(answer, 'void *', address);
    }
    return S_OK;
  }

  /** Behind `length`, where that version ends, are bytes that nobody may take for an answer. */
  #write(name: StructureName, members: AnswerMembers, length = structures[name].size): bigint {
    const { size } = structures[name];
    const address = koffi.alloc('uint8', size) as bigint;
    const blank = new Uint8Array(size).fill(0xff, length);
    koffi.encode(address, koffi.array('uint8', size), blank);
    for (const [member, value] of Object.entries(members)) {
      const at = (key: string): bigint => address + BigInt(offsetOf(name, key));
      if (typeof value === 'number') koffi.encode(at(member), 'uint32', value >>> 0);
      else if (typeof value === 'bigint') koffi.encode(at(member), 'void *', value);
      else if (typeof value === 'string') koffi.encode(at(member), 'void *', textAt(value));
      else {
        koffi.encode(at(member), 'void *', bytesAt(value));
        koffi.encode(at(member.replace('pb', 'cb')), 'uint32', value.length);
      }
    }
    return address;
  }

  /** Results of hmac-secret, for the member `pHmacSecret`. */
  salt(first: Uint8Array, second?: Uint8Array): bigint {
    return this.#write('WEBAUTHN_HMAC_SECRET_SALT', {
      pbFirst: first,
      ...(second && { pbSecond: second }),
    });
  }

  #freed(address: bigint, by: 'make' | 'get'): void {
    if (this.#answersGiven.get(address) !== by) throw new Error('freed what is no such answer');
    this.#answersGiven.delete(address);
  }

  #made(
    window: bigint,
    rp: bigint,
    user: bigint,
    algorithms: bigint,
    clientData: bigint,
    options: bigint,
  ): SeenCall {
    const site = new Seen('WEBAUTHN_RP_ENTITY_INFORMATION', rp);
    const person = new Seen('WEBAUTHN_USER_ENTITY_INFORMATION', user);
    const offered = new Seen('WEBAUTHN_COSE_CREDENTIAL_PARAMETERS', algorithms);
    const asked = this.#options('make', options);
    if (site.number('dwVersion') !== 1 || person.number('dwVersion') !== 1) throw new Error('versions');
    const salt = asked.has('pPRFGlobalEval') ? saltAt(asked.pointer('pPRFGlobalEval')) : undefined;
    return {
      call: 'make',
      window,
      rp: { id: site.text('pwszId'), name: site.text('pwszName') },
      user: {
        id: person.bytes('cbId', 'pbId'),
        name: person.text('pwszName')!,
        displayName: person.text('pwszDisplayName')!,
      },
      algorithms: offered
        .list('cCredentialParameters', 'pCredentialParameters', 'WEBAUTHN_COSE_CREDENTIAL_PARAMETER')
        .map((each) => ({ type: each.text('pwszCredentialType'), alg: each.signed('lAlg') })),
      clientData: clientDataAt(clientData),
      options: numbersOf(asked, [
        'dwVersion',
        'dwTimeoutMilliseconds',
        'dwAuthenticatorAttachment',
        'bRequireResidentKey',
        'dwUserVerificationRequirement',
        'dwAttestationConveyancePreference',
        'dwFlags',
        'dwEnterpriseAttestation',
        'dwLargeBlobSupport',
        'bPreferResidentKey',
        'bBrowserInPrivateMode',
        'bEnablePrf',
        'cbJsonExt',
        'bThirdPartyPayment',
      ]),
      extensions: extensionsOf(asked),
      credentials: credentialsAt(asked.pointer('pExcludeCredentialList')),
      hints: hintsOf(asked),
      cancellation: cancellationOf(asked),
      ...(salt && { prf: { always: salt, byCredential: {} } }),
    };
  }

  #got(window: bigint, rpId: bigint, clientData: bigint, options: bigint): SeenCall {
    const asked = this.#options('get', options);
    const values = asked.has('pHmacSecretSaltValues') ? asked.pointer('pHmacSecretSaltValues') : 0n;
    const blob = asked.has('cbCredLargeBlob') ? asked.bytes('cbCredLargeBlob', 'pbCredLargeBlob') : '';
    return {
      call: 'get',
      window,
      rp: { id: koffi.decode.string16(rpId) },
      clientData: clientDataAt(clientData),
      options: numbersOf(asked, [
        'dwVersion',
        'dwTimeoutMilliseconds',
        'dwAuthenticatorAttachment',
        'dwUserVerificationRequirement',
        'dwFlags',
        'dwCredLargeBlobOperation',
        'bBrowserInPrivateMode',
        'bAutoFill',
        'cbJsonExt',
      ]),
      extensions: extensionsOf(asked),
      credentials: credentialsAt(asked.pointer('pAllowCredentialList')),
      hints: hintsOf(asked),
      cancellation: cancellationOf(asked),
      ...(values !== 0n && { prf: saltValuesAt(values) }),
      ...(blob !== '' && { largeBlob: blob }),
    };
  }

  /** Windows refuses versions that it does not know. */
  #options(call: 'make' | 'get', address: bigint): Seen {
    const { name, versions } = OPTIONS[call];
    const version = new Seen(name, address).number('dwVersion');
    const known = versions[Math.min(this.apiVersion, 8) - 1];
    if (version !== known) throw new Error(`options of version ${version} for API ${this.apiVersion}`);
    return new Seen(name, address, lengthIn(name, version));
  }
}

function numbers(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function offsetOf(name: StructureName, member: string): number {
  const [outer = '', inner] = member.split('.');
  const offset = structures[name].members[outer];
  const within = inner === undefined ? 0 : structures.WEBAUTHN_CREDENTIAL.members[inner];
  if (offset === undefined || within === undefined) throw new Error(`no member ${member}`);
  return offset + within;
}

function bytesAt(bytes: Uint8Array): bigint {
  const address = koffi.alloc('uint8', Math.max(1, bytes.length)) as bigint;
  if (bytes.length > 0) koffi.encode(address, koffi.array('uint8', bytes.length), bytes);
  return address;
}

function textAt(text: string): bigint {
  return bytesAt(Uint8Array.from(Buffer.from(`${text}\0`, 'utf16le')));
}

function numbersOf(seen: Seen, members: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    members.filter((member) => seen.has(member)).map((member) => [member, seen.number(member)]),
  );
}

function clientDataAt(address: bigint): SeenCall['clientData'] {
  const seen = new Seen('WEBAUTHN_CLIENT_DATA', address);
  return {
    version: seen.number('dwVersion'),
    json: seen.bytes('cbClientDataJSON', 'pbClientDataJSON'),
    hash: seen.text('pwszHashAlgId'),
  };
}

function extensionsOf(options: Seen): Readonly<Record<string, string>> {
  const list = options
    .within('Extensions', 'WEBAUTHN_EXTENSIONS')
    .list('cExtensions', 'pExtensions', 'WEBAUTHN_EXTENSION');
  return Object.fromEntries(
    list.map((each) => {
      const name = each.text('pwszExtensionIdentifier')!;
      const isBlob = name === 'credBlob' && each.number('cbExtension') > 4;
      return [
        name,
        isBlob
          ? new Seen('WEBAUTHN_CRED_BLOB_EXTENSION', each.pointer('pvExtension')).bytes(
              'cbCredBlob',
              'pbCredBlob',
            )
          : each.bytes('cbExtension', 'pvExtension'),
      ];
    }),
  );
}

function credentialsAt(address: bigint): readonly SeenCredential[] | undefined {
  if (address === 0n) return undefined;
  const list = new Seen('WEBAUTHN_CREDENTIAL_LIST', address);
  return list.pointers('cCredentials', 'ppCredentials').map((each) => {
    const seen = new Seen('WEBAUTHN_CREDENTIAL_EX', each);
    if (seen.number('dwVersion') !== 1) throw new Error('version');
    return {
      id: seen.bytes('cbId', 'pbId'),
      type: seen.text('pwszCredentialType'),
      transports: seen.number('dwTransports'),
    };
  });
}

function hintsOf(options: Seen): readonly string[] {
  if (!options.has('cCredentialHints')) return [];
  return options
    .pointers('cCredentialHints', 'ppwszCredentialHints')
    .map((address) => koffi.decode.string16(address));
}

function cancellationOf(options: Seen): string {
  const address = options.pointer('pCancellationId');
  return address === 0n ? '' : hexAt(address, 16);
}

function saltAt(address: bigint): SeenSalt | undefined {
  if (address === 0n) return undefined;
  const seen = new Seen('WEBAUTHN_HMAC_SECRET_SALT', address);
  return { first: seen.bytes('cbFirst', 'pbFirst'), second: seen.bytes('cbSecond', 'pbSecond') };
}

function saltValuesAt(address: bigint): NonNullable<SeenCall['prf']> {
  const seen = new Seen('WEBAUTHN_HMAC_SECRET_SALT_VALUES', address);
  const always = saltAt(seen.pointer('pGlobalHmacSalt'));
  const each = seen.list(
    'cCredWithHmacSecretSaltList',
    'pCredWithHmacSecretSaltList',
    'WEBAUTHN_CRED_WITH_HMAC_SECRET_SALT',
  );
  return {
    ...(always && { always }),
    byCredential: Object.fromEntries(
      each.map((one) => [one.bytes('cbCredID', 'pbCredID'), saltAt(one.pointer('pHmacSecretSalt'))!]),
    ),
  };
}
