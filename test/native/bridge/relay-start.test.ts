/** The relay where no app runs: it starts one when it is asked to, and only then. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { START } from '../../../main/bridge/messages';
import { describeEachRelay, endsQuietly, fails, MEBIBYTE, PATIENCE, says } from './relay-bench';
import type { RunningRelay } from './running-relay';

function ownSession(): number {
  // The sixth field; the second, in brackets, may hold spaces.
  return Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[3]);
}

function socketsOf(pid: number): readonly number[] {
  const files = `/proc/${pid}/fd`;
  return readdirSync(files)
    .filter((file) => readlinkSync(join(files, file)).startsWith('socket:'))
    .map(Number);
}

describeEachRelay('without the app', (bench) => {
  const silent = (): string[] => [
    '/bin/sh',
    '-c',
    // What became of it that a Node does not keep, and that it was started but once.
    'grep ^SigIgn: /proc/self/status >> "$0/signals"; ls /proc/self/fd >> "$0/files"; exec "$@"',
    bench.folder,
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    join(import.meta.dirname, 'started-app.mts'),
    bench.folder,
  ];

  const words = (...all: readonly string[]): void =>
    writeFileSync(join(bench.folder, 'start'), all.map((word) => `${word}\n`).join(''));

  async function isNotRunning(relay: RunningRelay): Promise<void> {
    await says(relay, { relay: 'not-running' });
  }

  it.each([
    ['a secret', (): void => rmSync(join(bench.folder, 'bridge-secret'))],
    ['an address', (): void => undefined],
    [
      'a socket at the address',
      (): void => writeFileSync(join(bench.folder, 'bridge-address'), join(bench.folder, 'bridge')),
    ],
    ['an address that is one', (): void => writeFileSync(join(bench.folder, 'bridge-address'), 'bridge')],
    [
      'an address that fits',
      (): void => writeFileSync(join(bench.folder, 'bridge-address'), `/${'x'.repeat(5000)}`),
    ],
    ['text in the address', (): void => writeFileSync(join(bench.folder, 'bridge-address'), '/tmp/\0')],
    ['anything in the address', (): void => writeFileSync(join(bench.folder, 'bridge-address'), '\n')],
    ['a file as the address', (): void => mkdirSync(join(bench.folder, 'bridge-address'))],
  ])('says so without %s, and ends with the browser', async (_, prepare) => {
    prepare();
    const browser = await bench.start();
    await isNotRunning(browser);
    browser.endInput();
    await endsQuietly(browser);
  });

  it.each([0, 31, 33])('does not try with a secret of %i bytes', async (length) => {
    await bench.standInApp();
    writeFileSync(join(bench.folder, 'bridge-secret'), new Uint8Array(length));
    const browser = await bench.start();
    await isNotRunning(browser);
    browser.endInput();
    await endsQuietly(browser);
  });

  it.each([
    ['another message', '{"type":"hello"}'],
    ['the same in other bytes', '{"relay": "start"}'],
    ['another of that length', '{"relay":"start"]'],
    ['nothing', ''],
    ['a long one', 'x'.repeat(MEBIBYTE)],
  ])('starts nobody for %s', async (_, message) => {
    words('/bin/sh', '-c', 'touch "$0/started"', bench.folder);
    const browser = await bench.start();
    await isNotRunning(browser);
    browser.send(message);
    await endsQuietly(browser);
    expect(readdirSync(bench.folder)).not.toContain('started');
  });

  it(
    'starts it, connects, and leaves it running',
    async () => {
      words(...silent(), '', 'a "b"  \\', "--c='é'");
      // Of an app that was killed.
      writeFileSync(join(bench.folder, 'bridge-address'), join(bench.folder, 'bridge'));
      const browser = await bench.start();
      await isNotRunning(browser);
      browser.send(START);
      await says(browser, { relay: 'connected' });
      browser.send('{}');
      const facts = JSON.parse((await browser.nextText()) ?? '{}') as Record<string, unknown> & {
        pid: number;
      };
      // A test that fails earlier leaves it to end with the folder.
      expect(facts).toMatchObject({
        links: ['/dev/null', '/dev/null', '/dev/null'],
        cwd: '/',
        args: ['', 'a "b"  \\', "--c='é'"],
        asNode: '',
      });
      expect(readFileSync(join(bench.folder, 'signals'), 'utf8')).toMatch(/^SigIgn:\s*0+\n$/);
      if (bench.program.compiled) {
        // The fourth is the folder that `ls` lists.
        expect(readFileSync(join(bench.folder, 'files'), 'utf8')).toBe('0\n1\n2\n3\n');
        // A session that is not the browser's, and nobody's terminal: its leader, who could get one, is gone.
        expect([facts.pid, ownSession()]).not.toContain(facts['session']);
        expect(facts['parent']).not.toBe(browser.pid);
        // Of all the times that it tried to connect, one socket is open, above what the browser left.
        expect(socketsOf(browser.pid).filter((file) => file > 4)).toHaveLength(1);
      } else expect(facts['session']).toBe(facts.pid);

      browser.vanish();
      expect((await browser.ended).code).toBe(0);
      const next = await bench.start();
      await says(next, { relay: 'connected' });
      expect(JSON.parse((await next.nextText()) ?? '{}')).toMatchObject({ pid: facts.pid });
      process.kill(facts.pid, 'SIGKILL');
      await fails(next, 'closed');
    },
    PATIENCE,
  );

  it.each([
    ['without a file', (): void => undefined],
    ['of no words', (): void => writeFileSync(join(bench.folder, 'start'), '')],
    ['cut short', (): void => writeFileSync(join(bench.folder, 'start'), '/bin/true\n--backgr')],
    ['with a zero byte', (): void => writeFileSync(join(bench.folder, 'start'), '/bin/true\0\n')],
    ['of a relative path', (): void => words('true')],
    ['of an empty path', (): void => words('', '/bin/true')],
    ['of a program that is not there', (): void => words('/nowhere/latchkey', '--background')],
    ['of a folder', (): void => words('/')],
    ['of too many words', (): void => words('/bin/true', ...Array.from({ length: 256 }, () => 'x'))],
    ['that is too long', (): void => words('/bin/true', 'x'.repeat(65_536))],
    [
      'of what is no program',
      (): void => {
        writeFileSync(join(bench.folder, 'no-program'), '');
        chmodSync(join(bench.folder, 'no-program'), 0o600);
        words(join(bench.folder, 'no-program'));
      },
    ],
  ])('cannot start it by a start file %s', async (_, prepare) => {
    prepare();
    const browser = await bench.start();
    await isNotRunning(browser);
    browser.send(START);
    await fails(browser, 'cannot-start');
  });

  it('gives up when it does not come', async () => {
    words('/bin/true');
    const browser = await bench.start({ hasty: true });
    await isNotRunning(browser);
    browser.send(START);
    await fails(browser, 'no-answer');
  });

  it('ends with the browser while it waits', async () => {
    words('/bin/true');
    const browser = await bench.start();
    await isNotRunning(browser);
    browser.send(START);
    browser.endInput();
    await endsQuietly(browser);
  });
});
