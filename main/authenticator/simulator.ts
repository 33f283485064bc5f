/** The simulated keys of a program: made, plugged in and out, taken away; each with the person at it. */
import type { Clock, RandomSource, StateFile } from '../../native/ports';
import { DEMO_PIN, demoState } from './demo';
import { DirectedPresence, type TouchAct } from './directed-presence';
import { SoftHidBus } from './fronts/soft-hid-bus';
import { SoftHidKey } from './fronts/soft-hid-key';
import { RecipeError, stateOfDescribed, type DescribedKey } from './key-recipe';
import type { Quirk } from './quirks';
import { SimulatedKey } from './simulated-key';

/** A simulated key and the person at it. */
export interface Seat {
  /** Unique while the program runs. */
  readonly id: string;
  readonly key: SoftHidKey;
  readonly presence: DirectedPresence;
  /** Where the state is kept; without it, it is forgotten with the key. */
  readonly file?: string;
  /** The PIN that the demo key comes with. */
  readonly demoPin?: string;
}

export interface SimulatorOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly openFile: (path: string) => StateFile;
}

/** The demo key; or what a file holds; or what is described, which is also what a file that is missing begins with. */
export type KeySource =
  'demo' | { readonly file?: string | undefined; readonly described?: DescribedKey | undefined };

/** More at once than anybody has ports for. */
export const MAX_KEYS = 32;

export class Simulator {
  readonly bus = new SoftHidBus();
  readonly #options: SimulatorOptions;
  readonly #listeners = new Set<() => void>();
  #seats: readonly Seat[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #made = 0;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.bus.watch(() => this.#changed());
  }

  /** Oldest first. */
  get seats(): readonly Seat[] {
    return this.#seats;
  }

  /** Throws RecipeError when there is no such key. */
  seat(id: string): Seat {
    const found = this.#seats.find((seat) => seat.id === id);
    if (!found) throw new RecipeError(`There is no simulated key ${id}.`);
    return found;
  }

  /**
   * Makes a key and plugs it in. Rejects with RecipeError for what cannot be described or what is too much, with
   * StateError when the file holds something else, and with the file's own errors.
   */
  add(source: KeySource): Promise<Seat> {
    // One after the other: each counts those before it, and two may name the same file.
    const turn = this.#turn.then(() => this.#add(source));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #add(source: KeySource): Promise<Seat> {
    if (this.#seats.length >= MAX_KEYS)
      throw new RecipeError(`${MAX_KEYS} simulated keys are as many as there can be. Remove one first.`);
    const { clock, random, openFile } = this.#options;
    const file = source === 'demo' ? undefined : source.file;
    if (file !== undefined && this.#seats.some((seat) => seat.file === file))
      throw new RecipeError(`Another simulated key keeps its state in ${file} already.`);
    const state =
      source === 'demo' ? demoState(random) : source.described && stateOfDescribed(source.described, random);
    const presence = new DirectedPresence();
    const key = await SimulatedKey.open({
      clock,
      random,
      presence,
      ...(file !== undefined && { file: openFile(file) }),
      ...(state && { state }),
    });
    const seat: Seat = {
      id: `simulated-${++this.#made}`,
      key: new SoftHidKey(key),
      presence,
      ...(file !== undefined && { file }),
      ...(source === 'demo' && { demoPin: DEMO_PIN }),
    };
    presence.onChange(() => this.#changed());
    this.#seats = [...this.#seats, seat];
    this.bus.plug(seat.key);
    return seat;
  }

  /** Takes the key out and forgets it. A file with its state stays as it is. */
  remove(id: string): void {
    const { key } = this.seat(id);
    this.#seats = this.#seats.filter((seat) => seat.id !== id);
    this.bus.unplug(key);
    this.#changed();
  }

  /** Plugs the key in or takes it out, also in the middle of a command. */
  setPlugged(id: string, plugged: boolean): void {
    const { key } = this.seat(id);
    if (plugged === key.plugged) return;
    if (plugged) this.bus.plug(key);
    else this.bus.unplug(key);
  }

  /** The key misbehaves like this from now on; not saved. */
  setQuirks(id: string, quirks: readonly Quirk[]): void {
    this.seat(id).key.key.setQuirks(quirks);
    this.#changed();
  }

  /** What becomes of the next touches, see {@link DirectedPresence.direct}. */
  direct(id: string, script: readonly TouchAct[], usual: TouchAct): void {
    this.seat(id).presence.direct(script, usual);
    this.#changed();
  }

  /**
   * Calls `listener` after a key was added, removed, plugged in, taken out or directed, and whenever one begins or ends to wait for
   * somebody; returns the function that stops it.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
