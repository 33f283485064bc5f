import { useState } from 'react';
import { useLatchkey, useWindowState } from '../store/context';
import { followKey, startPresence, type Presence } from './key-presence';

/** The key a dialog is about, followed through being taken out and put back in. */
export function useDialogKey(keyId: string): Presence {
  const { store } = useLatchkey();
  const keys = useWindowState((state) => state.keys);
  const [followed, setFollowed] = useState(() => ({
    keys,
    presence: startPresence(store.getState().keys, keyId),
  }));
  if (followed.keys === keys) return followed.presence;
  const presence = followKey(followed.presence, keys);
  setFollowed({ keys, presence });
  return presence;
}
