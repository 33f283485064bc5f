/** `edit`. */
import { checkName, longNameWarning } from '../../inventory/edit-and-verify';
import type { Context } from '../context';
import { usage } from '../failure';
import { deviceIfAny, devicePasskeys, isThisDevice, openDevice } from '../device';
import { cancellable, oneKey } from '../keys';
import { base64url, byId, hasId, passkeyWords } from '../passkeys';
import { passkeyShape } from '../shapes';
import { unlocked } from '../verify';

export interface EditOptions {
  readonly name?: string;
  readonly displayName?: string;
}

/** A name that is not given stays; an empty one is removed. */
export async function edit(context: Context, id: string, names: EditOptions): Promise<void> {
  const { output } = context;
  const { name, displayName } = names;
  if (name === undefined && displayName === undefined)
    throw usage('Say what to change: --name TEXT, --display-name TEXT, or both. An empty TEXT removes it.');
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
  const { outcome, passkey: now } = await cancellable(context, desk, key, () =>
    desk.inventory.editPasskey(passkey.id, edited),
  );
  const listed = { passkey: now, key };
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
  const all = await devicePasskeys(service, signal);
  if (!isThisDevice(context) && !hasId(all, id)) return false;
  const { credentialId, user } = byId(all, id).passkey.credential;
  const name = names.name ?? user.name ?? '';
  const displayName = names.displayName ?? user.displayName ?? '';
  for (const each of [name, displayName]) checkName(each);
  await service.rename({ id: credentialId, name, displayName }, signal);
  const edited = byId(await devicePasskeys(service, signal), base64url(credentialId));
  output.result({ ...passkeyShape(edited), outcome: 'saved' }, () => `Saved: ${passkeyWords(edited)}\n`);
  return true;
}
