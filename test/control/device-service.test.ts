/** One contract, two implementations: the vault of this program, and that of another over the control socket. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ControlClient } from '../../main/control/control-client';
import { serveControl } from '../../main/control/control-server';
import type { DeviceCredential, DeviceService } from '../../main/control/operations';
import { testersAuthenticator } from '../../main/control/testers-authenticator';
import { vaultService } from '../../main/control/vault-service';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { CtapStatusError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';
import { VaultError } from '../../main/vault/vault-error';
import { MemoryControl } from '../support/memory-control';
import { memoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

interface Side {
  readonly service: DeviceService;
  readonly made: MemoryVault;
}

async function local(made = memoryVault(), saves = true): Promise<Side> {
  const { vault, clock } = made;
  const random = new SeededRandom('service');
  const authenticator = testersAuthenticator(vault, { clock, random });
  await vault.open();
  return { made, service: vaultService({ vault, path: '/vault', saves: async () => saves, authenticator }) };
}

async function remote(made = memoryVault(), saves = true): Promise<Side> {
  const { service } = await local(made, saves);
  const { folder, clock } = made;
  const socket = new MemoryControl();
  const random = new SeededRandom('control');
  await serveControl({ folder, socket, service, clock, random, program: '1.2.3' });
  const client = await ControlClient.connect({ folder, socket, clock, random });
  return { made, service: client.service };
}

const hash = new Uint8Array(createHash('sha256').update('client data').digest());
const makeRequest = (rpId: string, name: string) => ({
  clientDataHash: hash,
  rp: { id: rpId, name: 'A site' },
  user: { id: new Uint8Array(createHash('sha256').update(name).digest()), name, displayName: `${name} 山田` },
  pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  options: { rk: true },
});

describe.each([
  ['the vault itself', local],
  ['the owner, over the control socket', remote],
])('%s', (_which, open) => {
  const ready = async (): Promise<Side> => {
    const side = await open();
    await side.service.setUp({ pin: PIN });
    return side;
  };
  const add = async ({ service }: Side, rpId = 'example.org', name = 'ada'): Promise<DeviceCredential> => {
    await service.makeCredential({ pin: PIN, request: makeRequest(rpId, name) });
    const added = (await service.list({})).passkeys.at(-1);
    if (!added) throw new Error('nothing was added');
    return added;
  };
  /** The code of the VaultError. */
  const problem = (action: Promise<unknown>): Promise<unknown> =>
    action.then(
      () => 'nothing went wrong',
      (error: unknown) => (error instanceof VaultError ? error.code : error),
    );

  it('is set up, and gives the recovery key', async () => {
    const { service } = await open();
    expect(await service.status({})).toEqual({
      state: 'absent',
      canRestorePrevious: false,
      passkeys: 0,
      deleted: 0,
      path: '/vault',
    });
    const { recoveryKey } = await service.setUp({ pin: PIN });
    expect(recoveryKey).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4})+$/);
    expect(await service.status({})).toMatchObject({
      state: 'open',
      sealing: 'keychain',
      triesLeft: 10,
      wait: 0,
    });
  });

  it('says that only a passphrase will do, where no keychain is', async () => {
    const made = memoryVault();
    made.keychain.failure = 'unavailable';
    const { service } = await open(made);
    expect(await service.status({})).toMatchObject({ state: 'absent', keychain: 'keychain-unavailable' });
    await service.setUp({ pin: PIN, passphrase: 'correct horse battery staple' });
    await made.vault.close();
    await service.open({});
    expect(await service.status({})).toMatchObject({ state: 'passphrase-needed', passkeys: 0 });
    expect(await problem(service.open({ passphrase: 'correct horse battery stable' }))).toBe(
      'passphrase-wrong',
    );
    await service.open({ passphrase: 'correct horse battery staple' });
    expect(await service.status({})).toMatchObject({ state: 'open', sealing: 'passphrase' });
  });

  it('tells everything of a passkey but its secrets', async () => {
    const side = await ready();
    const { id, publicKey, ...rest } = await add(side);
    expect(id.length).toBeGreaterThan(15);
    expect(publicKey.get(3)).toBe(-7);
    expect(rest).toEqual({
      rp: { id: 'example.org', name: 'A site' },
      user: { id: makeRequest('', 'ada').user.id, name: 'ada', displayName: 'ada 山田' },
      algorithm: -7,
      credProtect: 1,
      hasLargeBlobKey: false,
      created: side.made.calendar.date,
      protected: false,
    });
  });

  it('makes and uses passkeys with the PIN, and with no other', async () => {
    const side = await ready();
    const { id } = await add(side);
    const request = { rpId: 'example.org', clientDataHash: hash };
    const { response } = await side.service.getAssertion({ pin: PIN, request });
    expect(response.credential?.id).toEqual(id);
    expect(decodeAuthenticatorData(response.authData).flags & (Flag.UP | Flag.UV)).toBe(Flag.UP | Flag.UV);
    const wrong = await side.service
      .getAssertion({ pin: '999888', request })
      .catch((error: unknown) => error);
    expect(wrong).toMatchObject({ name: 'VaultError', code: 'pin-wrong', tries: { left: 9 } });
    const unknown = side.service.getAssertion({ pin: PIN, request: { ...request, rpId: 'example.net' } });
    expect(await unknown.catch((error: unknown) => error)).toSatisfy(
      (error) => error instanceof CtapStatusError && error.status === Status.NO_CREDENTIALS,
    );
    expect(side.made.vault.secretsOpen).toBe(false);
  });

  it('deletes to Recently deleted, restores, and purges', async () => {
    const side = await ready();
    const { service, made } = side;
    const { id } = await add(side);
    await service.remove({ ids: [id] });
    expect((await service.list({})).passkeys).toEqual([]);
    const { passkeys } = await service.listDeleted({});
    expect(passkeys).toMatchObject([
      { id, deleted: made.calendar.date, goes: made.calendar.date + 30 * 24 * 3_600_000 },
    ]);
    await service.restore({ ids: [id] });
    expect((await service.list({})).passkeys).toHaveLength(1);
    await service.remove({ ids: [id] });
    await service.purge({ ids: [id] });
    expect(await problem(service.restore({ ids: [id] }))).toBe('not-found');
    await add(side);
    await service.remove({ ids: [(await service.list({})).passkeys[0]?.id ?? id] });
    await service.emptyDeleted({});
    expect(await service.status({})).toMatchObject({ passkeys: 0, deleted: 0 });
  });

  it('refuses to delete what is protected, or signs in to the machine', async () => {
    const side = await ready();
    const { service } = side;
    const { id } = await add(side);
    const pam = await add(side, 'pam://workstation');
    expect(pam.notRemovable).toContain('signs you in to workstation itself');
    await service.setProtected({ id, on: true });
    expect((await service.list({})).passkeys[0]).toMatchObject({ protected: true });
    expect(await problem(service.remove({ ids: [id] }))).toBe('protected');
    expect(await problem(service.remove({ ids: [pam.id] }))).toBe('protected');
    await service.setProtected({ id, on: false });
    expect(await problem(service.remove({ ids: [id, pam.id] }))).toBe('protected');
    expect((await service.list({})).passkeys).toHaveLength(2);
    await service.remove({ ids: [id] });
  });

  it('changes one name and leaves the other, removes an empty one', async () => {
    const side = await ready();
    const { id } = await add(side);
    await side.service.rename({ id, name: 'Ada L.' });
    const user = async () => (await side.service.list({})).passkeys[0]?.user;
    expect(await user()).toMatchObject({ name: 'Ada L.', displayName: 'ada 山田' });
    await side.service.rename({ id, displayName: '' });
    expect(Object.keys((await user()) ?? {})).not.toContain('displayName');
  });

  it('changes the PIN, opens a lost one by the recovery key, locks', async () => {
    const side = await open();
    const { service, made } = side;
    const { recoveryKey } = await service.setUp({ pin: PIN });
    await service.changePin({ current: PIN, next: '620481' });
    expect(await problem(service.changePin({ current: PIN, next: '620482' }))).toBe('pin-wrong');
    expect(await problem(service.changePin({ current: '620481', next: '111111' }))).toBe('pin-refused');
    const { recoveryKey: second } = await service.recover({ recoveryKey, pin: '739105' });
    expect(await problem(service.recover({ recoveryKey, pin: '739105' }))).toBe('recovery-wrong');
    const { recoveryKey: third } = await service.newRecoveryKey({ pin: '739105' });
    expect(new Set([recoveryKey, second, third]).size).toBe(3);
    expect(made.vault.situation).toMatchObject({ verified: true });
    await service.lock({});
    expect(await service.status({})).toMatchObject({ verified: false });
  });

  it('re-seals', async () => {
    const { service, made } = await ready();
    await service.switchSealing({ pin: PIN, passphrase: 'correct horse battery staple' });
    expect(made.keychain.items.size).toBe(0);
    await service.switchSealing({ pin: PIN });
    expect(await service.status({})).toMatchObject({ sealing: 'keychain' });
  });

  it('brings the generation before back', async () => {
    const side = await ready();
    const { service, made } = side;
    await add(side);
    await add(side, 'example.net');
    expect(await service.previous({})).toEqual({ written: made.calendar.date, passkeys: 1 });
    await service.restorePrevious({});
    expect((await service.list({})).passkeys.map(({ rp }) => rp.id)).toEqual(['example.org']);
  });

  it('says what is wrong with a damaged vault, brings back what was, or puts it aside', async () => {
    const side = await ready();
    const { service, made } = side;
    await add(side);
    await made.vault.close();
    const name = 'passkeys.vault';
    made.folder.put(
      name,
      made.folder.content(name)?.map((byte, index) => (index === 40 ? byte ^ 1 : byte)),
    );
    await service.open({});
    expect(await service.status({})).toMatchObject({
      state: 'unusable',
      problem: 'damaged',
      message: expect.stringContaining('is damaged') as string,
      canRestorePrevious: true,
    });
    await service.restorePrevious({});
    expect(await service.status({})).toMatchObject({ state: 'open' });
    expect(await problem(service.putAside({}))).toBe('not-open');
    made.folder.put(name, Uint8Array.of(1, 2, 3));
    await made.vault.close();
    await service.open({});
    await service.putAside({});
    expect(await service.status({})).toMatchObject({ state: 'absent' });
  });

  it('makes no passkey while saving to this device is off; those that are there keep working', async () => {
    const { service, made } = await open(memoryVault(), false);
    await service.setUp({ pin: PIN });
    await expect(
      service.makeCredential({ pin: PIN, request: makeRequest('example.org', 'ada') }),
    ).rejects.toMatchObject({ code: 'saving-off', message: expect.stringContaining('is off') as string });
    expect(await service.list({})).toEqual({ passkeys: [] });
    expect(made.vault.situation).toMatchObject({ tries: { left: 10 } });
    const saving = vaultService({
      vault: made.vault,
      path: '/vault',
      saves: async () => true,
      authenticator: testersAuthenticator(made.vault, {
        clock: made.clock,
        random: new SeededRandom('saving'),
      }),
    });
    await saving.makeCredential({ pin: PIN, request: makeRequest('example.org', 'ada') });
    const { response } = await service.getAssertion({
      pin: PIN,
      request: { rpId: 'example.org', clientDataHash: hash },
    });
    expect(response.signature.length).toBeGreaterThan(60);
  });

  it('a released Latchkey makes no passkeys for tests', async () => {
    const { vault } = memoryVault();
    const service = vaultService({ vault, path: '/vault', saves: async () => true });
    await expect(service.makeCredential({ pin: PIN, request: makeRequest('a', 'b') })).rejects.toThrow(
      'released',
    );
  });
});
