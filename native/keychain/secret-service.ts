/**
 * What libsecret does not tell: whether an item is stored when the keyring is locked. Without this, a keyring that nobody unlocked
 * looks like an empty one, since libsecret's lookup gives nothing from either.
 */
import { asUnavailable, SecretSession, type ItemAttributes } from './secret-session.js';

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

async function inSession<T>(task: (session: SecretSession) => Promise<T>): Promise<T> {
  const session = await SecretSession.join();
  try {
    return await task(session);
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    session.leave();
  }
}

async function lookIn(session: SecretSession, item: ItemAttributes): Promise<Whereabouts> {
  const [unlocked, locked] = await session.search(item);
  if (unlocked.length > 0) return 'unlocked';
  if (locked.length > 0) return 'locked';
  const keyring = await session.defaultKeyring();
  return keyring !== undefined && (await session.isLocked(keyring)) ? 'hidden' : 'absent';
}

async function openIn(
  session: SecretSession,
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
