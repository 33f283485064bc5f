/** The passkeys of this device on the command line, while the app owns the vault. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../main/control/control-client';
import { ControlError } from '../../main/control/control-error';
import { serveControl } from '../../main/control/control-server';
import { testersAuthenticator } from '../../main/control/testers-authenticator';
import { vaultService } from '../../main/control/vault-service';
import { deviceHome } from '../support/command-line';
import { DeviceBench } from '../support/device-command-line';
import { MemoryControl } from '../support/memory-control';
import { memoryVault, PIN, type MemoryVault } from '../support/memory-vault';
import { SeededRandom } from '../support/seeded-random';

const random = new SeededRandom('device');

let bench: DeviceBench;
beforeEach(() => {
  bench = new DeviceBench();
});

describe('while the app owns the vault', () => {
  let owner: MemoryVault;
  const socket = new MemoryControl();

  beforeEach(async () => {
    await bench.setUp();
    owner = bench.made;
    await owner.vault.open();
    const { folder, keychain, clock, calendar } = owner;
    await serveControl({
      folder,
      socket,
      service: vaultService({ vault: owner.vault, path: '/vault', saves: async () => true }),
      clock,
      random,
      program: '1.2.3',
    });
    // The command line's own vault, over the same folder: the lock is held.
    const own = memoryVault({ folder, keychain, calendar, clock });
    bench.device = deviceHome({
      vault: own.vault,
      clock,
      random,
      connect: () => ControlClient.connect({ folder, socket, clock, random }),
    });
  });

  it('the command line works through it', async () => {
    expect(await bench.json(['device', 'status'])).toMatchObject({ state: 'open', app: true });
    const id = Buffer.from(await addTo(owner)).toString('base64url');
    expect(await bench.listed()).toMatchObject([{ credentialId: id, where: 'This device' }]);
    expect(await bench.run(['delete', id, '--yes'])).toMatchObject({ code: 0 });
    expect(owner.vault.passkeys).toEqual([]);
    expect(owner.vault.deleted).toHaveLength(1);
  });

  it('locks it', async () => {
    await owner.vault.verifyPin(PIN);
    owner.vault.endCeremony();
    expect(await bench.run(['device', 'lock'])).toMatchObject({
      code: 0,
      out: 'Locked: the PIN is asked for again.\n',
    });
    expect(owner.vault.situation).toMatchObject({ verified: false });
  });

  it('a wrong PIN costs a try there, and is told here', async () => {
    const { code, err } = await bench.run(['device', 'recovery-key', '--json'], { input: ['999888'] });
    expect(code).toBe(4);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'pin-wrong', retriesLeft: 9 } });
    expect(owner.vault.situation).toMatchObject({ tries: { left: 9 } });
  });

  it('waits a little for one that does not answer, and then says so', async () => {
    const { clock } = owner;
    bench.device = deviceHome({
      vault: memoryVault({ folder: owner.folder, keychain: owner.keychain, clock }).vault,
      clock,
      random,
      connect: () => Promise.reject(new ControlError('not-running')),
    });
    const outcome = bench.run(['device', 'status', '--json']);
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({
      code: 8,
      err: expect.stringContaining('app-unreachable') as string,
    });
  });

  it('takes the vault itself as soon as the other lets it go', async () => {
    const { clock, folder, keychain, calendar } = owner;
    bench.device = deviceHome({
      vault: memoryVault({ folder, keychain, calendar, clock }).vault,
      clock,
      random,
      connect: async () => {
        await owner.vault.close();
        throw new ControlError('closed');
      },
    });
    const outcome = bench.run(['device', 'status', '--json']);
    await clock.advance(60_000);
    expect(JSON.parse((await outcome).out)).toMatchObject({ state: 'open', app: false });
  });

  it.each(['older', 'newer'] as const)('says which is the %s one', async (failure) => {
    bench.device = deviceHome({
      vault: memoryVault({ folder: owner.folder, keychain: owner.keychain }).vault,
      clock: owner.clock,
      random,
      connect: () => Promise.reject(new ControlError(failure)),
    });
    const { code, err } = await bench.run(['device', 'status']);
    expect(code).toBe(8);
    expect(err).toContain(failure);
  });
});

/** A passkey that somebody else makes meanwhile; its ID. */
async function addTo({ vault, clock }: MemoryVault): Promise<Uint8Array> {
  await testersAuthenticator(vault, { clock, random })(PIN, (api) =>
    api.makeCredential({
      clientDataHash: new Uint8Array(32),
      rp: { id: 'example.org' },
      user: { id: new Uint8Array(8), name: 'ada' },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      options: { rk: true },
    }),
  );
  const [passkey] = vault.passkeys;
  if (!passkey) throw new Error('nothing was made');
  return passkey.credential.id;
}
