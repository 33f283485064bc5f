import { useEffect, useRef } from 'react';
import { useLatchkey, useWindowState } from '../store/context';
import type { DialogRequest } from '../store/state';
import { returnFocus } from './focus';
import { onDemand, useOnDemand, whenIdle } from './on-demand';

const dialogs = onDemand(() => import('./dialogs'));

/** Draws the dialog that is open, and gives the focus back to the page when it closes. */
export function DialogHost() {
  const request = useWindowState((state) => state.dialog);
  const { store } = useLatchkey();
  const loaded = useOnDemand(dialogs, request !== null);
  const before = useRef<DialogRequest | null>(null);

  useEffect(() => whenIdle(() => void dialogs.load()), []);

  useEffect(() => {
    const closed = before.current !== null && request === null;
    before.current = request;
    if (!closed) return undefined;
    // After the list behind it has been drawn again and the dialog has given up its hold on the focus.
    const frame = requestAnimationFrame(() => requestAnimationFrame(returnFocus));
    return () => cancelAnimationFrame(frame);
  }, [request]);

  if (request === null || loaded === null) return null;
  const close = (): void => store.setState({ dialog: null });
  const { DetailsDialog, DeleteDialog, PinDialog, ResetDialog } = loaded;
  switch (request.kind) {
    case 'details':
      return <DetailsDialog passkey={request.passkey} onClose={close} />;
    case 'delete':
      return <DeleteDialog passkeys={request.passkeys} keyNames={request.keyNames} onClose={close} />;
    case 'pin':
      return (
        <PinDialog
          key={`${request.purpose} ${request.keyId}`}
          purpose={request.purpose}
          keyId={request.keyId}
          onClose={close}
        />
      );
    case 'reset':
      return <ResetDialog key={request.keyId} keyId={request.keyId} onClose={close} />;
  }
}
