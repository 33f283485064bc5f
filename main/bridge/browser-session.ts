/**
 * One profile of a browser, from the relay's first frame to the end of the connection. What it says is checked, bounded and
 * answered once; the user has allowed this browser before anything is asked of them.
 */
import type { KnownLink, LinkHandler } from '../control/link-server';
import { idOf, type AllowedBrowsers } from './allowed-browsers';
import { CHROMIUM_ID, FIREFOX_ID } from './extension-ids';
import type { FloodGate } from './flood-gate';
import type { BrowserLink, LinkState, LoggedKind, LoggedRequest, LoggedResult } from './links';
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
import type {
  Autofill,
  AutofillRequest,
  FieldEvent,
  SignalRequest,
  SiteRequest,
  SiteService,
} from './site-service';

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

export interface SessionPorts {
  readonly sites: SiteService;
  readonly allowed: AllowedBrowsers;
  readonly gate: FloodGate;
  /** Version of the app. */
  readonly app: string;
  /** Asks the user, once for all who wait for the same answer. */
  readonly confirm: (newcomer: Newcomer, id: string, signal: AbortSignal) => Promise<Confirmation>;
  readonly log: (request: Omit<LoggedRequest, 'id' | 'when' | 'browser'>, session: BrowserSession) => void;
  readonly onWarning: (error: unknown) => void;
  /** Something that the Browsers page shows has changed. */
  readonly onChange: () => void;
}

export interface SessionOptions extends SessionPorts {
  readonly id: string;
  readonly link: KnownLink;
  /** Milliseconds since 1970, UTC. */
  readonly since: number;
}

type Asking = SiteRequest | AutofillRequest | SignalRequest;
interface Open {
  readonly type: Asking['type'];
  readonly abort: AbortController;
  autofill?: Autofill;
  /** What came before there was anybody to take it. */
  field?: FieldEvent;
}

const fallThrough: Answer = { is: 'fall-through' };

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
    return this.#hello !== undefined && !this.#isOtherVersion;
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
    if (hello.version < BRIDGE_VERSION) this.#refuse('older-extension');
    else if (hello.version > BRIDGE_VERSION) this.#refuse('newer-extension');
    else {
      const { app } = this.#options;
      this.#send({ type: 'welcome', version: BRIDGE_VERSION, app, state: this.#appState });
    }
    this.#options.onChange();
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
        return this.#takeField(message.id, message);
      default:
        return this.#begin(message);
    }
  }

  #takeField(id: number, event: FieldEvent): void {
    const open = this.#open.get(id);
    if (!open) return;
    if (open.autofill) open.autofill.field(event);
    else open.field = event;
  }

  #begin(message: Asking): void {
    if (message.id <= this.#lastId) return this.#refuse('protocol');
    this.#lastId = message.id;
    const isAutofill = message.type === 'autofill';
    const open = [...this.#open.values()].filter(({ type }) => (type === 'autofill') === isAutofill);
    const isTooMany = open.length >= (isAutofill ? MOST_AUTOFILLS : MOST_OPEN);
    if (isTooMany || !this.#options.gate.isOpen(message.origin)) {
      this.#log(message, 'refused');
      return this.#answer(message.id, message.type === 'signal' ? { is: 'done' } : fallThrough);
    }
    const abort = new AbortController();
    this.#open.set(message.id, { type: message.type, abort });
    void this.#serve(message, abort.signal);
  }

  async #serve(message: Asking, signal: AbortSignal): Promise<void> {
    let result: LoggedResult = 'failed';
    let answer: Answer = message.type === 'signal' ? { is: 'done' } : fallThrough;
    try {
      if (await this.#mayAsk(message, signal)) ({ answer, result } = await this.#asked(message, signal));
      else result = 'handed-over';
    } catch (error) {
      // The browser's own dialog goes on; what is wrong is told to who can mend it.
      this.#options.onWarning(error);
    }
    const isOpen = this.#open.delete(message.id) && !signal.aborted;
    if (message.type === 'request' && answer.is !== 'response')
      this.#options.gate.countInVain(message.origin);
    this.#log(message, signal.aborted ? 'given-up' : result);
    if (isOpen) this.#answer(message.id, answer);
  }

  /** The user is asked about a browser when a person wants something of it; for the rest, silence is no. */
  async #mayAsk(message: Asking, signal: AbortSignal): Promise<boolean> {
    const decision = this.#options.allowed.decisionOf(this.#browserId);
    if (decision !== undefined) return decision === 'allowed';
    if (message.type !== 'request') return false;
    this.#state = 'waiting-for-confirmation';
    this.#options.onChange();
    try {
      const newcomer = { ...this.view, site: message.origin };
      return (await this.#options.confirm(newcomer, this.#browserId, signal)) === 'allowed';
    } finally {
      this.#state = 'connected';
      this.#options.onChange();
    }
  }

  async #asked(
    message: Asking,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly result: LoggedResult }> {
    const { sites } = this.#options;
    const caller = { caller: `browser ${this.#options.id}`, signal };
    switch (message.type) {
      case 'request': {
        const answer = await sites.request(message, caller);
        return { answer, result: resultOf(answer, message.kind) };
      }
      case 'autofill': {
        const autofill = sites.autofill(message, caller);
        const open = this.#open.get(message.id);
        if (open) open.autofill = autofill;
        if (open?.field) autofill.field(open.field);
        const answer = await autofill.result;
        return { answer, result: resultOf(answer, 'get') };
      }
      case 'signal': {
        const { answer, changed } = await sites.signal(message, caller);
        // The page has its answer before it is known, and the log waits.
        changed
          .then((result) => this.#logSignal(message, result))
          .catch((error: unknown) => this.#options.onWarning(error));
        return { answer, result: answer.is === 'error' ? 'refused' : 'nothing-to-do' };
      }
    }
  }

  #log(message: Asking, result: LoggedResult): void {
    // What was done about a signal is known later.
    if (message.type === 'signal' && result === 'nothing-to-do') return;
    // A page asks for it whether anybody wants it or not: worth a line only when somebody did.
    if (message.type === 'autofill' && result !== 'used') return;
    this.#write(message, kindOf(message), result);
  }

  #logSignal(message: SignalRequest, result: LoggedResult): void {
    this.#write(message, 'signal', result);
  }

  #write(message: Asking, kind: LoggedKind, result: LoggedResult): void {
    if (message.isPrivate) return;
    this.#options.log({ site: siteOf(message), kind, result }, this);
  }

  get #appState(): AppState {
    const { sites, allowed } = this.#options;
    const decision = allowed.decisionOf(this.#browserId);
    return {
      device: sites.device,
      allowed: decision === 'allowed' ? 'yes' : decision === 'denied' ? 'no' : 'not-yet',
    };
  }

  get #isOtherVersion(): boolean {
    return this.#hello !== undefined && this.#hello.version !== BRIDGE_VERSION;
  }

  get #linkState(): LinkState {
    if (this.#hello && this.#hello.version < BRIDGE_VERSION) return 'older-extension';
    if (this.#hello && this.#hello.version > BRIDGE_VERSION) return 'newer-extension';
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
    this.#options.onChange();
  }
}

/** Chromium gives the extension's origin first; Firefox the manifest, then the ID. Undefined for all others. */
function extensionOf([first, second]: readonly string[]): string | undefined {
  if (first === `chrome-extension://${CHROMIUM_ID}/`) return CHROMIUM_ID;
  return second === FIREFOX_ID ? FIREFOX_ID : undefined;
}

function kindOf(message: Asking): LoggedKind {
  return message.type === 'request' ? message.kind : message.type;
}

/** What the page says whose passkeys it wants; that is checked elsewhere. */
function siteOf({ origin, ...message }: Asking): string {
  const { rp, rpId } = message.options as { readonly rp?: unknown; readonly rpId?: unknown };
  const named = typeof rp === 'object' && rp !== null && 'id' in rp ? rp.id : rpId;
  if (typeof named === 'string' && named !== '') return named;
  return URL.canParse(origin) ? new URL(origin).hostname : origin;
}

function resultOf(answer: Answer, kind: 'create' | 'get'): LoggedResult {
  switch (answer.is) {
    case 'response':
      return kind === 'create' ? 'saved' : 'used';
    case 'fall-through':
      return 'handed-over';
    case 'done':
      return 'nothing-to-do';
    case 'error':
      return answer.error.name === 'NotAllowedError' || answer.error.name === 'InvalidStateError'
        ? 'cancelled'
        : answer.error.name === 'AbortError'
          ? 'given-up'
          : 'refused';
  }
}
