/** authenticatorMakeCredential (CTAP 2.1 §6.1.2; the numbers are those of the specification's steps). */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeAuthenticatorData, Flag } from '../../ctap/authenticator-data';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../ctap/commands/make-credential';
import { PUBLIC_KEY } from '../../ctap/entities';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { signatureAlgorithm, type SignatureAlgorithm } from '../algorithms';
import { attestationStatement, chooseAttestationFormat } from '../attestation';
import { isProtected } from '../built-in-uv';
import { requireTouch, type CommandContext } from '../command-context';
import { decidesForEnterprise } from '../enterprise-attestation';
import { CreationExtensions } from '../extensions/pipeline';
import type { CredentialSecrets } from '../env';
import { newSecrets, overwriteSecrets } from '../key-state';
import { locateListed } from '../located-credential';
import { storedUser } from '../stored-user';
import {
  applyAlwaysUv,
  readAuthParam,
  readUvOption,
  verificationRequired,
  verifyUser,
} from '../user-verification';
import { wrapCredential, wrappedSecrets } from '../wrapped-credential';

/** Bytes of the ID of a discoverable credential. */
const DISCOVERABLE_ID_LENGTH = 32;
const MAX_USER_ID_LENGTH = 64;

export async function makeCredential(
  context: CommandContext,
  request: MakeCredentialRequest,
): Promise<MakeCredentialResponse> {
  const { env, session } = context;
  const { configuration } = env;
  const { rp, options = {} } = request;
  checkShape(context, request);
  const rk = options.rk ?? false;
  const extensions = new CreationExtensions(request.extensions, { context, rpId: rp.id, rk });

  // 1–2. The zero-length parameter, and which protocol a longer one is for.
  const subject = { ...request, rpId: rp.id };
  const param = await readAuthParam(context, subject, 'create');
  // 3. The first algorithm of the platform's list that this key has.
  const algorithm = chooseAlgorithm(context, request);
  // 4–5. Nothing is proved yet. Options.
  const uvOption = readUvOption(context, options.uv, param);
  if (options.rk !== undefined && !configuration.discoverable)
    throw new CtapStatusError(Status.UNSUPPORTED_OPTION, 'rk');
  if (options.up === false) throw new CtapStatusError(Status.INVALID_OPTION, 'up');
  // 6. alwaysUv.
  const uvDue = applyAlwaysUv(context, uvOption, param);
  // 7–8. makeCredUvNotRqd leaves only discoverable credentials to be protected, without it everything is.
  if (isProtected(env) && !uvDue && !param && (rk || !configuration.makeCredUvNotRqd))
    throw verificationRequired(configuration);
  // 9. Enterprise attestation.
  const forEnterprise = decidesForEnterprise(env, request.enterpriseAttestation, rp.id);
  // 10–11. The token, or the finger.
  const { uv, present } = await verifyUser(context, subject, param, uvDue, Permission.MC);
  // 12. excludeList: whatever the user does, the platform learns no more than that there is one.
  const excluded = await locateListed(env, rp.id, request.excludeList ?? []);
  if (excluded.some((credential) => credential.credProtect !== 3 || uv)) {
    if (!present) await requireTouch(context, 'create', rp.id).catch(onlyUserAnswers);
    throw new CtapStatusError(Status.CREDENTIAL_EXCLUDED);
  }
  // 13–14. User presence; then the token has done its work.
  if (!present) await requireTouch(context, 'create', rp.id);
  session.token.spend();
  // 15–16. The key pair; extensions, of which only those that were asked for answer.
  const privateKey = await algorithm.newPrivateKey(env.random);
  const { credBlob } = extensions.traits;
  const secrets = rk ? newSecrets(privateKey, env.random, credBlob) : wrappedSecrets(privateKey);
  try {
    return await create(context, request, { algorithm, secrets, extensions, uv, forEnterprise });
  } finally {
    overwriteSecrets(secrets);
  }
}

interface Creation {
  readonly algorithm: SignatureAlgorithm;
  readonly secrets: CredentialSecrets;
  readonly extensions: CreationExtensions;
  readonly uv: boolean;
  readonly forEnterprise: boolean;
}

/** Steps 15 to 19, with a new private key. */
async function create(
  { env }: CommandContext,
  request: MakeCredentialRequest,
  { algorithm, secrets, extensions, uv, forEnterprise }: Creation,
): Promise<MakeCredentialResponse> {
  const { configuration, storage } = env;
  const { clientDataHash, rp, user, options = {} } = request;
  const { privateKey } = secrets;
  const publicKey = algorithm.publicKeyOf(privateKey);
  const { signed, largeBlobKey } = extensions.answer(secrets, uv);
  const { credBlob: _, ...traits } = extensions.traits;
  const kind = { algorithm: algorithm.number, credProtect: 1, ...traits } as const;
  const rpIdHash = sha256(Buffer.from(rp.id));
  let id: Uint8Array;
  if (options.rk ?? false) {
    // 17. Stored, in place of one for the same account; 0x28 without room.
    id = env.random.bytes(DISCOVERABLE_ID_LENGTH);
    await storage.credentials.save(
      { id, rp, user: storedUser(configuration, user), publicKey, ...kind },
      secrets,
    );
  } else {
    // 18. Sealed in its own ID.
    id = await wrapCredential(kind, privateKey, rpIdHash, storage, env.random);
  }
  // 19. Attestation.
  const authData = encodeAuthenticatorData({
    rpIdHash,
    flags: Flag.UP | (uv ? Flag.UV : 0),
    signCount: 0,
    attestedCredential: { aaguid: configuration.aaguid, credentialId: id, publicKey },
    ...(signed && { extensions: signed }),
  });
  const fmt = chooseAttestationFormat(configuration.attestationFormats, request.attestationFormatsPreference);
  const attStmt = attestationStatement(fmt, { authData, clientDataHash, algorithm, privateKey });
  return {
    fmt,
    authData,
    attStmt,
    // An empty statement identifies nobody.
    ...(forEnterprise && fmt !== 'none' && { epAtt: true }),
    ...(largeBlobKey && { largeBlobKey }),
  };
}

/** Limits of lists and of the user ID (§6.1.1), before anything else is looked at. */
function checkShape(
  { env: { configuration } }: CommandContext,
  { user, excludeList }: MakeCredentialRequest,
): void {
  if (user.id.length === 0 || user.id.length > MAX_USER_ID_LENGTH)
    throw new CtapStatusError(Status.INVALID_PARAMETER, 'user.id');
  if ((excludeList?.length ?? 0) > configuration.maxCredentialCountInList)
    throw new CtapStatusError(Status.LIMIT_EXCEEDED, 'excludeList');
}

function chooseAlgorithm(
  { env: { configuration } }: CommandContext,
  { pubKeyCredParams }: MakeCredentialRequest,
): SignatureAlgorithm {
  for (const { alg, type } of pubKeyCredParams) {
    const algorithm =
      type === PUBLIC_KEY && configuration.algorithms.includes(alg) ? signatureAlgorithm(alg) : undefined;
    if (algorithm) return algorithm;
  }
  throw new CtapStatusError(Status.UNSUPPORTED_ALGORITHM);
}

/** Lets go of a refused or missing touch, but not of a cancelled command. */
function onlyUserAnswers(error: unknown): void {
  if (error instanceof CtapStatusError && error.status !== Status.KEEPALIVE_CANCEL) return;
  throw error;
}
