/** The credential store of a simulated key: what is found, and how its file is written, with many passkeys too. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configure } from '../../main/authenticator/configuration';
import type { Credential } from '../../main/authenticator/env';
import { KeyMemory } from '../../main/authenticator/key-memory';
import { newKeyState, type KeyState } from '../../main/authenticator/key-state';
import { withPasskeys } from '../../main/authenticator/provision';
import { hostileTexts } from '../../main/authenticator/quirks';
import { parseState, serializeState } from '../../main/authenticator/state';
import { MemoryFile } from '../support/memory-file';
import { sha256 } from '../support/platform';
import { SeededRandom } from '../support/seeded-random';
import { statusOf } from '../support/simulated-rig';

const random = new SeededRandom('credential store');
const empty = newKeyState(configure('2.1', { capacity: 2000 }), random);
const [template] = withPasskeys(empty, [{ rpId: 'a.org' }], random).credentials;
const { secrets } = template!;

function passkey(rpId: string, user: number, id: Uint8Array = random.bytes(32)): Credential {
  return {
    ...template!.credential,
    id,
    rp: { id: rpId },
    user: { id: Uint8Array.of(user), name: `user ${user}` },
  };
}

/** So many passkeys, all with the same key, on sites of their own. */
function crowded(count: number): KeyState {
  const credentials = Array.from({ length: count }, (_, index) => ({
    credential: passkey(`site${index}.example`, index % 256),
    secrets,
  }));
  return { ...empty, credentials };
}

/** Everything that the store can be asked, against a plain list. */
async function expectFinds(
  memory: KeyMemory,
  expected: readonly Credential[],
  rpIds: readonly string[],
): Promise<void> {
  const { credentials } = memory;
  expect(await credentials.list()).toEqual(expected);
  expect(await credentials.count()).toBe(expected.length);
  for (const credential of expected) expect(await credentials.find(credential.id)).toEqual(credential);
  expect(await credentials.find(new Uint8Array(32))).toBeUndefined();
  for (const rpId of rpIds) {
    const ofRp = expected.filter(({ rp }) => rp.id === rpId);
    expect(await credentials.ofRp(rpId)).toEqual(ofRp);
    expect(await credentials.rpIdOf(sha256(rpId))).toBe(ofRp.length > 0 ? rpId : undefined);
  }
}

describe('what is found', () => {
  const sites = ['a.org', 'b.org', 'c.org'];
  const step = fc.record({
    kind: fc.constantFrom('save', 'save', 'save', 'update', 'delete', 'reset'),
    site: fc.constantFrom(...sites),
    user: fc.nat(3),
    which: fc.nat(20),
  });

  it('follows every change: saved, saved over, renamed, deleted, reset', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const memory = KeyMemory.volatile(empty, random);
        let model: readonly Credential[] = [];
        for (const { kind, site, user, which } of steps) {
          const chosen = model[which % Math.max(1, model.length)];
          if (kind === 'save') {
            const saved = passkey(site, user);
            await memory.credentials.save(saved, secrets);
            model = [...model.filter(({ rp, user: { id } }) => rp.id !== site || id[0] !== user), saved];
          } else if (kind === 'reset') {
            if (which > 5) continue;
            await memory.factoryReset();
            model = [];
          } else if (!chosen) {
            expect(await memory.credentials.delete(new Uint8Array(3))).toBe(false);
            expect(await memory.credentials.updateUser(new Uint8Array(3), { id: Uint8Array.of(1) })).toBe(
              false,
            );
          } else if (kind === 'update') {
            const renamed = { id: chosen.user.id, name: `renamed ${which}` };
            expect(await memory.credentials.updateUser(chosen.id, renamed)).toBe(true);
            model = model.map((other) => (other === chosen ? { ...chosen, user: renamed } : other));
          } else {
            expect(await memory.credentials.delete(chosen.id)).toBe(true);
            model = model.filter((other) => other !== chosen);
          }
          await expectFinds(memory, model, sites);
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('is what the file holds when a write fails', async () => {
    const file = new MemoryFile();
    const memory = await KeyMemory.open(file, () => empty, random);
    const [first, second, third] = [passkey('a.org', 1), passkey('a.org', 2), passkey('a.org', 3)];
    await memory.credentials.save(first, secrets);
    file.failure = 'full';
    await expect(memory.credentials.save(second, secrets)).rejects.toThrow('no room');
    await expectFinds(memory, [first], ['a.org']);
    file.failure = 'after-replacing';
    await expect(memory.credentials.save(third, secrets)).rejects.toThrow('the disk');
    await expectFinds(memory, [first, third], ['a.org']);
    file.failure = 'none';
    await memory.credentials.delete(first.id);
    await expectFinds(memory, [third], ['a.org']);
  });

  it('changes that are asked for at once happen one after the other, and none is lost', async () => {
    const memory = KeyMemory.volatile({ ...empty, configuration: configure('2.1', { capacity: 3 }) }, random);
    const wanted = [1, 2, 3, 4].map((user) => passkey('a.org', user));
    const results = await Promise.all(wanted.map((each) => statusOf(memory.credentials.save(each, secrets))));
    expect(results).toEqual(['OK', 'OK', 'OK', 'KEY_STORE_FULL']);
    await expectFinds(memory, wanted.slice(0, 3), ['a.org']);
  });
});

describe('the file', () => {
  const recipes = Object.values(hostileTexts).map((text) => ({ rpId: text, userName: text }));

  it.each([
    ['no passkeys', []],
    ['one', [{ rpId: 'a.org' }]],
    ['hostile names', recipes],
  ])('is JSON as one would write it: %s', (_, cooked) => {
    const text = Buffer.from(serializeState(withPasskeys(empty, cooked, random))).toString();
    expect(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`).toBe(text);
    expect(parseState(Buffer.from(text), 'x').credentials).toHaveLength(cooked.length);
  });

  it('is written again only where something changed', async () => {
    const file = new MemoryFile();
    const memory = await KeyMemory.open(file, () => crowded(3), random);
    await memory.credentials.updateUser(memory.state.credentials[1]!.credential.id, {
      id: Uint8Array.of(0),
      name: 'renamed',
    });
    const { credentials } = parseState(file.content!, 'x');
    expect(credentials.map(({ credential }) => credential.user.name)).toEqual([
      'user 0',
      'renamed',
      'user 2',
    ]);
  });

  it('of many passkeys leaves others their turn while it is made', async () => {
    const file = new MemoryFile('k', Buffer.from(serializeState(crowded(1000))).toString());
    const memory = await KeyMemory.open(file, () => empty, random);
    let turns = 0;
    let done = false;
    const tick = (): void => {
      turns++;
      if (!done) setImmediate(tick);
    };
    setImmediate(tick);
    await memory.save({ uvRetries: 1 });
    done = true;
    expect(turns).toBeGreaterThanOrEqual(9);
    expect(parseState(file.content!, 'x').uvRetries).toBe(1);
  });
});
