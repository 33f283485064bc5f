/** A key's end of CTAPHID: whatever reports come and whenever, it keeps to the framing and goes on answering. */
import { profileNames } from '../../../main/authenticator/key-recipe';
import type { ProfileName } from '../../../main/authenticator/configuration';
import { SoftHidBus } from '../../../main/authenticator/fronts/soft-hid-bus';
import {
  BROADCAST_CHANNEL,
  HidCommand,
  HidError,
  MAX_MESSAGE_LENGTH,
  MessageBuffer,
  packetsOf,
  parsePacket,
  REPORT_LENGTH,
} from '../../../main/ctap/ctaphid';
import { statusName } from '../../../main/ctap/status';
import { softKey } from '../../support/soft-key';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

interface Message {
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array;
}

/** Puts the key's reports together, and finds every one that has no place where it stands. */
class Framing {
  readonly messages: Message[] = [];
  /** By channel, what was asked there since its last INIT. */
  readonly #asked = new Map<number, number[]>();
  #open: { readonly channel: number; readonly command: number; readonly buffer: MessageBuffer } | undefined;

  /** Before a report goes to the key. */
  asking(report: Uint8Array): void {
    const packet = parsePacket(report);
    if (packet?.kind !== 'init' || packet.command === HidCommand.CANCEL) return;
    // INIT ends what went on on its channel.
    const before =
      packet.command === HidCommand.INIT && packet.length === 8 ? [] : this.#asked.get(packet.channel);
    this.#asked.set(packet.channel, [...(before ?? []), packet.command]);
  }

  readonly take = (report: Uint8Array): void => {
    expectThat(report.length === REPORT_LENGTH, 'a report has 64 bytes');
    const packet = parsePacket(report)!;
    if (packet.kind === 'init') {
      expectThat(this.#open === undefined, 'a message begins when the one before it is complete');
      expectThat(packet.length <= MAX_MESSAGE_LENGTH, 'a message has at most 7609 bytes');
      this.#open = { channel: packet.channel, command: packet.command, buffer: new MessageBuffer(packet) };
    } else {
      expectThat(this.#open?.channel === packet.channel, 'a continuation continues something');
      expectThat(this.#open.buffer.append(packet), 'continuations are numbered in order');
    }
    const { channel, command, buffer } = this.#open;
    if (!buffer.message) return;
    this.#open = undefined;
    this.messages.push({ channel, command, payload: buffer.message });
    this.#checkAsked(channel, command);
    check(command, buffer.message);
  };

  #checkAsked(channel: number, command: number): void {
    const asked = this.#asked.get(channel) ?? [];
    const isAbout = (request: number): boolean =>
      command === HidCommand.ERROR ||
      request === (command === HidCommand.KEEPALIVE ? HidCommand.CBOR : command);
    const at = asked.findLastIndex(isAbout);
    expectThat(at >= 0, `the key says nothing that was not asked for (${command})`);
    if (command !== HidCommand.KEEPALIVE) this.#asked.set(channel, asked.toSpliced(at, 1));
  }
}

const hidErrors: ReadonlySet<number> = new Set(Object.values(HidError));

function check(command: number, payload: Uint8Array): void {
  const [first] = payload;
  switch (command) {
    case HidCommand.ERROR:
      expectThat(
        payload.length === 1 && hidErrors.has(first!),
        'an error is one byte that the specification knows',
      );
      return expectThat(first !== HidError.OTHER, 'nothing goes wrong that no other error names');
    case HidCommand.KEEPALIVE:
      return expectThat(payload.length === 1 && (first === 1 || first === 2), 'a keepalive is 1 or 2');
    case HidCommand.INIT:
      return expectThat(payload.length === 17, 'INIT is answered with 17 bytes');
    case HidCommand.CBOR:
      return expectThat(
        first !== undefined && statusName(first) !== undefined && first !== 0x7f,
        'a known status',
      );
    case HidCommand.MSG:
      return expectThat(payload.length >= 2, 'a U2F answer ends in a status word');
    case HidCommand.PING:
      return;
    default:
      expectThat(command === HidCommand.WINK && payload.length === 0, 'nothing but answers is sent');
  }
}

/** CTAPHID requests that mean something: getInfo, selection, PIN retries, key agreement, a ping, nothing. */
const requests: readonly (readonly [command: number, ...payload: number[]])[] = [
  [HidCommand.CBOR, 4],
  [HidCommand.CBOR, 0x0b],
  [HidCommand.CBOR, 6, 0xa1, 2, 1],
  [HidCommand.CBOR, 7],
  [HidCommand.CBOR],
  [HidCommand.PING, ...Array<number>(57).fill(1)],
  [HidCommand.PING, ...Array<number>(200).fill(2)],
  [HidCommand.MSG, 0, 3, 0, 0, 0, 0, 0],
  [HidCommand.WINK],
  [HidCommand.LOCK, 5],
  [HidCommand.CANCEL],
  [HidCommand.INIT, 1, 2, 3, 4, 5, 6, 7, 8],
];

const profiles = profileNames().map(({ profile }) => profile as ProfileName);
/** Milliseconds around the time-outs of packets, keepalives and touches. */
const pauses = [0, 1, 74, 75, 100, 499, 500, 501, 3000, 31_000];
const NONCE = [9, 8, 7, 6, 5, 4, 3, 2];

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const profile = choices.pick(profiles);
  const { soft, clock, presence } = await softKey({
    profile,
    configuration: { wink: choices.flag() },
    ...(choices.flag() && { pin: '123456' }),
  });
  const bus = new SoftHidBus();
  const broken: unknown[] = [];
  let device = bus.plug(soft);
  let framing = new Framing();
  const connect = async () => {
    framing = new Framing();
    const { take } = framing;
    return bus.open(device, {
      onReport: (report) => {
        try {
          take(report);
        } catch (error) {
          broken.push(error);
        }
      },
      onEnd: () => undefined,
    });
  };
  let link = await connect();
  const write = (report: Uint8Array): Promise<void> => {
    framing.asking(report);
    return link.write(report);
  };
  const allocated = (): number[] =>
    framing.messages
      .filter(({ command, payload }) => command === HidCommand.INIT && payload.length === 17)
      .map(({ payload }) => new DataView(payload.buffer, payload.byteOffset).getUint32(8));
  const channel = (): number => choices.pick([...allocated().slice(-4), BROADCAST_CHANNEL, 0, 0x01020304]);
  const send = async (to: number, command: number, payload: readonly number[], packets = Infinity) => {
    for (const report of packetsOf(to, command, Uint8Array.from(payload)).slice(0, packets))
      await write(report);
  };
  for (let steps = 0; !choices.done && steps < 60; steps++) {
    switch (choices.below(11)) {
      case 0:
        await send(BROADCAST_CHANNEL, HidCommand.INIT, NONCE);
        break;
      case 1:
      case 2: {
        const [command, ...payload] = choices.pick(requests);
        await send(channel(), command, payload);
        break;
      }
      case 3: {
        const [command, ...payload] = choices.pick(requests);
        await send(channel(), command, payload, choices.below(3) + 1);
        break;
      }
      case 4: {
        const report = new Uint8Array(REPORT_LENGTH);
        new DataView(report.buffer).setUint32(0, channel());
        report.set(choices.bytes(60), 4);
        await write(report);
        break;
      }
      case 5:
        await write(choices.bytes(80));
        break;
      case 6:
        await send(channel(), choices.below(128), [...choices.bytes(255)]);
        break;
      case 7:
        presence.next(choices.pick(['wait', 'granted', 'refused', 'timed-out'] as const));
        break;
      case 8:
        if (choices.flag()) {
          bus.unplug(soft);
          await clock.advance(choices.pick(pauses));
          device = bus.plug(soft);
        } else await link.close();
        link = await connect();
        break;
      default:
        await clock.advance(choices.pick(pauses));
    }
    // The packets of a request arrive before anything else happens.
    await clock.advance(0);
  }
  // Whatever was begun is over by now: the longest wait is that for a touch.
  for (let waited = 0; waited < 4; waited++) await clock.advance(31_000);
  const before = framing.messages.length;
  await send(BROADCAST_CHANNEL, HidCommand.INIT, NONCE);
  await clock.advance(0);
  const mine = framing.messages.at(-1);
  expectThat(framing.messages.length === before + 1 && mine?.command === HidCommand.INIT, 'INIT is answered');
  expectThat(Buffer.from(mine.payload.subarray(0, 8)).equals(Buffer.from(NONCE)), 'with the nonce');
  const question = profile === 'u2f' ? requests[7]! : requests[0]!;
  await send(new DataView(mine.payload.buffer).getUint32(8), question[0], question.slice(1));
  await clock.advance(50);
  const answer = framing.messages.at(-1);
  expectThat(answer?.command === question[0], 'and then the key says what it is');
  if (profile !== 'u2f') expectThat(answer.payload[0] === 0, 'getInfo succeeds');
  if (broken.length > 0) throw broken[0];
  expectThat(clock.pending === 0, 'an idle key waits for nothing');
}

export const ctaphidDevice: FuzzTarget = {
  name: 'ctaphid-device',
  runs: 1500,
  seeds: () => [
    // INIT, then one request after the other on the new channel.
    ...requests.map((_, index) => Uint8Array.of(2, 1, 1, 0, 1, index, 0, 9, 4, 1, index, 0, 9, 6)),
    Uint8Array.of(2, 1, 1, 0, 7, 0, 1, 1, 0, 9, 3, 1, 10, 0, 9, 4),
    // INIT while the key waits for a touch.
    Uint8Array.of(2, 1, 1, 0, 7, 0, 1, 1, 0, 1, 11, 0),
    Uint8Array.of(2, 1, 1, 0, 3, 6, 0, 0, 9, 7, 1, 0, 0),
    Uint8Array.from({ length: 150 }, (_, index) => (index * 53) % 256),
  ],
  run,
};
