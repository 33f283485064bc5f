/** Creating and using a credential at a key with a sensor, and who was asked for what by it. */
import { decodeAuthenticatorData, Flag } from '../../main/ctap/authenticator-data';
import type { GetAssertionRequest, GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { getRequest, makeRequest } from './ceremony';
import type { Subject } from './subject';

export const byFinger = { options: { rk: true, uv: true } } as const;

export const make = (
  subject: Subject,
  change: Partial<MakeCredentialRequest>,
): Promise<MakeCredentialResponse> => subject.api.makeCredential(makeRequest(change));

export const use = (
  subject: Subject,
  change: Partial<GetAssertionRequest> = {},
): Promise<GetAssertionResponse> => subject.api.getAssertion(getRequest(change));

export function flags({ authData }: { readonly authData: Uint8Array }): { up: boolean; uv: boolean } {
  const bits = decodeAuthenticatorData(authData).flags;
  return { up: (bits & Flag.UP) !== 0, uv: (bits & Flag.UV) !== 0 };
}

export const touches = ({ presence }: Subject): number => presence.requests.length;
export const fingers = ({ presence }: Subject): number => presence.fingers.requests.length;
