/** What sites asked for lately: for the user alone, on this machine alone. It can be switched off and emptied. */
import * as v from 'valibot';
import type { Calendar, StateFile } from '../../native/ports';
import { SerialQueue } from '../client/serial-queue';
import { notSaved, readKept, saveKept, type KeptFiles } from '../inventory/kept-file';
import { MOST_REQUESTS, type LoggedRequest } from './links';

const VERSION = 1;
const LONGEST_SITE = 253;

const kept = v.object({
  on: v.boolean(),
  requests: v.array(
    v.object({
      id: v.string(),
      when: v.number(),
      site: v.string(),
      kind: v.picklist(['create', 'get', 'autofill', 'signal']),
      result: v.picklist([
        ...(['saved', 'used', 'changed', 'nothing-to-do', 'cancelled'] as const),
        ...(['given-up', 'handed-over', 'refused', 'failed'] as const),
      ]),
      browser: v.string(),
    }),
  ),
});

export class RequestLog {
  readonly #files: KeptFiles;
  readonly #calendar: Calendar;
  readonly #queue = new SerialQueue();
  #unreadable: Uint8Array | undefined;
  #isOn = true;
  #requests: readonly LoggedRequest[] = [];
  #last = 0;
  /** The file is behind: the next save writes everything. */
  #isSaving = false;

  constructor(file: StateFile, aside: StateFile, calendar: Calendar) {
    this.#files = { file, aside };
    this.#calendar = calendar;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Newest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** Rejects as the file does. */
  async read(): Promise<void> {
    const read = await readKept(this.#files, VERSION, (members) => {
      const result = v.safeParse(kept, members);
      return result.success ? result.output : undefined;
    });
    this.#unreadable = 'content' in read ? read.content : undefined;
    if (read.is !== 'read') return;
    this.#isOn = read.value.on;
    this.#requests = read.value.requests.slice(0, MOST_REQUESTS);
  }

  /** Resolves when it is on the disk, with others that came meanwhile. Rejects with ProblemError when that fails; it is shown all the same. */
  add(request: Omit<LoggedRequest, 'id' | 'when'>): Promise<void> {
    if (!this.#isOn) return Promise.resolve();
    const when = this.#calendar.now();
    const entry = {
      ...request,
      site: request.site.slice(0, LONGEST_SITE),
      id: `${when}-${++this.#last}`,
      when,
    };
    this.#requests = [entry, ...this.#requests].slice(0, MOST_REQUESTS);
    if (this.#isSaving) return Promise.resolve();
    this.#isSaving = true;
    return this.#save(() => {
      this.#isSaving = false;
    });
  }

  async setOn(on: boolean): Promise<void> {
    const before = this.#isOn;
    this.#isOn = on;
    await this.#save().catch((error: unknown) => {
      this.#isOn = before;
      throw error;
    });
  }

  async empty(): Promise<void> {
    const before = this.#requests;
    this.#requests = [];
    await this.#save().catch((error: unknown) => {
      this.#requests = [...this.#requests, ...before].slice(0, MOST_REQUESTS);
      throw error;
    });
  }

  #save(begins: () => void = () => undefined): Promise<void> {
    return this.#queue.run(async () => {
      begins();
      const members = { on: this.#isOn, requests: this.#requests };
      await saveKept(this.#files, VERSION, members, this.#unreadable).catch((error: unknown) => {
        throw notSaved('The log of requests was not saved.', error);
      });
      this.#unreadable = undefined;
    });
  }
}
