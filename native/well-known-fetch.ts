/** Small public files of web servers, over the `fetch` of Node or of a program that has its own. */
import type { WebAnswer, WellKnownFetch } from './ports.js';

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Node's `fetch` keeps no cookies and asks for no credentials; the options say so for others, too. */
const OPTIONS = {
  method: 'GET',
  headers: { accept: 'application/json' },
  cache: 'no-store',
  credentials: 'omit',
  // By hand: `follow` would take a step over http.
  redirect: 'manual',
  referrerPolicy: 'no-referrer',
} as const satisfies RequestInit;

export class WebWellKnownFetch implements WellKnownFetch {
  readonly #fetch: typeof fetch;

  constructor(fetchOfProgram: typeof fetch = fetch) {
    this.#fetch = fetchOfProgram;
  }

  async get(
    url: string,
    limits: { readonly bytes: number; readonly milliseconds: number },
    signal: AbortSignal,
  ): Promise<WebAnswer> {
    const whole = AbortSignal.any([signal, AbortSignal.timeout(limits.milliseconds)]);
    let at = new URL(url);
    for (let step = 0; step <= MAX_REDIRECTS; step++) {
      if (at.protocol !== 'https:' || at.username !== '' || at.password !== '')
        throw new Error(`led to an address that is not asked: ${at.protocol}//${at.host}`);
      const response = await this.#fetch(at, { ...OPTIONS, signal: whole });
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null) return await answerOf(response, limits.bytes);
      await response.body?.cancel();
      at = new URL(location, at);
    }
    throw new Error(`redirected more than ${MAX_REDIRECTS} times`);
  }
}

async function answerOf(response: Response, mostBytes: number): Promise<WebAnswer> {
  const contentType = response.headers.get('content-type') ?? undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.status !== 200) await response.body?.cancel();
  else
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      // Leaving the loop by an error ends the connection.
      if (length > mostBytes) throw new Error(`answered more than ${mostBytes} bytes`);
      chunks.push(chunk);
    }
  return {
    status: response.status,
    ...(contentType !== undefined && { contentType }),
    body: Uint8Array.from(Buffer.concat(chunks)),
  };
}
