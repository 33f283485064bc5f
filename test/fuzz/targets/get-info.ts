/** Keys that say anything in getInfo: they are shown in words, or as unusable with the reason; and texts stay bounded. */
import { profileNames } from '../../../main/authenticator/key-recipe';
import { KeyRegistry } from '../../../main/client/key-registry';
import { encodeCbor, type CborKey, type CborValue } from '../../../main/ctap/cbor';
import { HidCommand, MAX_MESSAGE_LENGTH } from '../../../main/ctap/ctaphid';
import { Inventory } from '../../../main/inventory/inventory';
import { keyView } from '../../../main/ipc/views';
import { ManualClock } from '../../support/manual-clock';
import { hidDevice, ScriptedBus, ScriptedKey } from '../../support/scripted-hid';
import { SeededRandom } from '../../support/seeded-random';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';
import { infoOf } from './examples';

const optionNames = [
  'plat',
  'rk',
  'clientPin',
  'uv',
  'credMgmt',
  'credentialMgmtPreview',
  'bioEnroll',
  'largeBlobs',
  'alwaysUv',
  'pinUvAuthToken',
  'ep',
  'authnrCfg',
  'perCredMgmtRO',
  '__proto__',
  'constructor',
  'toString',
];
const versionNames = ['FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1', 'FIDO_2_3', 'U2F_V2', ''];

/** A map of the right shape with members of mostly the right type. */
function plausible(choices: Choices): Uint8Array {
  const some = <T>(item: () => T): T[] => Array.from({ length: choices.below(6) }, item);
  const map = new Map<CborKey, CborValue>([
    [1, some(() => choices.pick([...versionNames, choices.text()]))],
    [3, new Uint8Array(16).fill(choices.byte())],
  ]);
  const kinds: Readonly<Record<string, readonly [members: readonly number[], value: () => CborValue]>> = {
    texts: [[2, 9, 0x16, 0x1a], () => some(() => choices.text())],
    options: [
      [4],
      () =>
        new Map(
          some((): [CborKey, CborValue] => [choices.pick([...optionNames, choices.text()]), choices.flag()]),
        ),
    ],
    numbers: [[6, 0x15, 0x1f], () => some(() => choices.integer())],
    algorithms: [
      [0x0a],
      () =>
        some(
          () =>
            new Map<CborKey, CborValue>([
              ['alg', choices.integer()],
              ['type', 'public-key'],
            ]),
        ),
    ],
    certifications: [
      [0x13],
      () => new Map(some((): [CborKey, CborValue] => [choices.text(), choices.integer()])),
    ],
    flags: [[0x0c, 0x18, 0x1b], () => choices.flag()],
    secrets: [[0x19, 0x1e], () => new Uint8Array(32).fill(choices.byte())],
    url: [[0x1c], () => choices.bytes(100)],
    number: [[5, 7, 8, 0x0b, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x14, 0x17, 0x1d], () => choices.integer()],
  };
  for (let left = choices.below(12); left > 0; left--) {
    const [members, value] = choices.pick(Object.values(kinds));
    map.set(choices.pick(members), choices.below(16) === 15 ? choices.cbor(3) : value());
  }
  return encodeCbor(map);
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const key = new ScriptedKey();
  const mode = choices.below(3);
  const info = (mode === 0 ? choices.rest() : plausible(choices)).subarray(0, MAX_MESSAGE_LENGTH - 1);
  key.onMessage = ({ channel, command, payload }) => {
    if (command !== HidCommand.CBOR) return;
    if (payload[0] === 4) key.cbor(channel, 0, info);
    else
      key.cbor(
        channel,
        choices.done ? 0x01 : choices.byte(),
        choices.flag() ? encodeCbor(choices.cbor()) : new Uint8Array(),
      );
  };
  const bus = new ScriptedBus();
  bus.plug(hidDevice('1', { vendorId: choices.flag() ? 0x1050 : 0x1209 }), key);
  const clock = new ManualClock();
  const random = new SeededRandom();
  const registry = new KeyRegistry([bus], { clock, random });
  const inventory = new Inventory({ registry, clock, random, autoLockMilliseconds: 60_000 });
  registry.start();
  for (
    let waited = 0;
    waited < 12 && inventory.keys[0]?.state !== 'ready' && !inventory.keys[0]?.problem;
    waited++
  )
    await clock.advance(5000);
  const [status] = inventory.keys;
  expectThat(status !== undefined && status.state !== 'opening', 'it is known what the key is');
  if (status.state === 'unusable')
    expectThat(
      status.problem !== undefined && status.problem.code !== 'internal',
      `a reason, not ${status.problem?.message}`,
    );
  const view = keyView(status);
  expectThat(
    JSON.stringify(structuredClone(view)) === JSON.stringify(view),
    'the view goes through IPC as it is',
  );
  for (const { label, value } of view.facts)
    expectThat(
      label.length <= MAX_MESSAGE_LENGTH && value.length <= 3 * MAX_MESSAGE_LENGTH,
      'a fact is no longer than what was said',
    );
  expectThat(view.pin.minLength >= 0 && view.pin.maxBytes >= 0, 'lengths are lengths');
  await registry.stop();
}

export const getInfo: FuzzTarget = {
  name: 'get-info',
  runs: 900,
  seeds: async () => [
    ...(await Promise.all(
      profileNames()
        .filter(({ profile }) => profile !== 'u2f')
        .map(async ({ profile }) => Uint8Array.of(0, ...(await infoOf(profile)))),
    )),
    Uint8Array.from({ length: 120 }, (_, index) => (index === 0 ? 1 : (index * 31) % 256)),
    Uint8Array.of(1, 1, 2, 4, 9, 4, 3, 2, 4, 1, 2, 0, 9, 8, 3, 1, 0x0d, 0, 11, 0x05, 0, 10),
  ],
  run,
};
