/**
 * One profile of a browser, from the relay's first frame to the end of the connection. What it says is checked, bounded and
 * answered once; the user has allowed this browser before anything is asked of them.
 */
import type { KnownLink, LinkHandler } from '../control/link-server';
import { idOf, type AllowedBrowsers } from './allowed-browsers';
import { CHROMIUM_ID, FIREFOX_ID } from './extension-ids';
import type { FloodGate } from './flood-gate';
import type { BrowserLink, LinkState, LoggedRequest, LoggedResult } from './links';
import { loggedRequest, resultOf, type Asking } from './logged-request';
import { messageIn, relayHelloIn } from './message-schemas';
import {
  BRIDGE_VERSION,
  LONGEST_MESSAGE,
  MOST_AUTOFILLS,
  MOST_OPEN,
  type Answer,
  type AppState,
  type FromApp,
  type FromExtension,
  type Hello,
  type RelayHello,
  type Unwelcome,
} from './messages';
import type { FieldEvent, SiteRequest, SiteService } from './site-service';

/** Milliseconds for the extension to say hello. */
export const HELLO_TIMEOUT = 10_000;

/** What the relay hears first. */
const ACCEPTED = Uint8Array.of(0);

/** Who wants to ask for the first time. */
export interface Newcomer {
  /** As in {@link BrowserLink}. */
  readonly browser: string;
  readonly program: string;
  readonly extension: string;
  /** What it was asked for. */
  readonly site: string;
}

/** `later`: nothing was decided. */
export type Confirmation = 'allowed' | 'denied' | 'later';

export interface SessionOptions {
  readonly id: string;
  readonly link: KnownLink;
  /** Milliseconds since 1970, UTC. */
  readonly since: number;
  readonly sites: SiteService;
  readonly allowed: AllowedBrowsers;
  readonly gate: FloodGate;
  /** Version of the app. */
  readonly app: string;
  /** Asks the user, once for all who wait for the same answer. */
  readonly confirm: (newcomer: Newcomer, id: string, signal: AbortSignal) => Promise<Confirmation>;
  readonly log: (request: Omit<LoggedRequest, 'id' | 'when'>) => void;
  readonly onWarning: (error: unknown) => void;
  /** Something that the Browsers page shows has changed. */
  readonly onChange: () => void;
}

interface Open {
  readonly message: Asking;
  readonly abort: AbortController;
  /** Of an autofill. */
  takeField: (event: FieldEvent) => void;
}

interface Outcome {
  readonly answer: Answer;
  /** What came of a signal is known later. */
  readonly result: LoggedResult | Promise<LoggedResult>;
}

export class BrowserSession implements LinkHandler {
  readonly #options: SessionOptions;
  #relay: RelayHello | undefined;
  #hello: Hello | undefined;
  #browserId = '';
  #state: LinkState = 'connected';
  #lastId = 0;
  readonly #open = new Map<number, Open>();
  #isRefused = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    options.link.within(HELLO_TIMEOUT);
    // So that the relay knows that its proof was right, and that there is room.
    options.link.send(ACCEPTED).catch(() => options.link.close());
    options.link.gone.addEventListener('abort', () => this.#ended(), { once: true });
  }

  get view(): BrowserLink {
    const { id, since } = this.#options;
    return {
      id,
      browser: this.#hello?.browser ?? '',
      program: this.#relay?.browser ?? '',
      extension: this.#hello?.extension ?? '',
      since,
      state: this.#linkState,
    };
  }

  /** The extension has said who it is, and belongs to Latchkey. */
  get isKnown(): boolean {
    return this.#hello !== undefined;
  }

  /** Something open there keeps the app from ending. */
  get isServed(): boolean {
    return this.#hello !== undefined && otherVersion(this.#hello) === undefined;
  }

  readonly onFrame = (frame: Uint8Array): void => {
    if (this.#isRefused) return;
    if (!this.#relay) return this.#takeRelay(frame);
    const message = messageIn(frame);
    if (!message) return this.#refuse('protocol');
    if (!this.#hello) return message.type === 'hello' ? this.#takeHello(message) : this.#refuse('protocol');
    this.#take(message);
  };

  /** What the user decided, or the vault, may have changed. */
  follow(): void {
    if (!this.isServed) return;
    this.#send({ type: 'state', state: this.#appState });
  }

  #takeRelay(frame: Uint8Array): void {
    const relay = relayHelloIn(frame);
    if (!relay) return this.#refuse('protocol');
    this.#relay = relay;
    const extensionId = extensionOf(relay.arguments);
    if (extensionId === undefined) return this.#refuse('unknown-extension');
    this.#browserId = idOf({ program: relay.browser, extensionId });
  }

  #takeHello(hello: Hello): void {
    this.#hello = hello;
    this.#options.link.within(undefined);
    const { app, onChange } = this.#options;
    const why = otherVersion(hello);
    if (why) this.#refuse(why);
    else this.#send({ type: 'welcome', version: BRIDGE_VERSION, app, state: this.#appState });
    onChange();
  }

  #take(message: FromExtension): void {
    switch (message.type) {
      case 'hello':
        return this.#refuse('protocol');
      case 'cancel':
        this.#open.get(message.id)?.abort.abort(new Error('the page gave up'));
        this.#open.delete(message.id);
        return;
      case 'field':
        return this.#open.get(message.id)?.takeField(message);
      default:
        return this.#begin(message);
    }
  }

  #begin(message: Asking): void {
    if (message.id <= this.#lastId) return this.#refuse('protocol');
    this.#lastId = message.id;
    if (this.#isTooMany(message)) {
      this.#log(message, 'refused');
      return this.#answer(message.id, unserved(message));
    }
    const open: Open = { message, abort: new AbortController(), takeField: () => undefined };
    this.#open.set(message.id, open);
    void this.#serve(open);
  }

  #isTooMany({ type, origin }: Asking): boolean {
    const isAutofill = type === 'autofill';
    const open = [...this.#open.values()].filter(
      ({ message }) => (message.type === 'autofill') === isAutofill,
    );
    return open.length >= (isAutofill ? MOST_AUTOFILLS : MOST_OPEN) || !this.#options.gate.isOpen(origin);
  }

  /** Never rejects. */
  async #serve(open: Open): Promise<void> {
    const { message, abort } = open;
    const { onWarning, gate } = this.#options;
    const outcome = await this.#outcome(open).catch((error: unknown): Outcome => {
      // The browser's own dialog goes on; what is wrong is told to who can mend it.
      onWarning(error);
      return { answer: unserved(message), result: 'failed' };
    });
    const { answer } = outcome;
    const isWanted = this.#open.delete(message.id) && !abort.signal.aborted;
    // Nobody was bothered by a form whose page has gone on.
    const isInVain =
      message.type === 'request' ? answer.is !== 'response' : isWanted && answer.is === 'error';
    if (isInVain) gate.countInVain(message.origin);
    if (isWanted) this.#answer(message.id, answer);
    // Who has signalled need not wait for the answer.
    if (!isWanted && message.type !== 'signal') return this.#log(message, 'given-up');
    const result = await Promise.resolve(outcome.result).catch((error: unknown) => {
      onWarning(error);
      return 'failed' as const;
    });
    this.#log(message, result);
  }

  /** What is allowed is begun before this returns. */
  async #outcome(open: Open): Promise<Outcome> {
    const { message } = open;
    const decision = this.#options.allowed.decisionOf(this.#browserId);
    // Only what a person wants is worth a question; for the rest, silence is no.
    const isAllowed =
      decision === undefined && message.type === 'request'
        ? await this.#confirmed(message, open.abort.signal)
        : decision === 'allowed';
    return isAllowed ? this.#asked(open) : { answer: unserved(message), result: 'handed-over' };
  }

  async #confirmed({ origin }: SiteRequest, signal: AbortSignal): Promise<boolean> {
    this.#state = 'waiting-for-confirmation';
    this.#options.onChange();
    try {
      const newcomer = { ...this.view, site: origin };
      return (await this.#options.confirm(newcomer, this.#browserId, signal)) === 'allowed';
    } finally {
      this.#state = 'connected';
      this.#options.onChange();
    }
  }

  async #asked(open: Open): Promise<Outcome> {
    const { message, abort } = open;
    const { sites, id } = this.#options;
    const caller = { caller: `browser ${id}`, signal: abort.signal };
    switch (message.type) {
      case 'request': {
        const answer = await sites.request(message, caller);
        return { answer, result: resultOf(answer, message) };
      }
      case 'autofill': {
        const autofill = sites.autofill(message, caller);
        open.takeField = (event) => autofill.field(event);
        const answer = await autofill.result;
        return { answer, result: resultOf(answer, message) };
      }
      case 'signal': {
        const { answer, changed } = await sites.signal(message, caller);
        return { answer, result: changed };
      }
    }
  }

  #log(message: Asking, result: LoggedResult): void {
    const logged = loggedRequest(message, result);
    if (logged) this.#options.log({ ...logged, browser: this.view.browser });
  }

  get #appState(): AppState {
    const { sites, allowed } = this.#options;
    const decision = allowed.decisionOf(this.#browserId);
    return {
      device: sites.device,
      allowed: decision === 'allowed' ? 'yes' : decision === 'denied' ? 'no' : 'not-yet',
    };
  }

  get #linkState(): LinkState {
    const other = this.#hello && otherVersion(this.#hello);
    if (other) return other;
    return this.#options.allowed.decisionOf(this.#browserId) === 'denied' ? 'not-allowed' : this.#state;
  }

  #answer(id: number, answer: Answer): void {
    this.#send({ type: 'answer', id, ...answer });
  }

  #refuse(why: Unwelcome): void {
    const { link, app } = this.#options;
    this.#isRefused = true;
    // Said before it is closed; whoever does not listen is closed all the same.
    const close = (): void => link.close();
    void this.#transmit({ type: 'unwelcome', why, version: BRIDGE_VERSION, app }).then(close, close);
  }

  #send(message: FromApp): void {
    // One that does not take it is closed by the link itself.
    void this.#transmit(message).catch(() => this.#options.link.close());
  }

  async #transmit(message: FromApp): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(message));
    if (bytes.length > LONGEST_MESSAGE)
      throw new Error(`a message of ${bytes.length} bytes is too long for a browser`);
    await this.#options.link.send(bytes);
  }

  #ended(): void {
    for (const { abort } of this.#open.values()) abort.abort(new Error('the browser is gone'));
    this.#open.clear();
  }
}

/** Undefined for that of this app. */
function otherVersion({ version }: Hello): 'older-extension' | 'newer-extension' | undefined {
  if (version === BRIDGE_VERSION) return undefined;
  return version < BRIDGE_VERSION ? 'older-extension' : 'newer-extension';
}

/** The page goes on as if nobody were there. */
function unserved({ type }: Asking): Answer {
  return type === 'signal' ? { is: 'done' } : { is: 'fall-through' };
}

/** Chromium gives the extension's origin first; Firefox the manifest, then the ID. Undefined for all others. */
function extensionOf([first, second]: readonly string[]): string | undefined {
  if (first === `chrome-extension://${CHROMIUM_ID}/`) return CHROMIUM_ID;
  return second === FIREFOX_ID ? FIREFOX_ID : undefined;
}
