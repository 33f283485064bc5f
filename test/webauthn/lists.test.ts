/** Exclude and allow lists that are longer than what an authenticator takes (CTAP 2.1 §6.1.2, §6.2; WebAuthn Level 3 §5.1.3, §5.1.4). */
import { describe, expect, it } from 'vitest';
import type { GetAssertionRequest } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest } from '../../main/ctap/commands/make-credential';
import { CtapStatusError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';
import { keyInCeremony, type KeyInCeremony } from '../support/ceremony-authenticators';
import { accepted, listed, registerAt, RP_ID, signedIn, signInAt, utf8 } from '../support/relying-party';
import type { SoftKeyRecipe } from '../support/soft-key';

/** Credential IDs that nobody has, of `length` bytes. */
function strangers(count: number, length = 64): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new Uint8Array(length).fill(index + 1));
}

interface Watched {
  readonly key: KeyInCeremony;
  readonly created: MakeCredentialRequest[];
  readonly asked: GetAssertionRequest[];
  /** The lengths of the lists that were asked for silently. */
  readonly silent: () => readonly number[];
}

async function watchedKey(
  recipe: SoftKeyRecipe = {},
  refuse: (request: GetAssertionRequest) => number | undefined = () => undefined,
): Promise<Watched> {
  const created: MakeCredentialRequest[] = [];
  const asked: GetAssertionRequest[] = [];
  const key = await keyInCeremony(recipe, (api) => ({
    makeCredential: (request, options) => {
      created.push(request);
      return api.makeCredential(request, options);
    },
    getAssertion: async (request, options) => {
      asked.push(request);
      const status = refuse(request);
      if (status !== undefined) throw new CtapStatusError(status);
      return api.getAssertion(request, options);
    },
  }));
  const silent = (): readonly number[] =>
    asked.filter(({ options }) => options?.up === false).map(({ allowList }) => allowList?.length ?? 0);
  return { key, created, asked, silent };
}

const discouraged = { authenticatorSelection: { userVerification: 'discouraged' } } as const;

describe('an exclude list', () => {
  it('that fits goes along, without a question before', async () => {
    const { key, created, asked } = await watchedKey({ pin: undefined });
    await registerAt(key, { excludeCredentials: listed(...strangers(8)) });
    expect(asked).toEqual([]);
    expect(created[0]?.excludeList).toHaveLength(8);
  });

  it.each([
    [1, 5, [1, 1, 1, 1, 1]],
    [2, 5, [2, 2, 1]],
    [3, 5, [3, 2]],
  ])('is asked for %i at a time when it has %i', async (maxCredentialCountInList, count, expected) => {
    const { key, created, silent } = await watchedKey({
      pin: undefined,
      configuration: { maxCredentialCountInList },
    });
    await accepted(await registerAt(key, { excludeCredentials: listed(...strangers(count)) }));
    expect(silent()).toEqual(expected);
    expect(created.map(({ excludeList }) => excludeList)).toEqual([undefined]);
  });

  it('one at a time when the key does not say how many', async () => {
    const { key, silent } = await watchedKey({ profile: '2.0', pin: undefined });
    await registerAt(key, { excludeCredentials: listed(...strangers(3)) });
    expect(silent()).toEqual([1, 1, 1]);
  });

  it('in as few messages as their size allows', async () => {
    const { key, silent } = await watchedKey({ pin: undefined, configuration: { maxMsgSize: 1024 } });
    // Seven IDs of 120 bytes are less than 1024 bytes, and not eight.
    await accepted(await registerAt(key, { excludeCredentials: listed(...strangers(8, 120)) }));
    expect(silent().reduce((sum, count) => sum + count)).toBe(8);
    expect(silent()).toHaveLength(2);
  });

  it('in smaller parts when the key takes less than it says', async () => {
    const tooMany = ({ allowList = [] }: GetAssertionRequest): number | undefined =>
      allowList.length > 2 ? Status.REQUEST_TOO_LARGE : undefined;
    const { key, silent } = await watchedKey(
      { pin: undefined, configuration: { maxCredentialCountInList: 5 } },
      tooMany,
    );
    await accepted(await registerAt(key, { excludeCredentials: listed(...strangers(9)) }));
    expect(silent()).toEqual([5, 3, 2, 2, 2, 2, 1]);
  });

  it('without those that the key cannot have made, and none twice', async () => {
    const { key, created } = await watchedKey({ pin: undefined });
    const [first, second] = strangers(2) as [Uint8Array, Uint8Array];
    const excludeCredentials = [
      ...listed(first, new Uint8Array(321), second, first, new Uint8Array()),
      { type: 'signature', id: second },
    ];
    await registerAt(key, { excludeCredentials });
    expect(created[0]?.excludeList?.map(({ id }) => id)).toEqual([first, second]);
  });

  it.each([
    ['that fits', 8],
    ['in parts', 2],
  ])('%s: the key says after a touch that it has one of them', async (_, maxCredentialCountInList) => {
    const { key, created } = await watchedKey({ configuration: { maxCredentialCountInList } });
    const { rawId } = await registerAt(key, discouraged);
    const { presence } = key.plugged.soft;
    const touches = presence.requests.length;
    const again = registerAt(key, {
      ...discouraged,
      excludeCredentials: listed(...strangers(4), rawId, ...strangers(2, 32)),
    });
    await expect(again).rejects.toMatchObject({ reason: 'excluded' });
    expect(presence.requests).toHaveLength(touches + 1);
    if (maxCredentialCountInList === 2) expect(created.at(-1)?.excludeList).toMatchObject([{ id: rawId }]);
  });

  it('who does not touch the key lets nobody know', async () => {
    const { key } = await watchedKey({ pin: undefined, configuration: { maxCredentialCountInList: 2 } });
    const { rawId } = await registerAt(key, discouraged);
    const cancel = new AbortController();
    key.plugged.soft.presence.next('wait');
    const again = registerAt(
      key,
      { ...discouraged, excludeCredentials: listed(...strangers(4), rawId) },
      { signal: cancel.signal, onStatus: (status) => status === 'touch-needed' && cancel.abort() },
    );
    await expect(again).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('finds, by the token, a passkey that shows itself only to who is verified', async () => {
    const { key } = await watchedKey({ configuration: { maxCredentialCountInList: 1 } });
    const { rawId } = await registerAt(key, {
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      extensions: { credentialProtectionPolicy: 'userVerificationRequired' },
    });
    const excludeCredentials = listed(...strangers(3), rawId);
    const again = registerAt(key, {
      excludeCredentials,
      authenticatorSelection: { userVerification: 'required' },
    });
    await expect(again).rejects.toMatchObject({ reason: 'excluded' });
    // One PIN each, for the silent questions use no token up.
    expect(key.asked).toHaveLength(2);
  });
});

describe('an allow list', () => {
  it.each([1, 2, 8])('is found in, at most %i at a time', async (maxCredentialCountInList) => {
    const { key } = await watchedKey({ configuration: { maxCredentialCountInList } });
    const registration = await registerAt(key, discouraged);
    for (const allowed of [
      [registration.rawId],
      [...strangers(8), registration.rawId],
      [...strangers(3), registration.rawId, ...strangers(4, 32)],
    ]) {
      const assertion = await signInAt(key, {
        allowCredentials: listed(...allowed),
        userVerification: 'discouraged',
      });
      await signedIn(registration, assertion);
    }
  });

  it('with nothing that the key can have made is not the same as none', async () => {
    const { key, asked } = await watchedKey({
      pin: undefined,
      passkeys: [{ rpId: RP_ID, userId: utf8('ada') }],
    });
    for (const allowCredentials of [
      listed(new Uint8Array(500)),
      [{ type: 'signature', id: new Uint8Array(16) }],
    ])
      await expect(signInAt(key, { allowCredentials })).rejects.toMatchObject({ reason: 'no-credentials' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['fits', 2, '2.1'],
    ['in parts', 5, '2.1'],
    ['fits', 1, '2.0'],
    ['in parts', 5, '2.0'],
  ] as const)(
    'that %s, with none of the key: it takes a touch before that is said',
    async (_, count, profile) => {
      const { key } = await watchedKey({
        profile,
        pin: undefined,
        configuration: { maxCredentialCountInList: 2 },
      });
      const { presence } = key.plugged.soft;
      presence.next('wait');
      const found = signInAt(
        key,
        { allowCredentials: listed(...strangers(count)) },
        { onStatus: (status) => status === 'touch-needed' && presence.answer('granted') },
      );
      await expect(found).rejects.toMatchObject({ reason: 'no-credentials' });
      expect(presence.requests).toHaveLength(1);
    },
  );

  it.each(['2.1', '2.0'] as const)('that the user refuses to touch a %s key for', async (profile) => {
    const { key } = await watchedKey({ profile, pin: undefined });
    key.plugged.soft.presence.next('refused');
    const found = signInAt(key, { allowCredentials: listed(...strangers(2)) });
    await expect(found).rejects.toMatchObject({ reason: 'refused' });
  });
});

it('no list at all, and no passkey: it takes a touch before that is said', async () => {
  const { key } = await watchedKey({ pin: undefined });
  await expect(signInAt(key)).rejects.toMatchObject({ reason: 'no-credentials' });
  expect(key.plugged.soft.presence.requests.map(({ reason }) => reason)).toEqual(['select']);
});

it('names that are too long for the key are cut between characters', async () => {
  const { key, created } = await watchedKey({ pin: undefined, configuration: { maxMsgSize: 1024 } });
  const long = 'ñ👩‍👩‍👧 '.repeat(60);
  await accepted(
    await registerAt(key, {
      rp: { id: RP_ID, name: 'a'.repeat(300) },
      user: { id: utf8('ada'), name: long, displayName: 'Ada' },
    }),
  );
  const [{ rp, user }] = created as [MakeCredentialRequest];
  expect(rp.name).toBe('a'.repeat(64));
  expect(long.startsWith(user.name ?? '-')).toBe(true);
  expect(Buffer.byteLength(user.name ?? '')).toBeGreaterThan(40);
  expect(Buffer.byteLength(user.name ?? '')).toBeLessThanOrEqual(64);
  expect(user.name?.endsWith('\u200d')).toBe(false);
  expect(user.displayName).toBe('Ada');
});
