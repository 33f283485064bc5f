/** authenticatorGetAssertion and getNextAssertion: the order of the checks and the status of each (CTAP 2.1 §6.2.2, §6.3). */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import type { CborMap, CborValue } from '../../main/ctap/cbor';
import type { GetAssertionRequest, GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import { Permission } from '../../main/ctap/pin-protocol';
import type { PasskeyRecipe } from '../../main/authenticator/provision';
import {
  authorized,
  CLIENT_DATA_HASH,
  createdCredential,
  sha256,
  signatureIsValid,
} from '../support/platform';
import { PIN, rig, statusOf, type Rig } from '../support/simulated-rig';

const RP_ID = 'example.org';

function request(changes: Partial<GetAssertionRequest> = {}): GetAssertionRequest {
  return { rpId: RP_ID, clientDataHash: CLIENT_DATA_HASH, ...changes };
}

const status = (bench: Rig, changes: Partial<GetAssertionRequest> = {}): Promise<string> =>
  statusOf(bench.api.getAssertion(request(changes)));

const tokenFor = (bench: Rig, permissions: number = Permission.GA, rpId = RP_ID) =>
  bench.platform.token(PIN, permissions, rpId);

const passkeys = (...recipes: readonly Partial<PasskeyRecipe>[]): PasskeyRecipe[] =>
  recipes.map((recipe) => ({ rpId: RP_ID, ...recipe }));

const idOf = (bench: Rig, index: number): Uint8Array =>
  bench.key.snapshot().credentials[index]!.credential.id;
const listing = (...ids: readonly Uint8Array[]): Partial<GetAssertionRequest> => ({
  allowList: ids.map((id) => ({ id, type: 'public-key' })),
});

function isValid(bench: Rig, answer: GetAssertionResponse): boolean {
  const stored = bench.key
    .snapshot()
    .credentials.find(({ credential }) => Buffer.compare(credential.id, answer.credential!.id) === 0);
  return signatureIsValid(stored!.credential.publicKey, answer.authData, answer.signature);
}

describe('steps 1 to 6: before a credential is looked for', () => {
  it('a zero-length parameter, a missing and an unknown protocol', async () => {
    const bench = await rig({ pin: PIN });
    expect(await status(bench, { pinUvAuthParam: new Uint8Array() })).toBe('PIN_INVALID');
    expect(await status(bench, { pinUvAuthParam: new Uint8Array(32) })).toBe('MISSING_PARAMETER');
    expect(await status(bench, { pinUvAuthParam: new Uint8Array(32), pinUvAuthProtocol: 9 })).toBe(
      'INVALID_PARAMETER',
    );
  });

  it('options: no uv, no rk', async () => {
    const bench = await rig({ passkeys: passkeys({}) });
    expect(await status(bench, { options: { uv: true } })).toBe('INVALID_OPTION');
    expect(await status(bench, { options: { rk: false } })).toBe('UNSUPPORTED_OPTION');
  });

  it('alwaysUv does not stand in the way of silent questions', async () => {
    const bench = await rig({ configuration: { alwaysUv: true }, pin: PIN, passkeys: passkeys({}) });
    expect(await status(bench)).toBe('PUAT_REQUIRED');
    expect(await status(bench, { options: { up: false } })).toBe('OK');
  });

  it('a token for another permission, site or message', async () => {
    const bench = await rig({ pin: PIN, passkeys: passkeys({}) });
    expect(await status(bench, authorized(await tokenFor(bench, Permission.MC)))).toBe('PIN_AUTH_INVALID');
    expect(await status(bench, authorized(await tokenFor(bench, Permission.GA, 'a.org')))).toBe(
      'PIN_AUTH_INVALID',
    );
    expect(await status(bench, authorized(await tokenFor(bench), sha256('x')))).toBe('PIN_AUTH_INVALID');
    expect(await status(bench, authorized(await tokenFor(bench)))).toBe('OK');
  });

  it('a silent question does not use the token up, a real one does', async () => {
    const bench = await rig({ pin: PIN, passkeys: passkeys({}) });
    const param = authorized(await tokenFor(bench));
    expect(await status(bench, { options: { up: false }, ...param })).toBe('OK');
    expect(await status(bench, { options: { up: false }, ...param })).toBe('OK');
    expect(await status(bench, param)).toBe('OK');
    expect(await status(bench, param)).toBe('PIN_AUTH_INVALID');
  });
});

describe('step 7: which credentials', () => {
  it('none: at once, without a touch', async () => {
    const bench = await rig({ passkeys: passkeys({ rpId: 'other.org' }) });
    expect(await status(bench)).toBe('NO_CREDENTIALS');
    expect(await status(bench, listing(idOf(bench, 0)))).toBe('NO_CREDENTIALS');
    expect(bench.presence.requests).toEqual([]);
  });

  it.each([
    { credProtect: 1, without: ['OK', 'OK'], withPin: ['OK', 'OK'] },
    { credProtect: 2, without: ['NO_CREDENTIALS', 'OK'], withPin: ['OK', 'OK'] },
    { credProtect: 3, without: ['NO_CREDENTIALS', 'NO_CREDENTIALS'], withPin: ['OK', 'OK'] },
  ] as const)(
    'credProtect $credProtect: without and with allowList',
    async ({ credProtect, ...expected }) => {
      const bench = await rig({ pin: PIN, passkeys: passkeys({ credProtect }) });
      const list = listing(idOf(bench, 0));
      expect([await status(bench), await status(bench, list)]).toEqual(expected.without);
      const verified = [
        await status(bench, authorized(await tokenFor(bench))),
        await status(bench, { ...list, ...authorized(await tokenFor(bench)) }),
      ];
      expect(verified).toEqual(expected.withPin);
    },
  );

  it('an empty allowList is like none', async () => {
    const bench = await rig({ passkeys: passkeys({}) });
    expect(await status(bench, { allowList: [] })).toBe('OK');
  });

  it('a list longer than announced is refused; an ID longer than announced is no match', async () => {
    const bench = await rig({
      configuration: { maxCredentialCountInList: 1, maxCredentialIdLength: 31 },
      passkeys: passkeys({}),
    });
    expect(await status(bench, listing(idOf(bench, 0), idOf(bench, 0)))).toBe('LIMIT_EXCEEDED');
    expect(await status(bench, listing(idOf(bench, 0)))).toBe('NO_CREDENTIALS');
  });
});

describe('non-discoverable credentials', () => {
  const make = async (bench: Rig, credProtect?: number): Promise<ReturnType<typeof createdCredential>> => {
    const { authData } = await bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: RP_ID },
      user: { id: Uint8Array.of(7) },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      ...(credProtect !== undefined && { extensions: new Map([['credProtect', credProtect]]) }),
    });
    return createdCredential(authData);
  };

  it('sign after a restart, with nothing stored', async () => {
    const bench = await rig();
    const { id, publicKey } = await make(bench);
    const again = await bench.restart();
    const answer = await again.api.getAssertion(request(listing(id)));
    expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
    expect(answer.user).toBeUndefined();
    expect(await status(again)).toBe('NO_CREDENTIALS');
  });

  it('are useless for another site, on another key, after a change of any byte and after a reset', async () => {
    const bench = await rig();
    const { id } = await make(bench);
    expect(await status(bench, { rpId: 'example.com', ...listing(id) })).toBe('NO_CREDENTIALS');
    const other = await rig({ state: (state) => ({ ...state, wrapKey: new Uint8Array(32) }) });
    expect(await status(other, listing(id))).toBe('NO_CREDENTIALS');
    for (let at = 0; at < id.length; at++) {
      const changed = id.slice();
      changed[at]! ^= 1;
      expect(await status(bench, listing(changed))).toBe('NO_CREDENTIALS');
    }
    expect(await status(bench, listing(id.slice(0, 20)))).toBe('NO_CREDENTIALS');
    await bench.api.reset();
    expect(await status(bench, listing(id))).toBe('NO_CREDENTIALS');
  });

  it('keep their protection level', async () => {
    const bench = await rig({ pin: PIN });
    const { id } = await make(bench, 3);
    expect(await status(bench, listing(id))).toBe('NO_CREDENTIALS');
    expect(await status(bench, { ...listing(id), ...authorized(await tokenFor(bench)) })).toBe('OK');
  });
});

describe('steps 8 to 13: the answer', () => {
  it.each([-7, -8])(
    'algorithm %i: a signature that verifies, with the flags of what was proved',
    async (alg) => {
      const bench = await rig({ pin: PIN, passkeys: passkeys({ algorithm: alg }) });
      const flags = async (changes: Partial<GetAssertionRequest>): Promise<number> => {
        const answer = await bench.api.getAssertion(request(changes));
        expect(isValid(bench, answer)).toBe(true);
        return decodeAuthenticatorData(answer.authData).flags;
      };
      expect(await flags({})).toBe(Flag.UP);
      expect(await flags({ options: { up: false } })).toBe(0);
      expect(await flags(authorized(await tokenFor(bench)))).toBe(Flag.UP | Flag.UV);
    },
  );

  it('with a list: the first that fits, without a count', async () => {
    const bench = await rig({ passkeys: passkeys({}, {}, {}) });
    const answer = await bench.api.getAssertion(
      request(listing(Uint8Array.of(0), idOf(bench, 1), idOf(bench, 2))),
    );
    expect(answer.credential!.id).toEqual(idOf(bench, 1));
    expect(answer.numberOfCredentials).toBeUndefined();
    expect(await statusOf(bench.api.getNextAssertion())).toBe('NOT_ALLOWED');
  });

  it('names accounts only when there are several and the user is verified', async () => {
    const one = await rig({ pin: PIN, passkeys: passkeys({ userName: 'ada' }) });
    const single = await one.api.getAssertion(request(authorized(await tokenFor(one))));
    expect(Object.keys(single.user!)).toEqual(['id']);
    expect(single.numberOfCredentials).toBeUndefined();
    const two = await rig({ pin: PIN, passkeys: passkeys({ userName: 'ada' }, { userName: 'bob' }) });
    expect(Object.keys((await two.api.getAssertion(request())).user!)).toEqual(['id']);
    const verified = await two.api.getAssertion(request(authorized(await tokenFor(two))));
    expect(verified.user!.name).toBe('bob');
    expect(verified.numberOfCredentials).toBe(2);
  });

  it('a refused touch', async () => {
    const bench = await rig({ passkeys: passkeys({}) });
    bench.presence.next('refused');
    expect(await status(bench)).toBe('OPERATION_DENIED');
    expect(bench.presence.requests[0]).toMatchObject({ reason: 'use', rpId: RP_ID });
  });
});

describe('getNextAssertion', () => {
  const three = (): Promise<Rig> => rig({ passkeys: passkeys({}, {}, {}) });

  it('gives the others, the newest first, each valid, then no more', async () => {
    const bench = await three();
    const answers = [await bench.api.getAssertion(request())];
    answers.push(await bench.api.getNextAssertion(), await bench.api.getNextAssertion());
    expect(answers.map(({ credential }) => credential!.id)).toEqual(
      [2, 1, 0].map((index) => idOf(bench, index)),
    );
    expect(answers.map((answer) => isValid(bench, answer))).toEqual([true, true, true]);
    expect(answers.map(({ numberOfCredentials }) => numberOfCredentials)).toEqual([3, undefined, undefined]);
    expect(bench.presence.requests).toHaveLength(1);
    expect(await statusOf(bench.api.getNextAssertion())).toBe('NOT_ALLOWED');
  });

  it('waits 30 seconds, from each answer anew', async () => {
    const bench = await three();
    await bench.api.getAssertion(request());
    await bench.clock.advance(30_000);
    expect(await statusOf(bench.api.getNextAssertion())).toBe('OK');
    await bench.clock.advance(30_000);
    expect(await statusOf(bench.api.getNextAssertion())).toBe('OK');
    await bench.api.getAssertion(request());
    await bench.clock.advance(30_001);
    expect(await statusOf(bench.api.getNextAssertion())).toBe('NOT_ALLOWED');
  });

  it('any other command, a failed one too, and a power cycle end it', async () => {
    const bench = await three();
    await bench.api.getAssertion(request());
    await bench.api.getInfo();
    expect(await statusOf(bench.api.getNextAssertion())).toBe('NOT_ALLOWED');
    await bench.api.getAssertion(request());
    await bench.key.handle(Uint8Array.of(0x77));
    expect(await statusOf(bench.api.getNextAssertion())).toBe('NOT_ALLOWED');
    await bench.api.getAssertion(request());
    bench.key.powerCycle();
    expect(await statusOf(bench.api.getNextAssertion())).toBe('NOT_ALLOWED');
  });
});

describe('hmac-secret', () => {
  const input = async (
    bench: Rig,
    salts: Uint8Array,
    spoil: Partial<Record<number, CborValue>> = {},
  ): Promise<{ readonly extensions: CborMap; open(output: Uint8Array): Uint8Array }> => {
    const { platform } = bench;
    const { shared, keyAgreement } = await platform.agree();
    const saltEnc = platform.protocol.encrypt(shared, salts);
    const map = new Map<number, CborValue>([
      [1, keyAgreement],
      [2, saltEnc],
      [3, platform.protocol.authenticate(shared, saltEnc)],
      [4, platform.protocol.version],
    ]);
    for (const [key, value] of Object.entries(spoil)) map.set(Number(key), value!);
    return {
      extensions: new Map([['hmac-secret', map]]),
      open: (output) => platform.protocol.decrypt(shared, output)!,
    };
  };
  const output = (answer: GetAssertionResponse): Uint8Array =>
    decodeAuthenticatorData(answer.authData).extensions!.get('hmac-secret') as Uint8Array;
  const expected = (secret: Uint8Array, salt: Uint8Array): Buffer =>
    createHmac('sha256', secret).update(salt).digest();
  const salt1 = new Uint8Array(32).fill(1);
  const salt2 = new Uint8Array(32).fill(2);

  it('is HMAC-SHA-256 of each salt, with one secret when verified and another when not', async () => {
    const bench = await rig({ pin: PIN, passkeys: passkeys({}) });
    const { secrets } = bench.key.snapshot().credentials[0]!;
    const both = await input(bench, Uint8Array.of(...salt1, ...salt2));
    const unverified = both.open(
      output(await bench.api.getAssertion(request({ extensions: both.extensions }))),
    );
    expect(Buffer.from(unverified)).toEqual(
      Buffer.concat([salt1, salt2].map((salt) => expected(secrets.credRandomWithoutUv, salt))),
    );
    const param = authorized(await tokenFor(bench));
    const one = await input(bench, salt1);
    const verified = await bench.api.getAssertion(request({ extensions: one.extensions, ...param }));
    expect(Buffer.from(one.open(output(verified)))).toEqual(expected(secrets.credRandomWithUv, salt1));
  });

  it('answers what is wrong with its input', async () => {
    const bench = await rig({ passkeys: passkeys({}) });
    const failing = async (salts: Uint8Array, spoil?: Partial<Record<number, CborValue>>): Promise<string> =>
      status(bench, { extensions: (await input(bench, salts, spoil)).extensions });
    expect(await failing(salt1, { 3: new Uint8Array(32) })).toBe('PIN_AUTH_INVALID');
    expect(await failing(new Uint8Array(48))).toBe('INVALID_PARAMETER');
    expect(await failing(salt1, { 4: 7 })).toBe('INVALID_PARAMETER');
    expect(await failing(salt1, { 1: new Map([[1, 2]]) })).toBe('INVALID_PARAMETER');
    expect(await failing(salt1, { 2: 'text' })).toBe('CBOR_UNEXPECTED_TYPE');
    const silent = await input(bench, salt1);
    expect(await status(bench, { options: { up: false }, extensions: silent.extensions })).toBe(
      'UNSUPPORTED_OPTION',
    );
  });
});
