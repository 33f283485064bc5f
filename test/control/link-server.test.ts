/** What is sent to somebody who knows the secret is taken in time, or the connection ends. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FrameReader, framed } from '../../main/control/frames';
import { bridge, ClientHandshake, MAX_HANDSHAKE_FRAME, SECRET_LENGTH } from '../../main/control/handshake';
import { LinkServer, WRITE_TIMEOUT, type KnownLink } from '../../main/control/link-server';
import type { ControlLink } from '../../native/ports';
import { ManualClock, settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';

/** Milliseconds between two frames: many of them within the time for one. */
const OFTEN = WRITE_TIMEOUT / 6;

/** The other end: it takes a frame when the test says so. */
class Reader implements ControlLink {
  isClosed = false;
  readonly frames = new FrameReader(MAX_HANDSHAKE_FRAME);
  readonly #waiting: (() => void)[] = [];

  write(bytes: Uint8Array): Promise<void> {
    this.frames.push(bytes);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.isClosed = true;
  }

  /** Takes the oldest frame that waits. */
  async takes(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }
}

let clock: ManualClock;
let reader: Reader;
let link: KnownLink;
beforeEach(async () => {
  clock = new ManualClock();
  reader = new Reader();
  const random = new SeededRandom();
  const secret = random.bytes(SECRET_LENGTH);
  const known: KnownLink[] = [];
  const server = new LinkServer({
    protocol: bridge,
    secret,
    clock,
    random,
    mostClients: 1,
    onKnown: (one) => {
      known.push(one);
      return { onFrame: () => undefined };
    },
  });
  const listener = server.accept(reader);
  const handshake = new ClientHandshake(secret, random, bridge);
  listener.onBytes(framed(handshake.hello));
  await reader.takes();
  listener.onBytes(framed(handshake.answer(reader.frames.next() ?? new Uint8Array()).proof));
  await settled();
  link = known[0] as KnownLink;
  link.within(undefined);
});

const send = () => void link.send(new Uint8Array(1)).catch(() => undefined);

describe('who does not take what is sent', () => {
  it('is closed in time, though more is sent all the while', async () => {
    send();
    for (let passed = OFTEN; passed < WRITE_TIMEOUT; passed += OFTEN) {
      await clock.advance(OFTEN);
      expect(reader.isClosed).toBe(false);
      send();
    }
    await clock.advance(OFTEN);
    expect(reader.isClosed).toBe(true);
    expect(link.gone.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is closed in time, though it took the first', async () => {
    send();
    send();
    await clock.advance(WRITE_TIMEOUT - 1);
    await reader.takes();
    await clock.advance(WRITE_TIMEOUT - 1);
    expect(reader.isClosed).toBe(false);
    await clock.advance(1);
    expect(reader.isClosed).toBe(true);
  });
});

describe('who takes what is sent', () => {
  it('slowly, one after the other, is served', async () => {
    for (let each = 0; each < 5; each++) send();
    for (let each = 0; each < 5; each++) {
      await clock.advance(WRITE_TIMEOUT - 1);
      await reader.takes();
    }
    expect(reader.isClosed).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('may stay silent again as long as was said', async () => {
    link.within(10 * WRITE_TIMEOUT);
    send();
    await reader.takes();
    await clock.advance(10 * WRITE_TIMEOUT - 1);
    expect(reader.isClosed).toBe(false);
    await clock.advance(1);
    expect(reader.isClosed).toBe(true);
  });

  it('has the time for that from when everything is taken, whatever was said meanwhile', async () => {
    send();
    link.within(1);
    await clock.advance(WRITE_TIMEOUT - 1);
    expect(reader.isClosed).toBe(false);
    await reader.takes();
    await clock.advance(1);
    expect(reader.isClosed).toBe(true);
  });
});
