/** What is to be done on an authenticator, whichever it is: the request, through main/webauthn. */
import type { SystemSecurityKeys } from '../../native/ports';
import { decodeAuthenticatorData, Flag } from '../ctap/authenticator-data';
import type { AccountChooser } from '../webauthn/accounts';
import type { EnterpriseAttestation } from '../webauthn/attestation';
import { serializeClientData } from '../webauthn/client-data';
import { create } from '../webauthn/create';
import { get } from '../webauthn/get';
import type { AuthenticationCredential, RegistrationCredential } from '../webauthn/model';
import { authenticationToJSON, registrationToJSON } from '../webauthn/response-json';
import { createBySystem, getBySystem } from '../webauthn/system-keys';
import type { OnAuthenticator } from './key-ceremony';
import type { PlaceName } from './dialog-view';
import type { CeremonyRequest } from './model';
import type { Ending } from './step';

type CreateRequest = Extract<CeremonyRequest, { readonly kind: 'create' }>;
type GetRequest = Extract<CeremonyRequest, { readonly kind: 'get' }>;

export const DEVICE: PlaceName = { is: 'device' };

/** The ending says of every place that it is this device: {@link withPlace} says which it was. */
export function making(
  { caller, options }: CreateRequest,
  rpId: string,
  enterpriseAttestation: EnterpriseAttestation,
): OnAuthenticator<Ending> {
  const clientDataJSON = serializeClientData('webauthn.create', options.challenge, caller);
  const request = { options, rpId, clientDataJSON, ...(enterpriseAttestation && { enterpriseAttestation }) };
  return async (authenticator, callOptions) =>
    created(await create(authenticator, request, callOptions), rpId);
}

function created(made: RegistrationCredential, rpId: string): Ending {
  const { flags } = decodeAuthenticatorData(made.response.authenticatorData);
  const place = made.authenticatorAttachment === 'platform' ? 'device' : 'key';
  return {
    to: 'end',
    result: { is: 'created', response: registrationToJSON(made) },
    saved: {
      passkey: { rpId, credentialId: made.rawId, place },
      place: DEVICE,
      backup: flags & Flag.BE ? 'synced' : 'device-bound',
    },
  };
}

/** @param chosen the ID of the passkey that was chosen already */
export function using(
  { caller, options }: GetRequest,
  rpId: string,
  chooseAccount: AccountChooser,
  chosen: Uint8Array | undefined,
): OnAuthenticator<Ending> {
  const clientDataJSON = serializeClientData('webauthn.get', options.challenge, caller);
  const request = { options, rpId, clientDataJSON, chooseAccount, ...(chosen && { chosen }) };
  return async (authenticator, callOptions) => used(await get(authenticator, request, callOptions));
}

function used(credential: AuthenticationCredential): Ending {
  return { to: 'end', result: { is: 'used', response: authenticationToJSON(credential) } };
}

/** The same by the system's own dialog for security keys. */
export async function bySystem(
  keys: SystemSecurityKeys,
  request: CeremonyRequest,
  rpId: string,
  enterpriseAttestation: EnterpriseAttestation,
  signal: AbortSignal,
): Promise<Ending> {
  const { caller } = request;
  if (request.kind === 'get') {
    const clientDataJSON = serializeClientData('webauthn.get', request.options.challenge, caller);
    return used(await getBySystem(keys, { options: request.options, rpId, clientDataJSON }, signal));
  }
  const { options } = request;
  const clientDataJSON = serializeClientData('webauthn.create', options.challenge, caller);
  const asked = { options, rpId, clientDataJSON, ...(enterpriseAttestation && { enterpriseAttestation }) };
  return created(await createBySystem(keys, asked, signal), rpId);
}

export function withPlace(ending: Ending, place: PlaceName): Ending {
  return ending.saved ? { ...ending, saved: { ...ending.saved, place } } : ending;
}
