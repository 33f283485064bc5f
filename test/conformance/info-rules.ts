/** What every getInfo must agree with in itself (CTAP 2.1 §6.4, and 2.2 and 2.3 for the newer members). */
import { expect } from 'vitest';
import { ConfigSubcommand } from '../../main/ctap/commands/authenticator-config';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';

export function expectConsistent(info: AuthenticatorInfo): void {
  const { versions, extensions = [] } = info;
  const option = (name: string): boolean | undefined => info.options?.get(name);
  const has = (name: string): boolean => option(name) !== undefined;
  const implies = (condition: boolean, consequence: boolean, rule: string): void => {
    if (condition) expect(consequence, rule).toBe(true);
  };
  const isSince21 = versions.includes('FIDO_2_1') || versions.includes('FIDO_2_3');
  const verifies = has('clientPin') || has('uv');

  expect(info.flaws).toBeUndefined();
  expect(info.aaguid).toHaveLength(16);
  for (const [member, value] of Object.entries(info))
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => JSON.stringify(item, (_key, part: unknown) => jsonOf(part)));
      expect(items.length, `${member} is not empty`).toBeGreaterThan(0);
      expect(new Set(items).size, `${member} holds nothing twice`).toBe(items.length);
    }

  implies(
    option('alwaysUv') === true,
    option('makeCredUvNotRqd') !== true,
    'alwaysUv, so no makeCredUvNotRqd',
  );
  implies(option('alwaysUv') === true && !has('uv'), !versions.includes('U2F_V2'), 'alwaysUv, so no U2F');
  implies(has('uvBioEnroll'), has('bioEnroll'), 'uvBioEnroll needs bioEnroll');
  implies(option('uvAcfg') === true, option('authnrCfg') === true, 'uvAcfg needs authnrCfg');
  implies(option('noMcGaPermissionsWithClientPin') === true, has('clientPin'), 'noMcGa… needs clientPin');
  implies(option('perCredMgmtRO') === true, option('credMgmt') === true, 'perCredMgmtRO needs credMgmt');
  expect(option('largeBlobs') === true, 'largeBlobs and 0x0B').toBe(
    info.maxSerializedLargeBlobArray !== undefined,
  );
  if (info.maxSerializedLargeBlobArray !== undefined)
    expect(info.maxSerializedLargeBlobArray).toBeGreaterThanOrEqual(1024);
  implies(extensions.includes('credBlob'), extensions.includes('credProtect'), 'credBlob needs credProtect');
  implies(extensions.includes('credBlob'), (info.maxCredBlobLength ?? 0) >= 32, 'credBlob needs 0x0F');
  implies(
    extensions.includes('largeBlobKey'),
    option('largeBlobs') === true,
    'largeBlobKey needs largeBlobs',
  );
  implies(
    extensions.includes('largeBlob'),
    !extensions.includes('largeBlobKey') && !has('largeBlobs'),
    'largeBlob excludes largeBlobKey',
  );
  implies(extensions.includes('hmac-secret-mc'), extensions.includes('hmac-secret'), 'hmac-secret-mc');
  const setsMinPinLength = option('setMinPINLength') === true;
  implies(setsMinPinLength, option('authnrCfg') === true, 'setMinPINLength needs authnrCfg');
  implies(setsMinPinLength, extensions.includes('minPinLength'), 'setMinPINLength needs minPinLength');
  implies(setsMinPinLength, info.maxRPIDsForSetMinPINLength !== undefined, 'setMinPINLength needs 0x10');
  if (info.minPINLength !== undefined) expect(info.minPINLength).toBeGreaterThanOrEqual(4);
  if (info.maxPINLength !== undefined) {
    expect(info.maxPINLength).toBeGreaterThanOrEqual(8);
    expect(info.maxPINLength).toBeLessThanOrEqual(63);
  }

  if (isSince21) {
    expect(extensions).toContain('hmac-secret');
    expect(info.pinUvAuthProtocols).toContain(2);
    implies(option('rk') === true, verifies && option('credMgmt') === true, 'rk needs UV and credMgmt');
    implies(verifies, extensions.includes('credProtect'), 'UV needs credProtect');
    implies(verifies, option('pinUvAuthToken') === true, 'UV needs pinUvAuthToken');
  }
  if (versions.includes('FIDO_2_3') && option('authnrCfg') === true)
    expect(info.authenticatorConfigCommands?.includes(ConfigSubcommand.SET_MIN_PIN_LENGTH)).toBe(
      setsMinPinLength,
    );
}

function jsonOf(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
