/** authenticatorGetAssertion and getNextAssertion (CTAP 2.1 §6.2.2, §6.3; the numbers are those of the specification's steps). */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { encodeAuthenticatorData, Flag } from '../../ctap/authenticator-data';
import type { CborMap } from '../../ctap/cbor';
import type { GetAssertionRequest, GetAssertionResponse } from '../../ctap/commands/get-assertion';
import { PUBLIC_KEY } from '../../ctap/entities';
import { CtapStatusError } from '../../ctap/errors';
import { Permission } from '../../ctap/pin-protocol';
import { Status } from '../../ctap/status';
import { signatureAlgorithm } from '../algorithms';
import { requireTouch, waitForUser, type CommandContext } from '../command-context';
import type { AccountChooser } from '../env';
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
  /** False for a silent question whose answer nobody may sign, see {@link Env.sealedSecrets}. */
  readonly signs: boolean;
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

/** Until when a verified user's accounts wait for getNextAssertion, by the clock; undefined when none does. */
export function assertionsServeUntil({
  assertion,
  credentials,
  next,
  since,
}: AssertionQueue): number | undefined {
  return assertion.uv && next < credentials.length ? since + ASSERTION_TIMEOUT : undefined;
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
  const signs = uv || !env.sealedSecrets;
  const assertion = { rpId, clientDataHash, up, uv, signs, extensions, namesShown: false };
  // 10–11. One account is answered.
  if (others.length === 0) return sign(assertion, first);
  // 12. Of several, with a display, the one that the user chooses there.
  if (env.chooser && (up || uv)) {
    const chosen = await chooseAccount(context, env.chooser, rpId, usable);
    return { ...(await sign(assertion, chosen)), userSelected: true };
  }
  // 12–13. Without, the newest; the rest is remembered.
  const several = { ...assertion, namesShown: uv };
  const answer = await sign(several, first);
  session.assertions = { assertion: several, credentials: others, next: 0, since: env.clock.now() };
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

/** 0x27 when the user declines or takes too long, 0x2D when the platform cancels or the power goes. */
async function chooseAccount(
  context: CommandContext,
  chooser: AccountChooser,
  rpId: string,
  credentials: readonly LocatedCredential[],
): Promise<LocatedCredential> {
  const accounts = credentials.flatMap(({ id, user }) => (user ? [{ id, user }] : []));
  const id = await waitForUser(context, (signal) => chooser.choose({ rpId, accounts, signal }));
  const chosen = typeof id === 'string' ? undefined : credentials.find((each) => equalBytes(each.id, id));
  if (!chosen) throw new CtapStatusError(Status.OPERATION_DENIED);
  return chosen;
}

async function sign(
  { rpId, clientDataHash, up, uv, signs, extensions, namesShown }: Assertion,
  credential: LocatedCredential,
): Promise<GetAssertionResponse> {
  const algorithm = signatureAlgorithm(credential.algorithm);
  if (!algorithm) throw new Error(`a stored credential has the unknown algorithm ${credential.algorithm}`);
  const { largeBlobKey: blobKey, thirdPartyPayment, user } = credential;
  const authDataWith = (signed?: CborMap): Uint8Array =>
    encodeAuthenticatorData({
      rpIdHash: sha256(Buffer.from(rpId)),
      flags: (up ? Flag.UP : 0) | (uv ? Flag.UV : 0),
      signCount: 0,
      ...(signed && { extensions: signed }),
    });
  const shown = {
    credential: { id: credential.id, type: PUBLIC_KEY },
    ...(user && { user: namesShown ? user : { id: user.id } }),
  };
  if (!signs) return { ...shown, authData: authDataWith(), signature: new Uint8Array() };
  return credential.use((secrets) => {
    const { signed, largeBlobKey } = extensions.answer({
      secrets,
      uv,
      ...(blobKey && { largeBlobKey: blobKey }),
      ...(thirdPartyPayment !== undefined && { thirdPartyPayment }),
    });
    const authData = authDataWith(signed);
    return {
      ...shown,
      authData,
      signature: algorithm.sign(secrets.privateKey, concatBytes(authData, clientDataHash)),
      ...(largeBlobKey && { largeBlobKey }),
    };
  });
}
