/** `device deleted …`, `device protect` and `device unprotect`. */
import type { DeviceCredential, DeviceService } from '../../control/operations';
import { confirm, requireSomebody } from '../confirm';
import type { Context } from '../context';
import { devicePasskeys, listedOf, openDevice } from '../device';
import { byId, byIds, idOf, passkeyWords, shortIdLength, type ListedPasskey } from '../passkeys';
import { dateShape, passkeyShape } from '../shapes';
import { table } from '../table';
import { ownNameColumn, tellOfOwnNames } from './list';

interface Deleted {
  readonly listed: ListedPasskey;
  readonly credential: DeviceCredential;
}

export async function listDeleted(context: Context): Promise<void> {
  const { output } = context;
  const all = await deletedOn(context, await openDevice(context));
  output.result(all.map(shape), () => (all.length === 0 ? '' : rows(all, all, output.columns)));
  if (all.length === 0) output.note('Nothing is in Recently deleted.');
}

export async function restoreDeleted(context: Context, wanted: readonly string[]): Promise<void> {
  const { output, signal } = context;
  const service = await openDevice(context);
  const chosen = chosenOf(await deletedOn(context, service), wanted);
  await service.restore({ ids: idsOf(chosen) }, signal);
  output.result(
    chosen.map(({ listed }) => ({ ...passkeyShape(listed), outcome: 'restored' })),
    () => chosen.map(({ listed }) => `Restored: ${passkeyWords(listed)}\n`).join(''),
  );
}

export async function purgeDeleted(
  context: Context,
  wanted: readonly string[],
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  requireSomebody(context, yes);
  const service = await openDevice(context);
  const all = await deletedOn(context, service);
  await purge(context, service, chosenOf(all, wanted), all, yes);
}

export async function emptyDeleted(context: Context, { yes }: { readonly yes?: boolean }): Promise<void> {
  requireSomebody(context, yes);
  const service = await openDevice(context);
  const all = await deletedOn(context, service);
  if (all.length > 0) return purge(context, service, all, all, yes);
  context.output.result([], () => '');
  context.output.note('Nothing is in Recently deleted.');
}

export async function protectPasskeys(
  context: Context,
  wanted: readonly string[],
  on: boolean,
): Promise<void> {
  const { output, signal } = context;
  const service = await openDevice(context);
  const chosen = byIds(await devicePasskeys(context, service), wanted);
  for (const { passkey } of chosen)
    await service.setProtected({ id: passkey.credential.credentialId, on }, signal);
  const now = await devicePasskeys(context, service);
  const changed = chosen.map((listed) => byId(now, idOf(listed)));
  output.result(changed.map(passkeyShape), () =>
    changed
      .map((listed) => `${on ? 'Protected' : 'No longer protected'}: ${passkeyWords(listed)}\n`)
      .join(''),
  );
}

async function purge(
  context: Context,
  service: DeviceService,
  chosen: readonly Deleted[],
  all: readonly Deleted[],
  yes: boolean | undefined,
): Promise<void> {
  const { output, signal } = context;
  const what = chosen.length === 1 ? 'this passkey' : `these ${chosen.length} passkeys`;
  await confirm(
    context,
    rows(chosen, all, undefined).trimEnd(),
    `Delete ${what} for good? Nothing brings ${chosen.length === 1 ? 'it' : 'them'} back.`,
    yes,
  );
  await service.purge({ ids: idsOf(chosen) }, signal);
  // Where another program owns the vault, that one does it.
  if (!(await context.device()).served) await (await context.ownNames())?.forget(idsOf(chosen));
  await tellOfOwnNames(context);
  output.result(
    chosen.map(({ listed }) => ({ ...passkeyShape(listed), outcome: 'purged' })),
    () => chosen.map(({ listed }) => `Deleted for good: ${passkeyWords(listed)}\n`).join(''),
  );
}

async function deletedOn(context: Context, service: DeviceService): Promise<readonly Deleted[]> {
  const { passkeys } = await service.listDeleted({}, context.signal);
  const listed = await listedOf(context, passkeys);
  return passkeys.flatMap((credential, index) => {
    const each = listed[index];
    return each ? [{ credential, listed: each }] : [];
  });
}

function chosenOf(all: readonly Deleted[], wanted: readonly string[]): readonly Deleted[] {
  const chosen = new Set(
    byIds(
      all.map(({ listed }) => listed),
      wanted,
    ),
  );
  return all.filter(({ listed }) => chosen.has(listed));
}

function idsOf(chosen: readonly Deleted[]): readonly Uint8Array[] {
  return chosen.map(({ credential }) => credential.id);
}

function shape({ listed, credential: { deleted, goes } }: Deleted) {
  return { ...passkeyShape(listed), deleted: dateShape(deleted), goes: dateShape(goes) };
}

function rows(some: readonly Deleted[], all: readonly Deleted[], width: number | undefined): string {
  const idLength = shortIdLength(all.map(({ listed }) => listed));
  const day = (milliseconds: number | undefined): string => dateShape(milliseconds)?.slice(0, 10) ?? '-';
  return table(
    [
      { title: 'SITE', cell: ({ listed }) => listed.passkey.credential.rpId, flexible: true },
      {
        title: 'USER',
        cell: ({ listed }) =>
          listed.passkey.credential.user.name || listed.passkey.credential.user.displayName || '-',
        flexible: true,
      },
      ...ownNameColumn(some.map(({ listed }) => listed)).map((column) => ({
        ...column,
        cell: ({ listed }: Deleted) => column.cell(listed),
      })),
      { title: 'DELETED', cell: ({ credential }) => day(credential.deleted) },
      { title: 'GOES', cell: ({ credential }) => day(credential.goes) },
      { title: 'ID', cell: ({ listed }) => idOf(listed).slice(0, idLength) },
    ],
    some,
    width,
  );
}
