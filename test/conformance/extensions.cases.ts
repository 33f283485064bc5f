/** Extensions of makeCredential and getAssertion, CTAP 2.1 §12 and CTAP 2.2 §12.7, §12.8. */
import { expect } from 'vitest';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import type { CborMap, CborValue } from '../../main/ctap/cbor';
import type { GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { get, getRequest, make, makeRequest, PIN, read } from './ceremony';
import { aTouch, without } from './needs';
import { agree, expectStatus, type ConformanceCase, type Subject } from './subject';

const most = ['credBlob', 'credProtect', 'hmac-secret', 'hmac-secret-mc', 'largeBlobKey'];
const recipe = { configuration: { extensions: most } };
const paying = { configuration: { extensions: [...most, 'thirdPartyPayment'] } };
const withPin = { ...recipe, pin: PIN };

const inputs = (record: Readonly<Record<string, CborValue>>): { readonly extensions: CborMap } => ({
  extensions: new Map(Object.entries(record)),
});

/** What the authenticator data says of extensions. */
function outputs({ authData }: MakeCredentialResponse | GetAssertionResponse): object {
  return Object.fromEntries(decodeAuthenticatorData(authData).extensions ?? []);
}

async function made(
  { api }: Subject,
  extensions: Readonly<Record<string, CborValue>>,
  change: Partial<MakeCredentialRequest> = {},
): Promise<MakeCredentialResponse> {
  return api.makeCredential(makeRequest({ ...inputs(extensions), ...change }));
}

async function used(
  { api }: Subject,
  extensions: Readonly<Record<string, CborValue>>,
  credential?: MakeCredentialResponse,
): Promise<GetAssertionResponse> {
  const allowList = credential && [{ id: read(credential).credentialId, type: 'public-key' }];
  return api.getAssertion(getRequest({ ...inputs(extensions), ...(allowList && { allowList }) }));
}

const notDiscoverable = { options: { rk: false } };

export const extensionCases: readonly ConformanceCase[] = [
  {
    section: '§6.1.2 step 15',
    name: 'nothing is answered that was not asked for; the ED flag says whether anything is',
    recipe,
    run: async (subject) => {
      const silent = await subject.api.makeCredential(makeRequest());
      expect(decodeAuthenticatorData(silent.authData).flags & Flag.ED).toBe(0);
      expect(silent.largeBlobKey).toBeUndefined();
      const asked = await made(subject, { credProtect: 2, 'no-such-extension': true });
      expect(outputs(asked)).toEqual({ credProtect: 2 });
      expect(decodeAuthenticatorData(asked.authData).flags & Flag.ED).toBe(Flag.ED);
    },
  },
  {
    section: '§6.1.2 step 15',
    name: 'an extension that the key does not have is ignored, however wrong its input',
    needs: [without('credBlob')],
    recipe: { configuration: { extensions: ['credProtect', 'hmac-secret'] } },
    run: async (subject) => {
      const response = await made(subject, { credBlob: 1, largeBlobKey: 'x', 'hmac-secret-mc': 1 });
      expect(outputs(response)).toEqual({});
      expect(response.largeBlobKey).toBeUndefined();
    },
  },
  {
    section: '§12.2',
    name: 'credBlob: what a site stores comes back with each assertion',
    recipe,
    run: async (subject) => {
      expect(outputs(await made(subject, { credBlob: Uint8Array.of(1, 2, 3) }))).toEqual({ credBlob: true });
      expect(outputs(await used(subject, { credBlob: true }))).toEqual({ credBlob: Uint8Array.of(1, 2, 3) });
      expect(outputs(await used(subject, { credBlob: false }))).toEqual({});
    },
  },
  {
    section: '§12.2',
    name: 'credBlob: as long as getInfo says, and not one byte longer',
    recipe,
    run: async (subject) => {
      const longest = (await subject.api.getInfo()).maxCredBlobLength!;
      expect(longest).toBeGreaterThanOrEqual(32);
      const fits = await made(subject, { credBlob: new Uint8Array(longest).fill(7) });
      expect(outputs(fits)).toEqual({ credBlob: true });
      const tooLong = await made(subject, { credBlob: new Uint8Array(longest + 1) });
      expect(outputs(tooLong)).toEqual({ credBlob: false });
      expect(outputs(await used(subject, { credBlob: true }))).toEqual({ credBlob: new Uint8Array() });
    },
  },
  {
    section: '§12.2',
    name: 'credBlob: is not kept for a credential that is not discoverable',
    recipe,
    run: async (subject) => {
      const response = await made(subject, { credBlob: Uint8Array.of(1) }, notDiscoverable);
      expect(outputs(response)).toEqual({ credBlob: false });
      expect(outputs(await used(subject, { credBlob: true }, response))).toEqual({
        credBlob: new Uint8Array(),
      });
    },
  },
  {
    section: '§12.2',
    name: 'credBlob: another type than bytes, or than a bool, is CBOR_UNEXPECTED_TYPE',
    recipe,
    run: async (subject) => {
      await expectStatus(made(subject, { credBlob: true }), 'CBOR_UNEXPECTED_TYPE');
      await made(subject, {});
      await expectStatus(used(subject, { credBlob: Uint8Array.of(1) }), 'CBOR_UNEXPECTED_TYPE');
    },
  },
  {
    section: '§12.3',
    name: 'largeBlobKey: 32 bytes beside the authenticator data, the same at each assertion, of each credential its own',
    recipe: withPin,
    run: async (subject) => {
      const first = await make(subject, inputs({ largeBlobKey: true }));
      expect(first.largeBlobKey).toHaveLength(32);
      expect(outputs(first)).toEqual({});
      expect((await get(subject, inputs({ largeBlobKey: true }))).largeBlobKey).toEqual(first.largeBlobKey);
      expect((await get(subject)).largeBlobKey).toBeUndefined();
      const other = { ...inputs({ largeBlobKey: true }), user: { id: Uint8Array.of(2) } };
      const second = await make(subject, other);
      expect(second.largeBlobKey).not.toEqual(first.largeBlobKey);
      const newest = await get(subject, inputs({ largeBlobKey: true }));
      expect(newest.largeBlobKey).toEqual(second.largeBlobKey);
      expect((await subject.api.getNextAssertion()).largeBlobKey).toEqual(first.largeBlobKey);
    },
  },
  {
    section: '§12.3',
    name: 'largeBlobKey: a credential made without has none',
    recipe,
    run: async (subject) => {
      await made(subject, {});
      expect((await used(subject, { largeBlobKey: true })).largeBlobKey).toBeUndefined();
    },
  },
  {
    section: '§12.3',
    name: 'largeBlobKey: false is INVALID_OPTION, another type CBOR_UNEXPECTED_TYPE, and it needs a discoverable credential',
    recipe,
    run: async (subject) => {
      await expectStatus(made(subject, { largeBlobKey: false }), 'INVALID_OPTION');
      await expectStatus(made(subject, { largeBlobKey: 1 }), 'CBOR_UNEXPECTED_TYPE');
      await expectStatus(made(subject, { largeBlobKey: true }, notDiscoverable), 'INVALID_OPTION');
      await made(subject, {});
      await expectStatus(used(subject, { largeBlobKey: false }), 'INVALID_OPTION');
      await expectStatus(used(subject, { largeBlobKey: 'x' }), 'CBOR_UNEXPECTED_TYPE');
    },
  },
  {
    section: 'CTAP 2.2 §12.7',
    name: 'thirdPartyPayment: remembered when made, told when used, for both kinds of credentials',
    recipe: paying,
    run: async (subject) => {
      for (const rk of [true, false]) {
        const set = await made(subject, { thirdPartyPayment: true }, { options: { rk } });
        expect(outputs(set)).toEqual({});
        expect(outputs(await used(subject, { thirdPartyPayment: true }, set))).toEqual({
          thirdPartyPayment: true,
        });
        expect(outputs(await used(subject, {}, set))).toEqual({});
        const unset = await made(subject, { thirdPartyPayment: false }, { options: { rk } });
        expect(outputs(await used(subject, { thirdPartyPayment: true }, unset))).toEqual({
          thirdPartyPayment: false,
        });
      }
      await expectStatus(made(subject, { thirdPartyPayment: 1 }), 'CBOR_UNEXPECTED_TYPE');
    },
  },
  ...([1, 2] as const).flatMap(hmacSecretCases),
];

function hmacSecretCases(version: 1 | 2): readonly ConformanceCase[] {
  const salts = new Uint8Array(64).fill(0x11, 0, 32).fill(0x22, 32);
  /** Salts for the key, and how to read its answer. */
  async function prepare(
    subject: Subject,
    plain: Uint8Array,
    spoil: Readonly<Record<number, CborValue>> = {},
  ) {
    const { protocol, secret, common } = await agree(subject, version);
    const saltEnc = protocol.encrypt(secret, plain);
    const input = new Map<number, CborValue>([
      [1, common.keyAgreement],
      [2, saltEnc],
      [3, protocol.authenticate(secret, saltEnc)],
      [4, version],
    ]);
    for (const [key, value] of Object.entries(spoil)) input.set(Number(key), value);
    return { input, open: (output: unknown) => protocol.decrypt(secret, output as Uint8Array)! };
  }
  const secretsOf = (response: MakeCredentialResponse | GetAssertionResponse, name: string): unknown =>
    decodeAuthenticatorData(response.authData).extensions?.get(name);

  return [
    {
      section: 'CTAP 2.2 §12.8',
      name: `hmac-secret-mc gives when made what hmac-secret gives when used, with and without UV (PIN/UV auth protocol ${version})`,
      recipe: withPin,
      run: async (subject) => {
        const atCreation: Uint8Array[] = [];
        for (const uv of [true, false]) {
          const first = await prepare(subject, salts);
          const request = {
            ...inputs({ 'hmac-secret': true, 'hmac-secret-mc': first.input }),
            ...(uv ? {} : notDiscoverable),
          };
          const response = uv ? await make(subject, request) : await made(subject, {}, request);
          expect(secretsOf(response, 'hmac-secret')).toBe(true);
          const created = first.open(secretsOf(response, 'hmac-secret-mc'));
          const second = await prepare(subject, salts);
          const allowList = [{ id: read(response).credentialId, type: 'public-key' }];
          const ask = { allowList, ...inputs({ 'hmac-secret': second.input }) };
          const assertion = uv ? await get(subject, ask) : await subject.api.getAssertion(getRequest(ask));
          expect(second.open(secretsOf(assertion, 'hmac-secret'))).toEqual(created);
          expect(created).toHaveLength(64);
          expect(created.subarray(0, 32)).not.toEqual(created.subarray(32));
          atCreation.push(created);
        }
        expect(atCreation[0]).not.toEqual(atCreation[1]);
      },
    },
    {
      section: '§12.5',
      name: `hmac-secret: one secret when the user is verified, another when not; one salt gives 32 bytes (PIN/UV auth protocol ${version})`,
      needs: [aTouch],
      recipe: withPin,
      run: async (subject) => {
        await make(subject, inputs({ 'hmac-secret': true }));
        const ask = async (uv: boolean): Promise<Uint8Array> => {
          const { input, open } = await prepare(subject, salts.subarray(0, 32));
          const request = inputs({ 'hmac-secret': input });
          const answer = uv
            ? await get(subject, request)
            : await subject.api.getAssertion(getRequest(request));
          return open(secretsOf(answer, 'hmac-secret'));
        };
        const verified = await ask(true);
        expect(verified).toHaveLength(32);
        expect(await ask(true)).toEqual(verified);
        expect(await ask(false)).not.toEqual(verified);
      },
    },
    {
      section: 'CTAP 2.2 §12.8',
      name: `hmac-secret-mc answers what is wrong with its input, and makes nothing (PIN/UV auth protocol ${version})`,
      recipe,
      run: async (subject) => {
        const attempt = async (
          plain: Uint8Array,
          spoil: Readonly<Record<number, CborValue>> = {},
          secret: CborValue = true,
        ): Promise<unknown> => {
          const { input } = await prepare(subject, plain, spoil);
          return made(subject, { 'hmac-secret': secret, 'hmac-secret-mc': input });
        };
        await expectStatus(attempt(salts, {}, false), 'MISSING_PARAMETER');
        const { input } = await prepare(subject, salts);
        await expectStatus(made(subject, { 'hmac-secret-mc': input }), 'MISSING_PARAMETER');
        await expectStatus(
          made(subject, { 'hmac-secret': true, 'hmac-secret-mc': true }),
          'CBOR_UNEXPECTED_TYPE',
        );
        await expectStatus(attempt(salts, { 3: new Uint8Array(32) }), 'PIN_AUTH_INVALID');
        await expectStatus(attempt(salts.subarray(0, 48)), 'INVALID_PARAMETER');
        await expectStatus(attempt(salts, { 4: 9 }), 'INVALID_PARAMETER');
        await expectStatus(subject.api.getAssertion(getRequest()), 'NO_CREDENTIALS');
      },
    },
  ];
}
