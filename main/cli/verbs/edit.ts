/** `edit`. */
import { checkName, longNameWarning } from '../../inventory/edit-and-verify';
import { ownNameOf } from '../../inventory/own-names';
import type { Context } from '../context';
import { usage } from '../failure';
import { deviceIfAny, devicePasskeys, isThisDevice, openDevice } from '../device';
import { cancellable, oneKey } from '../keys';
import { shown } from '../output';
import { base64url, byId, hasId, passkeyWords } from '../passkeys';
import { passkeyShape } from '../shapes';
import { unlocked } from '../verify';
import { tellOfOwnNames } from './list';

export interface EditOptions {
  readonly name?: string;
  readonly displayName?: string;
  readonly ownName?: string;
}

/** A name that is not given stays; an empty one is removed. */
export async function edit(context: Context, id: string, names: EditOptions): Promise<void> {
  const { output } = context;
  const { name, displayName, ownName } = names;
  const onlyOwn = name === undefined && displayName === undefined;
  if (onlyOwn && ownName === undefined)
    throw usage(
      'Say what to change: --name TEXT, --display-name TEXT, --own-name TEXT, or several of them. An empty TEXT removes it.',
    );
  if (ownName !== undefined) await checkOwnName(context, ownName);
  if (await editOnDevice(context, id, names)) return;
  const { desk, key } = await oneKey(context);
  const all = (await unlocked(context, desk, key)).map((passkey) => ({ passkey, key }));
  const { passkey } = byId(all, id);
  for (const given of [name, displayName]) {
    const warning = given === undefined ? undefined : longNameWarning(given);
    if (warning) output.note(warning);
  }
  const { user } = passkey.credential;
  const edited = { name: name ?? user.name ?? '', displayName: displayName ?? user.displayName ?? '' };
  const { outcome } = onlyOwn
    ? { outcome: 'saved' }
    : await cancellable(context, desk, key, () => desk.inventory.editPasskey(passkey.id, edited));
  if (ownName !== undefined) await desk.inventory.nameOwn(passkey.id, ownName);
  await tellOfOwnNames(context);
  const listed = { passkey: desk.inventory.passkey(passkey.id), key };
  output.result({ ...passkeyShape(listed), outcome }, () =>
    outcome === 'saved'
      ? `Saved: ${passkeyWords(listed)}\n`
      : `Saved, but the security key kept only the beginning: ${passkeyWords(listed)}\n`,
  );
}

/** False where this device has no such passkey, and a key may. */
async function editOnDevice(context: Context, id: string, names: EditOptions): Promise<boolean> {
  const { output, signal } = context;
  const device = await deviceIfAny(context);
  if (!device) return false;
  const service = await openDevice(context, device);
  const all = await devicePasskeys(context, service);
  if (!isThisDevice(context) && !hasId(all, id)) return false;
  const { credentialId, user } = byId(all, id).passkey.credential;
  if (names.name !== undefined || names.displayName !== undefined) {
    const name = names.name ?? user.name ?? '';
    const displayName = names.displayName ?? user.displayName ?? '';
    for (const each of [name, displayName]) checkName(each);
    await service.rename({ id: credentialId, name, displayName }, signal);
  }
  if (names.ownName !== undefined) await (await context.ownNames())?.keep({ credentialId }, names.ownName);
  const edited = byId(await devicePasskeys(context, service), base64url(credentialId));
  await tellOfOwnNames(context);
  output.result({ ...passkeyShape(edited), outcome: 'saved' }, () => `Saved: ${passkeyWords(edited)}\n`);
  return true;
}

/** Before a PIN is asked for. */
async function checkOwnName(context: Context, ownName: string): Promise<void> {
  if (!(await context.ownNames()))
    throw usage(
      'Beside simulated keys your own names are left alone. Give --data-folder FOLDER, too, to keep them there.',
    );
  const kept = ownNameOf(ownName);
  if (kept === '' && ownName.trim() !== '')
    throw usage('Nothing of this name would show. Give another one; an empty one removes it.');
  if (kept !== ownName.normalize()) context.output.note(`Your own name is kept as “${shown(kept)}”.`);
}
