/** Enterprise attestation, CTAP 2.1 §6.1.2 step 9 and §7.1. */
import { expect } from 'vitest';
import { ConfigSubcommand } from '../../main/ctap/commands/authenticator-config';
import type { MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { makeRequest } from './ceremony';
import { expectStatus, type ConformanceCase, type Subject } from './subject';

const VENDOR_FACILITATED = 1;
const PLATFORM_MANAGED = 2;
const recipe = {
  configuration: {
    configCommands: [ConfigSubcommand.ENABLE_ENTERPRISE_ATTESTATION],
    enterpriseAttestation: true,
    enterpriseRpIds: ['work.example'],
  },
};

const enable = ({ api }: Subject): Promise<void> =>
  api.authenticatorConfig({ subCommand: ConfigSubcommand.ENABLE_ENTERPRISE_ATTESTATION });

const attested = (
  { api }: Subject,
  rpId: string,
  enterpriseAttestation: number,
  attestationFormatsPreference?: readonly string[],
): Promise<MakeCredentialResponse> =>
  api.makeCredential(
    makeRequest({
      rp: { id: rpId },
      enterpriseAttestation,
      ...(attestationFormatsPreference && { attestationFormatsPreference }),
    }),
  );

export const enterpriseCases: readonly ConformanceCase[] = [
  {
    section: '§6.1.2 step 9',
    name: 'a key that cannot: no option ep, INVALID_PARAMETER without a touch',
    recipe: { configuration: { ...recipe.configuration, enterpriseAttestation: false } },
    run: async (subject) => {
      expect((await subject.api.getInfo()).options?.has('ep')).toBe(false);
      await expectStatus(attested(subject, 'work.example', PLATFORM_MANAGED), 'INVALID_PARAMETER');
      await expectStatus(enable(subject), 'INVALID_PARAMETER');
      expect(subject.presence.requests).toHaveLength(0);
    },
  },
  {
    section: '§6.1.2 step 9',
    name: 'a key that may not yet: ep is false, INVALID_PARAMETER for every value',
    recipe,
    run: async (subject) => {
      expect((await subject.api.getInfo()).options?.get('ep')).toBe(false);
      for (const value of [0, VENDOR_FACILITATED, PLATFORM_MANAGED, 3])
        await expectStatus(attested(subject, 'work.example', value), 'INVALID_PARAMETER');
    },
  },
  {
    section: '§6.1.2 step 9',
    name: 'enabled: vendor-facilitated for the sites of the vendor, platform-managed for all, INVALID_OPTION for other values',
    recipe,
    run: async (subject) => {
      await enable(subject);
      expect((await subject.api.getInfo()).options?.get('ep')).toBe(true);
      for (const value of [0, 3])
        await expectStatus(attested(subject, 'work.example', value), 'INVALID_OPTION');
      expect((await attested(subject, 'work.example', VENDOR_FACILITATED)).epAtt).toBe(true);
      expect((await attested(subject, 'home.example', VENDOR_FACILITATED)).epAtt).toBeUndefined();
      expect((await attested(subject, 'home.example', PLATFORM_MANAGED)).epAtt).toBe(true);
      expect((await subject.api.makeCredential(makeRequest())).epAtt).toBeUndefined();
    },
  },
  {
    section: 'CTAP 2.2 §6.1.2 step 19',
    name: 'an attestation of format none is no enterprise attestation',
    recipe,
    run: async (subject) => {
      await enable(subject);
      const { epAtt, fmt } = await attested(subject, 'work.example', PLATFORM_MANAGED, ['none']);
      expect([fmt, epAtt]).toEqual(['none', undefined]);
    },
  },
];
