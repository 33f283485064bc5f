import { describe, expect, it } from 'vitest';
import {
  aaguidText,
  algorithmText,
  firmwareText,
  keyFacts,
  u2fOnlyFacts,
} from '../../main/inventory/key-facts';
import type { CborMap } from '../../main/ctap/cbor';
import { getInfoResponse, type AuthenticatorInfo } from '../../main/ctap/commands/get-info';

const pin = { supported: true, set: true, changeRequired: false, minLength: 6, maxBytes: 63 };
const aaguid = Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex'));

/** Every member of getInfo with some value. */
const everything: Required<Omit<AuthenticatorInfo, 'flaws'>> = {
  versions: ['FIDO_2_1', 'FIDO_2_3'],
  extensions: ['credProtect'],
  aaguid,
  options: new Map([
    ['rk', true],
    ['clientPin', false],
    ['alwaysUv', true],
    ['somethingNew', true],
  ]),
  maxMsgSize: 1200,
  pinUvAuthProtocols: [2, 1],
  maxCredentialCountInList: 8,
  maxCredentialIdLength: 128,
  transports: ['nfc', 'usb'],
  algorithms: [
    { alg: -7, type: 'public-key' },
    { alg: -1234, type: 'public-key' },
  ],
  maxSerializedLargeBlobArray: 4096,
  forcePINChange: true,
  minPINLength: 6,
  firmwareVersion: 328966,
  maxCredBlobLength: 32,
  maxRPIDsForSetMinPINLength: 1,
  preferredPlatformUvAttempts: 3,
  uvModality: 0x202,
  certifications: new Map([['FIDO', 2]]),
  remainingDiscoverableCredentials: 21,
  vendorPrototypeConfigCommands: [1, 2],
  attestationFormats: ['packed'],
  uvCountSinceLastPinEntry: 4,
  longTouchForReset: true,
  encIdentifier: new Uint8Array(32),
  transportsForReset: ['usb'],
  pinComplexityPolicy: true,
  pinComplexityPolicyURL: Uint8Array.from(Buffer.from('https://example.org/pin')),
  maxPINLength: 63,
  encCredStoreState: new Uint8Array(32),
  authenticatorConfigCommands: [1, 3],
};

/** CTAP 2.3 §6.4, the table of options, and those of the 2.1 preview. */
const options = [
  'plat',
  'rk',
  'clientPin',
  'up',
  'uv',
  'pinUvAuthToken',
  'noMcGaPermissionsWithClientPin',
  'largeBlobs',
  'ep',
  'bioEnroll',
  'userVerificationMgmtPreview',
  'uvBioEnroll',
  'authnrCfg',
  'uvAcfg',
  'credMgmt',
  'perCredMgmtRO',
  'credentialMgmtPreview',
  'setMinPINLength',
  'makeCredUvNotRqd',
  'alwaysUv',
  'uvToken',
];

describe('what a key says about itself', () => {
  it('has members 0x01 to 0x1F, and the list below has them all', () => {
    const members = [...(getInfoResponse.encode(everything) as CborMap).keys()].map(Number);
    expect(members.sort((a, b) => a - b)).toEqual(Array.from({ length: 0x1f }, (_, index) => index + 1));
  });

  it.each(options)('puts option %s in words, whatever it says', (name) => {
    for (const value of [true, false]) {
      const info = { ...everything, options: new Map([[name, value]]) };
      const fact = keyFacts(info, pin, 1).find(({ term }) => term === `options.${name}`);
      expect(fact?.label).toMatch(/^[A-Z]/);
      expect(fact?.label).not.toBe(name);
      expect(fact?.detail).toMatch(/^[A-Z].*\.$/);
      expect(fact?.value).toMatch(/^[A-Z]/);
    }
  });

  it('says of a key that has nothing to say that it knows only U2F', () => {
    expect(u2fOnlyFacts).toMatchObject([
      { value: 'U2F_V2', detail: expect.stringContaining('no PIN') as unknown },
    ]);
  });

  it('names what can be configured', () => {
    const info = { ...everything, authenticatorConfigCommands: [1, 2, 3, 4, 255, 77] };
    const fact = keyFacts(info, pin, 1).find(({ term }) => term === 'authenticatorConfigCommands');
    expect(fact?.value).toBe(
      "enterprise attestation, always verify, minimum PIN length, long touch for reset, maker's own, 77",
    );
  });

  it('shows every member of getInfo that the key sent', () => {
    const shown = new Set(keyFacts(everything, pin, 0x1050).map(({ term }) => term.replace(/\..*/, '')));
    const members = Object.keys(everything);
    expect(members.filter((member) => !shown.has(member))).toEqual([]);
  });

  it('shows nothing that the key did not send', () => {
    const facts = keyFacts({ versions: ['FIDO_2_0'], aaguid }, { ...pin, supported: false }, 1);
    expect(facts.map(({ term }) => term)).toEqual(['aaguid', 'versions']);
  });

  it('puts options in words, also when false means "possible, not set"', () => {
    const byTerm = new Map(keyFacts(everything, pin, 1).map((fact) => [fact.term, fact]));
    expect(byTerm.get('options.clientPin')).toMatchObject({ label: 'PIN', value: 'Possible, not set' });
    expect(byTerm.get('options.alwaysUv')).toMatchObject({ value: 'On' });
    expect(byTerm.get('options.somethingNew')).toMatchObject({ label: 'somethingNew', value: 'Yes' });
  });

  it('names the bits of uvModality', () => {
    const fact = keyFacts(everything, pin, 1).find(({ term }) => term === 'uvModality');
    expect(fact?.value).toBe('fingerprint, none');
  });

  it('reads packed firmware versions of Yubico and leaves those of others as numbers', () => {
    expect(firmwareText(everything, 0x1050)).toBe('5.5.6');
    expect(firmwareText(everything, 0x20a0)).toBe('328966');
    expect(firmwareText({ versions: [], aaguid }, 0x1050)).toBeUndefined();
  });

  it('writes AAGUIDs as UUIDs and algorithms with name and number', () => {
    expect(aaguidText(aaguid)).toBe('00112233-4455-6677-8899-aabbccddeeff');
    expect(algorithmText(-7)).toBe('ES256 (−7)');
    expect(algorithmText(-1234)).toBe('unknown (−1234)');
  });
});
