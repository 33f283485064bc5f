/** Where Latchkey keeps what it saves, for window and command line alike. It only computes. */

export interface DataPlaces {
  /** The private folder of the vault. */
  readonly vault: string;
  readonly settings: string;
  /** The service under which the keychain keeps this folder's secrets. */
  readonly keychainService: string;
}

export interface UserSystem {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, absolute. */
  readonly home: string;
}

/**
 * @param folder keep everything here instead; absolute. Its secrets in the keychain are its own, so that it never meddles with the
 * passkeys of the user.
 */
export function dataPlaces({ platform, env, home }: UserSystem, folder?: string): DataPlaces {
  const separator = platform === 'win32' ? '\\' : '/';
  const at = (...parts: readonly string[]): string => parts.join(separator);
  if (folder !== undefined)
    return { vault: folder, settings: at(folder, SETTINGS), keychainService: `Latchkey in ${folder}` };
  const keychainService = 'Latchkey';
  switch (platform) {
    case 'win32': {
      const local = env['LOCALAPPDATA'] || at(home, 'AppData', 'Local');
      return { vault: at(local, 'Latchkey'), settings: at(local, 'Latchkey', SETTINGS), keychainService };
    }
    case 'darwin': {
      const support = at(home, 'Library', 'Application Support', 'Latchkey');
      return { vault: support, settings: at(support, SETTINGS), keychainService };
    }
    default: {
      const data = absolute(env['XDG_DATA_HOME']) ?? at(home, '.local', 'share');
      const config = absolute(env['XDG_CONFIG_HOME']) ?? at(home, '.config');
      return { vault: at(data, 'latchkey'), settings: at(config, 'latchkey', SETTINGS), keychainService };
    }
  }
}

const SETTINGS = 'settings.json';

/** XDG Base Directory Specification: a relative path is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
