/** The demo key, and passkeys put into a state by hand. */
import { describe, expect, it } from 'vitest';
import { configure } from '../../main/authenticator/configuration';
import { DEMO_PIN, demoPasskeys, demoState } from '../../main/authenticator/demo';
import { newKeyState } from '../../main/authenticator/key-state';
import { withPasskeys, withPin } from '../../main/authenticator/provision';
import { Permission } from '../../main/ctap/pin-protocol';
import { CLIENT_DATA_HASH, signatureIsValid } from '../support/platform';
import { rig, statusOf } from '../support/simulated-rig';
import { SeededRandom } from '../support/seeded-random';

describe('the demo key', () => {
  it('has a dozen varied passkeys on six sites behind its PIN', async () => {
    const bench = await rig({ state: () => demoState(new SeededRandom()) });
    const token = await bench.platform.token(DEMO_PIN, Permission.CM);
    expect(await bench.platform.manage(token, 1)).toMatchObject({ existingResidentCredentialsCount: 12 });
    expect(await bench.platform.manage(token, 2)).toMatchObject({ totalRPs: 6 });
    const credentials = bench.key.snapshot().credentials.map(({ credential }) => credential);
    expect(new Set(credentials.map(({ algorithm }) => algorithm))).toEqual(new Set([-7, -8]));
    expect(new Set(credentials.map(({ credProtect }) => credProtect))).toEqual(new Set([1, 2, 3]));
    expect(demoPasskeys.length).toBe(12);
    expect(bench.key.configuration.productName).toMatch(/^Simulated/);
  });

  it('its passkeys work', async () => {
    const bench = await rig({ state: () => demoState(new SeededRandom()) });
    for (const rpId of ['github.com', 'example.org']) {
      let answer = await bench.api.getAssertion({ rpId, clientDataHash: CLIENT_DATA_HASH });
      for (let left = answer.numberOfCredentials!; left > 0; left--) {
        const { id } = answer.credential!;
        const stored = bench.key
          .snapshot()
          .credentials.find(({ credential }) => Buffer.from(credential.id).equals(id));
        expect(signatureIsValid(stored!.credential.publicKey, answer.authData, answer.signature)).toBe(true);
        if (left > 1) answer = await bench.api.getNextAssertion();
      }
    }
  });
});

describe('provisioning', () => {
  it('a PIN by its NFC form, and with few tries left', async () => {
    const bench = await rig({
      state: (state) => withPin(state, 'pa\u0308ss', { retries: 1 }),
    });
    expect(await statusOf(bench.platform.token('pässx', Permission.CM))).toBe('PIN_BLOCKED');
    const again = await rig({ state: (state) => withPin(state, 'pa\u0308ss') });
    expect(await statusOf(again.platform.token('p\u00e4ss', Permission.CM))).toBe('OK');
  });

  it('refuses an algorithm that the key cannot sign with', () => {
    const random = new SeededRandom();
    const state = newKeyState(configure(), random);
    expect(() => withPasskeys(state, [{ rpId: 'a.org', algorithm: -37 }], random)).toThrow('-37');
  });
});
