/**
 * The demo site over HTTP: one page, what it asks for as JSON, and nothing from anywhere else. Under which names it is reached, and
 * whether by TLS, is the caller's business.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as v from 'valibot';
import { projectRoot } from '../places.mjs';
import type { Passkey } from './accounts';
import { Refusal } from './refusal';
import {
  RelyingParty,
  Visit,
  type RegistrationAnswer,
  type RelyingPartyOptions,
  type SignInAnswer,
} from './relying-party';

export interface DemoSiteOptions extends RelyingPartyOptions {
  /** Other origins that may use its passkeys (WebAuthn Level 3 §5.11), listed where browsers look for them. */
  readonly related?: readonly string[];
}

const COOKIE = 'demo-site';
/** Bytes of a request. */
const LONGEST_BODY = 65_536;
const MOST_VISITS = 1000;

const page = join(projectRoot, 'scripts', 'demo-site', 'page');
const scripts = ['demo.js', 'browser.js', 'server.js', 'view.js', 'words.js'];
const files = new Map<string, readonly [file: string, type: string]>([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/demo.css', ['demo.css', 'text/css; charset=utf-8']],
  ...scripts.map((file) => [`/${file}`, [file, 'text/javascript; charset=utf-8']] as const),
]);

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'Permissions-Policy': 'publickey-credentials-create=(self), publickey-credentials-get=(self)',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const name = v.pipe(v.string(), v.trim(), v.maxLength(64));
const someName = v.pipe(name, v.nonEmpty());
const id = v.pipe(v.string(), v.maxLength(2048));
const answer = v.looseObject({ id, response: v.looseObject({ clientDataJSON: v.string() }) });

interface Call {
  readonly site: RelyingParty;
  readonly visit: Visit;
}

/** One thing that the page asks for: what it sends, and what is done with it. */
function call<const S extends v.GenericSchema>(
  schema: S,
  run: (call: Call, body: v.InferOutput<S>) => unknown,
): (call: Call, body: unknown) => unknown {
  return (at, body) => {
    const { success, output } = v.safeParse(schema, body);
    if (!success) throw new Refusal(400, 'bad-request', 'The page has sent something that makes no sense.');
    return run(at, output);
  };
}

const calls: ReadonlyMap<string, (call: Call, body: unknown) => unknown> = new Map([
  ['/api/account', call(v.object({}), () => ({}))],
  [
    '/api/register/options',
    call(
      v.object({ name, displayName: name, where: v.picklist(['anywhere', 'this-device', 'security-key']) }),
      async ({ site, visit }, wish) => ({ options: await site.askForNew(visit, wish) }),
    ),
  ],
  [
    '/api/register/finish',
    call(v.object({ answer }), async ({ site, visit }, body) => ({
      // The library looks at the rest of it, and throws.
      passkey: shown(await site.takeNew(visit, body.answer as unknown as RegistrationAnswer)),
    })),
  ],
  [
    '/api/sign-in/options',
    call(v.object({ name, field: v.boolean() }), async ({ site, visit }, body) => ({
      options: await site.askToSignIn(visit, body.name, body.field),
    })),
  ],
  [
    '/api/sign-in/finish',
    call(v.object({ answer }), async ({ site, visit }, body) => ({
      passkey: shown(await site.takeSignIn(visit, body.answer as unknown as SignInAnswer)),
    })),
  ],
  [
    '/api/passkey/rename',
    call(v.object({ id, name: someName }), ({ site, visit }, body) =>
      site.renamePasskey(visit, body.id, body.name),
    ),
  ],
  [
    '/api/passkey/delete',
    call(v.object({ id }), ({ site, visit }, body) => site.deletePasskey(visit, body.id)),
  ],
  [
    '/api/account/rename',
    call(v.object({ name: someName, displayName: name }), ({ site, visit }, body) =>
      site.renameAccount(visit, body.name, body.displayName),
    ),
  ],
  [
    '/api/sign-out',
    call(v.object({}), ({ visit }) => {
      visit.account = undefined;
    }),
  ],
]);

export class DemoSite {
  readonly site: RelyingParty;
  readonly #origins: readonly string[];
  readonly #related: readonly string[];
  readonly #visits = new Map<string, Visit>();

  constructor({ related = [], ...options }: DemoSiteOptions) {
    this.site = new RelyingParty({ ...options, origins: [...options.origins, ...related] });
    this.#origins = [...options.origins, ...related];
    this.#related = related;
  }

  /** For `createServer` of node:http and node:https. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#answer(request, response).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, 'broken', 'The site has made a mistake of its own.');
      if (refusal !== error) console.error(error);
      send(response, refusal.status, JSON.stringify({ code: refusal.code, message: refusal.message }));
    });
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const origin = this.#origins.find((one) => new URL(one).host === request.headers.host);
    // Another name that leads here (DNS rebinding) is no name of this site.
    if (origin === undefined) throw new Refusal(421, 'wrong-host', 'This is not the site of that name.');

    const file = files.get(pathname);
    if (file && request.method === 'GET') {
      send(response, 200, readFileSync(join(page, file[0])), file[1]);
    } else if (pathname === '/.well-known/webauthn' && this.#related.length > 0) {
      send(response, 200, JSON.stringify({ origins: this.#related }));
    } else {
      const run = calls.get(pathname);
      if (!run) throw new Refusal(404, 'not-found', 'There is nothing at that address.');
      await this.#call(run, origin, request, response);
    }
  }

  async #call(
    run: (call: Call, body: unknown) => unknown,
    origin: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    // Not from a form or a script of another site (CSRF).
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json')
      throw new Refusal(405, 'not-json', 'This is asked by POST with JSON.');
    if (request.headers.origin !== origin)
      throw new Refusal(403, 'wrong-origin', 'Only the pages of this site may ask for that.');
    const body = await bodyOf(request);
    const known = cookieOf(request);
    const visit = this.#visits.get(known) ?? new Visit();
    const before = visit.account;
    const result = await run({ site: this.site, visit }, body);
    // Who signs in or out is somebody else from now on: an identifier that was known before is worth nothing then.
    const isSame = known !== '' && this.#visits.has(known) && visit.account === before;
    const session = isSame ? known : this.#newSession(known, visit);
    const secure = origin.startsWith('https:') ? '; Secure' : '';
    response.setHeader('Set-Cookie', `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Strict${secure}`);
    const { account } = visit;
    send(
      response,
      200,
      JSON.stringify({
        ...(result as object | undefined),
        rpId: this.site.rpId,
        account: account && {
          id: account.id,
          name: account.name,
          displayName: account.displayName,
          passkeys: account.passkeys.map(shown),
        },
      }),
    );
  }

  #newSession(old: string, visit: Visit): string {
    this.#visits.delete(old);
    const session = randomBytes(32).toString('base64url');
    this.#visits.set(session, visit);
    for (const oldest of this.#visits.keys()) {
      if (this.#visits.size <= MOST_VISITS) break;
      this.#visits.delete(oldest);
    }
    return session;
  }
}

/** What the page is told of a passkey. */
function shown({ publicKey: _, counter: __, ...rest }: Passkey): object {
  return rest;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Refusal(413, 'too-long', 'That is too long.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    throw new Refusal(400, 'bad-request', 'That is no JSON.');
  }
}

function cookieOf(request: IncomingMessage): string {
  const found = (request.headers.cookie ?? '').split('; ').find((cookie) => cookie.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? '';
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  type = 'application/json',
): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': type }).end(body);
}
