/** The client of U2F keys, against the simulated key over CTAPHID and against scripted answers (CTAP 2.1 §10). */
import { describe, expect, it } from 'vitest';
import { SecurityKey } from '../../main/client/security-key';
import { U2F_POLL_INTERVAL, U2F_TOUCH_TIMEOUT, U2fClient } from '../../main/client/u2f';
import { U2fAuthenticator } from '../../main/client/u2f-authenticator';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { decodeCborLeniently, type CborMap } from '../../main/ctap/cbor';
import type { GetAssertionRequest } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { decodeCommandApdu, encodeRegisterResponse } from '../../main/ctap/ctap1';
import { HidCommand } from '../../main/ctap/ctaphid';
import { fromHex } from '../ctap/hex';
import { ManualClock, settled } from '../support/manual-clock';
import { CLIENT_DATA_HASH, createdCredential, sha256, signatureIsValid } from '../support/platform';
import { ObservedBus, softKey, type SoftKeyRecipe } from '../support/soft-key';
import ceremonies from '../vectors/webauthn-l3-ceremonies.json';

const RP_ID = 'example.org';
const application = sha256(RP_ID);
const challenge = CLIENT_DATA_HASH;

/** A simulated U2F key, plugged in and opened. */
async function plugged(recipe: SoftKeyRecipe = { profile: 'u2f' }) {
  const soft = await softKey(recipe);
  const bus = new ObservedBus();
  const key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
  return { ...soft, key, u2f: key.u2f!, log: bus.log };
}

/** Lets the client poll until it is done. */
async function polled<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let done = false;
  const finish = (): void => {
    done = true;
  };
  work.then(finish, finish);
  for (let poll = 0; poll < 200 && !done; poll++) await clock.advance(U2F_POLL_INTERVAL);
  return work;
}

/** A channel that answers MSG as told; status words come last. */
function scripted(...answers: readonly string[]) {
  const sent: Uint8Array[] = [];
  const clock = new ManualClock();
  const queue = answers.map(fromHex);
  const channel = {
    capabilities: 0,
    send: async (command: number, payload: Uint8Array): Promise<Uint8Array> => {
      expect(command).toBe(HidCommand.MSG);
      sent.push(payload);
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      return answer!;
    },
  };
  const client = new U2fClient(channel, clock);
  return { clock, sent, client, u2f: new U2fAuthenticator(client) };
}

const ES256 = { alg: -7, type: 'public-key' };
const creating = (changes: Partial<MakeCredentialRequest> = {}): MakeCredentialRequest => ({
  clientDataHash: CLIENT_DATA_HASH,
  rp: { id: RP_ID },
  user: { id: Uint8Array.of(1) },
  pubKeyCredParams: [{ alg: -8, type: 'public-key' }, ES256],
  ...changes,
});
const using = (
  id: Uint8Array | undefined,
  changes: Partial<GetAssertionRequest> = {},
): GetAssertionRequest => ({
  rpId: RP_ID,
  clientDataHash: CLIENT_DATA_HASH,
  ...(id && { allowList: [{ id, type: 'public-key' }] }),
  ...changes,
});

describe('a key that speaks only U2F', () => {
  it('opens without getInfo, and says its version', async () => {
    const { key, u2f, log } = await plugged();
    expect(key.info).toBeUndefined();
    expect(u2f).toBeDefined();
    expect(log.map((line) => line.slice(0, 2).trim())).toEqual(['6']);
    const { client } = scripted('5532465f56329000');
    expect(await client.version()).toBe('U2F_V2');
  });

  it('registers and signs as a CTAP2 key would', async () => {
    const { u2f, clock, presence } = await plugged();
    const made = await polled(clock, u2f.makeCredential(creating()));
    expect(made.fmt).toBe('fido-u2f');
    const { data, id, publicKey } = createdCredential(made.authData);
    expect(data.flags).toBe(Flag.UP | Flag.AT);
    expect(data.rpIdHash).toEqual(application);
    expect(data.signCount).toBe(0);
    expect(data.attestedCredential!.aaguid).toEqual(new Uint8Array(16));
    const answer = await polled(clock, u2f.getAssertion(using(id)));
    expect(answer.credential).toEqual({ id, type: 'public-key' });
    expect(decodeAuthenticatorData(answer.authData)).toMatchObject({ rpIdHash: application, flags: Flag.UP });
    expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
    expect(presence.requests.map(({ reason }) => reason)).toEqual(['create', 'use']);
  });

  it('without a touch where the site asks a silent question', async () => {
    const { u2f, clock, presence } = await plugged();
    const { id, publicKey } = createdCredential(
      (await polled(clock, u2f.makeCredential(creating()))).authData,
    );
    const answer = await u2f.getAssertion(using(id, { options: { up: false } }));
    expect(decodeAuthenticatorData(answer.authData).flags).toBe(0);
    expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
    expect(presence.requests).toHaveLength(1);
  });

  it('takes the first credential of the list that is its own', async () => {
    const { u2f, clock } = await plugged();
    const { id } = createdCredential((await polled(clock, u2f.makeCredential(creating()))).authData);
    const allowList = [
      { id: new Uint8Array(300), type: 'public-key' },
      { id, type: 'something' },
      { id: new Uint8Array(69), type: 'public-key' },
      { id, type: 'public-key' },
    ];
    const answer = await polled(clock, u2f.getAssertion(using(undefined, { allowList })));
    expect(answer.credential?.id).toEqual(id);
    await expect(
      u2f.getAssertion(using(undefined, { allowList: allowList.slice(0, 3) })),
    ).rejects.toMatchObject({
      statusName: 'NO_CREDENTIALS',
    });
    await expect(u2f.getAssertion(using(undefined))).rejects.toMatchObject({ statusName: 'NO_CREDENTIALS' });
    await expect(u2f.getAssertion(using(id, { rpId: 'other.org' }))).rejects.toMatchObject({
      statusName: 'NO_CREDENTIALS',
    });
  });

  it('says after a touch that it has a credential which the site excludes, and makes none', async () => {
    const { u2f, clock, presence } = await plugged();
    const { id } = createdCredential((await polled(clock, u2f.makeCredential(creating()))).authData);
    const excludeList = [{ id, type: 'public-key' }];
    await expect(polled(clock, u2f.makeCredential(creating({ excludeList })))).rejects.toMatchObject({
      statusName: 'CREDENTIAL_EXCLUDED',
    });
    expect(presence.requests).toHaveLength(2);
  });

  it('is told from others by a touch', async () => {
    const { u2f, clock, presence } = await plugged();
    presence.next('wait');
    let touched = false;
    const selected = u2f.selection().then(() => {
      touched = true;
    });
    await clock.advance(2000);
    expect(touched).toBe(false);
    presence.answer('granted');
    await clock.advance(U2F_POLL_INTERVAL);
    await selected;
  });

  it.each([
    ['UNSUPPORTED_ALGORITHM', { pubKeyCredParams: [{ alg: -8, type: 'public-key' }] }],
    ['UNSUPPORTED_ALGORITHM', { pubKeyCredParams: [{ alg: -7, type: 'something' }] }],
    ['UNSUPPORTED_OPTION', { options: { rk: true } }],
    ['INVALID_OPTION', { options: { uv: true } }],
    ['INVALID_OPTION', { pinUvAuthParam: new Uint8Array(16) }],
  ])('%s for what U2F has not: %j', async (statusName, changes) => {
    const { u2f, presence } = await plugged();
    await expect(u2f.makeCredential(creating(changes))).rejects.toMatchObject({ statusName });
    expect(presence.requests).toEqual([]);
  });

  it('refuses assertions with user verification', async () => {
    const { u2f } = await plugged();
    for (const changes of [{ options: { uv: true } }, { pinUvAuthParam: new Uint8Array(16) }])
      await expect(u2f.getAssertion(using(new Uint8Array(69), changes))).rejects.toMatchObject({
        statusName: 'INVALID_OPTION',
      });
  });
});

describe('a key that speaks both', () => {
  it('signs by CTAP2 what it registered by U2F', async () => {
    const { key, u2f, clock } = await plugged({ configuration: { u2f: 'beside' } });
    expect(key.info?.versions).toContain('U2F_V2');
    const { id, publicKey } = createdCredential(
      (await polled(clock, u2f.makeCredential(creating()))).authData,
    );
    const answer = await key.api.getAssertion(using(id));
    expect(signatureIsValid(publicKey, answer.authData, answer.signature)).toBe(true);
  });

  it('a key with CTAP2 alone has no U2F', async () => {
    expect((await plugged({})).key.u2f).toBeUndefined();
  });
});

describe('waiting for a touch', () => {
  it('is told once, asks every quarter of a second, and ends when there was one', async () => {
    const { client, clock, sent } = scripted('6985', '6985', '6985', '01000000053045' + '9000');
    const statuses: string[] = [];
    const answer = client.authenticate({ challenge, application, keyHandle: Uint8Array.of(1) }, true, {
      onStatus: (status) => statuses.push(status),
    });
    await settled();
    expect(sent).toHaveLength(1);
    await clock.advance(U2F_POLL_INTERVAL);
    expect(sent).toHaveLength(2);
    expect(statuses).toEqual(['touch-needed']);
    await clock.advance(2 * U2F_POLL_INTERVAL);
    expect(await answer).toEqual({ presence: 1, counter: 5, signature: Uint8Array.of(0x30, 0x45) });
    expect(statuses).toEqual(['touch-needed', 'processing']);
    expect(sent.map((apdu) => decodeCommandApdu(apdu)!.p1)).toEqual([3, 3, 3, 3]);
    expect(clock.pending).toBe(0);
  });

  it('gives up after half a minute', async () => {
    const { u2f, clock } = scripted('6985');
    const rejected = expect(u2f.selection()).rejects.toMatchObject({ statusName: 'USER_ACTION_TIMEOUT' });
    await clock.advance(U2F_TOUCH_TIMEOUT);
    await rejected;
    expect(clock.pending).toBe(0);
  });

  it('ends with the caller’s reason, and asks no more', async () => {
    const { u2f, clock, sent } = scripted('6985');
    const cancel = new AbortController();
    const rejected = expect(u2f.selection({ signal: cancel.signal })).rejects.toThrow(
      'another key was touched',
    );
    await clock.advance(1000);
    const asked = sent.length;
    cancel.abort(new Error('another key was touched'));
    await rejected;
    await clock.advance(1000);
    expect(sent).toHaveLength(asked);
    expect(clock.pending).toBe(0);
  });
});

describe('answers', () => {
  const handle = { challenge, application, keyHandle: Uint8Array.of(1) };

  it.each([
    ['6985', true],
    ['9000', true],
    ['6a80', false],
    ['6700', false],
  ])('to a check: %s', async (answer, known) => {
    expect(await scripted(answer).client.knows(handle)).toBe(known);
  });

  it.each([
    ['6700', 'INVALID_LENGTH'],
    ['6986', 'NOT_ALLOWED'],
    ['6a80', 'NO_CREDENTIALS'],
    ['6d00', 'INVALID_COMMAND'],
    ['6e00', 'INVALID_COMMAND'],
    ['6f00', 'OTHER'],
    ['1234', 'OTHER'],
  ])('%s is %s', async (answer, statusName) => {
    await expect(scripted(answer).client.authenticate(handle, true)).rejects.toMatchObject({ statusName });
  });

  it('to a check that broke is an error, not "unknown"', async () => {
    await expect(scripted('6f00').client.knows(handle)).rejects.toMatchObject({ statusName: 'OTHER' });
  });

  it('a public key that is not on the curve is a protocol error', async () => {
    const registration = encodeRegisterResponse({
      publicKey: Uint8Array.of(4, ...new Uint8Array(64).fill(1)),
      keyHandle: Uint8Array.of(1),
      certificate: Uint8Array.of(0x30, 0),
      signature: Uint8Array.of(0x30),
    });
    const { u2f } = scripted(`${Buffer.from(registration).toString('hex')}9000`);
    await expect(u2f.makeCredential(creating())).rejects.toMatchObject({ name: 'ProtocolError' });
  });
});

describe('WebAuthn Level 3, test vector of FIDO U2F attestation', () => {
  const { registration, aaguid } = ceremonies.vectors.find(({ name }) => name === 'fido-u2f.ES256')!;
  const object = decodeCborLeniently(fromHex(registration.attestationObject!), []) as CborMap;
  const statement = object.get('attStmt') as CborMap;
  const [certificate] = statement.get('x5c') as readonly Uint8Array[];
  const { attestedCredential } = decodeAuthenticatorData(fromHex(registration.authenticatorData));
  const { publicKey, credentialId } = attestedCredential!;

  it('a key’s registration turns into it, but for the AAGUID, which U2F does not have', async () => {
    const answer = encodeRegisterResponse({
      publicKey: Uint8Array.of(4, ...(publicKey.get(-2) as Uint8Array), ...(publicKey.get(-3) as Uint8Array)),
      keyHandle: credentialId,
      certificate: certificate!,
      signature: statement.get('sig') as Uint8Array,
    });
    const { u2f, sent } = scripted(`${Buffer.from(answer).toString('hex')}9000`);
    const clientDataHash = sha256(fromHex(registration.clientDataJSON));
    const made: MakeCredentialResponse = await u2f.makeCredential(creating({ clientDataHash }));
    expect(made.fmt).toBe('fido-u2f');
    expect(made.attStmt).toEqual(statement);
    const expected = registration.authenticatorData.replace(aaguid, '00'.repeat(16));
    expect(Buffer.from(made.authData).toString('hex')).toBe(expected);
    const { data } = decodeCommandApdu(sent[0]!)!;
    expect(data).toEqual(Uint8Array.of(...clientDataHash, ...application));
  });
});
