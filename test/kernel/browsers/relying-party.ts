/** For kernel tests: a web site on localhost that makes and uses passkeys, and looks at what it gets with no help of a browser. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { decodeAuthenticatorData, type AuthenticatorData } from '../../../main/ctap/authenticator-data.js';
import { decodeCbor, type CborMap } from '../../../main/ctap/cbor.js';
import { createdCredential, sha256, signatureIsValid } from '../../support/platform.js';
import type { KeyRequests } from '../support/key-requests.js';
import { eventually } from '../support/virtual-key.js';
import type { Browser } from './browser.js';

export const RP_ID = 'localhost';

const PAGE = `<!doctype html><title>Relying party</title><script>
var outcome;
function start(kind, options) {
  outcome = undefined;
  const publicKey = kind === 'create'
    ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
    : PublicKeyCredential.parseRequestOptionsFromJSON(options);
  navigator.credentials[kind]({ publicKey }).then(
    (credential) => { outcome = { credential: credential.toJSON() }; },
    (error) => { outcome = { error: error.name, message: error.message }; },
  );
}
</script>`;

/** Options and results in the JSON forms of WebAuthn Level 3 §5.1; byte strings are base64url. */
type Json = Readonly<Record<string, unknown>>;

interface CredentialJson {
  readonly id: string;
  readonly response: Readonly<Record<string, string>>;
  readonly clientExtensionResults: Json;
}

interface Outcome {
  readonly credential?: CredentialJson;
  readonly error?: string;
  readonly message?: string;
}

export interface Registered {
  readonly id: string;
  readonly publicKey: CborMap;
  readonly data: AuthenticatorData;
  readonly extensions: Json;
}

export interface SignedIn {
  readonly id: string;
  readonly userHandle: string | undefined;
  readonly data: AuthenticatorData;
  readonly extensions: Json;
  /** Whether the signature fits `publicKey`. */
  signedWith(publicKey: CborMap): boolean;
  /** Whether it would fit another client data hash than the one that was signed. */
  fitsOtherClientData(publicKey: CborMap): boolean;
}

/** Milliseconds for one ceremony; some seconds, where the machine is busy with more than this. */
const LIMIT = 120_000;

export class RelyingParty {
  readonly #browser: Browser;
  readonly #requests: KeyRequests;
  readonly #server: Server;

  private constructor(browser: Browser, requests: KeyRequests, server: Server) {
    this.#browser = browser;
    this.#requests = requests;
    this.#server = server;
  }

  /** Opens the site in `browser`; `requests` are those that the plugged-in key gets. */
  static async open(browser: Browser, requests: KeyRequests): Promise<RelyingParty> {
    const server = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end(PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = new RelyingParty(browser, requests, server);
    await browser.open(site.#origin);
    return site;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get #origin(): string {
    return `http://${RP_ID}:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * Makes a passkey; `changes` are members of PublicKeyCredentialCreationOptionsJSON. With `withPin` the PIN is
   * typed where the browser asks. Rejects with the name of the browser's error.
   */
  async register(changes: Json, withPin = false): Promise<Registered> {
    const challenge = randomBytes(32).toString('base64url');
    const { id, response, clientExtensionResults } = await this.#ceremony(
      'create',
      {
        challenge,
        rp: { name: 'Relying party' },
        user: { id: randomBytes(16).toString('base64url'), name: 'ada', displayName: 'Ada' },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
        ...changes,
      },
      withPin,
    );
    this.#checkClientData(response['clientDataJSON']!, 'webauthn.create', challenge);
    const attestation = decodeCbor(bytes(response['attestationObject']!)) as CborMap;
    const created = createdCredential(attestation.get('authData') as Uint8Array);
    expect(created.data.rpIdHash).toEqual(sha256(RP_ID));
    expect(Buffer.from(created.id).toString('base64url')).toBe(id);
    return { id, publicKey: created.publicKey, data: created.data, extensions: clientExtensionResults };
  }

  /** Uses a passkey, like {@link register}. */
  async signIn(changes: Json, withPin = false): Promise<SignedIn> {
    const challenge = randomBytes(32).toString('base64url');
    const { id, response, clientExtensionResults } = await this.#ceremony(
      'get',
      { challenge, rpId: RP_ID, ...changes },
      withPin,
    );
    const clientData = response['clientDataJSON']!;
    this.#checkClientData(clientData, 'webauthn.get', challenge);
    const authData = bytes(response['authenticatorData']!);
    const data = decodeAuthenticatorData(authData);
    expect(data.rpIdHash).toEqual(sha256(RP_ID));
    const fits = (publicKey: CborMap, hash: Uint8Array): boolean =>
      signatureIsValid(publicKey, authData, bytes(response['signature']!), hash);
    return {
      id,
      userHandle: response['userHandle'],
      data,
      extensions: clientExtensionResults,
      signedWith: (publicKey) => fits(publicKey, sha256(bytes(clientData))),
      fitsOtherClientData: (publicKey) => fits(publicKey, sha256('something else')),
    };
  }

  #checkClientData(clientData: string, type: string, challenge: string): void {
    const expected = { type, challenge, origin: this.#origin };
    expect(JSON.parse(Buffer.from(bytes(clientData)).toString())).toMatchObject(expected);
  }

  async #ceremony(kind: 'create' | 'get', options: Json, withPin: boolean): Promise<CredentialJson> {
    const before = this.#requests.counts();
    let typed = before.tokens - 1;
    let lastTyped = -Infinity;
    await this.#browser.evaluate(`start('${kind}', ${JSON.stringify(options)})`);
    const { credential, error, message } = await eventually(
      `navigator.credentials.${kind} has an outcome`,
      async () => {
        const { tokens, triesAsked } = this.#requests.counts();
        const mayAsk = !this.#browser.asksTriesBeforePin || triesAsked > before.triesAsked;
        // What was typed before the dialog had the focus is lost: no token was asked for since, so it is typed again.
        const wanted = tokens > typed || performance.now() - lastTyped > 5000;
        if (withPin && mayAsk && wanted) {
          typed = tokens;
          lastTyped = performance.now();
          await this.#browser.answerPinDialog();
        }
        return (await this.#browser.evaluate('outcome')) as Outcome | undefined;
      },
      LIMIT,
      250,
    );
    if (!credential) throw new Error(`${error}: ${message}`);
    return credential;
  }
}

const bytes = (base64url: string): Uint8Array => Uint8Array.from(Buffer.from(base64url, 'base64url'));
