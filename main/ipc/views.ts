/** The inventory's model as the contract shows it to the window: bytes as hex, words in place of numbers, no secrets. */
import { encodeCbor } from '../ctap/cbor';
import { aaguidText, algorithmText, firmwareText, keyFacts, u2fOnlyFacts } from '../inventory/key-facts';
import type { DeletedPasskey } from '../inventory/device-model';
import type { KeyStatus, Passkey } from '../inventory/model';
import { whySigningInHere } from '../vault/pam-sites';
import type { EditedNames, KeyView, PasskeyDetails, PasskeysText, PasskeyView } from '../../preload/contract';
import type { DeletedPasskeyView } from '../../preload/device-contract';

export function keyView(status: KeyStatus): KeyView {
  const { device, info, list } = status;
  const firmware = (info && firmwareText(info, device.vendorId)) ?? status.deviceVersion;
  return {
    id: status.id,
    name: status.name,
    manufacturer: device.manufacturer,
    serial: device.serial,
    simulated: device.simulated,
    state: status.state,
    ...(status.problem && { problem: status.problem }),
    facts: info ? keyFacts(info, status.pin, device.vendorId) : status.u2fOnly ? u2fOnlyFacts : [],
    ...(info && { aaguid: aaguidText(info.aaguid) }),
    ...(firmware !== undefined && { firmware }),
    versions: info ? info.versions : status.u2fOnly ? ['U2F_V2'] : [],
    pin: status.pin,
    canReset: info !== undefined,
    builtInUv: status.builtInUv,
    canEdit: status.canEdit,
    passkeys: list.state,
    ...(list.state === 'nothing' && { cannotList: list.cannotList }),
    ...(list.state === 'listing' && {
      progress: { done: list.done, ...(list.total !== undefined && { total: list.total }) },
    }),
    slots: status.slots,
    oddities: status.oddities,
    ...(status.listCutAt !== undefined && { listCutAt: status.listCutAt }),
  };
}

/** CTAP 2.1 §12.1.1 credProtect levels. */
const credProtectWords = { 1: 'optional', 2: 'optional-with-list', 3: 'required' } as const;

export function passkeyView({ id, keyId, credential, ownName, device }: Passkey): PasskeyView {
  const { user } = credential;
  const notRemovable = whySigningInHere(credential.rpId);
  const credProtect = credProtectWords[credential.credProtect as 1 | 2 | 3] as PasskeyView['credProtect'];
  return {
    id,
    keyId,
    rpId: credential.rpId,
    ...(credential.rpName !== undefined && { rpName: credential.rpName }),
    ...(user.name !== undefined && { userName: user.name }),
    ...(user.displayName !== undefined && { userDisplayName: user.displayName }),
    ...(ownName !== undefined && { ownName }),
    ...(credential.algorithm !== undefined && { algorithm: algorithmText(credential.algorithm) }),
    ...(credProtect && { credProtect }),
    hasLargeBlobKey: credential.hasLargeBlobKey,
    ...(credential.thirdPartyPayment !== undefined && { thirdPartyPayment: credential.thirdPartyPayment }),
    // On this device BE = BS = 0. Credential management (CTAP 2.1 §6.8) does not tell the bits of what is on a key.
    backup: device ? 'device-bound' : 'unknown',
    ...(notRemovable !== undefined && { notRemovable }),
    ...device,
    oddities: credential.flaws,
  };
}

export function passkeysText(passkeys: readonly Passkey[]): PasskeysText {
  return JSON.stringify(passkeys.map(passkeyView));
}

export function passkeyDetails({ credential }: Passkey): PasskeyDetails {
  return {
    userHandle: hex(credential.user.id),
    credentialId: hex(credential.credentialId),
    rpIdHash: hex(credential.rpIdHash),
    ...(credential.publicKey && { publicKey: hex(encodeCbor(credential.publicKey)) }),
  };
}

export function deletedPasskeyView(passkey: DeletedPasskey): DeletedPasskeyView {
  const { deleted, goes } = passkey;
  return { ...passkeyView(passkey), deleted, goes };
}

/** The names that are listed now. */
export function editedNames({ credential: { user } }: Passkey): EditedNames {
  return {
    ...(user.name !== undefined && { userName: user.name }),
    ...(user.displayName !== undefined && { userDisplayName: user.displayName }),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
