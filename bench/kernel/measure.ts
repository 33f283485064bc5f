/** The whole job of listing a full key, against libfido2's tool and python3-fido2, through a real kernel's hidraw: in the test VM. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from '../../scripts/places.mjs';
import { SetupError } from '../../scripts/program.mjs';
import { GUEST_SHARE, runInVm } from '../../test/kernel/vm/in-vm.mjs';
import { PASSKEYS, SITES } from '../full-key';
import { median, type Figure } from '../statistics';
import type { Measured, VmResult } from './guest';

/** In the project, so that the guest's Node finds node-hid from there. */
const programs = join(projectRoot, 'out/bench-vm');

/**
 * Counted is, for all, everything from starting the first process to the end of the last: our one program of Node (its
 * bundle, as the app's is one); fido2-token once for the sites and once for each of them, with the PIN each time; one
 * program of Python.
 */
export async function measureVmListing(): Promise<readonly Figure[]> {
  installPythonFido2();
  for (const name of ['guest', 'list-everything']) await bundle(name);
  const share = mkdtempSync(join(tmpdir(), 'latchkey-bench-vm-'));
  try {
    let said = '';
    const words = [
      ...[process.execPath, join(programs, 'guest.mjs'), `${GUEST_SHARE}/result.json`],
      join(programs, 'list-everything.mjs'),
      ...['fido2-token.sh', 'list-everything.py'].map((name) => join(projectRoot, 'bench/kernel', name)),
    ];
    await runInVm(words, { share, onConsole: (text) => (said += text) });
    let result: VmResult;
    try {
      result = JSON.parse(readFileSync(join(share, 'result.json'), 'utf8')) as VmResult;
    } catch (error) {
      throw new Error(`The VM left no result. It said:\n${said}`, { cause: error });
    }
    return figures(result);
  } finally {
    rmSync(share, { recursive: true, force: true });
  }
}

function figures({ ours, tool, python, ourProcessor }: VmResult): readonly Figure[] {
  const middle = ({ whole, key, requests }: Measured): string =>
    `${(median(whole) / 1000).toFixed(1)} s (${median(requests)} requests, the simulated key's own work ${(median(key) / 1000).toFixed(1)} s)`;
  const against = (name: string, theirs: Measured, limit: number): Figure => ({
    name: `VM, listing ${PASSKEYS} passkeys over ${SITES} sites against ${name}`,
    value: median(ours.whole) / median(theirs.whole),
    unit: '×',
    limit,
    note: `${middle(ours)} against ${middle(theirs)}, medians of ${ours.whole.length}`,
  });
  return [
    against('fido2-token', tool, 0.333),
    against('python3-fido2', python, 1),
    {
      name: 'VM, our own processor time for each round trip',
      value: median(ourProcessor) / median(ours.requests),
      unit: 'ms',
      // Reported, not promised: the VM's processors are emulated.
      limit: Infinity,
      note: `${median(ourProcessor).toFixed(0)} ms for ${median(ours.requests)} of them, opening the key included`,
    },
  ];
}

/** Debian's package; a program to look for, as for the other packages, it has not. */
function installPythonFido2(): void {
  if (existsSync('/usr/lib/python3/dist-packages/fido2')) return;
  const install = ['install', '-y', '--no-install-recommends', 'python3-fido2'];
  const { status, stderr } = spawnSync('apt-get', install, { encoding: 'utf8' });
  if (status !== 0) throw new SetupError('The package python3-fido2 is missing.', stderr);
}

async function bundle(name: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: programs,
      emptyOutDir: false,
      minify: true, // as those of the app and the command line
      ssr: join(projectRoot, `bench/kernel/${name}.ts`),
      rolldownOptions: {
        external: ['node-hid'],
        output: { format: 'esm', entryFileNames: `${name}.mjs` },
      },
    },
    ssr: { noExternal: true },
  });
}
