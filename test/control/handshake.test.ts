import { beforeEach, describe, expect, it } from 'vitest';
import { ControlError } from '../../main/control/control-error';
import { framed, MAX_FRAME } from '../../main/control/frames';
import { bridge, ClientHandshake, control, ServerHandshake } from '../../main/control/handshake';
import { IDLE_TIMEOUT, MAX_CLIENTS } from '../../main/control/control-server';
import { HANDSHAKE_TIMEOUT, MAX_STRANGERS, WRITE_TIMEOUT } from '../../main/control/link-server';
import { CONNECT_TIMEOUT } from '../../main/control/control-client';
import { answerTo, encodeRequest, readAnswer } from '../../main/control/messages';
import { MemoryControl } from '../support/memory-control';
import { settled } from '../support/manual-clock';
import { SeededRandom } from '../support/seeded-random';
import { ControlRig, status } from './control-rig';

let rig: ControlRig;
beforeEach(() => {
  rig = new ControlRig();
});

const failing = async (action: Promise<unknown>): Promise<string | undefined> => {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ControlError ? error.failure : String(error);
};

const secretOf = ({ secret }: ControlRig): Uint8Array => secret.content ?? new Uint8Array();
const helloOf = (secret: Uint8Array, version = control.version): ClientHandshake =>
  new ClientHandshake(secret, new SeededRandom('another'), { ...control, version });

describe('a program that knows the secret', () => {
  it('is served, again and again', async () => {
    await rig.serve();
    const client = await rig.connect();
    expect(await client.service.status({})).toEqual(status);
    expect(await client.service.status({})).toEqual(status);
  });

  it('never sends the secret, nor what it asks, in the open', async () => {
    rig.handlers.changePin = async () => ({});
    await rig.serve();
    const client = await rig.connect();
    await client.service.changePin({ current: 'correct horse', next: 'battery staple' });
    const sent = Buffer.concat(rig.socket.traffic.map(({ bytes }) => bytes));
    expect(sent.includes(Buffer.from(secretOf(rig)))).toBe(false);
    expect(sent.includes('horse')).toBe(false);
    expect(sent.includes('changePin')).toBe(false);
  });

  it('finds nobody where no app ever ran, and where it has ended', async () => {
    expect(await failing(rig.connect())).toBe('not-running');
    rig.secret.content = undefined;
    expect(await failing(rig.connect())).toBe('not-running');
    const stop = await rig.serve();
    await stop();
    expect(await failing(rig.connect())).toBe('not-running');
  });

  it('gets a secret made at the first start, and a new one for a file that was cut short', async () => {
    rig.secret.content = undefined;
    const stop = await rig.serve();
    expect(rig.secret.content).toHaveLength(32);
    await stop();
    rig.secret.content = secretOf(rig).slice(0, 31);
    await rig.serve();
    expect(rig.secret.content).toHaveLength(32);
    await (await rig.connect()).service.status({});
  });
});

describe('a program that does not know the secret', () => {
  it('is not told anything that the secret made, but that the server knows it', async () => {
    await rig.serve();
    expect(await failing(rig.connect(new Uint8Array(32).fill(7)))).toBe('not-trusted');
    expect(rig.asked).toBe(0);
  });

  it('gains nothing by sending the answer of the server back', async () => {
    await rig.serve();
    const end = await rig.socket.end();
    end.send(framed(helloOf(secretOf(rig)).hello));
    const [challenge = new Uint8Array()] = await end.frames(1);
    end.send(framed(challenge.slice(-32)));
    await end.frames(2);
    expect(end.ended).toBe(true);
    expect(end.received).toHaveLength(1);
  });

  it('cannot let one connection answer for another', async () => {
    await rig.serve();
    const one = await rig.socket.end();
    const two = await rig.socket.end();
    const hello = helloOf(secretOf(rig));
    one.send(framed(hello.hello));
    two.send(framed(hello.hello));
    const [first = new Uint8Array()] = await one.frames(1);
    await two.frames(1);
    const { proof } = hello.answer(first);
    two.send(framed(proof));
    await two.frames(2);
    expect(two.ended).toBe(true);
    one.send(framed(proof));
    expect(await one.frames(2)).toHaveLength(2);
  });

  it('cannot repeat what it has overheard', async () => {
    await rig.serve();
    const client = await rig.connect();
    await client.service.status({});
    const asked = rig.asked;
    const end = await rig.socket.end();
    for (const { direction, bytes } of [...rig.socket.traffic])
      if (direction === 'to-server') {
        end.send(bytes);
        await settled();
      }
    await end.frames(9);
    expect(end.ended).toBe(true);
    expect(rig.asked).toBe(asked);
  });
});

describe('what stands in the place of the server', () => {
  /** A server without the secret. */
  const impostor = async (answer: (hello: Uint8Array) => Uint8Array): Promise<MemoryControl> => {
    const socket = new MemoryControl();
    await socket.listen((link) => ({
      onBytes: (bytes) => void link.write(framed(answer(bytes.slice(4)))),
      onEnd: () => undefined,
    }));
    Object.assign(rig, { socket });
    return socket;
  };

  it('is not believed with another secret, and gets no proof', async () => {
    const server = new ServerHandshake(new Uint8Array(32), new SeededRandom());
    const socket = await impostor((hello) => server.challenge(hello).answer);
    expect(await failing(rig.connect())).toBe('not-trusted');
    expect(socket.traffic.filter(({ direction }) => direction === 'to-server')).toHaveLength(1);
  });

  it('is not believed when it mirrors what it gets', async () => {
    await impostor((hello) => hello);
    expect(await failing(rig.connect())).toBe('newer');
    await impostor((hello) =>
      Buffer.concat([Uint8Array.of(0, control.version, 0), hello.slice(-32), hello.slice(-32)]),
    );
    expect(await failing(rig.connect())).toBe('not-trusted');
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['too little', Uint8Array.of(0, control.version, 0, 1)],
    ['an answer that there is not', Uint8Array.of(9, control.version, 0)],
  ])('is not understood when it says %s', async (_what, answer) => {
    await impostor(() => answer);
    expect(await failing(rig.connect())).toBe('protocol');
  });

  it('is given up when it says nothing', async () => {
    await rig.socket.listen(() => ({ onBytes: () => undefined, onEnd: () => undefined }));
    const connecting = failing(rig.connect());
    await rig.clock.advance(CONNECT_TIMEOUT);
    expect(await connecting).toBe('timed-out');
    expect(rig.clock.pending).toBe(0);
  });
});

describe('another version', () => {
  it('of the server: the program says which of the two is the older one', async () => {
    const versioned = (version: number): Promise<string | undefined> => {
      rig = new ControlRig();
      rig.socket.tamper = (bytes, direction) => {
        if (direction === 'to-client') bytes[5] = version;
        return bytes;
      };
      return rig.serve().then(() => failing(rig.connect()));
    };
    expect(await versioned(control.version + 1)).toBe('newer');
    expect(await versioned(control.version - 1)).toBe('older');
    expect(new ControlError('newer').message).toContain('Use the program that came with it.');
    expect(new ControlError('older').message).toContain('Quit it, start the newer one');
  });

  it('is worth nothing in another protocol, though the secret be the same', () => {
    const secret = new SeededRandom('shared').bytes(32);
    const client = new ClientHandshake(secret, new SeededRandom('client'), bridge);
    const server = new ServerHandshake(secret, new SeededRandom('server'), control);
    const { answer } = server.challenge(client.hello);
    expect(() => client.answer(answer)).toThrow(/does not know the secret/);
  });

  it.each([0, control.version + 1, 0xffff])(
    'of the program (%i): the server says its own, and ends',
    async (version) => {
      await rig.serve();
      const end = await rig.socket.end();
      end.send(framed(helloOf(secretOf(rig), version).hello));
      expect(await end.frames(2)).toEqual([Uint8Array.of(1, control.version, 0)]);
      expect(end.ended).toBe(true);
    },
  );

  it('an operation that the server does not know means that it is older', async () => {
    await rig.serve();
    const client = await rig.connect();
    const request = Buffer.from(encodeRequest('status', {}));
    request.write('statuz', request.indexOf('status'));
    const answer = await answerTo(Uint8Array.from(request), client.service, new AbortController().signal);
    expect(() => readAnswer('status', answer)).toThrow(
      expect.objectContaining({ failure: 'older' }) as Error,
    );
  });
});

describe('a client that is slow, silent or hostile', () => {
  it('is given up when it does not show in time who it is', async () => {
    await rig.serve();
    const silent = await rig.socket.end();
    const half = await rig.socket.end();
    half.send(framed(helloOf(secretOf(rig)).hello));
    await half.frames(1);
    await rig.clock.advance(HANDSHAKE_TIMEOUT);
    expect(silent.ended && half.ended).toBe(true);
    expect(rig.clock.pending).toBe(0);
  });

  it('is given up when it asks nothing for long', async () => {
    await rig.serve();
    const client = await rig.connect();
    await rig.clock.advance(IDLE_TIMEOUT - 1);
    await client.service.status({});
    await rig.clock.advance(IDLE_TIMEOUT - 1);
    await client.service.status({});
    await rig.clock.advance(IDLE_TIMEOUT);
    expect(await failing(client.service.status({}))).toBe('closed');
    expect(rig.clock.pending).toBe(0);
  });

  it('is given up when it does not take its answer, and keeps nobody waiting', async () => {
    await rig.serve();
    const slow = await rig.connect();
    rig.socket.clientsRead = false;
    const answer = failing(slow.service.status({}));
    await settled();
    rig.socket.clientsRead = true;
    const other = await rig.connect();
    expect(await other.service.status({})).toEqual(status);
    await rig.clock.advance(WRITE_TIMEOUT);
    expect(await answer).toBe('closed');
  });

  it('does not keep others waiting while its own request takes long', async () => {
    let finish = (): void => undefined;
    rig.handlers.lock = () => new Promise((resolve) => (finish = () => resolve({})));
    await rig.serve();
    const slow = await rig.connect();
    const locked = slow.service.lock({});
    await settled();
    expect(await (await rig.connect()).service.status({})).toEqual(status);
    finish();
    await locked;
  });

  it('that went away has its request cancelled', async () => {
    let given: AbortSignal | undefined;
    rig.handlers.lock = (_, signal) => {
      given = signal;
      return new Promise(() => undefined);
    };
    await rig.serve();
    const client = await rig.connect();
    const interruption = new AbortController();
    const locked = client.service.lock({}, interruption.signal);
    await settled();
    expect(given?.aborted).toBe(false);
    interruption.abort(new Error('Ctrl-C'));
    await expect(locked).rejects.toThrow('Ctrl-C');
    await settled();
    expect(given?.aborted).toBe(true);
  });

  it('one of many that say nothing gives way; who knows the secret is served all the same', async () => {
    await rig.serve();
    const strangers = [];
    for (let count = 0; count < 4 * MAX_STRANGERS; count++) strangers.push(await rig.socket.end());
    await settled();
    expect(strangers.filter(({ ended }) => !ended)).toHaveLength(MAX_STRANGERS);
    expect(await (await rig.connect()).service.status({})).toEqual(status);
  });

  it('too many that know the secret are told so', async () => {
    await rig.serve();
    const clients = [];
    for (let count = 0; count < MAX_CLIENTS; count++) clients.push(await rig.connect());
    expect(await failing(rig.connect())).toBe('busy');
    clients[0]?.close();
    await settled();
    await (await rig.connect()).service.status({});
  });

  it.each([
    ['an oversized hello', framed(new Uint8Array(129))],
    ['a length without end', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    ['a length just beyond', Uint8Array.of(129, 0, 0, 0)],
    ['another protocol', framed(Buffer.from('GET / HTTP/1.1\r\n'))],
    ['an empty frame', framed(new Uint8Array())],
    ['a flood of small frames', Buffer.concat(Array.from({ length: 99 }, () => framed(Buffer.from('x'))))],
  ])('is dropped for %s, without an answer', async (_what, bytes) => {
    await rig.serve();
    const end = await rig.socket.end();
    end.send(bytes);
    await end.frames(1);
    expect(end.ended).toBe(true);
    expect(end.received).toEqual([]);
  });

  it('is dropped for sending more than one request at once, beyond what a request may have', async () => {
    rig.handlers.lock = () => new Promise(() => undefined);
    await rig.serve();
    const client = await rig.connect();
    const locked = failing(client.service.lock({}));
    await settled();
    const flood = framed(new Uint8Array(MAX_FRAME));
    for (let count = 0; count < 3; count++) await rig.socket.newest?.write(flood).catch(() => undefined);
    expect(await locked).toBe('closed');
  });
});

describe('after the handshake', () => {
  const tampered = async (
    change: (frame: Uint8Array) => Uint8Array | undefined,
  ): Promise<string | undefined> => {
    await rig.serve();
    const client = await rig.connect();
    rig.socket.tamper = (bytes, direction) => (direction === 'to-server' ? change(bytes) : bytes);
    return failing(client.service.status({}));
  };

  it('a frame with one bit changed ends the connection, whichever bit', async () => {
    for (const at of [4, 5, 20, -17, -16, -1]) {
      rig = new ControlRig();
      expect(
        await tampered((frame) => {
          const index = at < 0 ? frame.length + at : at;
          frame[index] = (frame[index] ?? 0) ^ 1;
          return frame;
        }),
      ).toBe('closed');
      expect(rig.asked).toBe(0);
    }
  });

  it('a frame that comes twice ends the connection', async () => {
    await tampered((frame) => Buffer.concat([frame, frame]));
    await settled();
    expect(rig.asked).toBe(1);
  });

  it('an answer that is replaced by an older one is not taken', async () => {
    await rig.serve();
    const client = await rig.connect();
    await client.service.status({});
    const old = rig.socket.traffic.filter(({ direction }) => direction === 'to-client').at(-1)?.bytes;
    rig.socket.tamper = (bytes, direction) => (direction === 'to-client' ? old : bytes);
    expect(await failing(client.service.status({}))).toBe('protocol');
  });

  it('what the client sent is no answer to it', async () => {
    await rig.serve();
    const client = await rig.connect();
    let request = new Uint8Array();
    rig.socket.tamper = (bytes, direction) => {
      if (direction === 'to-client') return request;
      request = Uint8Array.from(bytes);
      return bytes;
    };
    expect(await failing(client.service.status({}))).toBe('protocol');
  });

  it('a frame cut short is waited for, and then given up', async () => {
    await rig.serve();
    const client = await rig.connect();
    rig.socket.tamper = (bytes, direction) => (direction === 'to-server' ? bytes.slice(0, -1) : bytes);
    const answer = failing(client.service.status({}));
    await settled();
    expect(rig.asked).toBe(0);
    await rig.clock.advance(IDLE_TIMEOUT);
    expect(['closed', 'timed-out']).toContain(await answer);
    expect(rig.clock.pending).toBe(0);
  });

  it('frames arrive whole although they come byte by byte', async () => {
    await rig.serve();
    const client = await rig.connect();
    rig.socket.crumble = true;
    expect(await client.service.status({})).toEqual(status);
  });
});
