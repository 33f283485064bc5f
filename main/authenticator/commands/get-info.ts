/** authenticatorGetInfo (CTAP 2.1 §6.4; members from 0x16 on are those of 2.2 and 2.3). */
import type { CborKey, CborMap, CborValue } from '../../ctap/cbor';
import { ConfigSubcommand } from '../../ctap/commands/authenticator-config';
import { getInfoResponse, type AuthenticatorInfo } from '../../ctap/commands/get-info';
import { U2F_VERSION } from '../../ctap/ctap1';
import { PUBLIC_KEY } from '../../ctap/entities';
import { builtInUvConfigured } from '../built-in-uv';
import type { CommandContext } from '../command-context';
import type { Env } from '../env';
import { CRED_BLOB } from '../extensions/cred-blob';
import { PIN_COMPLEXITY_POLICY } from '../extensions/pin-policy';
import { concealed } from '../persistent-token';

/** Raw, because the configuration may add members of any kind. */
export async function getInfo(context: CommandContext): Promise<CborMap> {
  const { configuration, storage } = context.env;
  const { policy } = storage.record;
  const info = getInfoResponse.encode({
    versions: versionsOf(context.env),
    ...(configuration.extensions.length > 0 && { extensions: configuration.extensions }),
    aaguid: configuration.aaguid,
    options: optionsOf(context),
    maxMsgSize: configuration.maxMsgSize,
    ...((configuration.clientPin || configuration.builtInUv) && {
      pinUvAuthProtocols: configuration.pinUvAuthProtocols,
    }),
    ...(configuration.fullInfo && {
      maxCredentialCountInList: configuration.maxCredentialCountInList,
      maxCredentialIdLength: configuration.maxCredentialIdLength,
      transports: [configuration.attachment],
      algorithms: configuration.algorithms.map((alg) => ({ alg, type: PUBLIC_KEY })),
      forcePINChange: context.session.pin.forceChange,
      minPINLength: policy.minPinLength,
      firmwareVersion: configuration.firmwareVersion,
      remainingDiscoverableCredentials: await storage.credentials.remaining(),
    }),
    ...aboutConfiguring(context.env),
    ...aboutBlobs(context.env),
    ...(configuration.builtInUv && aboutTheSensor(context.env)),
    ...(configuration.ctap22Info && newerMembers(context)),
    ...(configuration.persistentToken && {
      encIdentifier: concealed(context.env, 'encIdentifier', storage.record.identifier),
    }),
    ...(configuration.persistentToken &&
      isCtap23(context.env) && {
        encCredStoreState: concealed(
          context.env,
          'encCredStoreState',
          await storage.credentials.storeState(),
        ),
      }),
  }) as CborMap;
  return new Map<CborKey, CborValue>([...info, ...configuration.extraInfo]);
}

/** U2F asks for no user verification, so a key that always wants it has no U2F (§7.2.4). */
function versionsOf({ configuration, storage }: Env): readonly string[] {
  const { versions, u2f } = configuration;
  const hasU2f = u2f !== 'none' && !storage.record.policy.alwaysUv;
  return [...(hasU2f ? [U2F_VERSION] : []), ...versions];
}

function optionsOf({ env, session }: CommandContext): Map<string, boolean> {
  const { configuration, storage } = env;
  const { policy, templates } = storage.record;
  const { credentialManagement: listing, bioEnrollment: enrolling, configCommands } = configuration;
  const enrolsFinally = enrolling === 'final' || enrolling === 'both';
  const enrolled = templates.length > 0;
  const toggles = configCommands.includes(ConfigSubcommand.TOGGLE_ALWAYS_UV);
  const options: readonly (readonly [name: string, isThere: boolean, value: boolean])[] = [
    ['plat', true, configuration.attachment === 'internal'],
    ['up', true, true],
    ['rk', configuration.discoverable, true],
    ['clientPin', configuration.clientPin, session.pin.isSet],
    ['uv', configuration.builtInUv, builtInUvConfigured(env)],
    ['bioEnroll', enrolsFinally, enrolled],
    ['userVerificationMgmtPreview', enrolling === 'preview' || enrolling === 'both', enrolled],
    ['uvBioEnroll', enrolsFinally && configuration.uvBioEnroll, true],
    ['pinUvAuthToken', configuration.pinUvAuthToken, true],
    ['noMcGaPermissionsWithClientPin', configuration.noMcGaPermissionsWithClientPin, true],
    ['credMgmt', listing === 'final' || listing === 'both', true],
    ['credentialMgmtPreview', listing === 'preview' || listing === 'both', true],
    ['perCredMgmtRO', configuration.persistentToken, true],
    ['makeCredUvNotRqd', configuration.makeCredUvNotRqd && !policy.alwaysUv, true],
    ['alwaysUv', toggles || policy.alwaysUv, policy.alwaysUv],
    ['authnrCfg', configCommands.length > 0, true],
    ['uvAcfg', configCommands.length > 0 && configuration.builtInUv && configuration.uvAcfg, true],
    ['setMinPINLength', configCommands.includes(ConfigSubcommand.SET_MIN_PIN_LENGTH), true],
    ['ep', configuration.enterpriseAttestation, policy.enterpriseAttestation],
    ['largeBlobs', configuration.maxLargeBlobArray > 0, true],
  ];
  return new Map([
    ...options.filter(([, isThere]) => isThere).map(([name, , value]) => [name, value] as const),
    ...configuration.extraOptions,
  ]);
}

/** What authenticatorConfig can be asked for; 0x1F from CTAP 2.3 on. */
function aboutConfiguring(env: Env): Partial<AuthenticatorInfo> {
  const { configCommands, vendorConfigCommands, maxRpIdsForSetMinPinLength } = env.configuration;
  return {
    ...(configCommands.includes(ConfigSubcommand.SET_MIN_PIN_LENGTH) && {
      maxRPIDsForSetMinPINLength: maxRpIdsForSetMinPinLength,
    }),
    ...(configCommands.includes(ConfigSubcommand.VENDOR_PROTOTYPE) && {
      vendorPrototypeConfigCommands: vendorConfigCommands,
    }),
    ...(configCommands.length > 0 && isCtap23(env) && { authenticatorConfigCommands: configCommands }),
  };
}

/** What fits into the large-blob array and into a credBlob. */
function aboutBlobs({ configuration }: Env): Partial<AuthenticatorInfo> {
  const { maxLargeBlobArray, extensions, maxCredBlobLength } = configuration;
  return {
    ...(maxLargeBlobArray > 0 && { maxSerializedLargeBlobArray: maxLargeBlobArray }),
    ...(extensions.includes(CRED_BLOB) && { maxCredBlobLength }),
  };
}

/** Bits of uvModality (FIDO registry, user verification methods). */
const FINGERPRINT_INTERNAL = 0x02;

/** How the key verifies by itself; what enrols no fingers does it in a way of the system's, and does not say which. */
function aboutTheSensor({ configuration }: Env): Partial<AuthenticatorInfo> {
  return {
    preferredPlatformUvAttempts: configuration.preferredPlatformUvAttempts,
    ...(configuration.bioEnrollment !== 'none' && { uvModality: FINGERPRINT_INTERNAL }),
  };
}

/** Members of CTAP 2.2. */
function newerMembers({ env, session }: CommandContext): Partial<AuthenticatorInfo> {
  const { configuration, storage } = env;
  const { policy } = storage.record;
  const { pinComplexityPolicyUrl, transportsForReset } = configuration;
  return {
    attestationFormats: configuration.attestationFormats,
    ...(configuration.builtInUv && { uvCountSinceLastPinEntry: session.pin.uvCount }),
    longTouchForReset: policy.longTouchForReset,
    ...(transportsForReset.length > 0 && { transportsForReset }),
    ...(configuration.extensions.includes(PIN_COMPLEXITY_POLICY) && {
      pinComplexityPolicy: policy.pinComplexityPolicy,
    }),
    ...(pinComplexityPolicyUrl && { pinComplexityPolicyURL: Buffer.from(pinComplexityPolicyUrl) }),
    ...(configuration.clientPin && { maxPINLength: configuration.maxPinLength }),
  };
}

function isCtap23({ configuration }: Env): boolean {
  return configuration.versions.includes('FIDO_2_3');
}
