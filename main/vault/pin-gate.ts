/** What opens the signing key: the PIN, whose tries are counted, and the recovery key. */
import type { RandomSource } from '../../native/ports';
import { SALT_LENGTH, type Header, type Slot } from './header';
import type { PinTries } from './model';
import { checkNewPin } from './pin-rules';
import type { TriesRecord } from './pin-tries';
import { formatRecoveryKey, parseRecoveryKey, RECOVERY_KEY_LENGTH } from './recovery-key';
import { stretch, type ScryptCost } from './scrypt';
import type { VaultKeys } from './vault-keys';
import { VaultError } from './vault-error';
import { fileProblem } from './vault-words';

/** The right signing key for this PIN, the caller's to overwrite. Rejects with VaultError `pin-…` or `file`. */
export async function signingKeyByPin(
  keys: VaultKeys,
  { pin: slot }: Header,
  tries: TriesRecord,
  pin: string,
): Promise<Uint8Array> {
  const before = tries.state;
  if (before.left === 0) throw pinLocked(before);
  if (before.wait > 0) throw pinDelayed(before);
  // Counted before it is compared: whoever kills the program in between has used up the try.
  await saving(() => tries.count());
  const stretched = await stretch(pin, slot.salt, slot);
  const signingKey = keys.unwrapSigningKey('pin', stretched, slot.box);
  stretched.fill(0);
  if (!signingKey) throw tries.state.left === 0 ? pinLocked(tries.state) : pinWrong(tries.state);
  try {
    await saving(() => tries.clear());
  } catch (error) {
    signingKey.fill(0);
    throw error;
  }
  return signingKey;
}

/** Rejects with VaultError `recovery-wrong`. There is no counting: 160 random bits are not guessed. */
export function signingKeyByRecovery(keys: VaultKeys, { recovery }: Header, typed: string): Uint8Array {
  const recoveryKey = parseRecoveryKey(typed);
  if (!recoveryKey)
    throw new VaultError(
      'recovery-wrong',
      'The recovery key was not copied rightly. Compare every group of letters with the paper.',
    );
  const signingKey = keys.unwrapSigningKey('recovery', recoveryKey, recovery);
  recoveryKey.fill(0);
  if (!signingKey)
    throw new VaultError(
      'recovery-wrong',
      'This is a recovery key, but not the one of these passkeys. Look for a newer one.',
    );
  return signingKey;
}

/** Throws VaultError `pin-refused`. */
export function refuseObviousPin(pin: string): void {
  const why = checkNewPin(pin);
  if (why !== undefined) throw new VaultError('pin-refused', why);
}

export async function wrapByPin(
  keys: VaultKeys,
  signingKey: Uint8Array,
  pin: string,
  cost: ScryptCost,
  random: RandomSource,
): Promise<Slot> {
  const salt = random.bytes(SALT_LENGTH);
  const stretched = await stretch(pin, salt, cost);
  const box = keys.wrapSigningKey('pin', stretched, signingKey, random);
  stretched.fill(0);
  return { ...cost, salt, box };
}

/** A new recovery key: to be shown once, and what the header keeps of it. */
export function wrapByRecovery(
  keys: VaultKeys,
  signingKey: Uint8Array,
  random: RandomSource,
): { readonly recoveryKey: string; readonly recovery: Uint8Array } {
  const key = random.bytes(RECOVERY_KEY_LENGTH);
  const recovery = keys.wrapSigningKey('recovery', key, signingKey, random);
  const recoveryKey = formatRecoveryKey(key);
  key.fill(0);
  return { recoveryKey, recovery };
}

/** Rejects with VaultError `file` where the folder fails. */
export async function saving<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileProblem(error);
  }
}

function pinWrong(tries: PinTries): VaultError {
  const left = tries.left === 1 ? 'One try is left' : `${tries.left} tries are left`;
  const wait = tries.wait > 0 ? ` The next one is taken in ${duration(tries.wait)}.` : '';
  return new VaultError(
    'pin-wrong',
    `This is not the PIN. ${left}; after that only the recovery key opens the passkeys.${wait}`,
    { tries },
  );
}

function pinDelayed(tries: PinTries): VaultError {
  return new VaultError(
    'pin-delayed',
    `There were too many wrong PINs. Try again in ${duration(tries.wait)}, or use the recovery key.`,
    { tries },
  );
}

function pinLocked(tries: PinTries): VaultError {
  return new VaultError(
    'pin-locked',
    'The PIN is locked: there were ten wrong ones, or the record of them is missing or was changed. Open the passkeys with the recovery key.',
    { tries },
  );
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 100) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
