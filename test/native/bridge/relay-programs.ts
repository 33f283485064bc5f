/** The programs that keep the relay's contract, and what is built of them for tests. */
import { join } from 'node:path';
import { buildRelay, relayProgram } from '../../../scripts/build-relay.mjs';
import { projectRoot } from '../../../scripts/places.mjs';
import type { RelaySources } from '../../../native/bridge/install-relay';

export interface RelayProgram {
  readonly name: string;
  /** How often the long tests go round: each start of a Node takes its time. */
  readonly rounds: number;
  readonly compiled: boolean;
  readonly sanitized: boolean;
  /** With the times of the contract: 20 s to start, 10 s to answer. */
  readonly sources: () => RelaySources;
  /** With 300 ms for both. */
  readonly hasty: () => RelaySources;
}

/** A sanitizer that finds something ends the program with this. */
export const SANITIZER_EXIT = 99;
export const sanitizerEnvironment = {
  ASAN_OPTIONS: `exitcode=${SANITIZER_EXIT}:detect_stack_use_after_return=1:strict_string_checks=1`,
  UBSAN_OPTIONS: `exitcode=${SANITIZER_EXIT}:print_stacktrace=1`,
};

const folder = join(projectRoot, 'out', 'relay-for-tests');
const short = { START_MILLISECONDS: 300, ANSWER_MILLISECONDS: 300 };
const nowhere = join(folder, 'never-compiled');

function built(name: string, options: Parameters<typeof buildRelay>[0]): RelaySources {
  const output = join(folder, name);
  buildRelay({ ...options, output });
  return { compiled: output };
}

export const sanitizedRelay: RelayProgram = {
  name: 'the compiled relay under sanitizers',
  rounds: 40,
  compiled: true,
  sanitized: true,
  sources: () => built('sanitized', { sanitized: true }),
  hasty: () => built('sanitized-hasty', { sanitized: true, defines: short }),
};

export const relayPrograms: readonly RelayProgram[] = [
  {
    name: 'the compiled relay',
    rounds: 200,
    compiled: true,
    sanitized: false,
    sources: () => {
      buildRelay();
      return { compiled: relayProgram };
    },
    hasty: () => built('hasty', { defines: short }),
  },
  sanitizedRelay,
  {
    name: 'the relay in plain Node',
    rounds: 20,
    compiled: false,
    sanitized: false,
    sources: () => ({ compiled: nowhere, script: join(projectRoot, 'native/bridge/relay.mjs') }),
    hasty: () => ({ compiled: nowhere, script: join(import.meta.dirname, 'hasty-relay.mjs') }),
  },
];
