/**
 * Linux: fingerprints by fprintd, the service of the system behind the lock screen and sudo.
 * Source: the D-Bus interfaces net.reactivated.Fprint.Manager and net.reactivated.Fprint.Device, fprintd 1.94.
 *
 * The names of the service's signals are heard by everybody on the bus, and anybody may send one. So a result counts
 * only if the very process that granted us the device sent it, about that device, after it granted it: what it tells
 * another program (a lock screen, sudo) comes before that, and nobody else can start a verification while it is ours.
 */
import type { BiometricAnswer, Biometrics, Clock } from '../ports.js';
import { BUS, BusFailure, joinBus, SYSTEM_BUS_SOCKET } from './system-bus.js';
import type { BusObject, BusSignal, SystemBus } from './system-bus.js';

const SERVICE = 'net.reactivated.Fprint';
const DEVICE_INTERFACE = 'net.reactivated.Fprint.Device';
const MANAGER: BusObject = {
  destination: SERVICE,
  path: '/net/reactivated/Fprint/Manager',
  interface: 'net.reactivated.Fprint.Manager',
};
/** "The client the user is running as"; other users' fingers need an administrator's permission. */
const CURRENT_USER = '';

/** Milliseconds to wait for a finger. */
export const FINGER_TIME = 30_000;
/** Milliseconds for what needs no finger, all together: the service may have to start, and wake the sensor. */
export const SERVICE_TIME = 10_000;
/** Milliseconds for stopping and letting go. Leaving the bus does the same, if the service still lives. */
export const STOP_TIME = 1_000;

export interface FprintdOptions {
  readonly clock: Clock;
  /** The socket of the system bus; for tests and testers. */
  readonly socket?: string;
}

export class Fprintd implements Biometrics {
  readonly name = 'your fingerprint';
  readonly #clock: Clock;
  readonly #socket: string;

  constructor({ clock, socket = SYSTEM_BUS_SOCKET }: FprintdOptions) {
    this.#clock = clock;
    this.#socket = socket;
  }

  async available(): Promise<boolean> {
    const visit = new Visit(this.#clock, this.#socket);
    visit.endAfter(SERVICE_TIME, 'unavailable');
    void visit.run(async () => {
      const fingers = await visit.call(await visit.device(), 'ListEnrolledFingers', CURRENT_USER);
      return Array.isArray(fingers) && fingers.length > 0 ? 'verified' : 'unavailable';
    });
    return (await visit.answer()) === 'verified';
  }

  /**
   * The reason is not shown: fprintd shows nothing, the window says what to do.
   * A finger that was read badly may be tried again within the same call. Resolves when the sensor is free again.
   */
  async verify(_reason: string, signal: AbortSignal): Promise<BiometricAnswer> {
    if (signal.aborted) return 'cancelled';
    const visit = new Visit(this.#clock, this.#socket);
    const cancel = (): void => visit.end('cancelled');
    signal.addEventListener('abort', cancel, { once: true });
    const inTime = visit.endAfter(SERVICE_TIME, 'unavailable');
    void visit.run(async () => {
      const device = await visit.device();
      await visit.listenTo(device);
      await visit.claim(device);
      await visit.startVerifying(device);
      inTime();
      visit.endAfter(FINGER_TIME, 'timed-out');
      return undefined;
    });
    try {
      return await visit.answer();
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}

/** One conversation with the service, on a connection of its own. The first answer counts; then everything is undone. */
class Visit {
  readonly #clock: Clock;
  readonly #socket: string;
  readonly #answered: Promise<BiometricAnswer>;
  #settle: (answer: BiometricAnswer) => void = () => undefined;
  #refuse: (error: unknown) => void = () => undefined;
  readonly #alarms: (() => void)[] = [];
  readonly #over = new AbortController();
  #bus: SystemBus | undefined;
  /** The device and the process that serves it, once we listen to it. */
  #device: BusObject | undefined;
  #claiming = false;
  /** Asked for once the device is ours. While VerifyStart is under way results are kept: they count if it succeeds. */
  #verifying: 'no' | 'asked' | 'yes' = 'no';
  readonly #early: BusSignal[] = [];

  constructor(clock: Clock, socket: string) {
    this.#clock = clock;
    this.#socket = socket;
    this.#answered = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#refuse = reject;
    });
  }

  end(answer: BiometricAnswer): void {
    this.#settle(answer);
    this.#over.abort();
  }

  /** Ends the visit after so many milliseconds, if it is not over. Returns what calls that off. */
  endAfter(milliseconds: number, answer: BiometricAnswer): () => void {
    if (this.#over.signal.aborted) return () => undefined;
    const stop = this.#clock.after(milliseconds, () => this.end(answer));
    this.#alarms.push(stop);
    return stop;
  }

  /** Does the steps. What they resolve to is the answer; with undefined, a signal brings it. */
  async run(steps: () => Promise<BiometricAnswer | undefined>): Promise<void> {
    try {
      const answer = await steps();
      if (answer) this.end(answer);
    } catch (error) {
      // No bus, no service, no sensor, not permitted, in use, nobody enrolled: all of it is "cannot be asked now".
      if (error instanceof BusFailure) this.end('unavailable');
      else this.#refuse(error);
    }
  }

  /** The answer, when the device has been let go. */
  async answer(): Promise<BiometricAnswer> {
    try {
      return await this.#answered;
    } finally {
      this.#over.abort();
      for (const stop of this.#alarms) stop();
      await this.#letGo();
    }
  }

  async call(object: BusObject, method: string, ...args: readonly string[]): Promise<unknown> {
    if (!this.#bus || this.#over.signal.aborted) throw new BusFailure('the visit is over');
    return this.#bus.call(object, method, ...args);
  }

  /** Joins the bus and finds the default sensor, and the process that serves it. */
  async device(): Promise<BusObject> {
    const bus = await joinBus(this.#socket, (signal) => this.#heard(signal), this.#over.signal);
    if (this.#over.signal.aborted) bus.close();
    else this.#bus = bus;
    void bus.gone.then(() => this.end('unavailable'));
    const path = asText(await this.call(MANAGER, 'GetDefaultDevice'));
    const destination = asText(await this.call(BUS, 'GetNameOwner', SERVICE));
    return { destination, path, interface: DEVICE_INTERFACE };
  }

  async listenTo(device: BusObject): Promise<void> {
    this.#device = device;
    await this.call(
      BUS,
      'AddMatch',
      `type='signal',sender='${BUS.destination}',member='NameOwnerChanged',arg0='${device.destination}'`,
    );
    await this.call(
      BUS,
      'AddMatch',
      `type='signal',sender='${device.destination}',interface='${DEVICE_INTERFACE}',path='${device.path}'`,
    );
    // It may have died before we listened; then no signal will tell.
    await this.call(BUS, 'GetNameOwner', device.destination);
  }

  async claim(device: BusObject): Promise<void> {
    this.#claiming = true;
    await this.call(device, 'Claim', CURRENT_USER);
  }

  async startVerifying(device: BusObject): Promise<void> {
    this.#verifying = 'asked';
    await this.call(device, 'VerifyStart', 'any');
    this.#verifying = 'yes';
    for (const signal of this.#early.splice(0)) this.#judge(signal);
  }

  #heard(signal: BusSignal): void {
    const device = this.#device;
    if (!device) return;
    if (signal.sender === BUS.destination && signal.member === 'NameOwnerChanged') {
      if (signal.body[0] === device.destination) this.end('unavailable');
      return;
    }
    const fromDevice =
      signal.sender === device.destination &&
      signal.path === device.path &&
      signal.interface === device.interface;
    if (!fromDevice || signal.member !== 'VerifyStatus') return;
    if (this.#verifying === 'asked') this.#early.push(signal);
    else if (this.#verifying === 'yes') this.#judge(signal);
  }

  /** VerifyStatus(result: s, done: b) */
  #judge({ body: [result, done] }: BusSignal): void {
    if (result === 'verify-match') this.end('verified');
    else if (result === 'verify-no-match') this.end('no-match');
    // verify-disconnected, verify-unknown-error, and what newer versions may add.
    else if (done !== false) this.end('unavailable');
    // Not done: verify-retry-scan, verify-swipe-too-short and their like. The person tries again.
  }

  /** Stops, lets go and leaves, whatever came before. */
  async #letGo(): Promise<void> {
    const bus = this.#bus;
    if (!bus) return;
    const device = this.#device;
    const undo: Promise<unknown>[] = [];
    // Also when the reply to Claim or VerifyStart is still under way: they arrive in this order.
    if (device && this.#verifying !== 'no') undo.push(bus.call(device, 'VerifyStop'));
    if (device && this.#claiming) undo.push(bus.call(device, 'Release'));
    if (undo.length > 0) {
      // Refusals tell nothing new (never granted, sensor gone), and leaving the bus ends whatever was left.
      const undone = Promise.allSettled(undo).then(() => undefined);
      let stop = (): void => undefined;
      const tooLong = new Promise<void>((resolve) => (stop = this.#clock.after(STOP_TIME, resolve)));
      await Promise.race([undone, tooLong]);
      stop();
    }
    bus.close();
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new BusFailure('The service answered with something else than a name.');
}
