/** Whatever comes over the socket: an error of the protocol, never another one, and never an operation that was not asked for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ControlError } from '../../main/control/control-error';
import { framed, FrameReader } from '../../main/control/frames';
import { ClientHandshake, ServerHandshake } from '../../main/control/handshake';
import { answerTo, encodeRequest, readAnswer } from '../../main/control/messages';
import type { DeviceCredential, DeviceService } from '../../main/control/operations';
import { MAX_PIECE, SealedChannel } from '../../main/control/sealed-channel';
import { encodeCbor } from '../../main/ctap/cbor';
import { settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';
import { ControlRig, status } from './control-rig';

const bytes = fc.uint8Array({ maxLength: 300 });
const keys = () => ({ toServer: new Uint8Array(32).fill(1), toClient: new Uint8Array(32).fill(2) });

/** What it throws, when that is of the protocol; anything else is thrown on. */
function refused(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof ControlError) return true;
    throw error;
  }
}

describe('frames', () => {
  it('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 6 }),
        fc.array(fc.nat(50), { minLength: 1 }),
        (contents, cuts) => {
          const reader = new FrameReader(300);
          const stream = Buffer.concat(contents.map(framed));
          const read: Uint8Array[] = [];
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const size = (cuts[cut % cuts.length] ?? 0) + 1;
            reader.push(stream.subarray(at, at + size));
            at += size;
            for (let frame = reader.next(); frame; frame = reader.next()) read.push(frame);
          }
          expect(read).toEqual(contents);
        },
      ),
    );
  });

  it('that are too long are refused before they have come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 301, max: 0xffff_ffff }), (length) => {
        const head = Buffer.alloc(4);
        head.writeUInt32LE(length);
        expect(refused(() => new FrameReader(300).push(head))).toBe(true);
      }),
    );
  });
});

describe('the handshake', () => {
  const secret = new Uint8Array(32).fill(3);

  it('the server takes any bytes for a hello or refuses them, and no bytes for a proof', () => {
    fc.assert(
      fc.property(bytes, bytes, (hello, proof) => {
        const server = new ServerHandshake(secret, new SeededRandom());
        refused(() => server.challenge(hello));
        server.challenge(new ClientHandshake(secret, new SeededRandom('b')).hello);
        expect(refused(() => server.accept(proof))).toBe(true);
      }),
    );
  });

  it('the client takes no bytes for a challenge', () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), (answer, plausible) => {
        if (plausible) answer.set([0, 1, 0].slice(0, answer.length));
        const client = new ClientHandshake(secret, new SeededRandom());
        expect(refused(() => client.answer(answer))).toBe(true);
      }),
    );
  });

  it('a challenge with any bit changed is refused', () => {
    const client = new ClientHandshake(secret, new SeededRandom('b'));
    const { answer } = new ServerHandshake(secret, new SeededRandom()).challenge(
      Uint8Array.from(client.hello),
    );
    for (let bit = 0; bit < answer.length * 8; bit++) {
      const changed = Uint8Array.from(answer);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(refused(() => client.answer(changed))).toBe(true);
    }
  });
});

describe('sealed messages', () => {
  it('of any length come out as they went in, and only in their order', () => {
    for (const length of [0, 1, MAX_PIECE - 1, MAX_PIECE, MAX_PIECE + 1, 3 * MAX_PIECE]) {
      const message = new SeededRandom().bytes(length);
      const frames = new SealedChannel(keys(), 'client', { longestMessage: 0 }).seal(message);
      const server = new SealedChannel(keys(), 'server', { longestMessage: 4 * MAX_PIECE });
      const opened = frames.map((frame) => server.open(frame));
      expect(opened.slice(0, -1).every((each) => each === undefined)).toBe(true);
      expect(Buffer.from(opened.at(-1) ?? []).equals(message)).toBe(true);
      if (frames.length < 2) continue;
      const other = new SealedChannel(keys(), 'server', { longestMessage: 4 * MAX_PIECE });
      expect(refused(() => other.open(frames[1] ?? new Uint8Array()))).toBe(true);
    }
  });

  it('longer than the other side takes are refused, in pieces too', () => {
    const frames = new SealedChannel(keys(), 'client', { longestMessage: 0 }).seal(
      new Uint8Array(2 * MAX_PIECE),
    );
    const server = new SealedChannel(keys(), 'server', { longestMessage: MAX_PIECE + 9 });
    expect(server.open(frames[0] ?? new Uint8Array())).toBeUndefined();
    expect(refused(() => server.open(frames[1] ?? new Uint8Array()))).toBe(true);
  });

  it('any other bytes are refused', () => {
    fc.assert(
      fc.property(bytes, (frame) => {
        const server = new SealedChannel(keys(), 'server', { longestMessage: 999 });
        expect(refused(() => server.open(frame))).toBe(true);
      }),
    );
  });
});

describe('requests', () => {
  const deaf = new Proxy({} as DeviceService, {
    get: () => () => {
      throw new Error('nothing was asked for');
    },
  });

  it('of any bytes are answered by a refusal', async () => {
    const named = fc
      .record({
        operation: fc.constantFrom('remove', 'setUp', 'makeCredential', '__proto__', 'constructor', ''),
        rest: bytes,
      })
      .map(({ operation, rest }) =>
        encodeCbor(
          new Map<string, string | Uint8Array>([
            ['operation', operation],
            ['arguments', rest],
          ]),
        ),
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, named), async (message) => {
        const answer = await answerTo(message.slice(), deaf, new AbortController().signal);
        expect(() => readAnswer('setUp', answer)).toThrow(ControlError);
      }),
      { numRuns: 500 },
    );
  });

  it('an answer of any bytes is a result or an error of the protocol', () => {
    fc.assert(
      fc.property(bytes, (message) => {
        expect(refused(() => readAnswer('status', message))).toBe(true);
      }),
    );
  });

  it.each([
    ['changePin', { current: 'x'.repeat(257), next: 'y' }],
    ['rename', { id: new Uint8Array(3), name: 'x'.repeat(4097) }],
  ] as const)('%s with an absurd text never reaches the device', async (name, args) => {
    const answer = await answerTo(encodeRequest(name, args as never), deaf, new AbortController().signal);
    expect(() => readAnswer(name, answer)).toThrow(ControlError);
  });
});

it('garbage on any number of connections disturbs nobody', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(bytes, { maxLength: 4 }), { maxLength: 8 }), async (connections) => {
      const rig = new ControlRig();
      await rig.serve();
      const client = await rig.connect();
      for (const pieces of connections) {
        const end = await rig.socket.end();
        for (const piece of pieces) end.send(piece);
      }
      await settled();
      expect(await client.service.status({})).toEqual(status);
      expect(rig.asked).toBe(1);
    }),
    { numRuns: 50 },
  );
});

it('10,000 passkeys come over as they are', async () => {
  const random = new SeededRandom();
  const passkeys = Array.from({ length: 10_000 }, (_, index): DeviceCredential => ({
    id: random.bytes(32),
    rp: { id: `site${index}.example`, name: 'A site' },
    user: { id: random.bytes(16), name: `user${index}`, displayName: 'Zoë 山田' },
    algorithm: -7,
    publicKey: new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, random.bytes(32)],
      [-3, random.bytes(32)],
    ]),
    credProtect: 3,
    hasLargeBlobKey: index % 2 === 0,
    created: 1_790_000_000_000 + index,
    protected: false,
    ...(index % 3 === 0 && { lastUsed: 1_790_000_000_001, notRemovable: 'It signs in here.' }),
  }));
  const rig = new ControlRig();
  rig.handlers.list = async () => ({ passkeys });
  await rig.serve();
  const client = await rig.connect();
  expect(await client.service.list({})).toEqual({ passkeys });
});
