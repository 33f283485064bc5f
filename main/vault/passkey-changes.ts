/**
 * What people and sites do to the passkeys of this device, as changes of the open vault. Each throws VaultError
 * with nothing done.
 */
import { isDeleted, type StoredPasskey } from './card';
import type { DeletedPasskey, DevicePasskey } from './model';
import type { OpenVault } from './open-vault';
import { whySigningInHere } from './pam-sites';
import type { Entry, EntryChange } from './passkey-index';
import { sameBytes } from './vault-keys';
import { VaultError } from './vault-error';
import { notFound } from './vault-words';

/** Why this passkey cannot be deleted, as a sentence; undefined when it can. */
export function whyProtected({ credential, protected: byHand }: DevicePasskey): string | undefined {
  const signsInHere = whySigningInHere(credential.rp.id);
  if (signsInHere !== undefined) return signsInHere;
  return byHand
    ? `The passkey for ${credential.rp.id} is protected. Take the protection away first, then delete it.`
    : undefined;
}

/** To *Recently deleted*. Throws `not-found` or `protected`. */
export function removal(vault: OpenVault, ids: readonly Uint8Array[], now: number): readonly EntryChange[] {
  return inUse(vault, ids).map((from) => ({ from, to: asDeleted(from, now) }));
}

/**
 * Back from *Recently deleted*. A passkey that was made since for the same user of the same site changes places with
 * it: a site has one of each user. Throws `not-found`, or `protected` when it is that one.
 */
export function restoration(
  vault: OpenVault,
  ids: readonly Uint8Array[],
  now: number,
): readonly EntryChange[] {
  const restored = deleted(vault, ids);
  const displaced = restored
    .map((from) => sameUserOf(vault, from.passkey))
    .filter((found) => found !== undefined);
  for (const { passkey } of displaced) refuseProtected(passkey);
  const firstOfEach = restored.filter(
    (from, at) => !restored.slice(0, at).some((other) => isSameUser(other.passkey, from.passkey)),
  );
  return [
    ...[...new Set(displaced)].map((from) => ({ from, to: asDeleted(from, now) })),
    ...firstOfEach.map((from) => ({ from, to: versionOf(from, inUseAgain(from.passkey)) })),
  ];
}

/** Out of *Recently deleted*, for good. Throws `not-found`. */
export function purging(vault: OpenVault, ids: readonly Uint8Array[]): readonly EntryChange[] {
  return deleted(vault, ids).map((from) => ({ from }));
}

/** Throws `not-found`. @param change of a passkey in use */
export function edit(
  vault: OpenVault,
  id: Uint8Array,
  change: (passkey: DevicePasskey) => DevicePasskey,
): readonly EntryChange[] {
  return inUseOrDeleted(vault, [id], false).map((from) => ({
    from,
    to: versionOf(from, change(from.passkey)),
  }));
}

export interface Names {
  /** Absent: as it is. Empty: none. */
  readonly name?: string;
  readonly displayName?: string;
}

export function renamed({ credential, ...passkey }: DevicePasskey, names: Names): DevicePasskey {
  const { id, ...before } = credential.user;
  const name = names.name ?? before.name;
  const displayName = names.displayName ?? before.displayName;
  const user = {
    id,
    ...(name && { name: wellFormed(name) }),
    ...(displayName && { displayName: wellFormed(displayName) }),
  };
  return { ...passkey, credential: { ...credential, user } };
}

/** Half a surrogate pair, which UTF-8 has no form for, becomes U+FFFD. */
function wellFormed(name: string): string {
  return Buffer.from(name).toString();
}

/**
 * A new passkey, of which `secrets` are sealed. The one that it replaces goes to *Recently deleted*, and hands
 * its protection on.
 */
export function addition(
  vault: OpenVault,
  added: DevicePasskey,
  secrets: Uint8Array,
): readonly EntryChange[] {
  const old = sameUserOf(vault, added);
  const passkey = old ? { ...added, protected: old.passkey.protected } : added;
  return [
    ...(old ? [{ from: old, to: asDeleted(old, added.created) }] : []),
    { to: { passkey, secrets, place: vault.nextPlace } },
  ];
}

/** The one in use of the same site and user ID. */
export function sameUserOf(vault: OpenVault, passkey: DevicePasskey): Entry | undefined {
  return vault.index.ofRp(passkey.credential.rp.id).find((other) => isSameUser(other.passkey, passkey));
}

function isSameUser(a: DevicePasskey, b: DevicePasskey): boolean {
  return a.credential.rp.id === b.credential.rp.id && sameBytes(a.credential.user.id, b.credential.user.id);
}

function inUse(vault: OpenVault, ids: readonly Uint8Array[]): readonly Entry[] {
  const entries = inUseOrDeleted(vault, ids, false);
  for (const { passkey } of entries) refuseProtected(passkey);
  return entries;
}

function refuseProtected(passkey: DevicePasskey): void {
  const why = whyProtected(passkey);
  if (why !== undefined) throw new VaultError('protected', why);
}

function deleted(vault: OpenVault, ids: readonly Uint8Array[]): readonly Entry[] {
  return inUseOrDeleted(vault, ids, true);
}

function inUseOrDeleted(vault: OpenVault, ids: readonly Uint8Array[], isWanted: boolean): readonly Entry[] {
  const entries = ids.map((id) => {
    const found = vault.index.find(id);
    if (!found || isDeleted(found.passkey) !== isWanted) throw notFound();
    return found;
  });
  return [...new Set(entries)];
}

function asDeleted(from: Entry, now: number): Entry {
  const passkey: DeletedPasskey = { ...from.passkey, protected: false, deleted: now };
  return versionOf(from, passkey);
}

function inUseAgain(passkey: StoredPasskey): DevicePasskey {
  const { credential, created, lastUsed, protected: byHand } = passkey;
  return { credential, created, ...(lastUsed !== undefined && { lastUsed }), protected: byHand };
}

function versionOf({ secrets, place }: Entry, passkey: StoredPasskey): Entry {
  return { passkey, secrets, place };
}
