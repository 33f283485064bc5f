/** What is said of the places before one is chosen: what they cannot give the site, and what they will ask for. */
import { describe, expect, it } from 'vitest';
import { capabilityOf } from '../../main/ceremony/capability';
import type { CeremonyRequest } from '../../main/ceremony/model';
import type { AuthenticationExtensionsClientInputs } from '../../main/webauthn/model';
import { parseCaller } from '../../main/webauthn/origin';
import { blinking, ceremonyRig, DEVICE_PIN, KEY_PIN, touch } from '../support/ceremony-rig';
import { settled } from '../support/manual-clock';
import { ORIGIN, RP_ID, utf8 } from '../support/relying-party';

describe('attestation, which this device has none of', () => {
  it.each([
    ['direct', true],
    ['enterprise', true],
    ['indirect', undefined],
    ['none', undefined],
    [undefined, undefined],
  ] as const)(
    '%s: said of it where the site wants to know the model, and of no key',
    async (attestation, said) => {
      const rig = await ceremonyRig({ keys: [{}] });
      const person = rig.create(attestation ? { attestation } : {});
      const { places } = await person.sees('choose-place');
      expect(places.map((place) => [place.is, 'unattested' in place ? place.unattested : undefined])).toEqual(
        [
          ['device', said],
          ['key', undefined],
          ['any-key', undefined],
          ['phone', undefined],
        ],
      );
    },
  );

  it('is nothing to say where a passkey is used', async () => {
    const rig = await ceremonyRig({ keys: [{}] });
    const made = rig.create({
      attestation: 'direct',
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
    });
    await made.sees('device-pin');
    made.entersPin(DEVICE_PIN);
    await made.sees('saved');
    made.does({ act: 'done' });
    const person = rig.get();
    await person.sees('device-pin');
    person.does({ act: 'use-another-device' });
    const { places } = await person.sees('choose-place');
    expect(places[0]).toEqual({ is: 'device', id: 'device', need: 'pin' });
  });
});

describe('a touch is all', () => {
  const get = (extensions?: AuthenticationExtensionsClientInputs): CeremonyRequest => ({
    kind: 'get',
    caller: parseCaller({ origin: ORIGIN }),
    options: {
      challenge: new Uint8Array(16),
      userVerification: 'discouraged',
      ...(extensions && { extensions }),
    },
    hasOwnDialog: false,
  });
  const info = {
    versions: ['FIDO_2_1'],
    aaguid: new Uint8Array(16),
    options: new Map([
      ['rk', true],
      ['clientPin', true],
    ]),
  };
  const first = utf8('salt');

  it.each([
    ['no extensions', undefined, true],
    ['getCredBlob', { getCredBlob: true }, true],
    ['a large blob that is read', { largeBlob: { read: true } }, true],
    ['prf', { prf: { eval: { first } } }, false],
    ['a large blob that is written', { largeBlob: { write: first } }, false],
  ] as const)('with %s', (_, extensions, isAll) => {
    expect(capabilityOf(info, get(extensions), undefined).asksNothing).toBe(isAll);
  });

  it('but not with prf: keys race for the touch, and the one that was touched asks for its PIN', async () => {
    const passkeys = [{ rpId: RP_ID, userName: 'ada', userId: utf8('ada') }];
    const rig = await ceremonyRig({ vault: 'absent', keys: [{ passkeys }, { passkeys }] });
    const person = rig.get({ userVerification: 'discouraged', extensions: { prf: { eval: { first } } } });
    for (const key of rig.keys) await blinking(key);
    await settled();
    expect(person.seen).not.toContain('key-pin');
    touch(rig.keys[1]!);
    expect(await person.sees('key-pin')).toMatchObject({ key: { name: 'Key 2' } });
    person.entersPin(KEY_PIN);
    await person.sees('touch-key');
    await blinking(rig.keys[1]!);
    touch(rig.keys[1]!);
    expect(await person.result).toMatchObject({
      is: 'used',
      response: { clientExtensionResults: { prf: {} } },
    });
  });
});
