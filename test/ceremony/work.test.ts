/** What is said of a passkey that was just made: who else may come to have it (WebAuthn Level 3 §6.1.3). */
import { expect, it } from 'vitest';
import { decodeAuthenticatorData, encodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import { making, withPlace } from '../../main/ceremony/work';
import { parseCaller } from '../../main/webauthn/origin';
import { keyInCeremony } from '../support/ceremony-authenticators';
import { creationOptions, ORIGIN, RP_ID } from '../support/relying-party';

it.each([
  ['may be backed up, and is not yet', Flag.BE, 'synced'],
  ['is backed up', Flag.BE | Flag.BS, 'synced'],
  ['stays where it is', 0, 'device-bound'],
] as const)('a passkey that %s', async (_, backup, said) => {
  const key = await keyInCeremony({}, (api) => ({
    makeCredential: async (request, options) => {
      const answer = await api.makeCredential(request, options);
      const data = decodeAuthenticatorData(answer.authData);
      return { ...answer, authData: encodeAuthenticatorData({ ...data, flags: data.flags | backup }) };
    },
  }));
  const make = making(
    {
      kind: 'create',
      caller: parseCaller({ origin: ORIGIN }),
      options: creationOptions({ authenticatorSelection: { residentKey: 'required' } }),
      hasOwnDialog: false,
    },
    RP_ID,
    undefined,
  );
  const place = { is: 'key', id: '1', name: 'Key' } as const;
  const ending = withPlace(await make(key, {}), place);
  const [made] = key.plugged.soft.simulated.snapshot().credentials;
  expect(ending).toMatchObject({ result: { is: 'created' } });
  expect(ending.saved).toEqual({
    passkey: { rpId: RP_ID, credentialId: made!.credential.id, place: 'key' },
    place,
    backup: said,
  });
});
