/**
 * The kernel and the first root file system of the test VM: Debian's kernel package, unpacked and not installed.
 * Kept in the user's cache; the folder's name is a hash of the recipe, so a change here makes a new one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CHARACTER_DEVICE, cpioArchive, FOLDER, PROGRAM } from './cpio.mjs';

/** Modules that the guest needs; what they depend on comes by itself. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'virtio-rng', 'hid', 'hid-generic', 'uhid'];

const here = import.meta.dirname;
const sources = ['init.sh', 'image.mjs', 'cpio.mjs'].map((name) => readFileSync(join(here, name)));
const recipe = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 12);

/**
 * @typedef {{ readonly kernel: string, readonly initramfs: string }} Image
 *
 * @param {string} cacheFolder
 * @param {(line: string) => void} log
 * @returns {Image}
 */
export function vmImage(cacheFolder, log) {
  const folder = join(cacheFolder, `vm-${recipe}`);
  const image = { kernel: join(folder, 'vmlinuz'), initramfs: join(folder, 'initramfs.cpio') };
  if (existsSync(folder)) return image;

  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, 'vm-making-'));
  try {
    const unpacked = unpackKernel(work, log);
    const made = join(work, 'image');
    mkdirSync(made);
    copyFileSync(join(unpacked, 'boot', find(join(unpacked, 'boot'), /^vmlinuz-/)), join(made, 'vmlinuz'));
    writeFileSync(join(made, 'initramfs.cpio'), initramfs(unpacked));
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error; // another run was faster
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return image;
}

/**
 * @param {string} work
 * @param {(line: string) => void} log
 */
function unpackKernel(work, log) {
  const name = kernelPackage();
  log(`Fetching ${name} for the test VM (about 70 MB, once) …`);
  run('apt-get', ['-q', 'download', name], work);
  const unpacked = join(work, 'kernel');
  run('dpkg', ['-x', join(work, find(work, /\.deb$/)), unpacked]);
  return unpacked;
}

/** The package that Debian's `linux-image-amd64` stands for now. */
function kernelPackage() {
  const ask = () =>
    /Depends: (linux-image-\S+)/.exec(
      spawnSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' }).stdout ?? '',
    )?.[1];
  let name = ask();
  if (name === undefined && process.getuid?.() === 0) {
    run('apt-get', ['-q', 'update']);
    name = ask();
  }
  if (name === undefined) {
    throw new Error(
      'apt knows no package linux-image-amd64. On Debian, run: sudo apt-get update\n' +
        'Elsewhere, run the tests on a Linux with /dev/uhid: sudo node test/kernel/run.mjs --here',
    );
  }
  return name;
}

/** @param {string} unpacked */
function initramfs(unpacked) {
  // Debian 12's package has lib/modules, later ones usr/lib/modules; depmod wants the former.
  const root = existsSync(join(unpacked, 'lib/modules')) ? unpacked : join(unpacked, 'usr');
  const release = find(join(root, 'lib/modules'), /./);
  run('/usr/sbin/depmod', ['-b', root, release]);
  const modules = join(root, 'lib/modules', release);
  const files = loadOrder(readFileSync(join(modules, 'modules.dep'), 'utf8'));

  const entries = [
    ...['bin', 'dev', 'modules'].map((path) => ({ path, mode: FOLDER })),
    { path: 'dev/console', mode: CHARACTER_DEVICE, device: /** @type {const} */ ([5, 1]) },
    { path: 'bin/busybox', mode: PROGRAM, content: readFileSync(busybox()) },
    { path: 'init', mode: PROGRAM, content: readFileSync(join(here, 'init.sh')) },
    {
      path: 'modules/order',
      mode: PROGRAM,
      content: Buffer.from(files.map((file) => `${plainName(file)}\n`).join('')),
    },
    ...files.map((file) => ({
      path: `modules/${plainName(file)}`,
      mode: PROGRAM,
      content: moduleContent(join(modules, file)),
    })),
  ];
  return cpioArchive(entries);
}

/**
 * The files to load, each after those it needs.
 * @param {string} dependencies   modules.dep: `file: needed needed …`, the needed ones in reverse order of loading.
 * @returns {readonly string[]}
 */
function loadOrder(dependencies) {
  const needs = new Map(
    dependencies
      .trim()
      .split('\n')
      .map((line) => {
        const [file = '', rest = ''] = line.split(':');
        return [moduleName(file), [file, ...rest.trim().split(/\s+/).filter(Boolean)]];
      }),
  );
  const files = MODULES.flatMap((name) => {
    const found = needs.get(name.replaceAll('-', '_'));
    if (found === undefined) throw new Error(`The kernel package has no module ${name}`);
    return found.toReversed();
  });
  return [...new Set(files)];
}

/** @param {string} file */
const plainName = (file) => basename(file).replace(/\.(xz|zst)$/, '');
/** @param {string} file */
const moduleName = (file) => plainName(file).replace(/\.ko$/, '').replaceAll('-', '_');

/** @param {string} path */
function moduleContent(path) {
  if (path.endsWith('.ko')) return readFileSync(path);
  return run(path.endsWith('.xz') ? 'xz' : 'zstd', ['-dc', path]);
}

function busybox() {
  const path = ['/bin/busybox', '/usr/bin/busybox'].find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error('busybox is missing: apt-get install busybox-static');
  return path;
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 */
function find(folder, pattern) {
  const name = readdirSync(folder).find((entry) => pattern.test(entry));
  if (name === undefined) throw new Error(`Nothing like ${pattern} in ${folder}`);
  return name;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function run(program, args, cwd = dirname(here)) {
  const result = spawnSync(program, args, { cwd, maxBuffer: 256 * 1024 * 1024 });
  if (result.error) throw result.error;
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}
