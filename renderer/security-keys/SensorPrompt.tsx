import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { Problem } from '../../preload/contract';
import { Spinner } from '../controls/Spinner';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import styles from './PinDialog.module.css';

const w = words.pin;

/** The key waits for a finger. */
export function SensorPrompt({ problem }: { readonly problem: Problem | undefined }) {
  return (
    <>
      {problem !== undefined && (
        <MessageBar intent="warning" layout="multiline" role="alert" data-testid={testIds.pinProblem}>
          <MessageBarBody>{w.sensorAgain(problem.retriesLeft)}</MessageBarBody>
        </MessageBar>
      )}
      <Spinner className={styles['sending'] ?? ''} size="tiny" label={w.sensorWaiting} />
    </>
  );
}
