/** The relay before whoever listens: it trusts nobody but the app of this installation, and waits for nobody for ever. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bridge } from '../../../main/control/handshake';
import { SystemRandom } from '../../../native/random';
import { describeEachRelay, fails } from './relay-bench';
import { frame } from './running-relay';
import { known } from './stand-in-app';

describeEachRelay('with somebody else at the address', (bench) => {
  const challenge = (...parts: readonly Uint8Array[]): Buffer => frame(Buffer.concat(parts));
  const nonces = new Uint8Array(32).fill(7);

  it('does not trust who does not know the secret, and gives no proof', async () => {
    await bench.standInApp(bridge, new SystemRandom().bytes(32));
    await fails(await bench.start(), 'not-trusted');
  });

  it('does not trust a proof with one wrong bit', async () => {
    const got: Buffer[] = [];
    await bench.listen((socket) => {
      socket.on('data', (bytes) => got.push(bytes));
      socket.write(challenge(Uint8Array.of(0, 1, 0), nonces, new Uint8Array(32)));
    });
    await fails(await bench.start(), 'not-trusted');
    expect(Buffer.concat(got)).toHaveLength(4 + 8 + 2 + 32);
  });

  it.each([
    ['an older app', 0, 'older'],
    ['a newer app', 2, 'newer'],
    ['a much newer app', 0x0301, 'newer'],
  ] as const)('says what the matter is with %s', async (_, version, why) => {
    await bench.standInApp({ ...bridge, version });
    await fails(await bench.start(), why);
  });

  it.each([
    ['at once', (socket: Socket): void => void socket.end(frame(Uint8Array.of(2, 1, 0)))],
    ['of another version', (socket: Socket): void => void socket.end(frame(Uint8Array.of(2, 9, 0)))],
    [
      'after the handshake',
      (socket: Socket): void => known(bench.secret, () => undefined, frame(Uint8Array.of(2, 1, 0)))(socket),
    ],
  ])('says that the app is busy: told %s', async (_, behave) => {
    await bench.listen(behave);
    await fails(await bench.start(), 'busy');
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
    await bench.listen((socket) => void socket.write(answer));
    await fails(await bench.start(), 'protocol');
  });

  it.each([
    ['nothing', Buffer.alloc(4)],
    ['another byte', frame(Uint8Array.of(1))],
    ['a proof too many', frame(new Uint8Array(32))],
  ])('ends with an app that accepts it by %s', async (_, answer) => {
    await bench.listen(known(bench.secret, () => undefined, answer));
    await fails(await bench.start(), 'protocol');
  });

  it.each([
    ['before it answers', Buffer.alloc(0)],
    ['in mid-answer', challenge(Uint8Array.of(0, 1, 0), nonces).subarray(0, 20)],
  ])('says that it ended %s', async (_, answer) => {
    await bench.listen((socket) => void socket.end(answer));
    await fails(await bench.start(), 'closed');
  });

  it.each([
    ['not at all', Buffer.alloc(0)],
    ['but half', Buffer.from([67, 0, 0, 0, 0, 1, 0])],
  ])('gives up on an app that answers %s', async (_, answer) => {
    await bench.listen((socket) => void socket.write(answer));
    await fails(await bench.start({ hasty: true }), 'no-answer');
  });

  it('ends with the browser while the app does not answer', async () => {
    const accepted = new Promise<void>((resolve) => void bench.listen(() => resolve()));
    const browser = await bench.start();
    await accepted;
    browser.vanish();
    expect((await browser.ended).code).toBe(0);
  });

  it('gives up on an app that does not even accept', async () => {
    // It listens and is stopped: as many as it may hold are connected and wait, then the system takes nobody.
    const path = join(bench.folder, 'bridge');
    const script = `require('net').createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log())`;
    const stopped = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void stopped.kill('SIGKILL'));
    await new Promise((resolve) => stopped.stdout.once('data', resolve));
    stopped.kill('SIGSTOP');
    writeFileSync(join(bench.folder, 'bridge-address'), path);
    const browsers = await Promise.all(Array.from({ length: 4 }, () => bench.start({ hasty: true })));
    for (const browser of browsers) await fails(browser, 'no-answer');
  });
});
