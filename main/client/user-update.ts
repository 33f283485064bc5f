/** What became of the names of a credential that were to be changed (CTAP 2.1 §6.8.6). */
import type { UserEntity } from '../ctap/entities';
import type { Failure } from './failures';
import type { StoredCredential } from './stored-credential';

/** What is absent or empty is removed from the credential. */
export interface UserNames {
  readonly name?: string;
  readonly displayName?: string;
}

export interface UserUpdate {
  /**
   * By listing the site's passkeys again:
   * - `updated`: the key lists the new names
   * - `shortened`: it lists the beginning of at least one of them (§6.1.2 lets keys cut names after 64 bytes)
   * - `kept`: it lists what it listed before
   * - `different`: it lists something else
   */
  readonly outcome: 'updated' | 'shortened' | 'kept' | 'different';
  /** As it is listed now. */
  readonly credential: StoredCredential;
  /** What the command itself failed with, whatever the outcome. */
  readonly refusal?: Failure;
}

/** Only the names that are there. */
export function withoutEmpty({ name, displayName }: UserNames): UserNames {
  return { ...(name && { name }), ...(displayName && { displayName }) };
}

/** How `now` stands to what was `wanted` and to what was `before`. */
export function compareNames(wanted: UserNames, now: UserEntity, before: UserEntity): UserUpdate['outcome'] {
  const members = ['name', 'displayName'] as const;
  const all = (test: (wanted: string, now: string, before: string) => boolean): boolean =>
    members.every((member) => test(wanted[member] ?? '', now[member] ?? '', before[member] ?? ''));
  if (all((want, is) => is === want)) return 'updated';
  if (all((_, is, was) => is === was)) return 'kept';
  if (all((want, is) => is === want || isBeginning(is, want))) return 'shortened';
  return 'different';
}

/** A name may be cut in the middle of a character, which then reads as U+FFFD. */
function isBeginning(short: string, long: string): boolean {
  const beginning = short.replace(/\uFFFD+$/u, '');
  return beginning !== '' && long.startsWith(beginning);
}
