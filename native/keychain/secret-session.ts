/**
 * Freedesktop's Secret Service API, over the session bus, with the few calls that are needed: SearchItems and the property Locked ask
 * nobody anything; Unlock returns a prompt where a person has to be asked. (dbus-native is loaded at the first use.)
 */
import type { DBusError, Message, MessageBus } from 'dbus-native';
import { KeychainError, sentence } from './keychain-error.js';
import { SecretTransport, TRANSPORT } from './secret-transport.js';
import { sessionBusAddress } from './session-bus.js';

const SERVICE = {
  destination: 'org.freedesktop.secrets',
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
} as const;
const COLLECTION = 'org.freedesktop.Secret.Collection';
const ITEM = 'org.freedesktop.Secret.Item';
const PROMPT = 'org.freedesktop.Secret.Prompt';
/** The API's way to say that there is no such object. */
const NONE = '/';

/** Those of keytar. An item of a locked keyring is found by hashes of them. */
export interface ItemAttributes {
  readonly service: string;
  readonly account: string;
}

/** What secrets come through, and its name on the bus. */
export interface OpenedTransport {
  readonly path: string;
  readonly transport: SecretTransport;
}

/** A connection to the session bus. */
export class SecretSession {
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

  static async join(): Promise<SecretSession> {
    const { createClient, messageType } = await import('dbus-native');
    try {
      const client = createClient({
        busAddress: sessionBusAddress(),
        // Who we are is known from the socket; the other ways are for networks.
        authMethods: ['EXTERNAL'],
        plainValues: true,
      });
      return new SecretSession(client, messageType.signal);
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

  /** Makes ready for {@link secret}: what travels over the bus is encrypted, since others may log it. */
  async openTransport(): Promise<OpenedTransport> {
    const transport = new SecretTransport();
    const reply = await this.call({
      ...SERVICE,
      member: 'OpenSession',
      signature: 'sv',
      body: [TRANSPORT, ['ay', Buffer.from(transport.publicKey)]],
    });
    const [theirs, path] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (!(theirs instanceof Uint8Array) || typeof path !== 'string') throw strangeAnswer();
    transport.agree(theirs);
    return { path, transport };
  }

  /** Of an item that is unlocked, UTF-8. */
  async secret(item: string, { path, transport }: OpenedTransport): Promise<string> {
    const reply = await this.call({
      destination: SERVICE.destination,
      path: item,
      interface: ITEM,
      member: 'GetSecret',
      signature: 'o',
      body: [path],
    });
    const [, iv, encrypted] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (!(iv instanceof Uint8Array) || !(encrypted instanceof Uint8Array)) throw strangeAnswer();
    return transport.decrypt(iv, encrypted);
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
export function asUnavailable(error: unknown): KeychainError {
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
