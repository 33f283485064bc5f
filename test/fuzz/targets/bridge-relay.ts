/**
 * The relay between browser and app, compiled with its sanitizers, with garbage from both ends and in its files: it ends, in its own
 * words, passes whole frames on and nothing else, and proves nothing to who does not know the secret.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LONGEST_MESSAGE, START } from '../../../main/bridge/messages';
import { bridge, ServerHandshake } from '../../../main/control/handshake';
import { sanitizedRelay } from '../../native/bridge/relay-programs';
import { frame, RunningRelay, wholeFrames, type RelayEnd } from '../../native/bridge/running-relay';
import { known, listenAs } from '../../native/bridge/stand-in-app';
import { SeededRandom } from '../../support/seeded-random';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const secret = new Uint8Array(32).fill(5);
const HELLO_LENGTH = 4 + 8 + 2 + 32;
/** Bytes that the system holds for an app that is not yet reading, whatever the system. */
const HELD_BY_SOCKET = 4096;
const ARGUMENT = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop/';

let folder: string | undefined;

/** A bridge folder with the relay, and with the one whose patience soon ends, once for the process. */
function bridgeFolder(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'latchkey-fuzz-relay-'));
  copyFileSync(sanitizedRelay.sources().compiled, join(made, 'latchkey-bridge'));
  copyFileSync(sanitizedRelay.hasty().compiled, join(made, 'hasty-bridge'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return (folder = made);
}

function started(name: 'latchkey-bridge' | 'hasty-bridge' = 'latchkey-bridge'): RunningRelay {
  return new RunningRelay(join(bridgeFolder(), name), [ARGUMENT]);
}

async function messagesOf(relay: RunningRelay): Promise<readonly Buffer[]> {
  const messages: Buffer[] = [];
  for (let next = await relay.next(); next; next = await relay.next()) messages.push(next);
  return messages;
}

function endedWell({ code, signal, complaints }: RelayEnd): void {
  expectThat(
    signal === null && (code === 0 || code === 1),
    `it ends by itself: ${code} ${signal}\n${complaints}`,
  );
  expectThat(/^(latchkey-bridge: [^\n]+\n)?$/.test(complaints), `it says one sentence: ${complaints}`);
}

/** Frames, and what looks like it. */
function traffic(choices: Choices): Buffer {
  const parts: Uint8Array[] = [];
  for (let count = choices.below(6); count > 0; count--) {
    switch (choices.below(7)) {
      case 0:
        parts.push(choices.bytes(40));
        break;
      case 1:
        parts.push(Uint8Array.of(1, 0, 0x10, 0));
        break;
      case 2:
        parts.push(
          frame(Buffer.alloc(choices.pick([4096, 65_532, 65_537, LONGEST_MESSAGE]), choices.byte())),
        );
        break;
      case 3:
        parts.push(frame(START));
        break;
      default:
        parts.push(frame(choices.bytes(200)));
    }
  }
  return Buffer.concat(parts);
}

/** What the other end has to get of it. */
function meant(bytes: Buffer): { readonly frames: readonly Buffer[]; readonly bad: boolean } {
  const frames: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= 4) {
    const length = bytes.readUInt32LE(at);
    if (length > LONGEST_MESSAGE) return { frames, bad: true };
    if (bytes.length - at - 4 < length) break;
    frames.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { frames, bad: false };
}

function isBeginning(got: readonly Buffer[], of: readonly Buffer[]): boolean {
  return got.length <= of.length && got.every((one, index) => of[index]?.equals(one));
}

async function inPieces(bytes: Buffer, size: number, write: (piece: Buffer) => Promise<void>): Promise<void> {
  // Not too many of them for a long one.
  const step = Math.max(size, Math.ceil(bytes.length / 50));
  for (let at = 0; at < bytes.length; at += step) await write(bytes.subarray(at, at + step));
}

/** Both ends know each other, and at least one misbehaves. */
async function bothEnds(choices: Choices): Promise<void> {
  const fromBrowser = traffic(choices);
  const fromApp = traffic(choices);
  const appEnds = choices.flag();
  const size = choices.byte() + 1;
  const browser = meant(fromBrowser);
  const app = meant(fromApp);
  const cutOff = app.bad || browser.bad;
  let arrived: Buffer = Buffer.alloc(0);
  let allArrived: (() => void) | undefined;
  const taken = new Promise<void>((resolve) => (allArrived = resolve));
  let gone: (() => void) | undefined;
  const over = new Promise<void>((resolve) => (gone = resolve));
  let allWritten: (() => void) | undefined;
  const written = new Promise<void>((resolve) => (allWritten = resolve));
  const serve = (socket: Socket): void => {
    socket.on('data', (bytes: Buffer) => {
      arrived = Buffer.concat([arrived, bytes]);
      // With the hello.
      if (wholeFrames(arrived).frames.length > browser.frames.length) allArrived?.();
    });
    socket.once('close', () => gone?.());
    socket.resume();
    void inPieces(
      fromApp,
      size,
      (piece) => new Promise((resolve) => socket.write(piece, () => resolve())),
    ).then(() => {
      allWritten?.();
      if (appEnds) socket.end();
    });
  };
  const stop = await listenAs(bridgeFolder(), known(secret, serve));
  try {
    const relay = started();
    const first = relay.next();
    await inPieces(fromBrowser, size, (piece) => relay.write(piece));
    // Before, its end would end everything.
    expectThat(String(await first) === '{"relay":"connected"}', 'first of all it is connected');
    const messages = messagesOf(relay);
    // What a socket still has to give is lost to who is writing to it when the other end goes.
    await written;
    if (!appEnds) {
      // A browser that goes while the app has yet to take a long frame ends the relay at once.
      if (fromBrowser.length > HELD_BY_SOCKET && !cutOff) await taken;
      relay.endInput();
    }
    const end = await relay.ended;
    await over;
    endedWell(end);

    const [hello, ...passed] = wholeFrames(arrived).frames;
    expectThat(
      String(hello).startsWith(`{"type":"relay","arguments":["${ARGUMENT}"],`) || (cutOff && !hello),
      'the hello comes first',
    );
    expectThat(isBeginning(passed, browser.frames), 'the app gets whole frames of the browser');
    if (!appEnds && !cutOff) expectThat(passed.length === browser.frames.length, 'the app gets them all');

    const failed = (why: string): Buffer => Buffer.from(`{"relay":"failed","why":"${why}"}`);
    const got = await messages;
    const last = got.at(-1) ?? Buffer.alloc(0);
    const own = [failed('closed'), failed('protocol')].some((message) => message.equals(last));
    expectThat(
      isBeginning(own ? got.slice(0, -1) : got, app.frames),
      'the browser gets whole frames of the app',
    );
    if (appEnds && !browser.bad) {
      expectThat(got.length === app.frames.length + 1, 'the browser gets them all');
      expectThat(
        last.equals(failed(app.bad ? 'protocol' : 'closed')),
        `and why it ended: ${last.toString()}`,
      );
    }
    if (!own) expectThat(end.code === 0 && !appEnds, 'without a word it ends only with the browser');
    else expectThat(relay.unfinished === 0, 'a word of its own is whole');
  } finally {
    await stop();
  }
}

/** Somebody at the socket who may know the secret, and does not keep to the handshake. */
async function handshake(choices: Choices): Promise<void> {
  const knows = choices.below(4) === 0;
  const parts = Array.from({ length: choices.below(3) + 1 }, () =>
    choices.flag() ? frame(choices.bytes(140)) : Buffer.from(choices.bytes(140)),
  );
  const twist = choices.below(68);
  let arrived: Buffer = Buffer.alloc(0);
  let gone: (() => void) | undefined;
  const over = new Promise<void>((resolve) => (gone = resolve));
  const stop = await listenAs(bridgeFolder(), (socket) => {
    let answered = false;
    socket.on('data', (bytes: Buffer) => {
      arrived = Buffer.concat([arrived, bytes]);
      if (answered || arrived.length < HELLO_LENGTH) return;
      answered = true;
      const server = new ServerHandshake(secret, new SeededRandom(), bridge);
      const answer = Buffer.from(server.challenge(arrived.subarray(4, HELLO_LENGTH)).answer);
      // Somewhere in the right answer one byte is another, unless that is behind it.
      if (twist < answer.length) answer[twist] = (answer[twist] ?? 0) ^ (choices.byte() | 1);
      socket.write(knows ? frame(answer) : Buffer.alloc(0));
      for (const part of parts) socket.write(part);
      socket.end();
    });
    socket.once('close', () => gone?.());
  });
  try {
    const relay = started();
    const messages = await messagesOf(relay);
    const end = await relay.ended;
    await over;
    endedWell(end);
    expectThat(end.code === 1, 'it fails');
    const texts = messages.map((message) => message.toString());
    const whole = knows && twist === 67;
    expectThat(
      /^\{"relay":"failed","why":"[a-z-]+"\}$/.test(texts.at(-1) ?? ''),
      `the browser is told: ${texts.join()}`,
    );
    if (!whole) {
      expectThat(texts.length === 1, 'and nothing else');
      expectThat(arrived.length === HELLO_LENGTH, 'nothing is proved to who does not know the secret');
    }
  } finally {
    await stop();
  }
}

/** Files that somebody else wrote, and what the browser says while there is no app. */
async function files(choices: Choices): Promise<void> {
  const at = (name: string): string => join(bridgeFolder(), name);
  rmSync(at('bridge-address'), { force: true });
  if (choices.flag()) writeFileSync(at('bridge-secret'), choices.bytes(40));
  if (choices.flag()) writeFileSync(at('bridge-address'), choices.flag() ? choices.rest() : choices.text());
  // Only what does no harm is ever started.
  const program = choices.pick(['/bin/true', '/nowhere/latchkey', 'true', '', '/']);
  if (choices.flag())
    writeFileSync(at('start'), `${program}\n${Buffer.from(choices.bytes(80)).toString('latin1')}`);
  try {
    // Waiting for what does not come is all that takes its time here.
    const relay = started('hasty-bridge');
    const said = choices.flag() ? frame(START) : traffic(choices);
    await relay.write(said);
    const waits = choices.flag();
    if (!waits) relay.endInput();
    const first = await relay.next();
    if (waits) relay.endInput();
    const more = await messagesOf(relay);
    endedWell(await relay.ended);
    expectThat(first?.toString() === '{"relay":"not-running"}', 'there is no app');
    expectThat(more.length <= 1, 'it says no more than one thing after that');
    if (more[0])
      expectThat(
        /^\{"relay":"failed","why":"(cannot-start|no-answer)"\}$/.test(more[0].toString()),
        'and that is why',
      );
  } finally {
    for (const name of ['bridge-address', 'start']) rmSync(at(name), { force: true });
  }
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  writeFileSync(join(bridgeFolder(), 'bridge-secret'), secret);
  const kind = choices.below(4);
  await (kind < 2 ? bothEnds : kind === 2 ? handshake : files)(choices);
}

export const bridgeRelay: FuzzTarget = {
  name: 'bridge-relay',
  runs: 150,
  seeds: () => [
    ...[0, 1, 2, 3].map((kind) => Uint8Array.of(kind)),
    ...Array.from({ length: 12 }, (_, index) =>
      Uint8Array.from({ length: 120 }, (_unused, at) =>
        at === 0 ? index % 4 : (at * 67 + index * 41) % 256,
      ),
    ),
    // Right challenges with one byte changed: the kind, the version, a nonce, the proof; and whole.
    ...[0, 1, 3, 40, 66, 67].map((twist) => Uint8Array.of(2, 0, 0, 1, 1, 0, twist, 9)),
  ],
  run,
};
