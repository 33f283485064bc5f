/** The passkeys of this device that a request is about. */
import { encodeBase64Url } from '../webauthn/base64url';
import { credentialsFor, findListed, sameBytes } from '../webauthn/credential-lists';
import { PUBLIC_KEY } from '../webauthn/model';
import type { AccountChoice } from './dialog-view';
import type { CeremonyRequest } from './model';
import type { ThisDevice } from './this-device';
import { namesOf } from './views';

export interface DeviceMatch {
  readonly choice: AccountChoice;
  readonly credentialId: Uint8Array;
  /** It is in the vault, and says whose it is. */
  readonly discoverable: boolean;
}

/** That could sign in, the last used first. Empty unless it is open. */
export async function matchesOnDevice(
  device: ThisDevice,
  { options }: Extract<CeremonyRequest, { readonly kind: 'get' }>,
  rpId: string,
): Promise<readonly DeviceMatch[]> {
  if (device.situation.is !== 'open') return [];
  const { allowCredentials = [] } = options;
  const stored = device
    .passkeysOf(rpId)
    .filter(
      ({ credential }) =>
        allowCredentials.length === 0 ||
        allowCredentials.some(({ type, id }) => type === PUBLIC_KEY && sameBytes(id, credential.id)),
    );
  if (stored.length > 0)
    return stored.map(({ credential, lastUsed }) =>
      match(credential.id, true, {
        ...namesOf(credential.user),
        ...(lastUsed !== undefined && { lastUsed }),
      }),
    );
  // Those that live in their own ID (design decision 19) have no name.
  const found = await listedOnDevice(device, allowCredentials, rpId);
  return found ? [match(found, false, {})] : [];
}

/** One of a site's list that this device holds, in the vault or in its own ID. */
export async function listedOnDevice(
  device: ThisDevice,
  list: readonly { readonly type: string; readonly id: Uint8Array }[],
  rpId: string,
): Promise<Uint8Array | undefined> {
  if (device.situation.is !== 'open' || list.length === 0) return undefined;
  const authenticator = await device.silently();
  const own = await findListed(authenticator, { rpId, list: credentialsFor(authenticator.info, list) });
  return own?.id;
}

function match(
  credentialId: Uint8Array,
  discoverable: boolean,
  rest: Omit<AccountChoice, 'id' | 'place'>,
): DeviceMatch {
  return {
    credentialId,
    discoverable,
    choice: { id: encodeBase64Url(credentialId), place: { is: 'device' }, ...rest },
  };
}
