/** What can be done with the fingerprints of one key. Each rejects with ProblemError or what the client rejects with. */
import { CtapStatusError } from '../ctap/errors';
import { Status } from '../ctap/status';
import {
  checkFingerprintName,
  FingerprintManager,
  type EnrollmentProgress,
  type Fingerprint,
  type FingerprintNameProblem,
  type SampleFeedback,
  type SensorInfo,
} from '../client/fingerprints';
import { isTokenRefused } from '../client/pin-uv-auth-token';
import type { KeySession } from './key-session';
import { problem, ProblemError, problemOf, type Problem } from './problems';

export interface FingerprintView {
  /** In hex. */
  readonly id: string;
  /** Unchecked text from outside. Undefined for a finger without a name. */
  readonly name?: string;
}

export interface FingerprintsView {
  readonly sensor: SensorInfo;
  readonly fingerprints: readonly FingerprintView[];
  /** Rules of the specification that the answer broke, each a sentence. */
  readonly oddities: readonly string[];
}

export interface EnrollRequest {
  readonly name?: string;
  readonly onProgress?: (progress: EnrollmentProgress) => void;
}

export interface Enrolled {
  readonly fingerprint: FingerprintView;
  /** The finger is enrolled, but its name is not as wanted. */
  readonly nameProblem?: Problem;
}

export async function listFingerprints(session: KeySession): Promise<FingerprintsView> {
  const manager = managerOf(session);
  const { signal } = session;
  const sensor = await manager.sensor({ signal });
  const { fingerprints, flaws } = await manager.list({ signal });
  return { sensor, fingerprints: fingerprints.map(view), oddities: flaws };
}

/** The name is checked before the person has to touch anything. */
export async function addFingerprint(
  session: KeySession,
  { name, onProgress }: EnrollRequest,
): Promise<Enrolled> {
  const manager = managerOf(session);
  const { signal } = session;
  if (name !== undefined) checkName(name, await manager.sensor({ signal }));
  const enrolled = await manager.enroll({ signal, ...(onProgress && { onProgress }) });
  if (name === undefined) return { fingerprint: view(enrolled) };
  try {
    return { fingerprint: await rename(manager, enrolled.id, name, signal) };
  } catch (error) {
    if (isTokenRefused(error)) throw error;
    return { fingerprint: view(enrolled), nameProblem: problemOf(error) };
  }
}

/** `id` in hex. */
export async function renameFingerprint(
  session: KeySession,
  id: string,
  name: string,
): Promise<FingerprintView> {
  const manager = managerOf(session);
  const { signal } = session;
  checkName(name, await manager.sensor({ signal }));
  return rename(manager, Buffer.from(id, 'hex'), name, signal);
}

/** `id` in hex. */
export async function removeFingerprint(session: KeySession, id: string): Promise<void> {
  const { signal } = session;
  const { outcome, refusal } = await managerOf(session).remove(Buffer.from(id, 'hex'), { signal });
  if (isUnknownFinger(refusal)) throw new ProblemError(notFound, { cause: refusal });
  if (outcome === 'removed') return;
  if (refusal) throw new ProblemError(problemOf(refusal), { cause: refusal });
  throw problem(
    'not-verified',
    'The security key said that it removed the fingerprint, but still lists it. Take the key out, put it back in, and try again.',
  );
}

/** What to tell a person after a touch. */
export function sampleWords(sample: SampleFeedback): string {
  return words[sample];
}

const words: Readonly<Record<SampleFeedback, string>> = {
  GOOD: 'Good. Lift the finger and touch again.',
  TOO_HIGH: 'The finger was too high. Try again lower.',
  TOO_LOW: 'The finger was too low. Try again higher.',
  TOO_LEFT: 'The finger was too far left. Try again further right.',
  TOO_RIGHT: 'The finger was too far right. Try again further left.',
  TOO_FAST: 'That was too fast. Try again more slowly.',
  TOO_SLOW: 'That was too slow. Try again faster.',
  POOR_QUALITY: 'The sensor could not read that. Wipe the sensor and the finger, and try again.',
  TOO_SKEWED: 'The finger was crooked. Try again straight.',
  TOO_SHORT: 'That was too short. Leave the finger on a little longer.',
  MERGE_FAILURE: 'That did not fit what was read before. Try again with the same finger.',
  EXISTS: 'This finger is already stored. Try another one.',
  NO_USER_ACTIVITY: 'Nothing was touched. Touch the sensor.',
  NO_USER_PRESENCE_TRANSITION: 'The finger was not lifted. Lift it, then touch again.',
  unknown: 'That did not work. Try again.',
};

function managerOf({ key, info, token }: KeySession): FingerprintManager {
  if (!token) throw problem('locked', 'The security key wants its PIN for that.');
  return new FingerprintManager(key.api, info, token);
}

async function rename(
  manager: FingerprintManager,
  id: Uint8Array,
  name: string,
  signal: AbortSignal,
): Promise<FingerprintView> {
  let named: Fingerprint;
  try {
    named = await manager.rename(id, name, { signal });
  } catch (error) {
    if (isUnknownFinger(error)) throw new ProblemError(notFound, { cause: error });
    throw error;
  }
  if (named.name !== name)
    throw problem(
      'not-verified',
      'The security key said that it changed the name, but lists the fingerprint under another one. Try a shorter name.',
    );
  return view(named);
}

function view({ id, name }: Fingerprint): FingerprintView {
  return { id: Buffer.from(id).toString('hex'), ...(name && { name }) };
}

function checkName(name: string, sensor: SensorInfo): void {
  const verdict = checkFingerprintName(name, sensor);
  if (verdict !== 'ok') throw problem('invalid-argument', nameWords(verdict));
}

function nameWords(verdict: FingerprintNameProblem): string {
  switch (verdict.problem) {
    case 'empty':
      return 'A fingerprint needs a name of at least one character.';
    case 'too-long':
      return `The name is too long: ${verdict.bytes} bytes, this security key takes at most ${verdict.maximum} (letters with accents and symbols count more than one). Shorten it.`;
    case 'not-text':
      return 'The name has half a character, which no security key can take. Type it anew.';
  }
}

/** CTAP 2.1 §6.7.7, §6.7.8 */
function isUnknownFinger(error: unknown): boolean {
  return error instanceof CtapStatusError && error.status === Status.INVALID_OPTION;
}

const notFound: Problem = {
  code: 'not-found',
  message: 'The security key does not have this fingerprint. List its fingerprints to see which it has.',
};
