/**
 * Runs the app as a user without any privileges, from a test that runs as root: only then does Chromium's sandbox
 * work, which root has to switch off.
 *
 * Playwright stays root; the executable it starts is a small script that drops to the user `nobody` and becomes
 * Electron. That user may look neither into root's home, where the Electron runtime is cached, nor maybe into this
 * checkout, so both are laid out for it in a folder of its own (by hard links where possible).
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { projectRoot } from '../../scripts/places.mjs';

export interface UnprivilegedStage {
  readonly uid: number;
  /** Drops to the user, then is Electron. */
  readonly executable: string;
  readonly appPath: string;
  /** A folder that belongs to the user: for soft-key files, screenshots and the like. */
  readonly home: string;
  readonly userData: string;
  readonly env: Readonly<Record<string, string>>;
  /** Removes all of it. */
  remove(): void;
}

/**
 * Prepares everything for `launchApp({ stage })`. Undefined when the tests do not run as root: then every launch is
 * unprivileged already.
 */
export async function unprivilegedStage(
  appPath: string = projectRoot,
): Promise<UnprivilegedStage | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const electron = await findElectron();
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })),
  );
  if (uid === undefined || gid === undefined) throw new Error('This system has no user "nobody".');

  const folder = mkdtempSync(join(tmpdir(), 'latchkey-nobody-'));
  chmodSync(folder, 0o755);
  const runtime = join(folder, 'electron');
  layOut(electron.dist, runtime);
  if (process.platform === 'linux') allowSandboxHelper(join(runtime, 'chrome-sandbox'));
  const app = join(folder, 'app');
  mkdirSync(app);
  for (const path of [join(appPath, 'package.json'), join(appPath, 'out'), ...productionModules(appPath)]) {
    layOut(path, join(app, relative(appPath, path)));
  }

  const home = join(folder, 'home');
  const userData = join(home, 'user-data');
  for (const path of [home, userData]) {
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, uid, gid);
  }
  const env: Record<string, string> = {
    HOME: home,
    XDG_RUNTIME_DIR: home,
    USER: 'nobody',
    LOGNAME: 'nobody',
  };
  const authority = process.env['XAUTHORITY'];
  if (authority !== undefined) {
    env['XAUTHORITY'] = join(home, 'Xauthority');
    copyFileSync(authority, env['XAUTHORITY']);
    chownSync(env['XAUTHORITY'], uid, gid);
  }

  const executable = join(folder, 'as-nobody');
  const drop = `setpriv --reuid=${uid} --regid=${gid} --clear-groups --inh-caps=-all`;
  writeFileSync(
    executable,
    `#!/bin/sh\nexec ${drop} '${join(runtime, basename(electron.executable))}' "$@"\n`,
  );
  chmodSync(executable, 0o755);

  return {
    uid,
    executable,
    appPath: app,
    home,
    userData,
    env,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * Where the kernel lets users make no namespaces (in containers, in Ubuntu), Chromium's sandbox needs this helper, with
 * the rights of root. A copy, since a hard link would give them to the cached one too.
 */
function allowSandboxHelper(helper: string): void {
  const copy = `${helper}.copy`;
  copyFileSync(helper, copy);
  renameSync(copy, helper);
  chownSync(helper, 0, 0);
  chmodSync(helper, 0o4755);
}

/** What the kernel says about the cage that a process is in. */
export interface Cage {
  readonly uid: number;
  /** 2: system calls go through a filter (seccomp-bpf). */
  readonly seccomp: number;
  /** Sees none of the processes outside. */
  readonly ownProcessNamespace: boolean;
}

/** Reads `/proc` about a process, a renderer for example. */
export function cageOf(pid: number, parent: number): Cage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  const namespace = (of: number): string => readlinkSync(`/proc/${of}/ns/pid`);
  return {
    uid: field('Uid'),
    seccomp: field('Seccomp'),
    ownProcessNamespace: namespace(pid) !== namespace(parent),
  };
}

/** By hard links, which cost nothing; by copying where the folder is on another file system. */
function layOut(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
  } catch {
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['-a', from, to]);
  }
}

/** The folders of the packages that the built app loads at run time. */
function productionModules(appPath: string): readonly string[] {
  const lock = JSON.parse(readFileSync(join(appPath, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => join(appPath, path))
    .filter((path) => existsSync(path));
}
