import { describe, expect, it } from 'vitest';
import { dataPlaces } from '../../native/files/data-places';

describe('where Latchkey keeps what it saves', () => {
  it('is where the XDG Base Directory Specification says, on Linux', () => {
    expect(dataPlaces({ platform: 'linux', env: {}, home: '/home/ana' })).toEqual({
      vault: '/home/ana/.local/share/latchkey',
      settings: '/home/ana/.config/latchkey/settings.json',
      names: '/home/ana/.config/latchkey/names.json',
      movedBySites: '/home/ana/.config/latchkey/moved-by-sites.json',
      keychainService: 'Latchkey',
    });
    const env = { XDG_DATA_HOME: '/data', XDG_CONFIG_HOME: '/config' };
    expect(dataPlaces({ platform: 'linux', env, home: '/home/ana' })).toMatchObject({
      vault: '/data/latchkey',
      settings: '/config/latchkey/settings.json',
      names: '/config/latchkey/names.json',
    });
  });

  it.each(['', 'relative/share'])('takes no notice of XDG_DATA_HOME=%j', (value) => {
    const env = { XDG_DATA_HOME: value, XDG_CONFIG_HOME: value };
    expect(dataPlaces({ platform: 'linux', env, home: '/home/ana' })).toMatchObject({
      vault: '/home/ana/.local/share/latchkey',
      settings: '/home/ana/.config/latchkey/settings.json',
      names: '/home/ana/.config/latchkey/names.json',
    });
  });

  it('is Application Support on macOS', () => {
    expect(dataPlaces({ platform: 'darwin', env: {}, home: '/Users/ana' })).toMatchObject({
      vault: '/Users/ana/Library/Application Support/Latchkey',
      settings: '/Users/ana/Library/Application Support/Latchkey/settings.json',
      names: '/Users/ana/Library/Application Support/Latchkey/names.json',
    });
  });

  it('is the local application data on Windows, which do not roam', () => {
    const env = { LOCALAPPDATA: 'D:\\Local' };
    expect(dataPlaces({ platform: 'win32', env, home: 'C:\\Users\\ana' })).toMatchObject({
      vault: 'D:\\Local\\Latchkey',
      settings: 'D:\\Local\\Latchkey\\settings.json',
      names: 'D:\\Local\\Latchkey\\names.json',
    });
    expect(dataPlaces({ platform: 'win32', env: {}, home: 'C:\\Users\\ana' }).vault).toBe(
      'C:\\Users\\ana\\AppData\\Local\\Latchkey',
    );
  });

  it('is one folder when one is given, with secrets of its own in the keychain', () => {
    const home = { platform: 'linux', env: {}, home: '/home/ana' } as const;
    expect(dataPlaces(home, '/tmp/a')).toEqual({
      vault: '/tmp/a',
      settings: '/tmp/a/settings.json',
      names: '/tmp/a/names.json',
      movedBySites: '/tmp/a/moved-by-sites.json',
      keychainService: 'Latchkey in /tmp/a',
    });
  });
});
