/**
 * U2F: register, authenticate and version (FIDO U2F Raw Message Formats v1.2; CTAP 2.1 §10). Its key handles are the
 * credential IDs of non-discoverable credentials, so what was made by U2F works by getAssertion, and the other way round.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { p256PointOf, Algorithm } from '../../ctap/cose';
import {
  authenticateMessage,
  decodeAuthenticateRequest,
  decodeCommandApdu,
  decodeRegisterRequest,
  encodeAuthenticateResponse,
  encodeRegisterResponse,
  encodeResponseApdu,
  registerMessage,
  StatusWord,
  U2F_VERSION,
  U2fControl,
  U2fInstruction,
  type AuthenticateRequest,
  type CommandApdu,
  type RegisterRequest,
  type ResponseApdu,
} from '../../ctap/ctap1';
import { signatureAlgorithm, type SignatureAlgorithm } from '../algorithms';
import type { CommandContext } from '../command-context';
import type { Env } from '../env';
import { U2F_ATTESTATION_CERTIFICATE, U2F_ATTESTATION_KEY } from '../u2f-attestation';
import { overwriteSecrets } from '../key-state';
import { unwrapCredential, wrapCredential, type WrappedCredential } from '../wrapped-credential';

/** The counter stays at 0, as the signature counter does. */
const COUNTER = 0;

/** @returns the answer with its status word */
export async function u2f(context: CommandContext, request: Uint8Array): Promise<Uint8Array> {
  return encodeResponseApdu(await answer(context, request));
}

async function answer(context: CommandContext, request: Uint8Array): Promise<ResponseApdu> {
  // U2F knows no user verification, so alwaysUv turns it off (CTAP 2.1 §7.2.4).
  if (context.env.storage.record.policy.alwaysUv) return failed(StatusWord.COMMAND_NOT_ALLOWED);
  const apdu = decodeCommandApdu(request);
  if (!apdu) return failed(StatusWord.WRONG_LENGTH);
  if (apdu.cla !== 0) return failed(StatusWord.CLASS_NOT_SUPPORTED);
  switch (apdu.ins) {
    case U2fInstruction.REGISTER:
      return register(context, decodeRegisterRequest(apdu));
    case U2fInstruction.AUTHENTICATE:
      return authenticate(context, decodeAuthenticateRequest(apdu));
    case U2fInstruction.VERSION:
      return version(apdu);
    default:
      return failed(StatusWord.INSTRUCTION_NOT_SUPPORTED);
  }
}

function version({ data }: CommandApdu): ResponseApdu {
  return data.length > 0 ? failed(StatusWord.WRONG_LENGTH) : ok(Uint8Array.from(Buffer.from(U2F_VERSION)));
}

async function register(
  { env, session }: CommandContext,
  request: RegisterRequest | undefined,
): Promise<ResponseApdu> {
  if (!request) return failed(StatusWord.WRONG_LENGTH);
  if (!session.u2fTouch.take('create')) return failed(StatusWord.CONDITIONS_NOT_SATISFIED);
  const algorithm = es256();
  const privateKey = await algorithm.newPrivateKey(env.random);
  const point = p256PointOf(algorithm.publicKeyOf(privateKey));
  if (!point) throw new Error('an ES256 key that is no point');
  const publicKey = concatBytes(Uint8Array.of(4), point.x, point.y);
  const keyHandle = await wrapCredential(
    { algorithm: algorithm.number, credProtect: 1 },
    privateKey,
    request.application,
    env.storage,
    env.random,
  );
  privateKey.fill(0);
  return ok(
    encodeRegisterResponse({
      publicKey,
      keyHandle,
      certificate: U2F_ATTESTATION_CERTIFICATE,
      signature: algorithm.sign(U2F_ATTESTATION_KEY, registerMessage(request, keyHandle, publicKey)),
    }),
  );
}

async function authenticate(
  { env, session }: CommandContext,
  request: AuthenticateRequest | undefined,
): Promise<ResponseApdu> {
  if (!request) return failed(StatusWord.WRONG_LENGTH);
  const { control, application, keyHandle } = request;
  const wrapKey = await env.storage.wrapKey();
  const credential = unwrapCredential(keyHandle, application, wrapKey);
  wrapKey.fill(0);
  if (!credential || !usable(credential)) return failed(StatusWord.WRONG_DATA);
  switch (control) {
    case U2fControl.CHECK_ONLY:
      return failed(StatusWord.CONDITIONS_NOT_SATISFIED);
    case U2fControl.ENFORCE_TOUCH:
      if (!session.u2fTouch.take('use')) return failed(StatusWord.CONDITIONS_NOT_SATISFIED);
      return sign(env, request, credential, 1);
    case U2fControl.WITHOUT_TOUCH:
      return sign(env, request, credential, 0);
    default:
      return failed(StatusWord.WRONG_DATA);
  }
}

/** What needs user verification, or signs in another way than U2F's, does not exist for U2F. */
function usable({ algorithm, credProtect }: WrappedCredential): boolean {
  return algorithm === Algorithm.ES256 && credProtect !== 3;
}

async function sign(
  { storage }: Env,
  request: AuthenticateRequest,
  credential: WrappedCredential,
  presence: number,
): Promise<ResponseApdu> {
  const head = { presence, counter: COUNTER };
  const secrets = await credential.open(storage);
  const signature = es256().sign(secrets.privateKey, authenticateMessage(request, head));
  overwriteSecrets(secrets);
  return ok(encodeAuthenticateResponse({ ...head, signature }));
}

function es256(): SignatureAlgorithm {
  const algorithm = signatureAlgorithm(Algorithm.ES256);
  if (!algorithm) throw new Error('ES256 is not there');
  return algorithm;
}

function ok(data: Uint8Array): ResponseApdu {
  return { status: StatusWord.OK, data };
}

function failed(status: number): ResponseApdu {
  return { status, data: new Uint8Array() };
}
