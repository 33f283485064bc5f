/** authenticatorGetInfo (CTAP 2.1 §6.4). */
import type { CborKey, CborMap, CborValue } from '../../ctap/cbor';
import { getInfoResponse } from '../../ctap/commands/get-info';
import { PUBLIC_KEY } from '../../ctap/entities';
import type { CommandContext } from '../command-context';

/** Raw, because the configuration may add members of any kind. */
export async function getInfo({ env, session }: CommandContext): Promise<CborMap> {
  const { configuration, storage } = env;
  const { credentialManagement: listing } = configuration;
  const options = new Map<string, boolean>([
    ['plat', false],
    ['up', true],
    ...(configuration.discoverable ? [['rk', true] as const] : []),
    ...(configuration.clientPin ? [['clientPin', session.pin.isSet] as const] : []),
    ...(configuration.pinUvAuthToken ? [['pinUvAuthToken', true] as const] : []),
    ...(listing === 'final' || listing === 'both' ? [['credMgmt', true] as const] : []),
    ...(listing === 'preview' || listing === 'both' ? [['credentialMgmtPreview', true] as const] : []),
    ...(configuration.makeCredUvNotRqd && !configuration.alwaysUv
      ? [['makeCredUvNotRqd', true] as const]
      : []),
    ...(configuration.alwaysUv ? [['alwaysUv', true] as const] : []),
    ...(configuration.noMcGaPermissionsWithClientPin
      ? [['noMcGaPermissionsWithClientPin', true] as const]
      : []),
    ...configuration.extraOptions,
  ]);
  const info = getInfoResponse.encode({
    versions: configuration.versions,
    ...(configuration.extensions.length > 0 && { extensions: configuration.extensions }),
    aaguid: configuration.aaguid,
    options,
    maxMsgSize: configuration.maxMsgSize,
    ...(configuration.clientPin && { pinUvAuthProtocols: configuration.pinUvAuthProtocols }),
    ...(configuration.fullInfo && {
      maxCredentialCountInList: configuration.maxCredentialCountInList,
      maxCredentialIdLength: configuration.maxCredentialIdLength,
      transports: ['usb'],
      algorithms: configuration.algorithms.map((alg) => ({ alg, type: PUBLIC_KEY })),
      forcePINChange: session.pin.forceChange,
      minPINLength: configuration.minPinLength,
      firmwareVersion: configuration.firmwareVersion,
      remainingDiscoverableCredentials: await storage.credentials.remaining(),
    }),
  }) as CborMap;
  return new Map<CborKey, CborValue>([...info, ...configuration.extraInfo]);
}
