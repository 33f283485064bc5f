/**
 * Which passkeys are in *Recently deleted* because a site said that it does not know them: only those may a site bring back. One small
 * JSON file; of each passkey it has a SHA-256 of the credential ID and when it was deleted: who restores one by hand and deletes it again
 * has decided that alone.
 */
import { createHash } from 'node:crypto';
import { readKept, saveKept, type KeptFiles, type Members } from '../inventory/kept-file';
import type { DeletedPasskey } from '../vault/model';

const VERSION = 1;
const LABEL = Buffer.from('Latchkey: moved to Recently deleted by its site\0');

export class MovedBySites {
  readonly #files: KeptFiles;

  constructor(files: KeptFiles) {
    this.#files = files;
  }

  /** Those of them that a site has moved. Rejects as the file does. */
  async among(deleted: readonly DeletedPasskey[]): Promise<readonly DeletedPasskey[]> {
    const kept = await readKept(this.#files, VERSION, understand);
    if (kept.is !== 'read') return [];
    return deleted.filter((passkey) => kept.value.get(keyOf(passkey)) === passkey.deleted);
  }

  /** A site has moved these. Durable when resolved. @param deleted all there are: what is not among them any more is forgotten */
  async note(moved: readonly DeletedPasskey[], deleted: readonly DeletedPasskey[]): Promise<void> {
    const kept = await readKept(this.#files, VERSION, understand);
    const before = kept.is === 'read' ? kept.value : new Map<string, number>();
    const still = deleted.filter((passkey) => before.get(keyOf(passkey)) === passkey.deleted);
    const now = [...still, ...moved].map((passkey) => [keyOf(passkey), passkey.deleted] as const);
    const unreadable = kept.is === 'newer' || kept.is === 'damaged' ? kept.content : undefined;
    await saveKept(this.#files, VERSION, { moved: Object.fromEntries(now) }, unreadable);
  }
}

function keyOf({ credential }: DeletedPasskey): string {
  return createHash('sha256').update(LABEL).update(credential.id).digest('base64url');
}

function understand({ moved }: Members): ReadonlyMap<string, number> | undefined {
  if (typeof moved !== 'object' || moved === null || Array.isArray(moved)) return undefined;
  const entries = Object.entries(moved as Members);
  const read = entries.filter(
    (entry): entry is [string, number] => /^[\w-]{43}$/.test(entry[0]) && Number.isSafeInteger(entry[1]),
  );
  return read.length === entries.length ? new Map(read) : undefined;
}
