/** What a profile comes with. */
import { describe, expect, it } from 'vitest';
import { configure, profiles, type ProfileName } from '../../main/authenticator/configuration';
import { newKeyState } from '../../main/authenticator/key-state';
import { profileState, stocked } from '../../main/authenticator/provision';
import { parseState, serializeState } from '../../main/authenticator/state';
import { SeededRandom } from '../support/seeded-random';
import { CLIENT_DATA_HASH } from '../support/platform';
import { rig, statusOf, type Rig } from '../support/simulated-rig';

const names = Object.keys(profiles) as ProfileName[];

const created = (bench: Rig, rpId: string): Promise<string> =>
  statusOf(
    bench.api.makeCredential({
      clientDataHash: CLIENT_DATA_HASH,
      rp: { id: rpId },
      user: { id: Uint8Array.of(1) },
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
      options: { rk: true },
    }),
  );

describe('a key of a profile', () => {
  it.each(names)('%s: has its configuration, says Simulated, no PIN, and outlives a restart', (profile) => {
    const state = profileState(profile, new SeededRandom());
    expect(state.configuration).toEqual(configure(profile));
    expect(state.configuration.productName).toMatch(/^Simulated /);
    expect(state.pin.hash).toBeUndefined();
    const again = parseState(serializeState(state), 'x');
    expect(again.configuration).toEqual(state.configuration);
    expect(again.credentials).toHaveLength(state.credentials.length);
  });

  it.each(names.filter((name) => name !== 'nearly-full'))('%s: comes without passkeys', (profile) => {
    expect(profileState(profile, new SeededRandom()).credentials).toEqual([]);
  });

  it('no two profiles have the same name, so that one sees which key it is', () => {
    expect(new Set(names.map((profile) => profiles[profile].productName)).size).toBe(names.length);
  });
});

describe('a nearly full key', () => {
  it('has room for one more passkey, and then for none', async () => {
    const state = profileState('nearly-full', new SeededRandom());
    expect(new Set(state.credentials.map(({ credential }) => credential.rp.id)).size).toBe(12);
    const bench = await rig({ state: () => state });
    expect((await bench.api.getInfo()).remainingDiscoverableCredentials).toBe(1);
    expect(await created(bench, 'one-more.example')).toBe('OK');
    expect(await created(bench, 'too-many.example')).toBe('KEY_STORE_FULL');
    expect(await created(bench, 'one-more.example')).toBe('OK');
  });

  it('is nearly full at any capacity', () => {
    for (const capacity of [0, 1, 3]) {
      const random = new SeededRandom();
      const empty = newKeyState(configure('nearly-full', { capacity }), random);
      expect(stocked('nearly-full', empty, random).credentials).toHaveLength(Math.max(0, capacity - 1));
    }
  });
});
