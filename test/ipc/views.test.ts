import { expect, it } from 'vitest';
import { keyView, passkeyDetails, passkeyView } from '../../main/ipc/views';
import { Desk, PIN, type KeyRecipe } from '../support/desk';

async function unlocked(recipe: KeyRecipe): Promise<Desk> {
  const desk = new Desk();
  await desk.plug(recipe);
  await desk.inventory.unlock(desk.status().id, PIN);
  return desk;
}

it('a key reaches the window in words, without token or PIN', async () => {
  const desk = await unlocked({ passkeys: [{ rpId: 'example.org' }], changes: { firmwareVersion: 7 } });
  const view = keyView(desk.status());
  expect(view).toMatchObject({
    name: 'Simulated security key',
    simulated: true,
    state: 'ready',
    aaguid: '4c617463-686b-6579-5369-6d756c617465',
    firmware: '7',
    versions: ['FIDO_2_0', 'FIDO_2_1'],
    canReset: true,
    passkeys: 'unlocked',
    slots: { used: 1, free: 99 },
  });
  expect(view.facts.map(({ term }) => term)).toContain('options.credMgmt');
  expect(structuredClone(view)).toEqual(view);
});

it('a passkey on a key that signs in to the machine itself says that it cannot be deleted, and why', async () => {
  const desk = await unlocked({ passkeys: [{ rpId: 'pam://desk' }, { rpId: 'example.org' }] });
  const views = desk.inventory.passkeysOn(desk.status().id).map(passkeyView);
  expect(views.find(({ rpId }) => rpId === 'pam://desk')?.notRemovable).toContain('signs you in to desk');
  expect(views.find(({ rpId }) => rpId === 'example.org')?.notRemovable).toBeUndefined();
});

it('a key that knows only U2F reaches the window as one, with a sentence about it', async () => {
  const desk = new Desk();
  await desk.plug({ profile: 'u2f', pin: null });
  expect(keyView(desk.status())).toMatchObject({
    state: 'ready',
    versions: ['U2F_V2'],
    canReset: false,
    builtInUv: 'none',
    canEdit: false,
    passkeys: 'nothing',
    cannotList: 'no-discoverable-credentials',
    facts: [{ value: 'U2F_V2', detail: expect.stringContaining('cannot hold passkeys') as unknown }],
  });
});

it('a passkey reaches the window in words; its bytes come in hex with its details, without its large blob key', async () => {
  const desk = await unlocked({
    passkeys: [
      {
        rpId: 'example.org',
        rpName: 'Example',
        userName: 'ada',
        displayName: 'Ada',
        userId: Uint8Array.of(0, 255),
        credProtect: 3,
        largeBlob: true,
        thirdPartyPayment: true,
      },
    ],
  });
  const [passkey] = desk.inventory.passkeysOn(desk.status().id);
  if (!passkey) throw new Error('no passkey');
  const view = passkeyView(passkey);
  expect(view).toMatchObject({
    rpId: 'example.org',
    rpName: 'Example',
    userName: 'ada',
    userDisplayName: 'Ada',
    algorithm: 'ES256 (−7)',
    credProtect: 'required',
    hasLargeBlobKey: true,
    thirdPartyPayment: true,
    oddities: [],
  });
  for (const bytes of ['userHandle', 'credentialId', 'rpIdHash', 'publicKey'])
    expect(view).not.toHaveProperty(bytes);
  expect(passkeyDetails(passkey)).toEqual({
    userHandle: '00ff',
    credentialId: passkey.id.slice(passkey.keyId.length + 1),
    rpIdHash: 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5',
    publicKey: expect.stringMatching(/^a5010203262001215820[0-9a-f]{64}225820[0-9a-f]{64}$/) as unknown,
  });
});
