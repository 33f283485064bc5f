/** The extension in a real Chromium, with a stand-in for the relay and the app behind it. */
import { describe, expect, test, vi } from 'vitest';
import type { RelayFailure, Unwelcome } from '../../main/bridge/messages';
import { PATIENCE } from '../support/person';
import { begin, call, CREATE, CREATION, GET, REQUEST, settled } from '../support/stand-in-bridge/page-calls';
import {
  assertion,
  FALLS_THROUGH,
  REFUSED,
  registration,
  SAVED,
  USED,
} from '../support/stand-in-bridge/responses';
import { extensionRig, frameAt } from '../support/stand-in-bridge/extension-rig';

const rig = extensionRig();

/** What the app was asked for and the browser's own authenticator was not. */
const requests = () => rig.app.all('request');

describe('saving and using a passkey', () => {
  test('a page that asks for no passkey costs no message and no connection', async () => {
    await rig.page.evaluate(() => document.title);
    expect(rig.app.given).toEqual([]);
  });

  test('the app hears what the page asks for, and where it is, from the browser', async () => {
    rig.app.answer = () => SAVED;
    const outcome = await call(
      rig.page,
      `(() => {
        const eight = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]).buffer;
        return navigator.credentials.create({ publicKey: {
          ...${CREATION},
          challenge: new DataView(eight, 1, 3),
          timeout: 60000.7,
          attestation: 'direct', attestationFormats: ['packed'], hints: new Set(['client-device']),
          excludeCredentials: [
            { type: 'public-key', id: new Uint16Array(eight, 2, 2), transports: ['usb'] },
            { type: 'public-key', id: eight },
          ],
          extensions: {
            credProps: true, minPinLength: true, hmacCreateSecret: true, credBlob: new Uint8Array([5]), unknown: 1,
            prf: { eval: { first: new Uint8Array([9]), second: eight } }, largeBlob: { support: 'required' },
          },
        } });
      })()`,
    );
    expect(outcome).toEqual({ value: registration });
    expect(rig.app.given).toEqual([['chrome-extension://flnhbpdghfndedbacfjkoebgambbpika/']]);
    expect(rig.app.heard[0]).toMatchObject({ type: 'hello', version: 1, extension: '0.1.0' });
    expect(requests()).toEqual([
      {
        type: 'request',
        id: 1,
        kind: 'create',
        origin: rig.sites.local,
        options: {
          challenge: 'AQID',
          rp: { name: 'Example' },
          user: { id: 'Bw', name: 'ada', displayName: 'Ada' },
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
          authenticatorSelection: { residentKey: 'required' },
          timeout: 60000,
          attestation: 'direct',
          attestationFormats: ['packed'],
          hints: ['client-device'],
          excludeCredentials: [
            { type: 'public-key', id: 'AgMEBQ', transports: ['usb'] },
            { type: 'public-key', id: 'AAECAwQFBgc' },
          ],
          extensions: {
            credProps: true,
            minPinLength: true,
            hmacCreateSecret: true,
            credBlob: 'BQ',
            prf: { eval: { first: 'CQ', second: 'AAECAwQFBgc' } },
            largeBlob: { support: 'required' },
          },
        },
      },
    ]);
    expect(await rig.own.passkeys()).toEqual([]);
  });

  test('a new passkey looks as one of the browser does', async () => {
    const shape = `async () => {
      const made = await ${CREATE};
      const { response } = made;
      const bytes = (buffer) => buffer === null ? null : buffer instanceof ArrayBuffer && buffer.byteLength > 0;
      const json = made.toJSON();
      return {
        instances: [made instanceof PublicKeyCredential, made instanceof Credential,
          response instanceof AuthenticatorAttestationResponse, response instanceof AuthenticatorResponse],
        tags: [String(made), String(response)],
        types: [typeof made.id, made.type, bytes(made.rawId), made.authenticatorAttachment],
        bytes: [response.clientDataJSON, response.attestationObject, response.getAuthenticatorData(),
          response.getPublicKey()].map(bytes),
        others: [response.getPublicKeyAlgorithm(), Array.isArray(response.getTransports())],
        fresh: made.toJSON() !== json && response.getTransports() !== response.getTransports(),
        members: [json, json.response].map((object) => Object.keys(object).sort()),
        listed: ['id', 'rawId', 'type', 'response', 'getClientExtensionResults', 'toJSON'].filter((name) => {
          for (const other in made) if (other === name) return true;
        }),
        results: Object.keys(made.getClientExtensionResults()),
      };
    }`;
    const script = `(${shape.replace("residentKey: 'required' },", "residentKey: 'required' }, extensions: {},")})()`;
    rig.app.answer = () => ({ is: 'response', response: { ...registration, clientExtensionResults: {} } });
    const ours = await call(rig.page, script);
    rig.app.answer = () => FALLS_THROUGH;
    expect(ours).toEqual(await call(rig.page, script));
    expect(await rig.own.passkeys()).toEqual(['localhost ada']);
  });

  test('the bytes of a passkey and of its extensions come through', async () => {
    rig.app.answer = ({ type }) =>
      type === 'request' ? (requests().length === 1 ? SAVED : USED) : undefined;
    const text = '(buffer) => new TextDecoder().decode(buffer)';
    const outcome = await call(
      rig.page,
      `(async () => {
        const text = ${text};
        const made = await ${CREATE};
        const { prf, ...more } = made.getClientExtensionResults();
        const used = await ${GET};
        const { response } = used;
        return [text(made.rawId), text(made.response.clientDataJSON), text(made.response.getPublicKey()),
          prf.enabled, text(prf.results.first), text(prf.results.second), more,
          text(used.rawId), text(response.authenticatorData), text(response.signature), text(response.userHandle),
          text(used.getClientExtensionResults().largeBlob.blob), text(used.getClientExtensionResults().getCredBlob),
          used.toJSON(), response instanceof AuthenticatorAssertionResponse];
      })()`,
    );
    expect(outcome).toEqual({
      value: [
        'the new credential',
        '{"type":"webauthn.create"}',
        'its public key',
        true,
        'first of thirty-two',
        'second',
        { credProps: { rk: true }, largeBlob: { supported: true } },
        'a credential',
        'data of the authenticator',
        'a signature',
        'ada',
        'large',
        'small',
        assertion,
        true,
      ],
    });
  });

  test('errors are those that the page expects', async () => {
    rig.app.answer = () => REFUSED;
    expect(await call(rig.page, GET)).toEqual({ error: REFUSED.is === 'error' && REFUSED.error });
    rig.app.answer = () => ({ is: 'error', error: { name: 'TypeError', message: 'wrong' } });
    expect(
      await call(rig.page, `${GET}.catch((error) => [error instanceof TypeError, error.message])`),
    ).toEqual({
      value: [true, 'wrong'],
    });
    rig.app.answer = () => ({ is: 'error', error: { name: 'InvalidStateError', message: 'known' } });
    expect(
      await call(
        rig.page,
        `${CREATE}.catch((error) => [error instanceof DOMException, error.name, error.code])`,
      ),
    ).toEqual({ value: [true, 'InvalidStateError', 11] });
  });

  test('a response that cannot be read is an error, not a credential', async () => {
    rig.app.answer = () => ({ is: 'response', response: { ...assertion, rawId: 'not+base64url' } });
    expect(await call(rig.page, GET)).toMatchObject({ error: { name: 'UnknownError' } });
  });
});

describe("what is the browser's", () => {
  test.each([
    ['arguments that are no options', 'navigator.credentials.get(5)', 'TypeError'],
    ['no challenge', 'navigator.credentials.get({ publicKey: {} })', 'TypeError'],
    [
      'shared memory',
      'navigator.credentials.get({ publicKey: { challenge: new Uint8Array(new WebAssembly.Memory({ shared: true, initial: 1, maximum: 1 }).buffer, 0, 4) } })',
      'TypeError',
    ],
    [
      'a getter that throws',
      "navigator.credentials.get({ publicKey: { get challenge() { throw new RangeError('mine'); } } })",
      'RangeError',
    ],
    [
      'a signal that is none',
      'navigator.credentials.get({ signal: {}, publicKey: { challenge: new Uint8Array(1) } })',
      'TypeError',
    ],
    ['another receiver', `navigator.credentials.get.call({}, { publicKey: ${REQUEST} })`, 'TypeError'],
    [
      'a signal that is aborted already',
      `navigator.credentials.get({ publicKey: ${REQUEST}, signal: AbortSignal.abort(new RangeError('gone')) })`,
      'RangeError',
    ],
  ])('%s: it says itself what is wrong', async (_, script, name) => {
    expect(await call(rig.page, script)).toMatchObject({ error: { name } });
    expect(rig.app.heard).toEqual([]);
  });

  test.each([
    ['no passkey at all', 'navigator.credentials.get({ password: true })'],
    ['no dialog wanted', `navigator.credentials.get({ publicKey: ${REQUEST}, mediation: 'silent' })`],
    [
      'a passkey made on the quiet',
      `navigator.credentials.create({ publicKey: ${CREATION}, mediation: 'conditional' })`,
    ],
    [
      'payments',
      `navigator.credentials.create({ publicKey: { ...${CREATION}, extensions: { payment: { isPayment: true } } } })`,
    ],
  ])('%s: Latchkey does not get in the way', async (_, script) => {
    await begin(rig.page, `${script}.catch(() => undefined)`);
    rig.app.answer = () => USED;
    // What comes after it, comes alone.
    expect(await call(rig.page, GET)).toMatchObject({ value: { id: assertion.id } });
    expect(requests()).toHaveLength(1);
  });

  test('a request that the app passes on arrives as the page made it', async () => {
    rig.app.answer = () => FALLS_THROUGH;
    expect(
      await call(
        rig.page,
        `navigator.credentials.create({ publicKey: { ...${CREATION}, extensions: { credProps: true } } })
          .then((made) => made.getClientExtensionResults())`,
      ),
    ).toEqual({ value: { credProps: { rk: true } } });
    expect(await rig.own.passkeys()).toEqual(['localhost ada']);
    expect(await call(rig.page, GET)).toMatchObject({ value: { type: 'public-key' } });
    expect(requests()).toHaveLength(2);
  });

  test('an app that ends in the middle leaves the request to it', async () => {
    await begin(rig.page, CREATE);
    await rig.app.hears('request');
    rig.app.drop();
    expect(await settled(rig.page)).toMatchObject({ value: { type: 'public-key' } });
    expect(await rig.own.passkeys()).toEqual(['localhost ada']);
    // The next one finds the app again.
    rig.app.answer = () => USED;
    await vi.waitFor(async () => {
      expect(await call(rig.page, GET)).toEqual({ value: assertion });
    }, PATIENCE);
  });

  test.each<RelayFailure>(['cannot-start', 'not-trusted'])(
    'a relay that fails (%s) leaves the request to it',
    async (why) => {
      rig.app.relay = { failed: why };
      expect(await call(rig.page, CREATE)).toMatchObject({ value: { type: 'public-key' } });
      expect(await rig.own.passkeys()).toEqual(['localhost ada']);
      expect(rig.app.heard).toEqual([]);
      await forgetFailure();
    },
  );

  test.each<Unwelcome>(['older-extension', 'busy'])(
    'an app that does not talk on (%s) leaves the request to it',
    async (why) => {
      rig.app.unwelcome = why;
      expect(await call(rig.page, CREATE)).toMatchObject({ value: { type: 'public-key' } });
      expect(requests()).toEqual([]);
      await forgetFailure();
    },
  );
});

/** What failed is not tried again for a second. */
async function forgetFailure(): Promise<void> {
  rig.app.relay = 'connected';
  rig.app.unwelcome = undefined;
  rig.app.answer = () => USED;
  await rig.own.has('localhost', 'ada');
  await vi.waitFor(async () => {
    expect(await call(rig.page, GET)).toEqual({ value: assertion });
  }, PATIENCE);
}

test('an app that is not running is started by a request, and only by that', async () => {
  rig.app.relay = 'not-running';
  await call(rig.page, 'PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()');
  await call(
    rig.page,
    "PublicKeyCredential.signalUnknownCredential({ rpId: 'localhost', credentialId: 'AAAA' })",
  );
  expect(rig.app.starts).toBe(0);
  rig.app.answer = () => SAVED;
  expect(await call(rig.page, CREATE)).toEqual({ value: registration });
  expect(rig.app.starts).toBe(1);
});

describe('a page that gives up', () => {
  const abortable = `navigator.credentials.get({
    publicKey: ${REQUEST}, signal: (window.giveUp = new AbortController()).signal })`;

  test('gets its own reason, and the dialog goes', async () => {
    await begin(rig.page, abortable);
    const { id } = await rig.app.hears('request');
    await rig.page.evaluate(() => window.giveUp!.abort(new RangeError('mine')));
    expect(await settled(rig.page)).toEqual({ error: { name: 'RangeError', message: 'mine' } });
    expect(await rig.app.hears('cancel')).toEqual({ type: 'cancel', id });
    // And may ask anew.
    rig.app.answer = () => USED;
    expect(await call(rig.page, GET)).toEqual({ value: assertion });
  });

  test('by going elsewhere', async () => {
    await begin(rig.page, GET);
    const { id } = await rig.app.hears('request');
    await rig.page.goto('https://example.org/');
    expect(await rig.app.hears('cancel')).toEqual({ type: 'cancel', id });
  });

  test('by being closed', async () => {
    await begin(rig.page, GET);
    const { id } = await rig.app.hears('request');
    await rig.page.close();
    expect(await rig.app.hears('cancel')).toEqual({ type: 'cancel', id });
  });

  test('by taking its frame away', async () => {
    await rig.page.evaluate(() =>
      document.body.append(Object.assign(document.createElement('iframe'), { src: '/frame' })),
    );
    const frame = await frameAt(rig.page, '/frame');
    await begin(frame, GET);
    const { id } = await rig.app.hears('request');
    await rig.page.evaluate(() => document.querySelector('iframe')!.remove());
    expect(await rig.app.hears('cancel')).toEqual({ type: 'cancel', id });
  });
});

test('while a dialog is open, a second request is refused as by the browser', async () => {
  await begin(rig.page, GET);
  await rig.app.hears('request');
  expect(await call(rig.page, CREATE)).toEqual({
    error: { name: 'OperationError', message: 'A request is already pending.' },
  });
  rig.app.say({ type: 'answer', id: 1, ...USED });
  expect(await settled(rig.page)).toEqual({ value: assertion });
});

describe('what the page may ask before', () => {
  const available = 'PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()';
  const capabilities = 'PublicKeyCredential.getClientCapabilities()';

  test("this device's passkeys are offered where the browser has none", async () => {
    // No virtual authenticator, so the answer is that of this machine.
    const plain = await rig.browser.open('https://example.org/');
    expect(await call(plain, available)).toEqual({ value: true });
    const { value } = (await call(plain, capabilities)) as { value: Record<string, boolean> };
    expect(value).toMatchObject({
      userVerifyingPlatformAuthenticator: true,
      passkeyPlatformAuthenticator: true,
      conditionalGet: true,
    });
    rig.app.say({ type: 'state', state: { device: false, allowed: 'yes' } });
    await vi.waitFor(async () => expect(await call(plain, available)).toEqual({ value: false }), PATIENCE);
    const without = (await call(plain, capabilities)) as { value: Record<string, boolean> };
    expect(without.value).toMatchObject({ userVerifyingPlatformAuthenticator: false });
    expect(Object.keys(without.value)).toEqual(Object.keys(value));
    rig.app.say({ type: 'state', state: { device: true, allowed: 'no' } });
    rig.app.say({ type: 'state', state: { device: true, allowed: 'no' } });
    expect(await call(plain, available)).toEqual({ value: false });
    rig.app.say({ type: 'state', state: { device: true, allowed: 'yes' } });
    await vi.waitFor(async () => expect(await call(plain, available)).toEqual({ value: true }), PATIENCE);
    // What it said last counts while it does not run.
    rig.app.relay = 'not-running';
    rig.app.drop();
    await plain.close();
  });

  test('signals come to the app when the browser finds nothing wrong with them', async () => {
    rig.app.answer = () => ({ is: 'done' });
    const details = "{ rpId: 'localhost', userId: 'Bw', name: 'ada', displayName: 'Ada' }";
    expect(await call(rig.page, `PublicKeyCredential.signalCurrentUserDetails(${details})`)).toEqual({
      value: null,
    });
    expect(rig.app.all('signal')).toEqual([
      {
        type: 'signal',
        id: 1,
        signal: 'currentUserDetails',
        origin: rig.sites.local,
        options: { rpId: 'localhost', userId: 'Bw', name: 'ada', displayName: 'Ada' },
      },
    ]);
    expect(
      await call(
        rig.page,
        "PublicKeyCredential.signalUnknownCredential({ rpId: 'example.org', credentialId: 'AAAA' })",
      ),
    ).toMatchObject({ error: { name: 'SecurityError' } });
    expect(
      await call(
        rig.page,
        "PublicKeyCredential.signalUnknownCredential({ rpId: 'localhost', credentialId: '=' })",
      ),
    ).toMatchObject({ error: { name: 'TypeError' } });
    expect(rig.app.all('signal')).toHaveLength(1);
  });
});
