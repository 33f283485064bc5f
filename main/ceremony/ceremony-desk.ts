/** All ceremonies of this program: one dialog at a time for each caller, and the others wait in a short queue. */
import { Ceremony } from './ceremony';
import type { CeremonyRequest } from './model';
import type { CeremonyPorts } from './ports';

/** Requests of one caller that wait; more are refused at once. */
export const MAX_WAITING = 8;

export interface CallerOptions {
  /** Who gets one dialog at a time: a browser, a command line. */
  readonly caller: string;
  /** The caller gives up. */
  readonly signal?: AbortSignal;
}

export class CeremonyDesk {
  readonly #ports: CeremonyPorts;
  /** The first of each is open. */
  readonly #queues = new Map<string, Ceremony[]>();
  readonly #listeners = new Set<(ceremony: Ceremony) => void>();
  #lastId = 0;
  #isClosed = false;

  constructor(ports: CeremonyPorts) {
    this.#ports = ports;
  }

  /** Calls back with every ceremony whose dialog is about to open. Returns what ends it. */
  onOpen(listener: (ceremony: Ceremony) => void): () => void {
    const own = (ceremony: Ceremony): void => listener(ceremony);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Begins at once, or when its turn has come. */
  begin(request: CeremonyRequest, { caller, signal }: CallerOptions): Ceremony {
    const ceremony = new Ceremony({
      id: `ceremony-${++this.#lastId}`,
      request,
      ports: this.#ports,
      ...(signal && { signal }),
    });
    // Whoever asks anew has gone on from what is only left to be read.
    const [open] = this.#queues.get(caller) ?? [];
    if (open?.isAnswered) open.act({ act: 'done' });
    const queue = this.#queues.get(caller) ?? [];
    this.#queues.set(caller, queue);
    if (this.#isClosed) ceremony.abort();
    else if (queue.length > MAX_WAITING)
      ceremony.act({ act: request.hasOwnDialog ? 'use-browsers-dialog' : 'cancel' });
    if (ceremony.view.state.name === 'closed') return ceremony;
    queue.push(ceremony);
    ceremony.onChange(() => {
      if (ceremony.view.state.name === 'closed') this.#closed(caller, ceremony);
    });
    if (queue.length === 1) this.#open(ceremony);
    return ceremony;
  }

  /** The program ends: all dialogs close, and none opens any more. */
  close(): void {
    this.#isClosed = true;
    for (const ceremony of [...this.#queues.values()].flat().reverse()) ceremony.abort();
  }

  #closed(caller: string, ceremony: Ceremony): void {
    const queue = this.#queues.get(caller) ?? [];
    const wasOpen = queue[0] === ceremony;
    const left = queue.filter((each) => each !== ceremony);
    if (left.length > 0) this.#queues.set(caller, left);
    else this.#queues.delete(caller);
    const [next] = left;
    if (wasOpen && next) this.#open(next);
  }

  #open(ceremony: Ceremony): void {
    for (const listener of this.#listeners) listener(ceremony);
    ceremony.begin();
  }
}
