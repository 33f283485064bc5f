/**
 * The engine's bytes entry: whatever is asked, in whatever order, it answers with a status that has a name and never with
 * OTHER, and what it holds can be saved and read again.
 */
import { configure, type ProfileName } from '../../../main/authenticator/configuration';
import { profileNames } from '../../../main/authenticator/key-recipe';
import type { KeyState } from '../../../main/authenticator/key-state';
import { newKeyState } from '../../../main/authenticator/key-state';
import { withFingers, withPasskeys, withPin } from '../../../main/authenticator/provision';
import { ScriptedPresence } from '../../../main/authenticator/scripted-presence';
import { SimulatedKey } from '../../../main/authenticator/simulated-key';
import { parseState, serializeState } from '../../../main/authenticator/state';
import { decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from '../../../main/ctap/cbor';
import { configAuthMessage } from '../../../main/ctap/commands/authenticator-config';
import { bioEnrollmentAuthMessage } from '../../../main/ctap/commands/bio-enrollment';
import { credentialManagementAuthMessage } from '../../../main/ctap/commands/credential-management';
import { largeBlobsAuthMessage, serializeLargeBlobArray } from '../../../main/ctap/commands/large-blobs';
import { CtapStatusError } from '../../../main/ctap/errors';
import { Status, statusName } from '../../../main/ctap/status';
import { ManualClock } from '../../support/manual-clock';
import { CLIENT_DATA_HASH, sha256, TestPlatform, type PlatformToken } from '../../support/platform';
import { SeededRandom } from '../../support/seeded-random';
import { watched } from '../../support/outcome';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const PIN = '123456';
const SITE = 'example.org';
const profiles = profileNames().map(({ profile }) => profile as ProfileName);

/** A key with a PIN, passkeys and fingers, made once; states are immutable. */
const states = new Map<string, KeyState>();
function stateOf(profile: ProfileName, isNew: boolean): KeyState {
  const name = `${profile} ${isNew}`;
  const known = states.get(name);
  if (known) return known;
  const random = new SeededRandom();
  let state = newKeyState(configure(profile, { capacity: 5 }), random);
  if (!isNew && profile !== 'u2f') {
    state = withPin(state, PIN);
    state = withPasskeys(
      state,
      [1, 2, 3].map((n) => ({ rpId: n < 3 ? SITE : 'other.example', userName: `u${n}`, largeBlob: true })),
      random,
    );
    if (state.configuration.bioEnrollment !== 'none') state = withFingers(state, [{ friendlyName: 'thumb' }]);
  }
  states.set(name, state);
  return state;
}

class Session {
  readonly key: SimulatedKey;
  readonly clock: ManualClock;
  readonly presence: ScriptedPresence;
  readonly #platform: TestPlatform;
  #token: PlatformToken | undefined;

  private constructor(key: SimulatedKey, clock: ManualClock, presence: ScriptedPresence) {
    this.key = key;
    this.clock = clock;
    this.presence = presence;
    this.#platform = new TestPlatform(
      key.authenticator,
      key.configuration.pinUvAuthProtocols[0] === 1 ? 1 : 2,
    );
  }

  static async open(state: KeyState): Promise<Session> {
    const clock = new ManualClock();
    const presence = new ScriptedPresence();
    const key = await SimulatedKey.open({ clock, random: new SeededRandom(), presence, state });
    return new Session(key, clock, presence);
  }

  /** Lets time pass until `call` has ended. */
  async ended<T>(call: Promise<T>): Promise<T> {
    const outcome = watched(call);
    for (let waited = 0; waited < 20 && (await outcome()).state === 'pending'; waited++)
      await this.clock.advance(31_000);
    const end = await outcome();
    expectThat(end.state !== 'pending', 'every request is answered');
    return call;
  }

  async ask(request: Uint8Array, signal?: AbortSignal): Promise<void> {
    const answer = await this.ended(this.key.authenticator.handle(request, signal ? { signal } : {}));
    const status = answer[0]!;
    expectThat(statusName(status) !== undefined, `a status that has a name, not ${status}`);
    expectThat(status !== Status.OTHER, 'nothing goes wrong unexpectedly');
    if (status !== Status.OK) expectThat(answer.length === 1, 'an error has no body');
    else if (answer.length > 1) decodeCbor(answer.subarray(1));
  }

  /** Gets a token by the PIN; without one, what it would sign is signed with zeros. */
  async unlock(permissions: number): Promise<void> {
    const { configuration } = this.key;
    if (!configuration.clientPin) return;
    try {
      this.#token = await this.ended(
        configuration.pinUvAuthToken
          ? this.#platform.token(PIN, permissions, permissions & 3 ? SITE : undefined)
          : this.#platform.token(PIN),
      );
    } catch (error) {
      if (!(error instanceof CtapStatusError)) throw error;
    }
  }

  sign(message: Uint8Array): { readonly version: number; readonly param: Uint8Array } {
    const token = this.#token ?? { protocol: this.#platform.protocol, value: new Uint8Array(32) };
    return { version: token.protocol.version, param: token.protocol.authenticate(token.value, message) };
  }
}

const bytes32 = new Uint8Array(32).fill(3);

/** Values that mean something as a subcommand's parameter. */
function parameter(choices: Choices, credentials: KeyState['credentials']): CborValue {
  const id = choices.pick([...credentials.map(({ credential }) => credential.id), bytes32]);
  switch (choices.below(8)) {
    case 0:
      return sha256(SITE);
    case 1:
      return new Map<CborKey, CborValue>([
        ['id', id],
        ['type', 'public-key'],
      ]);
    case 2:
      return new Map<CborKey, CborValue>([
        ['id', credentials[0]?.credential.user.id ?? bytes32],
        ['name', choices.text()],
      ]);
    case 3:
      return choices.integer();
    case 4:
      return choices.text();
    case 5:
      return Uint8Array.of(0);
    case 6:
      return [SITE];
    default:
      return choices.cbor(2);
  }
}

function parameters(choices: Choices, credentials: KeyState['credentials']): CborMap | undefined {
  const map = new Map<CborKey, CborValue>();
  for (let left = choices.below(4); left > 0; left--)
    map.set(choices.below(5), parameter(choices, credentials));
  return map.size > 0 || choices.flag() ? map : undefined;
}

const descriptors = (choices: Choices, credentials: KeyState['credentials']): CborValue =>
  Array.from({ length: choices.below(4) }, () => {
    const id = choices.pick([
      ...credentials.map(({ credential }) => credential.id),
      bytes32,
      new Uint8Array(),
    ]);
    return new Map<CborKey, CborValue>([
      ['id', id],
      ['type', choices.pick(['public-key', 'public-key', 'other'])],
    ]);
  });

function extensions(choices: Choices): CborMap {
  const map = new Map<CborKey, CborValue>();
  const names = [
    'credProtect',
    'hmac-secret',
    'hmac-secret-mc',
    'credBlob',
    'largeBlobKey',
    'minPinLength',
    'thirdPartyPayment',
    'pinComplexityPolicy',
  ];
  for (let left = choices.below(4); left > 0; left--)
    map.set(choices.pick(names), choices.pick<CborValue>([true, false, 1, 2, 3, bytes32, choices.cbor(2)]));
  return map;
}

/** A request that is right but for what the choices make of it. */
function ceremony(session: Session, choices: Choices): Uint8Array {
  const { credentials } = session.key.snapshot();
  const isCreation = choices.flag();
  const map = new Map<CborKey, CborValue>();
  const user = new Map<CborKey, CborValue>([['id', choices.flag() ? bytes32 : choices.bytes(70)]]);
  if (choices.flag()) user.set('name', choices.text());
  const options = new Map<CborKey, CborValue>();
  for (const name of ['rk', 'up', 'uv']) if (choices.below(3) === 0) options.set(name, choices.flag());
  const signed = session.sign(CLIENT_DATA_HASH);
  if (isCreation) {
    map.set(1, CLIENT_DATA_HASH);
    map.set(2, new Map([['id', choices.pick([SITE, SITE, choices.text()])]]));
    map.set(3, user);
    map.set(
      4,
      // RS256 takes seconds to make a key.
      [choices.pick([-7, -7, -8, -19, -35, choices.integer()])].map(
        (alg) =>
          new Map<CborKey, CborValue>([
            ['alg', alg],
            ['type', 'public-key'],
          ]),
      ),
    );
    if (choices.flag()) map.set(5, descriptors(choices, credentials));
    if (choices.flag()) map.set(6, extensions(choices));
    map.set(7, options);
    if (choices.below(4) > 0) map.set(8, signed.param).set(9, signed.version);
    if (choices.below(4) === 0) map.set(0x0a, choices.below(4));
    if (choices.below(4) === 0) map.set(0x0b, ['packed', 'none'].slice(choices.below(3)));
  } else {
    options.delete('rk');
    map.set(1, choices.pick([SITE, SITE, choices.text()]));
    map.set(2, CLIENT_DATA_HASH);
    if (choices.flag()) map.set(3, descriptors(choices, credentials));
    if (choices.flag()) map.set(4, extensions(choices));
    map.set(5, options);
    if (choices.below(4) > 0) map.set(6, signed.param).set(7, signed.version);
  }
  if (choices.below(6) === 0) map.set(choices.below(12), choices.cbor(3));
  return Uint8Array.of(isCreation ? 1 : 2, ...encodeCbor(map));
}

/** A command that the token authorises. */
function managing(session: Session, choices: Choices): Uint8Array {
  const params = parameters(choices, session.key.snapshot().credentials);
  const subCommand = choices.below(9);
  const map = new Map<CborKey, CborValue>();
  switch (choices.below(4)) {
    case 0: {
      const { version, param } = session.sign(credentialManagementAuthMessage(subCommand, params));
      map.set(1, subCommand).set(3, version).set(4, param);
      if (params) map.set(2, params);
      return Uint8Array.of(choices.pick([0x0a, 0x41]), ...encodeCbor(map));
    }
    case 1: {
      const { version, param } = session.sign(bioEnrollmentAuthMessage(1, subCommand, params));
      map.set(1, 1).set(2, subCommand).set(4, version).set(5, param);
      if (params) map.set(3, params);
      return Uint8Array.of(choices.pick([9, 0x40]), ...encodeCbor(map));
    }
    case 2: {
      const { version, param } = session.sign(configAuthMessage(subCommand, params));
      map.set(1, subCommand).set(3, version).set(4, param);
      if (params) map.set(2, params);
      return Uint8Array.of(0x0d, ...encodeCbor(map));
    }
    default: {
      if (choices.flag())
        return Uint8Array.of(
          0x0c,
          ...encodeCbor(
            new Map([
              [1, choices.integer()],
              [3, choices.below(40)],
            ]),
          ),
        );
      const set = choices.flag() ? serializeLargeBlobArray(encodeCbor([choices.cbor(3)])) : choices.bytes(60);
      const offset = choices.pick([0, 0, choices.byte(), choices.integer()]);
      const { version, param } = session.sign(largeBlobsAuthMessage(offset, set));
      map.set(2, set).set(3, offset).set(5, param).set(6, version);
      if (offset === 0) map.set(4, choices.flag() ? set.length : choices.integer());
      return Uint8Array.of(0x0c, ...encodeCbor(map));
    }
  }
}

const commands = [1, 2, 4, 6, 7, 8, 9, 0x0a, 0x0b, 0x0c, 0x0d, 0x40, 0x41];

function anyMap(choices: Choices): Uint8Array {
  const map = new Map<CborKey, CborValue>();
  for (let left = choices.below(7); left > 0; left--) map.set(choices.below(12), choices.cbor(3));
  return encodeCbor(map);
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const session = await Session.open(stateOf(choices.pick(profiles), choices.below(4) === 0));
  const { key, clock, presence } = session;
  for (let steps = 0; !choices.done && steps < 25; steps++) {
    switch (choices.below(13)) {
      case 0:
        await session.ask(choices.bytes(255));
        break;
      case 1:
        await session.ask(Uint8Array.of(choices.pick(commands), ...anyMap(choices)));
        break;
      case 2:
        await session.ask(Uint8Array.of(choices.pick(commands)));
        break;
      case 3:
      case 4:
        await session.ask(ceremony(session, choices));
        break;
      case 5:
      case 6:
        await session.ask(managing(session, choices));
        break;
      case 7:
        await session.unlock(choices.pick([0x03, 0x04, 0x3f, 0x40, choices.byte()]));
        break;
      case 8:
        presence.next(choices.pick(['wait', 'granted', 'refused', 'timed-out'] as const));
        presence.fingers.next(
          choices.pick(['wait', 'verified', 'no-match', 'refused', 'timed-out'] as const),
        );
        presence.samples.next(
          choices.pick(['wait', 'GOOD', 'TOO_LEFT', 'EXISTS', 'NO_USER_ACTIVITY'] as const),
        );
        break;
      case 9:
        key.powerCycle();
        break;
      case 10: {
        const abort = new AbortController();
        presence.next('wait');
        const asked = session.ask(
          choices.flag() ? Uint8Array.of(0x0b) : ceremony(session, choices),
          abort.signal,
        );
        if (choices.flag()) abort.abort();
        if (choices.flag()) key.powerCycle();
        await session.ended(asked);
        break;
      }
      case 11: {
        const apdu = choices.flag()
          ? Uint8Array.of(
              0,
              choices.below(4),
              choices.pick([0, 3, 7, 8]),
              0,
              0,
              0,
              64,
              ...new Uint8Array(64),
              0,
              0,
            )
          : choices.bytes(150);
        const answer = await session.ended(key.authenticator.handleApdu(apdu));
        expectThat(
          answer.length >= 2 && !(answer.at(-2) === 0x6f && answer.at(-1) === 0),
          'U2F has a word for it',
        );
        break;
      }
      default:
        await clock.advance(choices.pick([100, 10_000, 30_000, 10 * 60_000]));
    }
  }
  const saved = serializeState(key.snapshot());
  const again = serializeState(parseState(saved, 'fuzz'));
  expectThat(Buffer.compare(saved, again) === 0, 'what the key holds can be saved and read again');
  await clock.advance(10 * 60_000);
  await session.ask(Uint8Array.of(4));
}

/** Choices that write 20 bytes of large blobs, which is the whole array. */
const blobsOfSevens = [5, 0, 0, 0, 3, 0, 0, 20, ...Array<number>(20).fill(7), 0, 0, 0, 1];

export const engine: FuzzTarget = {
  name: 'engine',
  runs: 500,
  seeds: () => [
    // Large blobs with a wrong checksum, to a key without a PIN and with a token.
    Uint8Array.of(0, 0, ...blobsOfSevens),
    Uint8Array.of(0, 1, 7, 2, ...blobsOfSevens),
    ...profiles.flatMap((_, profile) => [
      Uint8Array.of(profile, 1, 7, 2, 3, 1, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 3, 2, 1, 1, 1, 1, 2, 5),
      Uint8Array.of(profile, 1, 7, 1, 5, 0, 1, 1, 0, 6, 1, 5, 0, 0, 1, 2, 0, 0, 2, 9, 0, 0),
      Uint8Array.of(profile, 0, 2, 2, 2, 8, 9, 2, 3, 10, 1, 0, 11, 1, 1, 0, 12, 3),
      Uint8Array.from({ length: 250 }, (_unused, index) =>
        index === 0 ? profile : (index * 59 + profile) % 256,
      ),
    ]),
  ],
  run,
};
