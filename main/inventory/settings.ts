/**
 * The settings of this user, which window and command line share: one small JSON file. A file that cannot be read is never
 * overwritten silently: the usual settings are in force and the user is told; the next change keeps the file beside.
 */
import { notSaved, readKept, saveKept, type Kept, type KeptFiles, type Members } from './kept-file';
import { problem } from './problems';

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
const NOT_SAVED = 'The settings were not saved.';

export class SettingsStore {
  readonly #files: KeptFiles;
  #current = usualSettings;
  /** What is in the file besides, from a Latchkey that knows more; it stays there. */
  #others: Members = {};
  /** What is in the file, when it cannot be understood. */
  #unreadable: Uint8Array | undefined;
  #failure: Error | undefined;
  #notice: string | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(files: KeptFiles) {
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
    let kept: Kept<Saved>;
    try {
      kept = await readKept(this.#files, VERSION, understand);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#notice = `${this.#failure.message} Until that is put right, the usual settings are in force.`;
      return;
    }
    if (kept.is === 'absent') return;
    if (kept.is === 'read') {
      this.#current = kept.value.settings;
      this.#others = kept.value.others;
      return;
    }
    this.#unreadable = kept.content;
    const reason = kept.is === 'newer' ? 'was written by a newer Latchkey' : 'is damaged';
    this.#notice =
      `The file with the settings, ${file.path}, ${reason}, so the usual settings are in force. ` +
      `${kept.is === 'newer' ? 'Update Latchkey, or choose' : 'Choose'} them anew: this file is then kept as ${aside.path}.`;
  }

  /** Durable when resolved; when it rejects, with ProblemError, nothing has changed. */
  change(change: Partial<Settings>): Promise<void> {
    const turn = this.#saving.then(() => this.#save(change));
    this.#saving = turn.catch(() => undefined); // the caller gets the rejection
    return turn;
  }

  async #save(change: Partial<Settings>): Promise<void> {
    const { autoLockMinutes } = change;
    if (autoLockMinutes !== undefined && !isAutoLock(autoLockMinutes))
      throw problem(
        'invalid-argument',
        `Latchkey can lock after 1 to ${MAX_AUTO_LOCK_MINUTES} minutes. Choose a number in between.`,
      );
    // The other program, window or command line, may have saved since.
    await this.read();
    if (this.#failure) throw notSaved(NOT_SAVED, this.#failure);
    const settings = { ...this.#current, ...change };
    const kept = this.#unreadable;
    try {
      await saveKept(this.#files, VERSION, { ...this.#others, ...settings }, kept);
    } catch (error) {
      throw notSaved(NOT_SAVED, error);
    }
    this.#current = settings;
    this.#unreadable = undefined;
    this.#notice = kept && `The file with the settings from before is kept as ${this.#files.aside.path}.`;
  }
}

interface Saved {
  readonly settings: Settings;
  readonly others: Members;
}

function understand({
  enabled = usualSettings.enabled,
  autoLockMinutes = usualSettings.autoLockMinutes,
  ...others
}: Members): Saved | undefined {
  if (typeof enabled !== 'boolean' || !isAutoLock(autoLockMinutes)) return undefined;
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
