/** Looks for the browsers of a person: what is installed, and in which packages. */
import type { BrowserSystem } from '../../native/ports';
import type { Confinement } from './browser-status';
import type { KnownBrowser, UserPlaces } from './browsers';

export interface FoundBrowser {
  /** See {@link BrowserStatus.program}. */
  readonly program?: string;
  readonly confined: readonly Confinement[];
}

type Where = Omit<UserPlaces, 'bridge'>;

export async function findBrowser(
  browser: KnownBrowser,
  where: Where,
  system: BrowserSystem,
): Promise<FoundBrowser> {
  switch (where.platform) {
    case 'win32':
      return plain(await onWindows(browser, where, system));
    case 'darwin':
      return plain(await onDarwin(browser, where, system));
    default:
      return onLinux(browser, where, system);
  }
}

function plain(program: string | undefined): FoundBrowser {
  return { ...(program !== undefined && { program }), confined: [] };
}

async function onWindows(
  { win32 }: KnownBrowser,
  { env }: Where,
  system: BrowserSystem,
): Promise<string | undefined> {
  for (const name of ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']) {
    const folder = env[name];
    const path = `${folder}\\${win32.program}`;
    if (folder && (await system.program(path)) !== undefined) return path;
  }
  if (win32.appPath === undefined) return undefined;
  for (const hive of ['HKEY_CURRENT_USER', 'HKEY_LOCAL_MACHINE']) {
    const key = `${hive}\\Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\${win32.appPath}`;
    const path = (await system.registry?.read(key))?.replace(/^"|"$/g, '');
    // Chromium registers itself as chrome.exe, too.
    if (!path || /\\Chromium\\/i.test(path)) continue;
    if ((await system.program(path)) !== undefined) return path;
  }
  return undefined;
}

async function onDarwin(
  { darwin }: KnownBrowser,
  { home }: Where,
  system: BrowserSystem,
): Promise<string | undefined> {
  for (const folder of ['/Applications', `${home}/Applications`]) {
    const path = `${folder}/${darwin.app}.app`;
    if (await system.isFolder(path)) return path;
  }
  return undefined;
}

/** Searched also where PATH, which a desktop may keep short, does not name them. */
const PROGRAM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin'];
const SNAP_FOLDERS = ['/snap/bin', '/var/lib/snapd/snap/bin'];

async function onLinux(
  { linux }: KnownBrowser,
  { env, home }: Where,
  system: BrowserSystem,
): Promise<FoundBrowser> {
  const confined = new Set<Confinement>();
  let program: string | undefined;
  const consider = async (path: string): Promise<void> => {
    const kind = await kindOf(path, system);
    if (kind === 'program') program ??= path;
    else if (kind !== undefined) confined.add(kind);
  };
  const data = absolute(env['XDG_DATA_HOME']) ?? `${home}/.local/share`;
  for (const folder of SNAP_FOLDERS) {
    if (linux.snap === undefined) break;
    if ((await system.program(`${folder}/${linux.snap}`)) !== undefined) confined.add('snap');
  }
  for (const folder of [`${data}/flatpak`, '/var/lib/flatpak']) {
    if ((await system.program(`${folder}/exports/bin/${linux.flatpak}`)) !== undefined)
      confined.add('flatpak');
  }
  const folders = new Set([...list(env['PATH']), ...PROGRAM_FOLDERS]);
  for (const folder of folders) for (const name of linux.programs) await consider(`${folder}/${name}`);
  for (const path of linux.fixed) await consider(path);
  if (program === undefined) {
    const shared = list(env['XDG_DATA_DIRS']);
    for (const folder of [data, ...(shared.length > 0 ? shared : ['/usr/local/share', '/usr/share'])])
      for (const name of linux.desktop) {
        const entry = await system.readText(`${folder}/applications/${name}.desktop`).catch(() => undefined);
        const command = entry === undefined ? undefined : commandOf(entry);
        if (command === undefined) continue;
        const said = confinementIn(command);
        if (said !== undefined) confined.add(said);
        else if (absolute(programOf(command)) !== undefined) await consider(programOf(command));
      }
  }
  return { ...(program !== undefined && { program }), confined: [...confined].sort() };
}

/** Ubuntu's `firefox` and `chromium-browser` are scripts that start a Snap; people write such scripts for a Flatpak. */
async function kindOf(path: string, system: BrowserSystem): Promise<'program' | Confinement | undefined> {
  const real = await system.program(path);
  if (real === undefined) return undefined;
  // Snap's commands are links to the one program that starts them all.
  if (/^\/(?:var\/lib\/snapd\/)?snap\/|\/bin\/snap$/.test(real)) return 'snap';
  if (/\/flatpak\/(?:app|exports)\//.test(real)) return 'flatpak';
  const beginning = await system.readText(real).catch(() => undefined);
  const script = beginning?.startsWith('#!') === true ? confinementIn(beginning) : undefined;
  return script ?? 'program';
}

function confinementIn(command: string): Confinement | undefined {
  if (/(?:^|[\s"'=])(?:\/var\/lib\/snapd)?\/snap\/bin\//m.test(command)) return 'snap';
  return /\bflatpak\s+run\b/.test(command) ? 'flatpak' : undefined;
}

/** Of the first `Exec` line, which is that of the program itself (Desktop Entry Specification, "The Exec key"). */
function commandOf(entry: string): string | undefined {
  return /^Exec\s*=\s*(.+)$/m.exec(entry)?.[1];
}

function programOf(command: string): string {
  const [, quoted, bare] = /^(?:"([^"]*)"|(\S+))/.exec(command) ?? [];
  return quoted ?? bare ?? '';
}

function list(paths: string | undefined): readonly string[] {
  return (paths ?? '').split(':').filter((path) => path.startsWith('/'));
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
