/** The libraries and programs of the system that Latchkey and its tests need, on Linux. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './places.mjs';
import { hasCommand, SetupError } from './program.mjs';

/**
 * Debian's packages. Where a name has changed, the newer comes first (Debian 13 and Ubuntu 24.04 renamed libraries
 * for the 64-bit time_t).
 * @typedef {readonly string[]} PackageNames
 */

/** @type {readonly PackageNames[]} */
const electronPackages = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3'],
  ['libgbm1'],
  ['libasound2t64', 'libasound2'],
  ['libsecret-1-0'],
  ['libusb-1.0-0'],
  ['libudev1'],
  // Without any font the window shows no text.
  ['fonts-dejavu-core'],
];

/**
 * Programs, with the packages that bring them.
 * @type {Readonly<Record<string, PackageNames>>}
 */
const displayPrograms = { Xvfb: ['xvfb'] };

/** @type {Readonly<Record<string, PackageNames>>} */
const testPrograms = {
  ...displayPrograms,
  'dbus-run-session': ['dbus'],
  'gnome-keyring-daemon': ['gnome-keyring'],
  'dbus-daemon': ['dbus'],
  setpriv: ['util-linux'],
  'qemu-system-x86_64': ['qemu-system-x86'],
  busybox: ['busybox-static'],
  depmod: ['kmod'],
  udevadm: ['udev'],
  'fido2-token': ['fido2-tools'],
  'ssh-keygen': ['openssh-client'],
  chromium: ['chromium'],
  // The relay for browsers is compiled, also under its sanitizers.
  cc: ['gcc'],
  'firefox-esr': ['firefox-esr'],
  // Into Chromium's dialog for the PIN nothing else can type.
  openbox: ['openbox'],
  xdotool: ['xdotool'],
};

/**
 * Packages that a program is of little use without, and that do not come by themselves.
 * @type {Readonly<Record<string, readonly PackageNames[]>>}
 */
const alongside = { cc: [['libc6-dev']] };

/**
 * Installs what is missing when it may; otherwise throws with the command to type.
 * @param {object} needs
 * @param {string} needs.electron   The folder of the Electron that has to run.
 * @param {boolean} needs.display   There is no display: a virtual one is needed.
 * @param {boolean} needs.tests     What only the tests use, too.
 * @param {(line: string) => void} log
 */
export function installSystemPackages(needs, log) {
  if (process.platform !== 'linux') return;

  const libraries = missingLibraries(needs.electron);
  const programs = Object.entries(needs.tests ? testPrograms : needs.display ? displayPrograms : {}).filter(
    ([name]) => !hasCommand(name) && !existsSync(join('/usr/sbin', name)),
  );
  if (libraries.length === 0 && programs.length === 0) return;

  const missing = [...libraries, ...programs.map(([name]) => name)].join(', ');
  const packages = [
    ...(libraries.length > 0 ? electronPackages : []),
    ...programs.flatMap(([name, names]) => [names, ...(alongside[name] ?? [])]),
  ];
  if (!hasCommand('apt-get')) {
    throw new SetupError(
      `This system lacks ${missing}.`,
      `Install them with the system's package manager. On Debian the packages are: ${packages.map((names) => names.at(-1)).join(' ')}.`,
    );
  }

  const names = packages.map(knownName);
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `This system lacks ${missing}. Only an administrator can install them.`,
      `Type this command, then try again:\n\n  sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    );
  }
  log(`Installing system packages: ${names.join(' ')} …`);
  const stillMissing = () =>
    missingLibraries(needs.electron).length > 0 ||
    programs.some(([name]) => !hasCommand(name) && !existsSync(join('/usr/sbin', name)));
  if (aptGet(['install', '-y', '--no-install-recommends', ...names]).ok && !stillMissing()) return;
  // Most often the package lists are missing or too old, as in a fresh container.
  aptGet(['update']);
  const again = packages.map(knownName);
  const result = aptGet(['install', '-y', '--no-install-recommends', ...again]);
  if (!result.ok || stillMissing()) {
    throw new SetupError(
      `This system lacks ${missing}, and the packages could not be installed.`,
      `See what happens when you type:\n\n  apt-get update && apt-get install -y --no-install-recommends ${again.join(' ')}\n\n${result.output}`,
    );
  }
}

/**
 * The shared libraries that Electron and the native modules ask for and that are not there.
 * @param {string} electronFolder
 * @returns {readonly string[]}
 */
function missingLibraries(electronFolder) {
  const files = [join(electronFolder, 'electron'), ...nativeModules()].filter((file) => existsSync(file));
  const { stdout } = spawnSync('ldd', files, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const names = [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map((match) => String(match[1]));
  // Electron brings some of its own, found beside it at run time.
  return [...new Set(names)].filter((name) => !existsSync(join(electronFolder, name)));
}

/** The binaries of node-hid and keytar for this machine. */
function nativeModules() {
  return ['node-hid', 'keytar'].flatMap((name) => {
    const prebuilds = join(projectRoot, 'node_modules', name, 'prebuilds');
    if (!existsSync(prebuilds)) return [];
    return readdirSync(prebuilds)
      .filter((folder) => folder.endsWith(`linux-${process.arch}`))
      .flatMap((folder) => readdirSync(join(prebuilds, folder)).map((file) => join(prebuilds, folder, file)));
  });
}

/**
 * The name that this system knows; the oldest when it knows none (its package lists may be missing).
 * @param {PackageNames} names
 */
function knownName(names) {
  const oldest = String(names.at(-1));
  if (names.length === 1) return oldest;
  const known = names.find((name) => {
    const { stdout } = spawnSync('apt-cache', ['policy', name], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    return /Candidate: (?!\(none\))/.test(stdout ?? '');
  });
  return known ?? oldest;
}

/**
 * @param {readonly string[]} args
 */
function aptGet(args) {
  const result = spawnSync('apt-get', ['-q', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ok: result.status === 0, output: `${result.stdout ?? ''}${result.stderr ?? ''}`.trim() };
}
