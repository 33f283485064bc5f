/** The contract of the relay, kept by each of its programs: real processes, real pipes, a real socket, the real handshake. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { START, type FromRelay, type RelayFailure, type RelayHello } from '../../../main/bridge/messages';
import { bridge } from '../../../main/control/handshake';
import { DiskRelayInstaller, relayName, type RelaySources } from '../../../native/bridge/install-relay';
import { SystemRandom } from '../../../native/random';
import { relayPrograms } from './relay-programs';
import { frame, RunningRelay, type RelayEnd } from './running-relay';
import { known, listenAs, StandInApp, type KnownRelay } from './stand-in-app';

const MEBIBYTE = 2 ** 20;
const ORIGIN = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop/';
const PATIENCE = 120_000;

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

describe.runIf(process.platform !== 'win32').each(relayPrograms)('$name', (program) => {
  let folder: string;
  let secret: Uint8Array;
  let sources: RelaySources;
  let hasty: RelaySources;
  const running: RunningRelay[] = [];
  const stops: (() => Promise<void>)[] = [];

  // Compiles what has changed.
  beforeAll(() => {
    sources = program.sources();
    hasty = program.hasty();
    folder = mkdtempSync(join(tmpdir(), 'latchkey-relay-'));
  }, PATIENCE);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(() => {
    secret = new SystemRandom().bytes(32);
    writeFileSync(join(folder, 'bridge-secret'), secret, { mode: 0o600 });
  });

  afterEach(async () => {
    for (const relay of running.splice(0)) {
      relay.kill();
      await relay.ended;
    }
    for (const stop of stops.splice(0)) await stop();
    // The relay stays: putting it there durably takes longer than most tests.
    for (const name of readdirSync(folder))
      if (name !== relayName(process.platform)) rmSync(join(folder, name), { recursive: true });
  });

  interface Start {
    readonly from?: RelaySources;
    readonly args?: readonly string[];
    readonly reading?: boolean;
  }

  async function start({
    from = sources,
    args = [ORIGIN],
    reading = true,
  }: Start = {}): Promise<RunningRelay> {
    const path = await new DiskRelayInstaller(from).install(folder);
    const relay = new RunningRelay(path, args, { reading });
    running.push(relay);
    return relay;
  }

  async function standInApp(protocol = bridge): Promise<StandInApp> {
    const app = new StandInApp(secret, protocol);
    await app.listen(folder);
    stops.push(() => app.stop());
    return app;
  }

  async function listen(onConnection: (socket: Socket) => void): Promise<void> {
    stops.push(await listenAs(folder, onConnection));
  }

  async function says(relay: RunningRelay, message: FromRelay): Promise<void> {
    expect(await relay.nextText()).toBe(JSON.stringify(message));
  }

  async function endsQuietly(relay: RunningRelay): Promise<void> {
    expect(await relay.next()).toBeUndefined();
    expect(relay.unfinished).toBe(0);
    expect(await relay.ended).toEqual({ code: 0, signal: null, complaints: '' });
  }

  /** The last thing it says, and one sentence for who reads standard error. */
  async function fails(relay: RunningRelay, why: RelayFailure): Promise<RelayEnd> {
    await says(relay, { relay: 'failed', why });
    expect(await relay.next()).toBeUndefined();
    expect(relay.unfinished).toBe(0);
    const end = await relay.ended;
    expect(end).toMatchObject({ code: 1, signal: null });
    expect(end.complaints).toMatch(/^latchkey-bridge: [A-Z][^\n]+\.\n$/);
    return end;
  }

  /** A browser and an app that know each other; the relay's hello is taken. */
  async function connected(): Promise<{
    readonly app: StandInApp;
    readonly browser: RunningRelay;
    readonly inside: KnownRelay;
  }> {
    const app = await standInApp();
    const browser = await start();
    const inside = await app.relay();
    await inside.next();
    await says(browser, { relay: 'connected' });
    return { app, browser, inside };
  }

  describe('with the app running', () => {
    it('tells the app who started it, before anything else', async () => {
      const app = await standInApp();
      const browser = await start({ args: [ORIGIN, '--parent-window=0'] });
      browser.send('{"type":"hello"}');
      const inside = await app.relay();
      const hello: RelayHello = {
        type: 'relay',
        arguments: [ORIGIN, '--parent-window=0'],
        browser: realpathSync(process.execPath),
      };
      expect((await inside.next())?.toString()).toBe(JSON.stringify(hello));
      expect((await inside.next())?.toString()).toBe('{"type":"hello"}');
      await says(browser, { relay: 'connected' });
    });

    it('tells every argument as it is, and what is no text with replacements', async () => {
      const app = await standInApp();
      const path = await new DiskRelayInstaller(sources).install(folder);
      const plain = ['', '"\\\b\n\x01\x1f\x7f', "$HOME 'é' 👩‍👩‍👧", '--', '../x'];
      // Bytes that are no UTF-8 can be given by a shell alone: bad first ones, half characters, a surrogate, more than there are.
      const bytes = String.raw`a\377b\300\200\355\240\200\360\237\221c\342\202\364\220\200\200\303`;
      const browser = new RunningRelay('/bin/sh', [
        '-c',
        `program=$0; last=$(printf '${bytes}'); exec "$program" "$@" "$last"`,
        path,
        ...plain,
      ]);
      running.push(browser);
      const octal = bytes.replace(/\\(\d{3})|./g, (all, code: string | undefined) =>
        String.fromCharCode(code ? parseInt(code, 8) : all.charCodeAt(0)),
      );
      const inside = await app.relay();
      const sent = (await inside.next())!;
      // What is no text would not be the same again.
      expect(Buffer.from(sent.toString())).toEqual(sent);
      const hello = JSON.parse(sent.toString()) as RelayHello;
      expect(hello.arguments).toEqual([...plain, Buffer.from(octal, 'latin1').toString('utf8')]);
    });

    it('passes frames of every length on, both ways, as they are', async () => {
      const { browser, inside } = await connected();
      const random = new SystemRandom();
      for (const length of [0, 1, 3, 4, 5, 4096, 65_535, 65_536, 65_537, MEBIBYTE - 1, MEBIBYTE]) {
        const content = random.bytes(length);
        browser.send(content);
        expect(Buffer.compare((await inside.next())!, content)).toBe(0);
        await inside.send(content);
        expect(Buffer.compare((await browser.next())!, content)).toBe(0);
      }
    });

    it('passes many frames on in their order, however they come in pieces', async () => {
      const { browser, inside } = await connected();
      const contents = Array.from({ length: 500 }, (_, index) =>
        Buffer.from(`{"n":${index},"p":"${'x'.repeat(index)}"}`),
      );
      const all = Buffer.concat(contents.map((content) => frame(content)));
      for (let at = 0, piece = 1; at < all.length; at += piece, piece = (piece * 7) % 1013) {
        await browser.write(all.subarray(at, at + piece));
        await inside.write(all.subarray(at, at + piece));
      }
      for (const content of contents) {
        expect(Buffer.compare((await inside.next())!, content)).toBe(0);
        expect(Buffer.compare((await browser.next())!, content)).toBe(0);
      }
    });

    it('passes a frame on that comes byte by byte, once it is whole', async () => {
      const { browser, inside } = await connected();
      const whole = frame('{"type":"hello"}');
      for (const byte of whole.subarray(0, -1)) await browser.write(Uint8Array.of(byte));
      for (const byte of whole.subarray(0, -1)) await inside.write(Uint8Array.of(byte));
      const reached: string[] = [];
      const both = [
        inside.next().then(() => reached.push('app')),
        browser.next().then(() => reached.push('browser')),
      ];
      // Meanwhile another relay comes and goes: had half a frame been passed on, it would be there by now.
      const other = await start();
      await says(other, { relay: 'connected' });
      expect(reached).toEqual([]);
      await browser.write(whole.subarray(-1));
      await inside.write(whole.subarray(-1));
      await Promise.all(both);
    });

    it('refuses a frame of more than 1 MiB from the browser', async () => {
      const { browser, inside } = await connected();
      const head = Buffer.alloc(4);
      head.writeUInt32LE(MEBIBYTE + 1);
      await browser.write(head);
      await fails(browser, 'protocol');
      expect(await inside.next()).toBeUndefined();
    });

    it('refuses a frame of more than 1 MiB from the app', async () => {
      const { browser, inside } = await connected();
      await inside.send('{}');
      await inside.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
      expect(await browser.nextText()).toBe('{}');
      await fails(browser, 'protocol');
    });

    it('says what the matter is once, where both misbehave at the same time', async () => {
      const app = await standInApp();
      for (let round = 0; round < 10; round++) {
        const browser = await start();
        const inside = await app.relay();
        await says(browser, { relay: 'connected' });
        const bad = Buffer.alloc(4, 0xff);
        // Whichever comes second may find it gone.
        await Promise.allSettled([browser.write(bad), inside.write(bad)]);
        await fails(browser, 'protocol');
      }
    });

    it('drops half a frame that the browser ends in', async () => {
      const { browser, inside } = await connected();
      await browser.write(frame('{"type":"hello"}').subarray(0, 11));
      browser.endInput();
      await endsQuietly(browser);
      expect(await inside.next()).toBeUndefined();
    });

    it('drops half a frame that the app ends in', async () => {
      const { browser, inside } = await connected();
      await inside.write(frame('{"type":"welcome"}').subarray(0, 11));
      inside.close();
      await fails(browser, 'closed');
    });

    it('passes on what the app says last', async () => {
      const { browser, inside } = await connected();
      for (let count = 0; count < 3; count++) await inside.send('x'.repeat(MEBIBYTE));
      await inside.send('{"type":"unwelcome"}');
      inside.close();
      for (let count = 0; count < 3; count++) expect(await browser.next()).toHaveLength(MEBIBYTE);
      expect(await browser.nextText()).toBe('{"type":"unwelcome"}');
      await fails(browser, 'closed');
    });

    it('ends with the browser', async () => {
      const { browser, inside } = await connected();
      browser.vanish();
      expect(await inside.next()).toBeUndefined();
      expect((await browser.ended).code).toBe(0);
    });

    it('ends with the browser although the app takes nothing', async () => {
      const taken = new Promise<Socket>((resolve) => void listen(known(secret, resolve)));
      const browser = await start();
      const socket = await taken;
      await says(browser, { relay: 'connected' });
      // More than the system holds for a socket that nobody reads.
      void browser.write(frame('x'.repeat(MEBIBYTE)));
      void browser.write(frame('x'.repeat(MEBIBYTE / 2)));
      browser.vanish();
      expect((await browser.ended).code).toBe(0);
      socket.destroy();
    });

    it('ends when nobody reads what it writes any more', async () => {
      const { browser, inside } = await connected();
      browser.stopReading();
      await inside.send('{}');
      expect(await inside.next()).toBeUndefined();
      expect((await browser.ended).code).toBe(0);
    });

    it('does not hold up one way while the other waits, and holds no more than a few frames', async () => {
      const app = await standInApp();
      const browser = await start({ reading: false });
      const inside = await app.relay();
      await inside.next();
      const content = Buffer.alloc(MEBIBYTE, 'y');
      const sent = Array.from({ length: 16 }, () => inside.send(content));
      for (let count = 0; count < 16; count++) {
        browser.send(content);
        expect(Buffer.compare((await inside.next())!, content)).toBe(0);
      }
      if (program.compiled && !program.sanitized) {
        const most = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${browser.pid}/status`, 'utf8'));
        expect(Number(most?.[1])).toBeLessThan(6 * 1024);
      }
      browser.read();
      await says(browser, { relay: 'connected' });
      for (let count = 0; count < 16; count++)
        expect(Buffer.compare((await browser.next())!, content)).toBe(0);
      await Promise.all(sent);
    });

    it(
      'serves many browsers at once, each apart',
      async () => {
        const app = await standInApp();
        const browsers = await Promise.all(
          Array.from({ length: 8 }, (_, index) => start({ args: [`b${index}`] })),
        );
        for (let count = 0; count < browsers.length; count++) {
          const inside = await app.relay();
          void (async () => {
            const { arguments: names } = JSON.parse((await inside.next())!.toString()) as RelayHello;
            for (let next = await inside.next(); next; next = await inside.next())
              await inside.send(`${names.join()} said ${next.toString()}`);
          })();
        }
        for (const [index, browser] of browsers.entries()) browser.send(`hello ${index}`);
        for (const [index, browser] of browsers.entries()) {
          await says(browser, { relay: 'connected' });
          expect(await browser.nextText()).toBe(`b${index} said hello ${index}`);
        }
      },
      PATIENCE,
    );

    it(
      `leaves nothing behind after ${program.rounds} connections`,
      async () => {
        const app = await standInApp();
        const files = (): number => readdirSync('/proc/self/fd').length;
        let before = 0;
        for (let round = 0; round < program.rounds; round++) {
          const browser = await start();
          const inside = await app.relay();
          browser.send('{}');
          await inside.next();
          expect((await inside.next())?.toString()).toBe('{}');
          if (round % 2 === 0) {
            browser.endInput();
            expect(await inside.next()).toBeUndefined();
          } else inside.close();
          await browser.ended;
          running.splice(0);
          // The first ones open what stays open.
          if (round === 3) before = files();
        }
        expect(files()).toBeLessThanOrEqual(before);
      },
      PATIENCE,
    );
  });

  describe('without the app', () => {
    const silent = (): string[] => [
      '/bin/sh',
      '-c',
      // What became of it that a Node does not keep, and that it was started but once.
      'grep ^SigIgn: /proc/self/status >> "$0/signals"; ls /proc/self/fd >> "$0/files"; exec "$@"',
      folder,
      process.execPath,
      '--import',
      import.meta.resolve('tsx'),
      join(import.meta.dirname, 'started-app.mts'),
      folder,
    ];

    const words = (...all: readonly string[]): void =>
      writeFileSync(join(folder, 'start'), all.map((word) => `${word}\n`).join(''));

    async function isNotRunning(relay: RunningRelay): Promise<void> {
      await says(relay, { relay: 'not-running' });
    }

    it.each([
      ['a secret', (): void => rmSync(join(folder, 'bridge-secret'))],
      ['an address', (): void => undefined],
      [
        'a socket at the address',
        (): void => writeFileSync(join(folder, 'bridge-address'), join(folder, 'bridge')),
      ],
      ['an address that is one', (): void => writeFileSync(join(folder, 'bridge-address'), 'bridge')],
      [
        'an address that fits',
        (): void => writeFileSync(join(folder, 'bridge-address'), `/${'x'.repeat(5000)}`),
      ],
      ['text in the address', (): void => writeFileSync(join(folder, 'bridge-address'), '/tmp/\0')],
      ['anything in the address', (): void => writeFileSync(join(folder, 'bridge-address'), '\n')],
      ['a file as the address', (): void => mkdirSync(join(folder, 'bridge-address'))],
    ])('says so without %s, and ends with the browser', async (_, prepare) => {
      prepare();
      const browser = await start();
      await isNotRunning(browser);
      browser.endInput();
      await endsQuietly(browser);
    });

    it.each([0, 31, 33])('does not try with a secret of %i bytes', async (length) => {
      await standInApp();
      writeFileSync(join(folder, 'bridge-secret'), new Uint8Array(length));
      const browser = await start();
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
      words('/bin/sh', '-c', 'touch "$0/started"', folder);
      const browser = await start();
      await isNotRunning(browser);
      browser.send(message);
      await endsQuietly(browser);
      expect(readdirSync(folder)).not.toContain('started');
    });

    it(
      'starts it, connects, and leaves it running',
      async () => {
        words(...silent(), '', 'a "b"  \\', "--c='é'");
        // Of an app that was killed.
        writeFileSync(join(folder, 'bridge-address'), join(folder, 'bridge'));
        const browser = await start();
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
        expect(readFileSync(join(folder, 'signals'), 'utf8')).toMatch(/^SigIgn:\s*0+\n$/);
        if (program.compiled) {
          // The fourth is the folder that `ls` lists.
          expect(readFileSync(join(folder, 'files'), 'utf8')).toBe('0\n1\n2\n3\n');
          // A session that is not the browser's, and nobody's terminal: its leader, who could get one, is gone.
          expect([facts.pid, ownSession()]).not.toContain(facts['session']);
          expect(facts['parent']).not.toBe(browser.pid);
          // Of all the times that it tried to connect, one socket is open, above what the browser left.
          expect(socketsOf(browser.pid).filter((file) => file > 4)).toHaveLength(1);
        } else expect(facts['session']).toBe(facts.pid);

        browser.vanish();
        expect((await browser.ended).code).toBe(0);
        const next = await start();
        await says(next, { relay: 'connected' });
        expect(JSON.parse((await next.nextText()) ?? '{}')).toMatchObject({ pid: facts.pid });
        process.kill(facts.pid, 'SIGKILL');
        await fails(next, 'closed');
      },
      PATIENCE,
    );

    it.each([
      ['without a file', (): void => undefined],
      ['of no words', (): void => writeFileSync(join(folder, 'start'), '')],
      ['cut short', (): void => writeFileSync(join(folder, 'start'), '/bin/true\n--backgr')],
      ['with a zero byte', (): void => writeFileSync(join(folder, 'start'), '/bin/true\0\n')],
      ['of a relative path', (): void => words('true')],
      ['of an empty path', (): void => words('', '/bin/true')],
      ['of a program that is not there', (): void => words('/nowhere/latchkey', '--background')],
      ['of a folder', (): void => words('/')],
      ['of too many words', (): void => words('/bin/true', ...Array.from({ length: 256 }, () => 'x'))],
      ['that is too long', (): void => words('/bin/true', 'x'.repeat(65_536))],
      [
        'of what is no program',
        (): void => {
          writeFileSync(join(folder, 'no-program'), '');
          chmodSync(join(folder, 'no-program'), 0o600);
          words(join(folder, 'no-program'));
        },
      ],
    ])('cannot start it by a start file %s', async (_, prepare) => {
      prepare();
      const browser = await start();
      await isNotRunning(browser);
      browser.send(START);
      await fails(browser, 'cannot-start');
    });

    it('gives up when it does not come', async () => {
      words('/bin/true');
      const browser = await start({ from: hasty });
      await isNotRunning(browser);
      browser.send(START);
      await fails(browser, 'no-answer');
    });

    it('ends with the browser while it waits', async () => {
      words('/bin/true');
      const browser = await start();
      await isNotRunning(browser);
      browser.send(START);
      browser.endInput();
      await endsQuietly(browser);
    });
  });

  describe('with somebody else at the address', () => {
    const challenge = (...parts: readonly Uint8Array[]): Buffer => frame(Buffer.concat(parts));
    const nonces = new Uint8Array(32).fill(7);

    it('does not trust who does not know the secret, and gives no proof', async () => {
      const other = new StandInApp(new SystemRandom().bytes(32));
      await other.listen(folder);
      stops.push(() => other.stop());
      await fails(await start(), 'not-trusted');
    });

    it('does not trust a proof with one wrong bit', async () => {
      const got: Buffer[] = [];
      await listen((socket) => {
        socket.on('data', (bytes) => got.push(bytes));
        socket.write(challenge(Uint8Array.of(0, 1, 0), nonces, new Uint8Array(32)));
      });
      await fails(await start(), 'not-trusted');
      expect(Buffer.concat(got)).toHaveLength(4 + 8 + 2 + 32);
    });

    it.each([
      ['an older app', 0, 'older'],
      ['a newer app', 2, 'newer'],
      ['a much newer app', 0x0301, 'newer'],
    ] as const)('says what the matter is with %s', async (_, version, why) => {
      await standInApp({ ...bridge, version });
      await fails(await start(), why);
    });

    it.each([
      ['at once', (socket: Socket): void => void socket.end(frame(Uint8Array.of(2, 1, 0)))],
      ['of another version', (socket: Socket): void => void socket.end(frame(Uint8Array.of(2, 9, 0)))],
      [
        'after the handshake',
        (socket: Socket): void => known(secret, () => undefined, frame(Uint8Array.of(2, 1, 0)))(socket),
      ],
    ])('says that the app is busy: told %s', async (_, behave) => {
      await listen(behave);
      await fails(await start(), 'busy');
    });

    it.each([
      ['nothing', Buffer.alloc(4)],
      ['too short an answer', frame(Uint8Array.of(0, 1))],
      ['no challenge', frame(Uint8Array.of(1, 1, 0))],
      ['an unknown answer', frame(Uint8Array.of(3, 1, 0))],
      ['too short a challenge', challenge(Uint8Array.of(0, 1, 0), nonces, new Uint8Array(31))],
      ['too long a challenge', challenge(Uint8Array.of(0, 1, 0), nonces, new Uint8Array(33))],
      ['a frame of 129 bytes', frame(new Uint8Array(129))],
      ['words', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ])('ends with an app that answers with %s', async (_, answer) => {
      await listen((socket) => void socket.write(answer));
      await fails(await start(), 'protocol');
    });

    it.each([
      ['nothing', Buffer.alloc(4)],
      ['another byte', frame(Uint8Array.of(1))],
      ['a proof too many', frame(new Uint8Array(32))],
    ])('ends with an app that accepts it by %s', async (_, answer) => {
      await listen(known(secret, () => undefined, answer));
      await fails(await start(), 'protocol');
    });

    it.each([
      ['before it answers', Buffer.alloc(0)],
      ['in mid-answer', challenge(Uint8Array.of(0, 1, 0), nonces).subarray(0, 20)],
    ])('says that it ended %s', async (_, answer) => {
      await listen((socket) => void socket.end(answer));
      await fails(await start(), 'closed');
    });

    it.each([
      ['not at all', Buffer.alloc(0)],
      ['but half', Buffer.from([67, 0, 0, 0, 0, 1, 0])],
    ])('gives up on an app that answers %s', async (_, answer) => {
      await listen((socket) => void socket.write(answer));
      await fails(await start({ from: hasty }), 'no-answer');
    });

    it('ends with the browser while the app does not answer', async () => {
      const accepted = new Promise<void>((resolve) => void listen(() => resolve()));
      const browser = await start();
      await accepted;
      browser.vanish();
      expect((await browser.ended).code).toBe(0);
    });

    it('gives up on an app that does not even accept', async () => {
      // It listens and is stopped: as many as it may hold are connected and wait, then the system takes nobody.
      const path = join(folder, 'bridge');
      const script = `require('net').createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log())`;
      const stopped = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void stopped.kill('SIGKILL'));
      await new Promise((resolve) => stopped.stdout.once('data', resolve));
      stopped.kill('SIGSTOP');
      writeFileSync(join(folder, 'bridge-address'), path);
      const browsers = await Promise.all(Array.from({ length: 4 }, () => start({ from: hasty })));
      for (const browser of browsers) await fails(browser, 'no-answer');
    });
  });
});
