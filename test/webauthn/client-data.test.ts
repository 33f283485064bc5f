/** The client data, byte for byte (WebAuthn Level 3 §5.8.1.1, §5.8.1.2, §16). */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ccdToString,
  clientDataHash,
  serializeClientData,
  type ClientDataType,
} from '../../main/webauthn/client-data';
import { parseCaller, type CallerText } from '../../main/webauthn/origin';
import vectors from '../vectors/webauthn-l3-client-data.json';

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

function clientData(type: ClientDataType, challenge: Uint8Array, caller: CallerText): string {
  return textOf(serializeClientData(type, challenge, parseCaller(caller)));
}

describe('the serialisation', () => {
  const challenge = Uint8Array.of(0xfb, 0xff, 0);
  const origin = 'https://example.org';

  test.each<readonly [string, ClientDataType, CallerText, string]>([
    [
      'create',
      'webauthn.create',
      { origin },
      '{"type":"webauthn.create","challenge":"-_8A","origin":"https://example.org","crossOrigin":false}',
    ],
    [
      'get, with a port and in a script of its own',
      'webauthn.get',
      { origin: 'https://münchen.de:8443' },
      '{"type":"webauthn.get","challenge":"-_8A","origin":"https://xn--mnchen-3ya.de:8443","crossOrigin":false}',
    ],
    [
      'in a frame',
      'webauthn.get',
      { origin, topOrigin: 'https://example.com' },
      '{"type":"webauthn.get","challenge":"-_8A","origin":"https://example.org","crossOrigin":true,"topOrigin":"https://example.com"}',
    ],
    [
      'in a frame, when the browser does not say in what',
      'webauthn.get',
      { origin, crossOrigin: true },
      '{"type":"webauthn.get","challenge":"-_8A","origin":"https://example.org","crossOrigin":true}',
    ],
  ])('%s', (_what, type, caller, expected) => {
    expect(clientData(type, challenge, caller)).toBe(expected);
  });

  test('the hash is SHA-256 over exactly these bytes', () => {
    const bytes = serializeClientData('webauthn.get', challenge, parseCaller({ origin }));
    expect(Buffer.from(clientDataHash(bytes))).toEqual(createHash('sha256').update(bytes).digest());
  });
});

describe('CCDToString', () => {
  test.each([
    ['', '""'],
    ['https://example.org', '"https://example.org"'],
    ['a"b', String.raw`"a\"b"`],
    ['a\\b', String.raw`"a\\b"`],
    ['\0\b\t\n\f\r\x1f', String.raw`"\u0000\u0008\u0009\u000a\u000c\u000d\u001f"`],
    [' \x7f/\u2028é日💩', '" \x7f/\u2028é日💩"'],
    ['\ud83d', '"\ufffd"'],
    ['a\udca9\ud83db', '"a\ufffd\ufffdb"'],
  ])('%j', (text, expected) => {
    expect(textOf(ccdToString(text))).toBe(expected);
  });

  test('is JSON for the same text, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(textOf(ccdToString(text)))).toBe(text);
      }),
    );
  });
});

/** §5.8.1.2, written down here from the specification once more: what a site without a JSON parser does. */
function limitedVerification(
  bytes: Uint8Array,
  type: string,
  challenge: Uint8Array,
  origin: string,
  topOrigin?: string,
): boolean {
  const quoted = (text: string): string => `"${text}"`;
  let expected =
    `{"type":${quoted(type)},"challenge":${quoted(Buffer.from(challenge).toString('base64url'))}` +
    `,"origin":${quoted(origin)},"crossOrigin":`;
  expected += topOrigin === undefined ? 'false' : `true,"topOrigin":${quoted(topOrigin)}`;
  const text = textOf(bytes);
  return text.startsWith(expected) && ['}', ','].includes(text.charAt(expected.length));
}

test('a site that verifies by the beginning alone is content, and one that parses JSON, too', () => {
  const site = fc.constantFrom('https://example.org', 'https://example.com:8443', 'http://localhost:3000');
  const type = fc.constantFrom<ClientDataType>('webauthn.create', 'webauthn.get');
  fc.assert(
    fc.property(
      type,
      fc.uint8Array({ maxLength: 200 }),
      site,
      fc.option(site),
      (kind, challenge, origin, top) => {
        const topOrigin = top === null || top === origin ? undefined : top;
        const bytes = serializeClientData(kind, challenge, parseCaller({ origin, topOrigin }));
        expect(limitedVerification(bytes, kind, challenge, origin, topOrigin)).toBe(true);
        expect(JSON.parse(textOf(bytes))).toEqual({
          type: kind,
          challenge: Buffer.from(challenge).toString('base64url'),
          origin,
          crossOrigin: topOrigin !== undefined,
          ...(topOrigin !== undefined && { topOrigin }),
        });
      },
    ),
  );
});

describe('the test vectors of §16', () => {
  interface Members {
    readonly type: ClientDataType;
    readonly origin: string;
    readonly crossOrigin: boolean;
    readonly topOrigin?: string;
    readonly extraData?: string;
  }
  const cases = vectors.vectors.flatMap(({ section, registration, authentication }) => [
    [`${section}, create`, registration] as const,
    [`${section}, get`, authentication] as const,
  ]);

  test.each(cases)('%s', (_name, { challenge, clientDataJSON }) => {
    const expected = Buffer.from(clientDataJSON, 'hex').toString();
    const { type, origin, crossOrigin, topOrigin, extraData } = JSON.parse(expected) as Members;
    const made = clientData(type, Buffer.from(challenge, 'hex'), { origin, crossOrigin, topOrigin });
    // Members after the fixed ones are a client's own; Latchkey adds none.
    const own = extraData === undefined ? '' : `,"extraData":${JSON.stringify(extraData)}`;
    expect(`${made.slice(0, -1)}${own}}`).toBe(expected);
  });

  test('some of them cross origins, and some say what is on top', () => {
    const texts = cases.map(([, { clientDataJSON }]) => Buffer.from(clientDataJSON, 'hex').toString());
    expect(texts.some((text) => text.includes('"crossOrigin":true,"topOrigin"'))).toBe(true);
    expect(texts.some((text) => text.includes('"crossOrigin":true,"extraData"'))).toBe(true);
  });
});
