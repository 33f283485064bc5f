import { useState } from 'react';
import type { SimulatedKeyView, TestersApi } from '../../preload/simulator-contract';
import { AUTOFOCUS } from '../app/autofocus';
import { TaskDialog } from '../app/TaskDialog';
import { Button } from '../controls/Button';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { useLatchkey } from '../store/context';
import { notify } from '../store/window-store';
import { testIds } from '../test-ids';
import { callTesters } from './call-testers';

const w = words.testers;

/** Asks once; what is forgotten with the key, and what is not, stands in the question. */
export function RemoveSimulatedKeyDialog(props: {
  readonly testers: TestersApi;
  readonly view: SimulatedKeyView;
  readonly onClose: () => void;
}) {
  const { testers, view, onClose } = props;
  const { store } = useLatchkey();
  const [state, setState] = useState<'asking' | 'removing'>('asking');
  const name = safeText(view.name, 60).text;
  const remove = async (): Promise<void> => {
    setState('removing');
    const result = await callTesters(testers.remove(view.id));
    notify(
      store,
      result.ok
        ? { intent: 'success', text: w.removed(name) }
        : { intent: 'error', text: safeText(result.problem.message, 400).text },
    );
    onClose();
  };
  return (
    <TaskDialog
      testId={testIds.removeKey}
      state={state}
      title={w.removeTitle(name)}
      onDismiss={onClose}
      actions={
        <>
          <Button
            appearance="primary"
            disabled={state === 'removing'}
            data-testid={testIds.removeKeyConfirm}
            onClick={() => void remove()}
          >
            {w.confirmRemove}
          </Button>
          <Button data-testid={testIds.removeKeyCancel} onClick={onClose} {...AUTOFOCUS}>
            {words.common.cancel}
          </Button>
        </>
      }
    >
      <p>
        <bdi>
          {view.stateFile === undefined ? w.removeForgets : w.removeKeeps(safeText(view.stateFile, 200).text)}
        </bdi>
      </p>
    </TaskDialog>
  );
}
