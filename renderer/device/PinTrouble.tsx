import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { Problem } from '../../preload/contract';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { testIds } from '../test-ids';
import styles from './DeviceDialogs.module.css';

const w = words.deviceDialogs.pin;

/** Few enough tries that the consequence is spelled out. */
const LAST_TRIES = 5;

/** What was wrong, how many tries are left, and how long until the next one is taken. */
export function PinTrouble(props: {
  readonly problem: Problem | undefined;
  /** Undefined where it is not about the PIN. */
  readonly triesLeft: number | undefined;
  /** Seconds until the next PIN is taken. */
  readonly wait: number;
}) {
  const text = troubleText(props.problem, props.triesLeft);
  if (text === '' && props.wait === 0) return null;
  return (
    <MessageBar
      intent={props.problem === undefined ? 'warning' : 'error'}
      layout="multiline"
      role="alert"
      data-testid={testIds.pinProblem}
    >
      <MessageBarBody>
        {text !== '' && <bdi>{text}</bdi>}
        {props.wait > 0 && (
          // Read once, with the rest of the alert, and not again with every second.
          <p className={styles['wait']} role="timer" aria-live="off" data-testid={testIds.pinWait}>
            {w.wait(words.deviceDialogs.duration(props.wait))}
          </p>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}

export function troubleText(problem: Problem | undefined, triesLeft: number | undefined): string {
  const left = triesLeft === undefined ? undefined : (problem?.retriesLeft ?? triesLeft);
  const few = left !== undefined && left <= LAST_TRIES;
  const about = problem?.code === 'pin-wrong' || problem === undefined;
  const parts = [
    // How long to wait stands below, and goes on counting.
    problem === undefined || problem.code === 'pin-delayed'
      ? ''
      : problem.code === 'pin-wrong'
        ? w.wrong
        : safeText(problem.message, 400).text,
    left === undefined ? '' : few ? w.lastTries(left) : about && problem ? w.triesLeft(left) : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}
