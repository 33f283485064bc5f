/** Properties of how a site's options are mapped for every authenticator there can be (WebAuthn Level 3 §5.1.3; CTAP 2.1 §6.1.2). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { algorithmsOf, planCreation, type CreationPlan } from '../../main/webauthn/creation-plan';
import { CeremonyFailure } from '../../main/webauthn/failure';
import type { PublicKeyCredentialCreationOptions } from '../../main/webauthn/model';
import { creationOptions, utf8 } from '../support/relying-party';

const optionIds = [
  'rk',
  'uv',
  'clientPin',
  'pinUvAuthToken',
  'makeCredUvNotRqd',
  'alwaysUv',
  'noMcGaPermissionsWithClientPin',
  'ep',
  'largeBlobs',
] as const;

const infos: fc.Arbitrary<AuthenticatorInfo> = fc.record(
  {
    versions: fc.constantFrom(['FIDO_2_0'], ['FIDO_2_0', 'FIDO_2_1'], ['U2F_V2', 'FIDO_2_0']),
    aaguid: fc.constant(new Uint8Array(16)),
    options: fc
      .dictionary(fc.constantFrom(...optionIds), fc.boolean())
      .map((entries) => new Map(Object.entries(entries))),
    extensions: fc.subarray(['credProtect', 'hmac-secret', 'hmac-secret-mc', 'largeBlobKey', 'credBlob']),
    algorithms: fc.option(
      fc
        .subarray([-7, -8, -257], { minLength: 1 })
        .map((list) => list.map((alg) => ({ type: 'public-key', alg }))),
      { nil: undefined },
    ),
    remainingDiscoverableCredentials: fc.option(fc.nat(2), { nil: undefined }),
  },
  { requiredKeys: ['versions', 'aaguid'] },
);

const sites: fc.Arbitrary<PublicKeyCredentialCreationOptions> = fc
  .record({
    residentKey: fc.constantFrom('discouraged', 'preferred', 'required', undefined),
    requireResidentKey: fc.boolean(),
    userVerification: fc.constantFrom('discouraged', 'preferred', 'required', undefined),
    prf: fc.boolean(),
  })
  .map(({ residentKey, requireResidentKey, userVerification, prf }) =>
    creationOptions({
      authenticatorSelection: {
        requireResidentKey,
        ...(residentKey && { residentKey }),
        ...(userVerification && { userVerification }),
      },
      extensions: prf ? { prf: { eval: { first: utf8('x') } } } : {},
    }),
  );

function planned(
  info: AuthenticatorInfo,
  options: PublicKeyCredentialCreationOptions,
): CreationPlan | string {
  try {
    return planCreation(info, options, undefined);
  } catch (error) {
    if (!(error instanceof CeremonyFailure)) throw error;
    return error.reason;
  }
}

/** Holds for every authenticator and every site; `holds` gets what is planned. */
function always(
  holds: (
    plan: CreationPlan,
    info: AuthenticatorInfo,
    selection: NonNullable<PublicKeyCredentialCreationOptions['authenticatorSelection']>,
  ) => void,
): void {
  fc.assert(
    fc.property(infos, sites, (info, site) => {
      const plan = planned(info, site);
      if (typeof plan !== 'string') holds(plan, info, site.authenticatorSelection ?? {});
    }),
    { numRuns: 2000 },
  );
}

describe('a plan', () => {
  it('makes a discoverable passkey where the site demands one, never where it discourages it', () => {
    always((plan, { options }, { residentKey, requireResidentKey }) => {
      const wanted = residentKey ?? (requireResidentKey ? 'required' : 'discouraged');
      if (wanted === 'required') expect(plan.rk).toBe(true);
      if (wanted === 'discouraged') expect(plan.rk).toBe(false);
      if (plan.rk) expect(options?.get('rk')).toBe(true);
    });
  });

  it('verifies where the site demands it, and where the authenticator would refuse otherwise', () => {
    always(({ rk, verification }, { options }, { userVerification }) => {
      const has = (id: string): boolean => options?.get(id) === true;
      const isProtected = has('clientPin') || has('uv');
      const insists = has('alwaysUv') || (isProtected && (rk || !has('makeCredUvNotRqd')));
      if (userVerification === 'required' || insists) expect(verification).toBe('verify');
    });
  });

  it('verifies only by what the authenticator has', () => {
    always(({ verification }, { options }) => {
      if (verification !== 'verify') return;
      const byPin = options?.get('clientPin') === true && !options.get('noMcGaPermissionsWithClientPin');
      expect(options?.get('uv') === true || byPin).toBe(true);
    });
  });

  it('does not verify needlessly where the site discourages it', () => {
    always(({ verification, rk, extensions }, { options }, { userVerification }) => {
      const has = (id: string): boolean => options?.get(id) === true;
      if (userVerification !== 'discouraged' || has('alwaysUv') || extensions.prf) return;
      if (has('makeCredUvNotRqd') && !rk) expect(verification).toBe('skip');
    });
  });

  it('evaluates the PRF only for a verified user', () => {
    always(({ verification, extensions }) => {
      if (extensions.prf) expect(verification).toBe('verify');
    });
  });

  it('fails only for a reason', () => {
    fc.assert(
      fc.property(infos, sites, (info, site) => {
        const plan = planned(info, site);
        if (typeof plan !== 'string') return;
        const { residentKey, requireResidentKey, userVerification } = site.authenticatorSelection ?? {};
        const has = (id: string): boolean => info.options?.get(id) === true;
        switch (plan) {
          case 'resident-key-impossible':
            expect(has('rk')).toBe(false);
            expect(residentKey ?? (requireResidentKey && 'required')).toBe('required');
            break;
          case 'unsupported-algorithm':
            expect(info.algorithms?.some(({ alg }) => alg === -7 || alg === -257)).toBe(false);
            break;
          default:
            expect(['pin-not-set', 'uv-impossible']).toContain(plan);
            expect(has('uv')).toBe(false);
            expect(userVerification === 'required' || has('alwaysUv') || has('clientPin')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('algorithms', () => {
  it('ES256 and RS256 for a site that names none', () => {
    expect(algorithmsOf([]).map(({ alg }) => alg)).toEqual([-7, -257]);
  });

  it('those of unknown types are left out, the order stays, none comes twice', () => {
    const params = [
      { type: 'other', alg: -7 },
      { type: 'public-key', alg: -8 },
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -8 },
    ];
    expect(algorithmsOf(params)).toEqual([
      { type: 'public-key', alg: -8 },
      { type: 'public-key', alg: -7 },
    ]);
  });

  it('of unknown types alone are not supported', () => {
    expect(() => algorithmsOf([{ type: 'other', alg: -7 }])).toThrow(
      expect.objectContaining({ name: 'NotSupportedError' }),
    );
  });
});
