/** Our end of CTAPHID with a device that does anything: every call ends, in bounded time, with an answer or an error of ours. */
import { SecurityKey } from '../../../main/client/security-key';
import { isFailure } from '../../../main/client/failures';
import { BROADCAST_CHANNEL, HidCommand, packetsOf } from '../../../main/ctap/ctaphid';
import { ManualClock } from '../../support/manual-clock';
import { hidDevice, ScriptedBus, ScriptedKey, type HostMessage } from '../../support/scripted-hid';
import { SeededRandom } from '../../support/seeded-random';
import { watched } from '../../support/outcome';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';
import { exampleMessages } from './examples';

/** Milliseconds after which nothing may wait any more, opening the device again and asking it included. */
const END = 10 * 60_000;

/** What the device does with one message. */
function react(choices: Choices, { channel, command, payload }: HostMessage, key: ScriptedKey): void {
  const proper = command === HidCommand.CBOR ? Uint8Array.of(0, ...exampleMessages[0]!) : payload;
  for (let acts = choices.below(3) + 1; acts > 0; acts--) {
    const to = choices.pick([channel, channel, channel, BROADCAST_CHANNEL, 0, 0x0badcafe]);
    switch (choices.below(14)) {
      case 0:
      case 1:
        key.reply(to, command, proper);
        break;
      case 2:
        key.reply(to, command, choices.bytes(200));
        break;
      case 3:
        key.keepalive(to, choices.byte());
        break;
      case 4:
        key.error(to, choices.flag() ? choices.below(13) : choices.byte());
        break;
      case 5: {
        // Parts of an answer: some left out, doubled or out of order.
        const reports = packetsOf(to, command, Uint8Array.from([...proper, ...new Uint8Array(200)]));
        for (let parts = choices.below(6); parts > 0; parts--) key.raw(choices.pick(reports));
        break;
      }
      case 6: {
        const report = new Uint8Array(64);
        new DataView(report.buffer).setUint32(0, to);
        report.set(choices.bytes(60), 4);
        key.raw(report);
        break;
      }
      case 7:
        key.raw(choices.bytes(80));
        break;
      case 8:
        key.reply(to, choices.below(128), choices.bytes(30));
        break;
      case 9:
        if (command === HidCommand.INIT)
          key.answerInit({ channel, command, payload }, choices.pick([7, 0, BROADCAST_CHANNEL]));
        else key.reply(to, command, Uint8Array.of(choices.byte()));
        break;
      case 10:
        if (choices.below(4) === 0) key.unplug();
        break;
      case 11:
        key.failsWrites = choices.pick([undefined, 'io', 'disconnected', 'access-denied', 'in-use'] as const);
        break;
      case 12:
        key.refuses = choices.pick([undefined, 'io', 'disconnected', 'access-denied', 'in-use'] as const);
        break;
      default: // silence
    }
  }
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const clock = new ManualClock();
  const key = new ScriptedKey();
  key.capabilities = choices.pick([0x0c, 0x05, 0x01, 0xff]);
  const lieInInit = choices.below(4) === 0;
  key.answersInit = !lieInInit;
  key.echoesPing = false;
  key.onMessage = (message) => {
    if (message.command === HidCommand.INIT && choices.below(3) > 0) key.answerInit(message);
    else react(choices, message, key);
  };
  const bus = new ScriptedBus();
  const device = hidDevice('1');
  bus.plug(device, key);

  const abort = new AbortController();
  const settles = async <T>(call: Promise<T>): Promise<T | undefined> => {
    const outcome = watched(call);
    if (choices.below(8) === 0) {
      await clock.advance(choices.pick([0, 100, 4000]));
      abort.abort(new Error('cancelled by the person'));
    }
    for (let waited = 0; waited < END && (await outcome()).state === 'pending'; waited += 5000)
      await clock.advance(5000);
    const end = await outcome();
    expectThat(end.state !== 'pending', 'every call ends');
    if (end.state === 'resolved') return end.value;
    const { error } = end;
    if (abort.signal.aborted && error === abort.signal.reason) return undefined;
    if (!isFailure(error)) throw error;
    expectThat(!error.message.includes('the host wrote'), 'the host keeps to the framing');
    return undefined;
  };

  const opened = await settles(SecurityKey.open(bus, device, { clock, random: new SeededRandom() }));
  if (!opened) {
    expectThat(key.closed >= key.opened || key.opened === 0, 'what was opened is closed after a failure');
    return;
  }
  const { signal } = abort;
  for (let calls = 0; !choices.done && calls < 8; calls++) {
    switch (choices.below(6)) {
      case 0:
        await settles(opened.api.selection({ signal }));
        break;
      case 1:
        await settles(Promise.all([opened.api.getInfo({ signal }), opened.api.getNextAssertion({ signal })]));
        break;
      case 2:
        await settles(opened.wink());
        break;
      case 3:
        await settles(
          opened.api.largeBlobs({ set: new Uint8Array(900), offset: 0, length: 900 }, { signal }),
        );
        break;
      case 4:
        if (opened.u2f) await settles(opened.u2f.selection({ signal }));
        break;
      default:
        await settles(opened.api.getInfo());
    }
  }
  await settles(opened.close());
  await clock.advance(0);
  expectThat(clock.pending === 0, 'a closed key waits for nothing');
}

export const ctaphidClient: FuzzTarget = {
  name: 'ctaphid-client',
  runs: 1200,
  seeds: () => [
    Uint8Array.of(0, 1, 0, 0, 0, 1, 5, 0, 0, 0, 1, 0, 0, 0),
    Uint8Array.of(3, 1, 0, 0, 0, 0, 1, 0, 0, 3, 2, 0, 0, 0, 4, 6, 0, 0, 0, 1),
    ...[3, 4, 5, 6, 9, 10, 11, 12].map((act) =>
      Uint8Array.of(
        0,
        1,
        0,
        0,
        0,
        1,
        0,
        1,
        0,
        act,
        1,
        2,
        3,
        1,
        0,
        act,
        0,
        1,
        1,
        0,
        0,
        0,
        5,
        1,
        0,
        act,
        2,
        1,
        0,
        0,
      ),
    ),
    Uint8Array.of(0, 0, 0, 0, 0, 9, 1, 0, 0, 0, 1, 0, 0),
    Uint8Array.from({ length: 120 }, (_, index) => (index * 29 + 7) % 256),
  ],
  run,
};
