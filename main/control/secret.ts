/** The secret of this installation: a file that only this user can read, in the private folder. */
import type { PrivateFolder, RandomSource } from '../../native/ports';
import { SECRET_LENGTH } from './handshake';

/** The file of each protocol: its secret is of no use for another. */
export type SecretFile = 'control-secret' | 'bridge-secret';

/** 32 bytes, or undefined when no app ever made it. Rejects when the file cannot be read. */
export async function readSecret(
  folder: PrivateFolder,
  file: SecretFile = 'control-secret',
): Promise<Uint8Array | undefined> {
  const secret = await folder.file(file).read();
  return secret?.length === SECRET_LENGTH ? secret : undefined;
}

/** For who owns the folder: makes it when it is missing or cut short. */
export async function readOrMakeSecret(
  folder: PrivateFolder,
  random: RandomSource,
  file: SecretFile = 'control-secret',
): Promise<Uint8Array> {
  const known = await readSecret(folder, file);
  if (known) return known;
  const secret = random.bytes(SECRET_LENGTH);
  await folder.file(file).write(secret);
  return secret;
}
