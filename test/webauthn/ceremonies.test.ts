/** Passkeys made and used on this device and on simulated keys of every generation, as sites check them (WebAuthn Level 3 §7). */
import { describe, expect, it } from 'vitest';
import type { PasskeyRecipe } from '../../main/authenticator/provision';
import { platformConfiguration } from '../../main/authenticator/platform-configuration';
import { U2F_POLL_INTERVAL } from '../../main/client/u2f';
import { decodeCborLeniently, type CborMap } from '../../main/ctap/cbor';
import type { MakeCredentialRequest } from '../../main/ctap/commands/make-credential';
import { algorithmName } from '../../main/ctap/cose';
import type { RegistrationCredential, UserVerificationRequirement } from '../../main/webauthn/model';
import type { CeremonyAuthenticator } from '../../main/webauthn/ports';
import type { SoftKeyRecipe } from '../support/soft-key';
import { deviceInCeremony, keyInCeremony, type KeyInCeremony } from '../support/ceremony-authenticators';
import { watched } from '../support/outcome';
import {
  accepted,
  listed,
  registerAt,
  signedIn,
  signInAt,
  utf8,
  takenBySites,
} from '../support/relying-party';

const algorithms = platformConfiguration.algorithms.map((alg) => [algorithmName(alg) ?? '', alg] as const);
const places: readonly (readonly [string, () => Promise<CeremonyAuthenticator>])[] = [
  ['this device', deviceInCeremony],
  [
    'a simulated key',
    () =>
      keyInCeremony({ configuration: { algorithms: platformConfiguration.algorithms, maxMsgSize: 7609 } }),
  ],
];

describe.each(places)('on %s', (_, open) => {
  it.each(algorithms)('%s: a passkey is made and used so that a site accepts it', async (__, alg) => {
    const authenticator = await open();
    const registration = await registerAt(authenticator, {
      pubKeyCredParams: [{ type: 'public-key', alg }],
      attestation: 'direct',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(registration.response.publicKeyAlgorithm).toBe(alg);
    const assertion = await signInAt(authenticator, { userVerification: 'required' });
    expect(assertion.rawId).toEqual(registration.rawId);
    expect(assertion.response.userHandle).toEqual(Uint8Array.from(Buffer.from('ada')));
    await takenBySites(registration, assertion);
  });
});

type KeyRecipe = SoftKeyRecipe;

function others(count: number): readonly PasskeyRecipe[] {
  return Array.from({ length: count }, (_, index) => ({ rpId: `site${index}.example` }));
}

const keys: readonly (readonly [string, KeyRecipe])[] = [
  ['2.0', { profile: '2.0' }],
  ['2.0 without a PIN', { profile: '2.0', pin: undefined }],
  ['2.1 preview', { profile: '2.1-preview' }],
  ['2.1 preview with a finger', { profile: '2.1-preview', fingers: [{ friendlyName: 'thumb' }] }],
  ['2.1', { profile: '2.1' }],
  ['2.1 without a PIN', { profile: '2.1', pin: undefined }],
  ['2.3', { profile: '2.3' }],
  ['fingerprint', { profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] }],
  ['nearly full', { profile: 'nearly-full', passkeys: others(24) }],
];

describe.each(keys)('on a key: %s', (name, recipe) => {
  const canVerify = !name.includes('without');

  it('a passkey that the site will find without a name', async () => {
    const key = await keyInCeremony(recipe);
    const registration = await registerAt(key, {
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    });
    expect(await accepted(registration)).toMatchObject({ fmt: 'none', userVerified: canVerify });
    expect(registration.response.transports).toEqual(['usb']);
    expect(registration.authenticatorAttachment).toBe('cross-platform');
    const assertion = await signInAt(key, {});
    expect(assertion.response.userHandle).toEqual(utf8('ada'));
    expect(await signedIn(registration, assertion)).toEqual({ userVerified: canVerify });
  });

  it('a second factor, found by the list that the site has', async () => {
    const key = await keyInCeremony(recipe);
    const selection = { residentKey: 'discouraged', userVerification: 'discouraged' } as const;
    const registration = await registerAt(key, { authenticatorSelection: selection });
    const stranger = new Uint8Array(64);
    const assertion = await signInAt(key, {
      allowCredentials: listed(stranger, registration.rawId),
      userVerification: 'discouraged',
    });
    expect(assertion.rawId).toEqual(registration.rawId);
    expect(await signedIn(registration, assertion)).toEqual({ userVerified: false });
    expect(key.plugged.soft.simulated.snapshot().credentials.length).toBe(recipe?.passkeys?.length ?? 0);
  });
});

describe('the person is asked', () => {
  const asksOf = async (
    recipe: KeyRecipe,
    userVerification: UserVerificationRequirement,
  ): Promise<unknown> => {
    const key = await keyInCeremony(recipe);
    const { rawId } = await registerAt(key, { authenticatorSelection: { userVerification } });
    const made = key.asked.length;
    await signInAt(key, { allowCredentials: listed(rawId), userVerification });
    const { presence } = key.plugged.soft;
    return {
      pins: [made, key.asked.length - made],
      fingers: presence.fingers.requests.length,
      touches: presence.requests.map(({ reason }) => reason),
    };
  };
  const touches = ['create', 'use'];

  it.each([
    // CTAP 2.0 makes nothing without the PIN that it has; what it has made is used without (CTAP 2.1 §6.1.2 step 8).
    ['2.0', 'discouraged', { pins: [1, 0], fingers: 0, touches }],
    ['2.0', 'preferred', { pins: [1, 1], fingers: 0, touches }],
    ['2.1', 'discouraged', { pins: [0, 0], fingers: 0, touches }],
    ['2.1', 'preferred', { pins: [1, 1], fingers: 0, touches }],
    ['2.1', 'required', { pins: [1, 1], fingers: 0, touches }],
  ] as const)('%s, verification %s', async (profile, requirement, expected) => {
    expect(await asksOf({ profile }, requirement)).toEqual(expected);
  });

  it('for a finger where the key has a sensor, and the finger is the touch', async () => {
    const recipe: KeyRecipe = { profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] };
    expect(await asksOf(recipe, 'required')).toEqual({ pins: [0, 0], fingers: 2, touches: [] });
  });

  it('for the PIN, always, where the key insists on it', async () => {
    const recipe = { profile: '2.1', configuration: { alwaysUv: true, makeCredUvNotRqd: false } } as const;
    expect(await asksOf(recipe, 'discouraged')).toEqual({ pins: [1, 1], fingers: 0, touches });
  });

  it('for the PIN when the finger is not recognised until the sensor is blocked', async () => {
    const key = await keyInCeremony({ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] });
    const no = Array.from({ length: 9 }, () => 'no-match' as const);
    key.plugged.soft.presence.fingers.next(...no);
    const registration = await registerAt(key, { authenticatorSelection: { userVerification: 'required' } });
    expect(await accepted(registration)).toMatchObject({ userVerified: true });
    expect(key.asked).toHaveLength(1);
  });

  it('for the PIN when a sensor without tokens does not recognise the finger', async () => {
    const key = await keyInCeremony({ profile: '2.1-preview', fingers: [{ friendlyName: 'thumb' }] });
    key.plugged.soft.presence.fingers.next(...Array.from({ length: 9 }, () => 'no-match' as const));
    const registration = await registerAt(key, { authenticatorSelection: { userVerification: 'required' } });
    expect(await accepted(registration)).toMatchObject({ userVerified: true });
    expect(key.asked).toHaveLength(1);
  });

  it('again for a PIN that was wrong, with the tries left', async () => {
    const key = await keyInCeremony({});
    key.entered.push('000000', '111111');
    await registerAt(key, { authenticatorSelection: { userVerification: 'required' } });
    expect(key.asked.map(({ rpId, retries }) => ({ rpId, retries }))).toEqual([
      { rpId: 'example.org', retries: undefined },
      { rpId: 'example.org', retries: 7 },
      { rpId: 'example.org', retries: 6 },
    ]);
  });

  it('on this device for one gesture each time, also when the site discourages it', async () => {
    const device = await deviceInCeremony();
    const registration = await registerAt(device, {
      authenticatorSelection: { userVerification: 'discouraged' },
    });
    expect(registration.response.transports).toEqual(['internal']);
    expect(registration.authenticatorAttachment).toBe('platform');
    const assertion = await signInAt(device, {
      allowCredentials: listed(registration.rawId),
      userVerification: 'discouraged',
    });
    expect(await signedIn(registration, assertion)).toEqual({ userVerified: true });
    expect(device.platform.presence.fingers.requests.map(({ reason }) => reason)).toEqual(['create', 'use']);
    expect(device.platform.presence.requests).toEqual([]);
  });
});

describe('a key that speaks only U2F', () => {
  /** U2F keys do not wait for a touch: they are asked again and again. */
  async function polled<T>(key: KeyInCeremony, ceremony: Promise<T>): Promise<T> {
    const outcome = watched(ceremony);
    while ((await outcome()).state === 'pending') await key.plugged.soft.clock.advance(U2F_POLL_INTERVAL);
    return ceremony;
  }

  it('is a second factor', async () => {
    const key = await keyInCeremony({ profile: 'u2f', pin: undefined });
    const registration = await polled(
      key,
      registerAt(key, {
        attestation: 'direct',
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        extensions: { credProps: true },
      }),
    );
    expect(await accepted(registration)).toMatchObject({ fmt: 'fido-u2f', userVerified: false });
    expect(registration.clientExtensionResults).toEqual({ credProps: { rk: false } });
    const assertion = await polled(
      key,
      signInAt(key, {
        allowCredentials: listed(new Uint8Array(64), registration.rawId),
      }),
    );
    expect(assertion.response.userHandle).toBeUndefined();
    expect(await signedIn(registration, assertion)).toEqual({ userVerified: false });
  });

  it.each([
    [{ residentKey: 'required' }, 'resident-key-impossible'],
    [{ userVerification: 'required' }, 'uv-impossible'],
  ] as const)('does not serve a site that wants %o', async (authenticatorSelection, reason) => {
    const key = await keyInCeremony({ profile: 'u2f', pin: undefined });
    await expect(registerAt(key, { authenticatorSelection })).rejects.toMatchObject({ reason });
  });

  it('does not serve a site that takes no ES256', async () => {
    const key = await keyInCeremony({ profile: 'u2f', pin: undefined });
    const pubKeyCredParams = [{ type: 'public-key', alg: -8 }];
    await expect(registerAt(key, { pubKeyCredParams })).rejects.toMatchObject({
      reason: 'unsupported-algorithm',
    });
  });

  it('says that it is excluded only after a touch', async () => {
    const key = await keyInCeremony({ profile: 'u2f', pin: undefined });
    const { rawId } = await polled(key, registerAt(key));
    const { presence } = key.plugged.soft;
    const before = presence.requests.length;
    await expect(polled(key, registerAt(key, { excludeCredentials: listed(rawId) }))).rejects.toMatchObject({
      reason: 'excluded',
    });
    expect(presence.requests.length).toBe(before + 1);
  });
});

describe('a key that is full', () => {
  const full: KeyRecipe = { profile: 'nearly-full', passkeys: others(25) };

  it('makes no passkey that it would have to keep', async () => {
    const key = await keyInCeremony(full);
    const wanted = registerAt(key, { authenticatorSelection: { residentKey: 'required' } });
    await expect(wanted).rejects.toMatchObject({ reason: 'key-full' });
  });

  it('makes one that it does not keep, where the site takes that', async () => {
    const key = await keyInCeremony(full);
    const registration = await registerAt(key, {
      authenticatorSelection: { residentKey: 'preferred' },
      extensions: { credProps: true },
    });
    expect(registration.clientExtensionResults).toEqual({ credProps: { rk: false } });
    await signedIn(registration, await signInAt(key, { allowCredentials: listed(registration.rawId) }));
  });
});

describe('several accounts', () => {
  const passkeys = ['ada', 'bob', 'eve'].map((name) => ({
    rpId: 'example.org',
    userName: `${name}@example.org`,
    displayName: name,
    userId: utf8(name),
  }));

  it('the user chooses among them, the newest first, by their names', async () => {
    const key = await keyInCeremony({ passkeys });
    const seen: unknown[] = [];
    const assertion = await signInAt(
      key,
      {},
      {
        chooseAccount: async (accounts) => {
          seen.push(...accounts.map(({ user }) => user.displayName));
          return 1;
        },
      },
    );
    expect(seen).toEqual(['eve', 'bob', 'ada']);
    expect(assertion.response.userHandle).toEqual(utf8('bob'));
    expect(key.plugged.soft.presence.requests).toHaveLength(1);
  });

  it('who chooses none has cancelled', async () => {
    const key = await keyInCeremony({ passkeys });
    const choice = signInAt(key, {}, { chooseAccount: async () => undefined });
    await expect(choice).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('on this device', async () => {
    const device = await deviceInCeremony();
    const registrations = [];
    for (const name of ['ada', 'bob'])
      registrations.push(
        await registerAt(device, {
          user: { id: utf8(name), name, displayName: name },
          authenticatorSelection: { residentKey: 'required' },
        }),
      );
    const assertion = await signInAt(
      device,
      {},
      { chooseAccount: async (accounts) => accounts.findIndex(({ user }) => user.name === 'ada') },
    );
    await signedIn(registrations[0]!, assertion);
  });
});

describe('attestation', () => {
  const fmtOf = (registration: RegistrationCredential): unknown =>
    (decodeCborLeniently(registration.response.attestationObject, []) as CborMap).get('fmt');

  it.each([
    [undefined, 'none'],
    ['none', 'none'],
    ['indirect', 'packed'],
    ['direct', 'packed'],
    ['enterprise', 'packed'],
  ] as const)('%s gives %s', async (attestation, expected) => {
    const key = await keyInCeremony();
    const registration = await registerAt(key, { ...(attestation && { attestation }) });
    expect(fmtOf(registration)).toBe(expected);
    // The AAGUID stays, as Level 3 has it.
    expect((await accepted(registration)).aaguid).toBe('4c617463-686b-6579-5369-6d756c617465');
  });

  it('self attestation of a model that does not name itself is left as it is', async () => {
    const key = await keyInCeremony({ configuration: { aaguid: new Uint8Array(16) } });
    const registration = await registerAt(key);
    expect(fmtOf(registration)).toBe('packed');
    await accepted(registration);
  });

  it('in the format that the site prefers', async () => {
    const key = await keyInCeremony({ profile: '2.3' });
    const registration = await registerAt(key, { attestation: 'direct', attestationFormats: ['none'] });
    expect(fmtOf(registration)).toBe('none');
  });

  it('of an enterprise, where the administrator allows it and the key cannot, is a matter for the person', async () => {
    const key = await keyInCeremony();
    const asked = registerAt(key, { attestation: 'enterprise' }, { enterpriseAttestation: 2 });
    await expect(asked).rejects.toMatchObject({ reason: 'attestation-impossible' });
    expect(key.plugged.soft.presence.requests).toEqual([]);
  });

  it('of an enterprise is asked for where the administrator allows it and the key can', async () => {
    const requests: MakeCredentialRequest[] = [];
    const key = await keyInCeremony({ configuration: { extraOptions: new Map([['ep', true]]) } }, (api) => ({
      makeCredential: (request, options) => {
        requests.push(request);
        const { enterpriseAttestation: _, ...plain } = request;
        return api.makeCredential(plain, options);
      },
    }));
    await registerAt(key, { attestation: 'enterprise' }, { enterpriseAttestation: 2 });
    await registerAt(key, { attestation: 'enterprise' });
    await registerAt(key, { attestation: 'direct' }, { enterpriseAttestation: 2 });
    expect(requests.map(({ enterpriseAttestation }) => enterpriseAttestation)).toEqual([
      2,
      undefined,
      undefined,
    ]);
  });
});
