/** `edit`. */
import { longNameWarning } from '../../inventory/edit-and-verify';
import type { Context } from '../context';
import { usage } from '../failure';
import { cancellable, oneKey } from '../keys';
import { byId, passkeyWords } from '../passkeys';
import { passkeyShape } from '../shapes';
import { unlocked } from '../verify';

export interface EditOptions {
  readonly name?: string;
  readonly displayName?: string;
}

/** A name that is not given stays; an empty one is removed. */
export async function edit(context: Context, id: string, { name, displayName }: EditOptions): Promise<void> {
  const { output } = context;
  if (name === undefined && displayName === undefined)
    throw usage('Say what to change: --name TEXT, --display-name TEXT, or both. An empty TEXT removes it.');
  const { desk, key } = await oneKey(context);
  const all = (await unlocked(context, desk, key)).map((passkey) => ({ passkey, key }));
  const { passkey } = byId(all, id);
  for (const given of [name, displayName]) {
    const warning = given === undefined ? undefined : longNameWarning(given);
    if (warning) output.note(warning);
  }
  const { user } = passkey.credential;
  const names = { name: name ?? user.name ?? '', displayName: displayName ?? user.displayName ?? '' };
  const { outcome, passkey: edited } = await cancellable(context, desk, key, () =>
    desk.inventory.editPasskey(passkey.id, names),
  );
  const listed = { passkey: edited, key };
  output.result({ ...passkeyShape(listed), outcome }, () =>
    outcome === 'saved'
      ? `Saved: ${passkeyWords(listed)}\n`
      : `Saved, but the security key kept only the beginning: ${passkeyWords(listed)}\n`,
  );
}
