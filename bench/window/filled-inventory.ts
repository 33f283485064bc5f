/** An inventory with one unlocked key and as many passkeys as wanted, two to a site. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { DevicePlace } from '../../main/inventory/device-place';
import type { DeviceStatus } from '../../main/inventory/device-model';
import type { Inventory } from '../../main/inventory/inventory';
import type { KeyStatus, Passkey } from '../../main/inventory/model';

const keyId = 'key-1';

const words = [
  'maple',
  'harbour',
  'lantern',
  'quartz',
  'meadow',
  'falcon',
  'copper',
  'willow',
  'ember',
  'tundra',
];

function word(index: number): string {
  return words[index % words.length] ?? '';
}

function passkey(index: number): Passkey {
  const site = Math.floor(index / 2);
  const rpId = `${word(site)}-${word(Math.floor(site / 10))}${site}.example`;
  const credentialId = Uint8Array.from(Buffer.from(`credential ${index}`));
  return {
    id: `${keyId}:${Buffer.from(credentialId).toString('hex')}`,
    keyId,
    canEdit: true,
    credential: {
      rpId,
      rpIdHash: sha256(Buffer.from(rpId)),
      user: {
        id: credentialId,
        name: `${word(index * 7)}.${index}@example.org`,
        displayName: `${word(index)} ${word(index * 3)}`,
      },
      credentialId,
      algorithm: -7,
      hasLargeBlobKey: false,
      flaws: [],
    },
  };
}

/** Answers what the window asks when it opens; nothing ever changes. */
export function filledInventory(count: number): Inventory {
  const passkeys = Array.from({ length: count }, (_, index) => passkey(index));
  const status: KeyStatus = {
    id: keyId,
    device: {
      path: 'bench',
      attachment: 'bench',
      vendorId: 0,
      productId: 0,
      manufacturer: 'Latchkey',
      product: 'Simulated security key',
      serial: '',
      simulated: true,
    },
    name: 'Simulated security key',
    state: 'ready',
    u2fOnly: false,
    builtInUv: 'none',
    canEdit: true,
    info: { versions: ['FIDO_2_1'], aaguid: new Uint8Array(16) },
    pin: { supported: true, set: true, retriesLeft: 8, changeRequired: false, minLength: 4, maxBytes: 63 },
    list: { state: 'unlocked' },
    slots: { used: count, free: 0 },
    oddities: [],
  };
  const inventory: Pick<
    Inventory,
    'keys' | 'reset' | 'passkeysOn' | 'deleted' | 'ownNamesNotice' | 'onChange' | 'userActive'
  > = {
    keys: [status],
    deleted: [],
    ownNamesNotice: undefined,
    reset: null,
    passkeysOn: (id) => (id === keyId ? passkeys : []),
    onChange: () => () => undefined,
    userActive: () => undefined,
  };
  return inventory as Inventory;
}

/** This device, with nothing set up: all passkeys are on the key. */
export function emptyDevice(): DevicePlace {
  const status: DeviceStatus = {
    enabled: true,
    state: 'absent',
    canRestorePrevious: false,
    unlocked: false,
    path: '/bench',
    autoLockMinutes: 5,
  };
  const device: Pick<DevicePlace, 'status'> = { status };
  return device as DevicePlace;
}
