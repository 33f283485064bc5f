/** The authenticator of this device over a real vault: one gesture for each ceremony, and nothing open before or after it. */
import { describe, expect, it, vi } from 'vitest';
import { PlatformAuthenticator } from '../../main/authenticator/fronts/platform';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { Permission } from '../../main/ctap/pin-protocol';
import { settled } from '../support/manual-clock';
import { PIN } from '../support/memory-vault';
import { createdCredential, signatureIsValid } from '../support/platform';
import { platformDevice } from '../support/platform-device';
import {
  RP,
  PUBLIC_KEY,
  makeRequest,
  getRequest,
  make,
  get,
  gestures,
  flagsOf,
  idOf,
  listed,
  userIds,
  refused,
  accounts,
  token,
} from './platform-requests';

describe('one gesture for one ceremony', () => {
  it('two sign-ins are two verifications; UP and UV each time, BE, BS and the counter 0', async () => {
    const its = await platformDevice();
    const { publicKey } = createdCredential((await make(its)).authData);
    for (let round = 1; round <= 2; round++) {
      const answer = await get(its);
      expect(flagsOf(answer)).toBe(Flag.UP | Flag.UV);
      expect(decodeAuthenticatorData(answer.authData).signCount).toBe(0);
      expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
      expect(gestures(its)).toBe(1 + round);
      expect(its.vault.secretsOpen).toBe(false);
    }
    expect(its.ended()).toBe(3);
  });

  it('the secrets are open while the passkey is made and used, and closed when it is answered', async () => {
    const its = await platformDevice();
    const made = make(its);
    expect(its.vault.secretsOpen).toBe(false);
    await made;
    expect(its.vault.secretsOpen).toBe(false);
    expect(its.presence.fingers.requests).toMatchObject([{ reason: 'create', rpId: RP }]);
  });

  it.each([
    ['refused', 'OPERATION_DENIED'],
    ['timed-out', 'USER_ACTION_TIMEOUT'],
  ] as const)('%s by the user is %s: nothing is made, used or opened', async (answer, status) => {
    const its = await platformDevice();
    await make(its);
    its.presence.fingers.next(answer, answer);
    await refused(get(its), status);
    await refused(make(its, { user: { id: Uint8Array.of(2) } }), status);
    expect(its.vault.passkeys).toHaveLength(1);
    expect(its.vault.secretsOpen).toBe(false);
    expect(its.ended()).toBe(3);
  });

  it('nobody for five minutes is USER_ACTION_TIMEOUT', async () => {
    const its = await platformDevice();
    its.presence.fingers.next('wait');
    const rejected = refused(make(its), 'USER_ACTION_TIMEOUT');
    await its.clock.advance(300_000);
    await rejected;
    expect(its.presence.waiting).toBe(false);
  });

  it('cancelled by the caller rejects with the caller’s reason, and the next ceremony asks anew', async () => {
    const its = await platformDevice();
    its.presence.fingers.next('wait');
    const controller = new AbortController();
    const rejected = expect(
      its.device.makeCredential(makeRequest(), { signal: controller.signal }),
    ).rejects.toThrow('not now');
    await vi.waitUntil(() => its.presence.waiting);
    controller.abort(new Error('not now'));
    await rejected;
    expect(its.vault.passkeys).toHaveLength(0);
    await make(its);
    expect(gestures(its)).toBe(2);
  });

  it('a finger that does not match is tried once more within the ceremony; then OPERATION_DENIED', async () => {
    const its = await platformDevice();
    its.presence.fingers.next('no-match', 'verified');
    await make(its);
    its.presence.fingers.next('no-match', 'no-match');
    await refused(get(its), 'OPERATION_DENIED');
    expect(gestures(its)).toBe(4);
    expect(its.vault.secretsOpen).toBe(false);
  });

  it('a PIN that comes after the ceremony was cancelled opens nothing', async () => {
    const its = await platformDevice();
    const { vault, clock, random } = its;
    let type: () => void = () => undefined;
    const device = new PlatformAuthenticator({
      clock,
      random,
      storage: vault.storage,
      user: {
        verify: async () => {
          await new Promise<void>((resolve) => (type = resolve));
          await vault.verifyPin(PIN);
          return 'verified';
        },
        endCeremony: () => vault.endCeremony(),
      },
    });
    const controller = new AbortController();
    const rejected = expect(
      device.makeCredential(makeRequest(), { signal: controller.signal }),
    ).rejects.toThrow('gone');
    await settled();
    controller.abort(new Error('gone'));
    await rejected;
    type();
    await vi.waitUntil(() => vault.situation.is === 'open' && vault.situation.verified);
    await settled();
    expect(vault.secretsOpen).toBe(false);
    expect(vault.passkeys).toHaveLength(0);
  });

  it('what fails after the gesture closes the secrets, too: no such passkey, already registered, unknown salts', async () => {
    const its = await platformDevice();
    const id = idOf(await make(its));
    await refused(get(its, { rpId: 'b.example' }), 'NO_CREDENTIALS');
    expect(its.vault.secretsOpen).toBe(false);
    await refused(make(its, { excludeList: [{ id, type: PUBLIC_KEY }] }), 'CREDENTIAL_EXCLUDED');
    expect(its.vault.secretsOpen).toBe(false);
    expect(gestures(its)).toBe(3);
    expect(its.ended()).toBe(3);
  });

  it('an enforced enterprise attestation is refused before anybody is asked', async () => {
    const its = await platformDevice();
    for (const enterpriseAttestation of [1, 2])
      await refused(make(its, { enterpriseAttestation }), 'INVALID_PARAMETER');
    expect(gestures(its)).toBe(0);
  });
});

describe('secrets that are not open', () => {
  it('never become a signature: OPERATION_DENIED when the vault is locked in the middle of the ceremony', async () => {
    const its = await platformDevice();
    const inTime = idOf(await make(its));
    const wrapped = idOf(await make(its, { options: { rk: false } }));
    const { clock, random, vault } = its;
    const device = new PlatformAuthenticator({
      clock,
      random,
      storage: vault.storage,
      // Says that it verified somebody, and has opened nothing.
      user: { verify: async () => 'verified', endCeremony: () => undefined },
    });
    vault.lock();
    await refused(device.getAssertion(getRequest()), 'OPERATION_DENIED');
    await refused(device.getAssertion(getRequest(listed(inTime))), 'OPERATION_DENIED');
    await refused(device.getAssertion(getRequest(listed(wrapped))), 'OPERATION_DENIED');
    await refused(device.makeCredential(makeRequest({ options: { rk: true } })), 'OPERATION_DENIED');
    await refused(device.makeCredential(makeRequest({ options: {} })), 'OPERATION_DENIED');
    expect(vault.passkeys).toHaveLength(1);
  });

  it('other errors of the storage come out as they are: a full disk has its own words', async () => {
    const its = await platformDevice();
    its.folder.fail('passkeys.vault', 'full');
    await expect(make(its)).rejects.toMatchObject({ name: 'VaultError', code: 'file' });
    expect(its.vault.secretsOpen).toBe(false);
  });
});

describe('several accounts', () => {
  it('without a chooser come one after the other, by one gesture; after the last the secrets are closed', async () => {
    const its = await platformDevice();
    await accounts(its, 3);
    const first = await get(its);
    expect(first).toMatchObject({ numberOfCredentials: 3, user: { name: 'user 3' } });
    expect(its.vault.secretsOpen).toBe(true);
    const second = await its.device.getNextAssertion();
    expect(its.vault.secretsOpen).toBe(true);
    const third = await its.device.getNextAssertion();
    expect(its.vault.secretsOpen).toBe(false);
    expect(userIds([first, second, third])).toEqual([3, 2, 1]);
    expect(gestures(its)).toBe(4);
  });

  it('that nobody asks for: the secrets are closed after 30 seconds, or by any other command', async () => {
    const its = await platformDevice();
    await accounts(its, 2);
    await get(its);
    await its.clock.advance(29_999);
    expect(its.vault.secretsOpen).toBe(true);
    await its.clock.advance(2);
    expect(its.vault.secretsOpen).toBe(false);
    await refused(its.device.getNextAssertion(), 'NOT_ALLOWED');
    await get(its);
    await its.device.getInfo();
    expect(its.vault.secretsOpen).toBe(false);
    await refused(its.device.getNextAssertion(), 'NOT_ALLOWED');
  });

  it('with a chooser are one answer: the chosen one, userSelected and no count', async () => {
    const choose = vi.fn(
      async ({ accounts: [, middle] }: { accounts: readonly { id: Uint8Array }[] }) => middle!.id,
    );
    const its = await platformDevice({ chooser: { choose } });
    await accounts(its, 3);
    const answer = await get(its);
    expect(answer.user).toEqual({ id: Uint8Array.of(2) });
    expect(answer.userSelected).toBe(true);
    expect(answer.numberOfCredentials).toBeUndefined();
    expect(choose.mock.calls[0]![0]).toMatchObject({
      rpId: RP,
      accounts: [{ user: { name: 'user 3' } }, { user: { name: 'user 2' } }, { user: { name: 'user 1' } }],
    });
    expect(its.vault.secretsOpen).toBe(false);
    expect(its.vault.passkeys.map(({ lastUsed }) => lastUsed !== undefined)).toEqual([false, true, false]);
    await refused(its.device.getNextAssertion(), 'NOT_ALLOWED');
    const [listedOne] = its.vault.passkeys;
    const byList = await get(its, listed(listedOne!.credential.id));
    expect(byList.userSelected).toBeUndefined();
    expect(choose).toHaveBeenCalledTimes(1);
  });

  it('of which the user chooses none are OPERATION_DENIED, and so is an account that is none of them', async () => {
    let answer: Uint8Array | 'cancelled' = 'cancelled';
    const its = await platformDevice({ chooser: { choose: async () => answer } });
    await accounts(its, 2);
    await refused(get(its), 'OPERATION_DENIED');
    answer = new Uint8Array(32);
    await refused(get(its), 'OPERATION_DENIED');
    expect(its.vault.secretsOpen).toBe(false);
  });

  it('fifty of one site, each with its own key', async () => {
    const its = await platformDevice();
    await accounts(its, 50);
    const answers = [await get(its)];
    for (let next = 1; next < 50; next++) answers.push(await its.device.getNextAssertion());
    expect(new Set(userIds(answers)).size).toBe(50);
    for (const [index, answer] of answers.entries()) {
      const { credential } = its.vault.passkeys[49 - index]!;
      expect(signatureIsValid(credential.publicKey, answer.authData, answer.signature)).toBe(true);
    }
  });
});

describe('a token that the gesture got', () => {
  it('makes one passkey with no other gesture; then the secrets are closed and the token is spent', async () => {
    const its = await platformDevice();
    const authorized = await token(its, Permission.MC, RP);
    expect(its.vault.secretsOpen).toBe(true);
    expect(flagsOf(await make(its, authorized)) & (Flag.UP | Flag.UV)).toBe(Flag.UP | Flag.UV);
    expect(gestures(its)).toBe(1);
    expect(its.vault.secretsOpen).toBe(false);
    await refused(make(its, authorized), 'PIN_AUTH_INVALID');
  });

  it('that is not used closes the secrets after 30 seconds, and is good for nothing then', async () => {
    const its = await platformDevice();
    const authorized = await token(its, Permission.MC | Permission.GA, RP);
    await its.clock.advance(30_000);
    expect(its.vault.secretsOpen).toBe(true);
    await its.clock.advance(1);
    expect(its.vault.secretsOpen).toBe(false);
    await refused(make(its, authorized), 'PIN_AUTH_INVALID');
  });

  it('that asked silently lives on, but after 30 seconds it needs another gesture', async () => {
    const its = await platformDevice();
    await make(its);
    const authorized = await token(its, Permission.GA, RP);
    const silent = await get(its, { ...authorized, options: { up: false } });
    expect(flagsOf(silent)).toBe(Flag.UV);
    expect(silent.signature).not.toHaveLength(0);
    await its.clock.advance(30_001);
    expect(its.vault.secretsOpen).toBe(false);
    await get(its, authorized);
    expect(gestures(its)).toBe(3);
    expect(its.vault.secretsOpen).toBe(false);
  });

  it('for managing alone leaves no secrets open', async () => {
    const its = await platformDevice();
    await token(its, Permission.CM);
    expect(its.vault.secretsOpen).toBe(false);
  });

  it('ends when the vault is locked', async () => {
    const its = await platformDevice();
    const authorized = await token(its, Permission.MC, RP);
    its.device.forget();
    expect(its.vault.secretsOpen).toBe(false);
    await refused(make(its, authorized), 'PIN_AUTH_INVALID');
  });
});
