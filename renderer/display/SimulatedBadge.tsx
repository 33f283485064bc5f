import { words } from '../messages/en';
import { testIds } from '../test-ids';
import styles from './SimulatedBadge.module.css';

/** Stands wherever a simulated key is named, so that nobody takes it for a real one. */
export function SimulatedBadge() {
  return (
    <span className={styles['badge']} data-testid={testIds.simulatedBadge}>
      {words.common.simulated}
    </span>
  );
}
