/** Everything that ends a ceremony on an authenticator without a passkey. What of it a site learns: test/ceremony/states.test.ts. */
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData, encodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import type { Ctap2Api } from '../../main/ctap/api';
import type { CborMap } from '../../main/ctap/cbor';
import type { GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { p256CoseKey } from '../../main/ctap/cose';
import { CtapStatusError, TransportError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';
import { CeremonyFailure, failureOf, type FailureReason } from '../../main/webauthn/failure';
import { keyInCeremony, type KeyInCeremony } from '../support/ceremony-authenticators';
import { listed, registerAt, RP_ID, signInAt, utf8 } from '../support/relying-party';
import { sha256 } from '../support/platform';

const passkeys = [{ rpId: RP_ID, userId: utf8('ada') }];
const required = { authenticatorSelection: { userVerification: 'required' } } as const;

async function reasonOf(ceremony: Promise<unknown>): Promise<FailureReason> {
  const error = await ceremony.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CeremonyFailure);
  return (error as CeremonyFailure).reason;
}

describe('user verification that cannot be had', () => {
  it.each([
    ['no PIN is set', { pin: undefined }, 'pin-not-set'],
    ['the key knows no PIN', { pin: undefined, configuration: { clientPin: false } }, 'uv-impossible'],
    ['the PIN must be changed first', { pinRecord: { forceChange: true } }, 'pin-change-required'],
    ['no tries are left', { pinRecord: { retries: 0 } }, 'pin-blocked'],
    [
      'the PIN is not for passkeys',
      { configuration: { noMcGaPermissionsWithClientPin: true } },
      'uv-impossible',
    ],
  ] as const)('%s', async (_, recipe, reason) => {
    const key = await keyInCeremony({ passkeys, ...recipe });
    expect(await reasonOf(registerAt(key, required))).toBe(reason);
    expect(await reasonOf(signInAt(key, { userVerification: 'required' }))).toBe(reason);
    expect(key.plugged.soft.presence.requests).toEqual([]);
  });

  it('three wrong PINs: the key wants to be plugged in again', async () => {
    const key = await keyInCeremony({ passkeys });
    key.entered.push('0000', '0000', '0000', '0000');
    expect(await reasonOf(registerAt(key, required))).toBe('pin-auth-blocked');
    expect(key.asked).toHaveLength(3);
  });

  it('the person would rather not enter the PIN', async () => {
    const key = await keyInCeremony({ passkeys });
    key.entered.push(undefined);
    expect(await reasonOf(registerAt(key, required))).toBe('cancelled');
  });

  it('nobody is recognised, and there is no PIN', async () => {
    const key = await keyInCeremony({
      profile: 'fingerprint',
      pin: undefined,
      fingers: [{}],
      configuration: { clientPin: false },
    });
    key.plugged.soft.presence.fingers.next(...Array.from({ length: 9 }, () => 'no-match' as const));
    expect(await reasonOf(registerAt(key, required))).toBe('uv-blocked');
  });
});

describe('a token that another program has ended', () => {
  async function keyWithLostToken(times: number): Promise<KeyInCeremony> {
    let left = times;
    const lose = (): void => {
      if (left-- > 0) throw new CtapStatusError(Status.PIN_AUTH_INVALID);
    };
    return keyInCeremony({ passkeys }, (api: Ctap2Api) => ({
      makeCredential: async (request, options) => {
        lose();
        return api.makeCredential(request, options);
      },
    }));
  }

  it('is replaced by another, once', async () => {
    const once = await keyWithLostToken(1);
    await registerAt(once, required);
    expect(once.asked).toHaveLength(2);
    const twice = await keyWithLostToken(2);
    expect(await reasonOf(registerAt(twice, required))).toBe('pin-required');
    expect(twice.asked).toHaveLength(2);
  });
});

describe('the person, the time, the cable', () => {
  const ceremonies = [
    ['create', (key: KeyInCeremony, signal?: AbortSignal) => registerAt(key, {}, signal ? { signal } : {})],
    ['get', (key: KeyInCeremony, signal?: AbortSignal) => signInAt(key, {}, signal ? { signal } : {})],
  ] as const;

  it.each(ceremonies)('%s: refused at the key', async (_, ceremony) => {
    const key = await keyInCeremony({ passkeys });
    key.plugged.soft.presence.next('refused');
    expect(await reasonOf(ceremony(key))).toBe('refused');
  });

  it.each(ceremonies)('%s: nobody touches the key', async (_, ceremony) => {
    const key = await keyInCeremony({ passkeys });
    key.plugged.soft.presence.next('timed-out');
    expect(await reasonOf(ceremony(key))).toBe('touch-timeout');
  });

  it.each(ceremonies)('%s: cancelled while the key waits, which it does no longer', async (_, ceremony) => {
    const key = await keyInCeremony({ passkeys });
    const { presence } = key.plugged.soft;
    presence.next('wait');
    const cancel = new AbortController();
    const waiting = presence.waiting;
    const ended = reasonOf(ceremony(key, cancel.signal));
    while (!presence.waiting) await new Promise(setImmediate);
    cancel.abort(new Error('changed my mind'));
    expect(await ended).toBe('cancelled');
    expect([waiting, presence.waiting]).toEqual([false, false]);
    expect(key.plugged.soft.simulated.snapshot().credentials).toHaveLength(1);
  });

  it.each(ceremonies)('%s: cancelled before it began', async (_, ceremony) => {
    const key = await keyInCeremony({ passkeys });
    expect(await reasonOf(ceremony(key, AbortSignal.abort()))).toBe('cancelled');
    expect(key.plugged.soft.presence.requests).toEqual([]);
  });

  it.each(ceremonies)('%s: the key is taken out while it waits', async (_, ceremony) => {
    const key = await keyInCeremony({ passkeys });
    const { presence, soft } = { presence: key.plugged.soft.presence, soft: key.plugged.soft.soft };
    presence.next('wait');
    const ended = reasonOf(ceremony(key));
    while (!presence.waiting) await new Promise(setImmediate);
    key.plugged.bus.bus.unplug(soft);
    expect(await ended).toBe('removed');
  });
});

describe('an authenticator that lies', () => {
  type Lie<T> = (answer: T) => T;
  const rebuilt =
    (
      change: (
        data: ReturnType<typeof decodeAuthenticatorData>,
      ) => ReturnType<typeof decodeAuthenticatorData>,
    ) =>
    <T extends { readonly authData: Uint8Array }>(answer: T): T => ({
      ...answer,
      authData: encodeAuthenticatorData(change(decodeAuthenticatorData(answer.authData))),
    });
  const withFlags = (flags: number) => rebuilt((data) => ({ ...data, flags }));
  const stranger = new Uint8Array(32).fill(7);

  const both: readonly (readonly [string, <T extends { readonly authData: Uint8Array }>(answer: T) => T])[] =
    [
      ['another site', rebuilt((data) => ({ ...data, rpIdHash: sha256('example.com') }))],
      ['nobody there', withFlags(Flag.UV)],
      ['nobody verified', withFlags(Flag.UP)],
      ['backed up and cannot be', withFlags(Flag.UP | Flag.UV | Flag.BS)],
      ['nothing', (answer) => ({ ...answer, authData: new Uint8Array() })],
      [
        'random bytes',
        (answer) => ({ ...answer, authData: Uint8Array.from({ length: 90 }, (_, i) => i * 37) }),
      ],
      ['one byte short', (answer) => ({ ...answer, authData: answer.authData.slice(0, -1) })],
      ['one byte more', (answer) => ({ ...answer, authData: Uint8Array.of(...answer.authData, 0) })],
    ];
  const created: readonly (readonly [string, Lie<MakeCredentialResponse>])[] = [
    ...both,
    ['no credential', rebuilt(({ attestedCredential: _, ...data }) => data)],
    ['an empty ID', rebuilt((data) => attested(data, { credentialId: new Uint8Array() }))],
    ['a key of another algorithm', rebuilt((data) => attested(data, { publicKey: key(-35) }))],
    ['a key that was not asked for', rebuilt((data) => attested(data, { publicKey: key(-9) }))],
    ['a key without an algorithm', rebuilt((data) => attested(data, { publicKey: new Map([[1, 2]]) }))],
    ['a key that is none', rebuilt((data) => attested(data, { publicKey: new Map([[3, -7]]) }))],
    ['half a key', rebuilt((data) => attested(data, { publicKey: key(-7, new Uint8Array(31)) }))],
    ['no statement', ({ attStmt: _, ...answer }) => answer],
  ];
  const asserted: readonly (readonly [string, Lie<GetAssertionResponse>])[] = [
    ...both,
    ['a new credential', rebuilt((data) => attested(data, {}))],
    ['no signature', (answer) => ({ ...answer, signature: new Uint8Array() })],
    ['no credential', ({ credential: _, ...answer }) => answer],
    ['nobody', ({ user: _, ...answer }) => answer],
    ['a user without a handle', (answer) => ({ ...answer, user: { id: new Uint8Array() } })],
    ['a user handle that is too long', (answer) => ({ ...answer, user: { id: new Uint8Array(65) } })],
  ];

  function key(alg: number, x = new Uint8Array(32)): CborMap {
    return p256CoseKey({ x, y: new Uint8Array(32) }, alg);
  }
  function attested(
    data: ReturnType<typeof decodeAuthenticatorData>,
    changes: object,
  ): ReturnType<typeof decodeAuthenticatorData> {
    const { attestedCredential } = data;
    const plain = { aaguid: new Uint8Array(16), credentialId: stranger, publicKey: key(-7) };
    return { ...data, attestedCredential: { ...plain, ...attestedCredential, ...changes } };
  }

  it.each(created)('create: %s', async (_, lie) => {
    const liar = await keyInCeremony({}, (api) => ({
      makeCredential: async (request, options) => lie(await api.makeCredential(request, options)),
    }));
    const made = registerAt(liar, { ...required, attestation: 'direct' });
    expect(await reasonOf(made)).toBe('misbehaved');
  });

  it.each(asserted)('get: %s', async (_, lie) => {
    const liar = await keyInCeremony({ passkeys }, (api) => ({
      getAssertion: async (request, options) => lie(await api.getAssertion(request, options)),
    }));
    expect(await reasonOf(signInAt(liar, { userVerification: 'required' }))).toBe('misbehaved');
  });

  it('get: a credential that was not asked for', async () => {
    const liar = await keyInCeremony({}, (api) => ({
      getAssertion: async (request, options) => ({
        ...(await api.getAssertion(request, options)),
        credential: { id: stranger, type: 'public-key' },
      }),
    }));
    const { rawId } = await registerAt(liar);
    for (const others of [[], [new Uint8Array(16)]])
      expect(await reasonOf(signInAt(liar, { allowCredentials: listed(rawId, ...others) }))).toBe(
        'misbehaved',
      );
  });

  it('get: one account, over and over, four billion times', async () => {
    const liar = await keyInCeremony({ passkeys }, (api) => {
      let first: GetAssertionResponse | undefined;
      return {
        getAssertion: async (request, options) =>
          (first = { ...(await api.getAssertion(request, options)), numberOfCredentials: 0xffffffff }),
        getNextAssertion: async () => first!,
      };
    });
    expect(await reasonOf(signInAt(liar))).toBe('misbehaved');
  });
});

describe('a key that signs nobody in', () => {
  it('has taken a touch, be there no passkey, none of the list, a refusal, or nobody at it', async () => {
    const empty = await keyInCeremony();
    const listedOnly = await keyInCeremony({ passkeys });
    const refusing = await keyInCeremony({ passkeys });
    refusing.plugged.soft.presence.next('refused');
    const absent = await keyInCeremony({ passkeys });
    absent.plugged.soft.presence.next('timed-out');
    expect([
      await reasonOf(signInAt(empty)),
      await reasonOf(signInAt(listedOnly, { allowCredentials: listed(new Uint8Array(16)) })),
      await reasonOf(signInAt(refusing)),
      await reasonOf(signInAt(absent)),
    ]).toEqual(['no-credentials', 'no-credentials', 'refused', 'touch-timeout']);
    for (const { plugged } of [empty, listedOnly, refusing, absent])
      expect(plugged.soft.presence.requests).toHaveLength(1);
  });
});

describe('the reason of a failure', () => {
  it.each([
    [Status.CREDENTIAL_EXCLUDED, 'excluded'],
    [Status.KEY_STORE_FULL, 'key-full'],
    [Status.KEEPALIVE_CANCEL, 'cancelled'],
    [Status.ACTION_TIMEOUT, 'touch-timeout'],
    [Status.UV_INVALID, 'uv-invalid'],
    [Status.PIN_POLICY_VIOLATION, 'pin-change-required'],
    [Status.OTHER, 'failed'],
    [0xf3, 'failed'],
  ])('of status 0x%s', (status, reason) => {
    expect(failureOf(new CtapStatusError(status))).toMatchObject({ reason });
  });

  it('of the way to it', () => {
    expect(failureOf(new TransportError('unplugged', ''))).toMatchObject({ reason: 'removed' });
    expect(failureOf(new TransportError('busy', ''))).toMatchObject({ reason: 'unreachable' });
  });

  it('is not made up for a defect', () => {
    const defect = new TypeError('undefined is not a function');
    expect(failureOf(defect)).toBe(defect);
  });
});
