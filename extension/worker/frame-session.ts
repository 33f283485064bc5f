/** One frame of one tab, as long as its port is open. */
import type { RuntimePort } from '../browser-api';
import type { FromFrame } from '../between/frame-messages';
import { ASIDES_OF_FRAME, RateLimit, REQUESTS_OF_FRAME } from '../between/rate';
import { frameRequestOf } from './frame-requests';
import { FALL_THROUGH, type AnswerToFrame, type Asked, type Field, type Pending } from './pending';
import type { Asker } from './senders';

/** Open requests of one frame. */
const MOST_OPEN = 8;

/** What serves it. */
export interface Service {
  opened(pending: Pending): void;
  moved(pending: Pending, field: Field | undefined): void;
  cancelled(pending: Pending): void;
}

export class FrameSession {
  readonly origin: string;
  readonly isPrivate: boolean;
  readonly #port: RuntimePort;
  readonly #service: Service;
  readonly #ofTab: RateLimit;
  readonly #requests: RateLimit;
  readonly #asides: RateLimit;
  /** By the frame's own IDs. */
  readonly #open = new Map<number, Pending>();

  /** @param ofTab requests of all frames of its tab */
  constructor(port: RuntimePort, asker: Asker, ofTab: RateLimit, service: Service, now: () => number) {
    this.origin = asker.origin;
    this.isPrivate = asker.isPrivate;
    this.#port = port;
    this.#service = service;
    this.#ofTab = ofTab;
    this.#requests = new RateLimit(REQUESTS_OF_FRAME, now);
    this.#asides = new RateLimit(ASIDES_OF_FRAME, now);
    port.onMessage.addListener((message) => {
      const request = frameRequestOf(message);
      if (request) this.#hear(request);
    });
    port.onDisconnect.addListener(() => {
      for (const pending of [...this.#open.values()]) this.#cancel(pending);
    });
  }

  /** Tells the frame, and waits no longer. */
  answer(pending: Pending, answer: AnswerToFrame): void {
    const { id } = pending.asked;
    if (!this.#open.delete(id)) return;
    if (answer.is === 'response') {
      this.#requests.giveBack();
      this.#ofTab.giveBack();
    }
    this.#port.postMessage({ ...answer, id });
  }

  isOpen(pending: Pending): boolean {
    return this.#open.get(pending.asked.id) === pending;
  }

  #hear(request: FromFrame): void {
    if (request.is === 'alive') return;
    const pending = this.#open.get(request.id);
    if (request.is === 'cancel') {
      if (pending) this.#cancel(pending);
    } else if (request.is === 'field') {
      if (pending?.asked.is !== 'autofill' || !this.#asides.take()) return;
      const { field, area } = request;
      this.#service.moved(pending, field === 'left' ? undefined : { is: field, ...(area && { area }) });
    } else if (!pending) this.#ask(request);
  }

  #ask(asked: Asked): void {
    const isAside = asked.is === 'signal' || asked.is === 'device';
    const isAllowed = isAside ? this.#asides.take() : this.#requests.take() && this.#ofTab.take();
    if (!isAllowed || this.#open.size >= MOST_OPEN) {
      this.#port.postMessage({ ...FALL_THROUGH, id: asked.id });
      return;
    }
    const pending: Pending = { frame: this, asked };
    this.#open.set(asked.id, pending);
    this.#service.opened(pending);
  }

  #cancel(pending: Pending): void {
    this.#open.delete(pending.asked.id);
    this.#service.cancelled(pending);
  }
}
