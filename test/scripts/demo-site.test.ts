/** The demo site over HTTP, with passkeys of this device: what it takes, what a site has to refuse, and what its page may do. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create } from '../../main/webauthn/create';
import { get } from '../../main/webauthn/get';
import { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } from '../../main/webauthn/options-json';
import { authenticationToJSON, registrationToJSON } from '../../main/webauthn/response-json';
import { encodeBase64Url } from '../../main/webauthn/base64url';
import { DemoSite } from '../../scripts/demo-site/demo-site';
import { deviceInCeremony, type DeviceInCeremony } from '../support/ceremony-authenticators';

const RP_ID = 'example.org';
const ORIGIN = 'https://example.org';
const MINUTE = 60_000;

let now = 1_800_000_000_000;
let server: Server;
let device: DeviceInCeremony;

beforeAll(async () => {
  device = await deviceInCeremony();
  const site = new DemoSite({
    rpId: RP_ID,
    name: 'Demo',
    origins: [ORIGIN],
    related: ['https://example.net'],
    now: () => now,
  });
  server = createServer(site.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

function send(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port, path, method, headers: { host: 'example.org', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    sent.on('error', reject).end(body);
  });
}

interface Told {
  readonly status: number;
  readonly code?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly passkey?: { readonly id: string; readonly userVerified: boolean };
  readonly account?: {
    readonly id: string;
    readonly name: string;
    readonly displayName: string;
    readonly passkeys: readonly { readonly id: string; readonly name: string; readonly lastUsed?: number }[];
  };
}

type Changes = Readonly<{ challenge?: string; origin?: string; type?: string }>;

/** A browser with its cookie. */
class Visitor {
  cookie = '';

  async ask(path: string, body: object = {}): Promise<Told> {
    const { status, headers, text } = await send(`/api/${path}`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json', cookie: this.cookie },
      body: JSON.stringify(body),
    });
    const [cookie] = (headers['set-cookie'] ?? []) as readonly string[];
    if (cookie !== undefined) this.cookie = cookie.split(';')[0]!;
    return { status, ...(JSON.parse(text) as object) };
  }

  async newOptions(name: string, where = 'anywhere'): Promise<Readonly<Record<string, unknown>>> {
    const told = await this.ask('register/options', { name, displayName: '', where });
    expect(told.status).toBe(200);
    return told.options!;
  }

  async signInOptions(name = '', field = false): Promise<Readonly<Record<string, unknown>>> {
    const told = await this.ask('sign-in/options', { name, field });
    expect(told.status).toBe(200);
    return told.options!;
  }

  async register(name: string): Promise<Told> {
    return this.ask('register/finish', { answer: await made(await this.newOptions(name)) });
  }
}

function clientData(type: string, challenge: Uint8Array, changes: Changes): Uint8Array {
  const data = {
    type,
    challenge: encodeBase64Url(challenge),
    origin: ORIGIN,
    crossOrigin: false,
    ...changes,
  };
  return Uint8Array.from(Buffer.from(JSON.stringify(data)));
}

/** A new passkey on this device, as a browser gives it to the page. */
async function made(json: object, changes: Changes = {}, rpId = RP_ID): Promise<object> {
  const options = parseCreationOptionsFromJSON(json);
  const clientDataJSON = clientData('webauthn.create', options.challenge, changes);
  return registrationToJSON(await create(device, { options, rpId, clientDataJSON }));
}

/** A sign-in with the passkey `id`. */
async function used(json: object, id: string, changes: Changes = {}): Promise<SignIn> {
  const allowed = { ...json, allowCredentials: [{ type: 'public-key', id }] };
  const options = parseRequestOptionsFromJSON(allowed);
  const clientDataJSON = clientData('webauthn.get', options.challenge, changes);
  return authenticationToJSON(
    await get(device, {
      options,
      rpId: RP_ID,
      clientDataJSON,
      chooseAccount: () => Promise.reject(new Error('there is one only')),
    }),
  );
}

type SignIn = ReturnType<typeof authenticationToJSON>;

describe('a visitor', () => {
  it('makes an account with a passkey, signs out, and signs in again', async () => {
    const ada = new Visitor();
    expect((await ada.ask('account')).account).toBeUndefined();
    const { account, passkey, ...registered } = await ada.register('ada');
    expect(registered.status).toBe(200);
    expect(account).toMatchObject({ name: 'ada', displayName: 'ada', passkeys: [{ name: 'Passkey 1' }] });
    expect(passkey).toMatchObject({ userVerified: true, attachment: 'platform', synced: false });
    expect((await ada.ask('account')).account).toEqual(account);

    expect((await ada.ask('sign-out')).account).toBeUndefined();
    now += MINUTE;
    const answer = await used(await ada.signInOptions(), passkey!.id);
    expect((await ada.ask('sign-in/finish', { answer })).account).toMatchObject({
      name: 'ada',
      passkeys: [{ lastUsed: now }],
    });
  });

  it('is another one with another cookie', async () => {
    const bob = new Visitor();
    await bob.register('bob');
    expect((await new Visitor().ask('account')).account).toBeUndefined();
    const thief = new Visitor();
    await thief.ask('account');
    const before = thief.cookie;
    await thief.register('thief');
    // What was known before signing in opens nothing after it.
    const late = new Visitor();
    late.cookie = before;
    expect((await late.ask('account')).account).toBeUndefined();
  });

  it('renames and deletes passkeys, adds others, and renames the account', async () => {
    const eve = new Visitor();
    const { account } = await eve.register('eve');
    const [first] = account!.passkeys;
    await eve.ask('passkey/rename', { id: first!.id, name: 'Laptop' });
    const options = await eve.newOptions('');
    expect(options['excludeCredentials']).toMatchObject([{ id: first!.id, transports: ['internal'] }]);
    expect(options['user']).toMatchObject({ id: account!.id, name: 'eve' });
    const renamed = await eve.ask('account/rename', { name: 'Eve', displayName: 'Eve E.' });
    expect(renamed.account).toMatchObject({ id: account!.id, name: 'Eve', displayName: 'Eve E.' });
    expect(renamed.account!.passkeys).toMatchObject([{ name: 'Laptop' }]);
    const left = await eve.ask('passkey/delete', { id: first!.id });
    expect(left.account!.passkeys).toEqual([]);
    // The device still has it; the site knows it no more.
    await eve.ask('sign-out');
    const answer = await used(await eve.signInOptions(), first!.id);
    expect(await eve.ask('sign-in/finish', { answer })).toMatchObject({
      status: 404,
      code: 'unknown-passkey',
    });
  });

  it('is asked for the place that was chosen', async () => {
    const visitor = new Visitor();
    expect(await visitor.newOptions('hal', 'security-key')).toMatchObject({
      hints: ['security-key'],
      authenticatorSelection: { authenticatorAttachment: 'cross-platform', residentKey: 'required' },
    });
    expect(await visitor.newOptions('hal', 'this-device')).toMatchObject({
      authenticatorSelection: { authenticatorAttachment: 'platform' },
    });
    expect(await visitor.newOptions('hal')).not.toHaveProperty(
      'authenticatorSelection.authenticatorAttachment',
    );
  });

  it('is asked for passkeys of the name that was typed, or for any', async () => {
    const visitor = new Visitor();
    const { passkey } = await visitor.register('ivy');
    await visitor.ask('sign-out');
    expect((await visitor.signInOptions('IVY'))['allowCredentials']).toMatchObject([{ id: passkey!.id }]);
    expect((await visitor.signInOptions())['allowCredentials'] ?? []).toEqual([]);
    expect(await visitor.ask('sign-in/options', { name: 'nobody', field: false })).toMatchObject({
      status: 404,
      code: 'no-account',
    });
    // Of a name without passkeys it asks for none: an empty list would be for any.
    await visitor.ask('sign-in/finish', { answer: await used(await visitor.signInOptions(), passkey!.id) });
    await visitor.ask('passkey/delete', { id: passkey!.id });
    expect(await visitor.ask('sign-in/options', { name: 'ivy', field: false })).toMatchObject({
      status: 404,
      code: 'no-passkeys',
    });
  });
});

describe('a new passkey is refused', () => {
  const finish = (visitor: Visitor, answer: object): Promise<Told> =>
    visitor.ask('register/finish', { answer });

  it.each<readonly [string, Changes, string]>([
    ['for a challenge of nobody', { challenge: encodeBase64Url(new Uint8Array(32)) }, 'no-such-challenge'],
    ['from another origin', { origin: 'https://example.com' }, 'not-valid'],
    ['from a subdomain', { origin: 'https://www.example.org' }, 'not-valid'],
    ['that says it is a sign-in', { type: 'webauthn.get' }, 'not-valid'],
  ])('%s', async (_, changes, code) => {
    const visitor = new Visitor();
    const answer = await made(await visitor.newOptions('mallory'), changes);
    expect(await finish(visitor, answer)).toMatchObject({ status: 400, code });
    expect((await visitor.ask('account')).account).toBeUndefined();
  });

  it('of another site', async () => {
    const visitor = new Visitor();
    const answer = await made(await visitor.newOptions('mallory'), {}, 'example.com');
    expect(await finish(visitor, answer)).toMatchObject({ status: 400, code: 'not-valid' });
  });

  it('for the challenge of another visitor', async () => {
    const answer = await made(await new Visitor().newOptions('mallory'));
    expect(await finish(new Visitor(), answer)).toMatchObject({ code: 'no-such-challenge' });
  });

  it('a second time, also where the first was refused', async () => {
    const visitor = new Visitor();
    const options = await visitor.newOptions('judy');
    const answer = await made(options);
    expect(await finish(visitor, await made(options, { origin: 'https://example.com' }))).toMatchObject({
      code: 'not-valid',
    });
    expect(await finish(visitor, answer)).toMatchObject({ code: 'no-such-challenge' });
    const fresh = await made(await visitor.newOptions('judy'));
    expect((await finish(visitor, fresh)).status).toBe(200);
    expect(await finish(visitor, fresh)).toMatchObject({ code: 'no-such-challenge' });
  });

  it('when it comes too late', async () => {
    const visitor = new Visitor();
    const answer = await made(await visitor.newOptions('late'));
    now += 7 * MINUTE;
    expect(await finish(visitor, answer)).toMatchObject({ code: 'no-such-challenge' });
  });

  it('for the account of somebody who has signed out since', async () => {
    const visitor = new Visitor();
    await visitor.register('olga');
    const other = await made({ ...(await visitor.newOptions('')), excludeCredentials: [] });
    await visitor.ask('sign-out');
    expect(await finish(visitor, other)).toMatchObject({ status: 401, code: 'signed-out' });
  });

  it('under a name that somebody has, and without any', async () => {
    const [first, second] = [new Visitor(), new Visitor()];
    const answer = await made(await second.newOptions('paul'));
    await first.register('Paul');
    expect(await finish(second, answer)).toMatchObject({ status: 409, code: 'name-taken' });
    const wish = { displayName: '', where: 'anywhere' };
    expect(await second.ask('register/options', { ...wish, name: 'PAUL' })).toMatchObject({
      code: 'name-taken',
    });
    expect(await second.ask('register/options', { ...wish, name: ' ' })).toMatchObject({ code: 'no-name' });
  });

  it('when it makes no sense', async () => {
    const visitor = new Visitor();
    const answer = (await made(await visitor.newOptions('peggy'))) as Record<string, object>;
    const broken = { ...answer, response: { ...answer['response'], attestationObject: 'oA' } };
    expect(await finish(visitor, broken)).toMatchObject({ status: 400, code: 'not-valid' });
    expect(await finish(visitor, { id: 'x', response: { clientDataJSON: '!' } })).toMatchObject({
      code: 'not-valid',
    });
    expect(await finish(visitor, {})).toMatchObject({ status: 400, code: 'bad-request' });
  });
});

describe('a sign-in is refused', () => {
  const visitor = new Visitor();
  let id = '';
  beforeAll(async () => {
    id = (await visitor.register('sybil')).passkey!.id;
    await visitor.ask('sign-out');
  });
  const finish = (answer: object): Promise<Told> => visitor.ask('sign-in/finish', { answer });
  const notValid = (why: string): object => ({
    code: 'not-valid',
    message: expect.stringContaining(why) as string,
  });
  const change = (answer: SignIn, changes: object): object => ({
    ...answer,
    response: { ...answer.response, ...changes },
  });

  it.each<readonly [string, Changes, string]>([
    ['for a challenge of nobody', { challenge: encodeBase64Url(new Uint8Array(32)) }, 'no-such-challenge'],
    ['from another origin', { origin: 'https://example.com' }, 'not-valid'],
    ['that says it is a new passkey', { type: 'webauthn.create' }, 'not-valid'],
  ])('%s', async (_, changes, code) => {
    const answer = await used(await visitor.signInOptions(), id, changes);
    expect(await finish(answer)).toMatchObject({ status: 400, code });
    expect((await visitor.ask('account')).account).toBeUndefined();
  });

  it('a second time', async () => {
    const answer = await used(await visitor.signInOptions(), id);
    expect((await finish(answer)).status).toBe(200);
    await visitor.ask('sign-out');
    expect(await finish(answer)).toMatchObject({ code: 'no-such-challenge' });
  });

  it('with the challenge of a new passkey', async () => {
    const { challenge } = await visitor.newOptions('somebody new');
    const answer = await used({ challenge, rpId: RP_ID }, id);
    expect(await finish(answer)).toMatchObject({ code: 'no-such-challenge' });
  });

  it('when it comes too late; a field for passkeys waits longer', async () => {
    const answer = await used(await visitor.signInOptions(), id);
    const inField = await used(await visitor.signInOptions('', true), id);
    now += 7 * MINUTE;
    expect(await finish(answer)).toMatchObject({ code: 'no-such-challenge' });
    expect((await finish(inField)).status).toBe(200);
    await visitor.ask('sign-out');
  });

  it('with a signature by another passkey, and with another user than its own', async () => {
    const other = new Visitor();
    const foreign = (await other.register('trent')).passkey!.id;
    const answer = await used(await visitor.signInOptions('sybil'), foreign);
    expect(await finish({ ...change(answer, { userHandle: undefined }), id, rawId: id })).toMatchObject(
      notValid('the signature'),
    );
    const own = await used(await visitor.signInOptions(), id);
    expect(await finish(change(own, { userHandle: encodeBase64Url(new Uint8Array(32)) }))).toMatchObject(
      notValid('another user'),
    );
  });

  it('with a passkey of another account than the one that was named', async () => {
    const foreign = (await new Visitor().register('wendy')).passkey!.id;
    expect(await finish(await used(await visitor.signInOptions('sybil'), foreign))).toMatchObject(
      notValid('another account'),
    );
    expect((await visitor.ask('account')).account).toBeUndefined();
  });

  it('without a user where none was named; where one was, it is known', async () => {
    const open = await used(await visitor.signInOptions(), id);
    expect(await finish(change(open, { userHandle: undefined }))).toMatchObject(notValid('another user'));
    const named = await used(await visitor.signInOptions('sybil'), id);
    expect((await finish(change(named, { userHandle: undefined }))).status).toBe(200);
    await visitor.ask('sign-out');
  });
});

describe('what belongs to somebody is refused to all others', () => {
  it.each([
    ['passkey/rename', { id: 'x', name: 'y' }],
    ['passkey/delete', { id: 'x' }],
    ['account/rename', { name: 'x', displayName: '' }],
  ])('%s', async (path, body) => {
    expect(await new Visitor().ask(path, body)).toMatchObject({ status: 401, code: 'signed-out' });
  });

  it('a passkey of another account', async () => {
    const id = (await new Visitor().register('victor')).passkey!.id;
    const walter = new Visitor();
    await walter.register('walter');
    expect((await walter.ask('passkey/delete', { id })).status).toBe(404);
    expect((await walter.ask('passkey/rename', { id, name: 'mine' })).status).toBe(404);
    expect(await walter.ask('account/rename', { name: 'VICTOR', displayName: '' })).toMatchObject({
      code: 'name-taken',
    });
  });
});

describe('a request is refused', () => {
  const json = { origin: ORIGIN, 'content-type': 'application/json' };
  it.each<readonly [string, string, Parameters<typeof send>[1], number]>([
    ['under another name', '/', { headers: { host: 'evil.example' } }, 421],
    [
      'by a page of another site',
      '/api/account',
      { method: 'POST', headers: { ...json, origin: 'https://evil.example' }, body: '{}' },
      403,
    ],
    [
      'by a page of the other scheme',
      '/api/account',
      { method: 'POST', headers: { ...json, origin: 'http://example.org' }, body: '{}' },
      403,
    ],
    [
      'by a form',
      '/api/account',
      { method: 'POST', headers: { origin: ORIGIN, 'content-type': 'text/plain' }, body: '{}' },
      405,
    ],
    ['by a link', '/api/sign-out', {}, 405],
    ['that is no JSON', '/api/account', { method: 'POST', headers: json, body: '{' }, 400],
    ['that is too long', '/api/account', { method: 'POST', headers: json, body: ' '.repeat(70_000) }, 413],
    ['for what is not there', '/../demo-site.ts', {}, 404],
  ])('%s', async (_, path, options, status) => {
    expect((await send(path, options)).status).toBe(status);
  });
});

it('the page loads nothing from elsewhere, is in no frame, and its cookie is for the server alone', async () => {
  const { headers, text } = await send('/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  for (const [, file] of text.matchAll(/(?:src|href)="([^"]+)"/g))
    expect((await send(`/${file}`)).status).toBe(200);
  const account = await send('/api/account', {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json' },
    body: '{}',
  });
  const [cookie] = account.headers['set-cookie'] as readonly string[];
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
});

it('what the scripts of the page import is there', async () => {
  const { text } = await send('/demo.js');
  const imported = [...text.matchAll(/ from '\.(\/[^']+)'/g)].map(([, file]) => String(file));
  expect(imported.length).toBeGreaterThan(3);
  for (const file of imported) expect((await send(file)).headers['content-type']).toContain('javascript');
});

it('origins that are related are listed, and may use it', async () => {
  expect(JSON.parse((await send('/.well-known/webauthn')).text)).toEqual({
    origins: ['https://example.net'],
  });
  const visitor = new Visitor();
  const answer = await made(await visitor.newOptions('xavier'), { origin: 'https://example.net' });
  expect((await visitor.ask('register/finish', { answer })).status).toBe(200);
});
