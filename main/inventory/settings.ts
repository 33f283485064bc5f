/**
 * The settings of this user, which window and command line share: one small JSON file. A file that cannot be read is never
 * overwritten silently: the usual settings are in force and the user is told; the next change keeps the file beside.
 */
import type { StateFile } from '../../native/ports';
import { problem, ProblemError } from './problems';

export interface Settings {
  /** New passkeys may be saved to this device. */
  readonly enabled: boolean;
  /** Idle minutes after which what the PIN of this device opened is forgotten: 1..{@link MAX_AUTO_LOCK_MINUTES}. */
  readonly autoLockMinutes: number;
}

export const usualSettings: Settings = { enabled: true, autoLockMinutes: 5 };

/** Eight hours: longer is as good as never. */
export const MAX_AUTO_LOCK_MINUTES = 480;

const VERSION = 1;

export interface SettingsFiles {
  readonly file: StateFile;
  /** Gets what was in the file when it could not be read and something is to be saved. */
  readonly aside: StateFile;
}

export class SettingsStore {
  readonly #files: SettingsFiles;
  #current = usualSettings;
  /** What is in the file besides, from a Latchkey that knows more; it stays there. */
  #others: Readonly<Record<string, unknown>> = {};
  /** What is in the file, when it cannot be understood. */
  #unreadable: Uint8Array | undefined;
  #failure: Error | undefined;
  #notice: string | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(files: SettingsFiles) {
    this.#files = files;
  }

  get current(): Settings {
    return this.#current;
  }

  /** Why the settings are not those that were saved, and what to do; undefined when all is well. */
  get notice(): string | undefined {
    return this.#notice;
  }

  /** Never rejects: what is wrong is the {@link notice}. */
  async read(): Promise<void> {
    const { file, aside } = this.#files;
    this.#failure = this.#unreadable = this.#notice = undefined;
    let content;
    try {
      content = await file.read();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#notice = `${this.#failure.message} Until that is put right, the usual settings are in force.`;
      return;
    }
    if (content === undefined) return;
    const read = parse(content);
    if (typeof read === 'object') {
      this.#current = read.settings;
      this.#others = read.others;
      return;
    }
    this.#unreadable = content;
    const reason = read === 'newer' ? 'was written by a newer Latchkey' : 'is damaged';
    this.#notice =
      `The file with the settings, ${file.path}, ${reason}, so the usual settings are in force. ` +
      `${read === 'newer' ? 'Update Latchkey, or choose' : 'Choose'} them anew: this file is then kept as ${aside.path}.`;
  }

  /** Durable when resolved; when it rejects, with ProblemError, nothing has changed. */
  change(change: Partial<Settings>): Promise<void> {
    const turn = this.#saving.then(() => this.#save(change));
    this.#saving = turn.catch(() => undefined); // the caller gets the rejection
    return turn;
  }

  async #save(change: Partial<Settings>): Promise<void> {
    const { file, aside } = this.#files;
    const { autoLockMinutes } = change;
    if (autoLockMinutes !== undefined && !isAutoLock(autoLockMinutes))
      throw problem(
        'invalid-argument',
        `Latchkey can lock after 1 to ${MAX_AUTO_LOCK_MINUTES} minutes. Choose a number in between.`,
      );
    // The other program, window or command line, may have saved since.
    await this.read();
    if (this.#failure) throw notSaved(this.#failure);
    const settings = { ...this.#current, ...change };
    const kept = this.#unreadable;
    try {
      if (kept) {
        const before = await aside.read();
        if (before && !Buffer.from(kept).equals(before))
          throw new Error(`There is another ${aside.path} already.`);
        await aside.write(kept);
      }
      const content = { version: VERSION, ...this.#others, ...settings };
      await file.write(Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`));
    } catch (error) {
      throw notSaved(error);
    }
    this.#current = settings;
    this.#unreadable = undefined;
    this.#notice = kept && `The file with the settings from before is kept as ${aside.path}.`;
  }
}

/** The adapters' errors are sentences that name the file. */
function notSaved(error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The settings were not saved. ${reason} Put that right and try again.`;
  return new ProblemError({ code: 'file', message }, { cause: error });
}

type Parsed =
  { readonly settings: Settings; readonly others: Readonly<Record<string, unknown>> } | 'newer' | 'damaged';

function parse(content: Uint8Array): Parsed {
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return 'damaged';
    throw error;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return 'damaged';
  const {
    version,
    enabled = usualSettings.enabled,
    autoLockMinutes = usualSettings.autoLockMinutes,
    ...others
  } = read as Readonly<Record<string, unknown>>;
  if (typeof version !== 'number') return 'damaged';
  if (version > VERSION) return 'newer';
  if (version !== VERSION || typeof enabled !== 'boolean' || !isAutoLock(autoLockMinutes)) return 'damaged';
  return { settings: { enabled, autoLockMinutes }, others };
}

function isAutoLock(minutes: unknown): minutes is number {
  return (
    typeof minutes === 'number' &&
    Number.isInteger(minutes) &&
    minutes >= 1 &&
    minutes <= MAX_AUTO_LOCK_MINUTES
  );
}
