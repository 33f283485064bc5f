/**
 * One request from its beginning to its answer, as a machine with the states of model.ts. It answers exactly once, and is closed
 * at once when the caller gives up or the person says no, whatever is still going on behind it.
 */
import { WebAuthnError, type SiteErrorName } from '../webauthn/errors';
import { ceremonyTimeout } from '../webauthn/timeout';
import { actsOf } from './acts';
import { Course } from './course';
import { DeafTime } from './deaf-time';
import { DeviceSurvey } from './device-survey';
import { KeySurvey } from './key-survey';
import type { CeremonyAct, CeremonyState, CeremonyView } from './dialog-view';
import type { CeremonyRequest, CeremonyResult } from './model';
import { Places } from './places';
import type { CeremonyPorts } from './ports';
import { checkedRpId } from './request-check';
import { Stage } from './stage';
import type { Ending, Step } from './step';
import { accountOf, siteView } from './views';

type ClosedBy = Extract<CeremonyState, { readonly name: 'closed' }>['by'];

export interface CeremonyOptions {
  readonly id: string;
  readonly request: CeremonyRequest;
  readonly ports: CeremonyPorts;
  /** The caller gives up. */
  readonly signal?: AbortSignal;
}

/** The person goes on to something else: why an attempt was broken off. */
class Detour extends Error {
  readonly step: Step;

  constructor(step: Step) {
    super(`on to: ${step.to}`);
    this.step = step;
  }
}

export class Ceremony {
  /** Never rejects. */
  readonly result: Promise<CeremonyResult>;
  readonly #options: CeremonyOptions;
  readonly #stage: Stage;
  readonly #listeners = new Set<() => void>();
  readonly #over = new AbortController();
  readonly #answered = new AbortController();
  #settle: ((result: CeremonyResult) => void) | undefined;
  #course: Course | undefined;
  #places: Places | undefined;
  #rpId = '';
  /** What is going on now, to be broken off. */
  #attempt = new AbortController();
  #saved: Ending['saved'];
  readonly #stopWaiting: () => void;

  /** Waits for {@link begin}; the site's time runs from now on. */
  constructor(options: CeremonyOptions) {
    this.#options = options;
    this.#stage = new Stage(() => this.#changed());
    this.result = new Promise((resolve) => (this.#settle = resolve));
    const { request, ports, signal } = options;
    this.#stopWaiting = this.#isConditional
      ? () => undefined
      : ports.clock.after(ceremonyTimeout(request.options.timeout), () => this.#timedOut());
    if (!signal) return;
    const onAbort = (): void => this.#close('aborted', errorResult('AbortError'));
    if (signal.aborted) onAbort();
    // Whoever has the answer has nothing to give up any more: the name of what was saved may still be typed.
    else signal.addEventListener('abort', onAbort, { once: true, signal: this.#answered.signal });
  }

  get view(): CeremonyView {
    const { id, request } = this.#options;
    const account = accountOf(request);
    const { state } = this.#stage;
    return {
      id,
      kind: request.kind,
      site: siteView(request.caller, this.#rpId),
      ...(account && { account }),
      state,
      acts: actsOf(state, {
        kind: request.kind,
        hasOwnDialog: request.hasOwnDialog,
        canGoBack: this.#course?.back !== undefined,
        canGoElsewhere: (this.#places?.all.length ?? 0) > 1,
        canRename: this.#options.ports.ownNames !== undefined,
      }),
    };
  }

  /** The caller has its answer; the dialog may still be open. */
  get isAnswered(): boolean {
    return this.#settle === undefined;
  }

  /** Of what a page made appear, for whoever draws it; undefined where somebody typed a command. @param over called then */
  deafTime(over: () => void): DeafTime | undefined {
    const { request, ports } = this.#options;
    const isByPage = request.hasOwnDialog || this.#isConditional;
    return isByPage ? new DeafTime(ports.clock, over) : undefined;
  }

  /** Returns what ends it. */
  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Its turn has come: the dialog opens. Once. */
  begin(): void {
    if (this.#over.signal.aborted) return;
    this.#stage.show({ name: 'preparing' });
    void this.#run();
  }

  /** It is gone. For a program that ends: a caller with a dialog of its own goes on with that. */
  abort(): void {
    this.#close('aborted', this.#unserved('AbortError'));
  }

  /** False for what cannot be done now; then nothing has happened. */
  act(act: CeremonyAct): boolean {
    const { acts, state } = this.view;
    if (!acts.includes(act.act) || !isPossible(act, state)) return false;
    switch (act.act) {
      case 'cancel':
        this.#close(state.name === 'saved' ? 'done' : 'cancelled', errorResult('NotAllowedError'));
        return true;
      case 'use-browsers-dialog':
        this.#close('handed-over', { is: 'fall-through' });
        return true;
      case 'done':
        this.#close('done', errorResult('InvalidStateError'));
        return true;
      case 'rename':
        void this.#rename(act.ownName);
        return true;
      case 'use-another-device':
        return this.#leave({ to: 'places', all: true });
      case 'back':
        return this.#leave(this.#course?.back);
      case 'go-on':
        this.#course?.goOnUnattested();
        return this.#leave(retryOf(this.#step));
      case 'retry':
        return this.#leave(retryOf(this.#step));
      default:
        return this.#stage.answer(act);
    }
  }

  get #isConditional(): boolean {
    const { request } = this.#options;
    return request.kind === 'get' && request.account !== undefined;
  }

  #step: Step = { to: 'start' };

  #leave(step: Step | undefined): boolean {
    if (!step) return false;
    this.#attempt.abort(new Detour(step));
    return true;
  }

  async #run(): Promise<void> {
    const { request, ports } = this.#options;
    const over = this.#over.signal;
    try {
      this.#rpId = await checkedRpId(request, ports.related, over);
      if (over.aborted) return;
      // From now on there is something to show.
      this.#stage.show({ name: 'preparing' });
      this.#prepare();
      for (let step: Step = { to: 'start' }; ;) {
        this.#step = step;
        const next = await this.#perform(step);
        if (over.aborted || this.#settle === undefined) return;
        if (next.to === 'end') return this.#end(next);
        step = next;
      }
    } catch (error) {
      if (over.aborted) return;
      if (!(error instanceof WebAuthnError)) {
        this.#close('invalid', this.#unserved('NotAllowedError'));
        throw error;
      }
      this.#close('invalid', { is: 'error', error: error.forSite() });
    }
  }

  #prepare(): void {
    const { request, ports } = this.#options;
    const refresh = (): void => void this.#course?.refresh();
    const over = this.#over.signal;
    const keys = new KeySurvey(ports, request, this.#rpId, refresh, over);
    const device = ports.device && new DeviceSurvey(ports.device, request, this.#rpId, ports.rules);
    if (ports.device) over.addEventListener('abort', ports.device.onChange(refresh), { once: true });
    this.#places = new Places(request, keys, device);
    this.#course = new Course({
      request,
      rpId: this.#rpId,
      ports,
      places: this.#places,
      stage: this.#stage,
    });
  }

  /** Does not wait for what was broken off: a key may take its time to let go. */
  async #perform(step: Step): Promise<Step | Ending> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    const course = this.#course;
    if (!course) throw new Error('not prepared');
    const { signal } = attempt;
    const left = new Promise<Step>((resolve) => {
      signal.addEventListener('abort', () => {
        const reason: unknown = signal.reason;
        resolve(reason instanceof Detour ? reason.step : { to: 'start' });
      });
    });
    const work = course.perform(step, signal).catch((error: unknown) => {
      if (signal.aborted) return left;
      throw error;
    });
    return Promise.race([left, work]);
  }

  #end({ result, saved }: Ending): void {
    if (!saved || result.is === 'fall-through')
      return this.#close(result.is === 'fall-through' ? 'handed-over' : 'done', result);
    this.#saved = saved;
    this.#answer(result);
    const { place, backup } = saved;
    this.#stage.show({ name: 'saved', place, backup, ownName: '' });
  }

  async #rename(ownName: string): Promise<void> {
    const { ownNames } = this.#options.ports;
    const { state } = this.#stage;
    if (!ownNames || !this.#saved || state.name !== 'saved') return;
    const { notKept: _, ...before } = state;
    const kept = await ownNames.keep(this.#saved.passkey, ownName).then(
      () => ({ ownName }),
      () => ({ notKept: true }),
    );
    if (this.#stage.state === state) this.#stage.show({ ...before, ...kept });
  }

  #timedOut(): void {
    const isHidden = this.#stage.state.name === 'waiting' || this.#rpId === '';
    if (isHidden) return this.#close('timed-out', errorResult('NotAllowedError'));
    this.#answer(errorResult('NotAllowedError'));
    this.#attempt.abort(new Error('the site waits no longer'));
    this.#stage.show({ name: 'trouble', trouble: { is: 'timed-out' } });
  }

  /** The first answer counts. */
  #answer(result: CeremonyResult): void {
    this.#stopWaiting();
    this.#answered.abort(new Error('the caller has its answer'));
    this.#settle?.(result);
    this.#settle = undefined;
  }

  /** Nobody decided anything, and it cannot be served. */
  #unserved(name: SiteErrorName): CeremonyResult {
    return this.#options.request.hasOwnDialog ? { is: 'fall-through' } : errorResult(name);
  }

  #close(by: ClosedBy, result: CeremonyResult): void {
    if (this.#over.signal.aborted) return;
    this.#answer(result);
    this.#over.abort(new Error('the ceremony is over'));
    this.#attempt.abort(new Error('the ceremony is over'));
    this.#stage.show({ name: 'closed', by });
    this.#listeners.clear();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function errorResult(name: SiteErrorName): CeremonyResult {
  return { is: 'error', error: new WebAuthnError(name, 'It was decided in the dialog.').forSite() };
}

function retryOf(step: Step): Step {
  return step.to === 'trouble' ? step.retry : step;
}

/** What an act names is there and can be chosen. */
function isPossible(act: CeremonyAct, state: CeremonyState): boolean {
  switch (act.act) {
    case 'choose-place':
      return (
        'places' in state &&
        state.places.some(({ id, obstacle }) => id === act.place && obstacle === undefined)
      );
    case 'choose-account':
      return state.name === 'choose-account' && state.accounts.some(({ id }) => id === act.account);
    case 'enter-pin':
    case 'create-pin':
      return act.pin !== '';
    case 'change-pin':
      return act.current !== '' && act.next !== '';
    default:
      return true;
  }
}
