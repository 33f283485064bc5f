/**
 * The record of wrong PINs, in a file of its own: restoring a vault does not turn it back. It is authenticated by the
 * vault key, and there from the set-up on, so one that is missing or forged is a lock: deleting the file gives no try
 * back.
 *
 * All of this is against people at the keyboard. A program that runs as the user can put an older record back, and
 * with the file and the keychain it can guess without Latchkey: there only scrypt and a long PIN help. And whoever may
 * set the system's date (on most systems an administrator) shortens a wait by that and a restart, but gains no try.
 */
import type { Calendar, Clock, StateFile } from '../../native/ports';
import { arrayItems, CborError, decodeCbor, encodeCbor } from '../ctap/cbor';
import { bytes, record, required, uint, type TypeOf } from '../ctap/codec';
import type { PinTries } from './model';
import { sameBytes, VAULT_ID_LENGTH, type VaultKeys } from './vault-keys';

export const TRIES_FILE = 'pin-tries';
/** Wrong PINs until the vault is locked. */
export const MAX_TRIES = 10;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds to wait after so many wrong PINs: a slip or two cost nothing, a guesser days. */
export const PIN_WAITS: readonly number[] = [
  0,
  0,
  0,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  8 * HOUR,
];

const MAGIC = encodeCbor('latchkey pin tries');
const VERSION = encodeCbor(1);

const body = record({
  id: required('vault', bytes(VAULT_ID_LENGTH)),
  wrong: required('wrong', uint),
  /** When the last one was: milliseconds since 1970, UTC, by the calendar of then. */
  at: required('at', uint),
});
type Body = TypeOf<typeof body>;

export interface TriesOptions {
  readonly file: StateFile;
  readonly keys: VaultKeys;
  readonly clock: Clock;
  readonly calendar: Calendar;
  /** See {@link PIN_WAITS}. */
  readonly waits: readonly number[];
}

export class TriesRecord {
  readonly #options: TriesOptions;
  #wrong = MAX_TRIES;
  /** By the clock, which nobody can set: the calendar counts only for the time when Latchkey did not run. */
  #nextAt = 0;

  private constructor(options: TriesOptions) {
    this.#options = options;
  }

  /** Rejects with the file's errors. */
  static async open(options: TriesOptions): Promise<TriesRecord> {
    const tries = new TriesRecord(options);
    const content = await options.file.read();
    const found = content && tries.#parse(content);
    if (!found) return tries;
    tries.#wrong = Math.min(found.wrong, MAX_TRIES);
    const wait = tries.#waitAfter(tries.#wrong);
    const passed = options.calendar.now() - found.at;
    tries.#nextAt = options.clock.now() + (passed < 0 ? wait : Math.max(0, wait - passed));
    // The date was set back since, or was wrong then. The wait begins anew, and from today's date on: it must end some time.
    if (passed < 0 && wait > 0) await tries.#write(tries.#wrong);
    return tries;
  }

  /** The record of a new vault. Rejects with the file's errors. */
  static async create(options: TriesOptions): Promise<TriesRecord> {
    const tries = new TriesRecord(options);
    await tries.clear();
    return tries;
  }

  get state(): PinTries {
    const left = MAX_TRIES - this.#wrong;
    return { left, wait: left === 0 ? 0 : Math.ceil(Math.max(0, this.#nextAt - this.#options.clock.now())) };
  }

  /** One more wrong PIN, durably. Rejects with the file's errors; nothing is counted then, and nothing may be compared. */
  async count(): Promise<void> {
    const wrong = Math.min(MAX_TRIES, this.#wrong + 1);
    await this.#write(wrong);
    this.#wrong = wrong;
    this.#nextAt = this.#options.clock.now() + this.#waitAfter(wrong);
  }

  /** All tries again. Rejects with the file's errors. */
  async clear(): Promise<void> {
    await this.#write(0);
    this.#wrong = 0;
    this.#nextAt = 0;
  }

  #waitAfter(wrong: number): number {
    return this.#options.waits[wrong] ?? 0;
  }

  async #write(wrong: number): Promise<void> {
    const at = Math.max(0, Math.floor(this.#options.calendar.now()));
    const encoded = encodeCbor(encodeCbor(body.encode({ id: this.#options.keys.id, wrong, at })));
    const mac = encodeCbor(this.#options.keys.triesMac(Buffer.concat([MAGIC, VERSION, encoded])));
    await this.#options.file.write(Buffer.concat([Uint8Array.of(0x84), MAGIC, VERSION, encoded, mac]));
  }

  /** Undefined for what this vault did not write. */
  #parse(content: Uint8Array): Body | undefined {
    try {
      const [magic, version, encoded, mac] = arrayItems(content);
      if (!magic || !version || !encoded || !mac) return undefined;
      const expected = encodeCbor(this.#options.keys.triesMac(Buffer.concat([magic, version, encoded])));
      const isOurs = sameBytes(mac, expected) && sameBytes(magic, MAGIC) && sameBytes(version, VERSION);
      const inner = decodeCbor(encoded);
      if (!isOurs || !(inner instanceof Uint8Array)) return undefined;
      const fault = (_kind: string, where: string): Error => new CborError(where);
      const found = body.decode(decodeCbor(inner), { flaws: [], fault }, '');
      return sameBytes(found.id, this.#options.keys.id) ? found : undefined;
    } catch (error) {
      if (error instanceof CborError) return undefined;
      throw error;
    }
  }
}
