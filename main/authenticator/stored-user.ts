/** The names of an account as this key keeps them (CTAP 2.1 §6.1.2 step 17 and §6.8.6: a key may cut them, to no less than 64 bytes). */
import type { UserEntity } from '../ctap/entities';
import type { AuthenticatorConfiguration } from './configuration';

/** Names that are empty are left out. */
export function storedUser(
  { maxNameLength }: AuthenticatorConfiguration,
  { id, name, displayName }: UserEntity,
): UserEntity {
  return {
    id,
    ...(name && { name: cut(name, maxNameLength) }),
    ...(displayName && { displayName: cut(displayName, maxNameLength) }),
  };
}

/** Behind the last character that fits whole. */
function cut(name: string, bytes: number): string {
  const encoded = Buffer.from(name);
  if (bytes === 0 || encoded.length <= bytes) return name;
  let end = bytes;
  // A byte 10xxxxxx goes on with the character before it.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString('utf8', 0, end);
}
