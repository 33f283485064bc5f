/** Starts an Electron program from outside, as a person would, and looks at its page. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { electronSwitches } from '../scripts/electron-switches.mjs';

/** Milliseconds. */
const LOADED_WITHIN = 30_000;

export interface RunningProgram {
  /** Milliseconds since the epoch, just before the process was started. */
  readonly spawned: number;
  readonly page: Page;
  /** A page that came later, by a part of its address. */
  laterPage(part: string): Promise<Page>;
  /** Sum of the proportional set sizes of all its processes, in MiB. */
  memory(): Promise<number>;
  end(): Promise<void>;
}

/** `app` is a folder with a package.json that has a productName and a version. */
export async function startProgram(
  electron: string,
  app: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<RunningProgram> {
  const userData = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const switches = [...electronSwitches({ virtualDisplay: true }), '--remote-debugging-port=0'];
  const spawned = performance.timeOrigin + performance.now();
  const child = spawn(electron, [app, ...switches, `--user-data-dir=${userData}`, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const address = await debuggerAddress(child);
  await pageLoaded(new URL(address).host, 'file:');
  const browsers = [await chromium.connectOverCDP(address)];
  const page = pageOf(browsers[0]!, 'file:');
  return {
    spawned,
    page,
    laterPage: async (part) => {
      await pageLoaded(new URL(address).host, part);
      const browser = await chromium.connectOverCDP(address);
      browsers.push(browser);
      return pageOf(browser, part);
    },
    memory: () => proportionalSetSize(child.pid ?? 0),
    end: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      for (const browser of browsers) await browser.close();
      child.kill();
      await ended;
      await rm(userData, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`the program ended with ${String(code)}:\n${output}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    });
  });
}

/** Electron tells those who attach only of pages that are there already. */
async function pageLoaded(host: string, part: string): Promise<void> {
  const deadline = performance.now() + LOADED_WITHIN;
  while (performance.now() < deadline) {
    const targets = (await (await fetch(`http://${host}/json/list`)).json()) as readonly {
      readonly url: string;
    }[];
    if (targets.some(({ url }) => url.includes(part))) return;
  }
  throw new Error(`the program showed no page within ${LOADED_WITHIN / 1000} s`);
}

function pageOf(browser: Browser, part: string): Page {
  const page = browser
    .contexts()[0]
    ?.pages()
    .find((each) => each.url().includes(part));
  if (!page) throw new Error('the program has no page');
  return page;
}

/** Of this process and all that it has started, in MiB. */
export async function proportionalSetSize(root: number): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, parent] of parents)
      if (family.has(parent) && !family.has(pid)) {
        family.add(pid);
        grown = true;
      }
  }
  let kibibytes = 0;
  for (const pid of family) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kibibytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kibibytes / 1024;
}
