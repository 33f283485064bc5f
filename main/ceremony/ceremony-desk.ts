/** All ceremonies of this program: one dialog at a time for each caller, and the others wait in a short queue. */
import { Autofill, type AutofillRequest } from './autofill';
import { Ceremony } from './ceremony';
import type { CeremonyRequest } from './model';
import type { CeremonyPorts } from './ports';
import { Suggestions } from './suggestions';

/** Requests of one caller that wait; more are refused at once. */
export const MAX_WAITING = 8;

export interface CallerOptions {
  /** Who gets one dialog at a time: a browser, a command line. */
  readonly caller: string;
  /** The caller gives up. */
  readonly signal?: AbortSignal;
}

export class CeremonyDesk {
  /** What is offered beside the fields of pages. */
  readonly suggestions: Suggestions;
  readonly #ports: CeremonyPorts;
  /** The first of each is open. */
  readonly #queues = new Map<string, Ceremony[]>();
  readonly #listeners = new Set<(ceremony: Ceremony) => void>();
  readonly #autofills = new Set<Autofill>();
  #lastId = 0;
  #isClosed = false;

  constructor(ports: CeremonyPorts) {
    this.#ports = ports;
    this.suggestions = new Suggestions(ports.clock);
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

  /** A page would take a passkey if the person chooses one beside a field: nothing is shown before that. */
  autofill(request: AutofillRequest, options: CallerOptions): Autofill {
    const { signal } = options;
    const autofill = new Autofill({
      request,
      ports: this.#ports,
      suggestions: this.suggestions,
      begin: (chosen) => this.begin(chosen, options),
      ...(signal && { signal }),
    });
    this.#autofills.add(autofill);
    void autofill.result.then(() => this.#autofills.delete(autofill));
    if (this.#isClosed) autofill.close();
    return autofill;
  }

  /** The program ends: all dialogs close, and none opens any more. */
  close(): void {
    this.#isClosed = true;
    for (const autofill of this.#autofills) autofill.close();
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
    // It takes the keyboard from whatever else there is.
    const { current } = this.suggestions;
    if (current) this.suggestions.dismiss(current.id);
    for (const listener of this.#listeners) listener(ceremony);
    ceremony.begin();
  }
}
