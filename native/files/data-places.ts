/** Where Latchkey keeps what it saves, for window and command line alike. It only computes. */

export interface DataPlaces {
  /** The private folder of the vault. */
  readonly vault: string;
  readonly settings: string;
  /** The user's own names for passkeys. */
  readonly names: string;
  /** Which passkeys of Recently deleted their sites have moved there. */
  readonly movedBySites: string;
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
  const places = (vault: string, config: string, keychainService = 'Latchkey'): DataPlaces => ({
    vault,
    settings: at(config, 'settings.json'),
    names: at(config, 'names.json'),
    movedBySites: at(config, 'moved-by-sites.json'),
    keychainService,
  });
  if (folder !== undefined) return places(folder, folder, `Latchkey in ${folder}`);
  switch (platform) {
    case 'win32': {
      const local = at(env['LOCALAPPDATA'] || at(home, 'AppData', 'Local'), 'Latchkey');
      return places(local, local);
    }
    case 'darwin': {
      const support = at(home, 'Library', 'Application Support', 'Latchkey');
      return places(support, support);
    }
    default: {
      const data = absolute(env['XDG_DATA_HOME']) ?? at(home, '.local', 'share');
      const config = absolute(env['XDG_CONFIG_HOME']) ?? at(home, '.config');
      return places(at(data, 'latchkey'), at(config, 'latchkey'));
    }
  }
}

/** XDG Base Directory Specification: a relative path is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
