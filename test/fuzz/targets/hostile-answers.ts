/**
 * Keys that answer anything to what the client asks: every operation ends after a bounded number of messages, with a result
 * that can be shown or with one of the three errors.
 */
import { AuthenticatorConfig } from '../../../main/client/authenticator-config';
import { CredentialManager } from '../../../main/client/credential-manager';
import { isFailure } from '../../../main/client/failures';
import { FingerprintManager } from '../../../main/client/fingerprints';
import { LargeBlobKeys } from '../../../main/client/large-blob-keys';
import { LargeBlobs } from '../../../main/client/large-blobs';
import { sealEntry } from '../../../main/client/large-blob-entry';
import { PinClient } from '../../../main/client/pin';
import { PinUvAuthToken } from '../../../main/client/pin-uv-auth-token';
import { RemoteAuthenticator, type MessageChannel } from '../../../main/client/remote-authenticator';
import { readCredential, readRp } from '../../../main/client/stored-credential';
import { U2fAuthenticator } from '../../../main/client/u2f-authenticator';
import { U2fClient } from '../../../main/client/u2f';
import { encodeCbor, type CborKey, type CborValue } from '../../../main/ctap/cbor';
import { serializeLargeBlobArray } from '../../../main/ctap/commands/large-blobs';
import type { AuthenticatorInfo } from '../../../main/ctap/commands/get-info';
import { Capability, HidCommand } from '../../../main/ctap/ctaphid';
import { newKeyAgreementKey, Permission, pinProtocol } from '../../../main/ctap/pin-protocol';
import { passkeyView } from '../../../main/ipc/views';
import { ManualClock } from '../../support/manual-clock';
import { sha256 } from '../../support/platform';
import { SeededRandom } from '../../support/seeded-random';
import { watched } from '../../support/outcome';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const info: AuthenticatorInfo = {
  versions: ['FIDO_2_1'],
  aaguid: new Uint8Array(16),
  options: new Map([
    ['credMgmt', true],
    ['clientPin', true],
    ['pinUvAuthToken', true],
    ['uv', true],
    ['bioEnroll', true],
    ['largeBlobs', true],
    ['authnrCfg', true],
    ['alwaysUv', false],
    ['ep', false],
    ['setMinPINLength', true],
  ]),
  pinUvAuthProtocols: [2, 1],
};
const blobKey = new Uint8Array(32).fill(5);
const credentialId = Uint8Array.of(1, 2, 3);
/** The key agreement key of a key that is honest in this one thing. */
const agreement = newKeyAgreementKey(new SeededRandom('agreement')).publicKey;
/**
 * Every enumeration has a bound of 4096 answers; a list has one of sites and one of passkeys, and each is begun twice when it
 * ends early.
 */
const MAX_MESSAGES = 40_000;

/** Answers by the input; when that is used up, the last answer again and again, or an end. */
class LyingChannel implements MessageChannel {
  readonly capabilities = Capability.CBOR;
  messages = 0;
  readonly #choices: Choices;
  readonly #goesOn: boolean;
  #last: Uint8Array = Uint8Array.of(0x30);

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#goesOn = choices.below(8) === 1;
  }

  async send(command: number, payload: Uint8Array): Promise<Uint8Array> {
    expectThat(++this.messages < MAX_MESSAGES, 'no operation asks without end');
    if (!this.#choices.done)
      this.#last = command === HidCommand.CBOR ? this.#answer(payload) : this.#choices.bytes(150);
    else if (!this.#goesOn)
      this.#last = command === HidCommand.CBOR ? Uint8Array.of(0x30) : Uint8Array.of(0x6d, 0);
    return this.#last.slice();
  }

  #answer(request: Uint8Array): Uint8Array {
    const choices = this.#choices;
    switch (choices.below(10)) {
      case 0:
        return choices.bytes(200);
      case 1:
        return Uint8Array.of(choices.byte());
      case 2:
        return Uint8Array.of(0, ...encodeCbor(choices.cbor()));
      default:
        return Uint8Array.of(0, ...encodeCbor(this.#plausible(request[0]!)));
    }
  }

  #plausible(command: number): CborValue {
    const choices = this.#choices;
    const map = new Map<CborKey, CborValue>();
    const maybe = (key: CborKey, value: () => CborValue): void => {
      const kind = choices.below(8);
      if (kind < 6) map.set(key, value());
      else if (kind === 6) map.set(key, choices.cbor(2));
    };
    const count = (): number => choices.pick([0, 1, 2, 3, 2 ** 32 - 1, choices.integer()]);
    switch (command) {
      case 0x0a:
        maybe(1, count);
        maybe(2, count);
        maybe(3, () => new Map([['id', choices.pick(['example.org', choices.text()])]]));
        maybe(4, () => choices.pick([sha256('example.org'), new Uint8Array(32).fill(choices.byte())]));
        maybe(5, count);
        maybe(
          6,
          () =>
            new Map<CborKey, CborValue>([
              ['id', choices.bytes(70)],
              ['name', choices.text()],
            ]),
        );
        maybe(
          7,
          () =>
            new Map<CborKey, CborValue>([
              ['id', choices.pick([credentialId, choices.bytes(8)])],
              ['type', 'public-key'],
            ]),
        );
        maybe(8, () =>
          choices.pick<CborValue>([
            agreement,
            new Map([
              [1, 2],
              [3, choices.integer()],
            ]),
          ]),
        );
        maybe(9, count);
        maybe(0x0a, () => choices.below(5));
        maybe(0x0b, () => new Uint8Array(32).fill(choices.byte()));
        break;
      case 0x09:
        maybe(2, () => choices.below(4));
        maybe(3, count);
        maybe(4, () => choices.bytes(4));
        maybe(5, () => choices.below(16));
        maybe(6, () => choices.below(4));
        maybe(7, () =>
          Array.from(
            { length: choices.below(4) },
            () =>
              new Map<CborKey, CborValue>([
                [1, choices.bytes(4)],
                [2, choices.text()],
              ]),
          ),
        );
        maybe(8, count);
        break;
      case 0x0c:
        maybe(1, () => this.#blobs());
        break;
      case 4:
        maybe(1, () => ['FIDO_2_1']);
        map.set(3, new Uint8Array(16));
        maybe(
          4,
          () => new Map(['authnrCfg', 'alwaysUv', 'setMinPINLength'].map((name) => [name, choices.flag()])),
        );
        maybe(0x0d, count);
        maybe(0x10, count);
        break;
      case 6:
        maybe(1, () => agreement);
        maybe(2, () => new Uint8Array(choices.pick([16, 32, 48, 0])));
        maybe(3, count);
        maybe(5, count);
        break;
      default:
        return choices.cbor();
    }
    return map;
  }

  #blobs(): Uint8Array {
    const choices = this.#choices;
    const items = Array.from({ length: choices.below(4) }, (): Uint8Array => {
      const sealed = sealEntry(blobKey, choices.bytes(40), new SeededRandom());
      return choices.flag() ? sealed : encodeCbor(choices.cbor(3));
    });
    const array = Uint8Array.from([0x80 | items.length, ...items.flatMap((item) => [...item])]);
    return choices.pick([
      serializeLargeBlobArray(array),
      serializeLargeBlobArray(choices.bytes(20)),
      array,
      new Uint8Array(960),
      choices.bytes(100),
    ]);
  }
}

type Operation = (api: RemoteAuthenticator, choices: Choices, channel: MessageChannel) => Promise<unknown>;

const token = (): PinUvAuthToken =>
  new PinUvAuthToken(new Uint8Array(32), pinProtocol(2, new SeededRandom())!, Permission.CM, false);
const credential = readCredential(readRp({ rp: { id: 'example.org' } }), {
  credentialID: { id: credentialId, type: 'public-key' },
  user: { id: Uint8Array.of(1), name: 'ada' },
});

function keys(): LargeBlobKeys {
  const made = new LargeBlobKeys();
  made.add(credentialId, blobKey);
  return made;
}

const clock = new ManualClock();

const operations: readonly Operation[] = [
  async (api) => {
    const { credentials } = await new CredentialManager(api, info, token()).list({ largeBlobKeys: keys() });
    expectThat(credentials.length <= 4096, 'a list has a bound');
    for (const listed of credentials) {
      const view = passkeyView({ id: 'passkey', keyId: 'key', credential: listed, canEdit: true });
      expectThat(
        JSON.stringify(structuredClone(view)) === JSON.stringify(view),
        'the view goes through IPC as it is',
      );
    }
  },
  (api) => new CredentialManager(api, info, token()).deleteVerified(credential),
  (api) => new CredentialManager(api, info, token()).updateUser(credential, { name: 'grace' }),
  (api) => new CredentialManager(api, info, token()).readLargeBlobKey(credential, keys()),
  (api) => new LargeBlobs(api, info, new SeededRandom(), token()).list(keys()),
  (api) => new LargeBlobs(api, info, new SeededRandom(), token()).get(blobKey),
  (api) => new LargeBlobs(api, info, new SeededRandom(), token()).set(blobKey, new Uint8Array(3)),
  (api) => new LargeBlobs(api, info, new SeededRandom(), token()).delete(blobKey),
  (api) => new FingerprintManager(api, info, token()).list(),
  (api) => new FingerprintManager(api, info, token()).enroll({ timeoutMilliseconds: 1000 }),
  (api) => new FingerprintManager(api, info, token()).rename(Uint8Array.of(1), 'thumb'),
  (api) => new FingerprintManager(api, info, token()).remove(Uint8Array.of(1)),
  (api) => new PinClient(api, info, new SeededRandom()).retries(),
  (api) => new PinClient(api, info, new SeededRandom()).setPin('123456'),
  (api) => new PinClient(api, info, new SeededRandom()).changePin('123456', '654321'),
  (api) => new PinClient(api, info, new SeededRandom()).token('123456', Permission.CM),
  (api) => new PinClient(api, info, new SeededRandom()).tokenByUv(Permission.CM),
  (api) => new AuthenticatorConfig(api, token()).setAlwaysUv(true),
  (api) => new AuthenticatorConfig(api, token()).setMinPinLength({ length: 8, rpIds: ['example.org'] }),
  (api) => api.getAssertion({ rpId: 'example.org', clientDataHash: new Uint8Array(32) }),
  (_, choices, channel) => {
    const u2f = new U2fAuthenticator(new U2fClient(channel, clock));
    const user = {
      clientDataHash: new Uint8Array(32),
      rp: { id: 'example.org' },
      user: { id: Uint8Array.of(1) },
    };
    const allowList = [{ id: credentialId, type: 'public-key' }];
    return choices.flag()
      ? u2f.makeCredential({
          ...user,
          pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
          excludeList: allowList,
        })
      : u2f.getAssertion({ rpId: 'example.org', clientDataHash: user.clientDataHash, allowList });
  },
];

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const operate = choices.pick(operations);
  const channel = new LyingChannel(choices);
  const outcome = watched(operate(new RemoteAuthenticator(channel), choices, channel));
  // U2F asks again until somebody touches the key.
  for (let waited = 0; waited < 20 && (await outcome()).state === 'pending'; waited++)
    await clock.advance(5000);
  const end = await outcome();
  expectThat(end.state !== 'pending', 'every operation ends');
  if (end.state === 'rejected' && !isFailure(end.error)) throw end.error;
}

export const hostileAnswers: FuzzTarget = {
  name: 'hostile-answers',
  runs: 1500,
  seeds: () => [
    // A sensor that always wants two samples more.
    Uint8Array.of(9, 1, 3, 7, 7, 0, 1, 5, 0, 1, 0, 2, 7, 7),
    ...operations.flatMap((_, index) => [
      Uint8Array.of(index, 0, 3, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 3, 1, 2, 3, 0, 0, 0, 1),
      Uint8Array.of(index, 1, 3, 0, 4, 0, 4, 0, 0, 0, 0, 0, 4, 0, 3, 1, 2, 3, 0, 0, 0, 4),
      Uint8Array.from({ length: 160 }, (_unused, at) => (at === 0 ? index : (at * 47 + index * 13) % 256)),
    ]),
  ],
  run,
};
