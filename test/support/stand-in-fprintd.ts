/**
 * A stand-in for fprintd on a bus of our own. Left alone it behaves as fprintd 1.94 does with one sensor and one
 * enrolled finger: a device is claimed by one client at a time, a client that leaves the bus loses it, and only who
 * has it may start and stop. A test says what the sensor sees and what goes wrong.
 */
import { EventEmitter, once } from 'node:events';
import { createClient, type InterfaceDescriptor, type Message, type MessageBus } from 'dbus-native';

const SERVICE = 'net.reactivated.Fprint';
const DEVICE_INTERFACE = `${SERVICE}.Device`;
export const MANAGER_PATH = '/net/reactivated/Fprint/Manager';
export const DEVICE_PATH = '/net/reactivated/Fprint/Device/0';

export type FprintMethod =
  'GetDefaultDevice' | 'ListEnrolledFingers' | 'Claim' | 'Release' | 'VerifyStart' | 'VerifyStop';

export type FprintError =
  | 'PermissionDenied'
  | 'AlreadyInUse'
  | 'NoEnrolledPrints'
  | 'NoSuchDevice'
  | 'ClaimDevice'
  | 'NoActionInProgress'
  | 'Internal';

class Refusal extends Error {
  readonly dbusName: string;
  constructor(name: FprintError) {
    super(`stand-in: ${name}`);
    this.dbusName = `${SERVICE}.Error.${name}`;
  }
}

export class StandInFprintd {
  /** What was asked, in order, with its argument: `Claim()`, `VerifyStart(any)`. */
  readonly calls: string[] = [];
  fingers: readonly string[] = ['right-index-finger'];
  /** Runs when a verification starts, before the reply to VerifyStart is sent. */
  onVerifyStart: () => void = () => undefined;
  /** The client that has the sensor. */
  claimedBy: string | undefined;
  verifying = false;
  readonly #bus: MessageBus;
  readonly #happened = new EventEmitter();
  readonly #faults = new Map<FprintMethod, FprintError | 'silence'>();

  private constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  static async start(socket: string): Promise<StandInFprintd> {
    const bus = createClient({ socket });
    // A test may take the bus away while a reply is under way.
    bus.connection.on('error', () => undefined);
    const standIn = new StandInFprintd(bus);
    standIn.#serve();
    await bus.addMatch("type='signal',member='NameOwnerChanged'");
    await bus.requestName(SERVICE, 0);
    return standIn;
  }

  /** From now on the method fails so, or never answers. */
  fault(method: FprintMethod, how: FprintError | 'silence'): void {
    this.#faults.set(method, how);
  }

  /** Resolves when the method has been called. */
  async called(method: FprintMethod): Promise<void> {
    while (!this.calls.some((call) => call.startsWith(`${method}(`))) await once(this.#happened, 'call');
  }

  /** Resolves when nobody has the sensor. */
  async free(): Promise<void> {
    while (this.claimedBy !== undefined) await once(this.#happened, 'freed');
  }

  /** The sensor has seen something. */
  status(result: string, done: boolean, path = DEVICE_PATH): void {
    this.#bus.sendSignal(path, DEVICE_INTERFACE, 'VerifyStatus', 'sb', [result, done]);
  }

  selected(finger: string): void {
    this.#bus.sendSignal(DEVICE_PATH, DEVICE_INTERFACE, 'VerifyFingerSelected', 's', [finger]);
  }

  /** A signal with a body of another kind. */
  oddStatus(signature: string, body: readonly unknown[]): void {
    this.#bus.sendSignal(DEVICE_PATH, DEVICE_INTERFACE, 'VerifyStatus', signature, [...body]);
  }

  /** As when the process dies. */
  async die(): Promise<void> {
    await this.#bus.close();
  }

  #serve(): void {
    const manager: InterfaceDescriptor = {
      name: `${SERVICE}.Manager`,
      methods: { GetDefaultDevice: ['', 'o', [], ['device']] },
    };
    const device: InterfaceDescriptor = {
      name: DEVICE_INTERFACE,
      methods: {
        ListEnrolledFingers: ['s', 'as', ['username'], ['enrolled_fingers']],
        Claim: ['s', '', ['username'], []],
        Release: ['', '', [], []],
        VerifyStart: ['s', '', ['finger_name'], []],
        VerifyStop: ['', '', [], []],
      },
    };
    this.#bus.exportInterface(
      { GetDefaultDevice: () => this.#asked('GetDefaultDevice', '', () => DEVICE_PATH) },
      MANAGER_PATH,
      manager,
    );
    this.#bus.exportInterface(
      {
        ListEnrolledFingers: (username: string) =>
          this.#asked('ListEnrolledFingers', username, () => {
            if (this.fingers.length === 0) throw new Refusal('NoEnrolledPrints');
            return this.fingers;
          }),
        Claim: (username: string, message: Message) =>
          this.#asked('Claim', username, () => {
            if (this.claimedBy !== undefined) throw new Refusal('AlreadyInUse');
            this.claimedBy = message.sender;
            return null;
          }),
        Release: (message: Message) =>
          this.#asked('Release', '', () => {
            this.#mustHaveClaimed(message);
            this.#freed();
            return null;
          }),
        VerifyStart: (finger: string, message: Message) =>
          this.#asked('VerifyStart', finger, () => {
            this.#mustHaveClaimed(message);
            if (this.fingers.length === 0) throw new Refusal('NoEnrolledPrints');
            if (this.verifying) throw new Refusal('AlreadyInUse');
            this.verifying = true;
            this.onVerifyStart();
            return null;
          }),
        VerifyStop: (message: Message) =>
          this.#asked('VerifyStop', '', () => {
            this.#mustHaveClaimed(message);
            if (!this.verifying) throw new Refusal('NoActionInProgress');
            this.verifying = false;
            return null;
          }),
      },
      DEVICE_PATH,
      device,
    );
    this.#bus.connection.on('message', (message) => {
      const [name, , newOwner] = message.body ?? [];
      if (message.member === 'NameOwnerChanged' && name === this.claimedBy && newOwner === '') this.#freed();
    });
  }

  async #asked<T>(method: FprintMethod, argument: string, answer: () => T): Promise<T> {
    this.calls.push(`${method}(${argument})`);
    const fault = this.#faults.get(method);
    this.#happened.emit('call');
    if (fault === 'silence') return new Promise(() => undefined);
    if (fault !== undefined) throw new Refusal(fault);
    return answer();
  }

  #mustHaveClaimed(message: Message): void {
    if (this.claimedBy !== message.sender) throw new Refusal('ClaimDevice');
  }

  #freed(): void {
    this.claimedBy = undefined;
    this.verifying = false;
    this.#happened.emit('freed');
  }
}
