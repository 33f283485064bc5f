/** What tests ask of the authenticator of this device. */
import { expect } from 'vitest';
import { decodeAuthenticatorData } from '../../main/ctap/authenticator-data';
import { ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import type { GetAssertionRequest, GetAssertionResponse } from '../../main/ctap/commands/get-assertion';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../main/ctap/commands/make-credential';
import { newKeyAgreementKey, pinProtocol } from '../../main/ctap/pin-protocol';
import { Status, type StatusName } from '../../main/ctap/status';
import { CLIENT_DATA_HASH, createdCredential } from '../support/platform';
import type { PlatformDevice } from '../support/platform-device';

export const RP = 'a.example';
export const PUBLIC_KEY = 'public-key';

export const makeRequest = (change: Partial<MakeCredentialRequest> = {}): MakeCredentialRequest => ({
  clientDataHash: CLIENT_DATA_HASH,
  rp: { id: RP, name: 'A' },
  user: { id: Uint8Array.of(1), name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ alg: -7, type: PUBLIC_KEY }],
  options: { rk: true },
  ...change,
});
export const getRequest = (change: Partial<GetAssertionRequest> = {}): GetAssertionRequest => ({
  rpId: RP,
  clientDataHash: CLIENT_DATA_HASH,
  ...change,
});
export const make = ({ device }: PlatformDevice, change?: Partial<MakeCredentialRequest>) =>
  device.makeCredential(makeRequest(change));
export const get = ({ device }: PlatformDevice, change?: Partial<GetAssertionRequest>) =>
  device.getAssertion(getRequest(change));
export const gestures = ({ presence }: PlatformDevice): number => presence.fingers.requests.length;
export const flagsOf = ({ authData }: { readonly authData: Uint8Array }): number =>
  decodeAuthenticatorData(authData).flags;
export const idOf = ({ authData }: MakeCredentialResponse): Uint8Array => createdCredential(authData).id;
export const listed = (id: Uint8Array) => ({ allowList: [{ id, type: PUBLIC_KEY }] });
export const userIds = (answers: readonly GetAssertionResponse[]) => answers.map(({ user }) => user?.id[0]);

export async function refused(answer: Promise<unknown>, status: StatusName): Promise<void> {
  await expect(answer).rejects.toMatchObject({ name: 'CtapStatusError', status: Status[status] });
}

export async function accounts(device: PlatformDevice, count: number): Promise<void> {
  for (let id = 1; id <= count; id++)
    await make(device, { user: { id: Uint8Array.of(id), name: `user ${id}` } });
}

/** A pinUvAuthToken by the gesture, and what it makes of {@link CLIENT_DATA_HASH}. */
export async function token({ device, random }: PlatformDevice, permissions: number, rpId?: string) {
  const protocol = pinProtocol(2, random)!;
  const pinUvAuthProtocol = 2;
  const { keyAgreement: peer } = await device.clientPin({
    pinUvAuthProtocol,
    subCommand: ClientPinSubcommand.GET_KEY_AGREEMENT,
  });
  const own = newKeyAgreementKey(random);
  const secret = protocol.sharedSecret(own, peer!)!;
  const { pinUvAuthToken } = await device.clientPin({
    pinUvAuthProtocol,
    subCommand: ClientPinSubcommand.GET_TOKEN_USING_UV,
    keyAgreement: own.publicKey,
    permissions,
    ...(rpId !== undefined && { rpId }),
  });
  const value = protocol.decrypt(secret, pinUvAuthToken!)!;
  return { pinUvAuthProtocol, pinUvAuthParam: protocol.authenticate(value, CLIENT_DATA_HASH) };
}
