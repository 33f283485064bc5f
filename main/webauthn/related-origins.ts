/** Using WebAuthn across related origins (WebAuthn Level 3 §5.11). */
import type { WellKnownFetch } from '../../native/ports';
import { isValidDomain, registrableOriginLabel } from './domain';
import { WebAuthnError } from './errors';
import type { Origin } from './origin';

/** §5.11: at least five. More would let one site speak for everybody. */
const MAX_LABELS = 5;
/** Bytes: several thousand origins. */
const MAX_BODY = 256 * 1024;
/** A person is waiting for a dialog. */
const MAX_MILLISECONDS = 10_000;

/** Whether a site lets another origin use its passkeys. */
export interface RelatedOrigins {
  /**
   * The related origins validation procedure (§5.11.1).
   * Rejects with {@link WebAuthnError}: `SecurityError` when the site does not say, `AbortError`.
   * @param rpId a valid domain, as the URL standard writes it
   */
  includes(rpId: string, origin: Origin, signal: AbortSignal): Promise<boolean>;
}

export class WellKnownRelatedOrigins implements RelatedOrigins {
  readonly #fetch: WellKnownFetch;

  constructor(fetch: WellKnownFetch) {
    this.#fetch = fetch;
  }

  async includes(rpId: string, origin: Origin, signal: AbortSignal): Promise<boolean> {
    const seen = new Set<string>();
    for (const item of await this.#listOf(rpId, signal)) {
      if (!URL.canParse(item)) continue;
      const url = new URL(item);
      // An opaque origin and an address have no registrable domain, so no label.
      if (url.origin === 'null' || !isValidDomain(url.hostname)) continue;
      const label = registrableOriginLabel(url.hostname);
      if (label === undefined) continue;
      if (seen.size >= MAX_LABELS && !seen.has(label)) continue;
      if (url.origin === origin.serialized) return true;
      seen.add(label);
    }
    return false;
  }

  async #listOf(rpId: string, signal: AbortSignal): Promise<readonly string[]> {
    const refused = (cause?: unknown): WebAuthnError =>
      new WebAuthnError('SecurityError', `${rpId} does not say which other sites may use its passkeys.`, {
        cause,
      });
    const limits = { bytes: MAX_BODY, milliseconds: MAX_MILLISECONDS };
    const answer = await this.#fetch
      .get(`https://${rpId}/.well-known/webauthn`, limits, signal)
      .catch((cause: unknown) => {
        if (signal.aborted) throw new WebAuthnError('AbortError', 'The request was cancelled.', { cause });
        throw refused(cause);
      });
    if (answer.status !== 200 || !isJson(answer.contentType)) throw refused();
    const list = originsOf(answer.body);
    if (list === undefined) throw refused();
    return list;
  }
}

/** The essence of the MIME type; parameters do not matter. */
function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** The strings of the member `origins`, or undefined when the body is not a JSON object that has such. */
function originsOf(body: Uint8Array): readonly string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const origins: unknown = 'origins' in value ? value.origins : undefined;
  return Array.isArray(origins) && origins.every((item) => typeof item === 'string') ? origins : undefined;
}
