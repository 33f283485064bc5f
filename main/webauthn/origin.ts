/** Who calls `create` or `get`: its origin, and what it is embedded in (WebAuthn Level 3 §5.1.3 and §5.1.4; HTML "Origin"). */
import { displayedHost } from './displayed-host';
import { WebAuthnError } from './errors';

/** A tuple origin of a secure context (W3C Secure Contexts §3.1). */
export interface Origin {
  /** The ASCII serialisation (HTML §7.1.1): lower case, A-labels, no default port. It goes into the client data. */
  readonly serialized: string;
  /** Lower case, A-labels; an IPv6 address in brackets. With a dot at the end when the caller has one: another host. */
  readonly host: string;
  /** For people, in full: as `serialized`, but with labels in their own script where they cannot be mistaken for others. */
  readonly displayed: string;
}

export interface Caller {
  readonly origin: Origin;
  /** It is in a frame, and one of the pages around it has another origin (the inverse of `sameOriginWithAncestors`). */
  readonly crossOrigin: boolean;
  /** What the address bar shows. Only with `crossOrigin`, and then unless the browser does not say. */
  readonly topOrigin?: Origin;
}

/** How a browser or a command line says who calls. */
export interface CallerText {
  readonly origin: string;
  readonly topOrigin?: string;
  /** Absent: true when there is a `topOrigin` and it is another. */
  readonly crossOrigin?: boolean;
}

/**
 * Scheme, host and port, as a browser writes them, or as people do: upper case, the default port, a slash at the end, and names
 * that are not in ASCII. Neither user information nor percent-encoding, backslashes, white space or anything after the port.
 */
const ORIGIN =
  /^[a-z][a-z0-9+.-]*:\/\/(?<host>\[[0-9a-f:.]+\]|[^\s\p{Cc}/?#@%\\:[\]]+)(?<port>:[0-9]{1,5})?\/?$/iu;

/** Far above the 253 characters of a host. */
const LONGEST = 2048;

const NOT_AN_ORIGIN = 'The address of the page that asks is not one that can use passkeys.';

/** IPv6 in brackets, or IPv4: the URL standard makes an IPv4 address of every host whose last label is a number, or fails. */
function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[0-9]+(\.[0-9]+){3}$/.test(host);
}

/** W3C Secure Contexts §3.1: of the origins without TLS, those that stay on this machine. */
function staysHere(host: string): boolean {
  return (
    /^(.+\.)?localhost\.?$/.test(host) || host === '[::1]' || (isAddress(host) && host.startsWith('127.'))
  );
}

/** `data:`, `file:`, an extension's: schemes whose pages have an origin of their own that nothing equals. */
function isOpaque(text: string): boolean {
  if (text === 'null') return true;
  return URL.canParse(text) && new URL(text).origin === 'null';
}

/**
 * Throws {@link WebAuthnError}: `NotAllowedError` for an opaque origin (§5.1.3 step 6), `SecurityError` for what is not an origin and
 * for one without TLS that does not stay on this machine.
 */
export function parseOrigin(text: string): Origin {
  if (text.length > LONGEST) throw new WebAuthnError('SecurityError', NOT_AN_ORIGIN);
  if (isOpaque(text))
    throw new WebAuthnError(
      'NotAllowedError',
      'The page that asks has no address of its own, so it has no passkeys.',
    );
  if (!ORIGIN.test(text) || !URL.canParse(text)) throw new WebAuthnError('SecurityError', NOT_AN_ORIGIN);
  const url = new URL(text);
  const host = url.hostname;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && staysHere(host)))
    throw new WebAuthnError('SecurityError', 'Passkeys are for pages whose address begins with https.');
  return {
    serialized: url.origin,
    host,
    displayed: url.origin.replace(host, () => displayedHost(host)),
  };
}

/** Throws {@link WebAuthnError} as {@link parseOrigin} does, and `TypeError` when the three contradict each other. */
export function parseCaller(text: CallerText): Caller {
  const origin = parseOrigin(text.origin);
  const topOrigin = text.topOrigin === undefined ? undefined : parseOrigin(text.topOrigin);
  const embeddedInAnother = topOrigin !== undefined && topOrigin.serialized !== origin.serialized;
  const crossOrigin = text.crossOrigin ?? embeddedInAnother;
  if (embeddedInAnother && !crossOrigin)
    throw new WebAuthnError('TypeError', 'A page inside one of another origin cannot be of the same origin.');
  return { origin, crossOrigin, ...(crossOrigin && topOrigin !== undefined && { topOrigin }) };
}
