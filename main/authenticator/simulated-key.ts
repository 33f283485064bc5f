/**
 * A simulated security key: engine, memory and misbehaviours, without a plug. It is plugged in by a front:
 *
 *     const key = await SimulatedKey.open({ clock, random, presence: new ScriptedPresence(), state: demoState(random) });
 *     const bus = new SoftHidBus();
 *     const softKey = new SoftHidKey(key);
 *     bus.plug(softKey);                          // `bus` is a HidBus: list, watch, open
 *     bus.unplug(softKey);                        // a power cycle; plug it in again at will
 *
 *     const plugged = await UhidKey.plug(uhid, key);   // or as a real device of the kernel
 */
import type { Clock, RandomSource, StateFile } from '../../native/ports';
import type { CallOptions } from '../ctap/api';
import { configure, type AuthenticatorConfiguration } from './configuration';
import { SoftwareAuthenticator } from './engine';
import type { FingerprintSensor, UserPresence } from './env';
import { KeyMemory } from './key-memory';
import { newKeyState, type KeyState } from './key-state';
import { AnswerQuirks } from './quirks/answer-quirks';
import { QuirkBook, type Quirk } from './quirks';

/** pid.codes' vendor ID with its first product ID for tests. */
export const VENDOR_ID = 0x1209;
export const PRODUCT_ID = 0x0001;
export const MANUFACTURER = 'Latchkey';

export interface SimulatedKeyOptions {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** The person at the key: touches, and fingers for a key with a sensor. */
  readonly presence: UserPresence & FingerprintSensor;
  /** Where the state is kept; without it, it is forgotten with the program. */
  readonly file?: StateFile;
  /** What the key is when there is no file, or none yet; a new 2.1 key when absent. */
  readonly state?: KeyState;
}

export class SimulatedKey {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** The typed entry. Quirks do not act on it. */
  readonly authenticator: SoftwareAuthenticator;
  readonly #memory: KeyMemory;
  readonly #answers: AnswerQuirks;
  #book: QuirkBook;

  private constructor({ clock, random, presence }: SimulatedKeyOptions, memory: KeyMemory) {
    this.clock = clock;
    this.random = random;
    this.#memory = memory;
    const { configuration } = memory.state;
    this.authenticator = new SoftwareAuthenticator({
      clock,
      random,
      presence,
      verification: presence,
      configuration,
      storage: memory,
    });
    this.#answers = new AnswerQuirks({
      handle: (request, options) => this.authenticator.handle(request, options),
      userNameOf: (rpId) =>
        memory.state.credentials.find(({ credential }) => credential.rp.id === rpId)?.credential.user.name,
      alwaysVerify: () => memory.save({ policy: { ...memory.state.policy, alwaysUv: true } }),
    });
    this.#book = new QuirkBook(configuration.quirks);
  }

  /** Rejects with StateError when the file holds something else, and with the file's own errors. */
  static async open(options: SimulatedKeyOptions): Promise<SimulatedKey> {
    const { file, random, state } = options;
    const initial = (): KeyState => state ?? newKeyState(configure(), random);
    const memory = file ? await KeyMemory.open(file, initial, random) : KeyMemory.volatile(initial(), random);
    return new SimulatedKey(options, memory);
  }

  get configuration(): AuthenticatorConfiguration {
    return this.#memory.state.configuration;
  }

  /** What the key holds now; immutable. */
  snapshot(): KeyState {
    return this.#memory.state;
  }

  /** Misbehaves differently from now on; not saved. */
  setQuirks(quirks: readonly Quirk[]): void {
    this.#book = new QuirkBook(quirks);
  }

  /** The quirks in force, for the fronts. */
  get quirkBook(): QuirkBook {
    return this.#book;
  }

  /** The bytes entry, quirks included: command byte ‖ CBOR → status byte ‖ CBOR. */
  handle(request: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    return this.#answers.handle(request, options, this.#book);
  }

  /** What taking the key out and putting it back in does to it. */
  powerCycle(): void {
    this.authenticator.powerCycle();
  }
}
