/** One key, libfido2's fido2-token and our client: what the one has done, the other reads. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { AuthenticatorConfig } from '../../main/client/authenticator-config.js';
import { CredentialManager } from '../../main/client/credential-manager.js';
import { FingerprintManager } from '../../main/client/fingerprints.js';
import { LargeBlobKeys } from '../../main/client/large-blob-keys.js';
import { LargeBlobs } from '../../main/client/large-blobs.js';
import { PinClient } from '../../main/client/pin.js';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token.js';
import type { SecurityKey } from '../../main/client/security-key.js';
import { Permission } from '../../main/ctap/pin-protocol.js';
import { openedKey, PIN, plugKey, system } from './support/key-on-uhid.js';
import { run, scratchFolder } from './support/program.js';
import { attached, systemBus } from './support/virtual-key.js';

const RP = 'login.example';
const TOOLS_BLOB = 'of the tool '.repeat(20);
const OUR_BLOB = 'of Latchkey '.repeat(20);

// What an earlier test has taken out is gone by then.
beforeEach(async () => {
  await attached(systemBus(), 0);
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * A key as it is sold today, opened by our client, and fido2-token for it. Each token that one of the two gets ends the other's
 * (CTAP 2.1 §6.5.5.7), so ours is got anew after the tool was there.
 */
async function both(): Promise<{
  readonly key: SecurityKey;
  readonly folder: string;
  readonly tool: (...args: readonly string[]) => Promise<readonly string[]>;
  readonly token: (permission: number) => Promise<PinUvAuthToken>;
}> {
  await plugKey({
    profile: 'fingerprint',
    changes: { credentialManagement: 'both', bioEnrollment: 'both' },
    passkeys: [
      { rpId: RP, userName: 'ada', displayName: 'Ada', credProtect: 3, largeBlob: true },
      { rpId: RP, userName: 'eva', displayName: 'Eva', credProtect: 2 },
      { rpId: 'other.example', userName: 'bob', displayName: 'Bob' },
    ],
  });
  const { key, device } = await openedKey();
  const folder = await scratchFolder();
  return {
    key,
    folder,
    tool: async (...args) => {
      const verdict = await run('fido2-token', [...args, device.path], { input: [PIN], folder });
      expect(verdict, verdict.errors).toMatchObject({ code: 0 });
      return verdict.lines;
    },
    token: async (permission) => {
      const info = await key.refreshInfo();
      return new PinClient(key.api, info!, system.random).token(PIN, permission);
    },
  };
}

test('passkeys: both list the same, and each reads the names that the other gave', async () => {
  const { key, tool, token } = await both();
  const manager = async (): Promise<CredentialManager> =>
    new CredentialManager(key.api, key.info!, await token(Permission.CM));
  const { credentials } = await (await manager()).list();
  const listed = credentials
    .filter(({ rpId }) => rpId === RP)
    .map(({ credentialId, user, credProtect }) =>
      [
        base64(credentialId),
        user.displayName,
        base64(user.id),
        'es256',
        credProtect === 3 ? 'uvreq' : 'uvopt+id',
      ].join(' '),
    );
  const theirs = await tool('-L', '-k', RP);
  expect(theirs.map((line) => line.slice('00: '.length)).sort()).toEqual(listed.sort());

  const ada = credentials.find(({ user }) => user.name === 'ada')!;
  const id = base64(ada.credentialId);
  await tool('-S', '-c', '-i', id, '-k', base64(ada.user.id), '-n', 'lovelace', '-p', 'Lovelace');
  const named = async () =>
    (await (await manager()).list()).credentials.find(({ credentialId }) => base64(credentialId) === id)!;
  expect((await named()).user).toMatchObject({ name: 'lovelace', displayName: 'Lovelace' });
  const lovelace = await named();
  await (await manager()).updateUser(lovelace, { name: 'countess', displayName: 'Countess' });
  expect((await tool('-L', '-k', RP)).find((line) => line.includes(id))).toContain(' Countess ');
});

test('large blobs: each reads what the other keeps with a passkey', async () => {
  const { key, folder, tool, token } = await both();
  const keys = new LargeBlobKeys();
  const manager = new CredentialManager(key.api, key.info!, await token(Permission.CM));
  const { credentials } = await manager.list({ largeBlobKeys: keys });
  const { credentialId } = credentials.find(({ user }) => user.name === 'ada')!;
  const blobKey = Uint8Array.from(keys.of(credentialId)!);
  const passkey = ['-n', RP, '-i', base64(credentialId)];
  await writeFile(join(folder, 'blob'), TOOLS_BLOB);
  await tool('-S', '-b', ...passkey, 'blob');
  const blobs = new LargeBlobs(key.api, key.info!, system.random, await token(Permission.LBW));
  expect(await blobs.get(blobKey)).toEqual({ data: Uint8Array.from(Buffer.from(TOOLS_BLOB)) });

  await blobs.set(blobKey, Buffer.from(OUR_BLOB));
  await tool('-G', '-b', ...passkey, 'gotten');
  expect(await readFile(join(folder, 'gotten'), 'utf8')).toBe(OUR_BLOB);
  await tool('-D', '-b', ...passkey);
  expect((await blobs.read()).items).toEqual([]);
});

test('fingers: each sees and names those that the other enrolled', async () => {
  const { key, tool, token } = await both();
  await tool('-S', '-e');
  const fingers = async (): Promise<FingerprintManager> =>
    new FingerprintManager(key.api, (await key.refreshInfo())!, await token(Permission.BE));
  const [theirs] = (await (await fingers()).list()).fingerprints;
  await tool('-S', '-e', '-i', base64(theirs!.id), '-n', 'thumb');
  const ourFingers = await fingers();
  expect((await ourFingers.list()).fingerprints).toEqual([{ id: theirs!.id, name: 'thumb' }]);
  const ours = await ourFingers.enroll();
  await ourFingers.rename(ours.id, 'ring finger');
  const lines = await tool('-L', '-e');
  expect(lines.map((line) => line.slice('00: '.length)).sort()).toEqual(
    [`${base64(theirs!.id)} thumb`, `${base64(ours.id)} ring finger`].sort(),
  );
  await tool('-D', '-e', '-i', base64(ours.id));
  expect((await (await fingers()).list()).fingerprints).toHaveLength(1);
});

test('policies: each reads what the other has decided', async () => {
  const { key, tool, token } = await both();
  const options = async () => (await key.refreshInfo())!.options!;
  await tool('-S', '-a');
  expect((await options()).get('ep')).toBe(true);
  await tool('-S', '-u');
  expect((await options()).get('alwaysUv')).toBe(true);
  await new AuthenticatorConfig(key.api, await token(Permission.ACFG)).setAlwaysUv(false);
  expect((await tool('-I')).join('\n')).toMatch(/options:.*noalwaysUv/);
  await new AuthenticatorConfig(key.api, await token(Permission.ACFG)).setMinPinLength({ length: 5 });
  expect((await tool('-I')).join('\n')).toMatch(/minpinlen: 5/);
  await tool('-S', '-l', '6');
  expect((await key.refreshInfo())!.minPINLength).toBe(6);
  await tool('-S', '-f');
  expect((await key.refreshInfo())!.forcePINChange).toBe(true);
});
