/** Listing and deleting the passkeys of simulated keys, well-behaved and not. */
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../../main/authenticator/configuration';
import type { PasskeyRecipe } from '../../main/authenticator/provision';
import { hostileTexts, type Quirk } from '../../main/authenticator/quirks';
import { CredentialManager } from '../../main/client/credential-manager';
import { PinClient } from '../../main/client/pin';
import { isTokenRefused } from '../../main/client/pin-uv-auth-token';
import { SecurityKey } from '../../main/client/security-key';
import { Algorithm } from '../../main/ctap/cose';
import { CtapStatusError } from '../../main/ctap/errors';
import { Permission } from '../../main/ctap/pin-protocol';
import { Status } from '../../main/ctap/status';
import { settled } from '../support/manual-clock';
import { watched } from '../support/outcome';
import { SeededRandom } from '../support/seeded-random';
import { ObservedBus, softKey, type SoftKeyRecipe } from '../support/soft-key';

const PIN = '123456';

/** `sites` × `accounts` passkeys. */
function passkeys(sites: number, accounts: number): PasskeyRecipe[] {
  return Array.from({ length: sites * accounts }, (_, index) => ({
    rpId: `site-${index % sites}.example`,
    rpName: `Site ${index % sites}`,
    userName: `user-${index}`,
    displayName: `User ${index}`,
  }));
}

async function unlocked(recipe: SoftKeyRecipe = {}): Promise<{
  readonly soft: Awaited<ReturnType<typeof softKey>>;
  readonly bus: ObservedBus;
  readonly key: SecurityKey;
  readonly pin: PinClient;
  readonly manager: CredentialManager;
  readonly misbehave: (...quirks: Quirk[]) => void;
}> {
  const soft = await softKey({ pin: PIN, ...recipe });
  const bus = new ObservedBus();
  const key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
  if (!key.info) throw new Error('a CTAP2 key');
  const pin = new PinClient(key.api, key.info, soft.random);
  const token = await pin.token(PIN, Permission.CM);
  return {
    soft,
    bus,
    key,
    pin,
    manager: new CredentialManager(key.api, key.info, token),
    misbehave: (...quirks) => soft.simulated.setQuirks(quirks),
  };
}

/** Lets time pass until `work` has ended. */
async function patiently<T>({ soft }: Awaited<ReturnType<typeof unlocked>>, work: Promise<T>): Promise<T> {
  const outcome = watched(work);
  for (let second = 0; second < 120; second++) {
    if ((await outcome()).state !== 'pending') break;
    await soft.clock.advance(1000);
  }
  return work;
}

describe.each(['2.1-preview', '2.1', '2.3'] as const)('a %s key', (profile: ProfileName) => {
  it('lists everything it knows of every passkey', async () => {
    const { manager } = await unlocked({
      profile,
      passkeys: [
        { rpId: 'a.example', rpName: 'A', userName: 'ada', displayName: 'Ada', userId: Uint8Array.of(1, 2) },
        { rpId: 'a.example', rpName: 'A', userName: 'bob', algorithm: Algorithm.EDDSA, credProtect: 3 },
        { rpId: 'b.example', largeBlob: true, thirdPartyPayment: true },
      ],
    });
    const { credentials, metadata, cutAt, flaws } = await manager.list();
    expect(flaws).toEqual([]);
    expect(cutAt).toBeUndefined();
    expect(metadata).toEqual({ existing: 3, remaining: 97 });
    const [ada, bob, other] = ['ada', 'bob', undefined].map((name) =>
      credentials.find(({ user }) => user.name === name),
    );
    expect(ada).toMatchObject({
      rpId: 'a.example',
      rpName: 'A',
      user: { id: Uint8Array.of(1, 2), name: 'ada', displayName: 'Ada' },
      algorithm: Algorithm.ES256,
      hasLargeBlobKey: false,
      flaws: [],
    });
    expect(ada?.credentialId).toHaveLength(32);
    expect(ada?.rpIdHash).toHaveLength(32);
    expect(ada?.publicKey?.get(1)).toBe(2);
    expect(bob).toMatchObject({ algorithm: Algorithm.EDDSA });
    if (profile !== '2.1-preview') {
      expect(bob).toMatchObject({ credProtect: 3 });
      expect(other).toMatchObject({ rpId: 'b.example', hasLargeBlobKey: true });
    }
    expect(JSON.stringify(credentials)).not.toContain('largeBlobKey"');
  });

  it('deletes what it was asked to delete, and only that', async () => {
    const { manager } = await unlocked({ profile, passkeys: passkeys(2, 3) });
    const before = (await manager.list()).credentials;
    const [first] = before;
    if (!first) throw new Error('a passkey');
    expect(await manager.deleteVerified(first)).toEqual({ outcome: 'deleted' });
    const after = (await manager.list()).credentials.map(({ user }) => user.name);
    const expected = before.slice(1).map(({ user }) => user.name);
    expect(new Set(after)).toEqual(new Set(expected));
    expect(after).toHaveLength(5);
  });

  it('with nothing on it lists nothing', async () => {
    const { manager } = await unlocked({ profile });
    expect(await manager.list()).toEqual({
      credentials: [],
      metadata: { existing: 0, remaining: 100 },
      flaws: [],
    });
  });
});

describe('round trips', () => {
  it.each([
    [0, 0],
    [1, 1],
    [5, 1],
    [1, 7],
    [6, 2],
    [50, 4],
  ])(
    '%i sites with %i passkeys each: one metadata, one per site, one per passkey',
    async (sites, accounts) => {
      const { manager, bus } = await unlocked({
        passkeys: passkeys(sites, accounts),
        configuration: { capacity: 300 },
      });
      const before = bus.log.length;
      expect((await manager.list()).credentials).toHaveLength(sites * accounts);
      expect(bus.log.length - before).toBe(1 + Math.max(1, sites) + sites * accounts);
    },
  );

  it('from the PIN to the list there are two more, for the token', async () => {
    const { key, soft, bus } = await unlocked({ passkeys: passkeys(3, 2) });
    const before = bus.log.length;
    if (!key.info) throw new Error('a CTAP2 key');
    const token = await new PinClient(key.api, key.info, soft.random).token(PIN, Permission.CM);
    await new CredentialManager(key.api, key.info, token).list();
    expect(bus.log.length - before).toBe(2 + 1 + 3 + 6);
  });

  it('a verified deletion: one for the deletion, one for every passkey that the site has left', async () => {
    const { manager, bus } = await unlocked({ passkeys: passkeys(2, 4) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    const before = bus.log.length;
    await manager.deleteVerified(first);
    expect(bus.log.length - before).toBe(1 + 3);
  });

  it('progress is told for every passkey, with the total', async () => {
    const { manager } = await unlocked({ passkeys: passkeys(2, 2) });
    const seen: string[] = [];
    await manager.list({ onProgress: ({ done, total }) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(['0/4', '1/4', '2/4', '3/4', '4/4']);
  });
});

describe('an empty store', () => {
  it.each<[string, Quirk[]]>([
    ['NO_CREDENTIALS for the metadata', [{ name: 'no-credentials-for-metadata' }]],
    ['status 0 without a body', [{ name: 'empty-body-for-nothing' }]],
    ['status 0 without a body for everything', [{ name: 'status', command: 0x0a, status: 0 }]],
  ])('may be told by %s', async (_, quirks) => {
    const { manager, misbehave } = await unlocked();
    misbehave(...quirks);
    expect(await manager.list()).toMatchObject({ credentials: [], metadata: { existing: 0 }, flaws: [] });
  });

  it('of one site, told by status 0 without a body, verifies its last deletion', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(1, 1) });
    const [only] = (await manager.list()).credentials;
    if (!only) throw new Error('a passkey');
    misbehave({ name: 'empty-body-for-nothing' });
    expect(await manager.deleteVerified(only)).toEqual({ outcome: 'deleted' });
  });
});

describe('a deletion', () => {
  it('that the key pretends is found out', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(2, 2) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    misbehave({ name: 'delete-pretends' });
    expect(await manager.deleteVerified(first)).toEqual({ outcome: 'kept' });
  });

  it('that the key denies is found out', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(2, 2) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    misbehave({ name: 'delete-denies' });
    expect(await manager.deleteVerified(first)).toMatchObject({
      outcome: 'deleted',
      refusal: { status: Status.OTHER },
    });
  });

  it('that is refused says so, and that the passkey is still there', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(1, 2) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    misbehave({ name: 'status', command: 0x0a, subCommand: 6, status: 0xe9 });
    expect(await manager.deleteVerified(first)).toMatchObject({ outcome: 'kept', refusal: { status: 0xe9 } });
  });

  it('of something that is gone already is a deletion, with the refusal', async () => {
    const { manager } = await unlocked({ passkeys: passkeys(1, 2) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    await manager.delete(first.credentialId);
    await expect(manager.delete(first.credentialId)).rejects.toMatchObject({ status: Status.NO_CREDENTIALS });
    expect(await manager.deleteVerified(first)).toMatchObject({
      outcome: 'deleted',
      refusal: { status: Status.NO_CREDENTIALS },
    });
  });

  it('that the key never answers is verified after a resynchronisation', async () => {
    const context = await unlocked({ passkeys: passkeys(1, 2) });
    const [first] = (await context.manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    context.misbehave({ name: 'never-answers', times: 1 });
    expect(await patiently(context, context.manager.deleteVerified(first))).toMatchObject({
      outcome: 'kept',
      refusal: { failure: 'timed-out' },
    });
  });

  it('that cannot be verified is unknown: it rejects', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(1, 2) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    misbehave({ name: 'wrong-types', command: 0x0a, subCommand: 4 });
    await expect(manager.deleteVerified(first)).rejects.toMatchObject({ name: 'ProtocolError' });
  });

  it('during which the key is unplugged rejects', async () => {
    const { manager, bus, soft } = await unlocked({ passkeys: passkeys(1, 2) });
    const [first] = (await manager.list()).credentials;
    if (!first) throw new Error('a passkey');
    const outcome = watched(manager.deleteVerified(first));
    bus.bus.unplug(soft.soft);
    expect(await outcome()).toMatchObject({ state: 'rejected', error: { failure: 'unplugged' } });
  });
});

describe('a key that claims four billion', () => {
  it('but ends after the real ones is listed, with the claim as a flaw', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(3, 2) });
    misbehave({ name: 'four-billion' });
    const list = await manager.list();
    expect(list.credentials).toHaveLength(6);
    expect(list.cutAt).toBeUndefined();
    expect(list.flaws).toEqual(
      expect.arrayContaining([expect.stringMatching(/claimed 4294967295 sites, but listed 3/)]),
    );
  });

  it('and repeats itself without end is not listened to for ever', async () => {
    const { manager, misbehave, bus } = await unlocked({ passkeys: passkeys(3, 2) });
    misbehave({ name: 'four-billion', goesOn: true });
    const before = bus.log.length;
    const list = await manager.list();
    expect(list.credentials).toHaveLength(6);
    expect(list.flaws).toEqual(expect.arrayContaining([expect.stringMatching(/more than once/)]));
    expect(bus.log.length - before).toBeLessThan(60);
  });
});

describe('another program', () => {
  it('that takes a token ends ours: the caller can tell', async () => {
    const { manager, key, pin } = await unlocked({ passkeys: passkeys(20, 1) });
    let stolen = false;
    const error: unknown = await manager
      .list({
        onProgress: ({ done }) => {
          if (done === 5 && !stolen) {
            stolen = true;
            void pin.token(PIN, Permission.CM);
          }
        },
      })
      .catch((reason: unknown) => reason);
    expect(isTokenRefused(error)).toBe(true);
    await key.refreshInfo();
  });

  it('that interrupts an enumeration once does not spoil it', async () => {
    const { manager, key } = await unlocked({ passkeys: passkeys(2, 10) });
    let interrupted = 0;
    const list = await manager.list({
      onProgress: ({ done }) => {
        if (done === 5 && interrupted++ === 0) void key.refreshInfo();
      },
    });
    expect(list.credentials).toHaveLength(20);
    expect(list.flaws).toEqual([]);
  });

  it('that interrupts it again and again is an error, not half a list', async () => {
    const { manager, key } = await unlocked({ passkeys: passkeys(1, 10) });
    let at = 5;
    const error: unknown = await manager
      .list({
        onProgress: ({ done }) => {
          if (done === at) {
            at--;
            void key.refreshInfo();
          }
        },
      })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CtapStatusError);
    expect(error).toMatchObject({ status: Status.NOT_ALLOWED });
  });
});

describe('bad answers', () => {
  it.each<[string, Quirk]>([
    ['truncated', { name: 'truncated-cbor', command: 0x0a, subCommand: 5, drop: 3, times: 1 }],
    ['too deep', { name: 'deep-cbor', command: 0x0a, subCommand: 5, times: 1 }],
    ['of wrong types', { name: 'wrong-types', command: 0x0a, subCommand: 5, times: 1 }],
  ])(
    'one passkey that is %s is missing from the list, with a flaw; the others are there',
    async (_, quirk) => {
      const { manager, misbehave } = await unlocked({ passkeys: passkeys(2, 3) });
      misbehave(quirk);
      const list = await manager.list();
      expect(list.credentials).toHaveLength(5);
      expect(list.flaws).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/could not be read/),
          expect.stringMatching(/holds 6 passkeys, but listed 5/),
        ]),
      );
    },
  );

  it.each<[string, Quirk]>([
    ['truncated', { name: 'truncated-cbor', command: 0x0a, drop: 3 }],
    ['too deep', { name: 'deep-cbor', command: 0x0a }],
    ['of wrong types', { name: 'wrong-types', command: 0x0a }],
  ])('everything %s is a ProtocolError', async (_, quirk) => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(2, 3) });
    misbehave(quirk);
    await expect(manager.list()).rejects.toMatchObject({ name: 'ProtocolError' });
  });

  it('when every site but no passkey can be read, it is an error and not an empty list', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(2, 1) });
    misbehave({ name: 'wrong-types', command: 0x0a, subCommand: 4 });
    await expect(manager.list()).rejects.toMatchObject({ name: 'ProtocolError' });
  });

  it('an unknown status byte ends the list with it', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(2, 3) });
    misbehave({ name: 'status', command: 0x0a, subCommand: 5, status: 0xf3 });
    await expect(manager.list()).rejects.toMatchObject({ status: 0xf3, statusName: undefined });
  });

  it('misordered keys are a flaw of each passkey', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(1, 2) });
    misbehave({ name: 'misordered-keys', command: 0x0a });
    const { credentials } = await manager.list();
    expect(credentials).toHaveLength(2);
    for (const { flaws } of credentials) expect(flaws.join()).toMatch(/canonical order/);
  });

  it('names cut in the middle of a character are shown, with a flaw', async () => {
    const { manager, misbehave } = await unlocked({
      passkeys: [{ rpId: 'a.example', userName: 'ü'.repeat(40) }],
    });
    misbehave({ name: 'cut-text', command: 0x0a, subCommand: 4, bytes: 15 });
    const [credential] = (await manager.list()).credentials;
    expect(credential?.user.name).toBe(`${'ü'.repeat(7)}\uFFFD`);
    expect(credential?.flaws.join()).toMatch(/cut in the middle/);
  });

  it('an RP ID that was cut does not fit its hash: a flaw', async () => {
    const { manager, misbehave } = await unlocked({ passkeys: passkeys(1, 1) });
    misbehave({ name: 'cut-text', command: 0x0a, subCommand: 2, bytes: 6 });
    const [credential] = (await manager.list()).credentials;
    expect(credential?.rpId).toBe('site-0');
    expect(credential?.flaws.join()).toMatch(/does not fit its hash/);
  });

  it.each(Object.entries(hostileTexts))('hostile text (%s) comes through as data', async (_, text) => {
    const { manager } = await unlocked({
      passkeys: [{ rpId: 'a.example', rpName: text, userName: text, displayName: 'x' }],
      configuration: { maxMsgSize: 7609 },
    });
    const list = await manager.list().catch((error: unknown) => error);
    expect(list).toMatchObject({ credentials: [{ user: { name: text }, rpName: text }] });
  });
});

describe('two tongues of trouble on the way', () => {
  it('wrong sequences in answers: the passkeys concerned are missing, nothing hangs', async () => {
    const context = await unlocked({ passkeys: passkeys(2, 3) });
    context.misbehave({ name: 'wrong-sequence', command: 0x0a, times: 1 });
    const result = await patiently(
      context,
      context.manager.list().catch((error: unknown) => error),
    );
    expect(result).toBeDefined();
    context.misbehave();
    expect((await context.manager.list()).credentials).toHaveLength(6);
  });

  it('answers on a foreign channel, or none: timed out, and the next list works', async () => {
    const context = await unlocked({ passkeys: passkeys(2, 3) });
    for (const name of ['foreign-channel', 'never-answers'] as const) {
      context.misbehave({ name, command: 0x0a, times: 1 });
      await expect(patiently(context, context.manager.list())).rejects.toMatchObject({
        failure: 'timed-out',
      });
      expect((await context.manager.list()).credentials).toHaveLength(6);
    }
  });

  it('CHANNEL_BUSY for a moment is waited out', async () => {
    const context = await unlocked({ passkeys: passkeys(2, 3) });
    context.misbehave({ name: 'channel-busy', times: 5 });
    const { credentials } = await patiently(context, context.manager.list());
    expect(credentials).toHaveLength(6);
  });

  it('unplugged after any report of the enumeration: "unplugged", at once', async () => {
    for (let report = 1; report < 60; report++) {
      const { manager, soft, bus } = await unlocked({ passkeys: passkeys(2, 2) });
      soft.simulated.setQuirks([{ name: 'unplug-at-report', report }]);
      const outcome = watched(manager.list());
      for (let turn = 0; turn < 30 && (await outcome()).state === 'pending'; turn++) await settled();
      const result = await outcome();
      if (result.state === 'resolved') {
        expect(await bus.list()).toHaveLength(1);
        return;
      }
      expect(result, `report ${report}`).toMatchObject({ error: { failure: 'unplugged' } });
    }
    throw new Error('the list was never complete');
  });

  it('a list that is cancelled stops at once, and leaves the key usable', async () => {
    const { manager, bus } = await unlocked({ passkeys: passkeys(10, 2) });
    const controller = new AbortController();
    const list = manager.list({
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 5) controller.abort();
      },
    });
    await expect(list).rejects.toMatchObject({ name: 'AbortError' });
    const sent = bus.log.length;
    await settled();
    expect(bus.log).toHaveLength(sent);
    expect((await manager.list()).credentials).toHaveLength(20);
  });
});

describe('a key without credential management', () => {
  it('is not asked', async () => {
    const soft = await softKey({ profile: '2.0', pin: PIN });
    const bus = new ObservedBus();
    const key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
    if (!key.info) throw new Error('a CTAP2 key');
    const token = await new PinClient(key.api, key.info, new SeededRandom()).token(PIN, Permission.CM);
    const before = bus.log.length;
    await expect(new CredentialManager(key.api, key.info, token).list()).rejects.toMatchObject({
      status: Status.INVALID_COMMAND,
    });
    expect(bus.log).toHaveLength(before);
  });
});
