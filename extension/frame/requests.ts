/** The requests of one frame, between the page's world and the worker. Costs nothing until the first one comes. */
import type { OptionsJson } from '../../main/bridge/messages';
import type { RuntimePort } from '../browser-api';
import type { FromFrame } from '../between/frame-messages';
import type { FromPage, ToPage } from '../between/page-messages';
import { ASIDES_OF_FRAME, RateLimit, REQUESTS_OF_FRAME } from '../between/rate';
import type { FieldEvent } from './fields';
import { pageRequestOf } from './page-requests';
import type { Surroundings } from './surroundings';

/** Milliseconds. Firefox ends a worker that hears nothing for 30 seconds. */
const KEEP_ALIVE = 20_000;
/** Open ones of a frame: one with a dialog, one at a field, and questions. */
const MOST_OPEN = 8;

/** What it has around it; in tests, something else. */
export interface FrameWorld {
  readonly connect: () => RuntimePort;
  readonly toPage: (message: ToPage) => void;
  readonly surroundings: (kinds: readonly ('create' | 'get')[]) => Surroundings | undefined;
  readonly isLookedAt: () => boolean;
  readonly hasBeenClicked: () => boolean;
  readonly fields: { watch(): void; rest(): void };
  readonly every: (work: () => void, milliseconds: number) => () => void;
  readonly now: () => number;
}

type Open =
  | {
      readonly is: 'create' | 'get' | 'signal' | 'device';
      /** What a worker that ends without an answer leaves to the next one; absent when that has been done. */
      readonly again?: FromFrame;
    }
  | { readonly is: 'autofill'; readonly options: OptionsJson; readonly topOrigin?: string };

export class FrameRequests {
  readonly #world: FrameWorld;
  readonly #open = new Map<number, Open>();
  readonly #requests: RateLimit;
  readonly #asides: RateLimit;
  readonly #moves: RateLimit;
  #port: RuntimePort | undefined;
  /** The worker of `#port` knows of the page's autofill. */
  #isRegistered = false;
  #isAtField = false;
  #stopAlive: (() => void) | undefined;

  constructor(world: FrameWorld) {
    this.#world = world;
    this.#requests = new RateLimit(REQUESTS_OF_FRAME, world.now);
    this.#asides = new RateLimit(ASIDES_OF_FRAME, world.now);
    this.#moves = new RateLimit(ASIDES_OF_FRAME, world.now);
  }

  fromPage(message: unknown): void {
    const asked = pageRequestOf(message);
    if (!asked) return;
    if (asked.is === 'cancel') this.#cancel(asked.id);
    // One that is open already has its answer coming.
    else if (!this.#open.has(asked.id) && !this.#serve(asked)) this.#fallThrough(asked.id);
  }

  /** What the person does at a field, while the page waits for it. */
  atField(event: FieldEvent): void {
    const autofill = [...this.#open].find(([, open]) => open.is === 'autofill');
    if (!autofill || !this.#moves.take()) return;
    const [id, open] = autofill;
    this.#isAtField = event.field !== 'left';
    // The worker may have ended meanwhile: it is woken when somebody comes to the field, not before.
    if (this.#isAtField && !this.#isRegistered && open.is === 'autofill') this.#register(id, open);
    if (this.#isRegistered) this.#send({ is: 'field', id, ...event });
    this.#stayAlive();
  }

  /** The page goes: what it waits for will not come. */
  end(): void {
    this.#port?.disconnect();
    this.#port = undefined;
    for (const id of [...this.#open.keys()])
      this.#answer({
        id,
        is: 'error',
        error: { name: 'NotAllowedError', message: 'The page was left.' },
      });
  }

  /** False: not served. */
  #serve(asked: Exclude<FromPage, { is: 'cancel' }>): boolean {
    const { is, id } = asked;
    const isRequest = is === 'create' || is === 'get' || is === 'autofill';
    if (!(isRequest ? this.#requests : this.#asides).take()) return false;
    if (this.#open.size >= MOST_OPEN) return false;
    const kinds =
      is === 'create'
        ? ['create' as const]
        : is === 'get' || is === 'autofill'
          ? ['get' as const]
          : (['create', 'get'] as const);
    const around = this.#world.surroundings(kinds);
    if (!around) return false;
    if (!this.#mayAsk(is)) return false;
    if (is === 'create' || is === 'get') {
      if (is === 'create' && around.topOrigin !== undefined && !this.#world.hasBeenClicked()) return false;
      if (this.#hasOpen('create') || this.#hasOpen('get')) return false;
    }
    if (is === 'autofill') {
      if (this.#hasOpen('autofill')) return false;
      const open: Open = { is, options: asked.options, ...around };
      this.#open.set(id, open);
      this.#register(id, open);
      this.#world.fields.watch();
      return true;
    }
    const message: FromFrame = { ...asked, ...around };
    this.#open.set(id, { is, again: message });
    this.#send(message);
    this.#stayAlive();
    return true;
  }

  #register(id: number, { options, topOrigin }: Extract<Open, { is: 'autofill' }>): void {
    this.#isRegistered = true;
    this.#send({ is: 'autofill', id, options, ...(topOrigin !== undefined && { topOrigin }) });
  }

  #hasOpen(is: Open['is']): boolean {
    return [...this.#open.values()].some((open) => open.is === is);
  }

  #cancel(id: number): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#closed(id);
    if (this.#port) this.#send({ is: 'cancel', id });
  }

  #answer(answer: ToPage): void {
    const open = this.#open.get(answer.id);
    if (!open) return;
    if (answer.is === 'response' && open.is !== 'signal' && open.is !== 'device') this.#requests.giveBack();
    this.#closed(answer.id);
    this.#world.toPage(answer);
  }

  #closed(id: number): void {
    if (this.#open.get(id)?.is === 'autofill') {
      this.#isRegistered = false;
      this.#isAtField = false;
      this.#world.fields.rest();
    }
    this.#open.delete(id);
    this.#stayAlive();
  }

  #fallThrough(id: number): void {
    this.#world.toPage({ id, is: 'fall-through' });
  }

  #send(message: FromFrame): void {
    try {
      (this.#port ??= this.#connected()).postMessage(message);
    } catch {
      // The extension was removed or updated under the page.
      this.#lost();
    }
  }

  #connected(): RuntimePort {
    const port = this.#world.connect();
    port.onMessage.addListener((message) => this.#answer(message as ToPage));
    port.onDisconnect.addListener(() => {
      if (this.#port === port) this.#lost();
    });
    return port;
  }

  /**
   * The worker has ended, or the extension. An autofill waits on: the next time somebody comes to the field, the worker is there again.
   * Everything else is sent once more: a worker that is being ended for having nothing to do hears what comes in that moment no more.
   */
  #lost(): void {
    this.#port = undefined;
    this.#isRegistered = false;
    const again: (readonly [id: number, message: FromFrame])[] = [];
    for (const [id, open] of [...this.#open]) {
      if (open.is === 'autofill') continue;
      if (!open.again || !this.#mayAsk(open.is)) {
        this.#answer({ id, is: 'fall-through' });
        continue;
      }
      this.#open.set(id, { is: open.is });
      again.push([id, open.again]);
    }
    // The next one may end as well, and what was open there is answered then.
    for (const [id, message] of again) if (this.#open.has(id)) this.#send(message);
  }

  /** A dialog comes up only for a page that somebody looks at: while there is one of ours, it does not come a second time. */
  #mayAsk(is: Open['is']): boolean {
    return (is !== 'create' && is !== 'get') || this.#world.isLookedAt();
  }

  /** As long as somebody waits for a dialog or is at a field. */
  #stayAlive(): void {
    const isWaiting = this.#isAtField || [...this.#open.values()].some(({ is }) => is !== 'autofill');
    if (isWaiting) this.#stopAlive ??= this.#world.every(() => this.#send({ is: 'alive' }), KEEP_ALIVE);
    else {
      this.#stopAlive?.();
      this.#stopAlive = undefined;
    }
  }
}
