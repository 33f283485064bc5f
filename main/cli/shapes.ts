/** The JSON of the commands; every shape is documented in docs/command-line.md. Bytes are base64url, what is not known is null. */
import { encodeCbor } from '../ctap/cbor';
import { algorithmName } from '../ctap/cose';
import type { AuthenticatorInfo } from '../ctap/commands/get-info';
import { aaguidText, keyFacts } from '../inventory/key-facts';
import type { KeyStatus } from '../inventory/model';
import { errorShape, failureOf } from './failure';
import { ProblemError } from '../inventory/problems';
import { base64url, idOf, whereOf, type ListedPasskey } from './passkeys';

/** Which key it is. */
export function keyReference({ name, device }: KeyStatus) {
  const { path, serial, simulated } = device;
  return { name, path, serial: serial || null, simulated };
}

export function keyShape(status: KeyStatus) {
  const { device, pin, list, slots, problem } = status;
  return {
    ...keyReference(status),
    manufacturer: device.manufacturer,
    product: device.product,
    vendorId: device.vendorId,
    productId: device.productId,
    deviceVersion: status.deviceVersion ?? null,
    aaguid: status.info ? aaguidText(status.info.aaguid) : null,
    versions: status.info?.versions ?? [],
    state: problem ? ('unusable' as const) : ('ready' as const),
    error: problem ? errorShape(failureOf(new ProblemError(problem))) : null,
    u2fOnly: status.u2fOnly,
    pin: pinShape(status),
    fingerprint: { state: status.builtInUv, retriesLeft: status.uvRetriesLeft ?? null },
    canList: pin.set && list.state !== 'nothing',
    canEdit: status.canEdit,
    freeSlots: slots.free ?? null,
  };
}

export function pinShape({ pin }: KeyStatus) {
  return {
    supported: pin.supported,
    set: pin.set,
    retriesLeft: pin.retriesLeft ?? null,
    blocked: pin.blocked ?? null,
    changeRequired: pin.changeRequired,
    minLength: pin.minLength,
    maxBytes: pin.maxBytes,
  };
}

export function keyInfoShape(status: KeyStatus) {
  const { info, pin, device } = status;
  return {
    ...keyShape(status),
    info: info ? infoShape(info) : null,
    facts: info ? keyFacts(info, pin, device.vendorId) : [],
    oddities: status.oddities,
  };
}

/** Every member of getInfo that the key sent, by the name it has in the specification. */
function infoShape({ flaws: _flaws, ...members }: AuthenticatorInfo): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, plain(value)]));
}

/** As JSON can say it: bytes as base64url, maps as objects, numbers beyond 2^53 as text. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return base64url(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, each]) => [String(name), plain(each)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  return value;
}

export function passkeyShape(listed: ListedPasskey) {
  const { credential, ownName } = listed.passkey;
  const { rpId, rpName, user, algorithm, credProtect } = credential;
  return {
    where: whereOf(listed),
    rpId,
    rpName: rpName ?? null,
    userName: user.name ?? null,
    userDisplayName: user.displayName ?? null,
    ownName: ownName ?? null,
    userHandle: base64url(user.id),
    credentialId: idOf(listed),
    algorithm: algorithm ?? null,
    credProtect: credProtect ?? null,
    key: listed.key ? keyReference(listed.key) : null,
    device: deviceFactsShape(listed),
  };
}

/** What is known of passkeys of this device besides; null for those on keys. */
function deviceFactsShape({ passkey: { device } }: ListedPasskey) {
  if (!device) return null;
  return {
    created: dateShape(device.created),
    lastUsed: dateShape(device.lastUsed),
    protected: device.protected,
    notRemovable: device.notRemovable ?? null,
  };
}

/** RFC 3339, UTC. */
export function dateShape(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

export function passkeyDetailsShape(listed: ListedPasskey) {
  const { credential, canEdit } = listed.passkey;
  const { rpIdHash, algorithm, publicKey, hasLargeBlobKey, thirdPartyPayment, flaws } = credential;
  return {
    ...passkeyShape(listed),
    rpIdHash: base64url(rpIdHash),
    algorithmName: (algorithm !== undefined && algorithmName(algorithm)) || null,
    publicKey: publicKey ? base64url(encodeCbor(publicKey)) : null,
    largeBlob: hasLargeBlobKey,
    thirdPartyPayment: thirdPartyPayment ?? null,
    canEdit,
    oddities: flaws,
  };
}
