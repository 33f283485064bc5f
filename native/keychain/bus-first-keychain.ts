/**
 * The {@link Keychain} port on Linux. A secret that is there and unlocked is read over the session bus: that hangs nobody, and takes less
 * than the start of the process that keeps keytar, which Latchkey's window would have to wait for. Whatever else it is (locked, absent, no
 * service, no answer), that process finds out, asks, and says.
 */
import type { Clock, Keychain } from '../ports.js';
import type { ChildKeychain } from './child-keychain.js';
import { SecretSession, type OpenedTransport } from './secret-session.js';

/** Milliseconds for the bus to give the secret, which it usually does in some 10. */
const PATIENCE = 1000;
/** Milliseconds that a connection waits for the call that it was prepared for. */
const PREPARED_FOR = 15_000;

interface Reached {
  readonly session: SecretSession;
  readonly transport: Promise<OpenedTransport>;
}

export class BusFirstKeychain implements Keychain {
  readonly startsProcess = false;
  readonly #rest: ChildKeychain;
  readonly #clock: Clock;
  #isClosed = false;
  #giveUp = (): void => undefined;
  readonly #closed = new Promise<undefined>((resolve) => {
    this.#giveUp = () => resolve(undefined);
  });
  #prepared: { readonly reached: Promise<Reached>; readonly callOff: () => void } | undefined;

  constructor(rest: ChildKeychain, clock: Clock) {
    this.#rest = rest;
    this.#clock = clock;
  }

  get service(): string {
    return this.#rest.service;
  }

  /** For a `get` that comes soon: connects. */
  prepare(): void {
    if (this.#prepared || this.#isClosed) return;
    const reached = reach();
    // Whoever asks gets the rejection.
    reached.catch(() => undefined);
    const callOff = this.#clock.after(PREPARED_FOR, () => {
      this.#prepared = undefined;
      leave(reached);
    });
    this.#prepared = { reached, callOff };
  }

  async get(account: string): Promise<string | undefined> {
    return (await this.#read(account)) ?? this.#rest.get(account);
  }

  set(account: string, secret: string): Promise<void> {
    return this.#rest.set(account, secret);
  }

  delete(account: string): Promise<boolean> {
    return this.#rest.delete(account);
  }

  /** What is under way, and later calls, reject. */
  close(): void {
    this.#isClosed = true;
    this.#giveUp();
    const reached = this.#taken();
    if (reached) leave(reached);
    this.#rest.close();
  }

  /** Undefined for whatever is not plainly there. Never rejects. */
  async #read(account: string): Promise<string | undefined> {
    if (this.#isClosed) return undefined;
    const reached = this.#taken() ?? reach();
    let callOff = (): void => undefined;
    const late = new Promise<undefined>((resolve) => {
      callOff = this.#clock.after(PATIENCE, () => resolve(undefined));
    });
    try {
      const item = { service: this.service, account };
      return await Promise.race([unlockedSecret(reached, item), late, this.#closed]);
    } catch {
      return undefined; // whoever is asked next has the words for it
    } finally {
      callOff();
      leave(reached);
    }
  }

  #taken(): Promise<Reached> | undefined {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    prepared?.callOff();
    return prepared?.reached;
  }
}

async function reach(): Promise<Reached> {
  const session = await SecretSession.join();
  const transport = session.openTransport();
  // Whoever wants it gets the rejection.
  transport.catch(() => undefined);
  return { session, transport };
}

function leave(reached: Promise<Reached>): void {
  reached.then(
    ({ session, transport }) => {
      session.leave();
      transport.then(
        (opened) => opened.transport.forget(),
        () => undefined,
      );
    },
    () => undefined,
  );
}

async function unlockedSecret(
  reached: Promise<Reached>,
  item: Parameters<SecretSession['search']>[0],
): Promise<string | undefined> {
  const { session, transport } = await reached;
  const [[found], opened] = await Promise.all([session.search(item), transport]);
  const path = found[0];
  return path === undefined ? undefined : session.secret(path, opened);
}
