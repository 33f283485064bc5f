/** What cases about keys with a fingerprint sensor share. */
import { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import type { CborMap } from '../../main/ctap/cbor';
import {
  bioEnrollmentAuthMessage,
  bioEnrollmentParams,
  FINGERPRINT,
  type BioEnrollmentParams,
  type BioEnrollmentRequest,
  type BioEnrollmentResponse,
} from '../../main/ctap/commands/bio-enrollment';
import {
  ClientPinSubcommand as Sub,
  type ClientPinRequest,
  type ClientPinResponse,
} from '../../main/ctap/commands/client-pin';
import type { CallOptions } from '../../main/ctap/api';
import type { SoftKeyRecipe } from '../support/soft-key';
import { PIN } from './ceremony-pin';
import { agree, type Agreement, type Subject } from './subject';

/** A sensor that knows a finger, and no PIN. */
export const enrolled = {
  profile: 'fingerprint',
  fingers: [{ friendlyName: 'left thumb' }],
} as const satisfies SoftKeyRecipe;

/** The same with {@link PIN}. */
export const enrolledWithPin = { ...enrolled, pin: PIN } as const;

async function agreed(subject: Subject): Promise<Agreement> {
  return agree(subject, (await subject.api.getInfo()).pinUvAuthProtocols?.[0] ?? 1);
}

/** getPinUvAuthTokenUsingUvWithPermissions as it is answered. */
export async function askByFinger(
  subject: Subject,
  request: Partial<ClientPinRequest>,
  options?: CallOptions,
): Promise<ClientPinResponse> {
  const { common } = await agreed(subject);
  return subject.api.clientPin({ ...common, subCommand: Sub.GET_TOKEN_USING_UV, ...request }, options);
}

/** The token that a finger gives. */
export async function tokenByFinger(
  subject: Subject,
  permissions: number,
  rpId?: string,
): Promise<PinUvAuthToken> {
  const { protocol, secret, common } = await agreed(subject);
  const { pinUvAuthToken } = await subject.api.clientPin({
    ...common,
    subCommand: Sub.GET_TOKEN_USING_UV,
    permissions,
    ...(rpId !== undefined && { rpId }),
  });
  const bytes = pinUvAuthToken && protocol.decrypt(secret, pinUvAuthToken);
  if (!bytes) throw new Error('no token');
  return new PinUvAuthToken(bytes, protocol, permissions, false);
}

export async function uvRetries({ api }: Subject): Promise<number | undefined> {
  return (await api.clientPin({ subCommand: Sub.GET_UV_RETRIES })).uvRetries;
}

export async function option({ api }: Pick<Subject, 'api'>, name: string): Promise<boolean | undefined> {
  return (await api.getInfo()).options?.get(name);
}

/** A bioEnrollment request with its pinUvAuthParam; `change` may spoil it. */
export function bio(
  { api }: Pick<Subject, 'api'>,
  token: Pick<PinUvAuthToken, 'protocolVersion' | 'authenticate'> | undefined,
  subCommand: number,
  params?: BioEnrollmentParams,
  change: Partial<BioEnrollmentRequest> = {},
  options?: CallOptions,
): Promise<BioEnrollmentResponse> {
  const subCommandParams = params && (bioEnrollmentParams.encode(params) as CborMap);
  return api.bioEnrollment(
    {
      modality: FINGERPRINT,
      subCommand,
      ...(subCommandParams && { subCommandParams }),
      ...(token && {
        pinUvAuthProtocol: token.protocolVersion,
        pinUvAuthParam: token.authenticate(
          bioEnrollmentAuthMessage(FINGERPRINT, subCommand, subCommandParams),
        ),
      }),
      ...change,
    },
    options,
  );
}
