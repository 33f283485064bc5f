/** U2F of the software authenticator (FIDO U2F Raw Message Formats v1.2; CTAP 2.1 §10, §7.2.4). */
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import {
  authenticateMessage,
  decodeAuthenticateResponse,
  decodeRegisterResponse,
  decodeResponseApdu,
  encodeAuthenticateRequest,
  encodeCommandApdu,
  encodeRegisterRequest,
  encodeVersionRequest,
  registerMessage,
  type RegisterResponse,
} from '../../main/ctap/ctap1';
import { U2F_TOUCH_PATIENCE } from '../../main/authenticator/u2f-touch';
import { settled } from '../support/manual-clock';
import { CLIENT_DATA_HASH, createdCredential, sha256, signatureIsValid } from '../support/platform';
import { PIN, rig, type Rig, type RigOptions } from '../support/simulated-rig';

const RP_ID = 'example.org';
const application = sha256(RP_ID);
const challenge = CLIENT_DATA_HASH;
const REGISTER = encodeRegisterRequest({ challenge, application });

const key = (options: RigOptions = {}): Promise<Rig> =>
  rig({ ...options, configuration: { u2f: 'beside', ...options.configuration } });

/** Status word and data. */
async function ask(bench: Rig, apdu: Uint8Array): Promise<readonly [string, Uint8Array]> {
  const { status, data } = decodeResponseApdu(await bench.api.handleApdu(apdu));
  await settled();
  return [status.toString(16), data];
}

const word = async (bench: Rig, apdu: Uint8Array): Promise<string> => (await ask(bench, apdu))[0];

async function registered(bench: Rig): Promise<RegisterResponse> {
  expect(await word(bench, REGISTER)).toBe('6985');
  const [status, data] = await ask(bench, REGISTER);
  expect(status).toBe('9000');
  return decodeRegisterResponse(data);
}

const signing = (
  control: number,
  keyHandle: Uint8Array,
  changes: { application?: Uint8Array } = {},
): Uint8Array => encodeAuthenticateRequest({ control, challenge, application, keyHandle, ...changes });

function p256Key(point: Uint8Array): ReturnType<typeof createPublicKey> {
  const coordinate = (start: number): string =>
    Buffer.from(point.subarray(start, start + 32)).toString('base64url');
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) },
  });
}

describe('version', () => {
  it('is U2F_V2, and takes no data', async () => {
    const bench = await key();
    expect(await ask(bench, encodeVersionRequest())).toEqual([
      '9000',
      Uint8Array.from(Buffer.from('U2F_V2')),
    ]);
    const withData = encodeCommandApdu({ cla: 0, ins: 3, p1: 0, p2: 0, data: Uint8Array.of(1) });
    expect(await word(bench, withData)).toBe('6700');
  });

  it('stands in getInfo beside CTAP2 only', async () => {
    expect((await (await key()).api.getInfo()).versions).toEqual(['U2F_V2', 'FIDO_2_0', 'FIDO_2_1']);
    expect((await (await rig()).api.getInfo()).versions).not.toContain('U2F_V2');
  });
});

describe('register', () => {
  it('signs with the certificate’s key over the new key', async () => {
    const response = await registered(await key());
    const certificate = new X509Certificate(response.certificate);
    expect(certificate.subject).toContain('CN=Simulated security key');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const message = registerMessage({ challenge, application }, response.keyHandle, response.publicKey);
    expect(verify('sha256', message, certificate.publicKey, response.signature)).toBe(true);
    expect(() => p256Key(response.publicKey)).not.toThrow();
    expect(response.keyHandle.length).toBeLessThanOrEqual(255);
  });

  it('needs a touch, and one touch is good for one registration', async () => {
    const bench = await key();
    bench.presence.next('wait');
    for (let poll = 0; poll < 3; poll++) expect(await word(bench, REGISTER)).toBe('6985');
    expect(bench.presence.requests.map(({ reason }) => reason)).toEqual(['create']);
    bench.presence.answer('granted');
    await settled();
    expect(await word(bench, REGISTER)).toBe('9000');
    bench.presence.next('wait');
    expect(await word(bench, REGISTER)).toBe('6985');
  });

  it('a touch for a registration is none for a signature', async () => {
    const bench = await key();
    const { keyHandle } = await registered(bench);
    expect(await word(bench, REGISTER)).toBe('6985');
    expect(await word(bench, signing(3, keyHandle))).toBe('6985');
    expect(await word(bench, signing(3, keyHandle))).toBe('9000');
  });

  it('a person who refuses is not asked again while the platform goes on asking', async () => {
    const bench = await key();
    bench.presence.next('refused');
    for (let poll = 0; poll < 3; poll++) expect(await word(bench, REGISTER)).toBe('6985');
    expect(bench.presence.requests).toHaveLength(1);
  });

  it('a touch is forgotten when the platform stops asking, takes the power or turns to CTAP2', async () => {
    const ways = [
      (bench: Rig) => bench.clock.advance(U2F_TOUCH_PATIENCE),
      async (bench: Rig) => bench.key.powerCycle(),
      (bench: Rig) => bench.api.getInfo(),
    ];
    for (const end of ways) {
      const bench = await key();
      bench.presence.next('wait');
      expect(await word(bench, REGISTER)).toBe('6985');
      await end(bench);
      expect(bench.presence.requests[0]!.signal.aborted).toBe(true);
      expect(bench.clock.pending).toBe(0);
      expect(await word(bench, REGISTER)).toBe('6985');
      expect(bench.presence.requests).toHaveLength(2);
    }
  });

  it('asking again keeps the patience', async () => {
    const bench = await key();
    bench.presence.next('wait');
    for (let poll = 0; poll < 4; poll++) {
      expect(await word(bench, REGISTER)).toBe('6985');
      await bench.clock.advance(U2F_TOUCH_PATIENCE - 1);
    }
    expect(bench.presence.waiting).toBe(true);
  });
});

describe('authenticate', () => {
  it('signs after a touch: presence, counter, signature', async () => {
    const bench = await key();
    const { keyHandle, publicKey } = await registered(bench);
    expect(await word(bench, signing(3, keyHandle))).toBe('6985');
    const [status, data] = await ask(bench, signing(3, keyHandle));
    expect(status).toBe('9000');
    const { signature, ...head } = decodeAuthenticateResponse(data);
    expect(head).toEqual({ presence: 1, counter: 0 });
    const message = authenticateMessage({ challenge, application }, head);
    expect(verify('sha256', message, p256Key(publicKey), signature)).toBe(true);
  });

  it('without a touch where that is asked for: presence 0', async () => {
    const bench = await key();
    const { keyHandle } = await registered(bench);
    const touches = bench.presence.requests.length;
    const [status, data] = await ask(bench, signing(8, keyHandle));
    expect(status).toBe('9000');
    expect(decodeAuthenticateResponse(data).presence).toBe(0);
    expect(bench.presence.requests).toHaveLength(touches);
  });

  it('a check says whether the key handle is known, and neither asks for a touch nor signs', async () => {
    const bench = await key();
    const { keyHandle } = await registered(bench);
    const touches = bench.presence.requests.length;
    expect(await word(bench, signing(7, keyHandle))).toBe('6985');
    expect(await word(bench, signing(7, keyHandle))).toBe('6985');
    expect(await word(bench, signing(7, new Uint8Array(keyHandle.length)))).toBe('6a80');
    expect(await word(bench, signing(7, keyHandle, { application: sha256('other.org') }))).toBe('6a80');
    expect(bench.presence.requests).toHaveLength(touches);
  });

  it('another key’s handle, another site’s and an unknown control byte are 6A80', async () => {
    const bench = await key();
    const { keyHandle } = await registered(bench);
    const other = await key({ state: (state) => ({ ...state, wrapKey: new Uint8Array(32).fill(5) }) });
    expect(await word(other, signing(3, keyHandle))).toBe('6a80');
    expect(await word(bench, signing(3, keyHandle, { application: sha256('other.org') }))).toBe('6a80');
    expect(await word(bench, signing(8, keyHandle.subarray(1)))).toBe('6a80');
    expect(await word(bench, signing(0, keyHandle))).toBe('6a80');
  });
});

describe('what is no U2F message', () => {
  it.each([
    ['a class that is not 00', '80030000', '6e00'],
    ['an instruction that does not exist', '00040000', '6d00'],
    ['a length that does not fit', '0001000041', '6700'],
    ['a registration of 63 bytes', `000100003f${'00'.repeat(63)}`, '6700'],
    ['a key handle that is cut', `0002030041${'00'.repeat(64)}05`, '6700'],
    ['nothing', '', '6700'],
  ])('%s', async (_, hex, expected) => {
    expect(await word(await key(), Uint8Array.from(Buffer.from(hex, 'hex')))).toBe(expected);
  });
});

describe('together with CTAP2', () => {
  it('what U2F made signs by getAssertion with the RP ID of the same hash', async () => {
    const bench = await key({ pin: PIN });
    const { keyHandle, publicKey } = await registered(bench);
    const answer = await bench.api.getAssertion({
      rpId: RP_ID,
      clientDataHash: CLIENT_DATA_HASH,
      allowList: [{ id: keyHandle, type: 'public-key' }],
    });
    expect(decodeAuthenticatorData(answer.authData).flags).toBe(Flag.UP);
    const message = Buffer.concat([answer.authData, CLIENT_DATA_HASH]);
    expect(verify('sha256', message, p256Key(publicKey), answer.signature)).toBe(true);
  });

  const made = async (
    bench: Rig,
    alg: number,
    credProtect: number,
  ): Promise<ReturnType<typeof createdCredential>> => {
    const { authData } = await bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: RP_ID },
      user: { id: Uint8Array.of(1) },
      pubKeyCredParams: [{ alg, type: 'public-key' }],
      extensions: new Map([['credProtect', credProtect]]),
    });
    return createdCredential(authData);
  };

  it('what CTAP2 made without storing it signs by U2F', async () => {
    const bench = await key();
    const { id, publicKey } = await made(bench, -7, 2);
    const { signature, ...head } = decodeAuthenticateResponse((await ask(bench, signing(8, id)))[1]);
    const message = authenticateMessage({ challenge, application }, head);
    expect(signatureIsValid(publicKey, message, signature, new Uint8Array())).toBe(true);
  });

  it('but not what needs user verification, and not what signs in another way', async () => {
    const bench = await key();
    expect(await word(bench, signing(7, (await made(bench, -7, 3)).id))).toBe('6a80');
    expect(await word(bench, signing(7, (await made(bench, -8, 1)).id))).toBe('6a80');
  });

  it('alwaysUv turns U2F off, in getInfo too', async () => {
    const bench = await key({ configuration: { alwaysUv: true } });
    for (const apdu of [encodeVersionRequest(), REGISTER, signing(7, new Uint8Array(69))])
      expect(await word(bench, apdu)).toBe('6986');
    expect((await bench.api.getInfo()).versions).not.toContain('U2F_V2');
    expect(bench.presence.requests).toEqual([]);
  });

  it('a reset forgets U2F registrations', async () => {
    const bench = await key();
    const { keyHandle } = await registered(bench);
    await bench.api.reset();
    expect(await word(bench, signing(7, keyHandle))).toBe('6a80');
  });

  it('a U2F message ends an enumeration, as any other command does', async () => {
    const bench = await key({ passkeys: [{ rpId: RP_ID }, { rpId: RP_ID }] });
    await bench.api.getAssertion({ rpId: RP_ID, clientDataHash: CLIENT_DATA_HASH });
    await ask(bench, encodeVersionRequest());
    await expect(bench.api.getNextAssertion()).rejects.toMatchObject({ statusName: 'NOT_ALLOWED' });
  });
});
