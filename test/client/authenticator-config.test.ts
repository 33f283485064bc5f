/** The policies of simulated keys, and of keys that say yes and do nothing. */
import { describe, expect, it } from 'vitest';
import {
  AuthenticatorConfig,
  isConfigurable,
  policiesOf,
  type ConfigResult,
} from '../../main/client/authenticator-config';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { pinProtocolTwo, Permission } from '../../main/ctap/pin-protocol';
import { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import type { AuthenticatorConfigRequest } from '../../main/ctap/commands/authenticator-config';
import type { Ctap2Api } from '../../main/ctap/api';
import type { StatusName } from '../../main/ctap/status';
import { pluggedKey, withAnswers, type PluggedKey } from '../support/plugged-key';
import { SeededRandom } from '../support/seeded-random';
import type { SoftKeyRecipe } from '../support/soft-key';

const status = (name: StatusName): object => ({ name: 'CtapStatusError', statusName: name });

async function configured(
  recipe: SoftKeyRecipe = {},
): Promise<PluggedKey & { readonly config: AuthenticatorConfig }> {
  const plugged = await pluggedKey({ profile: '2.3', ...recipe });
  return { ...plugged, config: new AuthenticatorConfig(plugged.api, await plugged.token(Permission.ACFG)) };
}

const option = ({ info }: ConfigResult, name: string): boolean | undefined => info.options?.get(name);

describe.each(['2.1', '2.3', 'fingerprint'] as const)('a key of profile %s', (profile) => {
  it('turns enterprise attestation on, once', async () => {
    const { config } = await configured({ profile });
    const first = await config.enableEnterpriseAttestation();
    expect([first.outcome, option(first, 'ep')]).toEqual(['changed', true]);
    expect(await config.enableEnterpriseAttestation()).toMatchObject({ outcome: 'unchanged' });
  });

  it('verifies always or not, as wanted: a command that only toggles is not sent twice', async () => {
    const { config } = await configured({ profile });
    const on = await config.setAlwaysUv(true);
    expect([on.outcome, option(on, 'alwaysUv')]).toEqual(['changed', true]);
    const again = await config.setAlwaysUv(true);
    expect([again.outcome, option(again, 'alwaysUv')]).toEqual(['unchanged', true]);
    const off = await config.setAlwaysUv(false);
    expect([off.outcome, option(off, 'alwaysUv')]).toEqual(['changed', false]);
  });

  it('takes a longer minimum for the PIN, and a PIN that is shorter must be changed then', async () => {
    const { config, api, token } = await configured({ profile, pin: '12345678' });
    const result = await config.setMinPinLength({ length: 8 });
    expect(result).toMatchObject({ outcome: 'changed', info: { minPINLength: 8 } });
    expect(result.info.forcePINChange ?? false).toBe(false);
    const longer = await new AuthenticatorConfig(api, await token(Permission.ACFG)).setMinPinLength({
      length: 9,
    });
    expect(longer).toMatchObject({ outcome: 'changed', info: { minPINLength: 9, forcePINChange: true } });
  });

  it('wants a new PIN when told so', async () => {
    const { config } = await configured({ profile });
    expect(await config.forcePinChange()).toMatchObject({
      outcome: 'changed',
      info: { forcePINChange: true },
    });
  });
});

describe('a 2.3 key', () => {
  it('wants a long touch for its reset', async () => {
    const { config } = await configured();
    expect(await config.enableLongTouchForReset()).toMatchObject({
      outcome: 'changed',
      info: { longTouchForReset: true },
    });
    expect(await config.enableLongTouchForReset()).toMatchObject({ outcome: 'unchanged' });
  });

  it('refuses simple PINs', async () => {
    const { config } = await configured();
    expect(await config.enablePinComplexityPolicy()).toMatchObject({
      outcome: 'changed',
      info: { pinComplexityPolicy: true },
    });
  });

  it('tells the minimum length to the sites that are listed', async () => {
    const { config, soft } = await configured();
    await config.setMinPinLength({ length: 6, rpIds: ['a.example', 'b.example'] });
    expect(soft.simulated.snapshot().policy.minPinLengthRpIds).toEqual(['a.example', 'b.example']);
    // The same length and other sites are a change.
    expect(await config.setMinPinLength({ length: 6, rpIds: ['c.example'] })).toMatchObject({
      outcome: 'changed',
    });
    expect(soft.simulated.snapshot().policy.minPinLengthRpIds).toEqual(['c.example']);
  });
});

describe('is refused before the key is asked', () => {
  const sent = (bus: PluggedKey['bus']): string[] => bus.log.filter((line) => line === '10 0d');

  it.each<[string, (config: AuthenticatorConfig) => Promise<unknown>, StatusName]>([
    ['a shorter minimum', (config) => config.setMinPinLength({ length: 5 }), 'PIN_POLICY_VIOLATION'],
    [
      'a minimum that no PIN can reach',
      (config) => config.setMinPinLength({ length: 64 }),
      'PIN_POLICY_VIOLATION',
    ],
    [
      'more sites than the key takes',
      (config) => config.setMinPinLength({ length: 6, rpIds: ['a', 'b', 'c', 'd', 'e'] }),
      'KEY_STORE_FULL',
    ],
  ])('%s', async (_, change, name) => {
    const { config, bus } = await configured({ configuration: { minPinLength: 6 } });
    await expect(change(config)).rejects.toMatchObject(status(name));
    expect(sent(bus)).toEqual([]);
  });

  it.each<[string, (config: AuthenticatorConfig) => Promise<unknown>]>([
    ['enterprise attestation', (config) => config.enableEnterpriseAttestation()],
    ['always verifying', (config) => config.setAlwaysUv(true)],
    ['a minimum for the PIN', (config) => config.setMinPinLength({ length: 8 })],
    ['a new PIN', (config) => config.forcePinChange()],
    ['a complexity policy', (config) => config.enablePinComplexityPolicy()],
    ['a long touch', (config) => config.enableLongTouchForReset()],
  ])('%s of a key that has no such policy', async (_, change) => {
    const { api, token, bus, info } = await pluggedKey({ profile: '2.0' });
    expect(isConfigurable(info())).toBe(false);
    const config = new AuthenticatorConfig(api, await token(Permission.ACFG));
    await expect(change(config)).rejects.toMatchObject(status('INVALID_COMMAND'));
    expect(sent(bus)).toEqual([]);
  });
});

describe('who may', () => {
  it('everybody, on a key that protects nothing yet', async () => {
    const { api } = await pluggedKey({ pin: undefined });
    const config = new AuthenticatorConfig(api, undefined);
    expect(await config.enableEnterpriseAttestation()).toMatchObject({ outcome: 'changed' });
    await expect(config.forcePinChange()).rejects.toMatchObject(status('PIN_NOT_SET'));
  });

  it('nobody without a token, where a PIN is set', async () => {
    const { api } = await pluggedKey();
    await expect(new AuthenticatorConfig(api, undefined).setAlwaysUv(true)).rejects.toMatchObject(
      status('PUAT_REQUIRED'),
    );
  });

  it('not a token for something else', async () => {
    const { api, token } = await pluggedKey();
    const config = new AuthenticatorConfig(api, await token(Permission.CM));
    await expect(config.setAlwaysUv(true)).rejects.toMatchObject(status('PIN_AUTH_INVALID'));
  });

  it('the key, which does not let go of alwaysUv', async () => {
    const { config } = await configured({ configuration: { alwaysUv: true, keepsAlwaysUv: true } });
    await expect(config.setAlwaysUv(false)).rejects.toMatchObject(status('OPERATION_DENIED'));
  });
});

describe('a key that says yes and does nothing', () => {
  it.each<[string, (config: AuthenticatorConfig) => Promise<ConfigResult>]>([
    ['enterprise attestation', (config) => config.enableEnterpriseAttestation()],
    ['always verifying', (config) => config.setAlwaysUv(true)],
    ['a minimum for the PIN', (config) => config.setMinPinLength({ length: 8 })],
    ['a new PIN', (config) => config.forcePinChange()],
    ['a complexity policy', (config) => config.enablePinComplexityPolicy()],
    ['a long touch', (config) => config.enableLongTouchForReset()],
  ])('is found out: %s', async (_, change) => {
    const { api, token } = await pluggedKey({ profile: '2.3' });
    const pretending = withAnswers(api, { authenticatorConfig: () => Promise.resolve() });
    const config = new AuthenticatorConfig(pretending, await token(Permission.ACFG));
    expect((await change(config)).outcome).toBe('kept');
  });
});

it('authenticates as the specification says (vector of toggleAlwaysUv with a token of zeros)', async () => {
  const requests: AuthenticatorConfigRequest[] = [];
  let alwaysUv = false;
  const info = (): AuthenticatorInfo => ({
    versions: ['FIDO_2_1'],
    aaguid: new Uint8Array(16),
    options: new Map([
      ['authnrCfg', true],
      ['alwaysUv', alwaysUv],
    ]),
  });
  const api: Partial<Ctap2Api> = {
    getInfo: () => Promise.resolve(info()),
    authenticatorConfig: async (request) => {
      requests.push(request);
      alwaysUv = !alwaysUv;
    },
  };
  const token = new PinUvAuthToken(
    new Uint8Array(32),
    pinProtocolTwo(new SeededRandom()),
    Permission.ACFG,
    false,
  );
  expect(await new AuthenticatorConfig(api as Ctap2Api, token).setAlwaysUv(true)).toMatchObject({
    outcome: 'changed',
  });
  expect(requests).toEqual([
    {
      subCommand: 2,
      pinUvAuthProtocol: 2,
      pinUvAuthParam: Uint8Array.from(
        Buffer.from('b3a5a803adaf75d8f3fee420a78cd27a94725c5efd3ccc85dbdeff2a2e8fa411', 'hex'),
      ),
    },
  ]);
});

describe('which policies a key has', () => {
  const info = (
    options: readonly (readonly [string, boolean])[],
    change: Partial<AuthenticatorInfo> = {},
  ): AuthenticatorInfo => ({
    versions: ['FIDO_2_1'],
    aaguid: new Uint8Array(16),
    options: new Map(options),
    ...change,
  });

  it('options tell, before CTAP 2.3', () => {
    expect(
      policiesOf(
        info([
          ['authnrCfg', true],
          ['ep', false],
          ['alwaysUv', true],
          ['setMinPINLength', true],
        ]),
      ),
    ).toEqual({
      enterpriseAttestation: false,
      alwaysUv: true,
      minPinLength: 4,
      maxMinPinLengthRpIds: 0,
      forcePinChange: false,
      pinComplexity: undefined,
      longTouchForReset: undefined,
    });
  });

  it('a list of subcommands tells, from CTAP 2.3 on', () => {
    const policies = policiesOf(
      info(
        [
          ['authnrCfg', true],
          ['ep', false],
          ['alwaysUv', false],
        ],
        { authenticatorConfigCommands: [2, 4], longTouchForReset: false },
      ),
    );
    expect(policies).toMatchObject({
      enterpriseAttestation: undefined,
      alwaysUv: false,
      longTouchForReset: false,
    });
  });

  it('none without the command', () => {
    const policies = policiesOf(info([['alwaysUv', true]], { longTouchForReset: true }));
    expect(Object.values(policies).filter((value) => value !== undefined && value !== 0)).toEqual([]);
  });
});
