/**
 * The part of D-Bus that a client of one system service needs. dbus-native is loaded at the first use: who never asks
 * for a fingerprint never loads it.
 */
import type { DBusError, Message } from 'dbus-native';

/** Where the D-Bus specification puts the system bus. The environment is not asked: it must not choose who says "verified". Only builds for testers take another (`--system-bus`). */
export const SYSTEM_BUS_SOCKET = '/var/run/dbus/system_bus_socket';

/** No message of fprintd comes near; in bytes. */
const LARGEST_MESSAGE = 65_536;

/** No bus, a call that was refused, a link that broke, an answer of the wrong type. */
export class BusFailure extends Error {
  /** What the service or the bus calls it (`net.reactivated.Fprint.Error.AlreadyInUse`); empty when it has no name. */
  readonly dbusName: string;

  constructor(message: string, dbusName = '', cause?: unknown) {
    super(message, { cause });
    this.name = 'BusFailure';
    this.dbusName = dbusName;
  }
}

/** Whom to call. */
export interface BusObject {
  /** A well-known name (its service is started when need be) or the unique name of one connection. */
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
}

/** A signal that arrived. `sender` is a unique name, written by the bus: nobody can forge it. */
export interface BusSignal {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

export interface SystemBus {
  /**
   * Calls a method whose arguments are all strings. Resolves to its first result, unchecked. Rejects with
   * {@link BusFailure}, also when the service dies; never when it just says nothing.
   */
  call(object: BusObject, method: string, ...args: readonly string[]): Promise<unknown>;
  /** Resolves when the bus is gone, or was left. */
  readonly gone: Promise<void>;
  /** Leaves; idempotent. Services forget what they held for us. */
  close(): void;
}

/**
 * Joins the bus behind a Unix socket.
 * @param onSignal gets every signal, also unwanted ones: check its sender.
 * @param signal gives it up, also when the other side accepts and then says nothing.
 */
export async function joinBus(
  socket: string,
  onSignal: (signal: BusSignal) => void,
  signal: AbortSignal,
): Promise<SystemBus> {
  const { createClient, messageType } = await import('dbus-native');
  if (signal.aborted) throw new BusFailure('given up');
  // EXTERNAL alone: the other methods are for buses over a network, and read files of the home folder.
  const client = createClient({ socket, authMethods: ['EXTERNAL'], maxMessageSize: LARGEST_MESSAGE });
  const { connection } = client;

  let failure: Error | undefined;
  const gone = new Promise<void>((resolve) => connection.on('close', () => resolve()));
  const leave = (): void => void connection.stream.destroy();
  const fail = (error: Error): void => {
    failure ??= error;
    leave();
  };
  connection.on('error', fail);
  // The bus refused us after the handshake: the library throws that inside its own callback.
  connection.on('handlerError', fail);
  connection.on('message', (message) => {
    if (message.type === messageType.signal) onSignal(asSignal(message));
  });

  const call = async (object: BusObject, method: string, ...args: readonly string[]): Promise<unknown> => {
    try {
      return await client.invoke<unknown>({
        ...object,
        member: method,
        ...(args.length > 0 && { signature: 's'.repeat(args.length), body: [...args] }),
      });
    } catch (error) {
      const { message, dbusName } = error as DBusError;
      throw new BusFailure(message, dbusName, error);
    }
  };

  signal.addEventListener('abort', leave, { once: true });
  try {
    await Promise.race([
      new Promise<void>((resolve) => connection.on('connect', resolve)),
      gone.then(() => {
        throw new BusFailure(`${socket}: ${failure?.message ?? 'given up'}`, '', failure);
      }),
    ]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
  return {
    call,
    gone,
    close: leave,
  };
}

/** The bus itself. */
export const BUS: BusObject = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

function asSignal(message: Message): BusSignal {
  return {
    sender: message.sender ?? '',
    path: message.path ?? '',
    interface: message.interface ?? '',
    member: message.member ?? '',
    body: message.body ?? [],
  };
}
