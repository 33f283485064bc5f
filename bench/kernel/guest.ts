/**
 * Runs in the VM: a full simulated key on the kernel's uhid, listed in turns by our client, by fido2-token and by python3-fido2.
 *
 *   node guest.mjs RESULT.json list-everything.mjs fido2-token.sh list-everything.py
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { UhidKey } from '../../main/authenticator/fronts/uhid-key';
import { ScriptedPresence } from '../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../main/authenticator/simulated-key';
import { SystemClock } from '../../native/clock';
import { NodeHidBus } from '../../native/hid/node-hid-bus';
import { SystemRandom } from '../../native/random';
import { LinuxUhid } from '../../native/uhid/linux-uhid';
import { fullKey, PIN } from '../full-key';

/** An odd number. The emulated processors are fast one minute and slow the next. */
const ROUNDS = 9;
const PIN_FILE = '/run/pin';
const TIME_FILE = '/run/processor-time';

/** Of one way of doing the job, in milliseconds. */
export interface Measured {
  /** From before the first process was started until the last had ended. */
  readonly whole: readonly number[];
  /** Of that, the simulated key's own work. */
  readonly key: readonly number[];
  readonly requests: readonly number[];
}

export interface VmResult {
  readonly ours: Measured;
  /** libfido2's fido2-token. */
  readonly tool: Measured;
  /** python3-fido2. */
  readonly python: Measured;
  /** Our process's own time on the processor, from opening the key to closing it, in milliseconds. */
  readonly ourProcessor: readonly number[];
}

async function main(): Promise<void> {
  const [result = '', ourProgram = '', toolScript = '', pythonScript = ''] = process.argv.slice(2);
  const clock = new SystemClock();
  const random = new SystemRandom();
  // libfido2 1.12 knows only the preview command; the two have one implementation in the key.
  const state = fullKey(random, { credentialManagement: 'both' });
  const key = await SimulatedKey.open({ clock, random, presence: new ScriptedPresence(), state });
  let keyTime = 0;
  let requests = 0;
  const handle = key.handle.bind(key);
  key.handle = async (request, options) => {
    const began = performance.now();
    const answer = await handle(request, options);
    keyTime += performance.now() - began;
    requests++;
    return answer;
  };
  await UhidKey.plug(new LinuxUhid(), key);
  const path = await onlyPath(new NodeHidBus({ clock }));
  writeFileSync(PIN_FILE, `${PIN}\n`);

  const ids = state.credentials.map(({ credential }) => Buffer.from(credential.id).toString('base64'));
  const everything = ids.sort().join('\n');
  // All through a shell, which gives the PIN.
  const jobs = {
    ours: { script: `'${process.execPath}' '${ourProgram}' '${path}' ${TIME_FILE} <${PIN_FILE}`, column: 0 },
    tool: { script: `sh '${toolScript}' '${path}' ${PIN_FILE}`, column: 1 },
    // Debian's own Python, which has the package.
    python: { script: `/usr/bin/python3 '${pythonScript}' '${path}' <${PIN_FILE}`, column: 0 },
  };
  const nothing = () => ({ whole: [] as number[], key: [] as number[], requests: [] as number[] });
  const measured = { ours: nothing(), tool: nothing(), python: nothing(), ourProcessor: [] as number[] };
  // In turns. The first round only brings the programs into the memory of the guest.
  for (let round = 0; round <= ROUNDS; round++)
    for (const who of ['ours', 'tool', 'python'] as const) {
      const { script, column } = jobs[who];
      keyTime = requests = 0;
      const began = performance.now();
      const said = await outputOf(script);
      const whole = performance.now() - began;
      const listed = said
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[column]);
      if (listed.sort().join('\n') !== everything) throw new Error(`${who} listed something else:\n${said}`);
      console.log(
        `${who}: ${whole.toFixed(0)} ms, the key ${keyTime.toFixed(0)} ms of them, ${requests} requests`,
      );
      if (round === 0) continue;
      measured[who].whole.push(whole);
      measured[who].key.push(keyTime);
      measured[who].requests.push(requests);
      if (who === 'ours') measured.ourProcessor.push(Number(readFileSync(TIME_FILE, 'utf8')) / 1000);
    }
  writeFileSync(result, JSON.stringify(measured satisfies VmResult));
  // The key goes with this process.
  process.exit();
}

async function onlyPath(bus: NodeHidBus): Promise<string> {
  for (;;) {
    const [device] = await bus.list();
    if (device) return device.path;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a shell script says. Rejects when it fails. Meanwhile this process is the key. */
async function outputOf(script: string): Promise<string> {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`This ended with ${String(code)}: ${script}`);
  return said;
}

void main();
