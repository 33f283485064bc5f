/** `blobs list`, `get`, `set` and `delete`: what sites keep with passkeys. */
import { readFile, writeFile } from 'node:fs/promises';
import type { BlobView } from '../../inventory/blob-tasks';
import type { KeyStatus, Verification } from '../../inventory/model';
import { confirm, requireSomebody } from '../confirm';
import type { Context, Desk } from '../context';
import { CommandFailure } from '../failure';
import { oneKey } from '../keys';
import { shown } from '../output';
import { base64url, byId } from '../passkeys';
import { keyReference } from '../shapes';
import { table } from '../table';
import { needed, unlockedBy, verified } from '../verify';

export async function listBlobs(context: Context): Promise<void> {
  const { output } = context;
  const { desk, key } = await keyWithBlobs(context);
  const { blobs, without, used, capacity, oddities } = await verified(context, desk, key, 'blobs', (by) =>
    desk.inventory.blobs(key.id, needed(by)),
  );
  output.result(
    {
      key: keyReference(key),
      usedBytes: used,
      capacityBytes: capacity ?? null,
      blobs: blobs.map(shape),
      without: without.map(({ rpId, user, credentialId }) => ({
        rpId,
        userName: user.name ?? null,
        credentialId: base64url(credentialId),
      })),
      oddities,
    },
    () =>
      blobs.length === 0
        ? ''
        : table(
            [
              { title: 'SITE', cell: ({ credential }) => credential?.rpId ?? '-', flexible: true },
              { title: 'USER', cell: ({ credential }) => credential?.user.name ?? '-', flexible: true },
              { title: 'BYTES', cell: ({ size }) => `${size ?? '-'}` },
              { title: 'ON KEY', cell: ({ stored }) => String(stored) },
              { title: 'STATE', cell: stateWords },
              { title: 'ID', cell: (blob) => idOf(blob)?.slice(0, SHORT_ID) ?? '-' },
            ],
            blobs,
            output.columns,
          ),
  );
  const room = capacity === undefined ? '' : ` of ${capacity}`;
  output.note(
    `${blobs.length === 0 ? 'No blobs. ' : ''}${used}${room} bytes are used; ${without.length} more ${without.length === 1 ? 'passkey' : 'passkeys'} could have a blob.`,
  );
}

export async function getBlob(
  context: Context,
  wanted: string,
  { output: file }: { readonly output?: string },
): Promise<void> {
  const { output, terminal } = context;
  const { desk, key } = await keyWithBlobs(context);
  const data = await verified(context, desk, key, 'blobs', async (by) => {
    const id = await credentialOf(desk, key, needed(by), wanted);
    return desk.inventory.readBlob(key.id, needed(by), id);
  });
  if (!data)
    throw new CommandFailure(
      'not-found',
      'Nothing is kept with this passkey. `latchkey blobs list` shows what is.',
    );
  if (file !== undefined) await orFailure(file, () => writeFile(file, data));
  if (output.json)
    output.result({ key: keyReference(key), bytes: data.length, blob: base64url(data) }, () => '');
  else if (file !== undefined) output.note(`${data.length} bytes saved in ${file}.`);
  else if (!terminal.dataIsSeen) terminal.outBytes(data);
  else output.result(undefined, () => `${textOf(data)}\n`);
}

export async function setBlob(
  context: Context,
  wanted: string,
  file: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { output } = context;
  requireSomebody(context, yes);
  const data = new Uint8Array(await orFailure(file, () => readFile(file)));
  const { desk, key } = await keyWithBlobs(context);
  await verified(context, desk, key, 'blobs', async (by) => {
    const id = await credentialOf(desk, key, needed(by), wanted);
    await confirm(
      context,
      'What the site keeps with this passkey is replaced; the site may not understand what it finds.',
      `Store ${data.length} bytes?`,
      yes,
    );
    await desk.inventory.writeBlob(key.id, needed(by), id, data);
  });
  output.result(
    { key: keyReference(key), bytes: data.length, outcome: 'stored' },
    () => `Stored ${data.length} bytes.\n`,
  );
}

export async function deleteBlob(
  context: Context,
  wanted: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { output } = context;
  requireSomebody(context, yes);
  const { desk, key } = await keyWithBlobs(context);
  const existed = await verified(context, desk, key, 'blobs', async (by) => {
    const id = await credentialOf(desk, key, needed(by), wanted);
    await confirm(
      context,
      'What the site keeps with this passkey will be gone; the passkey stays.',
      'Delete it?',
      yes,
    );
    return desk.inventory.deleteBlob(key.id, needed(by), id);
  });
  if (!existed)
    throw new CommandFailure(
      'not-found',
      'Nothing is kept with this passkey. `latchkey blobs list` shows what is.',
    );
  output.result({ key: keyReference(key), outcome: 'deleted' }, () => 'Deleted.\n');
}

const SHORT_ID = 12;

async function keyWithBlobs(context: Context): Promise<{ readonly desk: Desk; readonly key: KeyStatus }> {
  const { desk, key } = await oneKey(context);
  if (key.info?.options?.get('largeBlobs') !== true)
    throw new CommandFailure(
      'unsupported',
      'This security key cannot keep blobs. `latchkey keys info` shows what it can do.',
      { key: shown(key.name) },
    );
  return { desk, key };
}

/** In hex. */
async function credentialOf(
  desk: Desk,
  key: KeyStatus,
  verification: Verification,
  wanted: string,
): Promise<string> {
  const passkeys = await unlockedBy(desk, key, verification);
  const { passkey } = byId(
    passkeys.map((each) => ({ passkey: each, key })),
    wanted,
  );
  return Buffer.from(passkey.credential.credentialId).toString('hex');
}

async function orFailure<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure('file', `${shown(file)} cannot be used: ${why}.`, {}, { cause: error });
  }
}

/** For a terminal, which is shown no bytes that it might obey. */
function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch (error) {
    throw new CommandFailure(
      'usage',
      `These ${data.length} bytes are no text. Give --output FILE, or --json.`,
      {},
      { cause: error },
    );
  }
}

function shape(blob: BlobView) {
  const { kind, credential, size, stored, damage } = blob;
  return {
    kind,
    rpId: credential?.rpId ?? null,
    userName: credential?.user.name ?? null,
    credentialId: idOf(blob) ?? null,
    bytes: size ?? null,
    storedBytes: stored,
    damage: damage ?? null,
  };
}

function idOf({ credentialId }: BlobView): string | undefined {
  return credentialId === undefined ? undefined : base64url(Buffer.from(credentialId, 'hex'));
}

function stateWords({ kind, damage }: BlobView): string {
  if (damage !== undefined) return 'damaged';
  return kind === 'owned' ? 'ok' : kind === 'foreign' ? 'of a passkey that is gone' : 'not understood';
}
