/**
 * All the web there is for a browser in tests: every https host name leads here, and `http://localhost` with a port of its own. A page
 * that nobody wrote is an empty one.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { selfMadeCertificate } from './self-made-certificate';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface WebPage {
  /** What is in its body. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Names that are used; any other has a certificate that is not for it, which the browser is told not to mind. */
const NAMES = ['example.org', '*.example.org', 'localhost'];

export class WebSites {
  readonly #http: Server & { closeAllConnections(): void };
  readonly #https: Server & { closeAllConnections(): void };
  readonly #spkiHash: string;
  readonly #handlers = new Map<string, Handler>();
  readonly #pages = new Map<string, WebPage>();

  private constructor() {
    const { key, cert, spkiHash } = selfMadeCertificate(NAMES);
    this.#spkiHash = spkiHash;
    this.#http = createHttpServer((request, response) =>
      this.#answer(`http://${request.headers.host ?? ''}`, request, response),
    );
    this.#https = createHttpsServer({ key, cert }, (request, response) =>
      this.#answer(`https://${request.headers.host ?? ''}`, request, response),
    );
  }

  static async open(): Promise<WebSites> {
    const sites = new WebSites();
    for (const server of [sites.#http, sites.#https])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sites;
  }

  /** `http://localhost` with its port. */
  get local(): string {
    return `http://localhost:${portOf(this.#http)}`;
  }

  /** `https` with this name and a port, for a browser that takes 127.0.0.1 for every name. */
  named(name: string): string {
    return `https://${name}:${portOf(this.#https)}`;
  }

  /** For a Chromium that is to find them. */
  get switches(): readonly string[] {
    return [
      `--host-resolver-rules=MAP * 127.0.0.1:${portOf(this.#https)}, EXCLUDE localhost`,
      `--ignore-certificate-errors-spki-list=${this.#spkiHash}`,
    ];
  }

  /** What is at this address from now on; whoever knows no way to it asks {@link local} for `/?of=` with the address. */
  write(address: string, page: WebPage): void {
    this.#pages.set(address, page);
  }

  /** Somebody else answers for this whole origin. */
  give(origin: string, handler: Handler): void {
    this.#handlers.set(origin, handler);
  }

  async close(): Promise<void> {
    for (const server of [this.#http, this.#https]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #answer(origin: string, request: IncomingMessage, response: ServerResponse): void {
    const handler = this.#handlers.get(origin);
    if (handler) return handler(request, response);
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const { body = '', headers = {} } =
      this.#pages.get(searchParams.get('of') ?? `${origin}${pathname}`) ?? {};
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
    response.end(headers['Content-Type'] === undefined ? documentOf(origin, body) : body);
  }
}

function documentOf(origin: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${origin}</title><link rel="icon" href="data:,"><body>${body}`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
