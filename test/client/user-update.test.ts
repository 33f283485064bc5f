/** Changing the names of passkeys: what the key lists afterwards is what counts. Keys that cut or refuse: odd-names.test.ts. */
import { describe, expect, it } from 'vitest';
import { canUpdateUsers, CredentialManager } from '../../main/client/credential-manager';
import type { StoredCredential } from '../../main/client/stored-credential';
import { compareNames, type UserNames } from '../../main/client/user-update';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import {
  CredentialManagementSubcommand as Sub,
  type CredentialManagementRequest,
} from '../../main/ctap/commands/credential-management';
import type { Ctap2Api } from '../../main/ctap/api';
import type { UserEntity } from '../../main/ctap/entities';
import { TransportError } from '../../main/ctap/errors';
import { Permission } from '../../main/ctap/pin-protocol';
import type { StatusName } from '../../main/ctap/status';
import { pluggedKey, withAnswers, type PluggedKey } from '../support/plugged-key';
import type { SoftKeyRecipe } from '../support/soft-key';

const status = (name: StatusName): object => ({ name: 'CtapStatusError', statusName: name });
const userId = Uint8Array.of(1, 2, 3);

async function managed(
  recipe: SoftKeyRecipe = {},
  bend: (api: Ctap2Api) => Ctap2Api = (api) => api,
): Promise<PluggedKey & { readonly manager: CredentialManager; readonly ada: StoredCredential }> {
  const plugged = await pluggedKey({
    passkeys: [
      { rpId: 'a.example', userName: 'ada', displayName: 'Ada', userId },
      { rpId: 'a.example', userName: 'bob' },
    ],
    ...recipe,
  });
  const token = await plugged.token(Permission.CM);
  const manager = new CredentialManager(bend(plugged.api), plugged.info(), token);
  const ada = (await manager.list()).credentials.find(({ user }) => user.name === 'ada');
  if (!ada) throw new Error('a passkey of ada');
  return { ...plugged, manager, ada };
}

describe.each(['2.1', '2.3', 'fingerprint'] as const)('a key of profile %s', (profile) => {
  it.each<[string, UserNames, Partial<UserEntity>]>([
    [
      'takes new names',
      { name: 'countess', displayName: 'Ada, Countess of Lovelace 👑' },
      { name: 'countess', displayName: 'Ada, Countess of Lovelace 👑' },
    ],
    ['removes a name that is empty', { name: 'ada', displayName: '' }, { name: 'ada' }],
    ['removes names that are absent', {}, {}],
  ])('%s, and leaves the rest of the passkey alone', async (_, names, listed) => {
    const { manager, ada } = await managed({ profile });
    const update = await manager.updateUser(ada, names);
    expect(update).toEqual({
      outcome: 'updated',
      credential: { ...ada, user: { id: userId, ...listed } },
    });
    const others = (await manager.list()).credentials.filter(({ user }) => user.name === 'bob');
    expect(others).toHaveLength(1);
  });
});

it('is one round trip, and as many as the site has passkeys to verify', async () => {
  const { manager, ada, bus } = await managed();
  bus.log.length = 0;
  await manager.updateUser(ada, { name: 'x' });
  expect(bus.log).toHaveLength(3);
});

it('of a passkey that is gone is NO_CREDENTIALS', async () => {
  const { manager, ada } = await managed();
  await manager.delete(ada.credentialId);
  await expect(manager.updateUser(ada, { name: 'x' })).rejects.toMatchObject(status('NO_CREDENTIALS'));
});

it('of another account than the key has is refused, and nothing has changed', async () => {
  const { manager, ada } = await managed();
  const other = { ...ada, user: { ...ada.user, id: Uint8Array.of(9) } };
  expect(await manager.updateUser(other, { name: 'x' })).toMatchObject({
    outcome: 'kept',
    credential: { user: { id: userId, name: 'ada' } },
    refusal: status('INVALID_PARAMETER'),
  });
});

/** A key whose answer to the update alone is bent. */
const whenUpdated =
  (answer: (request: CredentialManagementRequest) => Promise<object>) =>
  (api: Ctap2Api): Ctap2Api =>
    withAnswers(api, {
      credentialManagement: (request, options) =>
        request.subCommand === Sub.UPDATE_USER_INFORMATION
          ? answer(request)
          : api.credentialManagement(request, options),
    });

it('that the key pretends is found out', async () => {
  const { manager, ada } = await managed(
    {},
    whenUpdated(() => Promise.resolve({})),
  );
  const update = await manager.updateUser(ada, { name: 'x' });
  expect(update).toMatchObject({ outcome: 'kept', credential: { user: { name: 'ada' } } });
  expect(update.refusal).toBeUndefined();
});

it('during which the key leaves rejects: nobody knows', async () => {
  const { manager, ada } = await managed(
    {},
    whenUpdated(() => Promise.reject(new TransportError('unplugged', 'gone'))),
  );
  await expect(manager.updateUser(ada, { name: 'x' })).rejects.toMatchObject({ failure: 'unplugged' });
});

it.each<[string, SoftKeyRecipe]>([
  ['of the preview', { profile: '2.1-preview' }],
  ['that calls itself 2.0', { configuration: { versions: ['FIDO_2_0'] } }],
])('a key %s is not asked', async (_, recipe) => {
  const { manager, ada, bus, info } = await managed(recipe);
  expect(canUpdateUsers(info())).toBe(false);
  const before = bus.log.length;
  await expect(manager.updateUser(ada, { name: 'x' })).rejects.toMatchObject(status('INVALID_COMMAND'));
  expect(bus.log).toHaveLength(before);
});

it.each<[readonly string[], boolean]>([
  [['FIDO_2_0'], false],
  [['FIDO_2_0', 'FIDO_2_1_PRE'], false],
  [['FIDO_2_0', 'FIDO_2_1'], true],
  [['FIDO_2_3'], true],
])('versions %j with credMgmt: %s', (versions, can) => {
  const info: AuthenticatorInfo = {
    versions,
    aaguid: new Uint8Array(16),
    options: new Map([['credMgmt', true]]),
  };
  expect(canUpdateUsers(info)).toBe(can);
  expect(canUpdateUsers({ ...info, options: new Map([['credentialMgmtPreview', true]]) })).toBe(false);
});

describe('how the names stand afterwards', () => {
  const id = userId;
  const before = { id, name: 'ada', displayName: 'Ada' };

  it.each<[UserNames, Partial<UserEntity>, string]>([
    [{ name: 'x', displayName: 'Y' }, { name: 'x', displayName: 'Y' }, 'updated'],
    [{ name: 'ada', displayName: 'Ada' }, { name: 'ada', displayName: 'Ada' }, 'updated'],
    [{ name: 'x', displayName: '' }, { name: 'x' }, 'updated'],
    // Some keys keep an empty name where others keep none.
    [{ name: 'x' }, { name: 'x', displayName: '' }, 'updated'],
    [{ name: 'x', displayName: 'Y' }, { name: 'ada', displayName: 'Ada' }, 'kept'],
    [{ name: 'x'.repeat(80), displayName: 'Y' }, { name: 'x'.repeat(64), displayName: 'Y' }, 'shortened'],
    [{ name: 'Zoë Ångström' }, { name: 'Zo\uFFFD' }, 'shortened'],
    [{ name: 'x', displayName: 'Y' }, { name: 'x', displayName: 'Ada' }, 'different'],
    [{ name: 'x'.repeat(80), displayName: 'Y' }, { name: 'x'.repeat(64), displayName: 'Ada' }, 'different'],
    [{ name: 'x', displayName: 'Y' }, { displayName: 'Y' }, 'different'],
    [{ name: 'x' }, { name: '\uFFFD' }, 'different'],
  ])('wanted %j, listed %j: %s', (wanted, listed, outcome) => {
    expect(compareNames(wanted, { id, ...listed }, before)).toBe(outcome);
  });
});
