/** Whether a key that was plugged in is the one that was taken out (design decision 12). */
import { equalBytes } from '@noble/ciphers/utils.js';
import { encodeCbor } from '../ctap/cbor';
import { getInfoResponse, type AuthenticatorInfo } from '../ctap/commands/get-info';
import type { HidDeviceInfo } from '../../native/ports';
import type { PinUvAuthToken } from './pin-uv-auth-token';

/** Remembers what is needed to recognise a key. */
export interface KeyIdentity {
  readonly device: HidDeviceInfo;
  readonly info: AuthenticatorInfo;
}

/** The same maker and model by their USB numbers. */
export function sameModel(a: HidDeviceInfo, b: HidDeviceInfo): boolean {
  return a.vendorId === b.vendorId && a.productId === b.productId && a.simulated === b.simulated;
}

/**
 * Why `now` cannot be trusted to be the key that `before` was, or undefined when it can: by serial number where it has
 * one, otherwise same socket (when both are known) and no other key of that model attached; in both cases the same getInfo.
 * `others` are all keys attached beside `now`.
 */
export function doubtAboutIdentity(
  before: KeyIdentity,
  now: KeyIdentity,
  others: readonly HidDeviceInfo[],
): string | undefined {
  const { device } = now;
  if (!sameModel(before.device, device)) return 'This is another model than the key that was taken out.';
  if (before.device.serial !== device.serial) return 'This key has another serial number.';
  if (!equalInfo(before.info, now.info)) return 'This key describes itself differently.';
  const twins = others.filter((other) => sameModel(other, device) && other.serial === device.serial);
  if (twins.length > 0) return 'Another key of the same model is plugged in.';
  if (device.serial !== '') return undefined;
  if (
    before.device.socket !== undefined &&
    device.socket !== undefined &&
    before.device.socket !== device.socket
  )
    return 'The key was put into another socket.';
  return undefined;
}

/**
 * The identifier of the key, the same until it is reset, for the holder of a persistent token (CTAP 2.2 §6.4, encIdentifier);
 * 16 bytes in hex. Undefined where the key conceals none, or the token is not persistent. A token that has ended (PIN
 * changed, key reset) gives another value, as another key does: only equality says something.
 */
export function stableIdentifier(info: AuthenticatorInfo, token: PinUvAuthToken): string | undefined {
  if (!info.encIdentifier || !token.persistent) return undefined;
  return Buffer.from(token.reveal('encIdentifier', info.encIdentifier)).toString('hex');
}

/**
 * A value that changes whenever a passkey on the key is made, deleted or renamed (CTAP 2.3 §6.4, encCredStoreState); 16
 * bytes in hex. A list that was read under the same value is still true. Undefined as for {@link stableIdentifier}.
 */
export function credentialStoreState(info: AuthenticatorInfo, token: PinUvAuthToken): string | undefined {
  if (!info.encCredStoreState || !token.persistent) return undefined;
  return Buffer.from(token.reveal('encCredStoreState', info.encCredStoreState)).toString('hex');
}

/** Members that change without anybody doing anything to the key, or by being used. */
const volatile: ReadonlySet<string> = new Set<keyof AuthenticatorInfo>([
  'encIdentifier',
  'encCredStoreState',
  'remainingDiscoverableCredentials',
  'uvCountSinceLastPinEntry',
  'flaws',
]);

function equalInfo(a: AuthenticatorInfo, b: AuthenticatorInfo): boolean {
  return equalBytes(stableBytes(a), stableBytes(b));
}

function stableBytes(info: AuthenticatorInfo): Uint8Array {
  const stable = Object.fromEntries(Object.entries(info).filter(([name]) => !volatile.has(name)));
  return encodeCbor(getInfoResponse.encode(stable as AuthenticatorInfo));
}
