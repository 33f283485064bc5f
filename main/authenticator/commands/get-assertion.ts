/** authenticatorGetAssertion and getNextAssertion (CTAP 2.1 §6.2.2, §6.3; the numbers are those of the specification's steps). */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { encodeAuthenticatorData, Flag } from '../../ctap/authenticator-data';
import type { GetAssertionRequest, GetAssertionResponse } from '../../ctap/commands/get-assertion';
import { PUBLIC_KEY } from '../../ctap/entities';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { signatureAlgorithm } from '../algorithms';
import { requireTouch, type CommandContext } from '../command-context';
import { AssertionExtensions } from '../extensions/pipeline';
import { locateDiscoverable, locateListed, type LocatedCredential } from '../located-credential';
import { applyAlwaysUv, readAuthParam, readUvOption, verifyUser } from '../user-verification';

/** Milliseconds in which getNextAssertion must follow. */
export const ASSERTION_TIMEOUT = 30_000;

/** What is the same for every credential of one getAssertion. */
interface Assertion {
  readonly rpId: string;
  readonly clientDataHash: Uint8Array;
  readonly up: boolean;
  readonly uv: boolean;
  readonly extensions: AssertionExtensions;
  /** Several accounts, the platform must let the user choose, and the user is verified. */
  readonly namesShown: boolean;
}

/** What getNextAssertion goes on with. */
export interface AssertionQueue {
  readonly assertion: Assertion;
  readonly credentials: readonly LocatedCredential[];
  readonly next: number;
  /** `clock.now()` of the last answer. */
  readonly since: number;
}

export async function getAssertion(
  context: CommandContext,
  request: GetAssertionRequest,
): Promise<GetAssertionResponse> {
  const { env, session } = context;
  const { configuration } = env;
  const { rpId, clientDataHash, options = {} } = request;
  if ((request.allowList?.length ?? 0) > configuration.maxCredentialCountInList)
    throw new CtapStatusError(Status.LIMIT_EXCEEDED, 'allowList');

  // 1–2. The zero-length parameter, and which protocol a longer one is for.
  const param = await readAuthParam(context, request, 'use');
  // 3–4. Nothing is proved yet. Options.
  const uvOption = readUvOption(context, options.uv, param);
  if (options.rk !== undefined) throw new CtapStatusError(Status.UNSUPPORTED_OPTION, 'rk');
  const up = options.up ?? true;
  // 5. alwaysUv, except for silent questions.
  const uvDue = up ? applyAlwaysUv(context, uvOption, param) : uvOption;
  // 6. The token, or the finger.
  const { uv, present } = await verifyUser(context, request, param, uvDue, Permission.GA);
  // 7. Which credentials; credProtect hides some.
  const listed = request.allowList !== undefined && request.allowList.length > 0;
  const located = listed
    ? await locateListed(env, rpId, request.allowList)
    : await locateDiscoverable(env, rpId);
  const usable = located.filter(
    ({ credProtect }) => uv || credProtect === 1 || (credProtect === 2 && listed),
  );
  // 8. One for a list, otherwise all, the newest first.
  const [first, ...others] = listed ? usable.slice(0, 1) : usable;
  if (!first) throw new CtapStatusError(Status.NO_CREDENTIALS);
  const extensions = new AssertionExtensions(request.extensions, { context, rpId, up });
  // 9. User presence; then the token has done its work.
  if (up) {
    if (!present) await requireTouch(context, 'use', rpId);
    session.token.spend();
  }
  // 10–12. One account is answered; of several the rest is remembered.
  const several = others.length > 0;
  const assertion = { rpId, clientDataHash, up, uv, extensions, namesShown: several && uv };
  // 13. Sign.
  const answer = await sign(assertion, first);
  if (!several) return answer;
  session.assertions = { assertion, credentials: others, next: 0, since: env.clock.now() };
  return { ...answer, numberOfCredentials: 1 + others.length };
}

/** `queue` is what the last command left; 0x30 when that is nothing, used up or too old. */
export async function getNextAssertion(
  { env, session }: CommandContext,
  queue: AssertionQueue | undefined,
): Promise<GetAssertionResponse> {
  // 1–3. Remembered, not used up, in time.
  const credential = queue?.credentials[queue.next];
  if (!queue || !credential || env.clock.now() - queue.since > ASSERTION_TIMEOUT)
    throw new CtapStatusError(Status.NOT_ALLOWED);
  // 4–6. Sign; the time starts anew.
  const answer = await sign(queue.assertion, credential);
  session.assertions = { ...queue, next: queue.next + 1, since: env.clock.now() };
  return answer;
}

async function sign(
  { rpId, clientDataHash, up, uv, extensions, namesShown }: Assertion,
  credential: LocatedCredential,
): Promise<GetAssertionResponse> {
  const algorithm = signatureAlgorithm(credential.algorithm);
  if (!algorithm) throw new Error(`a stored credential has the unknown algorithm ${credential.algorithm}`);
  const secrets = await credential.secrets();
  const { largeBlobKey: blobKey, thirdPartyPayment, user } = credential;
  const { signed, largeBlobKey } = extensions.answer({
    secrets,
    uv,
    ...(blobKey && { largeBlobKey: blobKey }),
    ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
  });
  const authData = encodeAuthenticatorData({
    rpIdHash: sha256(Buffer.from(rpId)),
    flags: (up ? Flag.UP : 0) | (uv ? Flag.UV : 0),
    signCount: 0,
    ...(signed && { extensions: signed }),
  });
  return {
    credential: { id: credential.id, type: PUBLIC_KEY },
    authData,
    signature: algorithm.sign(secrets.privateKey, concatBytes(authData, clientDataHash)),
    ...(user && { user: namesShown ? user : { id: user.id } }),
    ...(largeBlobKey && { largeBlobKey }),
  };
}
