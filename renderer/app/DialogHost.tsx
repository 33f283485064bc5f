import { useEffect, useRef, useState } from 'react';
import { useLatchkey, useWindowState } from '../store/context';
import type { DialogRequest } from '../store/state';
import { returnFocus } from './focus';
import { Later } from './Later';

/** Draws the dialog that is open, and gives the focus back to the page when it closes. */
export function DialogHost() {
  const request = useWindowState((state) => state.dialog);
  const { store } = useLatchkey();
  const [everOpened, setEverOpened] = useState(false);
  if (request !== null && !everOpened) setEverOpened(true);
  const before = useRef<DialogRequest | null>(null);

  useEffect(() => {
    const closed = before.current !== null && request === null;
    before.current = request;
    if (!closed) return undefined;
    // After the list behind it has been drawn again and the dialog has given up its hold on the focus.
    const frame = requestAnimationFrame(() => requestAnimationFrame(returnFocus));
    return () => cancelAnimationFrame(frame);
  }, [request]);

  if (!everOpened) return null;
  return (
    <Later
      draw={({ Dialogs }) => <Dialogs request={request} onClose={() => store.setState({ dialog: null })} />}
    />
  );
}
