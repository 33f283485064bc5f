import { ConfirmDialog } from '../app/ConfirmDialog';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';

const w = words.deviceDialogs.anew;

/** Puts aside what does not open, so that this device can be set up again. */
export function StartAnewDialog({ onClose }: { readonly onClose: () => void }) {
  const { store, api } = useLatchkey();
  return (
    <ConfirmDialog
      testId={testIds.anew}
      confirmTestId={testIds.anewConfirm}
      closeTestId={testIds.anewClose}
      title={w.title}
      text={w.text}
      more={<p>{w.kept}</p>}
      failedTitle={w.failedTitle}
      confirm={w.confirm}
      working={w.working}
      done={w.done}
      act={() => callFor(api, 'startDeviceAnew')}
      onDone={() => store.setState({ page: 'passkeys' })}
      onClose={onClose}
    />
  );
}
