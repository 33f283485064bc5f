/** Whether a key is the one that was taken out (design decision 12). */
import { describe, expect, it } from 'vitest';
import { doubtAboutIdentity, type KeyIdentity } from '../../main/client/key-identity';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import type { HidDeviceInfo } from '../../native/ports';
import { hidDevice } from '../support/scripted-hid';

const info: AuthenticatorInfo = {
  versions: ['FIDO_2_1'],
  aaguid: new Uint8Array(16),
  options: new Map([['clientPin', true]]),
  remainingDiscoverableCredentials: 20,
  encIdentifier: new Uint8Array(32),
};

function key(device: Partial<HidDeviceInfo> = {}, change: Partial<AuthenticatorInfo> = {}): KeyIdentity {
  return { device: hidDevice('a', device), info: { ...info, ...change } };
}

describe('it is the same key', () => {
  it.each<[string, KeyIdentity, KeyIdentity, HidDeviceInfo[]]>([
    ['in the same socket', key({ socket: '1' }), key({ socket: '1' }), []],
    ['where sockets are unknown', key(), key(), []],
    ['where only one socket is known', key({ socket: '1' }), key(), []],
    [
      'by its serial number in another socket',
      key({ serial: 'x', socket: '1' }),
      key({ serial: 'x', socket: '2' }),
      [],
    ],
    [
      'by its serial number beside a twin',
      key({ serial: 'x' }),
      key({ serial: 'x' }),
      [hidDevice('b', { serial: 'y' })],
    ],
    ['beside another model', key(), key(), [hidDevice('b', { productId: 9 })]],
    [
      'with other volatile members',
      key(),
      key(
        {},
        { remainingDiscoverableCredentials: 1, encIdentifier: new Uint8Array(32).fill(1), flaws: ['x'] },
      ),
      [],
    ],
    [
      'with options in another order',
      key(
        {},
        {
          options: new Map([
            ['a', true],
            ['b', true],
          ]),
        },
      ),
      key(
        {},
        {
          options: new Map([
            ['b', true],
            ['a', true],
          ]),
        },
      ),
      [],
    ],
  ])('%s', (_, before, now, others) => {
    expect(doubtAboutIdentity(before, now, others)).toBeUndefined();
  });
});

describe('it may be another key', () => {
  it.each<[string, KeyIdentity, KeyIdentity, HidDeviceInfo[]]>([
    ['of another vendor', key(), key({ vendorId: 1 }), []],
    ['of another product', key(), key({ productId: 1 }), []],
    ['that is simulated', key(), key({ simulated: true }), []],
    ['in another socket', key({ socket: '1' }), key({ socket: '2' }), []],
    ['with another serial number', key({ serial: 'x' }), key({ serial: 'y' }), []],
    ['with a serial number, where the other had none', key(), key({ serial: 'y' }), []],
    ['beside a twin', key({ socket: '1' }), key({ socket: '1' }), [hidDevice('b')]],
    [
      'beside a twin with the same serial number',
      key({ serial: 'x' }),
      key({ serial: 'x' }),
      [hidDevice('b', { serial: 'x' })],
    ],
    ['with another AAGUID', key(), key({}, { aaguid: new Uint8Array(16).fill(1) }), []],
    ['with another option', key(), key({}, { options: new Map([['clientPin', false]]) }), []],
    ['with one member more', key(), key({}, { firmwareVersion: 1 }), []],
    [
      'with the same serial number but another getInfo',
      key({ serial: 'x' }),
      key({ serial: 'x' }, { firmwareVersion: 1 }),
      [],
    ],
  ])('%s', (_, before, now, others) => {
    expect(doubtAboutIdentity(before, now, others)).toEqual(expect.any(String));
  });
});
