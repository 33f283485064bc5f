/**
 * What libsecret does not tell: whether an item is stored when the keyring is locked. Without this, a keyring that nobody unlocked
 * looks like an empty one, since libsecret's lookup gives nothing from either.
 *
 * Freedesktop's Secret Service API, over the session bus: SearchItems and the property Locked ask nobody anything; Unlock returns
 * a prompt where a person has to be asked. (dbus-native is loaded at the first use.)
 */
import type { DBusError, Message, MessageBus } from 'dbus-native';
import { KeychainError, sentence } from './keychain-error.js';
import { sessionBusAddress } from './session-bus.js';

const SERVICE = {
  destination: 'org.freedesktop.secrets',
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
} as const;
const COLLECTION = 'org.freedesktop.Secret.Collection';
const PROMPT = 'org.freedesktop.Secret.Prompt';
/** The API's way to say that there is no such object. */
const NONE = '/';

/** Those of keytar. An item of a locked keyring is found by hashes of them. */
export interface ItemAttributes {
  readonly service: string;
  readonly account: string;
}

/**
 * - `unlocked`: it is there, for whoever asks.
 * - `locked`: it is there. libsecret's lookup asks a person to unlock it.
 * - `hidden`: it is not found, and the keyring that it would be in is locked. libsecret's lookup says that there is none, and asks
 *   nobody: not every service finds items in what is locked.
 * - `absent`: it is certain that there is none.
 */
export type Whereabouts = 'unlocked' | 'locked' | 'hidden' | 'absent';

/** What keytar's answers are worth. Both reject with {@link KeychainError}: `unavailable`, `locked`, `failed`. */
export interface KeyringGate {
  /** Asks nobody for anything. */
  look(item: ItemAttributes): Promise<Whereabouts>;

  /**
   * Makes sure, before keytar is asked, that its answer will be the truth. Resolves, when everything is unlocked that has to be, to
   * whether the item is there.
   * @param writing the keyring that new items go to is needed in any case.
   * @param onAsking is called before a person is asked for anything.
   */
  open(item: ItemAttributes, writing: boolean, onAsking: () => void): Promise<boolean>;
}

export class SecretServiceGate implements KeyringGate {
  look(item: ItemAttributes): Promise<Whereabouts> {
    return inSession((session) => lookIn(session, item));
  }

  open(item: ItemAttributes, writing: boolean, onAsking: () => void): Promise<boolean> {
    return inSession((session) => openIn(session, item, writing, onAsking));
  }
}

async function inSession<T>(task: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.join();
  try {
    return await task(session);
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    session.leave();
  }
}

async function lookIn(session: Session, item: ItemAttributes): Promise<Whereabouts> {
  const [unlocked, locked] = await session.search(item);
  if (unlocked.length > 0) return 'unlocked';
  if (locked.length > 0) return 'locked';
  const keyring = await session.defaultKeyring();
  return keyring !== undefined && (await session.isLocked(keyring)) ? 'hidden' : 'absent';
}

async function openIn(
  session: Session,
  item: ItemAttributes,
  writing: boolean,
  onAsking: () => void,
): Promise<boolean> {
  const [unlocked, locked] = await session.search(item);
  if (unlocked.length > 0 && !writing) return true;

  const keyring = await session.defaultKeyring();
  const closed = [
    ...(writing ? [] : locked),
    // Not every service finds items in what is locked.
    ...(keyring !== undefined && (await session.isLocked(keyring)) ? [keyring] : []),
  ];
  if (closed.length > 0) {
    await session.unlock(closed, onAsking);
    const [found] = await session.search(item);
    return found.length > 0;
  }
  // libsecret will have one made, for which a person is asked to choose a password.
  if (writing && keyring === undefined) onAsking();
  return unlocked.length > 0;
}

/** A connection to the session bus, with the few calls of the Secret Service that are needed. */
class Session {
  private readonly bus: MessageBus;
  private readonly signals = new Set<(message: Message) => void>();
  private broken: Error | undefined;

  private constructor(bus: MessageBus, signalType: number) {
    this.bus = bus;
    const fail = (error: Error): void => {
      this.broken ??= error;
      bus.connection.stream.destroy();
    };
    bus.connection.on('error', fail);
    // The library throws inside its own callback when the bus refuses it after the handshake.
    bus.connection.on('handlerError', fail);
    bus.connection.on('message', (message) => {
      if (message.type === signalType) for (const listener of this.signals) listener(message);
    });
  }

  static async join(): Promise<Session> {
    const { createClient, messageType } = await import('dbus-native');
    try {
      const client = createClient({
        busAddress: sessionBusAddress(),
        // Who we are is known from the socket; the other ways are for networks.
        authMethods: ['EXTERNAL'],
        plainValues: true,
      });
      return new Session(client, messageType.signal);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  leave(): void {
    this.bus.connection.stream.destroy();
  }

  /** The paths of items that fit: unlocked ones, locked ones. */
  async search({
    service,
    account,
  }: ItemAttributes): Promise<readonly [readonly string[], readonly string[]]> {
    const attributes = [
      ['xdg:schema', 'org.freedesktop.Secret.Generic'],
      ['service', service],
      ['account', account],
    ];
    const reply = await this.call({
      ...SERVICE,
      member: 'SearchItems',
      signature: 'a{ss}',
      body: [attributes],
    });
    const [unlocked, locked] = Array.isArray(reply) ? (reply as unknown[]) : [];
    return [pathsOf(unlocked), pathsOf(locked)];
  }

  /** Where new items go; undefined when there is no such keyring yet. */
  async defaultKeyring(): Promise<string | undefined> {
    const path = await this.call({ ...SERVICE, member: 'ReadAlias', signature: 's', body: ['default'] });
    if (typeof path !== 'string') throw strangeAnswer();
    return path === NONE ? undefined : path;
  }

  async isLocked(keyring: string): Promise<boolean> {
    const locked = await this.call({
      destination: SERVICE.destination,
      path: keyring,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [COLLECTION, 'Locked'],
    });
    if (typeof locked !== 'boolean') throw strangeAnswer();
    return locked;
  }

  /** Rejects with `locked` when they are still locked afterwards. */
  async unlock(objects: readonly string[], onAsking: () => void): Promise<void> {
    const reply = await this.call({ ...SERVICE, member: 'Unlock', signature: 'ao', body: [[...objects]] });
    const [, prompt] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (typeof prompt !== 'string') throw strangeAnswer();
    if (prompt === NONE) return;
    onAsking();
    if (!(await this.answered(prompt)))
      throw new KeychainError('locked', sentence('locked', 'nobody unlocked it'));
  }

  /** Shows a prompt of the service; false when it was dismissed, or could not be shown. */
  private async answered(prompt: string): Promise<boolean> {
    let onCompleted!: (dismissed: unknown) => void;
    const completed = new Promise<unknown>((resolve) => (onCompleted = resolve));
    const listener = ({ path, interface: of, member, body }: Message): void => {
      if (path === prompt && of === PROMPT && member === 'Completed') onCompleted(body?.[0]);
    };
    this.signals.add(listener);
    try {
      await this.call({
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member: 'AddMatch',
        signature: 's',
        body: [`type='signal',interface='${PROMPT}',member='Completed',path='${prompt}'`],
      });
      // The window that it belongs to: none.
      await this.call({
        destination: SERVICE.destination,
        path: prompt,
        interface: PROMPT,
        member: 'Prompt',
        signature: 's',
        body: [''],
      });
      const gone = new Promise<never>((_, reject) =>
        this.bus.connection.on('close', () => reject(this.broken ?? new Error('the session bus is gone'))),
      );
      // A rejection after the other has won is nobody's concern.
      gone.catch(() => undefined);
      return (await Promise.race([completed, gone])) === false;
    } finally {
      this.signals.delete(listener);
    }
  }

  private async call(message: Message): Promise<unknown> {
    try {
      return await this.bus.invoke<unknown>(message);
    } catch (error) {
      throw this.broken ?? error;
    }
  }
}

/** What goes wrong before a keyring is reached means that there is none. */
function asUnavailable(error: unknown): KeychainError {
  if (error instanceof KeychainError) return error;
  const { dbusName, message } = error as Partial<DBusError>;
  const words = message ?? String(error);
  // An answer that says no is one of the service or of the bus: its name tells which.
  if (dbusName !== undefined && !dbusName.startsWith('org.freedesktop.DBus.Error.')) {
    const code = dbusName === 'org.freedesktop.Secret.Error.IsLocked' ? 'locked' : 'failed';
    return new KeychainError(code, sentence(code, words), { cause: error });
  }
  return new KeychainError('unavailable', sentence('unavailable', words), { cause: error });
}

function strangeAnswer(): KeychainError {
  return new KeychainError('failed', sentence('failed', 'the Secret Service gave a strange answer'));
}

function pathsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((path) => typeof path === 'string')) throw strangeAnswer();
  return value;
}
