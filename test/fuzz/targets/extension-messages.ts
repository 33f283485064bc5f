/**
 * What a page can say to the extension, and what a frame's process in a page's hands can say to its worker: taken for what it shows, or
 * not at all; and whatever a page passes to `create` and `get`: JSON of bounded size, or the browser's.
 */
import '../../support/page-globals';
import { LONGEST_FROM_PAGE } from '../../../extension/between/page-messages';
import { pageRequestOf } from '../../../extension/frame/page-requests';
import { credentialOf } from '../../../extension/page/credential';
import { requestOf } from '../../../extension/page/request';
import { frameRequestOf } from '../../../extension/worker/frame-requests';
import { askerOf } from '../../../extension/worker/senders';
import { hostOf } from '../../../extension/worker/sites-off';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const examples: readonly object[] = [
  { is: 'create', id: 1, options: { challenge: 'AQID', user: { id: 'Bw' } } },
  { is: 'autofill', id: 2, options: {}, topOrigin: 'https://example.org' },
  { is: 'signal', id: 3, signal: 'unknownCredential', options: { rpId: 'example.org' } },
  { is: 'field', id: 4, field: 'entered', area: { x: 1, y: 2, width: 3, height: 4 } },
  { is: 'device', id: 5 },
  { is: 'cancel', id: 6 },
];
const members = new Set(['is', 'id', 'options', 'signal', 'topOrigin', 'field', 'area']);
const bytes = new Uint8Array([1, 2, 3]);
const creation = {
  challenge: bytes,
  rp: { id: 'example.org', name: 'Example' },
  user: { id: bytes, name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [{ type: 'public-key', id: bytes.buffer, transports: ['usb'] }],
  extensions: {
    prf: { eval: { first: bytes }, evalByCredential: { AQ: { first: bytes } } },
    credBlob: bytes,
  },
};
const call = { publicKey: creation, mediation: 'optional', signal: undefined };

/** Somewhere in `example`, something else. */
function changed(example: unknown, choices: Choices): unknown {
  const root = structuredClone(example) as Record<string, unknown>;
  for (let edits = choices.below(4); edits > 0; edits--) {
    let at = root;
    for (;;) {
      const names = Object.keys(at);
      if (names.length === 0) break;
      const name = choices.pick(names);
      const inside = at[name];
      const isPlain = typeof inside === 'object' && inside !== null && !ArrayBuffer.isView(inside);
      if (isPlain && choices.below(4) > 0) at = inside as Record<string, unknown>;
      else {
        at[choices.below(5) === 0 ? choices.text() : name] = choices.cloneable();
        break;
      }
    }
  }
  return root;
}

function checkMessage(text: string, message: unknown): void {
  const fromPage = pageRequestOf(text);
  if (fromPage) {
    expectThat(text.length <= LONGEST_FROM_PAGE, 'what is long is not taken');
    expectThat(!('topOrigin' in fromPage), 'a page does not say where it is');
    checkMembers(fromPage);
  }
  const fromFrame = frameRequestOf(message);
  if (fromFrame) {
    checkMembers(fromFrame);
    if ('topOrigin' in fromFrame)
      expectThat(/^https?:\/\/[^/]+$/.test(fromFrame.topOrigin ?? ''), 'an origin is nothing more');
  }
}

function checkMembers(message: object): void {
  for (const name of Object.keys(message)) expectThat(members.has(name), 'nothing else comes along');
  const { id, options } = message as { id?: unknown; options?: unknown };
  expectThat(id === undefined || Number.isSafeInteger(id), 'IDs are counts');
  expectThat(
    options === undefined || (typeof options === 'object' && options !== null),
    'options are an object',
  );
}

function checkCall(argument: unknown): void {
  for (const kind of ['create', 'get'] as const) {
    const request = requestOf(kind, argument);
    if (!request) continue;
    expectThat(request.options.length <= LONGEST_FROM_PAGE, 'requests are bounded');
    const text = `{"is":"${request.is}","id":1,"options":${request.options}}`;
    expectThat(pageRequestOf(text)?.is === request.is, 'what is ours is what the frame takes');
  }
}

function run(input: Uint8Array): void {
  const choices = new Choices(input);
  switch (choices.below(4)) {
    case 0: {
      const message = changed(choices.pick(examples), choices);
      let text: string | undefined;
      try {
        text = JSON.stringify(message);
      } catch {
        // Big integers are no JSON: a page cannot send them.
      }
      checkMessage(text ?? '', message);
      break;
    }
    case 1:
      checkCall(changed(call, choices));
      break;
    case 2: {
      const origin = choices.pick([
        choices.text(),
        `https://${choices.text()}`,
        `http://${choices.text()}.localhost`,
      ]);
      const asker = askerOf(
        {
          id: 'a',
          frameId: 0,
          tab: { id: 1 },
          origin,
          url: choices.pick([origin, `${origin}/`, 'about:blank']),
        },
        'a',
      );
      if (asker)
        expectThat(
          /^https:\/\/[^/]+$|^http:\/\/([^/]+\.)?localhost(:\d+)?$/.test(asker.origin),
          'who is served has TLS or is here',
        );
      const host = hostOf(choices.text());
      expectThat(host === undefined || hostOf(host) === host, 'a host is its own host');
      break;
    }
    default: {
      const text = Buffer.from(choices.rest()).toString();
      checkMessage(text, text);
      try {
        credentialOf(text);
      } catch (error) {
        expectThat(
          error instanceof TypeError || error instanceof SyntaxError,
          'no credential is a TypeError',
        );
      }
    }
  }
  expectThat(!('evil' in Object.prototype), 'no name reaches Object.prototype');
}

export const extensionMessages: FuzzTarget = {
  name: 'extension-messages',
  runs: 4000,
  seeds: () => [
    ...examples.map((example) => Uint8Array.of(3, ...Buffer.from(JSON.stringify(example)))),
    ...[
      'null',
      '[]',
      '{"is":"get","id":1,"options":{"__proto__":{"evil":1}}}',
      '{"response":{"id":"AQ","rawId":"AQ"}}',
    ].map((text) => Uint8Array.of(3, ...Buffer.from(text))),
    ...[0, 1, 2].flatMap((kind) =>
      Array.from({ length: 8 }, (_, index) =>
        Uint8Array.from({ length: 24 }, (_unused, at) => (at === 0 ? kind : (at * 67 + index * 29) % 256)),
      ),
    ),
  ],
  run,
};
