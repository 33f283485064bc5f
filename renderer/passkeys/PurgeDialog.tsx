import type { DeletedPasskeyView } from '../../preload/device-contract';
import { ConfirmDialog } from '../app/ConfirmDialog';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { testIds } from '../test-ids';
import { accountName, siteName } from './names';

const w = words.device.deleted;

/** Asks once, and then erases: one passkey, or everything in Recently deleted. */
export function PurgeDialog(props: {
  readonly passkeys: readonly DeletedPasskeyView[];
  readonly all: boolean;
  readonly onClose: () => void;
}) {
  const { passkeys, all, onClose } = props;
  const { api } = useLatchkey();
  const first = passkeys[0];
  const one = all || first === undefined ? undefined : ([siteName(first), accountName(first)] as const);
  return (
    <ConfirmDialog
      testId={testIds.purge}
      confirmTestId={testIds.purgeConfirm}
      closeTestId={testIds.purgeClose}
      title={all ? w.purgeTitleAll(passkeys.length) : w.purgeTitleOne}
      text={one === undefined ? w.purgeTextAll(passkeys.length) : w.purgeTextOne(...one)}
      failedTitle={w.purgeFailedTitle}
      confirm={w.purgeConfirm}
      working={w.purging}
      done={one === undefined ? w.purgedAll : w.purgedOne(...one)}
      act={() => {
        const ids = passkeys.map(({ id }) => id);
        return all ? callFor(api, 'emptyDeleted') : callFor(api, 'purgePasskeys', ids);
      }}
      onClose={onClose}
    />
  );
}
