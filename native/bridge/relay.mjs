/**
 * The relay between a browser and the running app, in plain Node: the contract of relay.c, for development where nothing was compiled.
 *
 *   node relay.mjs FOLDER ARGUMENT…     FOLDER is the bridge folder; the arguments are the browser's.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, readlinkSync, realpathSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HEAD = 4;
/** Bytes of the longest frame without its head (main/bridge/messages.ts, LONGEST_MESSAGE). */
const LONGEST_FRAME = 2 ** 20;
/** Bytes that one side may have sent and the other not taken, before no more is read. */
const MOST_WAITING = 4 * 2 ** 20;
const TRY_AGAIN_MILLISECONDS = 50;
const START = Buffer.from('{"relay":"start"}');

// main/control/handshake.ts
const VERSION = 1;
const SECRET_LENGTH = 32;
const NONCE = 32;
const PROOF = 32;
const LONGEST_ANSWER = 128;
const Answer = { CHALLENGE: 0, OTHER_VERSION: 1, BUSY: 2, ACCEPTED: 0 };

/** The file that says how the app is started. */
const LONGEST_START = 65_536;
const MOST_WORDS = 256;

/** RelayFailure of main/bridge/messages.ts, and the sentence for whoever reads standard error. */
const failures = {
  'cannot-start': 'Latchkey does not run, and how it is started is not known.',
  'no-answer': 'Latchkey does not answer.',
  'not-trusted': 'What answers is not the Latchkey of this installation.',
  older: 'The Latchkey that runs is older than this relay.',
  newer: 'The Latchkey that runs is newer than this relay.',
  busy: 'Latchkey serves as many browsers as it can.',
  closed: 'Latchkey ended the connection.',
  protocol: 'What came was no frame of the bridge.',
};

/** The last thing that the relay says. */
class Failure extends Error {
  /** @param {keyof typeof failures} why */
  constructor(why) {
    super(failures[why]);
    this.why = why;
  }
}

/** The browser is gone: there is nobody to say anything to. */
class BrowserWent extends Error {}

/** @param {Uint8Array} content */
function framed(content) {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(content.length);
  return Buffer.concat([head, content]);
}

/** Frames out of pieces. */
class Frames {
  /** @type {Buffer[]} */
  #pieces = [];
  #held = 0;

  get held() {
    return this.#held;
  }

  /** @param {Buffer} bytes */
  push(bytes) {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
  }

  /**
   * The next whole frame without its head; undefined until more comes.
   * @param {number} [longest]
   * @returns {Buffer | undefined}
   */
  next(longest = LONGEST_FRAME) {
    if (this.#held < HEAD) return undefined;
    if (Number(this.#pieces[0]?.length) < HEAD) this.#join();
    const length = Number(this.#pieces[0]?.readUInt32LE());
    if (length > longest) throw new Failure('protocol');
    if (this.#held < HEAD + length) return undefined;
    const all = this.#join();
    const rest = all.subarray(HEAD + length);
    this.#pieces = [rest];
    this.#held = rest.length;
    return all.subarray(HEAD, HEAD + length);
  }

  #join() {
    const all = this.#pieces.length === 1 && this.#pieces[0] ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}

/** Frames of a stream, asked for one by one until they are passed on as they come. */
class Side {
  #frames = new Frames();
  #stream;
  /** @type {(() => void) | undefined} */
  #wake;
  /** @type {((frame: Buffer) => void) | undefined} */
  #taker;
  /** @type {(error: Error) => void} */
  #fail;
  #ended = false;

  /**
   * @param {import('node:stream').Readable} stream
   * @param {object} told
   * @param {() => void} [told.onEnd]  At once, also while frames wait.
   * @param {(error: Error) => void} told.onFailure
   */
  constructor(stream, { onEnd, onFailure }) {
    this.#stream = stream;
    this.#fail = onFailure;
    stream.on('data', (bytes) => {
      this.#frames.push(bytes);
      if (this.#taker) this.#pass();
      else if (this.#frames.held > MOST_WAITING) stream.pause();
      this.#wake?.();
    });
    const ended = () => {
      if (this.#ended) return;
      this.#ended = true;
      this.#wake?.();
      onEnd?.();
    };
    stream.on('error', ended).once('end', ended).once('close', ended);
  }

  /**
   * The next frame, or undefined when the stream ended before it was whole. Rejects when it is too long, or did not come in time.
   * @param {number} longest
   * @param {number} [milliseconds]
   * @returns {Promise<Buffer | undefined>}
   */
  async frame(longest, milliseconds) {
    let late = false;
    const timer =
      milliseconds === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            this.#wake?.();
          }, milliseconds);
    try {
      for (;;) {
        const frame = this.#frames.next(longest);
        if (frame || this.#ended) return frame;
        if (late) throw new Failure('no-answer');
        await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * From now on every frame goes there; `taker` may pause it.
   * @param {(frame: Buffer) => void} taker
   */
  passTo(taker) {
    this.#taker = taker;
    this.#pass();
    this.#stream.resume();
  }

  pause() {
    this.#stream.pause();
  }

  resume() {
    this.#stream.resume();
  }

  get ended() {
    return this.#ended;
  }

  #pass() {
    try {
      for (let frame = this.#frames.next(); frame; frame = this.#frames.next()) this.#taker?.(frame);
    } catch (error) {
      this.#fail(/** @type {Error} */ (error));
    }
  }
}

export class Relay {
  #folder;
  #arguments;
  #startMilliseconds;
  #answerMilliseconds;
  /** @type {(error: Error) => void} */
  #end = () => {};
  /** Rejects at the end, whatever ends it. @type {Promise<never>} */
  #ended;
  /** @type {() => void} */
  #browserWent = () => {};
  /** Resolves when nobody is there any more to say anything to. @type {Promise<void>} */
  #withoutBrowser;
  #browser;

  /**
   * @param {string} folder              The bridge folder, absolute.
   * @param {readonly string[]} browsers The arguments that the browser gave.
   * @param {object} [times]             Milliseconds; others than these in tests.
   * @param {number} [times.start]
   * @param {number} [times.answer]
   */
  constructor(folder, browsers, { start = 20_000, answer = 10_000 } = {}) {
    this.#folder = folder;
    this.#arguments = browsers;
    this.#startMilliseconds = start;
    this.#answerMilliseconds = answer;
    this.#ended = new Promise((_, reject) => (this.#end = reject));
    this.#ended.catch(() => undefined);
    this.#withoutBrowser = new Promise((resolve) => (this.#browserWent = resolve));
    void this.#withoutBrowser.then(() => this.#end(new BrowserWent()));
    this.#browser = new Side(process.stdin, {
      // What came before the end is still passed on when this turn is over, if the app takes it.
      onEnd: () => setImmediate(this.#browserWent),
      onFailure: this.#end,
    });
    process.stdout.on('error', this.#browserWent);
  }

  /** Until one of the sides ends. Resolves to the exit code. */
  async run() {
    try {
      return await Promise.race([this.#ended, this.#relay()]);
    } catch (error) {
      if (error instanceof BrowserWent) return 0;
      const why = error instanceof Failure ? error.why : 'protocol';
      // A browser that does not read is no reason to wait for who reads standard error.
      writeQuietly(2, `latchkey-bridge: ${failures[why]}\n`);
      await Promise.race([this.#tell({ relay: 'failed', why }), this.#withoutBrowser]);
      return 1;
    }
  }

  async #relay() {
    let app = await this.#connect(this.#answerMilliseconds, false);
    if (app === 'nobody') {
      await this.#tell({ relay: 'not-running' });
      const said = await this.#browser.frame(LONGEST_FRAME).catch(() => undefined);
      if (!said?.equals(START)) throw new BrowserWent();
      await this.#start();
      app = await this.#connect(this.#startMilliseconds, true);
    }
    if (typeof app === 'string') throw new Failure('no-answer');
    const { socket, secret } = app;
    const side = new Side(socket, { onFailure: this.#end });
    try {
      await this.#shakeHands(socket, side, secret);
    } finally {
      secret.fill(0);
    }
    const hello = { type: 'relay', arguments: this.#arguments, browser: parentProgram() };
    const introduction = Buffer.from(JSON.stringify(hello));
    if (introduction.length > LONGEST_FRAME) throw new Failure('protocol');
    socket.write(framed(introduction));
    await this.#tell({ relay: 'connected' });
    return this.#pass(socket, side);
  }

  /**
   * Secret and address are read anew each time: an app that starts may write them. One that starts is waited for while nobody is
   * there; one that runs, only while it has more to accept than the system holds.
   * @param {number} milliseconds
   * @param {boolean} starting
   */
  async #connect(milliseconds, starting) {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const tried = await this.#connectOnce();
      if (typeof tried !== 'string') return tried;
      if ((tried === 'nobody' && !starting) || performance.now() >= deadline) return tried;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MILLISECONDS));
    }
  }

  /** @returns {Promise<'nobody' | 'no-room' | { socket: import('node:net').Socket, secret: Buffer }>} */
  async #connectOnce() {
    let secret, address;
    try {
      address = readFileSync(join(this.#folder, 'bridge-address'), 'utf8').trim();
      const local =
        process.platform === 'win32' ? address.startsWith('\\\\.\\pipe\\latchkey-') : isAbsolute(address);
      if (!local || address.includes('\0')) return 'nobody';
      // Last: from here on it is overwritten, whatever comes of it.
      secret = readFileSync(join(this.#folder, 'bridge-secret'));
    } catch {
      return 'nobody';
    }
    if (secret.length !== SECRET_LENGTH) {
      secret.fill(0);
      return 'nobody';
    }
    const socket = connect(address);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve({ socket, secret }));
      socket.once('error', (error) => {
        secret.fill(0);
        const { code } = /** @type {NodeJS.ErrnoException} */ (error);
        resolve(code === 'EAGAIN' || code === 'EBUSY' ? 'no-room' : 'nobody');
      });
    });
  }

  /** The file `start` is one word a line, each ended by a line feed: the program, then its arguments. */
  async #start() {
    let text;
    try {
      text = readFileSync(join(this.#folder, 'start'), 'utf8');
    } catch {
      throw new Failure('cannot-start');
    }
    const [program = '', ...words] = text.split('\n');
    const last = words.pop();
    if (last !== '' || text.includes('\0') || !isAbsolute(program)) throw new Failure('cannot-start');
    if (Buffer.byteLength(text) > LONGEST_START || words.length >= MOST_WORDS)
      throw new Failure('cannot-start');
    const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
    const cwd = process.platform === 'win32' ? process.env['SystemRoot'] : '/';
    const child = spawn(program, words, { detached: true, stdio: 'ignore', windowsHide: true, cwd, env });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', () => reject(new Failure('cannot-start')));
    });
    child.unref();
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {Side} side
   * @param {Uint8Array} secret
   */
  async #shakeHands(socket, side, secret) {
    const answer = async () => {
      const frame = await side.frame(LONGEST_ANSWER, this.#answerMilliseconds);
      if (!frame) throw new Failure('closed');
      return frame;
    };
    const nonce = randomBytes(NONCE);
    socket.write(framed(Buffer.concat([Buffer.from('LATCHKEY'), Uint8Array.of(VERSION, 0), nonce])));
    const challenge = await answer();
    if (challenge.length < 3) throw new Failure('protocol');
    if (challenge[0] === Answer.BUSY) throw new Failure('busy');
    const version = challenge.readUInt16LE(1);
    if (version !== VERSION) throw new Failure(version < VERSION ? 'older' : 'newer');
    if (challenge[0] !== Answer.CHALLENGE || challenge.length !== 3 + NONCE + PROOF)
      throw new Failure('protocol');
    /** @param {'client' | 'server'} role */
    const proof = (role) =>
      createHmac('sha256', secret)
        .update(`latchkey bridge ${VERSION} proof of the ${role}\0`)
        .update(nonce)
        .update(challenge.subarray(3, 3 + NONCE))
        .digest();
    if (!timingSafeEqual(challenge.subarray(3 + NONCE), proof('server'))) throw new Failure('not-trusted');
    socket.write(framed(proof('client')));
    const accepted = await answer();
    if (accepted.length === 3 && accepted[0] === Answer.BUSY) throw new Failure('busy');
    if (accepted.length !== 1 || accepted[0] !== Answer.ACCEPTED) throw new Failure('protocol');
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {Side} side
   * @returns {Promise<never>}
   */
  #pass(socket, side) {
    this.#browser.passTo((frame) => {
      socket.write(framed(frame));
      if (socket.writableLength > MOST_WAITING) this.#browser.pause();
    });
    socket.on('drain', () => this.#browser.resume());
    side.passTo((frame) => {
      if (!process.stdout.write(framed(frame))) side.pause();
    });
    process.stdout.on('drain', () => side.resume());
    const closed = () => this.#end(new Failure('closed'));
    if (side.ended) closed();
    socket.once('end', closed).once('close', closed);
    return this.#ended;
  }

  /**
   * Resolves when the system has taken it, and with it all that went before.
   * @param {import('../../main/bridge/messages').FromRelay} message
   */
  #tell(message) {
    return new Promise((resolve) =>
      process.stdout.write(framed(Buffer.from(JSON.stringify(message))), resolve),
    );
  }
}

/**
 * @param {number} file
 * @param {string} text
 */
function writeQuietly(file, text) {
  try {
    writeSync(file, text);
  } catch {
    // Nobody reads it.
  }
}

/** The program that started this one; empty where the system does not say. */
function parentProgram() {
  try {
    if (process.platform === 'linux')
      return readlinkSync(`/proc/${process.ppid}/exe`).replace(/ \(deleted\)$/, '');
    if (process.platform === 'darwin')
      return spawnSync('/bin/ps', ['-o', 'comm=', '-p', String(process.ppid)], {
        encoding: 'utf8',
      }).stdout.trim();
  } catch {
    // Not told.
  }
  return '';
}

const [, started, folder, ...browsers] = process.argv;
if (started && folder && realpathSync(started) === realpathSync(fileURLToPath(import.meta.url))) {
  process.exit(await new Relay(folder, browsers).run());
}
