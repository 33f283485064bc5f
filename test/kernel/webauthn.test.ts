/** A passkey made and used as for a web site, with node-hid, hidraw and uhid of a real kernel between Latchkey and the key. */
import { expect, test } from 'vitest';
import { AuthenticatorBlobs } from '../../main/ceremony/authenticator-blobs.js';
import { KeyVerifier } from '../../main/ceremony/key-verifier.js';
import { platformConfiguration } from '../../main/authenticator/platform-configuration.js';
import { PinClient } from '../../main/client/pin.js';
import type { CeremonyAuthenticator } from '../../main/webauthn/ports.js';
import {
  accepted,
  listed,
  registerAt,
  signedIn,
  signInAt,
  takenBySites,
  utf8,
} from '../support/relying-party.js';
import { openedKey, PIN, plugKey, system } from './support/key-on-uhid.js';
import { attached, systemBus } from './support/virtual-key.js';

async function keyInCeremony(askPin = async () => PIN): Promise<CeremonyAuthenticator> {
  const { key } = await openedKey();
  const info = key.info!;
  const pin = new PinClient(key.api, info, system.random);
  return {
    api: key.api,
    info,
    attachment: 'cross-platform',
    transport: 'usb',
    verifier: new KeyVerifier({ pin, info, askPin }),
    secrets: pin,
    largeBlobs: new AuthenticatorBlobs(key.api, info, system.random),
  };
}

test('a passkey with its PRF and its large blob, in lists of many packets, asked for by PIN', async () => {
  await attached(systemBus(), 0);
  const { simulated, presence } = await plugKey({ profile: '2.3' });
  let asked = 0;
  const authenticator = await keyInCeremony(async () => {
    asked++;
    return PIN;
  });
  const strangers = Array.from({ length: 20 }, (_, index) => new Uint8Array(200).fill(index + 1));
  const evaluated = { eval: { first: utf8('first'), second: utf8('second') } };

  const registration = await registerAt(authenticator, {
    attestation: 'direct',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: listed(...strangers),
    extensions: { credProps: true, prf: evaluated, largeBlob: { support: 'required' } },
  });
  expect(await accepted(registration)).toMatchObject({ fmt: 'packed', userVerified: true });
  const { prf: made } = registration.clientExtensionResults;
  expect(registration.clientExtensionResults).toMatchObject({
    credProps: { rk: true },
    largeBlob: { supported: true },
  });
  expect(simulated.snapshot().credentials).toHaveLength(1);

  const found = await signInAt(authenticator, { extensions: { prf: evaluated } });
  expect(await signedIn(registration, found)).toEqual({ userVerified: true });
  expect(found.response.userHandle).toEqual(utf8('ada'));
  expect(found.clientExtensionResults.prf?.results).toEqual(made?.results);

  const blob = utf8('kept with the passkey '.repeat(50));
  const written = await signInAt(authenticator, {
    allowCredentials: listed(registration.rawId),
    extensions: { largeBlob: { write: blob } },
  });
  expect(written.clientExtensionResults).toEqual({ largeBlob: { written: true } });
  const read = await signInAt(authenticator, {
    allowCredentials: listed(...strangers, registration.rawId),
    extensions: { largeBlob: { read: true } },
  });
  await signedIn(registration, read);
  expect(read.clientExtensionResults).toEqual({ largeBlob: { blob } });

  const again = registerAt(authenticator, {
    excludeCredentials: listed(...strangers, registration.rawId),
  });
  await expect(again).rejects.toMatchObject({ reason: 'excluded' });
  expect(asked).toBe(5);
  expect(presence.requests.map(({ reason }) => reason)).toEqual(['create', 'use', 'use', 'use', 'create']);
});

test('a passkey of every algorithm that there is', async () => {
  await attached(systemBus(), 0);
  const { algorithms } = platformConfiguration;
  await plugKey({ profile: '2.3', changes: { algorithms, maxMsgSize: 7609 } });
  const authenticator = await keyInCeremony();
  const made: number[] = [];
  for (const alg of algorithms) {
    const registration = await registerAt(authenticator, {
      attestation: 'direct',
      pubKeyCredParams: [{ alg, type: 'public-key' }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      user: { id: utf8(`user of ${alg}`), name: 'ada', displayName: 'Ada' },
    });
    made.push(registration.response.publicKeyAlgorithm);
    const assertion = await signInAt(authenticator, { allowCredentials: listed(registration.rawId) });
    await takenBySites(registration, assertion);
  }
  expect(made).toEqual(algorithms);
});
