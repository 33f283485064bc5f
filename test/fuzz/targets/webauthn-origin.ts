/**
 * Origins and RP IDs as somebody hostile writes them (WebAuthn Level 3 §5.1.3 steps 6 to 8): whatever is accepted is what the URL standard
 * makes of it, and an RP ID is the caller's own domain or one above it.
 */
import { parseDomain } from '../../../main/webauthn/domain';
import { WebAuthnError } from '../../../main/webauthn/errors';
import { parseCaller, type Caller } from '../../../main/webauthn/origin';
import type { RelatedOrigins } from '../../../main/webauthn/related-origins';
import { determineRpId } from '../../../main/webauthn/rp-id';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const pieces = [
  ...[
    'https',
    'HTTP',
    'wss',
    'data',
    'null',
    '://',
    ':',
    '/',
    '//',
    '\\',
    '@',
    '?',
    '#',
    '.',
    '..',
    '%61',
    '%2e',
  ],
  ...[
    'example',
    'contoso',
    'con1oso',
    'com',
    'co.uk',
    'github.io',
    'kawasaki.jp',
    'localhost',
    '127.0.0.1',
    '[::1]',
  ],
  ...[
    '0x7f',
    '1',
    '65536',
    '8443',
    'xn--',
    'xn--80ak6aa92e',
    'аррӏе',
    'münchen',
    'faß',
    '。',
    'ｅ',
    '\u00ad',
    '\u200d',
  ],
  ...[' ', '\t', '\n', '\0', '_', '-', 'a'.repeat(64), '💩', '\ud800', 'İ', '٣', '\u202e', 'مثال'],
];

function textOf(choices: Choices): string {
  let text = choices.pick([
    '',
    'https://',
    'https://example.com',
    'https://login.contoso.com:8443',
    'example.com',
  ]);
  for (let more = choices.below(6); more > 0; more--)
    text += choices.below(8) === 0 ? choices.text() : choices.pick(pieces);
  return text;
}

/** A list that says yes to everybody, or to nobody. */
const related = (answer: boolean): RelatedOrigins => ({ includes: () => Promise.resolve(answer) });

function callerOf(origin: string, topOrigin: string | undefined): Caller | undefined {
  try {
    return parseCaller({ origin, topOrigin });
  } catch (error) {
    if (!(error instanceof WebAuthnError)) throw error;
    expectThat(
      ['NotAllowedError', 'SecurityError'].includes(error.name),
      'refused with a name of the specification',
    );
    return undefined;
  }
}

async function rpIdOf(
  caller: Caller,
  claimed: string | undefined,
  answer: boolean,
): Promise<string | undefined> {
  try {
    return await determineRpId(caller, claimed, related(answer), new AbortController().signal);
  } catch (error) {
    if (!(error instanceof WebAuthnError)) throw error;
    expectThat(error.name === 'SecurityError', 'refused with a SecurityError');
    return undefined;
  }
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const text = textOf(choices);
  const caller = callerOf(text, choices.flag() ? textOf(choices) : undefined);
  const claimed = choices.below(4) === 0 ? undefined : textOf(choices);
  const domain = claimed === undefined ? undefined : parseDomain(claimed);
  if (domain !== undefined) {
    expectThat(
      /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(domain) && domain.length <= 253,
      'a domain is one',
    );
    expectThat(parseDomain(domain) === domain, 'a domain is its own spelling');
  }
  if (!caller) return;
  const { origin, crossOrigin, topOrigin } = caller;
  expectThat(origin.serialized === new URL(text).origin, 'the origin is what the URL standard says');
  expectThat(/^https?:\/\/[\x21-\x7e]+$/.test(origin.serialized), 'the serialisation is ASCII');
  expectThat(
    callerOf(origin.serialized, undefined)?.origin.displayed === origin.displayed,
    'read again, it is the same',
  );
  expectThat(new URL(origin.displayed).origin === origin.serialized, 'what is shown is the same origin');
  expectThat(!/[\p{C}\p{Z}\p{Bidi_Control}]/u.test(origin.displayed), 'what is shown can be seen');
  expectThat(topOrigin === undefined || crossOrigin, 'topOrigin comes with crossOrigin');

  const own = await rpIdOf(caller, claimed, false);
  if (own !== undefined) {
    expectThat(!/^\[|\.[0-9]+$/.test(origin.host), 'an address has no passkeys');
    expectThat(`.${origin.host}`.endsWith(`.${own}`), 'an RP ID is the domain of the caller or above it');
    expectThat(own === origin.host || own.includes('.'), 'no top level is claimed from below');
  }
  const listed = await rpIdOf(caller, claimed, true);
  expectThat(own === undefined || listed === own, 'a list takes nothing away');
  expectThat(
    listed === undefined || claimed === undefined || listed === domain,
    'the RP ID is the one claimed',
  );
}

export const webauthnOrigin: FuzzTarget = {
  name: 'webauthn-origin',
  runs: 4000,
  seeds: () =>
    Array.from({ length: 40 }, (_, index) =>
      Uint8Array.from({ length: 20 }, (_unused, at) => (at === 0 ? index % 5 : (at * 53 + index * 17) % 256)),
    ),
  run,
};
