import { useEffect, useReducer, useRef } from 'react';
import { Button } from '@fluentui/react-components';
import type { DeletedPasskeyView } from '../../preload/device-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { callFor } from '../store/call';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { accountName, siteName } from './names';
import { nextPurge } from './purge-machine';

const w = words.device.deleted;

/** Asks once, and then erases: one passkey, or everything in Recently deleted. */
export function PurgeDialog(props: {
  readonly passkeys: readonly DeletedPasskeyView[];
  readonly all: boolean;
  readonly onClose: () => void;
}) {
  const { passkeys, all, onClose } = props;
  const { store, api } = useLatchkey();
  const [state, send] = useReducer(nextPurge, { name: 'asking' });
  const open = useRef(true);
  const first = passkeys[0];
  const done = all || first === undefined ? w.purgedAll : w.purgedOne(siteName(first), accountName(first));

  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => {
    if (state.name !== 'done') return;
    notify(store, { intent: 'success', text: done });
    onClose();
  }, [state.name, done, store, onClose]);

  const purge = async (): Promise<void> => {
    send({ type: 'confirmed' });
    const result = all
      ? await callFor(api, 'emptyDeleted')
      : await callFor(
          api,
          'purgePasskeys',
          passkeys.map(({ id }) => id),
        );
    if (open.current) send({ type: 'answered', result });
    else if (!result.ok) notify(store, { intent: 'error', text: safeText(result.problem.message, 400).text });
  };

  const failed = state.name === 'failed';
  const title = failed ? w.purgeFailedTitle : all ? w.purgeTitleAll(passkeys.length) : w.purgeTitleOne;
  const text = failed
    ? safeText(state.problem.message, 400).text
    : all || first === undefined
      ? w.purgeTextAll(passkeys.length)
      : w.purgeTextOne(siteName(first), accountName(first));
  return (
    <TaskDialog
      testId={testIds.purge}
      state={state.name}
      title={title}
      say={state.name === 'deleting' ? w.purging : `${title}. ${text}`}
      onDismiss={onClose}
      actions={
        <>
          <Button
            appearance="primary"
            disabled={state.name === 'deleting' || state.name === 'done'}
            data-testid={failed ? testIds.purgeAgain : testIds.purgeConfirm}
            onClick={() => void purge()}
          >
            {failed ? words.common.tryAgain : state.name === 'asking' ? w.purgeConfirm : w.purging}
          </Button>
          {/* Enter pressed once too often must not delete. */}
          <Button data-testid={testIds.purgeClose} onClick={onClose} {...AUTOFOCUS}>
            {failed ? words.common.close : words.common.cancel}
          </Button>
        </>
      }
    >
      <p>
        <bdi>{text}</bdi>
      </p>
    </TaskDialog>
  );
}
