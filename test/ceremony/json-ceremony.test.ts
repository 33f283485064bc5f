/** Requests as programs write them, sensible and absurd ones, from their texts to the text of the answer. */
import { describe, expect, it } from 'vitest';
import { jsonCeremony, type JsonRequest } from '../../main/ceremony/json-ceremony';
import { MAX_WAITING } from '../../main/ceremony/ceremony-desk';
import type { Ceremony } from '../../main/ceremony/ceremony';
import { ceremonyRig, DEVICE_PIN, Person, type CeremonyRig } from '../support/ceremony-rig';
import { RP_ID } from '../support/relying-party';

const origin = `https://login.${RP_ID}`;
const challenge = 'Y2hhbGxlbmdl';
const creation = {
  rp: { id: RP_ID, name: 'Example' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
};
const request = { challenge, rpId: RP_ID };

function opened(rig: CeremonyRig): Ceremony[] {
  const ceremonies: Ceremony[] = [];
  rig.desk.onOpen((ceremony) => ceremonies.push(ceremony));
  return ceremonies;
}

/** Somebody gives the PIN of this device to whatever asks for it. */
async function answered(rig: CeremonyRig, asked: JsonRequest): ReturnType<typeof jsonCeremony> {
  const ceremonies = opened(rig);
  const outcome = jsonCeremony(rig.desk, asked, { caller: 'program' });
  const person = new Person(ceremonies[0]!);
  await person.sees('device-pin');
  person.entersPin(DEVICE_PIN);
  if (asked.kind === 'create') {
    await person.sees('saved');
    person.does({ act: 'done' });
  }
  return outcome;
}

describe('a request', () => {
  it('is answered with JSON, and who embeds the page is in the client data', async () => {
    const rig = await ceremonyRig();
    const made = await answered(rig, { kind: 'create', origin, options: JSON.stringify(creation) });
    const { id } = JSON.parse(made.response!) as { readonly id: string };
    const topOrigin = 'https://shop.example';
    const used = await answered(rig, { kind: 'get', origin, topOrigin, options: JSON.stringify(request) });
    const { id: usedId, response } = JSON.parse(used.response!) as {
      readonly id: string;
      readonly response: { readonly clientDataJSON: string };
    };
    expect(usedId).toBe(id);
    expect(Buffer.from(response.clientDataJSON, 'base64url').toString()).toBe(
      `{"type":"webauthn.get","challenge":"${challenge}","origin":"${origin}","crossOrigin":true,"topOrigin":"${topOrigin}"}`,
    );
  });

  it('is served for a user handle of 64 bytes', async () => {
    const rig = await ceremonyRig();
    const user = { ...creation.user, id: Buffer.alloc(64, 1).toString('base64url') };
    const made = await answered(rig, {
      kind: 'create',
      origin,
      options: JSON.stringify({ ...creation, user }),
    });
    expect(made.error).toBeUndefined();
  });

  it('with names that are no Unicode is served: what is missing becomes U+FFFD', async () => {
    const rig = await ceremonyRig();
    const user = { ...creation.user, name: 'a\ud800', displayName: '\udfff\u202eb' };
    const made = await answered(rig, {
      kind: 'create',
      origin,
      options: JSON.stringify({ ...creation, rp: { ...creation.rp, name: '\ud83d' }, user }),
    });
    expect(made.error).toBeUndefined();
    expect(rig.vault.passkeys.map(({ credential }) => credential.user.name)).toEqual(['a\ufffd']);
  });
});

describe('a caller with a dialog of its own', () => {
  const own = { kind: 'create', origin, options: JSON.stringify(creation), hasOwnDialog: true } as const;

  it('goes on with it when the person says so, and when there is nothing to be used here', async () => {
    const rig = await ceremonyRig();
    const ceremonies = opened(rig);
    const outcome = jsonCeremony(rig.desk, own, { caller: 'browser' });
    await new Person(ceremonies[0]!).sees('device-pin');
    expect(ceremonies[0]!.act({ act: 'use-browsers-dialog' })).toBe(true);
    expect(await outcome).toEqual({ fallThrough: true });
    const asked = { ...own, kind: 'get', options: JSON.stringify(request) } as const;
    expect(await jsonCeremony(rig.desk, asked, { caller: 'browser' })).toEqual({ fallThrough: true });
  });

  it('goes on with it when Latchkey ends in the middle, and is not told of an abort that nobody wanted', async () => {
    const rig = await ceremonyRig();
    const ceremonies = opened(rig);
    const outcomes = [1, 2].map(() => jsonCeremony(rig.desk, own, { caller: 'browser' }));
    await new Person(ceremonies[0]!).sees('device-pin');
    rig.desk.close();
    expect(await Promise.all(outcomes)).toEqual([{ fallThrough: true }, { fallThrough: true }]);
    expect(await jsonCeremony(rig.desk, own, { caller: 'browser' })).toEqual({ fallThrough: true });
  });

  it('is told that it gave up, and what the person decided, as everybody is', async () => {
    const rig = await ceremonyRig();
    const ceremonies = opened(rig);
    const givingUp = new AbortController();
    const left = jsonCeremony(rig.desk, own, { caller: 'browser', signal: givingUp.signal });
    givingUp.abort();
    expect((await left).error?.name).toBe('AbortError');
    const refused = jsonCeremony(rig.desk, own, { caller: 'browser' });
    expect(ceremonies[1]!.act({ act: 'cancel' })).toBe(true);
    expect((await refused).error?.name).toBe('NotAllowedError');
    const wrong = await jsonCeremony(rig.desk, { ...own, options: '{' }, { caller: 'browser' });
    expect(wrong.error?.name).toBe('TypeError');
  });

  it('goes on with it at once where too many wait already', async () => {
    const rig = await ceremonyRig();
    for (let at = 0; at <= MAX_WAITING; at++) void jsonCeremony(rig.desk, own, { caller: 'browser' });
    expect(await jsonCeremony(rig.desk, own, { caller: 'browser' })).toEqual({ fallThrough: true });
  });
});

describe('what is absurd', () => {
  const nested = '['.repeat(100_000) + ']'.repeat(100_000);
  const text = JSON.stringify(creation);
  const absurd: readonly (readonly [string, Partial<JsonRequest>, string])[] = [
    ['no JSON', { options: '{' }, 'TypeError'],
    ['nothing', { options: '' }, 'TypeError'],
    ['null', { options: 'null' }, 'TypeError'],
    ['a list', { options: '[]' }, 'TypeError'],
    ['depth', { options: nested }, 'TypeError'],
    ['depth in a member', { options: text.replace(`"${challenge}"`, nested) }, 'TypeError'],
    ['members of a prototype', { options: `{"__proto__":${text}}` }, 'TypeError'],
    ['members of a constructor', { options: `{"constructor":{"prototype":${text}}}` }, 'TypeError'],
    ['a user without a handle', { options: text.replace('YWRh', '') }, 'TypeError'],
    [
      'a user handle of 65 bytes',
      { options: text.replace('YWRh', Buffer.alloc(65).toString('base64url')) },
      'TypeError',
    ],
    [
      'unknown credential types alone',
      { options: text.replace('"public-key","alg"', '"password","alg"') },
      'NotSupportedError',
    ],
    [
      'an extension for getting',
      { options: text.replace('{', '{"extensions":{"largeBlob":{"read":true}},') },
      'NotSupportedError',
    ],
    [
      'an extension for making',
      {
        kind: 'get',
        options: JSON.stringify({ ...request, extensions: { largeBlob: { support: 'required' } } }),
      },
      'NotSupportedError',
    ],
    [
      'a PRF input for nobody on the list',
      {
        kind: 'get',
        options: JSON.stringify({
          ...request,
          allowCredentials: [{ type: 'public-key', id: 'AQ' }],
          extensions: { prf: { evalByCredential: { Ag: { first: 'AA' } } } },
        }),
      },
      'SyntaxError',
    ],
    ['another encoding', { options: text.replace(challenge, 'a+b/') }, 'EncodingError'],
    ['no origin', { origin: '' }, 'SecurityError'],
    ['an opaque origin', { origin: 'null' }, 'NotAllowedError'],
    ['an address', { origin: 'https://192.0.2.1' }, 'SecurityError'],
    ['an origin without TLS', { origin: `http://${RP_ID}` }, 'SecurityError'],
    ['an origin with a path', { origin: `${origin}/login` }, 'SecurityError'],
    ['a top origin that is none', { topOrigin: 'https://' }, 'SecurityError'],
    ['somebody else’s site', { origin: `https://con1oso.com` }, 'SecurityError'],
    ['a suffix of it', { origin: `https://not${RP_ID}` }, 'SecurityError'],
  ];

  it.each(absurd)('%s: refused at once by a name that a site may know', async (_, changes, name) => {
    const rig = await ceremonyRig();
    const asked: JsonRequest = { kind: 'create', origin, options: text, ...changes };
    const persons: Person[] = [];
    rig.desk.onOpen((ceremony) => persons.push(new Person(ceremony)));
    const outcome = await jsonCeremony(rig.desk, asked, { caller: 'program' });
    expect(outcome.error?.name).toBe(name);
    // Nobody was asked anything.
    for (const { seen } of persons) expect(seen).toEqual(['waiting', 'preparing', 'closed']);
    expect(outcome.error?.message).not.toMatch(/example|con1oso/);
    expect(outcome.response).toBeUndefined();
    expect(rig.vault.passkeys).toEqual([]);
  });

  it('members with the names of a prototype change nothing for others', async () => {
    const rig = await ceremonyRig();
    const polluting = `{"__proto__":{"hints":["security-key"],"timeout":1},"constructor":{"prototype":{"rpId":"x"}},`;
    const asked = {
      kind: 'get',
      origin,
      options: `${polluting}${JSON.stringify(request).slice(1)}`,
    } as const;
    const ceremonies = opened(rig);
    const outcome = jsonCeremony(rig.desk, asked, { caller: 'program' });
    expect(ceremonies[0]!.act({ act: 'cancel' })).toBe(true);
    expect((await outcome).error?.name).toBe('NotAllowedError');
    expect(({} as Record<string, unknown>)['hints']).toBeUndefined();
    expect(({} as Record<string, unknown>)['rpId']).toBeUndefined();
  });
});
