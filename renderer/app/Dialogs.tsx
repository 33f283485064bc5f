import { AddSimulatedKeyDialog } from '../advanced-options/AddSimulatedKeyDialog';
import { RemoveSimulatedKeyDialog } from '../advanced-options/RemoveSimulatedKeyDialog';
import { EmptyRequestsDialog, ReplaceManifestDialog } from '../browsers/BrowsersDialogs';
import { RestorePreviousDialog } from '../device/RestorePreviousDialog';
import { SetUpDialog } from '../device/SetUpDialog';
import { StartAnewDialog } from '../device/StartAnewDialog';
import { TaskOfDeviceDialog } from '../device/TaskOfDeviceDialog';
import { DeleteDialog } from '../passkeys/DeleteDialog';
import { DetailsDialog } from '../passkeys/DetailsDialog';
import { EditDialog } from '../passkeys/EditDialog';
import { PurgeDialog } from '../passkeys/PurgeDialog';
import { PinDialog } from '../security-keys/PinDialog';
import { ResetDialog } from '../security-keys/ResetDialog';
import { useLatchkey } from '../store/context';
import type { DialogRequest } from '../store/state';
import { FocusManager } from './FocusManager';

/** The dialog that is open, and what must outlive it. */
export function Dialogs({
  request,
  onClose,
}: {
  readonly request: DialogRequest | null;
  readonly onClose: () => void;
}) {
  return (
    <>
      <FocusManager />
      {request !== null && <OpenDialog request={request} onClose={onClose} />}
    </>
  );
}

function OpenDialog(props: { readonly request: DialogRequest; readonly onClose: () => void }) {
  const { request, onClose } = props;
  const { testers } = useLatchkey();
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
      return <SetUpDialog onClose={onClose} />;
    case 'device-task':
      return <TaskOfDeviceDialog key={request.task} task={request.task} onClose={onClose} />;
    case 'restore-previous':
      return <RestorePreviousDialog onClose={onClose} />;
    case 'start-anew':
      return <StartAnewDialog onClose={onClose} />;
    case 'purge':
      return <PurgeDialog passkeys={request.passkeys} all={request.all} onClose={onClose} />;
    case 'replace-manifest':
      return <ReplaceManifestDialog browser={request.browser} onClose={onClose} />;
    case 'empty-requests':
      return <EmptyRequestsDialog count={request.count} onClose={onClose} />;
    case 'add-simulated-key':
      return (
        testers && <AddSimulatedKeyDialog testers={testers} profiles={request.profiles} onClose={onClose} />
      );
    case 'remove-simulated-key':
      return testers && <RemoveSimulatedKeyDialog testers={testers} view={request.key} onClose={onClose} />;
  }
}
