/** The whole job of listing a full key, against libfido2's tool, through a real kernel's hidraw: in the test VM. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from '../../scripts/places.mjs';
import { GUEST_SHARE, runInVm } from '../../test/kernel/vm/in-vm.mjs';
import { PASSKEYS, SITES } from '../full-key';
import { median, type Figure } from '../statistics';
import type { VmResult } from './guest';

/** In the project, so that the guest's Node finds node-hid from there. */
const programs = join(projectRoot, 'out/bench-vm');

/**
 * Counted is, for both, everything from starting the first process to the end of the last: our one program of Node (its
 * bundle, as the app's is one), and fido2-token once for the sites and once for each of them, with the PIN each time.
 */
export async function measureVmListing(): Promise<Figure> {
  for (const name of ['guest', 'list-everything']) await bundle(name);
  const share = mkdtempSync(join(tmpdir(), 'latchkey-bench-vm-'));
  try {
    let said = '';
    const words = [
      ...[process.execPath, join(programs, 'guest.mjs'), `${GUEST_SHARE}/result.json`],
      ...[join(programs, 'list-everything.mjs'), join(projectRoot, 'bench/kernel/fido2-token.sh')],
    ];
    await runInVm(words, { share, onConsole: (text) => (said += text) });
    let result: VmResult;
    try {
      result = JSON.parse(readFileSync(join(share, 'result.json'), 'utf8')) as VmResult;
    } catch (error) {
      throw new Error(`The VM left no result. It said:\n${said}`, { cause: error });
    }
    return figure(result);
  } finally {
    rmSync(share, { recursive: true, force: true });
  }
}

function figure({ ours, theirs }: VmResult): Figure {
  const middle = ({ whole, key, requests }: VmResult['ours']): string =>
    `${(median(whole) / 1000).toFixed(1)} s (${median(requests)} requests, the simulated key's own work ${(median(key) / 1000).toFixed(1)} s)`;
  return {
    name: `VM, listing ${PASSKEYS} passkeys over ${SITES} sites against fido2-token`,
    value: median(ours.whole) / median(theirs.whole),
    unit: '×',
    limit: 0.333,
    note: `${middle(ours)} against ${middle(theirs)}, medians of ${ours.whole.length}`,
  };
}

async function bundle(name: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: programs,
      emptyOutDir: false,
      ssr: join(projectRoot, `bench/kernel/${name}.ts`),
      rolldownOptions: {
        external: ['node-hid'],
        output: { format: 'esm', entryFileNames: `${name}.mjs` },
      },
    },
    ssr: { noExternal: true },
  });
}
