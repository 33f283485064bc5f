/** Tokens that no PIN is typed for: by the key's own sensor, and the persistent one of CTAP 2.2. */
import { describe, expect, it } from 'vitest';
import { CredentialManager } from '../../main/client/credential-manager';
import { credentialStoreState, stableIdentifier } from '../../main/client/key-identity';
import { canVerifyItself, hasPersistentToken, isProtected, PinClient } from '../../main/client/pin';
import { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { SecurityKey } from '../../main/client/security-key';
import type { Ctap2Api } from '../../main/ctap/api';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { ProtocolError } from '../../main/ctap/errors';
import { Permission, pinProtocolTwo } from '../../main/ctap/pin-protocol';
import type { StatusName } from '../../main/ctap/status';
import { settled } from '../support/manual-clock';
import { PIN, pluggedKey, withAnswers } from '../support/plugged-key';
import { SeededRandom } from '../support/seeded-random';

const status = (name: StatusName): object => ({ name: 'CtapStatusError', statusName: name });
const enrolled = { profile: 'fingerprint', fingers: [{}], passkeys: [{ rpId: 'a.example' }] } as const;

describe('by finger', () => {
  it('a token lists passkeys as one for the PIN does', async () => {
    const { api, info, pin } = await pluggedKey(enrolled);
    expect(canVerifyItself(info())).toBe(true);
    const token = await pin().tokenByUv(Permission.CM);
    expect((await new CredentialManager(api, info(), token).list()).credentials).toHaveLength(1);
  });

  it('it may have several permissions at once', async () => {
    const { pin, soft } = await pluggedKey(enrolled);
    const token = await pin().tokenByUv(Permission.CM | Permission.LBW);
    expect(token).toMatchObject({ permissions: Permission.CM | Permission.LBW, legacy: false });
    await pin().tokenByUv(Permission.MC | Permission.GA, 'a.example');
    expect(soft.presence.fingers.requests.map(({ rpId }) => rpId)).toEqual([undefined, 'a.example']);
  });

  it('the person is told when the sensor waits', async () => {
    const { pin, soft } = await pluggedKey(enrolled);
    soft.presence.fingers.next('wait');
    const seen: string[] = [];
    const token = pin().tokenByUv(Permission.CM, undefined, { onStatus: (each) => seen.push(each) });
    for (let turn = 0; turn < 20 && !soft.presence.fingers.waiting; turn++) await settled();
    await soft.clock.advance(200);
    expect(seen).toContain('touch-needed');
    soft.presence.fingers.answer('verified');
    await token;
  });

  it('every finger that is not recognised costs a try, until only the PIN helps, which restores them', async () => {
    const { pin, soft, token } = await pluggedKey({
      ...enrolled,
      // One comparison for one call.
      configuration: { preferredPlatformUvAttempts: 3 },
    });
    const full = await pin().uvRetries();
    expect(full).toBe(3);
    soft.presence.fingers.next('no-match', 'no-match', 'no-match');
    for (const left of [2, 1]) {
      await expect(pin().tokenByUv(Permission.CM)).rejects.toMatchObject(status('UV_INVALID'));
      expect(await pin().uvRetries()).toBe(left);
    }
    await expect(pin().tokenByUv(Permission.CM)).rejects.toMatchObject(status('UV_BLOCKED'));
    await expect(pin().tokenByUv(Permission.CM)).rejects.toMatchObject(status('UV_BLOCKED'));
    expect(soft.presence.fingers.requests).toHaveLength(3);
    await token(Permission.CM);
    expect(await pin().uvRetries()).toBe(full);
  });

  it.each([
    ['refused', 'OPERATION_DENIED'],
    ['timed-out', 'USER_ACTION_TIMEOUT'],
  ] as const)('a person who %s: %s', async (answer, name) => {
    const { pin, soft } = await pluggedKey(enrolled);
    soft.presence.fingers.next(answer);
    await expect(pin().tokenByUv(Permission.CM)).rejects.toMatchObject(status(name));
  });

  it('it can be cancelled, and the key is ready for the PIN at once', async () => {
    const { pin, soft, token } = await pluggedKey(enrolled);
    soft.presence.fingers.next('wait');
    const abort = new AbortController();
    const outcome = expect(
      pin().tokenByUv(Permission.CM, undefined, { signal: abort.signal }),
    ).rejects.toThrow('the PIN then');
    for (let turn = 0; turn < 20 && !soft.presence.fingers.waiting; turn++) await settled();
    abort.abort(new Error('the PIN then'));
    await outcome;
    expect((await token(Permission.CM)).legacy).toBe(false);
  });

  it.each([
    ['without a sensor', { profile: '2.1' }],
    ['with a sensor that knows nobody', { profile: 'fingerprint' }],
    ['of the preview, which has no such command', { profile: '2.1-preview', fingers: [{}] }],
  ] as const)('a key %s is not asked', async (_, recipe) => {
    const { pin, bus } = await pluggedKey(recipe);
    const before = bus.log.length;
    await expect(pin().tokenByUv(Permission.CM)).rejects.toMatchObject(status('INVALID_COMMAND'));
    expect(bus.log).toHaveLength(before);
  });

  it('a finger alone protects a key', async () => {
    const protectedNow = async (recipe: Parameters<typeof pluggedKey>[0]): Promise<boolean> =>
      isProtected((await pluggedKey(recipe)).info());
    expect(await protectedNow({ pin: undefined })).toBe(false);
    expect(await protectedNow({})).toBe(true);
    expect(await protectedNow({ ...enrolled, pin: undefined })).toBe(true);
  });

  it('a key that does not tell its tries breaks the rules', async () => {
    const { api, info, soft } = await pluggedKey(enrolled);
    const silent = withAnswers(api, { clientPin: () => Promise.resolve({}) });
    await expect(new PinClient(silent, info(), soft.random).uvRetries()).rejects.toBeInstanceOf(
      ProtocolError,
    );
  });
});

describe('the persistent token', () => {
  const recipe = { profile: '2.3', passkeys: [{ rpId: 'a.example' }, { rpId: 'b.example' }] } as const;

  it('lists, and does nothing else', async () => {
    const { api, info, pin } = await pluggedKey(recipe);
    expect(hasPersistentToken(info())).toBe(true);
    const token = await pin().persistentToken(PIN);
    expect(token.persistent).toBe(true);
    const manager = new CredentialManager(api, info(), token);
    const { credentials } = await manager.list();
    expect(credentials).toHaveLength(2);
    const [first] = credentials;
    if (!first) throw new Error('a passkey');
    expect(await manager.deleteVerified(first)).toMatchObject({
      outcome: 'kept',
      refusal: status('PIN_AUTH_INVALID'),
    });
  });

  it('still lists after the key was unplugged', async () => {
    const { info, pin, bus, soft } = await pluggedKey(recipe);
    const token = await pin().persistentToken(PIN);
    bus.bus.unplug(soft.soft);
    const again = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
    expect((await new CredentialManager(again.api, info(), token).list()).credentials).toHaveLength(2);
  });

  it('comes for a finger, too', async () => {
    const { api, info, pin } = await pluggedKey({
      ...enrolled,
      configuration: { persistentToken: true, ctap22Info: true },
    });
    const token = await pin().persistentToken(undefined);
    expect((await new CredentialManager(api, info(), token).list()).credentials).toHaveLength(1);
  });

  it('a key that has none is not asked', async () => {
    const { pin, bus } = await pluggedKey({ profile: '2.1' });
    const before = bus.log.length;
    await expect(pin().persistentToken(PIN)).rejects.toMatchObject(status('INVALID_COMMAND'));
    expect(bus.log).toHaveLength(before);
  });
});

describe('whoever holds the persistent token', () => {
  const recipe = { profile: '2.3', passkeys: [{ rpId: 'a.example' }] } as const;

  it('recognises the key by an identifier that nobody else can read', async () => {
    const { key, pin, info } = await pluggedKey(recipe);
    const token = await pin().persistentToken(PIN);
    const first = info();
    await key.refreshInfo();
    // What is sent differs every time, what it says does not.
    expect(info().encIdentifier).not.toEqual(first.encIdentifier);
    const identifier = stableIdentifier(first, token);
    expect(identifier).toMatch(/^[0-9a-f]{32}$/);
    expect(stableIdentifier(info(), token)).toBe(identifier);
    const other = await pluggedKey({ ...recipe, seed: 'another key' });
    expect(stableIdentifier(other.info(), await other.pin().persistentToken(PIN))).not.toBe(identifier);
    expect(stableIdentifier(other.info(), token)).not.toBe(identifier);
  });

  it('knows whether a list is still true', async () => {
    const { api, key, pin, info, token } = await pluggedKey(recipe);
    const persistent = await pin().persistentToken(PIN);
    const state = (): string | undefined => credentialStoreState(info(), persistent);
    const before = state();
    await key.refreshInfo();
    expect(state()).toBe(before);
    const manager = new CredentialManager(api, info(), await token(Permission.CM));
    const [passkey] = (await manager.list()).credentials;
    if (!passkey) throw new Error('a passkey');
    await manager.updateUser(passkey, { name: 'other' });
    await key.refreshInfo();
    const renamed = state();
    expect(renamed).not.toBe(before);
    await manager.delete(passkey.credentialId);
    await key.refreshInfo();
    expect(state()).not.toBe(renamed);
  });

  it('no longer does when the PIN was changed', async () => {
    const { key, pin, info } = await pluggedKey(recipe);
    const token = await pin().persistentToken(PIN);
    const before = stableIdentifier(info(), token);
    await pin().changePin(PIN, 'another pin');
    await key.refreshInfo();
    expect(stableIdentifier(info(), token)).not.toBe(before);
    expect(stableIdentifier(info(), await pin().persistentToken('another pin'))).toBe(before);
  });

  it('learns nothing from a token that is not persistent, or a key that conceals nothing', async () => {
    const { info, token } = await pluggedKey(recipe);
    expect(stableIdentifier(info(), await token(Permission.CM))).toBeUndefined();
    expect(credentialStoreState(info(), await token(Permission.CM))).toBeUndefined();
    const plain: AuthenticatorInfo = { versions: ['FIDO_2_1'], aaguid: new Uint8Array(16) };
    const persistent = new PinUvAuthToken(
      new Uint8Array(32),
      pinProtocolTwo(new SeededRandom()),
      Permission.PCMR,
      false,
    );
    expect(stableIdentifier(plain, persistent)).toBeUndefined();
    expect(credentialStoreState(plain, persistent)).toBeUndefined();
    persistent.destroy();
    expect(() => persistent.reveal('encIdentifier', new Uint8Array(32))).toThrow(/PIN_AUTH_INVALID/);
  });

  it('a legacy token is never taken for it', () => {
    const legacy = new PinUvAuthToken(
      new Uint8Array(32),
      pinProtocolTwo(new SeededRandom()),
      Permission.PCMR,
      true,
    );
    expect(legacy.persistent).toBe(false);
  });
});

it('a key that says yes to a finger without a token breaks the rules', async () => {
  const { api, info, soft } = await pluggedKey(enrolled);
  const clientPin: Ctap2Api['clientPin'] = async (request, options) => {
    const { pinUvAuthToken: _, ...answer } = await api.clientPin(request, options);
    return answer;
  };
  const pin = new PinClient(withAnswers(api, { clientPin }), info(), soft.random);
  await expect(pin.tokenByUv(Permission.CM)).rejects.toBeInstanceOf(ProtocolError);
});
