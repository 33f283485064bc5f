import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { Problem } from '../../preload/contract';
import { words } from '../messages/en';
import { testIds } from '../test-ids';

const w = words.pin;

/** Few enough tries that the consequence is spelled out. */
const LAST_TRIES = 3;

/** What was wrong with the PIN of a key, and how many tries are left. */
export function KeyPinProblem(props: {
  readonly problem: Problem | undefined;
  readonly retriesLeft: number | undefined;
  readonly needsCurrent: boolean;
}) {
  const { problem, retriesLeft, needsCurrent } = props;
  const few = needsCurrent && retriesLeft !== undefined && retriesLeft <= LAST_TRIES;
  if (problem === undefined && !few) return null;
  // What became of a finger costs no try of the PIN.
  const aboutPin =
    problem?.code !== 'uv-blocked' && problem?.code !== 'timed-out' && problem?.code !== 'touch-denied';
  const parts = [
    problem === undefined ? '' : problem.code === 'pin-invalid' ? w.wrong : problem.message,
    retriesLeft === undefined || !needsCurrent || !(few || aboutPin)
      ? ''
      : few
        ? w.lastTries(retriesLeft)
        : w.triesLeft(retriesLeft),
  ];
  return (
    <MessageBar
      intent={problem === undefined ? 'warning' : 'error'}
      layout="multiline"
      role="alert"
      data-testid={testIds.pinProblem}
    >
      <MessageBarBody>
        <bdi>{parts.filter((part) => part !== '').join(' ')}</bdi>
      </MessageBarBody>
    </MessageBar>
  );
}
