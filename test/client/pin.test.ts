/** The PIN of simulated keys of every generation, as a person uses it. */
import { describe, expect, it, vi } from 'vitest';
import type { ProfileName } from '../../main/authenticator/configuration';
import { checkNewPin, PinClient } from '../../main/client/pin';
import { isTokenRefused, PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { SecurityKey } from '../../main/client/security-key';
import type { Ctap2Api } from '../../main/ctap/api';
import type { ClientPinRequest, ClientPinResponse } from '../../main/ctap/commands/client-pin';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { CtapStatusError, ProtocolError } from '../../main/ctap/errors';
import { newKeyAgreementKey, Permission, pinProtocol, pinProtocolOne } from '../../main/ctap/pin-protocol';
import { Status } from '../../main/ctap/status';
import type { RandomSource } from '../../native/ports';
import { SeededRandom } from '../support/seeded-random';
import { ObservedBus, softKey, type SoftKeyRecipe } from '../support/soft-key';

const minimal: AuthenticatorInfo = { versions: ['FIDO_2_0'], aaguid: new Uint8Array(16) };

async function client(recipe: SoftKeyRecipe = {}): Promise<{
  readonly pin: () => PinClient;
  readonly key: () => SecurityKey;
  readonly bus: ObservedBus;
  readonly replug: () => Promise<void>;
  readonly soft: Awaited<ReturnType<typeof softKey>>;
}> {
  const soft = await softKey(recipe);
  const bus = new ObservedBus();
  let key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
  return {
    pin: () => {
      if (!key.info) throw new Error('a CTAP2 key');
      return new PinClient(key.api, key.info, soft.random);
    },
    key: () => key,
    bus,
    soft,
    replug: async () => {
      bus.bus.unplug(soft.soft);
      key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
    },
  };
}

const status = (name: keyof typeof Status): object => ({ name: 'CtapStatusError', status: Status[name] });

describe('the rules for a new PIN', () => {
  it.each([
    ['1234', minimal, 'ok'],
    ['123', minimal, { problem: 'too-short', codePoints: 3, minimum: 4 }],
    ['', minimal, { problem: 'too-short', codePoints: 0, minimum: 4 }],
    ['1234567', { ...minimal, minPINLength: 8 }, { problem: 'too-short', codePoints: 7, minimum: 8 }],
    ['12345678', { ...minimal, minPINLength: 8 }, 'ok'],
    ['1234', { ...minimal, minPINLength: 0 }, 'ok'],
    ['123', { ...minimal, minPINLength: 0 }, { problem: 'too-short', codePoints: 3, minimum: 4 }],
    ['x'.repeat(63), minimal, 'ok'],
    ['x'.repeat(64), minimal, { problem: 'too-long', bytes: 64, maximum: 63 }],
    ['x'.repeat(17), { ...minimal, maxPINLength: 16 }, { problem: 'too-long', bytes: 17, maximum: 16 }],
    ['x'.repeat(64), { ...minimal, maxPINLength: 200 }, { problem: 'too-long', bytes: 64, maximum: 63 }],
    ['123\0', minimal, { problem: 'ends-with-nul' }],
    ['1\u000023', minimal, 'ok'],
    ['123\ud83d', minimal, { problem: 'not-text' }],
  ] as const)('%j for %o: %j', (pin, info, verdict) => {
    expect(checkNewPin(pin, info)).toEqual(verdict);
  });

  it('count code points, not UTF-16 units or bytes', () => {
    expect(checkNewPin('🔑🔑🔑', minimal)).toMatchObject({ problem: 'too-short', codePoints: 3 });
    expect(checkNewPin('🔑🔑🔑🔑', minimal)).toBe('ok');
    expect(checkNewPin('🔑'.repeat(16), minimal)).toMatchObject({ problem: 'too-long', bytes: 64 });
  });

  it('count after normalisation: a letter with a combining accent is one', () => {
    expect(checkNewPin('e\u0301'.repeat(3), minimal)).toMatchObject({ problem: 'too-short', codePoints: 3 });
    expect(checkNewPin('e\u0301'.repeat(31), minimal)).toBe('ok');
  });
});

describe.each(['2.0', '2.1-preview', '2.1', '2.3'] as const)('a %s key', (profile: ProfileName) => {
  it('gets a PIN, changes it, and gives a token for it', async () => {
    const { pin, key } = await client({ profile });
    expect(key().info?.options?.get('clientPin')).toBe(false);
    await pin().setPin('1234');
    expect((await key().refreshInfo())?.options?.get('clientPin')).toBe(true);
    await pin().changePin('1234', 'correct horse');
    await expect(pin().token('1234', Permission.MC, 'example.org')).rejects.toMatchObject(
      status('PIN_INVALID'),
    );
    const token = await pin().token('correct horse', Permission.MC | Permission.GA, 'example.org');
    expect(token.legacy).toBe(profile === '2.0' || profile === '2.1-preview');
    expect(token.authenticate(new Uint8Array(32))).toHaveLength(token.protocolVersion === 1 ? 16 : 32);
  });

  it('takes a PIN typed in another normal form for the same', async () => {
    const { pin } = await client({ profile });
    await pin().setPin('cafe\u0301s');
    await pin().token('caf\u00e9s', Permission.GA, 'example.org');
  });

  it('counts wrong PINs: three until it must be put in again, eight until it is blocked', async () => {
    const { pin, replug } = await client({ profile, pin: '1234' });
    const wrong = (): Promise<unknown> => pin().token('0000', Permission.GA, 'example.org');
    expect(await pin().retries()).toEqual({ retries: 8, powerCycleNeeded: false });
    for (const left of [7, 6]) {
      await expect(wrong()).rejects.toMatchObject(status('PIN_INVALID'));
      expect(await pin().retries()).toEqual({ retries: left, powerCycleNeeded: false });
    }
    await expect(wrong()).rejects.toMatchObject(status('PIN_AUTH_BLOCKED'));
    expect(await pin().retries()).toEqual({ retries: 5, powerCycleNeeded: true });
    // Now even the right one is refused, and nothing is counted.
    await expect(pin().token('1234', Permission.GA, 'example.org')).rejects.toMatchObject(
      status('PIN_AUTH_BLOCKED'),
    );
    await replug();
    expect(await pin().retries()).toEqual({ retries: 5, powerCycleNeeded: false });
    for (let round = 0; round < 2; round++)
      await expect(wrong()).rejects.toMatchObject(status('PIN_INVALID'));
    await expect(wrong()).rejects.toMatchObject(status('PIN_AUTH_BLOCKED'));
    await replug();
    await expect(wrong()).rejects.toMatchObject(status('PIN_INVALID'));
    await expect(wrong()).rejects.toMatchObject(status('PIN_BLOCKED'));
    expect(await pin().retries()).toMatchObject({ retries: 0 });
    await expect(pin().changePin('1234', '5678')).rejects.toMatchObject(status('PIN_BLOCKED'));
  });
});

describe('the PIN', () => {
  it('that is too short or too long is not sent to the key', async () => {
    const { pin, bus } = await client();
    const before = bus.log.length;
    await expect(pin().setPin('123')).rejects.toMatchObject(status('PIN_POLICY_VIOLATION'));
    await expect(pin().changePin('1234', 'x'.repeat(64))).rejects.toMatchObject(
      status('PIN_POLICY_VIOLATION'),
    );
    expect(bus.log).toHaveLength(before);
  });

  it('is set, changed and used in two round trips each', async () => {
    const { pin, bus } = await client();
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = bus.log.length;
      await work();
      return bus.log.length - before;
    };
    expect(await count(() => pin().setPin('1234'))).toBe(2);
    expect(await count(() => pin().changePin('1234', '12345'))).toBe(2);
    expect(await count(() => pin().token('12345', Permission.CM))).toBe(2);
    expect(await count(() => pin().retries())).toBe(1);
  });

  it('that must be changed gives no token: PIN_POLICY_VIOLATION with permissions, PIN_INVALID without', async () => {
    const recipe = { pin: '1234', pinRecord: { forceChange: true } };
    const modern = await client(recipe);
    expect(modern.key().info?.forcePINChange).toBe(true);
    await expect(modern.pin().token('1234', Permission.CM)).rejects.toMatchObject(
      status('PIN_POLICY_VIOLATION'),
    );
    const old = await client({ ...recipe, profile: '2.1-preview' });
    await expect(old.pin().token('1234', Permission.CM)).rejects.toMatchObject(status('PIN_INVALID'));
    await expect(modern.pin().changePin('1234', '1234')).rejects.toMatchObject(
      status('PIN_POLICY_VIOLATION'),
    );
    await modern.pin().changePin('1234', '5678');
    expect((await modern.key().refreshInfo())?.forcePINChange ?? false).toBe(false);
    await modern.pin().token('5678', Permission.CM);
  });

  it('that is not set gives no token', async () => {
    const { pin } = await client();
    await expect(pin().token('1234', Permission.CM)).rejects.toMatchObject(status('PIN_NOT_SET'));
  });
});

describe('the protocol', () => {
  it.each([
    [[2, 1], 2],
    [[1, 2], 1],
    [[1], 1],
    [[2], 2],
    [[7, 1], 1],
  ])('of a key that prefers %j is %i', async (pinUvAuthProtocols, version) => {
    const { key, soft } = await client({ pin: '1234' });
    const info = { ...minimal, pinUvAuthProtocols, options: new Map([['pinUvAuthToken', true]]) };
    const token = await new PinClient(key().api, info, soft.random).token('1234', Permission.CM);
    expect(token.protocolVersion).toBe(version);
  });

  it('is one when the key does not say', async () => {
    const { key, soft } = await client({ profile: '2.0', pin: '1234' });
    const token = await new PinClient(key().api, minimal, soft.random).token('1234', Permission.GA);
    expect(token.protocolVersion).toBe(1);
  });

  it('that nobody here knows is a ProtocolError', async () => {
    const { key, soft } = await client({ pin: '1234' });
    const pin = new PinClient(key().api, { ...minimal, pinUvAuthProtocols: [3] }, soft.random);
    await expect(pin.token('1234', Permission.GA)).rejects.toBeInstanceOf(ProtocolError);
  });
});

describe('a key that breaks the rules', () => {
  const answering = async (answer: object): Promise<PinClient> => {
    const { key, soft } = await client({ pin: '1234' });
    const api = Object.create(key().api, {
      clientPin: { value: () => Promise.resolve(answer) },
    }) as SecurityKey['api'];
    return new PinClient(api, minimal, soft.random);
  };

  it.each<[string, object, (pin: PinClient) => Promise<unknown>]>([
    ['does not say how many tries are left', {}, (pin) => pin.retries()],
    ['sends no key for key agreement', {}, (pin) => pin.token('1234', Permission.GA)],
    ['sends a key that is none', { keyAgreement: new Map([[1, 2]]) }, (pin) => pin.setPin('1234')],
    [
      'sends a point that is not on the curve',
      {
        keyAgreement: new Map<number, number | Uint8Array>([
          [1, 2],
          [3, -25],
          [-1, 1],
          [-2, new Uint8Array(32)],
          [-3, new Uint8Array(32)],
        ]),
      },
      (pin) => pin.changePin('1234', '5678'),
    ],
    [
      'sends no token',
      { keyAgreement: newKeyAgreementKey(new SeededRandom()).publicKey },
      (pin) => pin.token('1234', Permission.GA),
    ],
    [
      'sends a token of 48 bytes',
      { keyAgreement: newKeyAgreementKey(new SeededRandom()).publicKey, pinUvAuthToken: new Uint8Array(48) },
      (pin) => pin.token('1234', Permission.GA),
    ],
    [
      'sends a token of 15 bytes',
      { keyAgreement: newKeyAgreementKey(new SeededRandom()).publicKey, pinUvAuthToken: new Uint8Array(15) },
      (pin) => pin.token('1234', Permission.GA),
    ],
  ])('and %s is a ProtocolError', async (_, answer, use) => {
    await expect(use(await answering(answer))).rejects.toBeInstanceOf(ProtocolError);
  });
});

describe('the length of a token', () => {
  it.each([
    [1, 16, true],
    [1, 32, true],
    [1, 48, false],
    [2, 16, false],
    [2, 32, true],
    [2, 48, false],
  ] as const)('protocol %i, %i bytes: accepted %s', async (version, length, accepted) => {
    const { soft } = await client();
    const protocol = pinProtocol(version, soft.random);
    const own = newKeyAgreementKey(soft.random);
    const clientPin = async ({ keyAgreement }: ClientPinRequest): Promise<ClientPinResponse> => {
      const secret = keyAgreement && protocol?.sharedSecret(own, keyAgreement);
      if (!protocol || !secret) return { keyAgreement: own.publicKey };
      return { pinUvAuthToken: protocol.encrypt(secret, new Uint8Array(length)) };
    };
    const info = { ...minimal, pinUvAuthProtocols: [version] };
    const token = new PinClient({ clientPin } as Ctap2Api, info, soft.random).token('1234', Permission.GA);
    if (accepted) expect((await token).protocolVersion).toBe(version);
    else await expect(token).rejects.toBeInstanceOf(ProtocolError);
  });
});

describe('secrets', () => {
  it('shared secrets are overwritten after use, also when the key refuses', async () => {
    const { key, soft } = await client({ profile: '2.0', pin: '1234' });
    const derive = vi.spyOn(pinProtocolOne, 'sharedSecret');
    try {
      const pin = new PinClient(key().api, minimal, soft.random);
      await pin.token('1234', Permission.GA);
      await expect(pin.token('0000', Permission.GA)).rejects.toMatchObject(status('PIN_INVALID'));
      await pin.changePin('1234', '5678');
      const secrets = derive.mock.results.flatMap(({ value }) =>
        value instanceof Uint8Array ? [value] : [],
      );
      // Each was derived on both sides.
      expect(secrets).toHaveLength(6);
      for (const secret of secrets) expect(secret.every((byte) => byte === 0)).toBe(true);
    } finally {
      derive.mockRestore();
    }
  });

  it('a token is overwritten when it is given up', () => {
    const bytes = new Uint8Array(32).fill(7);
    new PinUvAuthToken(bytes, pinProtocolOne, Permission.CM, false).destroy();
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('the seeds of key agreement are overwritten after use', async () => {
    const { key, soft } = await client({ pin: '1234' });
    const given: Uint8Array[] = [];
    const random: RandomSource = {
      bytes: (length) => {
        const bytes = soft.random.bytes(length);
        if (length > 16) given.push(bytes);
        return bytes;
      },
    };
    await new PinClient(key().api, key().info ?? minimal, random).token('1234', Permission.CM);
    expect(given).toHaveLength(1);
    for (const bytes of given) expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('the PIN and its hash never travel in the clear', async () => {
    const { key, soft } = await client();
    const requests: ClientPinRequest[] = [];
    const api = Object.create(key().api, {
      clientPin: {
        value: (request: ClientPinRequest) => {
          requests.push(request);
          return key().api.clientPin(request);
        },
      },
    }) as SecurityKey['api'];
    await new PinClient(api, key().info ?? minimal, soft.random).setPin('secret-pin');
    const sent = requests.flatMap(({ newPinEnc }) => (newPinEnc ? [Buffer.from(newPinEnc)] : []));
    expect(sent.map((bytes) => bytes.length)).toEqual([80]);
    expect(sent.some((bytes) => bytes.includes('secret'))).toBe(false);
  });

  it('a token that was given up signs nothing more, and looks like one that the key refuses', async () => {
    const { pin } = await client({ pin: '1234' });
    const token = await pin().token('1234', Permission.CM);
    token.destroy();
    token.destroy();
    let error: unknown;
    try {
      token.authenticate(new Uint8Array(1));
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(CtapStatusError);
    expect(isTokenRefused(error)).toBe(true);
    expect(isTokenRefused(new CtapStatusError(Status.PIN_INVALID))).toBe(false);
  });
});
