import { beforeEach, describe, expect, it } from 'vitest';
import { launchProgram } from '../../native/verify/program-launcher';
import { CHECK_TIME, PROMPT_TIME, SCRIPT, WindowsHello } from '../../native/verify/windows-hello';
import { ManualClock } from '../support/manual-clock';

interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (output: string) => void;
  readonly fail: () => void;
  killed: boolean;
}

let launches: Launch[];
let clock: ManualClock;
let never: AbortSignal;
const ENVIRONMENT = { SystemRoot: 'D:\\Win', PSModulePath: 'C:\\PowerShell 7', USERNAME: 'ann' };

function hello(window?: () => bigint): WindowsHello {
  return new WindowsHello({
    clock,
    environment: ENVIRONMENT,
    ...(window && { window }),
    launch: (program, args, environment, signal) =>
      new Promise((resolve, reject) => {
        const launch: Launch = {
          program,
          args,
          environment,
          say: resolve,
          fail: () => reject(new Error('exit code 1')),
          killed: false,
        };
        launches.push(launch);
        signal.addEventListener('abort', () => {
          launch.killed = true;
          reject(new Error('aborted'));
        });
      }),
  });
}

beforeEach(() => {
  launches = [];
  clock = new ManualClock();
  never = new AbortController().signal;
});

describe('Windows Hello', () => {
  it.each([
    ['Verified', 'verified'],
    ['Canceled', 'cancelled'],
    ['RetriesExhausted', 'no-match'],
    ['DeviceNotPresent', 'unavailable'],
    ['NotConfiguredForUser', 'unavailable'],
    ['DisabledByPolicy', 'unavailable'],
    ['DeviceBusy', 'unavailable'],
    ['', 'unavailable'],
    ['SomethingNew', 'unavailable'],
    ['Welcome to ann’s profile\r\nVerified', 'unavailable'],
  ])('%s means %s', async (said, expected) => {
    const answer = hello().verify('', never);
    launches[0]!.say(`${said}\r\n`);
    expect(await answer).toBe(expected);
    expect(clock.pending).toBe(0);
  });

  it('runs Windows PowerShell by its full path, with a script that never changes', async () => {
    const reason = `'; Remove-Item C:\\ -Recurse; "$(calc)" ünï\n`;
    const answer = hello(() => 0x12345n).verify(reason, never);
    const { program, args, environment, say } = launches[0]!;
    say('Verified');
    await answer;
    expect(program).toBe('D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
    expect(Buffer.from(args.at(-1)!, 'base64').toString('utf16le')).toBe(SCRIPT);
    expect(args.join(' ')).not.toContain('Remove-Item');
    expect(JSON.parse(environment['LATCHKEY_HELLO']!)).toEqual({
      do: 'verify',
      reason,
      window: '74565',
    });
    expect(environment['USERNAME']).toBe('ann');
    expect(environment['PSModulePath']).toBeUndefined();
  });

  it('says 0 for the window when there is none', async () => {
    const answer = hello().verify('why', never);
    launches[0]!.say('Verified');
    await answer;
    expect(JSON.parse(launches[0]!.environment['LATCHKEY_HELLO']!)).toMatchObject({ window: '0' });
  });

  it('is cancelled by the caller: the helper is killed', async () => {
    const abort = new AbortController();
    const answer = hello().verify('', abort.signal);
    abort.abort();
    expect(await answer).toBe('cancelled');
    expect(launches[0]!.killed).toBe(true);
  });

  it('is not started when it was cancelled before', async () => {
    expect(await hello().verify('', AbortSignal.abort())).toBe('cancelled');
    expect(launches).toEqual([]);
  });

  it('times out, which is another answer than cancelled: the helper is killed', async () => {
    const answer = hello().verify('', never);
    await clock.advance(PROMPT_TIME - 1);
    expect(launches[0]!.killed).toBe(false);
    await clock.advance(1);
    expect(await answer).toBe('timed-out');
    expect(launches[0]!.killed).toBe(true);
  });

  it('is unavailable when PowerShell fails', async () => {
    const answer = hello().verify('', never);
    launches[0]!.fail();
    expect(await answer).toBe('unavailable');
  });

  it.each([
    ['Available', true],
    ['DeviceNotPresent', false],
    ['NotConfiguredForUser', false],
    ['DisabledByPolicy', false],
    ['DeviceBusy', false],
    ['Verified', false],
  ])('with %s it can be asked: %s', async (said, expected) => {
    const answer = hello().available();
    launches[0]!.say(said);
    expect(await answer).toBe(expected);
    expect(JSON.parse(launches[0]!.environment['LATCHKEY_HELLO']!)).toEqual({ do: 'check' });
  });

  it('cannot be asked when that cannot be found out', async () => {
    const failing = hello().available();
    launches[0]!.fail();
    expect(await failing).toBe(false);
    const hanging = hello().available();
    await clock.advance(CHECK_TIME);
    expect(await hanging).toBe(false);
    expect(launches[1]!.killed).toBe(true);
  });
});

describe('the launcher of helper programs', () => {
  it('resolves to what the program writes', async () => {
    const output = await launchProgram(
      process.execPath,
      ['-e', 'console.log(process.env.ASKED)'],
      { ASKED: 'Verified' },
      never,
    );
    expect(output).toBe('Verified\n');
  });

  it('closes standard input, so that nothing waits there', async () => {
    const script = `process.stdin.on('end', () => console.log('ended')).resume()`;
    expect(await launchProgram(process.execPath, ['-e', script], {}, never)).toBe('ended\n');
  });

  it('kills a program that ignores being asked', async () => {
    const abort = new AbortController();
    const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`;
    const running = launchProgram(process.execPath, ['-e', script], {}, abort.signal);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['fails', 'process.exit(3)'],
    ['writes too much', 'console.log("Verified".repeat(10_000))'],
  ])('rejects when the program %s', async (_how, script) => {
    await expect(launchProgram(process.execPath, ['-e', script], {}, never)).rejects.toThrow();
  });

  it('rejects when there is no such program', async () => {
    await expect(launchProgram('/nonexistent/powershell.exe', [], {}, never)).rejects.toThrow('ENOENT');
  });
});
