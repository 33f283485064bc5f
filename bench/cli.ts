/** How long the command line takes to start, as a person and as a script start it, against Node alone. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildCommandLine, commandLineProgram } from '../scripts/build.mjs';
import { projectRoot } from '../scripts/places.mjs';
import { median, type Figure } from './statistics';

/** Odd, so that the median is a run. */
const ROUNDS = 15;

export async function measureCommandLine(): Promise<readonly Figure[]> {
  await buildCommandLine();
  const started = join(projectRoot, 'scripts', 'latchkey.mjs');
  const candidates = {
    node: ['-e', '0'],
    program: [commandLineProgram, '--version'],
    started: [started, '--version'],
    help: [commandLineProgram, '--help'],
    list: [commandLineProgram, '--soft-key', 'demo', 'list', '--json'],
  };
  const times: Record<keyof typeof candidates, number[]> = {
    node: [],
    program: [],
    started: [],
    help: [],
    list: [],
  };
  // Taking turns, so that a busy moment of the machine is not one candidate's alone; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, argv] of Object.entries(candidates)) {
      const milliseconds = timeOf(argv);
      if (round > 0) times[name as keyof typeof candidates].push(milliseconds);
    }
  const node = median(times.node);
  const more = (name: keyof typeof candidates): number => median(times[name]) - node;
  const note = `median of ${ROUNDS}; node -e 0 itself ${node.toFixed(0)} ms`;
  return [
    {
      name: 'latchkey --version, more than node -e 0',
      value: more('started'),
      unit: 'ms',
      limit: 150,
      note: `${note}; in a checkout, where the sources are looked at for changes; the built program alone ${more('program').toFixed(0)} ms`,
    },
    { name: 'latchkey --help, more than node -e 0', value: more('help'), unit: 'ms', limit: Infinity, note },
    {
      name: 'latchkey list --json on the simulated demo key, more than node -e 0',
      value: more('list'),
      unit: 'ms',
      limit: Infinity,
      note: `${note}; the simulated key is made and asked in the same process`,
    },
  ];
}

/** Milliseconds from start to end. */
function timeOf(argv: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, {
    input: '123456\n',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const milliseconds = performance.now() - began;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr.toString()}`);
  return milliseconds;
}
