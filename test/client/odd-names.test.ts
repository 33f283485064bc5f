/** Changing the names of a passkey on keys that will not, or only half (design decision 13). */
import { describe, expect, it } from 'vitest';
import type { AuthenticatorConfiguration } from '../../main/authenticator/configuration';
import { CredentialManager } from '../../main/client/credential-manager';
import { PinClient } from '../../main/client/pin';
import { SecurityKey } from '../../main/client/security-key';
import type { StoredCredential } from '../../main/client/stored-credential';
import { Permission } from '../../main/ctap/pin-protocol';
import { ObservedBus, softKey } from '../support/soft-key';

const PIN = '1234';

async function unlocked(configuration: Partial<AuthenticatorConfiguration>): Promise<{
  readonly manager: CredentialManager;
  readonly ada: StoredCredential;
}> {
  const soft = await softKey({
    pin: PIN,
    passkeys: [{ rpId: 'a.example', userName: 'ada', displayName: 'Ada' }],
    configuration,
  });
  const bus = new ObservedBus();
  const key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
  if (!key.info) throw new Error('a CTAP2 key');
  const token = await new PinClient(key.api, key.info, soft.random).token(PIN, Permission.CM);
  const manager = new CredentialManager(key.api, key.info, token);
  const [ada] = (await manager.list()).credentials;
  if (!ada) throw new Error('a passkey');
  return { manager, ada };
}

describe('a key that says it knows no such command', () => {
  it('has kept the names: the truth is what it lists afterwards', async () => {
    const { manager, ada } = await unlocked({ quirks: [{ name: 'update-unknown' }] });
    const update = await manager.updateUser(ada, { name: 'countess', displayName: 'Countess' });
    expect(update).toMatchObject({
      outcome: 'kept',
      credential: { user: { name: 'ada', displayName: 'Ada' } },
      refusal: { statusName: 'INVALID_COMMAND' },
    });
  });
});

describe('a key that cuts names', () => {
  it('has shortened them, and nothing is odd about it', async () => {
    const { manager, ada } = await unlocked({ maxNameLength: 64 });
    const name = 'countess '.repeat(10);
    const update = await manager.updateUser(ada, { name, displayName: 'Countess' });
    expect(update).toMatchObject({
      outcome: 'shortened',
      credential: { user: { name: name.slice(0, 64), displayName: 'Countess' }, flaws: [] },
    });
  });
});
