import { useEffect, useRef, useState } from 'react';
import { useLatchkey, useWindowState } from '../store/context';
import type { DialogRequest } from '../store/state';
import type * as Dialogs from './dialogs';
import { returnFocus } from './focus';
import { onDemand, useOnDemand, whenIdle } from './on-demand';

const dialogs = onDemand(() => import('./dialogs'));

/** Draws the dialog that is open, and gives the focus back to the page when it closes. */
export function DialogHost() {
  const request = useWindowState((state) => state.dialog);
  const { store } = useLatchkey();
  const [everOpened, setEverOpened] = useState(false);
  if (request !== null && !everOpened) setEverOpened(true);
  const loaded = useOnDemand(dialogs, everOpened);
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

  if (loaded === null) return null;
  return (
    <>
      <loaded.FocusManager />
      {request !== null && (
        <OpenDialog loaded={loaded} request={request} onClose={() => store.setState({ dialog: null })} />
      )}
    </>
  );
}

function OpenDialog(props: {
  readonly loaded: typeof Dialogs;
  readonly request: DialogRequest;
  readonly onClose: () => void;
}) {
  const { request, onClose } = props;
  const { testers } = useLatchkey();
  const { DetailsDialog, DeleteDialog, EditDialog, PinDialog, ResetDialog } = props.loaded;
  switch (request.kind) {
    case 'details':
      return <DetailsDialog key={request.passkey.id} passkey={request.passkey} onClose={onClose} />;
    case 'edit':
      return <EditDialog passkey={request.passkey} onClose={onClose} />;
    case 'delete':
      return <DeleteDialog passkeys={request.passkeys} places={request.places} onClose={onClose} />;
    case 'pin':
      return (
        <PinDialog
          key={`${request.purpose} ${request.keyId}`}
          purpose={request.purpose}
          keyId={request.keyId}
          onClose={onClose}
        />
      );
    case 'reset':
      return <ResetDialog key={request.keyId} keyId={request.keyId} onClose={onClose} />;
    case 'device-set-up':
      return <props.loaded.SetUpDialog onClose={onClose} />;
    case 'device-task':
      return <props.loaded.TaskOfDeviceDialog key={request.task} task={request.task} onClose={onClose} />;
    case 'restore-previous':
      return <props.loaded.RestorePreviousDialog onClose={onClose} />;
    case 'start-anew':
      return <props.loaded.StartAnewDialog onClose={onClose} />;
    case 'purge':
      return <props.loaded.PurgeDialog passkeys={request.passkeys} all={request.all} onClose={onClose} />;
    case 'replace-manifest':
      return <props.loaded.ReplaceManifestDialog browser={request.browser} onClose={onClose} />;
    case 'empty-requests':
      return <props.loaded.EmptyRequestsDialog count={request.count} onClose={onClose} />;
    case 'add-simulated-key':
      return (
        testers && (
          <props.loaded.AddSimulatedKeyDialog
            testers={testers}
            profiles={request.profiles}
            onClose={onClose}
          />
        )
      );
    case 'remove-simulated-key':
      return (
        testers && (
          <props.loaded.RemoveSimulatedKeyDialog testers={testers} view={request.key} onClose={onClose} />
        )
      );
  }
}
