/** The quirks that bend answers: a layer around the bytes entry of an authenticator. */
import type { CallOptions } from '../../ctap/api';
import { decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from '../../ctap/cbor';
import { AUTHENTICATOR_CONFIG } from '../../ctap/commands/authenticator-config';
import { BIO_ENROLLMENT, BIO_ENROLLMENT_PREVIEW } from '../../ctap/commands/bio-enrollment';
import { CLIENT_PIN, ClientPinSubcommand } from '../../ctap/commands/client-pin';
import {
  CREDENTIAL_MANAGEMENT,
  CREDENTIAL_MANAGEMENT_PREVIEW,
  CredentialManagementSubcommand as Sub,
} from '../../ctap/commands/credential-management';
import { GET_INFO } from '../../ctap/commands/get-info';
import { Status } from '../../ctap/status';
import { MAX_PIN_RETRIES } from '../env';
import type { QuirkBook } from '../quirks';
import { withHostileText } from './hostile-text';
import { encodeRaw } from './raw-cbor';

/** The authenticator that the quirks bend. */
export interface Straight {
  handle(request: Uint8Array, options: CallOptions): Promise<Uint8Array>;
  /** The name of a user who has a passkey of this site on the key. */
  userNameOf(rpId: string): string | undefined;
  /** Turns alwaysUv on. */
  alwaysVerify(): Promise<void>;
}

const FOUR_BILLION = 0xffffffff;
const DEFAULT_DEPTH = 6;
/** Members of credential management's answers that count something: 0x01 existing, 0x05 RPs, 0x09 credentials. */
const COUNTS: Readonly<Record<number, number>> = {
  [Sub.GET_CREDS_METADATA]: 0x01,
  [Sub.ENUMERATE_RPS_BEGIN]: 0x05,
  [Sub.ENUMERATE_CREDENTIALS_BEGIN]: 0x09,
};
const EXISTING = 0x01;
/** Members of answers: the site of enumerateRPs, the tries of clientPIN. */
const RP = 0x03;
const PIN_RETRIES = 0x03;
const AAGUID = 0x03;

interface Request {
  readonly command: number;
  readonly subCommand?: number;
}

export class AnswerQuirks {
  readonly #straight: Straight;
  #lastItem: Uint8Array = Uint8Array.of(Status.NOT_ALLOWED);

  constructor(straight: Straight) {
    this.#straight = straight;
  }

  /** What a key with these quirks answers. */
  async handle(bytes: Uint8Array, options: CallOptions, book: QuirkBook): Promise<Uint8Array> {
    if (book.quirks.length === 0) return this.#straight.handle(bytes, options);
    const request = requestOf(bytes);
    const isDelete = managed(request) && request.subCommand === Sub.DELETE_CREDENTIAL;
    if (book.use('keepalives-for-ever', request)) return new Promise(() => undefined);
    const forced = book.use('status', request);
    if (forced) return Uint8Array.of(forced.status);
    if (isDelete && book.use('delete-pretends')) return Uint8Array.of(Status.OK);
    const isUpdate = managed(request) && request.subCommand === Sub.UPDATE_USER_INFORMATION;
    if (isUpdate && book.use('update-unknown')) return Uint8Array.of(Status.INVALID_COMMAND);
    const answer = await this.#straight.handle(bytes, options);
    const setsPin =
      request.command === CLIENT_PIN &&
      request.subCommand === ClientPinSubcommand.SET_PIN &&
      answer[0] === Status.OK;
    if (setsPin && book.use('always-uv-after-pin')) await this.#straight.alwaysVerify();
    if (isDelete && answer[0] === Status.OK && book.use('delete-denies')) return Uint8Array.of(Status.OTHER);
    return this.#bend(request, answer, book);
  }

  #bend(request: Request, original: Uint8Array, book: QuirkBook): Uint8Array {
    let answer = this.#miscount(request, original, book);
    if (managed(request)) answer = emptyStore(request, answer, book);
    if (request.command === GET_INFO) {
      const garbage = book.use('garbage-info');
      if (garbage) answer = garbageInfo(garbage.kind, answer);
    }
    if (answer[0] !== Status.OK || answer.length === 1) return answer;
    if (request.command === CLIENT_PIN && book.use('retries-go-up')) answer = rewrite(answer, retriesGoUp);
    if (namesRp(request) && book.use('user-name-as-rp-name'))
      answer = rewrite(answer, (map) => this.#misname(map));
    const hostile = book.use('hostile-text', request);
    if (hostile) answer = rewrite(answer, (map) => withHostileText(map, hostile.kind));
    if (book.use('wrong-types', request)) answer = rewrite(answer, wrongTypes);
    const deep = book.use('deep-cbor', request);
    if (deep) answer = Uint8Array.of(Status.OK, ...nested(deep.levels ?? DEFAULT_DEPTH));
    const cut = book.use('cut-text', request);
    const reverse = book.use('misordered-keys', request);
    if (cut || reverse) {
      const style = { reverseKeys: reverse !== undefined, ...(cut && { cutTextAt: cut.bytes }) };
      answer = Uint8Array.of(Status.OK, ...encodeRaw(bodyOf(answer), style));
    }
    const truncated = book.use('truncated-cbor', request);
    return truncated ? answer.subarray(0, Math.max(1, answer.length - truncated.drop)) : answer;
  }

  #misname(map: CborMap): CborMap {
    const rp = map.get(RP);
    const id = rp instanceof Map ? (rp as CborMap).get('id') : undefined;
    const name = typeof id === 'string' ? this.#straight.userNameOf(id) : undefined;
    return name === undefined ? map : new Map([...map, [RP, new Map([...(rp as CborMap), ['name', name]])]]);
  }

  #miscount(request: Request, answer: Uint8Array, book: QuirkBook): Uint8Array {
    if (!managed(request) || request.subCommand === undefined) return answer;
    const quirk = book.use('four-billion');
    if (!quirk) return answer;
    const isNext =
      request.subCommand === Sub.ENUMERATE_RPS_GET_NEXT_RP ||
      request.subCommand === Sub.ENUMERATE_CREDENTIALS_GET_NEXT_CREDENTIAL;
    if (isNext && quirk.goesOn && answer[0] === Status.NOT_ALLOWED) return this.#lastItem;
    if (answer[0] === Status.OK) this.#lastItem = answer;
    const member = COUNTS[request.subCommand];
    return member === undefined || answer[0] !== Status.OK
      ? answer
      : rewrite(answer, (map) => new Map([...map, [member, FOUR_BILLION]]));
  }
}

/** The member that is the subcommand, of the commands that have one. */
const SUB_COMMAND_MEMBER: Readonly<Record<number, number>> = {
  [CLIENT_PIN]: 2,
  [BIO_ENROLLMENT]: 2,
  [BIO_ENROLLMENT_PREVIEW]: 2,
  [CREDENTIAL_MANAGEMENT]: 1,
  [CREDENTIAL_MANAGEMENT_PREVIEW]: 1,
  [AUTHENTICATOR_CONFIG]: 1,
};

/** The command byte, and the subcommand where there is one. */
function requestOf(bytes: Uint8Array): Request {
  const command = bytes[0] ?? 0;
  const member = SUB_COMMAND_MEMBER[command];
  if (member === undefined || bytes.length === 1) return { command };
  try {
    const subCommand = (decodeCbor(bytes.subarray(1)) as CborMap).get(member);
    return { command, ...(typeof subCommand === 'number' && { subCommand }) };
  } catch {
    return { command }; // undecodable: the engine will say so
  }
}

function managed({ command }: Request): boolean {
  return command === CREDENTIAL_MANAGEMENT || command === CREDENTIAL_MANAGEMENT_PREVIEW;
}

function namesRp(request: Request): boolean {
  const { subCommand } = request;
  return (
    managed(request) &&
    (subCommand === Sub.ENUMERATE_RPS_BEGIN || subCommand === Sub.ENUMERATE_RPS_GET_NEXT_RP)
  );
}

function retriesGoUp(map: CborMap): CborMap {
  const left = map.get(PIN_RETRIES);
  return typeof left === 'number' ? new Map([...map, [PIN_RETRIES, 2 * MAX_PIN_RETRIES - left]]) : map;
}

function emptyStore({ subCommand }: Request, answer: Uint8Array, book: QuirkBook): Uint8Array {
  const enumerates = subCommand === Sub.ENUMERATE_RPS_BEGIN || subCommand === Sub.ENUMERATE_CREDENTIALS_BEGIN;
  if (enumerates && answer[0] === Status.NO_CREDENTIALS && book.use('empty-body-for-nothing'))
    return Uint8Array.of(Status.OK);
  const isEmpty =
    subCommand === Sub.GET_CREDS_METADATA && answer[0] === Status.OK && bodyOf(answer).get(EXISTING) === 0;
  return isEmpty && book.use('no-credentials-for-metadata') ? Uint8Array.of(Status.NO_CREDENTIALS) : answer;
}

function garbageInfo(kind: string, answer: Uint8Array): Uint8Array {
  switch (kind) {
    case 'random':
      // A fixed sequence, so that a failing test fails again.
      return Uint8Array.of(
        Status.OK,
        ...Array.from({ length: 100 }, (_, index) => (index * 89 + 203) & 0xff),
      );
    case 'not-a-map':
      return Uint8Array.of(Status.OK, ...encodeCbor(['FIDO_2_0', 'FIDO_2_1']));
    case 'empty':
      return Uint8Array.of(Status.OK);
    case 'no-aaguid':
      return rewrite(answer, (map) => new Map([...map].filter(([key]) => key !== AAGUID)));
    default:
      throw new RangeError(`the quirk garbage-info knows no kind "${kind}"`);
  }
}

function bodyOf(answer: Uint8Array): CborMap {
  return decodeCbor(answer.subarray(1)) as CborMap;
}

function rewrite(answer: Uint8Array, change: (map: CborMap) => CborMap): Uint8Array {
  return Uint8Array.of(Status.OK, ...encodeCbor(change(bodyOf(answer))));
}

function wrongTypes(map: CborMap): CborMap {
  return new Map<CborKey, CborValue>([...map].map(([key, value]) => [key, anotherType(value)]));
}

function anotherType(value: CborValue): CborValue {
  if (typeof value === 'number') return 'text';
  if (typeof value === 'string') return Uint8Array.of(1);
  if (value instanceof Uint8Array) return 'bytes';
  return value instanceof Map ? [1] : 7;
}

/** {1: [[[…]]]}: with so many arrays. */
function nested(levels: number): Uint8Array {
  return Uint8Array.of(0xa1, 0x01, ...Array.from({ length: levels }, () => 0x81), 0x00);
}
