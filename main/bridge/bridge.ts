/** All browsers that are connected, who of them may ask, and what they asked for. */
import type { Calendar, Clock, ControlSocket, PrivateFolder, RandomSource } from '../../native/ports';
import { bridge as protocol } from '../control/handshake';
import { LinkServer, type KnownLink } from '../control/link-server';
import { readOrMakeSecret } from '../control/secret';
import { AllowedBrowsers } from './allowed-browsers';
import { BrowserSession, type Confirmation, type Newcomer } from './browser-session';
import { FloodGate } from './flood-gate';
import type { BrowserDecision, BrowserLink, BrowserLinks, LoggedRequest } from './links';
import { RequestLog } from './request-log';
import type { SiteService } from './site-service';

/** Profiles of browsers at the same time. */
export const MOST_BROWSERS = 32;
/** Those that were refused for their version are still shown; of them, the newest so many. */
const MOST_REFUSED = 8;

export interface BridgeOptions {
  /** Private, and owned by this program while it serves. */
  readonly folder: PrivateFolder;
  readonly socket: ControlSocket;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly random: RandomSource;
  readonly sites: SiteService;
  /** Version of the app. */
  readonly app: string;
  /** How the relay starts the app in the background: the program, absolute, then its arguments. */
  readonly start: readonly string[];
  /** Asks the user whether a browser may ask. `later`: nothing was decided, and it is asked again. */
  readonly confirm: (newcomer: Newcomer, signal: AbortSignal) => Promise<Confirmation>;
  /** Called with true when the first browser is there, with false when the last one has gone. */
  readonly onServing: (isServing: boolean) => void;
  /** What could not be kept; the work goes on. */
  readonly onWarning: (error: Error) => void;
}

interface Question {
  readonly answer: Promise<Confirmation>;
  readonly abort: AbortController;
  /** Requests that wait for it. */
  waiting: number;
}

export class Bridge implements BrowserLinks {
  readonly #options: BridgeOptions;
  readonly #allowed: AllowedBrowsers;
  readonly #log: RequestLog;
  readonly #gate: FloodGate;
  readonly #sessions = new Set<BrowserSession>();
  #refused: readonly BrowserLink[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #questions = new Map<string, Question>();
  #lastId = 0;
  #isServing = false;
  #problem: string | undefined;

  constructor(options: BridgeOptions) {
    const { folder, clock, calendar } = options;
    this.#options = options;
    this.#allowed = new AllowedBrowsers(folder.file('allowed.json'), folder.file('allowed.json.unreadable'));
    this.#log = new RequestLog(
      folder.file('requests.json'),
      folder.file('requests.json.unreadable'),
      calendar,
    );
    this.#gate = new FloodGate(clock);
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get connections(): readonly BrowserLink[] {
    const known = [...this.#sessions].filter(({ isKnown }) => isKnown).map(({ view }) => view);
    return [...this.#refused, ...known].sort((a, b) => a.since - b.since);
  }

  get decisions(): readonly BrowserDecision[] {
    return this.#allowed.list;
  }

  get requests(): readonly LoggedRequest[] {
    return this.#log.requests;
  }

  get isLogging(): boolean {
    return this.#log.isOn;
  }

  allow(id: string): Promise<void> {
    return this.#decideAgain(id, 'allowed');
  }

  deny(id: string): Promise<void> {
    return this.#decideAgain(id, 'denied');
  }

  async forget(id: string): Promise<void> {
    await this.#allowed.forget(id);
    this.#decided();
  }

  async setLogging(on: boolean): Promise<void> {
    await this.#log.setOn(on).finally(() => this.#changed());
  }

  async emptyLog(): Promise<void> {
    await this.#log.empty().finally(() => this.#changed());
  }

  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /**
   * From now on browsers can connect; resolves to what ends it. Rejects when the folder or the socket cannot be had; `problem` says so
   * then, too.
   */
  async serve(): Promise<() => Promise<void>> {
    try {
      return await this.#serve();
    } catch (cause) {
      const error = new Error(whyUnreachable(cause), { cause });
      this.#problem = error.message;
      this.#changed();
      throw error;
    }
  }

  async #serve(): Promise<() => Promise<void>> {
    const { folder, socket, clock, random, start, sites } = this.#options;
    const unlock = await folder.lock();
    let stop: () => Promise<void>;
    let secret: Uint8Array;
    try {
      await Promise.all([this.#allowed.read(), this.#log.read(), this.#keepStart(folder, start)]);
      secret = await readOrMakeSecret(folder, random, 'bridge-secret');
      const server = new LinkServer({
        protocol,
        secret,
        clock,
        random,
        mostClients: MOST_BROWSERS,
        onKnown: (link) => this.#connected(link),
      });
      const close = await socket
        .listen((link) => server.accept(link))
        .catch((cause: unknown) => {
          // The system's own words.
          throw new Error(`The way to it in ${folder.path} cannot be opened (${messageOf(cause)}).`, {
            cause,
          });
        });
      stop = async () => {
        server.close();
        await close();
      };
    } catch (error) {
      await unlock();
      throw error;
    }
    const stopFollowing = sites.onDeviceChange(() => this.#follow());
    this.#changed();
    return async () => {
      stopFollowing();
      await stop();
      secret.fill(0);
      await unlock();
    };
  }

  /** One argument a line, for a relay that reads nothing more difficult. Written only when it differs. */
  async #keepStart(folder: PrivateFolder, start: readonly string[]): Promise<void> {
    if (start.some((argument) => /[\n\0]/.test(argument)))
      throw new Error(
        'Latchkey was started with a line break among its arguments, and browsers cannot start it so again.',
      );
    const file = folder.file('start');
    const wanted = Buffer.from(start.map((argument) => `${argument}\n`).join(''));
    const found = await file.read();
    if (!found || !wanted.equals(found)) await file.write(wanted);
  }

  #connected(link: KnownLink): BrowserSession {
    const { sites, app, calendar } = this.#options;
    const session: BrowserSession = new BrowserSession({
      id: `browser-${++this.#lastId}`,
      link,
      since: calendar.now(),
      sites,
      app,
      allowed: this.#allowed,
      gate: this.#gate,
      confirm: (newcomer, id, signal) => this.#confirm(newcomer, id, signal),
      log: (request) => {
        this.#log.add(request).catch((error: unknown) => this.#warn(error));
        this.#changed();
      },
      onWarning: (error) => this.#warn(error),
      onChange: () => this.#sessionChanged(session),
    });
    this.#sessions.add(session);
    link.gone.addEventListener('abort', () => this.#gone(session), { once: true });
    return session;
  }

  #gone(session: BrowserSession): void {
    this.#sessions.delete(session);
    const { view } = session;
    if (view.state === 'older-extension' || view.state === 'newer-extension')
      this.#refused = [...this.#refused, view].slice(-MOST_REFUSED);
    this.#sessionChanged(session);
  }

  #sessionChanged(session: BrowserSession): void {
    // A browser that is back with another extension is shown as it is now.
    if (session.isServed)
      this.#refused = this.#refused.filter(({ program }) => program !== session.view.program);
    const isServing = [...this.#sessions].some(({ isServed }) => isServed);
    if (isServing !== this.#isServing) {
      this.#isServing = isServing;
      this.#options.onServing(isServing);
    }
    this.#changed();
  }

  /** Profiles of one browser, and pages in them, wait for the same answer. It is given up when nobody waits any more. */
  #confirm(newcomer: Newcomer, id: string, signal: AbortSignal): Promise<Confirmation> {
    const question = this.#questions.get(id) ?? this.#ask(newcomer, id);
    question.waiting++;
    const leave = (): void => {
      if (--question.waiting === 0) question.abort.abort(new Error('nobody waits any more'));
    };
    signal.addEventListener('abort', leave, { once: true });
    return question.answer;
  }

  #ask(newcomer: Newcomer, id: string): Question {
    const abort = new AbortController();
    const answer = this.#options
      .confirm(newcomer, abort.signal)
      .then(async (decision) => {
        if (decision === 'later') return decision;
        // What was said holds for those who wait, also when it cannot be kept; then it is asked again.
        await this.#decide(id, decision, newcomer).catch((error: unknown) => this.#warn(error));
        return decision;
      })
      .finally(() => this.#questions.delete(id));
    const question = { answer, abort, waiting: 0 };
    this.#questions.set(id, question);
    return question;
  }

  async #decide(
    id: string,
    decision: BrowserDecision['decision'],
    { program, browser }: Pick<Newcomer, 'program' | 'browser'>,
  ): Promise<void> {
    await this.#allowed.decide({ id, program, name: browser, decision, when: this.#options.calendar.now() });
    this.#decided();
  }

  async #decideAgain(id: string, decision: BrowserDecision['decision']): Promise<void> {
    const known = this.#allowed.list.find((each) => each.id === id);
    if (known && known.decision !== decision)
      await this.#decide(id, decision, { program: known.program, browser: known.name });
  }

  #decided(): void {
    this.#follow();
    this.#changed();
  }

  #follow(): void {
    for (const session of this.#sessions) session.follow();
  }

  #warn(error: unknown): void {
    this.#options.onWarning(error instanceof Error ? error : new Error(String(error)));
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What the folder rejects with is a sentence that names it. */
function whyUnreachable(error: unknown): string {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'in-use';
  const step = isInUse ? 'Quit it, then start this one again.' : 'Put that right, then start Latchkey again.';
  return `Browsers cannot reach this Latchkey. ${messageOf(error)} ${step}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
