/** The requests of all frames, and the one connection to the app that they share. */
import {
  LONGEST_MESSAGE,
  MOST_AUTOFILLS,
  MOST_OPEN,
  type AppState,
  type FromApp,
} from '../../main/bridge/messages';
import type { Status } from '../between/status-messages';
import { AppLink, type Ended, type LinkEvents, type LinkWorld } from './app-link';
import type { Memory } from './memory';
import { FALL_THROUGH, messageOf, sizeOf, type Field, type Pending } from './pending';
import type { Service } from './frame-session';
import { isOff } from './sites-off';

/** Milliseconds without a new try after one that failed: for what a person waits for, and for what nobody sees. */
const PAUSE_OF_PERSON = 1000;
const PAUSE = 30_000;
/** Milliseconds a page waits for whether passkeys can be saved here. */
const PATIENCE = 2000;

export interface DeskWorld extends LinkWorld {
  readonly now: () => number;
  readonly memory: Memory;
  /** Whenever it changes. */
  readonly told: (status: Status) => void;
}

export class Desk implements Service {
  readonly #world: DeskWorld;
  readonly #pending = new Set<Pending>();
  #link: AppLink | undefined;
  #lastId = 0;
  #failedAt = -Infinity;
  #failure: Ended | undefined;
  #status: Status | undefined;

  constructor(world: DeskWorld) {
    this.#world = world;
  }

  /** Undefined: nobody has asked yet. */
  get status(): Status | undefined {
    return this.#status;
  }

  /** Reaches for the app, but starts nothing. */
  look(): void {
    if (!this.#link) this.#open();
  }

  opened(pending: Pending): void {
    this.#pending.add(pending);
    const { memory } = this.#world;
    memory.whenRead(() => {
      if (!this.#pending.has(pending)) return;
      const { frame, asked } = pending;
      const isSwitchedOff = [frame.origin, asked.topOrigin ?? frame.origin].some((origin) =>
        isOff(memory.sites, origin),
      );
      if (isSwitchedOff) this.#answer(pending, FALL_THROUGH);
      else this.#route(pending);
    });
  }

  moved(pending: Pending, field: Field | undefined): void {
    if (!this.#pending.has(pending)) return;
    pending.field = field;
    if (this.#link?.isReady && pending.appId !== undefined) {
      const { appId: id } = pending;
      this.#link.send(field ? { type: 'field', id, ...field } : { type: 'field', id, is: 'left' });
    } else if (field) this.#world.memory.whenRead(() => this.#route(pending));
  }

  cancelled(pending: Pending): void {
    this.#pending.delete(pending);
    if (this.#link?.isReady && pending.appId !== undefined && pending.asked.is !== 'signal')
      this.#link.send({ type: 'cancel', id: pending.appId });
  }

  #route(pending: Pending): void {
    if (!this.#pending.has(pending) || pending.appId !== undefined) return;
    const { asked } = pending;
    if (asked.is === 'device')
      this.#world.after(() => this.#answerDevice(pending, this.#remembered), PATIENCE);
    if (this.#link?.isReady) this.#send(pending);
    else if (!this.#link) {
      const pause = this.#isWanted(pending) ? PAUSE_OF_PERSON : PAUSE;
      const isTooSoon = this.#world.now() - this.#failedAt < pause;
      // That it was not running says nothing about whether it can be started.
      if (isTooSoon && !(this.#failure?.is === 'not-running' && this.#isWanted(pending)))
        this.#giveUp(pending);
      else this.#open();
    }
  }

  /** Whether the app is started for it: a person waits, or is in a field and has had passkeys here. */
  #isWanted({ asked, field }: Pending): boolean {
    if (asked.is === 'autofill') return field !== undefined && this.#world.memory.device === true;
    return asked.is === 'create' || asked.is === 'get';
  }

  #open(): void {
    this.#lastId = 0;
    let link: AppLink | undefined;
    const events: LinkEvents = {
      notRunning: () => [...this.#pending].some((pending) => this.#isWanted(pending)),
      ready: (app, state) => {
        this.#failure = undefined;
        this.#stateIs(app, state);
        for (const pending of [...this.#pending]) if (pending.appId === undefined) this.#send(pending);
        events.state = (changed) => this.#stateIs(app, changed);
      },
      state: () => undefined,
      answer: (answer) => this.#hear(answer),
      ended: (how) => {
        if (this.#link === link) this.#lost(how);
      },
    };
    this.#tell({ is: 'connecting' });
    try {
      link = this.#link = new AppLink(this.#world, events);
    } catch {
      this.#lost({ is: 'no-host' });
    }
  }

  #send(pending: Pending): void {
    if (pending.asked.is === 'device') {
      this.#answerDevice(pending, this.#canNow);
      return;
    }
    const isAutofill = pending.asked.is === 'autofill';
    const open = [...this.#pending].filter(
      ({ appId, asked }) => appId !== undefined && (asked.is === 'autofill') === isAutofill,
    ).length;
    const message = messageOf(this.#lastId + 1, pending);
    if (!message || open >= (isAutofill ? MOST_AUTOFILLS : MOST_OPEN) || sizeOf(message) > LONGEST_MESSAGE) {
      this.#answer(pending, FALL_THROUGH);
      return;
    }
    pending.appId = ++this.#lastId;
    this.#link?.send(message);
    if (pending.field) this.#link?.send({ type: 'field', id: pending.appId, ...pending.field });
  }

  #hear({ id, type: _, ...answer }: Extract<FromApp, { type: 'answer' }>): void {
    for (const pending of this.#pending) {
      if (pending.appId !== id) continue;
      this.#answer(pending, answer);
      return;
    }
  }

  #lost(how: Ended): void {
    // One that was there and has ended may be there again at once.
    const wasReady = this.#status?.is === 'ready';
    this.#link = undefined;
    this.#failure = how;
    this.#failedAt = wasReady ? -Infinity : this.#world.now();
    if (how.is === 'no-host') this.#world.memory.keepDevice(undefined);
    this.#tell({ is: 'ended', how });
    for (const pending of [...this.#pending]) {
      pending.appId = undefined;
      this.#giveUp(pending);
    }
  }

  #giveUp(pending: Pending): void {
    const { asked } = pending;
    if (asked.is === 'device') this.#answerDevice(pending, this.#remembered);
    // The browser's list goes on alone. Ours comes back when somebody enters the field and the app is there again.
    else if (asked.is === 'autofill' && this.#failure?.is !== 'no-host') pending.field = undefined;
    else this.#answer(pending, FALL_THROUGH);
  }

  get #remembered(): boolean {
    return this.#failure?.is === 'not-running' || !this.#failure ? this.#world.memory.device === true : false;
  }

  get #canNow(): boolean {
    return this.#status?.is === 'ready' && this.#status.state.device && this.#status.state.allowed !== 'no';
  }

  #answerDevice(pending: Pending, device: boolean): void {
    this.#answer(pending, { is: 'device', device });
  }

  #answer(pending: Pending, answer: Parameters<Pending['frame']['answer']>[1]): void {
    if (this.#pending.delete(pending)) pending.frame.answer(pending, answer);
  }

  #stateIs(app: string, state: AppState): void {
    this.#world.memory.keepDevice(state.device && state.allowed !== 'no');
    this.#tell({ is: 'ready', app, state });
  }

  #tell(status: Status): void {
    this.#status = status;
    this.#world.told(status);
  }
}
