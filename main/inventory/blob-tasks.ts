/** What sites keep with the passkeys of one key (large blobs). Each rejects with ProblemError or what the client rejects with. */
import { CredentialManager } from '../client/credential-manager';
import { LargeBlobKeys } from '../client/large-blob-keys';
import { MAX_BLOB_LENGTH } from '../client/large-blob-entry';
import { hasLargeBlobs, LargeBlobs, type ListedBlob } from '../client/large-blobs';
import type { StoredCredential } from '../client/stored-credential';
import type { KeySession } from './key-session';
import { problem } from './problems';

export interface BlobView extends ListedBlob {
  /** Whose it is; only with `owned`. */
  readonly credential?: StoredCredential;
}

export interface BlobsView {
  readonly blobs: readonly BlobView[];
  /** Passkeys that could have a blob, and have none. */
  readonly without: readonly StoredCredential[];
  /** Bytes, everything together. */
  readonly used: number;
  readonly capacity?: number;
  readonly oddities: readonly string[];
}

export async function listBlobs(session: KeySession): Promise<BlobsView> {
  return withTools(session, async ({ blobs, manager, keys }) => {
    const { signal } = session;
    const { credentials } = await manager.list({ signal, largeBlobKeys: keys });
    const listed = await blobs.list(keys, { signal });
    const byId = new Map(credentials.map((credential) => [hex(credential.credentialId), credential]));
    const views = listed.blobs.map((blob): BlobView => {
      const credential = blob.credentialId === undefined ? undefined : byId.get(blob.credentialId);
      return { ...blob, ...(credential && { credential }) };
    });
    const taken = new Set(views.map(({ credentialId }) => credentialId));
    return {
      blobs: views,
      without: credentials.filter(
        ({ credentialId, hasLargeBlobKey }) => hasLargeBlobKey && !taken.has(hex(credentialId)),
      ),
      used: listed.used,
      ...(listed.capacity !== undefined && { capacity: listed.capacity }),
      oddities: listed.flaws,
    };
  });
}

/** The blob of a passkey; undefined when there is none. `credentialId` in hex. */
export async function readBlob(session: KeySession, credentialId: string): Promise<Uint8Array | undefined> {
  return withTools(session, async (tools) => {
    const key = await keyOf(session, tools, credentialId);
    const opened = await tools.blobs.get(key, { signal: session.signal });
    if (opened && 'damage' in opened)
      throw problem(
        'protocol',
        `What is kept with this passkey cannot be read: ${opened.damage}. Its site can store it anew.`,
      );
    return opened?.data;
  });
}

/** Replaces the blob of a passkey; those of all others stay as they are. `credentialId` in hex. */
export async function writeBlob(session: KeySession, credentialId: string, data: Uint8Array): Promise<void> {
  if (data.length > MAX_BLOB_LENGTH)
    throw problem('full', `No security key has room for ${data.length} bytes. Store less.`);
  await withTools(session, async (tools) => {
    const key = await keyOf(session, tools, credentialId);
    await tools.blobs.set(key, data, { signal: session.signal });
  });
}

/** False when there was none. `credentialId` in hex. */
export async function deleteBlob(session: KeySession, credentialId: string): Promise<boolean> {
  return withTools(session, async (tools) =>
    tools.blobs.delete(await keyOf(session, tools, credentialId), { signal: session.signal }),
  );
}

interface Tools {
  readonly blobs: LargeBlobs;
  readonly manager: CredentialManager;
  readonly keys: LargeBlobKeys;
}

/** The keys are overwritten when `work` has ended. */
async function withTools<T>(session: KeySession, work: (tools: Tools) => Promise<T>): Promise<T> {
  const { key, info, token, random } = session;
  if (!hasLargeBlobs(info))
    throw problem('unsupported', 'This security key cannot keep large blobs. Choose another key.');
  if (!token) throw problem('locked', 'The security key wants its PIN for that.');
  const keys = new LargeBlobKeys();
  try {
    return await work({
      blobs: new LargeBlobs(key.api, info, random, token),
      manager: new CredentialManager(key.api, info, token),
      keys,
    });
  } finally {
    keys.destroy();
  }
}

/** The large-blob key of one passkey. Where passkeys are listed already, only those of its site are read again. */
async function keyOf(
  { known, signal }: KeySession,
  { manager, keys }: Tools,
  credentialId: string,
): Promise<Uint8Array> {
  const isIt = (credential: StoredCredential): boolean => hex(credential.credentialId) === credentialId;
  let credential = known.find(isIt);
  if (credential) await manager.readLargeBlobKey(credential, keys, { signal });
  else credential = (await manager.list({ signal, largeBlobKeys: keys })).credentials.find(isIt);
  if (!credential)
    throw problem(
      'not-found',
      'The security key does not have this passkey. List its passkeys to see which it has.',
    );
  const key = keys.of(credential.credentialId);
  if (!key)
    throw problem(
      'unsupported',
      'This passkey was made without a large blob, and only its site can make one that has it.',
    );
  return key;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
