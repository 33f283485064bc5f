/**
 * Fetching a well-known file (WebAuthn Level 3 §5.11) with Node's own `fetch`, from a web server on this machine. The server has no
 * certificate, so the `fetch` that is handed in goes to it by http whatever site is asked.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebWellKnownFetch } from '../../native/well-known-fetch';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const URL_ASKED = 'https://example.com/.well-known/webauthn';
const LIMITS = { bytes: 1000, milliseconds: 60_000 };

let server: Server;
let requests: IncomingMessage[];
let answer: Answer;
let closed: Promise<void>;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  closed = new Promise((resolve) =>
    server.on('connection', (socket) => socket.once('close', () => resolve())),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** Takes the site's name along, as the proxy of a company would. */
const throughServer: typeof fetch = (input, init) => {
  const url = input as URL;
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/${url.host}${url.pathname}`, init);
};

function get(limits = LIMITS, signal = new AbortController().signal): ReturnType<WebWellKnownFetch['get']> {
  return new WebWellKnownFetch(throughServer).get(URL_ASKED, limits, signal);
}

const redirect =
  (location: string, status = 302): Answer =>
  (_request, response) =>
    response.writeHead(status, { location }).end();

describe('a file', () => {
  test('comes with its status, its type and its bytes', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json; x=y' }).end('{"a":1}');
    expect(await get()).toEqual({
      status: 200,
      contentType: 'application/json; x=y',
      body: Uint8Array.from(Buffer.from('{"a":1}')),
    });
  });

  test('is asked for without cookies, credentials or referrer', async () => {
    answer = (_request, response) => response.writeHead(200, { 'set-cookie': 'a=b; Path=/' }).end();
    await get();
    await get();
    expect(requests).toHaveLength(2);
    for (const { method, url, headers } of requests) {
      expect({ method, url }).toEqual({ method: 'GET', url: '/example.com/.well-known/webauthn' });
      expect(headers.accept).toBe('application/json');
      for (const name of ['cookie', 'authorization', 'referer', 'origin'])
        expect(headers).not.toHaveProperty(name);
    }
  });

  test('with another status has no body, however long it is', async () => {
    answer = (_request, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('x'.repeat(5000));
    expect(await get()).toEqual({ status: 404, contentType: 'text/html', body: new Uint8Array() });
  });

  test('without a type', async () => {
    answer = (_request, response) => response.writeHead(200).end();
    expect(await get()).toEqual({ status: 200, body: new Uint8Array() });
  });
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i to https is followed', async (status) => {
    answer = (request, response) =>
      request.url === '/www.example.com/passkeys.json'
        ? response.writeHead(200).end('yes')
        : redirect('https://www.example.com/passkeys.json', status)(request, response);
    expect((await get()).body).toEqual(Uint8Array.from(Buffer.from('yes')));
  });

  test('to a path stays on the site', async () => {
    answer = (request, response) =>
      request.url === '/example.com/other'
        ? response.writeHead(200).end()
        : redirect('/other')(request, response);
    expect((await get()).status).toBe(200);
  });

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'data:application/json,{}',
    'https://user@example.com/',
  ])('to %s is not followed', async (location) => {
    answer = redirect(location);
    await expect(get()).rejects.toThrow('led to an address that is not asked');
    expect(requests).toHaveLength(1);
  });

  test('without end are given up', async () => {
    answer = redirect('/again');
    await expect(get()).rejects.toThrow('redirected more than 5 times');
    expect(requests).toHaveLength(6);
  });

  test('that lead nowhere are an answer', async () => {
    answer = (_request, response) => response.writeHead(302).end();
    expect((await get()).status).toBe(302);
  });
});

describe('limits', () => {
  test('as many bytes as allowed, and one more', async () => {
    answer = (_request, response) => response.writeHead(200).end('x'.repeat(1000));
    expect((await get()).body).toHaveLength(1000);
    answer = (_request, response) => response.writeHead(200).end('x'.repeat(1001));
    await expect(get()).rejects.toThrow('more than 1000 bytes');
  });

  test('a body that never ends is left', async () => {
    answer = (_request, response) => {
      response.writeHead(200);
      const more = (): boolean => response.write('x'.repeat(100));
      response.on('drain', more);
      while (more());
    };
    await expect(get()).rejects.toThrow('more than 1000 bytes');
    await closed;
  });

  test('a server that never answers is left', async () => {
    answer = () => undefined;
    await expect(get({ bytes: 1000, milliseconds: 50 })).rejects.toThrow(/timeout/i);
    await closed;
  });

  test('a server that begins and never ends is left', async () => {
    answer = (_request, response) => response.writeHead(200).write('{');
    await expect(get({ bytes: 1000, milliseconds: 50 })).rejects.toThrow(/timeout/i);
    await closed;
  });

  test('whoever asked may give up', async () => {
    const controller = new AbortController();
    answer = () => controller.abort();
    await expect(get(LIMITS, controller.signal)).rejects.toThrow(/abort/i);
    await closed;
  });
});

test('nothing but https is asked', async () => {
  const asking = new WebWellKnownFetch(throughServer).get(
    'http://example.com/',
    LIMITS,
    new AbortController().signal,
  );
  await expect(asking).rejects.toThrow('led to an address that is not asked');
  expect(requests).toHaveLength(0);
});
