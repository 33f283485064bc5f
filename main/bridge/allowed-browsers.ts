/** Which browsers may ask: what the user decided, kept in a file of their own. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { StateFile } from '../../native/ports';
import { SerialQueue } from '../client/serial-queue';
import { notSaved, readKept, saveKept, type KeptFiles } from '../inventory/kept-file';
import type { BrowserDecision } from './links';

const VERSION = 1;
/** Nobody has more; the oldest goes. */
const MOST = 100;

const decisions: v.GenericSchema<unknown, readonly BrowserDecision[]> = v.array(
  v.object({
    id: v.pipe(v.string(), v.maxLength(200)),
    program: v.string(),
    name: v.string(),
    decision: v.picklist(['allowed', 'denied']),
    when: v.number(),
  }),
);

/** A browser is its program together with the extension in it. */
export interface BrowserIdentity {
  readonly program: string;
  readonly extensionId: string;
}

export function idOf({ program, extensionId }: BrowserIdentity): string {
  return createHash('sha256').update(`${extensionId}\0${program}`).digest('hex').slice(0, 32);
}

export class AllowedBrowsers {
  readonly #files: KeptFiles;
  readonly #queue = new SerialQueue();
  #unreadable: Uint8Array | undefined;
  #list: readonly BrowserDecision[] = [];

  constructor(file: StateFile, aside: StateFile) {
    this.#files = { file, aside };
  }

  /** The newest decision first. */
  get list(): readonly BrowserDecision[] {
    return this.#list;
  }

  decisionOf(id: string): BrowserDecision['decision'] | undefined {
    return this.#list.find((decision) => decision.id === id)?.decision;
  }

  /** What cannot be read is as if nothing had been decided: everybody is asked about again. Rejects as the file does. */
  async read(): Promise<void> {
    const kept = await readKept(this.#files, VERSION, ({ browsers }) => {
      const result = v.safeParse(decisions, browsers);
      return result.success ? result.output : undefined;
    });
    this.#list = kept.is === 'read' ? kept.value : [];
    this.#unreadable = 'content' in kept ? kept.content : undefined;
  }

  /** Rejects with ProblemError when it cannot be saved; then what held before holds. */
  decide(decision: BrowserDecision): Promise<void> {
    return this.#save((list) => [decision, ...list.filter(({ id }) => id !== decision.id)].slice(0, MOST));
  }

  forget(id: string): Promise<void> {
    return this.#save((list) => list.filter((decision) => decision.id !== id));
  }

  #save(change: (list: readonly BrowserDecision[]) => readonly BrowserDecision[]): Promise<void> {
    return this.#queue.run(async () => {
      const list = change(this.#list);
      await saveKept(this.#files, VERSION, { browsers: list }, this.#unreadable).catch((error: unknown) => {
        throw notSaved('Which browsers may ask was not saved.', error);
      });
      this.#unreadable = undefined;
      this.#list = list;
    });
  }
}
