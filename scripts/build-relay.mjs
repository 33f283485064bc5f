/**
 * Compiles the relay between browsers and the app (native/bridge) with the system's C compiler, into `out/relay/`, when its sources have
 * changed since the last time.
 *
 *   node scripts/build-relay.mjs [--force]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtFrom, hashOf } from './build-stamps.mjs';
import { projectRoot } from './places.mjs';
import { isMainModule, runMain, SetupError } from './program.mjs';

/** From the project's folder. */
const sources = join('native', 'bridge');

/** @param {NodeJS.Platform} platform */
function fileName(platform) {
  return platform === 'win32' ? 'latchkey-bridge.exe' : 'latchkey-bridge';
}

/** The compiled relay of this system. */
export const relayProgram = join(projectRoot, 'out', 'relay', fileName(process.platform));

const strict = [
  ...['-std=c11', '-O2', '-g0', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow', '-Wvla'],
  ...['-Wstrict-prototypes', '-Wmissing-prototypes', '-Wformat=2', '-fstack-protector-strong'],
];

/**
 * What the compiler is told. On Linux the program carries the C library in itself where there is one to carry: so it runs on
 * systems with an older one than that of the machine it was built on, and whatever libraries a browser's wrapper brings about.
 * @param {NodeJS.Platform} platform
 * @param {boolean} sanitized
 * @returns {readonly (readonly string[])[]}  To be tried one after the other.
 */
function ways(platform, sanitized) {
  if (sanitized)
    return [[...strict, '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-pthread']];
  const hardened = [...strict, '-D_FORTIFY_SOURCE=2'];
  if (platform === 'win32')
    return [[...strict, ...['-municode', '-static', '-s', '-Wl,--dynamicbase,--nxcompat,--high-entropy-va']]];
  if (platform === 'darwin') return [[...hardened, '-fPIE', '-Wl,-pie']];
  const linux = [...hardened, '-fPIE', '-pthread', '-s', '-Wl,-z,relro,-z,now,-z,noexecstack'];
  return [
    [...linux, '-static-pie'],
    [...linux, '-pie'],
  ];
}

/**
 * @param {object} [options]
 * @param {string} [options.output]               The program.
 * @param {string} [options.compiler]
 * @param {NodeJS.Platform} [options.platform]    That it is for; another than this one needs a compiler for it.
 * @param {boolean} [options.sanitized]           With the compiler's checks of memory and arithmetic, for tests.
 * @param {Readonly<Record<string, number>>} [options.defines]  Other times than those of the sources, for tests.
 * @param {boolean} [options.force]               Compile although nothing has changed.
 * @param {(line: string) => void} [options.log]
 */
export function buildRelay({
  output = relayProgram,
  platform = process.platform,
  compiler = platform === 'win32' ? 'gcc' : 'cc',
  sanitized = false,
  defines = {},
  force = false,
  log = () => {},
} = {}) {
  const libraries = platform === 'win32' ? ['-lbcrypt'] : [];
  const other = platform === 'win32' ? 'platform-posix.c' : 'platform-windows.c';
  const files = readdirSync(join(projectRoot, sources))
    .filter((name) => /\.[ch]$/.test(name) && name !== other)
    .sort();
  const attempts = ways(platform, sanitized).map((way) => [
    ...way,
    ...Object.entries(defines).map(([name, value]) => `-D${name}=${value}`),
    ...files.filter((name) => name.endsWith('.c')),
    ...libraries,
  ]);
  const stamp = `${output}.built-from`;
  const wanted = hashOf(
    files.map((name) => join(sources, name)),
    [compiler, ...attempts.flat()],
  );
  if (!force && builtFrom(stamp) === wanted && existsSync(output)) return;

  log('Building the relay …');
  mkdirSync(dirname(output), { recursive: true });
  // Its own name until it is whole: others may build at the same time, and the old one may be running.
  const fresh = `${output}.${process.pid}.tmp`;
  try {
    compile(compiler, attempts, fresh);
    rmSync(stamp, { force: true });
    renameSync(fresh, output);
    writeFileSync(stamp, wanted);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/**
 * @param {string} compiler
 * @param {readonly (readonly string[])[]} attempts
 * @param {string} output
 */
function compile(compiler, attempts, output) {
  let said = '';
  for (const way of attempts) {
    const { error, status, stderr } = spawnSync(compiler, [...way, '-o', output], {
      cwd: join(projectRoot, sources),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    if (error)
      throw new SetupError(
        `There is no C compiler: ${compiler} does not start.`,
        'Install one, then try again. Debian and Ubuntu: sudo apt-get install gcc libc6-dev. Fedora: sudo dnf install gcc glibc-devel. ' +
          'macOS: xcode-select --install. Windows: MinGW-w64 (https://www.mingw-w64.org).',
      );
    if (status === 0) return;
    said = stderr;
  }
  throw new SetupError('The relay could not be compiled.', said.trim());
}

if (isMainModule(import.meta)) {
  void runMain(async () => {
    buildRelay({ force: process.argv.includes('--force'), log: console.log });
    console.log(relayProgram);
  });
}
