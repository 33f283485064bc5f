/** The secret of this installation: a file that only this user can read, in the private folder. */
import type { PrivateFolder, RandomSource } from '../../native/ports';
import { SECRET_LENGTH } from './handshake';

const FILE = 'control-secret';

/** 32 bytes, or undefined when no app ever made it. Rejects when the file cannot be read. */
export async function readSecret(folder: PrivateFolder): Promise<Uint8Array | undefined> {
  const secret = await folder.file(FILE).read();
  return secret?.length === SECRET_LENGTH ? secret : undefined;
}

/** For who owns the folder: makes it when it is missing or cut short. */
export async function readOrMakeSecret(folder: PrivateFolder, random: RandomSource): Promise<Uint8Array> {
  const known = await readSecret(folder);
  if (known) return known;
  const secret = random.bytes(SECRET_LENGTH);
  await folder.file(FILE).write(secret);
  return secret;
}
